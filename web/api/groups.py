"""Groups: those of the diagrams, and who belongs to them."""

from __future__ import annotations

from typing import Annotated, Any, NoReturn

from pydantic import Field
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine.errors import Conflict, NotAllowed, NotFound
from engine.model.account import Account
from engine.model.group import CandidateGroup, Membership
from engine.organisation import enrolment, groups
from engine.organisation.clients import Scope
from web.api.administering import MEMBERS, PEOPLE, MemberShown, account_of, note, require_operator
from web.api.filters import TextFilter
from web.api.operations import Call, Section
from web.api.searching import Column, Listing, request_model, run
from web.api.wire import Found, Sent, Shown
from web.database import session, write

section = Section("Gruppen")

Text = Annotated[str, Field(max_length=2_000)]


class GroupNotFound(NotFound):
    """Diese Gruppe gibt es nicht."""


class NotAMember(NotFound):
    """Dieses Konto gehört nicht zu dieser Gruppe."""


class GroupShown(Shown):
    """A group to which the diagrams offer tasks."""

    group_id: str
    name: str
    description: str | None = None


class NewGroup(Sent):
    """A group that somebody would like to make."""

    group_id: Text
    name: Text
    description: Text | None = None


LISTING = Listing(
    "Group",
    select(CandidateGroup.id.label("group_id"), CandidateGroup.name.label("name")),
    CandidateGroup.id,
    {
        "groupId": Column(CandidateGroup.id, TextFilter),
        "name": Column(CandidateGroup.name, TextFilter),
    },
)
Search: Any = request_model(LISTING)
MemberSearch: Any = request_model(MEMBERS)


@section.operation(
    "POST", "/groups", scope=Scope.ADMINISTER, body=NewGroup, body_required=True, answers={}
)
def create_group(call: Call[NewGroup]) -> NoReturn:
    """Lehnt neue Gruppen ab: Welche es gibt und was sie sehen, legt Lotse selbst fest."""
    require_operator(call.caller)
    raise NotAllowed(
        "Gruppen entstehen nicht über die Schnittstelle: Zu jeder gehört, welche geschützten"
        " Angaben sie sieht. Nutzen Sie eine der vorhandenen (POST /groups/search)."
    )


@section.operation(
    "POST", "/groups/search", scope=Scope.ADMINISTER, body=Search, answers={200: Found[GroupShown]}
)
def search_groups(call: Call[Any]) -> Found[GroupShown]:
    """Sucht Gruppen."""
    require_operator(call.caller)
    rows, page = run(session(), LISTING, call.body)
    return Found(items=[GroupShown(group_id=r.group_id, name=r.name) for r in rows], page=page)


@section.operation(
    "GET",
    "/groups/<group_id>",
    scope=Scope.ADMINISTER,
    answers={200: GroupShown},
    problems={404},
)
def get_group(call: Call[None], group_id: str) -> GroupShown:
    """Nennt eine Gruppe."""
    require_operator(call.caller)
    group = _group(session(), group_id)
    return GroupShown(group_id=group.id, name=group.name)


@section.operation(
    "POST",
    "/groups/<group_id>/users/search",
    scope=Scope.ADMINISTER,
    body=MemberSearch,
    answers={200: Found[MemberShown]},
    problems={404},
)
def search_users_for_group(call: Call[Any], group_id: str) -> Found[MemberShown]:
    """Sucht die Konten, die zu einer Gruppe gehören."""
    require_operator(call.caller)
    _group(session(), group_id)
    is_member = exists().where(Membership.account_id == Account.id, Membership.group_id == group_id)
    rows, page = run(session(), MEMBERS, call.body, PEOPLE, is_member)
    return Found(items=[MemberShown(username=row.username) for row in rows], page=page)


@section.operation(
    "PUT", "/groups/<group_id>/users/<username>", scope=Scope.ADMINISTER, problems={404, 409}
)
def assign_user_to_group(call: Call[None], group_id: str, username: str) -> None:
    """Nimmt ein Konto in eine Gruppe auf; die erste bestimmt, zu welcher Stelle es gehört."""
    require_operator(call.caller)

    def work(database: Session) -> None:
        _group(database, group_id)
        account = account_of(database, username)
        if database.get(Membership, (account.id, group_id)) is not None:
            raise Conflict("Dieses Konto gehört schon zu dieser Gruppe.")
        enrolment.place(database, account.id, group_id)
        note(database, call.caller, f"in Gruppe {group_id}", f"konto {username}")

    write(work)


@section.operation(
    "DELETE", "/groups/<group_id>/users/<username>", scope=Scope.ADMINISTER, problems={404}
)
def unassign_user_from_group(call: Call[None], group_id: str, username: str) -> None:
    """Nimmt ein Konto aus einer Gruppe heraus; seine Stelle behält es."""
    require_operator(call.caller)

    def work(database: Session) -> None:
        _group(database, group_id)
        account = account_of(database, username)
        if database.get(Membership, (account.id, group_id)) is None:
            raise NotAMember
        groups.leave(database, account.id, group_id)
        note(database, call.caller, f"aus Gruppe {group_id}", f"konto {username}")

    write(work)


def _group(database: Session, group_id: str) -> CandidateGroup:
    group = database.get(CandidateGroup, group_id)
    if group is None:
        raise GroupNotFound
    return group
