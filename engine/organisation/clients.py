"""API clients: named programs with a secret, a Mandant, groups and a list of what they may do."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.model.account import Account
from engine.model.api_client import ApiClient
from engine.organisation import accounts, enrolment, groups, unattached
from engine.organisation.accounts import User

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class Scope(StrEnum):
    """What a program may be allowed to do."""

    READ = "lesen"  #: search and read what its groups may see
    TASKS = "aufgaben"  #: take, return and complete user tasks
    JOBS = "auftraege"  #: work off jobs
    INSTANCES = "vorgaenge"  #: begin instances, set variables, end, move and migrate them
    MESSAGES = "nachrichten"  #: publish messages and signals
    DEPLOY = "verfahren"  #: deploy diagrams, decisions and forms
    ADMINISTER = "verwalten"  #: users, groups and roles
    PROTECTED = "geschuetzt"  #: read protected contents (S8, A8) that its groups may see


#: What an operator may give a program. Accounts are administered by operators in person: a program
#: that may do so could make itself one.
FOR_PROGRAMS = tuple(scope for scope in Scope if scope is not Scope.ADMINISTER)


class ClientNotFound(NotFound):
    """Diesen API-Zugang gibt es nicht."""


class ClientNameTaken(Conflict):
    """Ein Konto oder ein API-Zugang mit diesem Namen gibt es schon."""


class ClientRefused(NotAllowed):
    """Name oder Geheimnis des API-Zugangs stimmt nicht."""


@dataclass(frozen=True)
class Client:
    """A program as it was recognised: who it is, and what it may do."""

    user: User
    scopes: frozenset[Scope]
    fingerprint: str  #: changes with the secret, so that tokens of the old one end with it


@dataclass(frozen=True)
class Registered:
    """A program as a list shows it."""

    name: str
    display_name: str
    mandant_id: str | None  # None: it works on what belongs to no Mandant
    scopes: tuple[str, ...]
    group_ids: tuple[str, ...]
    is_active: bool
    created_at: datetime


@dataclass(frozen=True)
class Wanted:
    """A program that is to get access; without a Mandant it works on what belongs to none."""

    name: str
    display_name: str
    scopes: Collection[Scope]
    mandant_id: str | None = None
    group_ids: tuple[str, ...] = ()


def register(session: Session, wanted: Wanted, *, now: datetime) -> str:
    """Register a program and return its secret, which is shown once and kept as a hash only.

    Raises `Invalid` or `ClientNameTaken`.
    """
    if not NAME.fullmatch(wanted.name):
        raise enrolment.NameUnfit
    if not wanted.scopes:
        raise Invalid("Bitte nennen Sie, was der Zugang darf: mindestens einen Umfang.")
    if session.scalar(select(Account.id).where(Account.name == wanted.name)) is not None:
        raise ClientNameTaken
    mandant_id = wanted.mandant_id or unattached.ensure(session)
    enrolment.require_mandant(session, mandant_id)
    account_id = accounts.create(
        session,
        name=wanted.name,
        display_name=wanted.display_name.strip() or wanted.name,
        mandant_id=mandant_id,
        now=now,
    )
    for group_id in wanted.group_ids:
        enrolment.join(session, account_id, group_id)
    secret = token_urlsafe(32)
    session.execute(
        insert(ApiClient).values(
            account_id=account_id,
            secret_hash=_hash(secret),
            scopes=sorted(wanted.scopes),
            created_at=now,
        )
    )
    return secret


def renew(session: Session, name: str) -> str:
    """Give a program a new secret; the old one and its tokens end at once."""
    secret = token_urlsafe(32)
    changed = update(ApiClient).where(ApiClient.account_id == _number_of(session, name))
    session.execute(changed.values(secret_hash=_hash(secret)))
    return secret


def lock(session: Session, name: str) -> None:
    """Let a program in no more, from now on."""
    enrolment.lock(session, _number_of(session, name))


def unlock(session: Session, name: str) -> None:
    """Let a program in again."""
    enrolment.unlock(session, _number_of(session, name))


def registered(session: Session) -> list[Registered]:
    """Return every program by name."""
    query = select(Account, ApiClient).join(ApiClient, ApiClient.account_id == Account.id)
    return [
        _registered(session, account, client)
        for account, client in session.execute(query.order_by(Account.name))
    ]


def get(session: Session, name: str) -> Registered:
    """Return a program by name, locked or not; raise `ClientNotFound`."""
    query = select(Account, ApiClient).join(ApiClient, ApiClient.account_id == Account.id)
    row = session.execute(query.where(Account.name == name)).first()
    if row is None:
        raise ClientNotFound
    return _registered(session, *row)


def authenticate(session: Session, name: str, secret: str) -> Client:
    """Return the program with this name and secret; raise `ClientRefused`."""
    found = find(session, name)
    stored = found.fingerprint if found is not None else ""
    if found is None or not compare_digest(stored, _hash(secret).hex()):
        raise ClientRefused
    return found


def find(session: Session, name: str) -> Client | None:
    """Return an active program by name, or None."""
    query = select(ApiClient).join(Account, Account.id == ApiClient.account_id)
    row = session.scalars(query.where(Account.name == name, Account.is_active)).first()
    user = accounts.find(session, row.account_id) if row is not None else None
    if row is None or user is None:
        return None
    return Client(user, known(row.scopes), row.secret_hash.hex())


def known(names: Iterable[str]) -> frozenset[Scope]:
    """Return those of the names that are scopes."""
    return frozenset(Scope(name) for name in names if name in set(Scope))


def _registered(session: Session, account: Account, client: ApiClient) -> Registered:
    is_unattached = account.mandant_id == unattached.MANDANT_ID
    return Registered(
        name=account.name,
        display_name=account.display_name,
        mandant_id=None if is_unattached else account.mandant_id,
        scopes=tuple(client.scopes),
        group_ids=tuple(group.id for group in groups.of(session, account.id)),
        is_active=account.is_active,
        created_at=client.created_at,
    )


def _number_of(session: Session, name: str) -> int:
    query = select(ApiClient.account_id).join(Account, Account.id == ApiClient.account_id)
    account_id = session.scalar(query.where(Account.name == name))
    if account_id is None:
        raise ClientNotFound
    return account_id


def _hash(secret: str) -> bytes:
    """Return the hash of a secret; it is random and long, so one round is enough."""
    return sha256(secret.encode()).digest()
