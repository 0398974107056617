"""Functions written in an expression, and calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.feel.builtins.registry import Bound
from engine.feel.compiler.core import Closure, Compiler, Handler, Scope
from engine.feel.compiler.names import meant
from engine.feel.evaluation import Evaluation
from engine.feel.syntax.nodes import Call, FunctionLiteral, Name, Node
from engine.feel.values.foreign import MISSING
from engine.feel.values.functions import BuiltIn, FeelFunction
from engine.feel.values.invocation import call_function, call_named
from engine.feel.values.kinds import german


def compile_function(compiler: Compiler, node: FunctionLiteral) -> Closure:
    """Compile a function; it sees the variables around it."""
    if node.external:
        return _refuse_external(node)
    with compiler.binding(node.parameters):
        body = compiler.compile(node.body)

    def run(scope: Scope) -> object:
        def call(arguments: Mapping[str, object], evaluation: Evaluation) -> object:
            return body(Scope(arguments, scope, evaluation))

        return FeelFunction(node.parameters, call, node.types)

    return run


def _refuse_external(node: FunctionLiteral) -> Closure:
    def run(scope: Scope) -> object:
        return scope.evaluation.problem(
            "unsupported", "Externe Funktionen werden nicht ausgeführt", node.place
        )

    return run


def compile_call(compiler: Compiler, node: Call) -> Closure:
    """Compile a call: of a built-in that is known now, or of a value that is a function."""
    arguments = [compiler.compile(argument) for argument in node.arguments]
    function = node.function
    if isinstance(function, Name) and not compiler.is_bound(function.name):
        bound = compiler.functions.bind(function.name, len(arguments), node.names)
        if bound is not None:
            return _call_built_in(node, function.name, bound, arguments)
    callee = compiler.compile(function)
    known = compiler.functions.names

    def run(scope: Scope) -> object:
        problems = scope.evaluation.problems
        before = len(problems)
        value = callee(scope)
        if isinstance(value, FeelFunction | BuiltIn):
            return _call_value(value, node, arguments, scope)
        if isinstance(function, Name) and scope.find(function.name) is MISSING:
            del problems[before:]  # it was looked up as a variable; it is meant as a function
            return _unknown_function(function, known, scope)
        return scope.evaluation.problem(
            "not_a_function", f"Das ist keine Funktion, sondern {german(value)}", node.place
        )

    return run


def _unknown_function(function: Name, known: Sequence[str], scope: Scope) -> Any:
    return scope.evaluation.problem(
        "unknown_function",
        f"Es gibt keine Funktion „{function.name}“",
        function.place,
        lambda: meant(function.name, known),
    )


def _call_built_in(node: Call, name: str, bound: Bound | str, arguments: list[Closure]) -> Closure:
    place = node.place

    def run(scope: Scope) -> object:
        # A decision's own function of that name wins; a variable that is no function does not.
        own = scope.find(name)
        if isinstance(own, FeelFunction | BuiltIn):
            return _call_value(own, node, arguments, scope)
        if isinstance(bound, str):
            return scope.evaluation.problem("arguments", bound, place)
        forgives = bound.forgives
        scope.evaluation.silence += forgives
        try:
            values = [argument(scope) for argument in arguments]
        finally:
            scope.evaluation.silence -= forgives
        return bound.call(values, scope.evaluation, place)

    return run


def _call_value(
    value: FeelFunction | BuiltIn, node: Call, arguments: Sequence[Closure], scope: Scope
) -> object:
    values = [argument(scope) for argument in arguments]
    if node.names is None:
        return call_function(value, values, scope.evaluation, node.place)
    return call_named(
        value, dict(zip(node.names, values, strict=True)), scope.evaluation, node.place
    )


HANDLERS: dict[type[Node], Handler] = {
    FunctionLiteral: compile_function,
    Call: compile_call,
}
