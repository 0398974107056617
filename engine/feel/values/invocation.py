"""Calling functions that are values, with positional or named arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.feel.errors import Place
from engine.feel.evaluation import Evaluation
from engine.feel.values.functions import BuiltIn, FeelFunction
from engine.feel.values.types import coerce, type_name


def call_function(
    function: FeelFunction | BuiltIn,
    values: Sequence[object],
    evaluation: Evaluation,
    place: Place,
) -> object:
    """Call with positional arguments."""
    if isinstance(function, BuiltIn):
        return function.call(evaluation, values, None, place)
    wanted = len(function.parameters)
    if len(values) != wanted:
        return evaluation.problem(
            "arguments",
            f"Diese Funktion hat {_parameters(wanted)}, bekommt aber {_arguments(len(values))}",
            place,
        )
    arguments = dict(zip(function.parameters, values, strict=True))
    for name, kind in zip(function.parameters, function.types, strict=False):
        arguments[name], fits = coerce(arguments[name], kind, evaluation.types)
        if not fits:
            return evaluation.problem(
                "arguments", f"Der Parameter „{name}“ muss vom Typ {type_name(kind)} sein", place
            )
    return _run(function, arguments, evaluation, place)


def _parameters(count: int) -> str:
    return "einen Parameter" if count == 1 else f"{count or 'keine'} Parameter"


def _arguments(count: int) -> str:
    return "ein Argument" if count == 1 else f"{count or 'keine'} Argumente"


def _run(
    function: FeelFunction, arguments: Mapping[str, object], evaluation: Evaluation, place: Place
) -> object:
    evaluation.budget.enter()
    try:
        result = function.body(arguments, evaluation)
    finally:
        evaluation.budget.leave()
    fitted, fits = coerce(result, function.result, evaluation.types)
    if not fits:
        kind = type_name(function.result)
        evaluation.problem("result", f"Das Ergebnis der Funktion ist nicht vom Typ {kind}", place)
    return fitted


def call_named(
    function: FeelFunction | BuiltIn,
    arguments: Mapping[str, object],
    evaluation: Evaluation,
    place: Place,
) -> object:
    """Call with named arguments."""
    if isinstance(function, BuiltIn):
        return function.call(evaluation, tuple(arguments.values()), tuple(arguments), place)
    if set(arguments) != set(function.parameters):
        known = ", ".join(function.parameters) or "keine"
        return evaluation.problem("arguments", f"Die Funktion hat die Parameter: {known}", place)
    values = [arguments[name] for name in function.parameters]
    return call_function(function, values, evaluation, place)
