"""What every family of nodes compiles with: scopes, closures and the compiler itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any

from engine.feel.builtins.registry import Functions
from engine.feel.errors import FeelLimitReached
from engine.feel.evaluation import Evaluation
from engine.feel.syntax.nodes import Node
from engine.feel.values.foreign import MISSING, Foreign


class Scope:
    """The variables that a part of an expression sees; the outermost are the caller's."""

    __slots__ = ("evaluation", "parent", "variables")

    def __init__(
        self,
        variables: Mapping[str, object],
        parent: Scope | None,
        evaluation: Evaluation,
    ) -> None:
        self.variables = variables
        self.parent = parent
        self.evaluation = evaluation

    def inner(self, variables: Mapping[str, object]) -> Scope:
        """Return a scope inside this one."""
        return Scope(variables, self, self.evaluation)

    def find(self, name: str) -> object:
        """Return the innermost variable of this name, or MISSING."""
        scope: Scope | None = self
        while scope is not None:
            variables = scope.variables
            if type(variables) is dict:
                if name in variables:
                    return variables[name]
            elif isinstance(variables, Foreign):
                found = variables.find(name)
                if found is not MISSING:
                    return found
            scope = scope.parent
        return MISSING

    def known(self) -> set[str]:
        """Return some names that can be seen from here, for suggestions."""
        names: set[str] = set()
        scope: Scope | None = self
        while scope is not None:
            names.update(str(name) for name in islice(scope.variables, 200))
            scope = scope.parent
        return names


Closure = Callable[[Scope], object]
Handler = Callable[["Compiler", Any], Closure]


def placed(node: Node, run: Closure) -> Closure:
    """Return the closure that says where it was when a limit is reached inside it."""

    def run_placed(scope: Scope) -> object:
        try:
            return run(scope)
        except FeelLimitReached as limit:
            limit.place = limit.place or node.place
            raise

    return run_placed


class Compiler:
    """Turns one tree into closures, and notes which names come from outside."""

    def __init__(self, handlers: Mapping[type[Node], Handler], functions: Functions) -> None:
        self.functions = functions
        self.free: set[str] = set()
        self.asks_value = False  # whether `?` was met
        self.looks_back = False  # whether the `partial` of a loop was met
        self._handlers = handlers
        self._bound: list[set[str]] = []

    def compile(self, node: Node) -> Closure:
        """Return the closure of a node."""
        return self._handlers[type(node)](self, node)

    def is_bound(self, name: str) -> bool:
        """Tell whether the expression itself binds the name around here."""
        return any(name in names for names in self._bound)

    def bind(self, name: str) -> None:
        """Let a name count as bound from here to the end of the innermost `binding`."""
        self._bound[-1].add(name)

    @contextmanager
    def binding(self, names: Iterable[str]) -> Iterator[None]:
        """Bind names while a part is compiled."""
        self._bound.append(set(names))
        try:
            yield
        finally:
            self._bound.pop()

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """Forget the free names of a part: in a filter they may belong to the entries."""
        outside, self.free = self.free, set()
        try:
            yield
        finally:
            self.free = outside
