"""`fallzahl.ermitteln`, `platz.*` and `teilnahme.eintragen`: places in a team."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casefile import family, places, values
from engine.casefile.cases import number_of
from engine.casefile.places import Place
from engine.casefile.values import ValueUnfit
from engine.handlers.call import HandlerCall, OutgoingMessage
from engine.handlers.inputs import Inputs
from engine.organisation import capacity

FREE = "msg_platz_frei"
AFTER_CARE = values.one_of("nachbetreuung_aktiv", "nachbetreuung_passiv")


def count_cases(call: HandlerCall) -> Mapping[str, Any]:
    """fallzahl.ermitteln: how full a team is today.

    In: header `team`. Out: `belegt` (reservations and participations), `vzae` (posts or null).
    """
    team = Inputs(call).require("team", values.text)
    posts = capacity.vzae(call.session, team, call.today)
    vzae = None if posts is None else int(posts) if posts == int(posts) else float(posts)
    return {"belegt": places.taken(call.session, team), "vzae": vzae}


def reserve(call: HandlerCall) -> Mapping[str, Any]:
    """platz.reservieren: reserve a place, or put the case on the waiting list.

    In: header `team`, `max_bg` (null: no place), `ueberbelegung` (also beyond it); or `warteliste`
    and `prioritaet`. Out: `reservierung` (reserviert, voll, wartend).
    """
    inputs = Inputs(call)
    place = _place(call, inputs)
    if inputs.flag("warteliste"):
        priority = inputs.get("prioritaet", values.number) or 0
        places.wait(call.session, place, priority=priority, now=call.now)
        return {"reservierung": "wartend"}
    reserved = places.reserve(
        call.session,
        place,
        most=inputs.get("max_bg", values.number),
        beyond=inputs.flag("ueberbelegung"),
        now=call.now,
    )
    return {"reservierung": "reserviert" if reserved else "voll"}


def release(call: HandlerCall) -> Mapping[str, Any]:
    """platz.freigeben: give the case's reserved place back, or strike it off the waiting list.

    In: header `team`, `auch_teilnahme` (a running participation ends too; else it goes on).
    Out: `freigegeben`. Sends `msg_platz_frei` to the next waiting case if a place was given back
    or the leaving case had been told of one.
    """
    inputs = Inputs(call)
    place, also = _place(call, inputs), inputs.flag("auch_teilnahme")
    released, tells_next = places.release(
        call.session, place, day=call.today, ends_participation=also
    )
    following = places.next_waiting(call.session, place.team, now=call.now) if tells_next else None
    if following is not None:
        number = str(following)
        call.send(OutgoingMessage(name=FREE, correlation=number, variables={"fall_id": number}))
    return {"freigegeben": released}


def participate(call: HandlerCall) -> Mapping[str, Any]:
    """teilnahme.eintragen: the reservation becomes participation, or the after-care of a family.

    In: header `team`, `teilnahme_beginn`, `kinder` (list of `person_id`, `stichtag_uesb`);
    or `teilnahme_status` (nachbetreuung_aktiv, nachbetreuung_passiv), `person_ids`, `teil_der_bg`.
    Out: `teilnahme_id` (null in after-care). Fails where no place is reserved; after-care
    needs none.
    """
    inputs = Inputs(call)
    if inputs["teilnahme_status"] is not None:
        return _care_after(call, inputs)
    beginn = inputs.require("teilnahme_beginn", values.day)
    number = places.participate(call.session, _place(call, inputs), beginn=beginn)
    status = {"teilnahme_status": "teilnahme"}
    family.save_bg(call.session, call.case_id, status, today=call.today)
    family.hand_over(call.session, call.case_id, before="ifk", after="kibiz")
    children = [
        {"person_id": c.get("person_id"), "rolle": "kind", "stichtag_uesb": c.get("stichtag_uesb")}
        for c in inputs.items("kinder")
    ]
    if children:
        family.save_persons(call.session, call.case_id, children, complete=[])
    return {"teilnahme_id": str(number)}


def _care_after(call: HandlerCall, inputs: Inputs) -> Mapping[str, Any]:
    """Enter a phase of after-care; while the others take part, the family's status stays."""
    status = inputs.require("teilnahme_status", AFTER_CARE)
    known = family.person_ids(call.session, call.case_id)
    given = inputs["person_ids"] or []
    if not isinstance(given, list | tuple) or any(number_of(who) not in known for who in given):
        raise ValueUnfit("person_ids", "Personen dieses Falls")
    if not inputs.flag("teil_der_bg"):
        changes = {"teilnahme_status": status}
        family.save_bg(call.session, call.case_id, changes, today=call.today)
    return {"teilnahme_id": None}


def _place(call: HandlerCall, inputs: Inputs) -> Place:
    return Place(call.case_id, inputs.require("team", values.text))
