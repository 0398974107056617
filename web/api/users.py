"""Users: people with an account. A new one has no rights until a group or a role gives it some."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.casefile.audit import By
from engine.model.account import Account
from engine.organisation import enrolment
from engine.organisation.clients import Scope
from engine.organisation.enrolment import Newcomer
from web import accounts_closing
from web.api.administering import (
    NO_EMAIL,
    PEOPLE,
    account_of,
    note,
    require_operator,
    require_other,
)
from web.api.filters import TextFilter
from web.api.operations import Call, Section
from web.api.searching import Column, Listing, request_model, run
from web.api.wire import Found, Sent, Shown
from web.database import session, write

section = Section("Konten")

Text = Annotated[str, Field(max_length=2_000)]


class UserShown(Shown):
    """A person's account; e-mail addresses are not kept."""

    username: str
    name: str | None
    email: str | None = None


class NewUser(Sent):
    """An account that is to be made; an e-mail address is taken and not kept."""

    username: Text
    password: Text
    name: Text | None = None
    email: Text | None = None


class UserChange(Sent):
    """What is to change; without a password the old one stays."""

    name: Text | None = None
    email: Text | None = None
    password: Text | None = None


LISTING = Listing(
    "User",
    select(Account.name.label("username"), Account.display_name.label("name")),
    Account.id,
    {
        "username": Column(Account.name, TextFilter),
        "name": Column(Account.display_name, TextFilter),
        "email": Column(NO_EMAIL, TextFilter),
    },
)
Search: Any = request_model(LISTING)


@section.operation(
    "POST",
    "/users",
    scope=Scope.ADMINISTER,
    body=NewUser,
    body_required=True,
    answers={201: UserShown},
    problems={409},
)
def create_user(call: Call[NewUser]) -> UserShown:
    """Legt ein Konto an; es darf nichts, bis es in eine Gruppe oder Rolle kommt."""
    require_operator(call.caller)
    wanted = call.body
    newcomer = Newcomer(wanted.username, wanted.name or wanted.username)

    def work(database: Session) -> None:
        enrolment.enrol(database, newcomer, wanted.password, now=clock.now())
        note(database, call.caller, "angelegt", f"konto {newcomer.name}")

    write(work)
    return _shown(account_of(session(), newcomer.name))


@section.operation(
    "POST", "/users/search", scope=Scope.ADMINISTER, body=Search, answers={200: Found[UserShown]}
)
def search_users(call: Call[Any]) -> Found[UserShown]:
    """Sucht Konten von Menschen; gesperrte zählen nicht dazu."""
    require_operator(call.caller)
    rows, page = run(session(), LISTING, call.body, PEOPLE)
    return Found(items=[UserShown(username=row.username, name=row.name) for row in rows], page=page)


@section.operation(
    "GET",
    "/users/<username>",
    scope=Scope.ADMINISTER,
    answers={200: UserShown},
    problems={404},
)
def get_user(call: Call[None], username: str) -> UserShown:
    """Nennt ein Konto."""
    require_operator(call.caller)
    return _shown(account_of(session(), username))


@section.operation(
    "PUT",
    "/users/<username>",
    scope=Scope.ADMINISTER,
    body=UserChange,
    body_required=True,
    answers={200: UserShown},
    problems={404},
)
def update_user(call: Call[UserChange], username: str) -> UserShown:
    """Ändert den Anzeigenamen oder das Passwort eines Kontos."""
    require_operator(call.caller)
    wanted = call.body

    def work(database: Session) -> None:
        account_id = account_of(database, username).id
        if wanted.name is not None:
            enrolment.rename(database, account_id, wanted.name)
            note(database, call.caller, "umbenannt", f"konto {username}")
        if wanted.password:
            enrolment.change_password(database, account_id, wanted.password)
            note(database, call.caller, "neues Passwort", f"konto {username}")

    write(work)
    return _shown(account_of(session(), username))


@section.operation("DELETE", "/users/<username>", scope=Scope.ADMINISTER, problems={404, 409})
def delete_user(call: Call[None], username: str) -> None:
    """Sperrt ein Konto; sein Name bleibt vergeben, damit das Protokoll eindeutig bleibt."""
    require_operator(call.caller)
    require_other(call.caller, username)

    def work(database: Session) -> None:
        account_of(database, username)
        accounts_closing.close(database, username, by=By(call.caller.user.name, clock.now()))
        note(database, call.caller, "gesperrt", f"konto {username}")

    write(work)


def _shown(account: Account) -> UserShown:
    return UserShown(username=account.name, name=account.display_name)
