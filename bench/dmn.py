"""How long decisions take: a table of 20 rows, and the look at it. `python -m bench.dmn`."""

from __future__ import annotations

import timeit
from collections.abc import Callable
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from engine import dmn

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROWS = 20
STATES = ("offen", "laufend", "ruhend", "beendet")
CONTEXT = {"alter": 90, "status": "beendet", "einwilligung": True, "seit": "2026-01-12"}
COLUMNS = {
    "alter": "number",
    "status": "string",
    "einwilligung": "boolean",
    "seit": "date",
}


def cells(row: int) -> tuple[str, ...]:
    """Return the cells of a row; the last row is the one that takes the context."""
    low = 20 * (row // 4)
    return f"[{low}..{low + 18})", f'"{STATES[row % 4]}"', "true", '>= @"2026-01-01"'


def table(policy: str) -> bytes:
    """Write a table of 20 rows and four columns with one result."""
    inputs = "".join(
        f'<input><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for name, kind in COLUMNS.items()
    )
    rules = "".join(
        f'<rule id="r{row}">'
        + "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in cells(row))
        + f"<outputEntry><text>{row}</text></outputEntry></rule>"
        for row in range(ROWS)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="b">'
        f'<decision id="d" name="d"><decisionTable hitPolicy="{policy}">{inputs}'
        f'<output name="x" typeRef="number"/>{rules}</decisionTable></decision></definitions>'
    ).encode()


def microseconds(action: Callable[[], object]) -> float:
    """Return the best of five runs, per call."""
    loops, taken = timeit.Timer(action).autorange()
    best = min([taken, *timeit.repeat(action, number=loops, repeat=4)])
    return best / loops * 1e6


def main() -> None:
    """Print how long it takes to load, to look at and to ask the table."""
    xml = table("FIRST")
    print(f"{'load':28} {microseconds(lambda: dmn.load(xml, file='b.dmn')):10.0f} µs")
    print(f"{'look for gaps and clashes':28} {microseconds(lambda: look(xml)):10.0f} µs")
    for policy in ("FIRST", "UNIQUE", "COLLECT"):
        decision = dmn.load(table(policy), file="b.dmn").decisions["d"]
        verdict = decision.evaluate(CONTEXT, clock=lambda: NOON)
        rows = len(verdict.trace.rows)
        run = microseconds(lambda d=decision: d.evaluate(CONTEXT, clock=lambda: NOON))
        print(f"{f'ask, {policy}, {rows} of {ROWS} rows':28} {run:10.1f} µs")


def look(xml: bytes) -> list[dmn.Remark]:
    """Look at the table as `lotse check` does."""
    return dmn.analyse(xml, file="b.dmn")


if __name__ == "__main__":
    main()
