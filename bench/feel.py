"""How long FEEL takes: compiling once, evaluating often. Run with `python -m bench.feel`."""

from __future__ import annotations

import timeit
from collections.abc import Callable
from datetime import UTC, datetime

from engine import feel
from engine.feel.expression import _compile

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CONTEXT = {
    "amount": 1200,
    "status": "open",
    "person": {"alter": 14, "stadt": "Göttingen", "geburtsdatum": "2012-02-29"},
    "items": [{"menge": n, "preis": n * 1.5} for n in range(20)],
}
EXPRESSIONS = {
    "simple condition": 'amount > 1000 and status = "open"',
    "path and in": 'person.stadt in ("Göttingen", "Hamm")',
    "if and between": 'if person.alter between 6 and 14 then "Kind" else "anders"',
    "date arithmetic": 'date("2026-02-28") + duration("P6M") > date("2026-08-01")',
    "calendar": "phase_ende(plus_monate(person.geburtsdatum, 6), 12)",
    "sum of 20 items": "sum(items.menge)",
    "filter of 20 items": "count(items[menge > 10])",
    "every of 20 items": "every i in items satisfies i.preis >= 0",
}


def microseconds(action: Callable[[], object]) -> float:
    """Return the best of five runs, per call."""
    loops, taken = timeit.Timer(action).autorange()
    best = min([taken, *timeit.repeat(action, number=loops, repeat=4)])
    return best / loops * 1e6


def main() -> None:
    """Print a line for each expression."""
    print(f"{'':20} {'evaluate µs':>12} {'compile µs':>12}")
    for name, text in EXPRESSIONS.items():
        expression = feel.compile(text)
        run = microseconds(lambda e=expression: e.evaluate(CONTEXT, clock=lambda: NOON))
        build = microseconds(lambda t=text: _compile.__wrapped__(t, frozenset()))
        print(f"{name:20} {run:12.2f} {build:12.1f}")


if __name__ == "__main__":
    main()
