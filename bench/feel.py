"""How long FEEL takes: compiling once, evaluating often. Run with `python -m bench.feel`."""

from __future__ import annotations

import timeit
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from time import process_time

from engine import feel
from engine.feel.expression import _compile

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CONTEXT = {
    "amount": 1200,
    "status": "offen",
    "person": {"alter": 14, "stadt": "Göttingen", "geburtsdatum": "2012-02-29"},
    "items": [{"menge": n, "preis": n * 1.5} for n in range(20)],
}
EXPRESSIONS = {
    "simple condition": 'amount > 100 and status = "offen"',
    "equality": 'status = "offen"',
    "path and in": 'person.stadt in ("Göttingen", "Hamm")',
    "if and between": 'if person.alter between 6 and 14 then "Kind" else "anders"',
    "is defined": "is defined(person.nachname)",
    "date arithmetic": 'date("2026-02-28") + duration("P6M") > date("2026-08-01")',
    "calendar": "phase_ende(plus_monate(person.geburtsdatum, 6), 12)",
    "sum of 20 items": "sum(items.menge)",
    "filter of 20 items": "count(items[menge > 10])",
    "every of 20 items": "every i in items satisfies i.preis >= 0",
}


def microseconds(action: Callable[[], object]) -> float:
    """Return the median of eleven runs, per call, of processor time: others may be busy."""
    loops = 2_000
    return median(timeit.repeat(action, timer=process_time, number=loops, repeat=11)) / loops * 1e6


def main() -> None:
    """Print a line for each expression."""
    print(f"{'median µs':20} {'condition':>10} {'evaluate':>10} {'compile':>10}")
    for name, text in EXPRESSIONS.items():
        expression = feel.compile(text)
        is_condition = isinstance(expression.require(CONTEXT, clock=lambda: NOON), bool)
        ask = expression.condition if is_condition else expression.require
        decide = microseconds(lambda e=ask: e(CONTEXT, clock=lambda: NOON))
        run = microseconds(lambda e=expression: e.evaluate(CONTEXT, clock=lambda: NOON))
        build = microseconds(lambda t=text: _compile.__wrapped__(t, frozenset()))
        print(f"{name:20} {decide:10.2f} {run:10.2f} {build:10.1f}")


if __name__ == "__main__":
    main()
