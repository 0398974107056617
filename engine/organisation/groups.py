"""Candidate groups and their members."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, exists, false, not_, or_, select
from sqlalchemy.orm import Session

from engine.model.account import Account
from engine.model.group import CandidateGroup, Membership
from engine.model.inserting import insert_absent
from engine.organisation import unattached
from engine.organisation.accounts import GROUP, Group


def of(session: Session, account_id: int) -> tuple[Group, ...]:
    """Return the groups of an account by id."""
    query = (
        select(*GROUP)
        .join(Membership, Membership.group_id == CandidateGroup.id)
        .where(Membership.account_id == account_id)
        .order_by(CandidateGroup.id)
    )
    return tuple(Group(*row) for row in session.execute(query))


def names(session: Session) -> dict[str, str]:
    """Return the German name of every group by id."""
    query = select(CandidateGroup.id, CandidateGroup.name)
    return {group_id: name for group_id, name in session.execute(query)}


def unknown(session: Session, group_ids: Iterable[str]) -> set[str]:
    """Return those of the ids that are no group, e.g. to complain about a diagram."""
    wanted = set(group_ids)
    query = select(CandidateGroup.id).where(CandidateGroup.id.in_(wanted))
    return wanted - set(session.scalars(query))


def is_of(session: Session, mandant_id: str, group_id: str) -> bool:
    """Whether a group's members work in a Mandant; in the one of nobody operators see all tasks."""
    if mandant_id == unattached.MANDANT_ID:
        return True
    query = select(CandidateGroup.mandant_id).where(CandidateGroup.id == group_id)
    found = session.execute(query).first()
    return found is not None and found.mandant_id in (None, mandant_id)


def members(session: Session, group_id: str) -> list[tuple[str, str]]:
    """Return name and display name of the active members of a group."""
    query = (
        select(Account.name, Account.display_name)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.group_id == group_id, Account.is_active)
        .order_by(Account.display_name)
    )
    return [(name, display_name) for name, display_name in session.execute(query)]


def workers(session: Session, mandant_id: str) -> list[tuple[str, str]]:
    """Return name and display name of those who carry the SGB VIII work of a Mandant's cases."""
    query = (
        select(Account.name, Account.display_name)
        .join(Membership, Membership.account_id == Account.id)
        .join(CandidateGroup, CandidateGroup.id == Membership.group_id)
        .where(CandidateGroup.mandant_id == mandant_id, CandidateGroup.sees_sgb8)
        .where(Account.is_active)
        .distinct()
        .order_by(Account.display_name)
    )
    return [(name, display_name) for name, display_name in session.execute(query)]


def colleagues(session: Session, mandant_id: str, wanted: str) -> list[tuple[str, str]]:
    """Return name and display name of the active people in a Mandant's groups.

    `wanted` lists groups with commas: `bo_ksa*` means every group whose id begins so, and a group
    behind `!` leaves its members out, whatever else they belong to.
    """
    listed = [each.strip() for each in wanted.split(",")]
    inside = [each for each in listed if not each.startswith("!")]
    outside = [each[1:] for each in listed if each.startswith("!")]
    query = (
        select(Account.name, Account.display_name)
        .where(Account.mandant_id == mandant_id, Account.is_active, _member_of(inside))
        .where(not_(_member_of(outside)))
        .order_by(Account.display_name, Account.name)
    )
    return [(name, display_name) for name, display_name in session.execute(query)]


def _member_of(patterns: Iterable[str]) -> ColumnElement[bool]:
    """Whether an account is in one of the groups; a star stands for the rest of an id."""
    fits = [
        Membership.group_id.startswith(each[:-1], autoescape=True)
        if each.endswith("*")
        else Membership.group_id == each
        for each in patterns
    ]
    return exists().where(Membership.account_id == Account.id, or_(false(), *fits))


@dataclass(frozen=True)
class Called:
    """How a group, one of its active members and some other person are called, if they exist."""

    group: str | None
    member: str | None
    other: str | None


def called(session: Session, group_id: str, member: str | None, other: str | None) -> Called:
    """Return the names of a group and of two accounts, the first only as a member of the group."""
    person = select(Account.display_name).where(Account.name == member, Account.is_active)
    query = select(
        select(CandidateGroup.name).where(CandidateGroup.id == group_id).scalar_subquery(),
        person.where(_member_of([group_id])).scalar_subquery(),
        select(Account.display_name).where(Account.name == other).scalar_subquery(),
    )
    return Called(*session.execute(query).one())


def join(session: Session, account_id: int, group_id: str) -> None:
    """Make an account a member of a group; nothing happens if it is one."""
    insert_absent(session, Membership, [{"account_id": account_id, "group_id": group_id}])


def leave(session: Session, account_id: int, group_id: str) -> None:
    """End a membership."""
    session.execute(
        delete(Membership).where(
            Membership.account_id == account_id, Membership.group_id == group_id
        )
    )
