"""The saved state of an instance: what still waits, and the variables; never the diagram.

Format 2: `{"format", "process", "state", "rows"}`; a row is a task as `[key, key of its scope or
0, element id, SpiffWorkflow's state, facts]`, scopes before what they hold. Facts are JSON:

values: the task's own variables; wait: user_task, timer, subscription, job, call, ad_hoc,
condition or join;
open, done, closed: stages left behind; result: what came in, until it is mapped;
index: place in a multi-instance; incident: why the element stopped;
armed: it stands for an event, definition: for which of several; interrupted: by an event
sub-process of this scope; begun: something ran in an ad-hoc one; catches: by the callers;
undo: what completed in a scope and can be undone, todo: what a compensation has still to undo,
restored: a scope that is being undone.

Variables are exact JSON (`engine.feel.exact_json`). In format 1 they were plain, so that a context
which looks like a named kind was none; all else means the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from engine import feel
from engine.bpmn.instance import Instance
from engine.bpmn.model import Moment, Process
from engine.bpmn.outcome import State
from engine.errors import Conflict

FORMAT = 2
PUBLIC = frozenset({"user_task", "timer", "subscription", "job", "call", "ad_hoc"})


class SnapshotUnreadable(Conflict):
    """Der gespeicherte Stand des Vorgangs passt nicht zu dieser Fassung des Verfahrens."""


def dump(instance: Instance) -> bytes:
    """Return the snapshot of an instance in which nothing runs."""
    rows = [
        [task.id, task._parent or 0, task.task_spec.name, task.state, task.internal_data]
        for task in instance.tasks.values()
    ]
    return orjson.dumps(
        {
            "format": FORMAT,
            "process": instance.process.id,
            "state": instance.state,
            "rows": rows,
        }
    )


def load(snapshot: bytes, process: Process, moment: Moment) -> Instance:
    """Return the instance of a snapshot; raise SnapshotUnreadable if it does not fit."""
    instance = restore(read(snapshot), process, moment)
    instance.volume.assume(len(snapshot))
    return instance


def restore(saved: Mapping[str, Any], process: Process, moment: Moment) -> Instance:
    """Return the instance of a snapshot that has been read."""
    instance = Instance(process, moment)
    instance.state = State(saved["state"])
    for key, scope, element_id, state, facts in saved["rows"]:
        spec = process.spec.start if not element_id else process.spec.task_specs.get(element_id)
        if spec is None:
            raise SnapshotUnreadable
        task = instance.add(spec, instance.tasks.get(scope), state=state, key=key)
        task.internal_data = facts
        if facts.get("wait") == "condition":
            instance.watch.add(task)
    return instance


def read(snapshot: bytes) -> dict[str, Any]:
    """Return the parts of a snapshot; raise SnapshotUnreadable if its format is another."""
    saved: dict[str, Any] = orjson.loads(snapshot)
    if saved.get("format") == 1:
        rows = [[*row[:4], feel.received(row[4])] for row in saved["rows"]]
        return saved | {"format": FORMAT, "rows": rows}
    if saved.get("format") != FORMAT:
        raise SnapshotUnreadable
    return saved


def waits(snapshot: bytes) -> Mapping[int, str]:
    """Return the keys that wait in a snapshot, with their kinds, without the diagram."""
    found: dict[int, str] = {}
    for key, _, _, _, facts in read(snapshot)["rows"]:
        incident = facts.get("incident")
        if incident:
            found[incident["key"]] = "incident"
        elif facts.get("wait") in PUBLIC:
            found[key] = facts["wait"]
    return found


@dataclass(frozen=True, kw_only=True)
class ActiveElement:
    """One token, or one scope that holds tokens."""

    key: int
    element_id: str
    scope_key: int
    wait: str | None  #: what it waits for; None for a scope
    index: int | None = None  #: place in a multi-instance, from 0
    has_incident: bool = False


def active(snapshot: bytes) -> tuple[ActiveElement, ...]:
    """Return everything that runs, scopes before what they hold; not what is armed at a host."""
    return tuple(
        ActiveElement(
            key=key,
            element_id=element_id,
            scope_key=scope,
            wait=facts.get("wait"),
            index=facts.get("index"),
            has_incident="incident" in facts,
        )
        for key, scope, element_id, _, facts in read(snapshot)["rows"]
        if element_id and "armed" not in facts
    )


def variables(snapshot: bytes, key: int) -> Mapping[str, Any]:
    """Return what the element with this key sees: its own variables and those around it."""
    rows = {row[0]: row for row in read(snapshot)["rows"]}
    visible: dict[str, Any] = {}
    while key in rows:
        _, scope, _, _, facts = rows[key]
        visible = {**facts.get("values", {}), **visible}
        key = scope
    return visible


@dataclass(frozen=True, kw_only=True)
class VariableScope:
    """What holds variables of its own: the instance, or an element that runs."""

    key: int | None  #: None for the instance's own scope
    element_id: str
    values: Mapping[str, Any]  #: exact JSON


def scopes_of(snapshot: bytes, key: int | None = None) -> tuple[VariableScope, ...]:
    """Return all scopes, from the instance's own inwards; with a key those that it sees.

    The instance's own scope is always there, also after its end.
    """
    rows = {row[0]: row for row in read(snapshot)["rows"]}
    seen = set(rows)
    if key is not None:
        seen = {number for number, row in rows.items() if not row[1]}
        while key in rows:
            seen.add(key)
            key = rows[key][1]
    return tuple(
        VariableScope(
            key=number if scope else None, element_id=element_id, values=facts.get("values", {})
        )
        for number, scope, element_id, _, facts in rows.values()
        if number in seen and "armed" not in facts
    )
