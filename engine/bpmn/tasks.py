"""User tasks, scripts and jobs: what they ask for while they wait, what they give back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from SpiffWorkflow.task import Task

from engine.bpmn import scopes, timers
from engine.bpmn.activities import ActivitySpec
from engine.bpmn.expressions import is_feel
from engine.bpmn.failures import Failure

PRIORITY = 50
ASSIGNED = ("assignee", "candidate_groups", "candidate_users")
NOBODY = (
    "Zuständigkeit: Die Ausdrücke nennen weder Gruppe noch Person, so bekäme niemand die Aufgabe "
    "zu sehen."
)
UNKNOWN = (
    "Zuständige Gruppen: Eine Gruppe, die der Ausdruck nennt, gibt es in dieser Stelle nicht, so "
    "bekäme niemand die Aufgabe zu sehen."
)


class UserTaskSpec(ActivitySpec):
    """Work for a person."""

    def perform(self, task: Task) -> bool:
        """Say for whom and until when, and wait."""
        element = self.element
        offer = {
            "assignee": _text(task, element.assignee, "Zuständige Person"),
            "candidate_groups": _groups(task, element.candidate_groups),
            "candidate_users": names_of(task, element.candidate_users, "Zuständige Personen"),
            "due_at": _moment(task, element.due_date, "Fälligkeit"),
            "follow_up_at": _moment(task, element.follow_up_date, "Wiedervorlage"),
            "priority": _number(task, element.priority, "Priorität", PRIORITY),
        }
        asked = (element.assignee, element.candidate_groups, element.candidate_users)
        if any(asked) and not any(offer[name] for name in ASSIGNED):
            raise Failure("expression", NOBODY)
        kept = {name: value for name, value in offer.items() if value not in (None, [], PRIORITY)}
        task.internal_data |= {"wait": "user_task", "offer": kept}
        return False

    def give_back(self, task: Task) -> None:
        """Hand what was entered to the scope around the task, whatever the mappings say.

        It is handed over first and only once: if a mapping fails, the input is safe, and whoever
        corrects it there finds the correction used by the retry.
        """
        entered = task.internal_data.get("result") or {}
        own = task.internal_data.get("values", {})
        own.update({name: value for name, value in entered.items() if name in own})
        scopes.hand_over(task if scopes.keeps(task) else task.parent, entered)
        task.internal_data.pop("result", None)
        if self.element.outputs:
            self.map_outputs(task)


class ScriptSpec(ActivitySpec):
    """A FEEL expression whose value becomes a variable."""

    def perform(self, task: Task) -> bool:
        """Evaluate."""
        value = task.workflow.script_engine.value(task, self.element.script, "Skript")
        scopes.admit(task, value)  # else a result that has no room would be kept for the retry
        task.internal_data["result"] = {self.element.result_variable: value}
        return True


class JobSpec(ActivitySpec):
    """Work for a handler: service and send tasks, thrown messages."""

    def perform(self, task: Task) -> bool:
        """Offer the job, and wait."""
        facts = task.internal_data
        facts["type"] = _text(task, self.element.job_type, "Art des Dienstes")
        facts["retries"] = _number(task, self.element.retries, "Versuche", 3)
        facts["wait"] = "job"
        return False


def _groups(task: Task, raw: str | None) -> list[str]:
    """Return the groups; those that an expression names could not be looked up at deployment."""
    found = names_of(task, raw, "Zuständige Gruppen")
    if raw is not None and is_feel(raw):
        is_group = task.workflow.moment.world.is_group
        if not all(is_group(name) for name in found):
            raise Failure("expression", UNKNOWN)
    return found


def _text(task: Task, raw: str | None, label: str) -> str | None:
    if raw is None:
        return None
    value = task.workflow.script_engine.plain_value(task, raw, label)
    if value is None or isinstance(value, str):
        return value
    raise Failure("expression", f"{label}: Der Ausdruck ergibt keinen Text.")


def names_of(task: Task, raw: str | None, label: str) -> list[str]:
    """Return names from a list or from a text with commas."""
    if raw is None:
        return []
    value = task.workflow.script_engine.plain_value(task, raw, label)
    names: Any = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Failure("expression", f"{label}: Der Ausdruck ergibt keine Liste von Namen.")
    return [name.strip() for name in names if name.strip()]


def _moment(task: Task, raw: str | None, label: str) -> str | None:
    if raw is None:
        return None
    value = task.workflow.script_engine.feel_value(task, raw, label)
    if value is None:
        return None
    try:
        moment: datetime = timers.moment_of(value)
    except timers.NoMoment as error:
        raise Failure("expression", f"{label}: {error}") from error
    return moment.isoformat()


def _number(task: Task, raw: str | None, label: str, default: int) -> int:
    if raw is None:
        return default
    value = task.workflow.script_engine.plain_value(task, raw, label)
    text = str(value)
    if text.isascii() and text.isdigit() and int(text) <= 100:
        return int(text)
    raise Failure("expression", f"{label}: Der Ausdruck ergibt keine ganze Zahl von 0 bis 100.")
