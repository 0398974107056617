"""Figures that leave the house: counted by month, and so that nobody can be found in them.

A figure below `FEWEST` could be a family that somebody knows. What is that rare loses its feature
and goes into "übrige"; what is still too rare then is only said to be less than `FEWEST`.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import NamedTuple

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.bpmn import State
from engine.casefile import counts
from engine.clock import BERLIN
from engine.model.deployment import Definition
from engine.model.instance import Instance

#: The smallest number that is said as it is.
FEWEST = 5
REST = "übrige"
#: What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = ("mandant", "monat", "kennzahl", "merkmal", "anzahl")


class Cell(NamedTuple):
    """What was counted where and when."""

    mandant: str
    monat: str
    kennzahl: str
    merkmal: str


@dataclass(frozen=True)
class Figure:
    """A number, or None where it is too small to be said."""

    cell: Cell
    anzahl: int | None


def of_counters(session: Session) -> Iterator[tuple[Cell, int]]:
    """Return what procedures counted; it outlives the cases."""
    for each in counts.every(session):
        cell = Cell(each.mandant_id, f"{each.month:%Y-%m}", each.kennzahl, each.merkmal)
        yield cell, each.anzahl


def number_of_runs(session: Session) -> int:
    """Return how many runs are stored."""
    return session.scalar(select(func.count()).select_from(Instance)) or 0


def of_runs(session: Session, told: Callable[[int], None]) -> Counter[Cell]:
    """Count the stored runs of procedures by month: how many began, and how they ended."""
    found: Counter[Cell] = Counter()
    columns = (Instance.mandant_id, Definition.process_id, Definition.version)
    query = select(*columns, Instance.started_at, Instance.ended_at, Instance.state)
    query = query.join(Definition, Definition.id == Instance.definition_id)
    rows = session.execute(query.execution_options(yield_per=1_000))
    for office, process_id, version, began, ended, state in rows:
        name = f"{process_id} Version {version}"
        found[Cell(office, _month(began), "verfahren.begonnen", name)] += 1
        if ended is not None:
            how = "beendet" if state == State.COMPLETED else "abgebrochen"
            found[Cell(office, _month(ended), f"verfahren.{how}", name)] += 1
        told(1)
    return found


def safe(counted: Iterable[tuple[Cell, int]]) -> list[Figure]:
    """Return figures in which nobody can be found."""
    said: list[Figure] = []
    rest: Counter[Cell] = Counter()
    for cell, number in counted:
        if number >= FEWEST:
            said.append(Figure(cell, number))
        else:
            rest[cell._replace(merkmal=REST)] += number
    said += [Figure(cell, number if number >= FEWEST else None) for cell, number in rest.items()]
    return sorted(said, key=lambda figure: figure.cell)


def exact(counted: Iterable[tuple[Cell, int]]) -> list[Figure]:
    """Return figures as they are, also those in which somebody could be found."""
    return sorted((Figure(cell, number) for cell, number in counted), key=lambda each: each.cell)


def as_csv(figures: Iterable[Figure]) -> bytes:
    """Write figures for a spreadsheet: with semicolons, and no cell that it would calculate."""
    text = StringIO()
    lines = csv.writer(text, delimiter=";", lineterminator="\r\n")
    lines.writerow(COLUMNS)
    for figure in figures:
        number = f"<{FEWEST}" if figure.anzahl is None else str(figure.anzahl)
        lines.writerow([*map(_as_text, figure.cell), number])
    return text.getvalue().encode("utf-8-sig")


def as_json(figures: Iterable[Figure]) -> bytes:
    """Write figures for programs; null where a number is too small to be said."""
    rows = [{**figure.cell._asdict(), "anzahl": figure.anzahl} for figure in figures]
    return orjson.dumps(rows, option=orjson.OPT_INDENT_2)


def _month(moment: datetime) -> str:
    return f"{moment.astimezone(BERLIN):%Y-%m}"


def _as_text(value: str) -> str:
    return f"'{value}" if value.startswith(FORMULA) else value
