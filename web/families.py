"""The families behind cases: what they are called, and whom of them a task is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.person import Person


@dataclass(frozen=True)
class Family:
    """The people of one case by their ids, in the order in which they were entered."""

    persons: dict[str, str] = field(default_factory=dict)
    surnames: dict[str, None] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Every surname once; nothing where nobody is entered yet."""
        return ", ".join(self.surnames)

    def subject(self, local: Mapping[str, Any]) -> str:
        """Return the person whom a task's own input names; nothing if it is about all."""
        named = (self.persons.get(str(value)) for value in local.values())
        return next((person for person in named if person), "")


#: A case in which nobody is entered yet.
NOBODY = Family()


def of_cases(session: Session, case_ids: Iterable[int]) -> dict[int, Family]:
    """Return the families of some cases; those without people are left out."""
    query = select(Person.id, Person.case_id, Person.vorname, Person.nachname)
    found: dict[int, Family] = {}
    for row in session.execute(query.where(Person.case_id.in_(set(case_ids))).order_by(Person.id)):
        family = found.setdefault(row.case_id, Family())
        family.persons[str(row.id)] = " ".join(n for n in (row.vorname, row.nachname) if n)
        if row.nachname:
            family.surnames[row.nachname] = None
    return found
