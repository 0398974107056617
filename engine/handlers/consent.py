"""`einwilligung.erfassen`: answers of persons, and their revocation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, select

from engine.casefile import einwilligungen, family, values
from engine.casefile.cases import number_of
from engine.casefile.values import ValueUnfit
from engine.handlers.call import HandlerCall
from engine.handlers.inputs import Inputs
from engine.model.document import Document

ART = values.one_of("teilnahme", "kommunikation", "schweigepflichtentbindung")
RICHTUNG = values.one_of("hin", "zurueck", "beide")
ANSWER = values.one_of("erteilt", "verweigert")


def record_consent(call: HandlerCall) -> Mapping[str, Any]:
    """einwilligung.erfassen: record what a person consented to or refused, or a revocation.

    In: `person_id` (or `person`), `einverstaendnis`, `datum`, `schriftlich`, `art`, `empfaenger`,
    `zweck`, `datenumfang`, `richtung`, `gueltig_bis`, `dokument`, `kommunikation_einwilligungen`;
    or `einwilligung_id` and `widerrufen_am`. Out: `einwilligung_id`, `einwilligung_ids`.
    """
    inputs = Inputs(call)
    if inputs["einwilligung_id"] is not None:
        return _revoke(call, inputs)
    answer = _answer(call, inputs)
    further = inputs.items("kommunikation_einwilligungen")
    further = further if answer["einverstaendnis"] == "erteilt" else []
    answers = [answer, *(_further(answer, item) for item in further)]
    numbers = einwilligungen.record(call.session, call.case_id, answers)
    found = [str(number) for number in numbers]
    return {"einwilligung_id": found[0], "einwilligung_ids": found}


def _revoke(call: HandlerCall, inputs: Inputs) -> Mapping[str, Any]:
    number = number_of(inputs["einwilligung_id"])
    if number is None:
        raise ValueUnfit("einwilligung_id", "die Nummer einer Einwilligung")
    day = inputs.require("widerrufen_am", values.day)
    einwilligungen.revoke(call.session, call.case_id, number, day)
    return {"einwilligung_id": str(number), "einwilligung_ids": [str(number)]}


def _answer(call: HandlerCall, inputs: Inputs) -> dict[str, Any]:
    return {
        "person_id": _person(call, inputs),
        "art": inputs.require("art", ART),
        "einverstaendnis": inputs.require("einverstaendnis", ANSWER),
        "empfaenger": inputs.get("empfaenger", values.text),
        "zweck": inputs.get("zweck", values.text),
        "datenumfang": inputs.get("datenumfang", values.text),
        "richtung": inputs.get("richtung", RICHTUNG),
        "datum": inputs.require("datum", values.day),
        "schriftlich": inputs.flag("schriftlich"),
        "gueltig_bis": inputs.get("gueltig_bis", values.day),
        "dokument_id": _document(call, inputs["dokument"]),
    }


def _further(answer: Mapping[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
    """Make a consent to one recipient of the participation's answer and one line of its list."""
    fields = {"empfaenger": values.text, "zweck": values.text, "datenumfang": values.text}
    given = values.known(item, fields, "kommunikation_einwilligungen")
    for name in ("empfaenger", "zweck"):
        if not given.get(name):
            raise ValueUnfit(f"kommunikation_einwilligungen.{name}", "ein Text")
    return {**answer, "datenumfang": None, **given, "art": "kommunikation"}


def _person(call: HandlerCall, inputs: Inputs) -> int:
    given = inputs["person_id"] if inputs["person_id"] is not None else inputs["person"]
    number = number_of(given)
    if number is None or number not in family.person_ids(call.session, call.case_id):
        raise ValueUnfit("person_id", "eine Person dieses Falls")
    return number


def _document(call: HandlerCall, given: Any) -> int | None:
    """Return the number of a document of the case; a file field holds it as `dokument_id`."""
    if isinstance(given, list | tuple):
        given = given[0] if given else None
    if isinstance(given, Mapping):
        given = given.get("dokument_id")
    if given in (None, ""):
        return None
    number = number_of(given)
    known = exists().where(Document.id == number, Document.case_id == call.case_id)
    if number is None or not call.session.execute(select(known)).scalar():
        raise ValueUnfit("dokument", "ein Dokument dieses Falls")
    return number
