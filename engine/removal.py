"""Takes back what was sent over the API: a version of a process, of a DMN file or of a form.

The row stays, because ended instances tell of it; nothing finds or begins it any more, and its
number is never given again. The newest version is then the one before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import call_graph, definitions, start_events, versions
from engine.bpmn import Bound, Element, Process
from engine.bpmn.outcome import State
from engine.errors import Conflict, NotAllowed, NotFound
from engine.model.decision import DecisionDefinition, DecisionRequirements
from engine.model.deployment import Definition, Deployment
from engine.model.form import FormDefinition
from engine.model.instance import Instance
from engine.model.user_task import TaskState, UserTask
from engine.organisation import unattached
from engine.versions import SENT, Brought

#: What elements name: they call a process, ask a decision, show a form.
Gone = Definition | DecisionDefinition | FormDefinition


@dataclass(frozen=True)
class Other:
    """Another process that is there, and what brought it."""

    deployment_id: int
    process: Process


class ResourceNotFound(NotFound):
    """Diese Datei gibt es nicht."""


class BelongsToOffice(NotAllowed):
    """Damit arbeitet eine Stelle. Löschen lässt sich nur, was zu keinem Mandanten gehört."""


class StillRuns(Conflict):
    """Damit laufen noch Vorgänge. Bitte beenden Sie diese zuerst."""


class StillBound(Conflict):
    """Ein anderes Verfahren braucht diese Fassung. Bitte löschen Sie dieses zuerst."""


def remove(session: Session, key: int, *, now: datetime) -> None:
    """Take a version back, with all decisions of a DMN file, or raise what speaks against it."""
    row = _locked(session, key)
    _require_unattached(session, row)
    gone = list(_gone(session, row))
    if _runs(session, row):
        raise StillRuns
    if any(_needs(session, other, each) for each in gone for other in _others(session, row)):
        raise StillBound
    was_newest = versions.newest(session, type(row), versions.name_of(row)) is row
    for each in {row, *gone}:
        each.removed_at = now
    session.flush()
    if isinstance(row, Definition) and was_newest:
        _listen_again(session, row.process_id, now=now)


def _locked(session: Session, key: int) -> Brought:
    """Return a version that nobody can begin meanwhile: who does holds its row."""
    tables: tuple[type[Any], ...] = (Definition, DecisionRequirements, FormDefinition)
    for table in tables:
        query = select(table).where(table.id == key, table.removed_at.is_(None))
        row: Brought | None = session.scalars(query.with_for_update()).first()
        if row is not None:
            return row
    raise ResourceNotFound


def _require_unattached(session: Session, row: Brought) -> None:
    """Raise `BelongsToOffice` for what a folder has, and for what an office has worked with."""
    table: Any = type(row)
    of_same = versions.name_of(row)
    from_folder = (
        select(table.id)
        .join(Deployment, Deployment.id == table.deployment_id)
        .where(versions.name_column(table) == of_same, ~Deployment.name.startswith(SENT))
    )
    worked_with = select(Instance.id).where(
        Instance.definition_id == row.id, Instance.mandant_id != unattached.MANDANT_ID
    )
    if session.scalar(select(or_(from_folder.exists(), worked_with.exists()))):
        raise BelongsToOffice


def _gone(session: Session, row: Brought) -> Iterator[Gone]:
    if isinstance(row, DecisionRequirements):
        query = select(DecisionDefinition).where(DecisionDefinition.requirements_key == row.id)
        yield from session.scalars(query)
    else:
        yield row


def _runs(session: Session, row: Brought) -> bool:
    """Whether an instance runs on a version, or somebody has its form open."""
    running = select(Instance.id).where(
        Instance.definition_id == row.id, Instance.state == State.ACTIVE
    )
    asked = select(UserTask.id).where(UserTask.form_key == row.id, UserTask.state == TaskState.OPEN)
    return session.scalar(select(or_(running.exists(), asked.exists()))) or False


def _others(session: Session, row: Brought) -> list[Other]:
    query = select(Definition.id, Definition.deployment_id).where(
        Definition.removed_at.is_(None), Definition.id != row.id
    )
    found = session.execute(query).all()
    return [Other(deployment, definitions.load(session, key).process) for key, deployment in found]


def _needs(session: Session, other: Other, gone: Gone) -> bool:
    """Whether a process names a version in whose place no other one would stand."""
    own = other.deployment_id == gone.deployment_id
    for element in other.process.elements.values():
        for wanted in _named(element, gone):
            if own and wanted.prefers_own:
                return True
            if wanted.may_be_foreign and not _stands_in(session, gone, wanted):
                return True
    return False


def _named(element: Element, gone: Gone) -> Iterator[Bound]:
    """Yield how an element names something of this id, if it does."""
    name = versions.name_of(gone)
    if isinstance(gone, Definition):
        called = element.called
        if called is not None and call_graph.named(element) == name:
            yield Bound(name, called.binding, called.version_tag)
        return
    asks = (element.form, element.asked_before)
    for wanted in asks if isinstance(gone, FormDefinition) else (element.decision,):
        if wanted is not None and wanted.id == name:
            yield wanted


def _stands_in(session: Session, gone: Gone, wanted: Bound) -> bool:
    """Whether what is named is another version, or would be."""
    tagged = wanted.binding == "versionTag"
    if tagged and gone.version_tag != wanted.version_tag:
        return True
    table: Any = type(gone)
    query = select(table.id).where(
        versions.name_column(table) == wanted.id, table.id != gone.id, table.removed_at.is_(None)
    )
    if tagged:
        query = query.where(table.version_tag == wanted.version_tag)
    return session.scalars(query.limit(1)).first() is not None


def _listen_again(session: Session, process_id: str, *, now: datetime) -> None:
    """Let the version before begin instances again, if there is one."""
    before = versions.newest(session, Definition, process_id)
    if before is None:
        start_events.forget(session, process_id)
    else:
        start_events.listen(session, definitions.load(session, before.id), now=now)
