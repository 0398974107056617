"""The parts of a form file that only show something."""

from __future__ import annotations

from forms.fields import properties_of, shared
from forms.parts import Keys, Part, Prose, Table
from forms.raw import Raw


def prose(raw: Raw, _around: Keys) -> Prose:
    """Read a text (`text`) or mark-up (`content`)."""
    kind = str(raw.values["type"])
    source = raw.template("text" if kind == "text" else "content")
    return Prose(**shared(raw, properties_of(raw)), kind=kind, template=source)


def table(raw: Raw, _around: Keys) -> Part:
    """Read a table over a list of the case."""
    rows = raw.required_formula("dataSource")
    columns = tuple(
        (item.text("key", 100), item.text("label", 200)) for item in raw.items("columns")
    )
    formula = raw.required_formula("columnsExpression")
    basics = shared(raw, properties_of(raw))
    if rows is None or not (columns or formula) or not basics["label"]:
        raw.complain("Die Tabelle braucht Überschrift, Datenquelle (=…) und Spalten.", "tabelle")
        return Part(**basics, kind="separator")
    return Table(**basics, kind="table", rows=rows, columns=columns, column_formula=formula)


def gap(raw: Raw, _around: Keys) -> Part:
    """Read a separator or a spacer."""
    return Part(**shared(raw, properties_of(raw)), kind=str(raw.values["type"]))
