"""Roles: there is one, `admin`, and those who keep the installation have it."""

from __future__ import annotations

from typing import Annotated, Any, NoReturn

from pydantic import Field
from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from engine.errors import Conflict, NotAllowed, NotFound
from engine.model.account import Account
from engine.organisation import enrolment
from engine.organisation.clients import Scope
from web.api.administering import (
    MEMBERS,
    PEOPLE,
    MemberShown,
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

section = Section("Rollen")

ADMIN = "admin"
NAME = "Betrieb"
DESCRIPTION = "Hält die Installation: Vorfälle, laufende Vorgänge, Zugänge. Sieht keine Inhalte."

Text = Annotated[str, Field(max_length=2_000)]


class RoleNotFound(NotFound):
    """Diese Rolle gibt es nicht. Es gibt nur admin."""


class RoleNotHeld(NotFound):
    """Dieses Konto hat diese Rolle nicht."""


class RoleShown(Shown):
    """What an account may be for the whole installation."""

    role_id: str
    name: str
    description: str | None


class NewRole(Sent):
    """A role that somebody would like to make."""

    role_id: Text
    name: Text
    description: Text | None = None


_roles = select(literal(ADMIN).label("role_id"), literal(NAME).label("name")).subquery()
LISTING = Listing(
    "Role",
    select(_roles.c.role_id, _roles.c.name),
    _roles.c.role_id,
    {"roleId": Column(_roles.c.role_id, TextFilter), "name": Column(_roles.c.name, TextFilter)},
)
Search: Any = request_model(LISTING)
MemberSearch: Any = request_model(MEMBERS)


@section.operation(
    "POST", "/roles", scope=Scope.ADMINISTER, body=NewRole, body_required=True, answers={}
)
def create_role(call: Call[NewRole]) -> NoReturn:
    """Lehnt neue Rollen ab: Was jemand sieht, hängt an Gruppen."""
    require_operator(call.caller)
    raise NotAllowed("Es gibt nur die Rolle admin. Was ein Konto sieht, bestimmen seine Gruppen.")


@section.operation(
    "POST", "/roles/search", scope=Scope.ADMINISTER, body=Search, answers={200: Found[RoleShown]}
)
def search_roles(call: Call[Any]) -> Found[RoleShown]:
    """Sucht Rollen; es gibt eine."""
    require_operator(call.caller)
    rows, page = run(session(), LISTING, call.body)
    return Found(items=[_shown(row.role_id) for row in rows], page=page)


@section.operation(
    "GET", "/roles/<role_id>", scope=Scope.ADMINISTER, answers={200: RoleShown}, problems={404}
)
def get_role(call: Call[None], role_id: str) -> RoleShown:
    """Nennt eine Rolle."""
    require_operator(call.caller)
    return _shown(role_id)


@section.operation(
    "POST",
    "/roles/<role_id>/users/search",
    scope=Scope.ADMINISTER,
    body=MemberSearch,
    answers={200: Found[MemberShown]},
    problems={404},
)
def search_users_for_role(call: Call[Any], role_id: str) -> Found[MemberShown]:
    """Sucht die Konten, die eine Rolle haben."""
    require_operator(call.caller)
    _shown(role_id)
    rows, page = run(session(), MEMBERS, call.body, PEOPLE, Account.is_operator.is_(True))
    return Found(items=[MemberShown(username=row.username) for row in rows], page=page)


@section.operation(
    "PUT", "/roles/<role_id>/users/<username>", scope=Scope.ADMINISTER, problems={404, 409}
)
def assign_role_to_user(call: Call[None], role_id: str, username: str) -> None:
    """Gibt einem Konto ohne Stelle die Rolle des Betriebs."""
    require_operator(call.caller)
    _shown(role_id)

    def work(database: Session) -> None:
        account = account_of(database, username)
        if account.is_operator:
            raise Conflict("Dieses Konto hat diese Rolle schon.")
        enrolment.make_operator(database, account.id)
        note(database, call.caller, "in den Betrieb", f"konto {username}")

    write(work)


@section.operation(
    "DELETE", "/roles/<role_id>/users/<username>", scope=Scope.ADMINISTER, problems={404, 409}
)
def unassign_role_from_user(call: Call[None], role_id: str, username: str) -> None:
    """Nimmt einem Konto die Rolle des Betriebs; danach darf es nichts."""
    require_operator(call.caller)
    _shown(role_id)
    require_other(call.caller, username)

    def work(database: Session) -> None:
        account = account_of(database, username)
        if not account.is_operator:
            raise RoleNotHeld
        enrolment.end_operator(database, account.id)
        note(database, call.caller, "aus dem Betrieb", f"konto {username}")

    write(work)


def _shown(role_id: str) -> RoleShown:
    """Write the role; raise `RoleNotFound` for any other id."""
    if role_id != ADMIN:
        raise RoleNotFound
    return RoleShown(role_id=ADMIN, name=NAME, description=DESCRIPTION)
