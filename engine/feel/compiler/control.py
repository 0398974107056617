"""`if`, `for`, `some` and `every`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.feel.compiler.core import Closure, Compiler, Handler, Scope, placed
from engine.feel.compiler.domains import stretch, values_of
from engine.feel.syntax.nodes import For, If, Iterator, Node, Quantified
from engine.feel.values.functions import FeelFunction
from engine.feel.values.kinds import german


def compile_if(compiler: Compiler, node: If) -> Closure:
    """Compile a decision; a condition that is not true takes the way of `else`."""
    condition, yes, no = (compiler.compile(part) for part in (node.condition, node.yes, node.no))

    def run(scope: Scope) -> object:
        answer = condition(scope)
        if answer is True:
            return yes(scope)
        if answer is not False:
            scope.evaluation.problem(
                "not_boolean",
                f"Die Bedingung von „if“ muss ja oder nein sein (true/false), ist aber: "
                f"{german(answer)}",
                node.condition.place,
            )
        return no(scope)

    return run


@dataclass(frozen=True, slots=True)
class _Loop:
    name: str
    source: Closure
    last: Closure | None
    node: Iterator

    def values(self, scope: Scope) -> object:
        first = self.source(scope)
        if self.last is None:
            return values_of(first, self.node.place, scope.evaluation)
        return stretch(first, self.last(scope), self.node.place, scope.evaluation)


def _compile_loops(compiler: Compiler, iterators: tuple[Iterator, ...]) -> list[_Loop]:
    loops: list[_Loop] = []
    for iterator in iterators:
        source = compiler.compile(iterator.source)
        last = None if iterator.last is None else compiler.compile(iterator.last)
        loops.append(_Loop(iterator.name, source, last, iterator))
        compiler.bind(iterator.name)
    return loops


def compile_for(compiler: Compiler, node: For) -> Closure:
    """Compile a loop; in its body `partial` is the list of the results so far."""
    with compiler.binding(()):
        loops = _compile_loops(compiler, node.iterators)
        body, looks_back = _compile_body(compiler, node.body)

    def run(scope: Scope) -> object:
        results: list[object] = []
        finished = _walk(loops, scope, lambda here: results.append(body(here)))
        return results if finished else None

    def run_looking_back(scope: Scope) -> object:
        results = _Results()
        finished = _walk(loops, scope, lambda here: results.add(body, here))
        return results.so_far if finished else None

    return placed(node, run_looking_back if looks_back else run)


def _compile_body(compiler: Compiler, node: Node) -> tuple[Closure, bool]:
    compiler.bind("partial")
    outside, compiler.looks_back = compiler.looks_back, False
    body = compiler.compile(node)
    looks_back, compiler.looks_back = compiler.looks_back, outside
    return body, looks_back


class _Results:
    """The results of a loop whose body looks back on them."""

    __slots__ = ("so_far",)

    def __init__(self) -> None:
        self.so_far: list[object] = []

    def add(self, body: Closure, scope: Scope) -> None:
        result = body(scope.inner({"partial": self.so_far}))
        if type(result) in _HOLDING:
            # It may hold `partial` as it is now, which must not grow any more.
            scope.evaluation.budget.take(len(self.so_far) // 8)
            self.so_far = [*self.so_far, result]
        else:
            self.so_far.append(result)


_HOLDING = (list, dict, FeelFunction)


def _walk(loops: list[_Loop], scope: Scope, visit: Callable[[Scope], None]) -> bool:
    loop, *rest = loops
    values = loop.values(scope)
    if not isinstance(values, list | range | map):
        return False
    for value in values:
        scope.evaluation.budget.take()
        inner = scope.inner({loop.name: value})
        if not rest:
            visit(inner)
        elif not _walk(rest, inner, visit):
            return False
    return True


class _Unclear(Exception):
    """The condition after `satisfies` is neither true nor false nor null."""


def compile_quantified(compiler: Compiler, node: Quantified) -> Closure:
    """Compile `some` or `every`; one deciding value ends the search."""
    with compiler.binding(()):
        loops = _compile_loops(compiler, node.iterators)
        condition = compiler.compile(node.condition)
    deciding = node.word == "some"

    def check(scope: Scope) -> bool | None:
        answer = condition(scope)
        if answer is None or isinstance(answer, bool):
            return answer
        scope.evaluation.problem(
            "not_boolean",
            f"Die Bedingung nach „satisfies“ muss ja oder nein sein (true/false), ist aber: "
            f"{german(answer)}",
            node.condition.place,
        )
        raise _Unclear

    def run(scope: Scope) -> object:
        try:
            return _search(loops, scope, check, deciding=deciding)
        except _Unclear:
            return None

    return placed(node, run)


def _search(
    loops: list[_Loop], scope: Scope, check: Callable[[Scope], bool | None], *, deciding: bool
) -> bool | None:
    loop, *rest = loops
    values = loop.values(scope)
    if not isinstance(values, list | range | map):
        raise _Unclear
    result: bool | None = not deciding
    for value in values:
        scope.evaluation.budget.take()
        inner = scope.inner({loop.name: value})
        answer = _search(rest, inner, check, deciding=deciding) if rest else check(inner)
        if answer is deciding:
            return deciding
        if answer is None:
            result = None
    return result


HANDLERS: dict[type[Node], Handler] = {
    If: compile_if,
    For: compile_for,
    Quantified: compile_quantified,
}
