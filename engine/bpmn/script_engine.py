"""The only evaluator a diagram gets: FEEL. SpiffWorkflow's own is Python's `eval`.

Every way by which SpiffWorkflow reaches for a script engine ends here or is refused: `evaluate`,
`execute`, `call_service`, `validate` of the engine, and `evaluate` of its environment.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.task import Task

from engine import feel
from engine.bpmn import expressions, scopes
from engine.bpmn.failures import Failure
from engine.bpmn.json_values import NotPortable, portable
from engine.bpmn.model import Moment

#: What all expressions of one step may take together, in seconds of this thread's own time.
MOST_SECONDS = 1.0
MOST_REMARKS = 20
TOO_SLOW = "Die Ausdrücke dieses Schritts brauchen zusammen zu lange. Bitte vereinfachen Sie sie."
NO_SCRIPTS = "Programmcode in Diagrammen wird nicht ausgeführt. Erlaubt ist nur FEEL."


class FeelEnvironment:
    """Stands where SpiffWorkflow keeps its Python environment; knows only FEEL."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment

    def evaluate(
        self,
        expression: str,
        context: Mapping[str, Any],
        external_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Evaluate FEEL over plain values."""
        visible = {**(external_context or {}), **context}
        with_clock = {"clock": lambda: self._moment.now}
        return _guarded(
            "Ausdruck",
            lambda: feel.to_json(expressions.compiled(expression).require(visible, **with_clock)),
        )

    def execute(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse to run code."""
        raise Failure("script", NO_SCRIPTS)

    call_service = execute


class FeelEngine(PythonScriptEngine):  # type: ignore[misc]
    """Evaluates the expressions of one step over the scopes of a task."""

    def __init__(self, moment: Moment) -> None:
        super().__init__(environment=FeelEnvironment(moment))
        self._moment = moment
        self._spent = 0.0

    def evaluate(
        self, task: Task, expression: str, external_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Evaluate FEEL, with or without "=", to a JSON value; what SpiffWorkflow would call."""
        raw = f"={expression.lstrip().removeprefix('=')}"
        return self.value(task, raw, "Ausdruck", external_context)

    def execute(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse to run code."""
        raise Failure("script", NO_SCRIPTS)

    call_service = execute

    def validate(self, expression: str) -> None:
        """Compile FEEL; raise `Failure` with the place where it breaks."""
        _guarded("Ausdruck", lambda: expressions.compiled(expression))

    def value(
        self, task: Task, raw: str, label: str, extra: Mapping[str, Any] | None = None
    ) -> Any:
        """Return what a variable keeps of a raw text's value: FEEL after a "=", else the text."""
        if not expressions.is_feel(raw):
            return feel.to_exact(raw)
        return self.paid(label, lambda: portable(feel.to_exact(self._required(task, raw, extra))))

    def mapped_value(
        self, task: Task, raw: str, label: str, extra: Mapping[str, Any] | None = None
    ) -> Any:
        """Return what a mapping gives, as in Zeebe: null where FEEL finds none, and a hint why."""
        if not expressions.is_feel(raw):
            return feel.to_exact(raw)
        result = self.paid(label, lambda: self._evaluated(task, raw, extra))
        if result.value is None and result.warnings:
            _remark(task, label, result.warnings[0])
        return self.paid(label, lambda: portable(feel.to_exact(result.value)))

    def plain_value(self, task: Task, raw: str, label: str) -> Any:
        """Return the plain JSON value of a raw text, for what is no variable: names, numbers."""
        return feel.plain(self.value(task, raw, label))

    def feel_value(self, task: Task, raw: str, label: str) -> Any:
        """Return the FEEL value of a raw text; plain text stays text."""
        if not expressions.is_feel(raw):
            return raw
        return self.paid(label, lambda: self._required(task, raw, None))

    def holds(
        self, task: Task, raw: str, label: str, extra: Mapping[str, Any] | None = None
    ) -> bool:
        """Return whether a condition holds; anything but true and false is a failure."""
        visible = scopes.context(task, self._moment.world.values, extra)
        condition = expressions.compiled(raw).condition
        return bool(self.paid(label, lambda: condition(visible, clock=lambda: self._moment.now)))

    def paid(self, label: str, evaluate: Callable[[], Any]) -> Any:
        """Evaluate something on the account of this step; failures say what `label` is.

        Each expression has its limit, but a step may evaluate thousands.
        """
        if self._spent > MOST_SECONDS:
            raise Failure("budget", TOO_SLOW)
        before = time.thread_time()
        try:
            return _guarded(label, evaluate)
        finally:
            self._spent += time.thread_time() - before

    def is_true(self, task: Task, raw: str, label: str) -> bool:
        """Return whether a condition is true; what it reads may still be missing."""
        result: feel.Result = _guarded(label, lambda: self._evaluated(task, raw, None))
        return result.value is True

    def _evaluated(self, task: Task, raw: str, extra: Mapping[str, Any] | None) -> feel.Result:
        visible = scopes.context(task, self._moment.world.values, extra)
        return expressions.compiled(raw).evaluate(visible, clock=lambda: self._moment.now)

    def _required(self, task: Task, raw: str, extra: Mapping[str, Any] | None) -> Any:
        visible = scopes.context(task, self._moment.world.values, extra)
        return expressions.compiled(raw).require(visible, clock=lambda: self._moment.now)


def _remark(task: Task, label: str, problem: feel.Problem) -> None:
    """Note for the history why a mapping gave nothing."""
    detail = task.internal_data.get("detail", {})
    remarks = [*detail.get("hinweise", ()), f"{label}: {problem.message}"][:MOST_REMARKS]
    task.internal_data["detail"] = {**detail, "hinweise": remarks}


def _guarded(label: str, evaluate: Callable[[], Any]) -> Any:
    try:
        return evaluate()
    except feel.FeelError as error:
        hint = f" {error.hint}" if error.hint else ""
        position = f"Zeile {error.line}, Spalte {error.column}"
        message = f"{label}: {error.message}{hint}"
        raise Failure("expression", message, position) from error
    except NotPortable as error:
        raise Failure("expression", f"{label}: {error}") from error
