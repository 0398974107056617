"""`brief.erstellen`: orders a letter; its PDF follows after the transaction is committed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, select

from engine.casefile import letters, values
from engine.casefile.letters import LetterOrder
from engine.errors import Invalid
from engine.handlers.call import HandlerCall
from engine.handlers.inputs import Inputs
from engine.model.mandant import Mandant
from engine.model.person import Person

FOLDER = "letters/"
#: A file of the letters' folder with another name is a part that letters import.
_LETTER = re.compile(r"letters/L\d+\w*\.typ")


class TemplateMissing(Invalid):
    """Die Vorlage fehlt im Verfahren."""

    def __init__(self, vorlage: str) -> None:
        super().__init__(f"Die Vorlage „{vorlage}“ fehlt. Sie gehört als letters/{vorlage}.typ"
                         " in den Ordner des Verfahrens.")  # fmt: skip


def create_letter(call: HandlerCall) -> Mapping[str, Any]:
    """brief.erstellen: order a letter to the persons who have care of the children.

    In: header `vorlage`; every input mapping is a value of the letter. Out: `brief_id`.
    """
    inputs = Inputs(call)
    vorlage = inputs.require("vorlage", values.text)
    given = {name: value for name, value in inputs.mapped.items() if name != "vorlage"}
    return {"brief_id": str(order(call, vorlage, given))}


def order(
    call: HandlerCall,
    vorlage: str,
    given: Mapping[str, Any],
    *,
    recipient: Sequence[str] | None = None,
) -> int:
    """Order a letter with all that it will need, as it is known now; return its number."""
    files = _files(call, vorlage)
    frame = _frame(call)
    if recipient is not None:
        frame["empfaenger"] = list(recipient)
    content = LetterOrder(vorlage, files, {**frame, "angaben": dict(given)})
    return letters.order(call.session, call.case_id, content, now=call.now)


def _files(call: HandlerCall, vorlage: str) -> dict[str, str]:
    """Return the letter's template as `main` and the parts that it may import, by name."""
    found = call.definition.bundle.files
    name = f"{FOLDER}{vorlage}.typ"
    if not _LETTER.fullmatch(name) or name not in found:
        raise TemplateMissing(vorlage)
    parts = {
        path.removeprefix(FOLDER): content.decode()
        for path, content in found.items()
        if path.startswith(FOLDER) and path.endswith(".typ") and not _LETTER.fullmatch(path)
    }
    return {**parts, "main": found[name].decode()}


def _frame(call: HandlerCall) -> dict[str, Any]:
    """Return what every letter says: who sends it, about which case, to whom, on which day."""
    cares = and_(Person.case_id == call.case_id, Person.erziehungsberechtigt.is_(True))
    query = (
        select(Mandant.name, Mandant.absender, Person.vorname, Person.nachname)
        .outerjoin(Person, cares)
        .where(Mandant.id == call.mandant_id)
        .order_by(Person.id)
    )
    rows = call.session.execute(query).all()
    names = [" ".join(part for part in row[2:] if part) for row in rows]
    return {
        "mandant": rows[0].name,
        "absender": rows[0].absender,
        "fall_id": str(call.case_id),
        "datum": call.today.isoformat(),
        "empfaenger": [name for name in names if name],
    }
