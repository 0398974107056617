"""What the doors for users, groups and roles share: who may open them, and which accounts count."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, null, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from engine import clock
from engine.errors import Conflict
from engine.model.account import Account
from engine.model.api_client import ApiClient
from engine.organisation import deeds
from engine.organisation.enrolment import AccountNotFound
from web.api.callers import Caller
from web.api.filters import TextFilter
from web.api.problems import Problem
from web.api.searching import Column, Listing
from web.api.wire import Shown

#: Accounts that people use. Programs are registered on the page „API-Zugänge“.
PEOPLE: ColumnElement[bool] = and_(
    Account.is_active, ~exists().where(ApiClient.account_id == Account.id)
)


class MemberShown(Shown):
    """Somebody who belongs to a group or a role."""

    username: str


MEMBERS = Listing(
    "Member",
    select(Account.name.label("username")),
    Account.id,
    {"username": Column(Account.name, TextFilter)},
)
NO_EMAIL = type_coerce(null(), Text)


def require_operator(caller: Caller) -> None:
    """Let operators in only; raise a problem of 403."""
    if not caller.is_operator:
        raise Problem(403, "Konten, Gruppen und Rollen verwaltet nur der Betrieb.")


def account_of(database: Session, username: str) -> Account:
    """Return the account of a person who may sign in; raise `AccountNotFound`."""
    account = database.scalars(select(Account).where(Account.name == username, PEOPLE)).first()
    if account is None:
        raise AccountNotFound
    return account


def require_other(caller: Caller, username: str) -> None:
    """Keep operators from taking away their own way in; raise `Conflict`."""
    if caller.user.name == username:
        raise Conflict("Das eigene Konto kann niemand sperren oder herabstufen.")


def note(database: Session, caller: Caller, action: str, subject: str) -> None:
    """Write down what the caller does, in the same transaction as the deed."""
    deeds.record(database, caller.user.name, action, subject, now=clock.now())
