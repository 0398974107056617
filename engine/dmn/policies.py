"""Hit policies: how the rows that match make the result of a decision table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.dmn import texts
from engine.dmn.errors import DecisionFailed
from engine.dmn.recording import Logic
from engine.feel.compiler.core import Scope
from engine.feel.evaluation import Evaluation
from engine.feel.values.comparison import equal


@dataclass(frozen=True)
class Hit:
    """A row that matches, with the values of its outputs in the order of the columns."""

    number: int
    values: tuple[object, ...]


@dataclass(frozen=True)
class Choice:
    """The rows that match in a table, at least one, and what is needed to choose among them.

    `orders` are the values foreseen for each output, the most important one first.
    """

    table: str
    titles: tuple[str, ...]
    hits: Sequence[Hit]
    orders: Sequence[Sequence[object]] = ()

    def result(self, hit: Hit) -> object:
        """Return a row's result: the value of a single output, else a context."""
        return assembled(self.titles, hit.values)

    def which(self) -> str:
        """Return "Die Zeilen 2 und 5 der Tabelle „X“" as the start of a sentence."""
        *first, last = [str(hit.number) for hit in self.hits]
        return f"Die Zeilen {', '.join(first)} und {last} der Tabelle „{self.table}“"

    def rank(self, hit: Hit) -> tuple[int, ...]:
        """Return the row's place in the order of the outputs' values; unforeseen ones last."""
        return tuple(importance(*pair) for pair in zip(hit.values, self.orders, strict=True))


def assembled(titles: Sequence[str], values: Sequence[object]) -> object:
    """Return the value of a single output, or the context of several."""
    return values[0] if len(values) == 1 else dict(zip(titles, values, strict=True))


def importance(value: object, order: Sequence[object]) -> int:
    """Return the place of a value in an order, the one after the last if it is not in it."""
    return next((n for n, one in enumerate(order) if equal(one, value) is True), len(order))


Policy = Callable[[Choice, Evaluation], object]


def unique(choice: Choice, _evaluation: Evaluation) -> object:
    """Return the only row's result; two rows are a mistake of the table."""
    if len(choice.hits) > 1:
        raise DecisionFailed(
            f"{choice.which()} treffen gleichzeitig zu, es darf aber nur eine sein."
        )
    return choice.result(choice.hits[0])


def first(choice: Choice, _evaluation: Evaluation) -> object:
    """Return the result of the uppermost row."""
    return choice.result(choice.hits[0])


def agreeing(choice: Choice, _evaluation: Evaluation) -> object:
    """Return the result that all rows have in common."""
    results = [choice.result(hit) for hit in choice.hits]
    if any(equal(results[0], other) is not True for other in results[1:]):
        raise DecisionFailed(
            f"{choice.which()} treffen gleichzeitig zu, haben aber verschiedene Ergebnisse."
        )
    return results[0]


def highest(choice: Choice, _evaluation: Evaluation) -> object:
    """Return the result that stands foremost among the outputs' values."""
    return choice.result(min(choice.hits, key=choice.rank))


def in_rule_order(choice: Choice, _evaluation: Evaluation) -> object:
    """Return all results from top to bottom."""
    return [choice.result(hit) for hit in choice.hits]


def in_output_order(choice: Choice, _evaluation: Evaluation) -> object:
    """Return all results, the foremost among the outputs' values first."""
    return [choice.result(hit) for hit in sorted(choice.hits, key=choice.rank)]


def _aggregated(total_of: Logic) -> Policy:
    def reckon(choice: Choice, evaluation: Evaluation) -> object:
        totals = []
        for column in zip(*(hit.values for hit in choice.hits), strict=True):
            total = total_of(Scope({"werte": list(column)}, None, evaluation))
            if total is None:
                raise DecisionFailed(
                    f"Die Ergebnisse der Tabelle „{choice.table}“ sind nicht alle Zahlen."
                )
            totals.append(total)
        return assembled(choice.titles, totals)

    return reckon


def counted(choice: Choice, _evaluation: Evaluation) -> object:
    """Return how many rows match."""
    return Decimal(len(choice.hits))


#: By hit policy and aggregation; the second is "" where there is none.
POLICIES: dict[tuple[str, str], Policy] = {
    ("UNIQUE", ""): unique,
    ("FIRST", ""): first,
    ("ANY", ""): agreeing,
    ("PRIORITY", ""): highest,
    ("RULE ORDER", ""): in_rule_order,
    ("OUTPUT ORDER", ""): in_output_order,
    ("COLLECT", ""): in_rule_order,
    ("COLLECT", "SUM"): _aggregated(texts.expression("sum(werte)")),
    ("COLLECT", "MIN"): _aggregated(texts.expression("min(werte)")),
    ("COLLECT", "MAX"): _aggregated(texts.expression("max(werte)")),
    ("COLLECT", "COUNT"): counted,
}
#: Policies that need the order of the outputs' values.
RANKED = frozenset({"PRIORITY", "OUTPUT ORDER"})
#: Policies whose result is a list.
LISTING = frozenset({("RULE ORDER", ""), ("OUTPUT ORDER", ""), ("COLLECT", "")})
