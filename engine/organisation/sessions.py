"""Who is signed in: sessions live here, the browser holds only a random token."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import bindparam, delete, insert, or_, update
from sqlalchemy.orm import Session

from engine.model.account import Account
from engine.model.sign_in import SignIn
from engine.organisation import accounts
from engine.organisation.accounts import User

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
#: A page view is written down at most once a minute, so that reading pages does not write.
NOTED_EVERY = timedelta(minutes=1)


def open(session: Session, account_id: int, *, now: datetime) -> str:
    """Open a session and return its token; only the token's hash is kept."""
    token = token_urlsafe(32)
    session.execute(
        insert(SignIn).values(
            token_hash=_hash(token), account_id=account_id, opened_at=now, last_seen_at=now
        )
    )
    return token


def find(session: Session, token: str, *, now: datetime) -> User | None:
    """Return who holds this token, or None when it is unknown or too old; writes nothing."""
    oldest = {"seen": now - IDLE, "opened": now - ABSOLUTE}
    rows = session.connection().execute(_HOLDER, {"token_hash": _hash(token), **oldest}).all()
    return accounts.user_of(rows)


#: Built once: it is asked with every page.
_HOLDER = (
    accounts.users()
    .join(SignIn, SignIn.account_id == Account.id)
    .where(SignIn.token_hash == bindparam("token_hash"), Account.is_active)
    .where(SignIn.last_seen_at > bindparam("seen"), SignIn.opened_at > bindparam("opened"))
)


def note(session: Session, token: str, *, now: datetime) -> None:
    """Write down that the person is still there; doors call this every `NOTED_EVERY`."""
    seen = update(SignIn).where(SignIn.token_hash == _hash(token))
    session.execute(seen.values(last_seen_at=now))


def close(session: Session, token: str) -> None:
    """End one session."""
    session.execute(delete(SignIn).where(SignIn.token_hash == _hash(token)))


def close_all(session: Session, account_id: int) -> None:
    """End all sessions of an account, e.g. after its password was changed."""
    session.execute(delete(SignIn).where(SignIn.account_id == account_id))


def forget_expired(session: Session, *, now: datetime) -> None:
    """Remove sessions that nobody can use any more."""
    old = or_(SignIn.last_seen_at <= now - IDLE, SignIn.opened_at <= now - ABSOLUTE)
    session.execute(delete(SignIn).where(old))


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
