"""Decisions and decision services, each ready to be asked with the values of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.dmn.errors import DecisionFailed, Place
from engine.dmn.recording import Logic, Recording
from engine.dmn.trace import Trace
from engine.feel import Clock, FeelError, FeelFunction
from engine.feel.compiler.core import Scope
from engine.feel.evaluation import Evaluation
from engine.feel.json_values import settle
from engine.feel.values.foreign import Foreign
from engine.feel.values.types import coerce, type_name

Variables = dict[str, object] | Foreign


@dataclass(frozen=True)
class InputData:
    """A value that a decision takes from outside; `is_text` keeps texts that look like dates."""

    name: str
    type: object
    is_text: bool


@dataclass(frozen=True)
class Verdict:
    """What a decision came to, as a FEEL value, and how."""

    value: object
    trace: Trace


@dataclass(frozen=True)
class Parts:
    """What a model consists of, by id, and its functions by name; filled while it is read."""

    inputs: dict[str, InputData] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    functions: dict[str, FeelFunction] = field(default_factory=dict)
    types: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class Decision:
    """A decision with the ids of the inputs and decisions that it requires.

    Decisions that require this one see its value as `variable` and under all its `names`.
    """

    id: str
    name: str
    kind: str  #: the element that holds the logic, as DMN calls it
    variable: str
    names: tuple[str, ...]
    type: object
    logic: Logic
    inputs: tuple[str, ...]
    required: tuple[str, ...]
    parts: Parts

    def evaluate(self, context: Mapping[str, object], *, clock: Clock) -> Verdict:
        """Make the decision; raise DecisionFailed, with the account so far, if it has no result.

        What the model does not draw as an input is found in the context all the same, as
        expressions of diagrams find it there.
        """
        evaluation = _recording(self.id, self.name, self.parts, clock)
        making = _Making(self.parts, Foreign(context), context)
        try:
            value = making.decide(self, evaluation)
        except DecisionFailed as failure:
            failure.trace = evaluation.trace.required[0]
            raise
        return Verdict(value, evaluation.trace.required[0])

    def beside(self, functions: Mapping[str, FeelFunction]) -> Decision:
        """Return the decision as it is made where other files offer these functions."""
        parts = replace(self.parts, functions={**functions, **self.parts.functions})
        return replace(self, parts=parts)


@dataclass(frozen=True, kw_only=True, eq=False)
class OfferedDecisions:
    """Decisions offered together, as a function of inputs and of decisions made elsewhere."""

    id: str
    name: str
    inputs: tuple[str, ...]
    given: tuple[str, ...]
    outputs: tuple[str, ...]
    type: object
    parts: Parts

    def evaluate(self, context: Mapping[str, object], *, clock: Clock) -> Verdict:
        """Make the decisions offered; raise DecisionFailed if one has no result."""
        evaluation = _recording(self.id, self.name, self.parts, clock)
        evaluation.trace.value = settle(self._answer(Foreign(context), context, evaluation))
        return Verdict(evaluation.trace.value, evaluation.trace)

    def function(self) -> FeelFunction:
        """Return the service as a function: its inputs first, then the decisions given to it."""
        parameters = {
            **{one.name: one.type for one in (self.parts.inputs[key] for key in self.inputs)},
            **{one.variable: one.type for one in (self.parts.decisions[key] for key in self.given)},
        }

        def call(given: Mapping[str, object], evaluation: Evaluation) -> object:
            return self._answer(dict(given), given, evaluation)

        return FeelFunction(tuple(parameters), call, tuple(parameters.values()))

    def _answer(
        self, variables: Variables, raw: Mapping[str, object], evaluation: Evaluation
    ) -> object:
        making = _Making(self.parts, variables, raw)
        for each in self.given:
            making.know(each, variables.get(self.parts.decisions[each].variable))
        offered = [self.parts.decisions[each] for each in self.outputs]
        values = {each.variable: making.decide(each, evaluation) for each in offered}
        answer = values[offered[0].variable] if len(offered) == 1 else values
        return coerce(answer, self.type, self.parts.types)[0]


def _recording(decision_id: str, name: str, parts: Parts, clock: Clock) -> Recording:
    trace = Trace(decision_id=decision_id, name=name)
    return Recording(clock, types=parts.types, trace=trace)


class _Making:
    """One question to a model: each decision is made at most once."""

    def __init__(self, parts: Parts, variables: Variables, raw: Mapping[str, object]) -> None:
        self._parts = parts
        self._variables = variables
        self._raw = raw
        self._made: dict[str, object] = {}

    def know(self, decision_id: str, value: object) -> None:
        """Take a decision's value as given."""
        self._made[decision_id] = value

    def decide(self, decision: Decision, evaluation: Evaluation) -> object:
        """Return the decision's value, computed now unless it is known."""
        if decision.id not in self._made:
            self._made[decision.id] = self._accounted(decision, evaluation)
        return self._made[decision.id]

    def _accounted(self, decision: Decision, evaluation: Evaluation) -> object:
        if not isinstance(evaluation, Recording):
            return self._computed(decision, evaluation)
        trace = Trace(decision_id=decision.id, name=decision.name, kind=decision.kind)
        with evaluation.account(trace):
            trace.value = settle(self._computed(decision, evaluation))
        return trace.value

    def _computed(self, decision: Decision, evaluation: Evaluation) -> object:
        try:
            return decision.logic(self._scope(decision, evaluation))
        except DecisionFailed as failure:
            failure.decision_id = failure.decision_id or decision.id
            raise
        except (RecursionError, MemoryError):
            raise DecisionFailed(
                f"Die Entscheidung „{decision.name}“ ist zu tief verschachtelt.", decision.id
            ) from None
        except FeelError as error:
            raise DecisionFailed(
                f"Die Entscheidung „{decision.name}“ ist nicht möglich: {error}",
                decision.id,
                Place(decision.id, error.line, error.column),
            ) from error

    def _scope(self, decision: Decision, evaluation: Evaluation) -> Scope:
        near: dict[str, object] = {}
        for each in decision.inputs:
            near[self._parts.inputs[each].name] = self._input(self._parts.inputs[each])
        for each in decision.required:
            required = self._parts.decisions[each]
            near |= dict.fromkeys(required.names, self.decide(required, evaluation))
        outermost = Scope(self._variables, None, evaluation)
        return outermost.inner(self._parts.functions).inner(near)

    def _input(self, wanted: InputData) -> object:
        value = self._variables.get(wanted.name)
        text = self._raw.get(wanted.name) if wanted.is_text else None
        value = text if isinstance(text, str) else value
        fitted, fits = coerce(value, wanted.type, self._parts.types)
        if not fits:
            kind = type_name(wanted.type)
            raise DecisionFailed(f"Der Wert „{wanted.name}“ passt nicht zum Typ „{kind}“.")
        return fitted
