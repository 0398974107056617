"""What waits in an instance after a step, as the plain values of an Outcome."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from SpiffWorkflow.task import Task

from engine.bpmn import boundaries, scopes, snapshot
from engine.bpmn.instance import Instance
from engine.bpmn.outcome import (
    Outcome,
    RaisedIncident,
    WaitingAdHoc,
    WaitingCall,
    WaitingJob,
    WaitingSubscription,
    WaitingTimer,
    WaitingUserTask,
)


def outcome_of(instance: Instance) -> Outcome:
    """Return the new snapshot and everything that waits in it."""
    tasks = list(instance.tasks.values())
    stopped = [task for task in tasks if "incident" in task.internal_data]
    root = instance.task_tree
    return Outcome(
        snapshot=snapshot.dump(instance),
        state=instance.state,
        variables=scopes.local(root),
        user_tasks=tuple(_user_task(task) for task in _waiting(tasks, "user_task")),
        timers=tuple(_timer(task) for task in _waiting(tasks, "timer")),
        subscriptions=tuple(_subscription(task) for task in _waiting(tasks, "subscription")),
        jobs=tuple(_job(task) for task in _waiting(tasks, "job")),
        calls=tuple(_call(task) for task in _waiting(tasks, "call")),
        ad_hoc=tuple(_ad_hoc(task) for task in _waiting(tasks, "ad_hoc")),
        incidents=tuple(_incident(task) for task in stopped),
        signals=tuple(instance.signals),
        escalations=tuple(instance.escalations),
        uncaught=instance.uncaught,
        history=tuple(instance.history),
        ended_at=tuple(root.internal_data.get("ended", ())),
    )


def _waiting(tasks: list[Task], kind: str) -> list[Task]:
    return [
        task
        for task in tasks
        if task.internal_data.get("wait") == kind and "incident" not in task.internal_data
    ]


def _user_task(task: Task) -> WaitingUserTask:
    element, offer = task.task_spec.element, task.internal_data["offer"]
    return WaitingUserTask(
        key=task.id,
        element_id=element.id,
        name=element.name,
        form=element.form,
        assignee=offer.get("assignee"),
        candidate_groups=tuple(offer.get("candidate_groups", ())),
        candidate_users=tuple(offer.get("candidate_users", ())),
        due_at=_moment(offer.get("due_at")),
        follow_up_at=_moment(offer.get("follow_up_at")),
        priority=offer.get("priority", 50),
        local=dict(task.internal_data.get("values", {})),
    )


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _timer(task: Task) -> WaitingTimer:
    due_at = datetime.fromisoformat(task.internal_data["due"])
    return WaitingTimer(key=task.id, element_id=task.task_spec.element.id, due_at=due_at)


def _subscription(task: Task) -> WaitingSubscription:
    return WaitingSubscription(
        key=task.id,
        element_id=task.task_spec.element.id,
        message=task.internal_data["message"],
        correlation=task.internal_data["correlation"],
        interrupting=task.task_spec.element.interrupting,
        kind=task.internal_data.get("kind", "message"),
    )


def _job(task: Task) -> WaitingJob:
    element = task.task_spec.element
    mapped = {line.target.partition(".")[0] for line in element.inputs}
    values = task.internal_data.get("values", {})
    return WaitingJob(
        key=task.id,
        element_id=element.id,
        type=task.internal_data["type"],
        retries=task.internal_data["retries"],
        headers=element.headers,
        # A loop's item and counter are the diagram's own business: only what is mapped goes out.
        variables={name: value for name, value in values.items() if name in mapped},
    )


def _call(task: Task) -> WaitingCall:
    element, instance = task.task_spec.element, task.workflow
    return WaitingCall(
        key=task.id,
        element_id=element.id,
        process_id=task.internal_data["process_id"],
        binding=element.called.binding,
        version_tag=element.called.version_tag,
        variables=instance.handed.get(task.id, {}),
        catches=boundaries.catchable(task),
    )


def _ad_hoc(task: Task) -> WaitingAdHoc:
    spec = task.task_spec
    return WaitingAdHoc(key=task.id, element_id=spec.element.id, choices=spec.choices)


def _incident(task: Task) -> RaisedIncident:
    incident = task.internal_data["incident"]
    return RaisedIncident(
        key=incident["key"],
        element_key=task.id,
        element_id=task.task_spec.element.id,
        kind=incident["kind"],
        message=incident["message"],
        position=incident["position"],
    )
