"""Hangs the rows of what waits on the elements of another version, after a migration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from engine import bindings
from engine.bpmn.outcome import Outcome
from engine.instances.steps import Standing
from engine.model.base import Base, table_of
from engine.model.incident import Incident
from engine.model.instance import Instance
from engine.model.job import Job
from engine.model.message import Subscription
from engine.model.timer import Timer
from engine.model.user_task import UserTask


def rehang(session: Session, standing: Standing, outcome: Outcome) -> None:
    """Let everything that waits name its element in the new version; nothing else changes.

    Who holds a task, its due date, its draft and the moment of a timer stay as they were.
    """
    definition = standing.definition
    _change(session, Instance, [{"key": standing.instance_id, "definition_id": definition.id}])
    _change(
        session,
        UserTask,
        [
            {
                "key": task.key,
                "definition_id": definition.id,
                "element_id": task.element_id,
                "name": task.name,
                "form_id": task.form.id if task.form else None,
                "form_key": bindings.form_key(session, definition, task.form),
            }
            for task in outcome.user_tasks
        ],
    )
    of_version = {"definition_id": definition.id, "process_id": definition.process_id}
    waits = [{**_place(wait), **of_version} for wait in outcome.subscriptions]
    _change(session, Subscription, waits)
    _change(session, Timer, [_place(wait) for wait in outcome.timers])
    _change(session, Job, [_place(wait) for wait in outcome.jobs])
    _change(session, Incident, [_place(wait) for wait in outcome.incidents])


def _place(wait: Any) -> dict[str, Any]:
    return {"key": wait.key, "element_id": wait.element_id}


def _change(session: Session, model: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        table = table_of(model)
        names = [name for name in rows[0] if name != "key"]
        named: Mapping[str, Any] = {name: bindparam(name) for name in names}
        changed = update(table).where(table.c.id == bindparam("key")).values(named)
        session.execute(changed, rows)
