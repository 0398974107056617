"""What waits after a step, as rows of its tables; `engine.instances.absorbing` writes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine import feel
from engine.bpmn.outcome import (
    RaisedIncident,
    WaitingJob,
    WaitingSubscription,
    WaitingTimer,
    WaitingUserTask,
)
from engine.instances.steps import Standing
from engine.model.job import JobState
from engine.model.user_task import NO_DUE, TaskState


def timer_row(timer: WaitingTimer) -> dict[str, Any]:
    """Return what the table keeps of a timer."""
    return {
        "element_id": timer.element_id,
        "due_at": timer.due_at,
        "wake_at": timer.due_at,
        "attempts": 0,
    }


def subscription_row(
    standing: Standing, now: datetime, subscription: WaitingSubscription
) -> dict[str, Any]:
    """Return what the table keeps of a wait for a message."""
    return {
        "element_id": subscription.element_id,
        "kind": subscription.kind,
        "message": subscription.message,
        "correlation": subscription.correlation,
        "definition_id": standing.definition.id,
        "process_id": standing.definition.process_id,
        "mandant_id": standing.mandant_id,
        "created_at": now,
    }


def job_row(now: datetime, job: WaitingJob) -> dict[str, Any]:
    """Return what the table keeps of a job."""
    return {
        "element_id": job.element_id,
        "type": job.type,
        "retries": job.retries,
        "headers": dict(job.headers),
        "rank": 0,
        "state": JobState.CREATED,
        "created_at": now,
        "changed_at": now,
        "available_at": now,
    }


def incident_row(standing: Standing, now: datetime, incident: RaisedIncident) -> dict[str, Any]:
    """Return what the table keeps of a failure."""
    return {
        "case_id": standing.case_id,
        "mandant_id": standing.mandant_id,
        "element_id": incident.element_id,
        "element_key": incident.element_key,
        "kind": incident.kind,
        "message": incident.message,
        "position": incident.position,
        "created_at": now,
    }


def task_row(
    standing: Standing, task: WaitingUserTask, form_key: int | None, now: datetime
) -> dict[str, Any]:
    """Return the row of a user task; `form_key` names a form that is not its definition's."""
    return {
        "id": task.key,
        "instance_id": standing.instance_id,
        "case_id": standing.case_id,
        "definition_id": standing.definition.id,
        "mandant_id": standing.mandant_id,
        "element_id": task.element_id,
        "name": task.name,
        "form_id": task.form.id if task.form else None,
        "form_key": form_key,
        "state": TaskState.OPEN,
        "assignee": task.assignee,
        "candidate_groups": list(task.candidate_groups),
        "candidate_users": list(task.candidate_users),
        "due_at": task.due_at,
        "follow_up_at": task.follow_up_at,
        "priority": task.priority,
        "local": feel.plain(task.local),
        "created_at": now,
    }


def inbox_rows(task: WaitingUserTask) -> list[dict[str, Any]]:
    """Return the rows through which people find a task: one per group and person."""
    due_ms = int(task.due_at.timestamp() * 1000) if task.due_at else NO_DUE
    people = {*task.candidate_users, *([task.assignee] if task.assignee else [])}
    principals = {*task.candidate_groups, *(f"@{name}" for name in people)}
    return [
        {"principal": principal, "due_ms": due_ms, "user_task_id": task.key}
        for principal in sorted(principals)
    ]
