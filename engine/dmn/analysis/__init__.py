"""A look at whole decision tables: missing rows, rows that clash, rows that are of no use."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.dmn.analysis import remarks
from engine.dmn.analysis.boxes import Effort, TooMuch
from engine.dmn.analysis.declared import Names
from engine.dmn.analysis.looking import look
from engine.dmn.analysis.remarks import Remark
from engine.dmn.analysis.sheet import sheet
from engine.dmn.reading import Element, children, local, read
from engine.dmn.requirements import known_names
from engine.feel import FeelError
from engine.feel.syntax.names import KnownNames

__all__ = ["Remark", "analyse"]

OWNERS = ("decision", "businessKnowledgeModel")


def analyse(xml: bytes, *, file: str) -> list[Remark]:
    """Return what a process owner should know about the tables of a file that was found sound.

    What a remark says is certain. Cells that do more than compare are not guessed at: a remark
    names them where the answer hangs on them. The work is bounded; a table that is left out for
    that has a remark, too.
    """
    root = read(xml, file=file)
    owners = list(children(root, *OWNERS))
    tables = [each for owner in owners for each in owner.iter() if local(each) == "decisionTable"]
    look_at = partial(_of_table, names=Names(root), known=known_names(root), effort=Effort())
    return [remark for table in tables if _is_whole(table) for remark in look_at(table)]


def _is_whole(table: Element) -> bool:
    """Tell whether every row has its cells; one that has not was refused with its file."""
    wanted = [len(list(children(table, part))) for part in ("input", "output")]
    return all(
        wanted == [len(list(children(rule, f"{part}Entry"))) for part in ("input", "output")]
        for rule in children(table, "rule")
    )


def _of_table(table: Element, names: Names, known: KnownNames, effort: Effort) -> Iterator[Remark]:
    owner = next(each for each in table.iterancestors() if local(each) in OWNERS)
    try:
        yield from look(sheet(table, owner, names, known, effort), effort)
    except (TooMuch, FeelError):
        place = owner.get("id") or "", table.get("id") or ""
        yield remarks.too_large(*place, owner.get("name") or "")
