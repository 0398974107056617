"""The cases of a person's groups, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.case import Case, InvolvedGroup
from engine.organisation.accounts import User
from web import families

#: Cases on the page; older ones are found through their tasks.
MOST = 100


@dataclass(frozen=True)
class Line:
    """One case of the list."""

    case_id: int
    begun: date
    family: str


def page(session: Session, user: User) -> list[Line]:
    """Return the open cases in which a group of the person's has had a task."""
    open_to = [group.id for group in user.groups if not group.portal_only]
    query = (
        select(Case.id, Case.fallbeginn)
        .where(Case.mandant_id == user.mandant_id, Case.status == "offen")
        .where(
            Case.id.in_(select(InvolvedGroup.case_id).where(InvolvedGroup.group_id.in_(open_to)))
        )
        .order_by(Case.id.desc())
        .limit(MOST)
    )
    rows = session.execute(query).all()
    found = families.of_cases(session, [row.id for row in rows])
    return [Line(row.id, row.fallbeginn, found.get(row.id, families.NOBODY).name) for row in rows]
