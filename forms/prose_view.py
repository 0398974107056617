"""Read-only texts, mark-up and tables with the values of the case in them."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

import nh3

from forms.formula import Scope, german
from forms.parts import Prose, Table
from forms.surroundings import Surroundings
from forms.views import Block, ProseView, Span, TableView

MOST_ROWS = 200

TAGS = {"a", "b", "blockquote", "br", "code", "dd", "dl", "dt", "em", "h2", "h3", "h4", "i", "li"}
TAGS |= {"ol", "p", "strong", "table", "tbody", "td", "th", "thead", "tr", "u", "ul"}
SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\*#-"})


def prose_view(part: Prose, scope: Scope, surroundings: Surroundings) -> ProseView:
    """Return a text as blocks, or mark-up as safe HTML."""
    if part.kind == "html":
        source = part.template.render(scope, surroundings.account, html.escape)
        markup = nh3.clean(source, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"https"})
        return ProseView(kind="html", markup=markup)
    text = part.template.render(scope, surroundings.account, as_plain_words)
    return ProseView(kind="text", blocks=blocks(text))


def as_plain_words(value: str) -> str:
    """Keep a value from acting as mark-up: it is one line of plain words."""
    return " ".join(value.split()).translate(SIGNS)


def blocks(text: str) -> tuple[Block, ...]:
    """Read the little mark-up that form-js texts use: headings, lists, paragraphs, bold."""
    found: list[Block] = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        for kind, lines in runs(paragraph.splitlines()):
            found.append(Block(kind, tuple(spans(line) for line in lines)))
    return tuple(found)


def runs(lines: list[str]) -> list[tuple[str, list[str]]]:
    """Put lines of the same kind together."""
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        kind, words = line_kind(line.strip())
        if not words:
            continue
        if found and found[-1][0] == kind and kind in {"p", "ul"}:
            found[-1][1].append(words)
        else:
            found.append((kind, [words]))
    return [(kind, [" ".join(lines)] if kind == "p" else lines) for kind, lines in found]


def line_kind(line: str) -> tuple[str, str]:
    """Tell what a line is, and its words."""
    if match := re.fullmatch(r"(#{1,4}) +(.*)", line):
        # The page has the first heading; a form's own begin one level below.
        return ("h2" if len(match.group(1)) <= 2 else "h3"), match.group(2)
    if match := re.fullmatch(r"[-*] +(.*)", line):
        return "ul", match.group(1)
    return "p", line


def spans(line: str) -> tuple[Span, ...]:
    """Divide a line into plain and strong words."""
    pieces = re.split(r"(?<!\\)\*\*(.+?)(?<!\\)\*\*", line)
    found = (Span(unescaped(text), index % 2 == 1) for index, text in enumerate(pieces))
    return tuple(span for span in found if span.text)


def unescaped(text: str) -> str:
    """Take the marks of `as_plain_words` and of authors off again."""
    return re.sub(r"\\([\\*#-])", r"\1", text)


def table_view(part: Table, scope: Scope, surroundings: Surroundings) -> TableView:
    """Return the rows of a list of the case."""
    found = part.rows.value(scope, surroundings.account)
    rows = found[:MOST_ROWS] if isinstance(found, list) else []
    columns = part.columns or computed_columns(part, scope, surroundings)
    cells = (tuple(german(cell(row, key)) for key, _ in columns) for row in rows)
    headers = tuple(label or key for key, label in columns)
    return TableView(kind="table", label=part.label, headers=headers, rows=tuple(cells))


def computed_columns(
    part: Table, scope: Scope, surroundings: Surroundings
) -> tuple[tuple[str, str], ...]:
    """Return the columns that a formula names."""
    found = part.column_formula.value(scope, surroundings.account) if part.column_formula else None
    entries: list[Any] = found if isinstance(found, list) else []
    return tuple(
        (str(entry.get("key", "")), str(entry.get("label", "")))
        for entry in entries[:20]
        if isinstance(entry, Mapping)
    )


def cell(row: object, key: str) -> object:
    """Return one value of a row."""
    return row.get(key) if isinstance(row, Mapping) else None
