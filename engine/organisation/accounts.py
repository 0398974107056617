"""Who may sign in: passwords, and the brake on guessing them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from engine.errors import NotAllowed
from engine.ids import ids
from engine.model.account import Account
from engine.model.group import CandidateGroup, Membership
from engine.model.sign_in import FailedSignIn

FREE_FAILURES = 3  #: typing errors that cost nobody any time
LONGEST_WAIT = timedelta(minutes=15)  #: the brake never becomes a lock
FORGOTTEN_AFTER = timedelta(days=1)
LONGEST_PASSWORD = 1000

#: Argon2id; about 30 ms and 19 MiB per attempt.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
#: Checked when the name is unknown, so that the answer takes as long as for a known one.
_NOBODY = _hasher.hash("nobody")


class SignInRefused(NotAllowed):
    """Name oder Passwort stimmt nicht. Bitte prüfen Sie beides."""


class SignInThrottled(NotAllowed):
    """Zu viele Versuche. Bitte warten Sie etwas und versuchen Sie es dann noch einmal."""

    def __init__(self, wait: timedelta) -> None:
        seconds = max(1, ceil(wait.total_seconds()))
        super().__init__(
            f"Zu viele Versuche. Bitte versuchen Sie es in {seconds} Sekunden noch einmal."
        )
        self.wait = wait


@dataclass(frozen=True)
class Group:
    """A candidate group and what its members may see."""

    id: str
    name: str
    mandant_id: str | None
    sees_sgb8: bool
    sees_status: bool
    portal_only: bool


@dataclass(frozen=True)
class User:
    """A signed-in person with everything that access depends on."""

    id: int
    name: str
    display_name: str
    mandant_id: str | None
    is_operator: bool
    groups: tuple[Group, ...]

    @property
    def group_ids(self) -> frozenset[str]:
        """The groups whose tasks this person may take."""
        return frozenset(group.id for group in self.groups)

    @property
    def sees_sgb8(self) -> bool:
        """Whether protected contents of SGB VIII are shown."""
        return any(group.sees_sgb8 for group in self.groups)

    @property
    def sees_status(self) -> bool:
        """Whether codes of class S8-Status are shown."""
        return any(group.sees_status for group in self.groups)

    @property
    def is_portal_only(self) -> bool:
        """Whether this person sees tasks only, never a case page."""
        return all(group.portal_only for group in self.groups)


def hashed(password: str) -> str:
    """Return the hash of a password for storing."""
    return _hasher.hash(password)


def create(
    session: Session, *, name: str, display_name: str, mandant_id: str | None, now: datetime
) -> int:
    """Create an account nobody can use until `set_password`; return its number."""
    account_id = ids.take()
    session.execute(
        insert(Account).values(
            id=account_id,
            name=name,
            display_name=display_name,
            mandant_id=mandant_id,
            password_hash="",
            created_at=now,
        )
    )
    return account_id


def set_password(session: Session, account_id: int, password: str) -> None:
    """Give an account a new password."""
    values = {"password_hash": hashed(password)}
    session.execute(update(Account).where(Account.id == account_id).values(**values))


@dataclass(frozen=True)
class Proof:
    """Whether a password fitted, before anything is written about it."""

    subject: bytes  # account and origin, hashed: whose failures are counted
    account_id: int | None  # None: it did not fit
    new_hash: str | None  # set where the stored hash is made in an outdated way


def prove(session: Session, *, name: str, password: str, origin: str, now: datetime) -> Proof:
    """Check a password; raise `SignInThrottled` while this account and origin are braked.

    Slow on purpose, and only reading: call it where nobody waits for the transaction.
    """
    name = name.strip().lower()
    subject = sha256(f"{name}\0{origin}".encode()).digest()
    _refuse_while_blocked(session, subject, now)
    query = select(Account.id, Account.password_hash).where(Account.name == name)
    row = session.execute(query.where(Account.is_active)).first()
    stored = row.password_hash if row else _NOBODY
    if not fits(stored, password) or row is None:
        return Proof(subject, None, None)
    outdated = _hasher.check_needs_rehash(stored)
    return Proof(subject, row.id, hashed(password) if outdated else None)


def authenticate(session: Session, proof: Proof, *, now: datetime) -> User:
    """Return who signs in; raise `SignInRefused` or `SignInThrottled`.

    The caller commits in every case, or the failures are not counted.
    """
    _refuse_while_blocked(session, proof.subject, now)
    if proof.account_id is None:
        _count_failure(session, proof.subject, now)
        raise SignInRefused
    session.execute(delete(FailedSignIn).where(FailedSignIn.subject == proof.subject))
    session.execute(delete(FailedSignIn).where(FailedSignIn.last_at < now - FORGOTTEN_AFTER))
    if proof.new_hash is not None:
        changed = update(Account).where(Account.id == proof.account_id)
        session.execute(changed.values(password_hash=proof.new_hash))
    user = find(session, proof.account_id)
    assert user is not None
    return user


def find(session: Session, account_id: int) -> User | None:
    """Return an active account with its groups, or None."""
    query = users().where(Account.id == account_id, Account.is_active)
    return user_of(session.execute(query).all())


#: The columns of an account and of a group, in the order of `User` and `Group`.
_ACCOUNT = (
    *(Account.id, Account.name, Account.display_name),
    *(Account.mandant_id, Account.is_operator),
)
GROUP = tuple(getattr(CandidateGroup, field.name) for field in fields(Group))


def users() -> Any:
    """Return a query of accounts, one row per group, for `user_of`."""
    return (
        select(*_ACCOUNT, *(column.label(f"group_{column.key}") for column in GROUP))
        .outerjoin(Membership, Membership.account_id == Account.id)
        .outerjoin(CandidateGroup, CandidateGroup.id == Membership.group_id)
        .order_by(CandidateGroup.id)
    )


def user_of(rows: Any) -> User | None:
    """Make a user of the rows of `users`, or None where there are none."""
    if not rows:
        return None
    key, name, display_name, mandant_id, is_operator, *_ = rows[0]
    groups = tuple(Group(*row[len(_ACCOUNT) :]) for row in rows if row.group_id is not None)
    return User(key, name, display_name, mandant_id, is_operator, groups)


def fits(stored: str, password: str) -> bool:
    """Whether a password is the one whose hash is stored."""
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _refuse_while_blocked(session: Session, subject: bytes, now: datetime) -> None:
    query = select(FailedSignIn.blocked_until).where(FailedSignIn.subject == subject)
    blocked_until = session.execute(query).scalar()
    if blocked_until is not None and blocked_until > now:
        raise SignInThrottled(blocked_until - now)


def _count_failure(session: Session, subject: bytes, now: datetime) -> None:
    """Count up, and from the fourth failure on double the wait each time."""
    query = select(FailedSignIn.failures).where(FailedSignIn.subject == subject)
    failures = (session.execute(query).scalar() or 0) + 1
    doublings = min(failures - FREE_FAILURES, 20)
    wait = min(timedelta(seconds=2**doublings), LONGEST_WAIT) if doublings > 0 else timedelta()
    values = {"failures": failures, "blocked_until": now + wait, "last_at": now}
    changed = session.execute(
        update(FailedSignIn).where(FailedSignIn.subject == subject).values(**values)
    )
    assert isinstance(changed, CursorResult)
    if not changed.rowcount:
        session.execute(insert(FailedSignIn).values(subject=subject, **values))
