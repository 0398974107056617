"""Accounts as the operators keep them: made, given groups and a password, locked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from engine.errors import Conflict, Invalid, NotFound
from engine.model.account import Account
from engine.model.api_client import ApiClient
from engine.model.group import CandidateGroup
from engine.model.mandant import Mandant
from engine.organisation import accounts, groups, sessions

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
SHORTEST_PASSWORD = 12
LONGEST_SHOWN_NAME = 200
NO_GROUPS = "Es gibt keine Gruppe dafür, denn ein Konto des Betriebs hat keine Gruppen."
NO_MANDANT_YET = "Dieses Konto braucht zuerst eine Gruppe, die zu einer Stelle gehört."


class AccountNotFound(NotFound):
    """Dieses Konto gibt es nicht."""


class NameTaken(Conflict):
    """Ein Konto mit diesem Namen gibt es schon."""


class NameUnfit(Invalid):
    """Ein Kontoname hat höchstens 64 Zeichen: Kleinbuchstaben, Ziffern, Punkt und Striche."""


@dataclass(frozen=True)
class Newcomer:
    """Somebody who is to get an account.

    Without a Mandant it has no rights at all until a group of one is given (`place`), unless it
    keeps the installation instead of working on cases.
    """

    name: str
    display_name: str
    mandant_id: str | None = None
    group_ids: tuple[str, ...] = ()
    is_operator: bool = False


@dataclass(frozen=True)
class Enrolled:
    """An account of a person as a list shows it: without the person's name."""

    name: str
    mandant_id: str | None
    group_ids: tuple[str, ...]
    is_operator: bool
    is_active: bool


def enrol(session: Session, newcomer: Newcomer, password: str, *, now: datetime) -> None:
    """Make an account that can be used at once; raise `Invalid` or `NameTaken`."""
    if not NAME.fullmatch(newcomer.name):
        raise NameUnfit
    display_name = _shown_name(newcomer.display_name)
    if session.scalar(select(Account.id).where(Account.name == newcomer.name)) is not None:
        raise NameTaken
    if newcomer.mandant_id is not None:
        require_mandant(session, newcomer.mandant_id)
    account_id = accounts.create(
        session,
        name=newcomer.name,
        display_name=display_name,
        mandant_id=newcomer.mandant_id,
        now=now,
    )
    _change(session, account_id, is_operator=newcomer.is_operator)
    change_password(session, account_id, password)
    for group_id in newcomer.group_ids:
        join(session, account_id, group_id)


def enrolled(session: Session) -> list[Enrolled]:
    """Return every account of a person, locked or not, by name."""
    is_program = exists().where(ApiClient.account_id == Account.id)
    query = select(Account).where(~is_program).order_by(Account.name)
    return [
        Enrolled(
            account.name,
            account.mandant_id,
            tuple(group.id for group in groups.of(session, account.id)),
            is_operator=account.is_operator,
            is_active=account.is_active,
        )
        for account in session.scalars(query)
    ]


def number_of(session: Session, name: str) -> int:
    """Return the number of an account, locked or not; raise `AccountNotFound`."""
    account_id = session.scalar(select(Account.id).where(Account.name == name))
    if account_id is None:
        raise AccountNotFound
    return account_id


def change_password(session: Session, account_id: int, password: str) -> None:
    """Give an account a new password and end its sessions; raise `Invalid` for a bad one."""
    if not SHORTEST_PASSWORD <= len(password) <= accounts.LONGEST_PASSWORD:
        raise Invalid(f"Das Passwort braucht mindestens {SHORTEST_PASSWORD} Zeichen.")
    accounts.set_password(session, account_id, password)
    sessions.close_all(session, account_id)


def join(session: Session, account_id: int, group_id: str) -> None:
    """Make an account a member of a group that its Mandant has; raise `Invalid` for another."""
    account = session.get_one(Account, account_id)
    if account.mandant_id is None:
        raise Invalid(NO_GROUPS if account.is_operator else NO_MANDANT_YET)
    query = select(CandidateGroup.id, CandidateGroup.mandant_id).order_by(CandidateGroup.id)
    of_mandant = [
        row.id for row in session.execute(query) if row.mandant_id in (None, account.mandant_id)
    ]
    if group_id not in of_mandant:
        known = ", ".join(of_mandant)
        raise Invalid(f"Die Gruppe {group_id} gibt es für dieses Konto nicht. Es gibt: {known}.")
    groups.join(session, account_id, group_id)


def place(session: Session, account_id: int, group_id: str) -> None:
    """Make an account a member of a group; its first one says to which Mandant it belongs.

    An account stays with its Mandant for good. Raises `Invalid` like `join`.
    """
    account = session.get_one(Account, account_id)
    wanted = session.scalar(select(CandidateGroup.mandant_id).where(CandidateGroup.id == group_id))
    if account.mandant_id is None and not account.is_operator and wanted is not None:
        account.mandant_id = wanted
        session.flush()
    join(session, account_id, group_id)


def make_operator(session: Session, account_id: int) -> None:
    """Let an account without rights keep the installation; raise `Conflict` for any other."""
    account = session.get_one(Account, account_id)
    if account.mandant_id is not None:
        raise Conflict("Ein Konto einer Stelle kann nicht zugleich den Betrieb führen.")
    _change(session, account_id, is_operator=True)


def end_operator(session: Session, account_id: int) -> None:
    """Take the keeping of the installation from an account; it has no rights then."""
    _change(session, account_id, is_operator=False)
    sessions.close_all(session, account_id)


def rename(session: Session, account_id: int, display_name: str) -> None:
    """Change the name under which others see a person; raise `Invalid` for an empty one."""
    session.get_one(Account, account_id).display_name = _shown_name(display_name)


def lock(session: Session, account_id: int) -> None:
    """Let nobody in with this account any more, from now on."""
    _change(session, account_id, is_active=False)
    sessions.close_all(session, account_id)


def unlock(session: Session, account_id: int) -> None:
    """Let an account in again."""
    _change(session, account_id, is_active=True)


def require_mandant(session: Session, mandant_id: str) -> None:
    """Raise `Invalid`, naming those there are, unless the Mandant exists."""
    known = session.scalars(select(Mandant.id).order_by(Mandant.id)).all()
    if mandant_id not in known:
        raise Invalid(f"Den Mandanten {mandant_id} gibt es nicht. Es gibt: {', '.join(known)}.")


def _shown_name(text: str) -> str:
    name = text.strip()
    if not name:
        raise Invalid("Der Anzeigename fehlt. Unter ihm sehen andere, wer etwas getan hat.")
    if len(name) > LONGEST_SHOWN_NAME:
        raise Invalid(f"Ein Anzeigename hat höchstens {LONGEST_SHOWN_NAME} Zeichen.")
    return name


def _change(session: Session, account_id: int, **values: bool) -> None:
    session.execute(update(Account).where(Account.id == account_id).values(**values))
