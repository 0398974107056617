"""What a process owner is told about a table, in German, with an example as FEEL values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal

from engine.dmn.analysis.boxes import Box
from engine.dmn.analysis.sheet import Line, Sheet
from engine.errors import Finding
from engine.feel import YearsMonths
from engine.feel.values.texts import quote, write

MOST_CELLS = 6
MOST_LETTERS = 40


@dataclass(frozen=True, kw_only=True)
class Remark:
    """A weakness of a decision table that does not keep it from running.

    `rows` are the ids of the rules concerned; `example` is an input that shows it, as FEEL texts
    by what the columns look at. A column that does not matter, or of which nobody can say whether
    it ever has the value, is left out.
    """

    rule: str
    decision_id: str
    table_id: str
    message: str
    rows: tuple[str, ...] = ()
    example: Mapping[str, str] = field(default_factory=dict)

    def finding(self, file: str) -> Finding:
        """Return the remark as a warning about a file; it points at the last row concerned."""
        place = next((row for row in reversed(self.rows) if row), self.table_id)
        return Finding(
            file=file,
            element_id=place or self.decision_id,
            rule=self.rule,
            message=self.message,
            level="warning",
        )


def gap(sheet: Sheet, box: Box) -> Remark:
    """Say that no row takes some inputs."""
    example, words = _example(sheet, box)
    always = "Für diese Tabelle trifft nie eine Zeile zu"
    start = f"Für manche Eingaben trifft in „{sheet.name}“ keine Zeile zu"
    message = f"{start}, zum Beispiel: {words}." if words else f"{always} („{sheet.name}“)."
    advice = "Ergänzen Sie eine Zeile oder einen Vorgabewert."
    return _remark(sheet, "dmn-luecke", f"{message} {advice}", example=example)


def overlap(sheet: Sheet, lines: Sequence[Line], box: Box) -> Remark:
    """Say that two rows take the same input where only one may."""
    example, words = _example(sheet, box)
    case = f", zum Beispiel: {words}" if words else ""
    differing = ", haben aber verschiedene Ergebnisse" if sheet.policy[0] == "ANY" else ""
    message = (
        f"Die Zeilen {listed(lines)} von „{sheet.name}“ treffen gleichzeitig zu{differing}{case}. "
        f"Die Trefferregel {sheet.policy[0]} lässt das nicht zu; der Vorgang bliebe stehen."
    )
    return _remark(sheet, "dmn-ueberschneidung", message, lines, example)


def masked(sheet: Sheet, line: Line, above: Sequence[Line]) -> Remark:
    """Say that other rows always come before a row."""
    verb = "trifft" if len(above) == 1 else "treffen zusammen"
    which = f"Zeile {above[0].number}" if len(above) == 1 else f"Die Zeilen {listed(above)}"
    message = (
        f"Die Zeile {line.number} von „{sheet.name}“ kommt nie zum Zug: {which} {verb} immer "
        "schon vorher zu. Ändern Sie die Reihenfolge oder streichen Sie die Zeile."
    )
    return _remark(sheet, "dmn-unerreichbar", message, [*above, line])


def impossible(sheet: Sheet, line: Line, title: str) -> Remark:
    """Say that a row's own cell lets nothing through."""
    message = (
        f"Die Zeile {line.number} von „{sheet.name}“ kann nie zutreffen: Die Bedingung in der "
        f"Spalte „{title}“ erfüllt kein Wert, der dort vorkommen darf."
    )
    return _remark(sheet, "dmn-unerreichbar", message, [line])


def unclear(sheet: Sheet, what: Sequence[str]) -> Remark:
    """Say what was not looked at because of cells that are too complicated."""
    cells = sheet.unclear()
    named = [
        f"Zeile {line.number}, Spalte „{column.asked.label}“ ({_short(text)})"
        for line, column, text in cells[:MOST_CELLS]
    ]
    more = f" und {len(cells) - MOST_CELLS} weitere" if len(cells) > MOST_CELLS else ""
    message = (
        f"„{sheet.name}“ ließ sich nicht ganz prüfen ({', '.join(what)}). Zu verwickelt dafür: "
        f"{'; '.join(named)}{more}."
    )
    lines = list(dict.fromkeys(line.id for line, _, _ in cells))
    return Remark(
        rule="dmn-ungeprueft",
        decision_id=sheet.decision_id,
        table_id=sheet.id,
        message=message,
        rows=tuple(lines),
    )


def too_large(decision_id: str, table_id: str, name: str) -> Remark:
    """Say that a table was not looked at to the end."""
    message = (
        f"„{name}“ ist zu groß, um ganz auf Lücken, Überschneidungen und überflüssige Zeilen "
        "geprüft zu werden. Teilen Sie die Tabelle in mehrere kleine."
    )
    return Remark(
        rule="dmn-ungeprueft", decision_id=decision_id, table_id=table_id, message=message
    )


def _remark(
    sheet: Sheet,
    rule: str,
    message: str,
    lines: Iterable[Line] = (),
    example: Mapping[str, str] | None = None,
) -> Remark:
    return Remark(
        rule=rule,
        decision_id=sheet.decision_id,
        table_id=sheet.id,
        message=message,
        rows=tuple(line.id for line in lines),
        example=example or {},
    )


def _example(sheet: Sheet, box: Box) -> tuple[dict[str, str], str]:
    """Return values for the columns, and those that matter in words."""
    example: dict[str, str] = {}
    words: list[str] = []
    for column, bits in zip(sheet.columns, box, strict=True):
        if not column.is_free:
            continue
        value = feel(column.lowest(bits).value)
        example[column.asked.text] = value
        if bits & column.expected != column.expected:
            words.append(f"{column.asked.label} = {_short(value)}")
    return example, ", ".join(words)


def feel(value: object) -> str:
    """Return a value as an expression would write it."""
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, date | time | timedelta | YearsMonths):
        return f'@"{write(value)}"'
    return write(value + 0 if isinstance(value, Decimal) else value)


def listed(lines: Sequence[Line]) -> str:
    """Return the numbers of rows as "2, 3 und 5"."""
    *first, last = [str(line.number) for line in lines]
    return f"{', '.join(first)} und {last}" if first else last


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= MOST_LETTERS else f"{plain[:MOST_LETTERS]}…"
