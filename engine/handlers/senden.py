"""`nachricht.senden` and `uebermittlung.senden`: inside Lotse, and out of the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.casefile import einwilligungen, outgoing, transmissions, values
from engine.casefile.cases import number_of
from engine.casefile.einwilligungen import Wanted
from engine.casefile.values import ValueUnfit
from engine.dmn import DecisionFailed
from engine.errors import BpmnErrorThrown, HandlerFailed, Invalid
from engine.feel import plain, to_json
from engine.handlers import brief
from engine.handlers.call import HandlerCall, OutgoingMessage
from engine.handlers.inputs import InputMissing, Inputs
from engine.organisation import groups

DECISION = "dmn_datenweitergabe"
REFUSED = "err_einwilligung_fehlt"
UNKNOWN = "err_empfaenger_unbekannt"
CONTROL = ("nachricht", "korrelation", "ttl")
ZWECK = values.one_of(
    *("kwg_meldung", "rueckmeldung", "verweis", "uebergabe", "statistik", "anfrage"),
    *("leistungserbringung", "traegerklaerung", "bescheid"),
)
DATEN_ART = values.one_of("anonym", "zweckgebunden", "anvertraut")
EMPFAENGER_ART = values.one_of("betroffene_person", "fb51", "dritter")
KANAL = values.one_of("portal", "brief", "mail")


class DecisionMissing(Invalid):
    """Die Entscheidung dmn_datenweitergabe fehlt. Sie gehört in den Ordner „gemeinsam“."""


def send_message(call: HandlerCall) -> Mapping[str, Any]:
    """nachricht.senden: to another procedure inside Lotse.

    In: headers `nachricht`, `korrelation` (name of the input with the key, else fall_id), `ttl`;
    the input mappings are the payload, nothing else goes out. Out: nothing.
    """
    inputs = Inputs(call)
    payload = {name: value for name, value in inputs.mapped.items() if name not in CONTROL}
    _publish(call, inputs, payload)
    return {}


def transmit(call: HandlerCall) -> Mapping[str, Any]:
    """uebermittlung.senden: out of the case, if the decision at this moment allows it.

    In: `zweck`, `daten_art`, `empfaenger`, `empfaenger_art`, `inhalt_kategorie`, `kanal` and what
    the channel needs, `inhalt` (the payload), `kwg_anhaltspunkte`, `person_id`,
    `familie_informiert`, `freigegeben`, `begruendung`, `rechtsgrundlage`; accounts:
    `empfaenger_person` (of the group `empfaenger`), `ansprechperson` (named in a letter).
    Out: `entscheidung` (erlaubt, manuell), `umfang`, `auflage`, `uebermittlung_id`. A refusal
    throws `err_einwilligung_fehlt`, a person outside of the group `err_empfaenger_unbekannt`.
    """
    inputs = Inputs(call)
    addressee = _addressee(call, inputs)
    consent = _consent(call, inputs)
    verdict = _decide(call, inputs, is_open=consent is not None)
    entscheidung = verdict.get("entscheidung")
    answer = {"umfang": verdict.get("umfang"), "auflage": verdict.get("auflage")}
    if entscheidung == "manuell" and not inputs.flag("freigegeben"):
        return {"entscheidung": "manuell", **answer, "uebermittlung_id": None}
    if entscheidung not in ("erlaubt", "manuell"):
        raise BpmnErrorThrown(REFUSED, f"Weitergabe verweigert: {verdict.get('auflage') or '–'}")
    ground = _ground(inputs, verdict)
    number = _record(call, inputs, {**answer, "rechtsgrundlage": ground}, consent)
    _hand_out(call, inputs, number, addressee)
    return {"entscheidung": "erlaubt", **answer, "uebermittlung_id": str(number)}


@dataclass(frozen=True)
class _Addressee:
    """How a letter names its recipient, a line each, and whom it says to ask."""

    lines: tuple[str, ...] = ()
    contact: str | None = None


def _addressee(call: HandlerCall, inputs: Inputs) -> _Addressee:
    """Return whom it goes to: a person of a group, the group, or what the task says."""
    office = inputs.require("empfaenger", values.text)
    is_named = "empfaenger_person" in inputs.mapped
    if not is_named and inputs["kanal"] != "brief":
        return _Addressee()
    person, contact = (inputs.get(n, values.text) for n in ("empfaenger_person", "ansprechperson"))
    found = groups.called(call.session, office, person, contact)
    office = found.group or office
    if is_named and found.member is None:
        raise BpmnErrorThrown(UNKNOWN, f"Zuständige Fachkraft unbekannt: {office}")
    lines = tuple(filter(None, (found.member, office)))
    return _Addressee(lines, found.other or contact)


def _consent(call: HandlerCall, inputs: Inputs) -> int | None:
    """Return the consent that opens this transmission as of now, or None."""
    given = inputs["person_id"]
    person_id = number_of(given)
    if given is not None and person_id is None:
        raise ValueUnfit("person_id", "eine Person dieses Falls")
    if person_id is None and inputs.require("daten_art", DATEN_ART) == "anvertraut":
        raise InputMissing("person_id")
    empfaenger = inputs.require("empfaenger", values.text)
    wanted = Wanted(empfaenger, inputs.require("zweck", ZWECK), person_id)
    return einwilligungen.opening(call.session, call.case_id, wanted, day=call.today)


def _decide(call: HandlerCall, inputs: Inputs, *, is_open: bool) -> dict[str, Any]:
    decision = call.definition.bundle.decisions.get(DECISION)
    if decision is None:
        raise DecisionMissing
    context = {
        "daten_art": inputs.require("daten_art", DATEN_ART),
        "zweck": inputs.require("zweck", ZWECK),
        "kwg_anhaltspunkte": inputs.flag("kwg_anhaltspunkte"),
        "einwilligung_gueltig": is_open,
        "mandant": call.mandant_id,
        "empfaenger": inputs.require("empfaenger_art", EMPFAENGER_ART),
    }
    try:
        verdict = to_json(decision.evaluate(context, clock=lambda: call.now).value)
    except DecisionFailed as problem:
        raise HandlerFailed(problem.message) from problem
    return dict(verdict) if isinstance(verdict, Mapping) else {}


def _ground(inputs: Inputs, verdict: Mapping[str, Any]) -> str:
    """Say on what the transmission rests: the person's decision, or the rule that allowed it.

    A rule may name its law, and a person may have said why it was necessary.
    """
    if verdict["entscheidung"] == "manuell":
        return str(inputs.require("begruendung", values.text))
    law = inputs.get("rechtsgrundlage", values.text) or verdict.get("umfang") or "erlaubt"
    reason = inputs.get("begruendung", values.text)
    return f"{law}: {reason}" if reason else str(law)


def _record(
    call: HandlerCall, inputs: Inputs, decided: Mapping[str, Any], consent: int | None
) -> int:
    entry = {
        **decided,
        "zeitpunkt": call.now,
        "von": call.definition.name,
        "an": inputs.require("empfaenger", values.text),
        "kanal": inputs.require("kanal", KANAL),
        "zweck": inputs.require("zweck", ZWECK),
        "inhalt_kategorie": inputs.require("inhalt_kategorie", values.text),
        "einwilligung_id": consent,
        "familie_informiert": inputs.flag("familie_informiert", default=True),
        "adresse": inputs.get("adresse", values.text),
    }
    return transmissions.record(call.session, call.case_id, entry)


def _hand_out(call: HandlerCall, inputs: Inputs, number: int, addressee: _Addressee) -> None:
    """Put the contents on their way: to an office in Lotse, into a letter, or a mere notice."""
    kanal = inputs.require("kanal", KANAL)
    payload = dict(inputs.context("inhalt"))
    if addressee.contact is not None:
        payload["ansprechperson"] = addressee.contact
    if kanal == "portal":
        _publish(call, inputs, inputs.exact_context("inhalt"))
    elif kanal == "brief":
        vorlage = inputs.require("vorlage", values.text)
        concerned = inputs["empfaenger_art"] == "betroffene_person"
        brief.order(call, vorlage, payload, recipient=None if concerned else addressee.lines)
    else:
        inputs.require("adresse", values.text)
        outgoing.order(call.session, "mail", number, case_id=call.case_id, now=call.now)


def _publish(call: HandlerCall, inputs: Inputs, payload: Mapping[str, Any]) -> None:
    variables = {**payload, "fall_id": str(call.case_id)}
    key = inputs.get("korrelation", values.text) or "fall_id"
    correlation = plain(variables.get(key, inputs[key]))
    if not isinstance(correlation, str | int) or isinstance(correlation, bool):
        raise InputMissing(key)
    call.send(
        OutgoingMessage(
            name=inputs.require("nachricht", values.text),
            correlation=str(correlation),
            variables=variables,
            ttl=inputs.ttl(),
        )
    )
