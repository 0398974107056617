"""The rows of a decision file's tables with what is written beside them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn.reading import children, description_of, local, read


def described_rows(xml: bytes, *, file: str) -> Iterator[tuple[str, str]]:
    """Yield id and description of each row of each table; a row without an id has the table's."""
    for table in read(xml, file=file).iter():
        if local(table) == "decisionTable":
            for row in children(table, "rule"):
                yield row.get("id") or table.get("id") or "", description_of(row)
