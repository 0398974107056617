"""The rows of a decision file's tables with what is written beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.dmn.reading import children, description_of, local, read


@dataclass(frozen=True)
class DescribedRow:
    """A row of a table: its id, else the table's, the decision's name, its number from 1."""

    id: str
    decision: str
    number: int
    description: str


def described_rows(xml: bytes, *, file: str) -> Iterator[DescribedRow]:
    """Yield each row of each table of a file with its description."""
    for table in read(xml, file=file).iter():
        if local(table) == "decisionTable":
            around = table.getparent()
            name = around.get("name", "") if around is not None else ""
            for number, row in enumerate(children(table, "rule"), start=1):
                row_id = row.get("id") or table.get("id") or ""
                yield DescribedRow(row_id, name, number, description_of(row))
