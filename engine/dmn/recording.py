"""One evaluation of a decision: FEEL's evaluation, and the account that is kept meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from engine.dmn.trace import Trace
from engine.feel.compiler.core import Scope
from engine.feel.errors import Place, Problem
from engine.feel.evaluation import Clock, Evaluation

Logic = Callable[[Scope], object]
Test = Callable[[object, Scope], bool]

#: The code of problems that lie in the decision, not at a place of an expression's text.
CODE = "ENTSCHEIDUNG"
#: A table that is asked in a loop is not told about more often than this.
MOST_ACCOUNTS = 50


class Recording(Evaluation):
    """An evaluation that keeps a trace; functions called from expressions find it in `trace`."""

    __slots__ = ("trace",)

    def __init__(self, clock: Clock, *, types: Mapping[str, object], trace: Trace) -> None:
        super().__init__(clock, types=types)
        self.trace = trace

    @contextmanager
    def account(self, trace: Trace) -> Iterator[None]:
        """Let what happens inside be noted in this trace, below the present one."""
        outer, self.trace = self.trace, trace
        outer.required.append(trace)
        before = len(self.problems)
        try:
            yield
        finally:
            self.trace = outer
            trace.warnings += [_sentence(problem) for problem in self.problems[before:]]
            del self.problems[before:]


@contextmanager
def table_account(name: str, evaluation: Evaluation) -> Iterator[Trace]:
    """Yield where a table tells its account.

    That is the decision's trace, or one below it if another table stands there already; where
    nobody listens it is a trace that is thrown away.
    """
    apart = Trace(decision_id="", name=name)
    if not isinstance(evaluation, Recording):
        yield apart
    elif not evaluation.trace.hit_policy:
        yield evaluation.trace
    elif len(evaluation.trace.required) < MOST_ACCOUNTS:
        apart.decision_id = evaluation.trace.decision_id
        with evaluation.account(apart):
            yield apart
    else:
        yield apart


def note(evaluation: Evaluation, message: str) -> None:
    """Remember why a part of a decision came out as null."""
    evaluation.problem(CODE, message, Place("", 0, 0))


def _sentence(problem: Problem) -> str:
    return problem.message if problem.code == CODE else str(problem)
