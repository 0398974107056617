"""Functions as values: written in an expression, made by a decision, or built in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.feel.errors import Place
from engine.feel.evaluation import Evaluation

Body = Callable[[Mapping[str, object], Evaluation], object]
#: Takes positional values, or names with them; None marks an optional argument left out.
Native = Callable[[Evaluation, Sequence[object], "Sequence[str] | None", Place], object]


@dataclass(frozen=True, slots=True, eq=False)
class FeelFunction:
    """A function with named parameters; the body gets them by name and shares the evaluation.

    `types` are the parameters' types (None: any), `result` the type of what comes out.
    """

    parameters: tuple[str, ...]
    body: Body
    types: tuple[object, ...] = ()
    result: object = None


@dataclass(frozen=True, slots=True, eq=False)
class BuiltIn:
    """A built-in function used as a value, as in `sort(list, f)`."""

    name: str
    parameters: tuple[str, ...]
    call: Native
