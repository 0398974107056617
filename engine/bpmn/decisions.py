"""Business rule tasks: a DMN decision over what the task sees, with its trace for the history."""

from __future__ import annotations

from dataclasses import replace

from SpiffWorkflow.task import Task

from engine import feel
from engine.bpmn import scopes
from engine.bpmn.activities import ActivitySpec
from engine.bpmn.failures import Failure
from engine.bpmn.json_values import NotPortable, portable
from engine.dmn import Decision, DecisionFailed, Verdict


class DecisionSpec(ActivitySpec):
    """A business rule task."""

    def perform(self, task: Task) -> bool:
        """Decide, and keep why."""
        verdict = self._decide(task, self._decision(task))
        try:
            value = portable(feel.to_exact(verdict.value))
        except NotPortable as error:
            raise Failure("decision", str(error)) from error
        scopes.admit(task, value)
        detail = task.internal_data.get("detail", {})
        task.internal_data["detail"] = {**detail, "trace": verdict.trace.as_json()}
        task.internal_data["result"] = {self.element.result_variable: value}
        return True

    def _decision(self, task: Task) -> Decision:
        engine, drawn = task.workflow.script_engine, self.element.decision
        assert drawn is not None  # or the element would be another task (see `graph`)
        wanted = replace(drawn, id=engine.plain_value(task, drawn.id, "Entscheidung"))
        decision: Decision | None = task.workflow.moment.world.decisions.get(wanted)
        if decision is None:
            raise Failure("no_decision", f"Die Entscheidung „{wanted.id}“ gibt es nicht.")
        return decision

    def _decide(self, task: Task, decision: Decision) -> Verdict:
        moment = task.workflow.moment
        visible = scopes.context(task, moment.world.values)
        try:
            verdict: Verdict = task.workflow.script_engine.paid(
                "Entscheidung", lambda: decision.evaluate(visible, clock=lambda: moment.now)
            )
        except DecisionFailed as error:
            place = error.position
            position = (
                f"{place.element_id}, Zeile {place.line}, Spalte {place.column}" if place else ""
            )
            account = {"trace": error.trace.as_json(), "failed": error.decision_id}
            raise Failure("decision", error.message, position, account=account) from error
        return verdict
