"""Compiled expressions and unary tests: what the rest of the program uses of FEEL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from engine.feel.builtins.library import BUILT_IN_NAMES, LIBRARY
from engine.feel.compiler.compiling import compile_cell, compile_node
from engine.feel.compiler.core import Closure, Scope
from engine.feel.compiler.tests import Check
from engine.feel.errors import FeelError, FeelLimitReached, FeelSyntaxError, Place, Problem
from engine.feel.evaluation import Clock, Evaluation
from engine.feel.json_values import settle
from engine.feel.syntax.names import KnownNames
from engine.feel.syntax.parser import parse_expression, parse_unary_tests
from engine.feel.values.foreign import Foreign, read
from engine.feel.values.kinds import german

CACHED = 2_000
_TOO_DEEP = "Der Ausdruck ist zu tief verschachtelt oder braucht zu viel Speicher."
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Result:
    """A value and the problems that made parts of it null."""

    value: object
    warnings: tuple[Problem, ...] = ()


class Expression:
    """A compiled expression; threads may share it."""

    __slots__ = ("_run", "names", "text")

    def __init__(self, text: str, run: Closure, names: frozenset[str]) -> None:
        self.text = text
        #: The names it reads from the caller. Names inside of filters are not among them:
        #: they may as well belong to the entries of the list.
        self.names = names
        self._run = run

    def evaluate(self, context: Mapping[str, object], *, clock: Clock) -> Result:
        """Return the value, and why parts of it are null; only limits and `assert` raise."""
        evaluation = Evaluation(clock)
        value = settle(self.run(context, evaluation))
        return Result(value, tuple(evaluation.problems))

    def require(self, context: Mapping[str, object], *, clock: Clock) -> object:
        """Return the value; a null that comes from a problem raises FeelError."""
        evaluation = Evaluation(clock)
        value = settle(self.run(context, evaluation))
        if value is None and evaluation.problems:
            raise _error(evaluation.problems[0])
        return value

    def condition(self, context: Mapping[str, object], *, clock: Clock) -> bool:
        """Return true or false; everything else raises FeelError."""
        evaluation = Evaluation(clock)
        value = self.run(context, evaluation)
        if isinstance(value, bool):
            return value
        if evaluation.problems:
            raise _error(evaluation.problems[0])
        raise FeelError(
            "Die Bedingung muss ja oder nein ergeben (true/false), "
            f"sie ergibt aber: {german(value)}",
            self._whole(),
        )

    def run(self, context: Mapping[str, object], evaluation: Evaluation) -> object:
        """Return the FEEL value within an evaluation that several expressions share."""
        try:
            return self._run(Scope(_variables(context), None, evaluation))
        except FeelLimitReached as limit:
            limit.place = limit.place or self._whole()
            raise
        except (RecursionError, MemoryError):
            raise FeelLimitReached(_TOO_DEEP, self._whole()) from None

    def _whole(self) -> Place:
        return Place(self.text, 0, len(self.text))


class UnaryTests:
    """Compiled unary tests of an input cell; threads may share them."""

    __slots__ = ("_check", "names", "text")

    def __init__(self, text: str, check: Check, names: frozenset[str]) -> None:
        self.text = text
        self.names = names
        self._check = check

    def matches(self, value: object, context: Mapping[str, object], *, clock: Clock) -> bool:
        """Tell whether the value passes; a test that cannot be decided is not passed."""
        return self.run(value, context, Evaluation(clock)) is True

    def run(
        self, value: object, context: Mapping[str, object], evaluation: Evaluation
    ) -> bool | None:
        """Answer within an evaluation that several expressions share; None is undecided."""
        outer = Scope(_variables(context), None, evaluation)
        try:
            asked = read(value)
            return self._check(asked, outer.inner({"?": asked}))
        except (RecursionError, MemoryError):
            raise FeelLimitReached(_TOO_DEEP) from None


def compile(text: str, *, names: Iterable[str] = ()) -> Expression:
    """Return the compiled expression; `names` may hold names with spaces that it uses."""
    return _compile(text, _special(names))


def compile_unary_tests(text: str, *, names: Iterable[str] = ()) -> UnaryTests:
    """Return the compiled tests of a cell; `names` may hold names with spaces they use."""
    return _compile_unary_tests(text, _special(names))


@lru_cache(maxsize=CACHED)
def _compile(text: str, names: frozenset[str]) -> Expression:
    def build() -> Expression:
        run, free = compile_node(parse_expression(text, _known(names)), LIBRARY)
        return Expression(text, run, free)

    return _shallow(build)


@lru_cache(maxsize=CACHED)
def _compile_unary_tests(text: str, names: frozenset[str]) -> UnaryTests:
    def build() -> UnaryTests:
        check, free = compile_cell(parse_unary_tests(text, _known(names)), LIBRARY)
        return UnaryTests(text, check, free)

    return _shallow(build)


def _special(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in names if not name.isidentifier())


def _known(names: frozenset[str]) -> KnownNames:
    return KnownNames(names, BUILT_IN_NAMES) if names else BUILT_IN_NAMES


def _variables(context: Mapping[str, object]) -> Foreign:
    return context if isinstance(context, Foreign) else Foreign(context)


def _shallow(build: Callable[[], Answer]) -> Answer:
    try:
        return build()
    except RecursionError:
        raise FeelSyntaxError("Der Ausdruck ist zu tief verschachtelt.") from None


def _error(problem: Problem) -> FeelError:
    return FeelError(problem.message, problem.place, problem.hint)
