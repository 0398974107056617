"""What lies within an instance or a run of an element: the runs inside it, and what they called."""

from __future__ import annotations

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select

from engine.bpmn.outcome import HistoryKind
from engine.model.history import HistoryRow
from engine.model.incident import Incident
from engine.model.instance import Instance

_TABLE = Instance.__table__


def instance_incidents(instance_id: int) -> ColumnElement[bool]:
    """Which incidents belong to an instance or to one that it called, however deep."""
    return Incident.instance_id.in_(_with_called(_TABLE.c.id == instance_id))


def run_incidents(instance_id: int, key: int) -> ColumnElement[bool]:
    """Which incidents belong to a run of an element, to those inside it, or to what they called."""
    if key == instance_id:
        return instance_incidents(instance_id)
    inside = _inside(instance_id, key)
    called = and_(_TABLE.c.parent_id == instance_id, _TABLE.c.parent_key.in_(inside))
    own = and_(Incident.instance_id == instance_id, Incident.element_key.in_(inside))
    return or_(own, Incident.instance_id.in_(_with_called(called)))


def _inside(instance_id: int, key: int) -> ScalarSelect[int]:
    entered = and_(HistoryRow.instance_id == instance_id, HistoryRow.kind == HistoryKind.ENTERED)
    scope = func.coalesce(HistoryRow.scope_key, HistoryRow.instance_id)
    first = select(HistoryRow.element_key.label("key")).where(
        entered, HistoryRow.element_key == key
    )
    runs = first.cte("run_inside", recursive=True)
    inner = select(HistoryRow.element_key).join(runs, scope == runs.c.key).where(entered)
    return select(runs.union(inner).c.key).scalar_subquery()


def _with_called(first: ColumnElement[bool]) -> ScalarSelect[int]:
    found = select(_TABLE.c.id).where(first).cte("called", recursive=True)
    further = select(_TABLE.c.id).join(found, _TABLE.c.parent_id == found.c.id)
    return select(found.union_all(further).c.id).scalar_subquery()
