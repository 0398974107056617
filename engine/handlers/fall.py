"""`fall.aktualisieren`, `kontakt.erfassen` and `statistik.zaehlen`: what a task says is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine.casefile import contacts, counts, family, values
from engine.casefile.protection import references
from engine.handlers.call import HandlerCall, OutgoingMessage
from engine.handlers.inputs import Inputs

CHANGED = "msg_kind_daten_geaendert"


def update_case(call: HandlerCall) -> Mapping[str, Any]:
    """fall.aktualisieren: create or change persons, the Bedarfsgemeinschaft and the case.

    In: `bg`, `fallangaben` (contexts), `erwachsene`, `kinder`, `personen` (lists), header `liste`
    (`vollstaendig`: whom a list does not name is removed). Out: `person_ids`, `kind_ids`.
    Sends `msg_kind_daten_geaendert` for each known child whose watched fields changed.
    """
    inputs = Inputs(call)
    bg = values.exactly(inputs.context("bg"), family.BG, "bg")
    family.save_bg(call.session, call.case_id, bg, today=call.today)
    head = values.exactly(inputs.context("fallangaben"), family.CASE, "fallangaben")
    family.save_case(call.session, call.case_id, head)
    saved = _save_persons(call, inputs)
    for child in (person for person in saved if person.is_changed_child):
        number = str(child.person_id)
        told = {"kind_id": number}
        call.send(
            OutgoingMessage(name=CHANGED, correlation=number, variables=told, ttl=timedelta())
        )
    return {
        "person_ids": [str(person.person_id) for person in saved],
        "kind_ids": [str(person.person_id) for person in saved if person.rolle == "kind"],
    }


def record_contact(call: HandlerCall) -> Mapping[str, Any]:
    """kontakt.erfassen: record a contact with the family.

    In: `datum`, `kontakt_art`, `teilnehmende`, `setting`, `notiz_sgb2`, `notiz_sgb8` (a protected
    reference), `anvertraut`. Out: `kontakt_id`.
    """
    inputs = Inputs(call, protected=("notiz_sgb8",))
    contact = inputs.read_all(contacts.FIELDS)
    contact["datum"] = inputs.require("datum", values.day)
    contact["kontakt_art"] = inputs.require("kontakt_art", contacts.FIELDS["kontakt_art"])
    contact["anvertraut"] = bool(contact["anvertraut"])
    contact["teilnehmende"] = [str(who) for who in inputs["teilnehmende"] or []]
    contact["notiz_sgb8_id"] = next(iter(references(inputs["notiz_sgb8"])), None)
    return {"kontakt_id": str(contacts.record(call.session, call.case_id, contact))}


def count(call: HandlerCall) -> Mapping[str, Any]:
    """statistik.zaehlen: count one more, without any trace of the case.

    In: `kennzahl`, `merkmal` (one code). Out: nothing.
    """
    inputs = Inputs(call)
    figure = inputs.require("kennzahl", values.text)
    feature = inputs.get("merkmal", values.text) or ""
    counts.add(call.session, call.mandant_id, figure, feature, day=call.today)
    return {}


def _save_persons(call: HandlerCall, inputs: Inputs) -> list[family.Saved]:
    roles = {"erwachsene": "elternteil", "kinder": "kind"}
    entries: list[Mapping[str, Any]] = [
        {**entry, "rolle": rolle} for name, rolle in roles.items() for entry in inputs.items(name)
    ]
    entries += inputs.items("personen")
    given = [rolle for name, rolle in roles.items() if inputs[name] is not None]
    mode = inputs.get("liste", values.one_of("vollstaendig", "ergaenzen"))
    complete = given if mode == "vollstaendig" else []
    if not entries and not complete:
        return []
    return family.save_persons(call.session, call.case_id, entries, complete=complete)
