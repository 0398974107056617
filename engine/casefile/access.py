"""Who may open a case: the Mandant's own people whose groups have had a task in it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine.casefile.cases import CaseNotFound, is_ended
from engine.model.case import Case, InvolvedGroup
from engine.model.inserting import insert_absent
from engine.organisation.accounts import User


def involve(session: Session, case_id: int, groups: Iterable[str]) -> None:
    """Remember that groups have a task in the case."""
    rows = [{"case_id": case_id, "group_id": group} for group in sorted(set(groups))]
    insert_absent(session, InvolvedGroup, rows)


def may_see_case(session: Session, case_id: int, user: User) -> bool:
    """Whether the case's page may be shown; a missing case answers the same as a forbidden one."""
    groups = [group.id for group in user.groups if not group.portal_only]
    if user.mandant_id is None or not groups:
        return False
    involved = (
        exists()
        .where(Case.id == case_id, Case.mandant_id == user.mandant_id)
        .where(InvolvedGroup.case_id == Case.id, InvolvedGroup.group_id.in_(groups))
    )
    return bool(session.execute(select(involved)).scalar())


def require_case(session: Session, case_id: int, user: User) -> None:
    """Raise `CaseNotFound` unless the case's page may be shown."""
    if not may_see_case(session, case_id, user):
        raise CaseNotFound


def require_open_case(session: Session, case_id: int, user: User) -> None:
    """Let in who may see the case; an ended one is closed to all (§ 84 SGB X)."""
    require_case(session, case_id, user)
    if is_ended(session, case_id):
        raise CaseNotFound


def may_see_protected(session: Session, case_id: int, user: User) -> bool:
    """Whether SGB VIII contents of the case are shown: an involved group must be allowed to."""
    return user.sees_sgb8 and may_see_case(session, case_id, user)
