"""Incidents: what got stuck and why, and trying again once the cause is corrected."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine import clock, definitions, feel, incidents, outbox, timers
from engine.casefile.cases import number_of
from engine.errors import Conflict, Invalid, NotFound
from engine.feel import FeelError
from engine.instances import Advance
from engine.model.incident import Incident
from engine.model.instance import Instance
from engine.model.timer import Timer
from engine.organisation.accounts import User
from web import guard, sources, steps
from web.database import session, write

blueprint = Blueprint("incidents", __name__, url_prefix="/vorfaelle")

#: What usually helps, by kind of incident; the message itself says what failed.
ADVICE = {
    "frist": "Lotse versucht es von selbst wieder. Ist die Ursache behoben, versuchen Sie es "
    "gleich noch einmal.",
    "job": "Prüfen Sie, was der Dienst gemeldet hat, beheben Sie die Ursache und versuchen Sie "
    "es noch einmal.",
    "decision": "Prüfen Sie die Entscheidungstabelle: Vielleicht fehlt eine Zeile für diesen Fall.",
    "no_decision": "Übernehmen Sie die Datei mit dieser Entscheidung, oder berichtigen Sie, womit "
    "das Verfahren ihren Namen bildet, und versuchen Sie es noch einmal.",
}
#: Incidents that one press of the button tries again.
MOST_AT_ONCE = 100
VARIABLE = re.compile(r"[A-Za-zÄÖÜäöüß_][A-Za-zÄÖÜäöüß0-9_]{0,99}")
OTHERWISE = (
    "Prüfen Sie die genannte Stelle im Verfahren, beheben Sie die Ursache und versuchen Sie es "
    "noch einmal."
)


@dataclass(frozen=True)
class Line:
    """An incident with the names that a person knows."""

    incident: Incident
    process_name: str
    element_name: str
    place: str


@dataclass(frozen=True)
class FailedStart:
    """A moment at which a procedure should have begun, and for whom."""

    timer: Timer
    process_name: str
    element_name: str


@blueprint.get("")
def index() -> str:
    """List what waits for correction."""
    user, database = guard.current_operator(), session()
    return render_template(
        "incidents/index.html",
        lines=[_line(database, incident) for incident in incidents.open_incidents(database, user)],
        starts=[_start(database, timer) for timer in timers.failed_starts(database, user)],
        stuck=outbox.failed(database),
    )


@blueprint.get("/<int:incident_id>")
def show(incident_id: int) -> str:
    """Show an incident: what failed, where, and what to do."""
    user, database = guard.current_operator(), session()
    incident = incidents.get(database, incident_id, user=user)
    return _page(_line(database, incident))


@blueprint.post("/<int:incident_id>/wiederholen")
def retry(incident_id: int) -> Response | tuple[str, int]:
    """Try the failed element again, with a corrected variable if one is given."""
    user, database = guard.current_operator(), session()
    incident = incidents.get(database, incident_id, user=user)
    line = _line(database, incident)
    try:
        corrections = corrected(request.form.get("variable", ""), request.form.get("wert", ""))
    except Invalid as refused:
        return _page(line, refused.message), 422
    again = _try_again(incident, user, corrections)
    if again is not None:
        flash("Der Schritt ist noch einmal gescheitert. Die neue Meldung steht hier.", "danger")
        return redirect(url_for("incidents.show", incident_id=again), code=303)
    flash("Der Schritt ist noch einmal angelaufen.", "success")
    return redirect(url_for("incidents.index"), code=303)


@blueprint.post("/wiederholen")
def retry_many() -> Response:
    """Try several failed elements again, each in a transaction of its own."""
    user = guard.current_operator()
    went_on, failed = 0, 0
    for text in request.form.getlist("vorfall")[:MOST_AT_ONCE]:
        try:
            incident = incidents.get(session(), number_of(text) or 0, user=user)
            failed_again = _try_again(incident, user, {}) is not None
        except (NotFound, Conflict):
            continue  # somebody else has solved it meanwhile
        went_on, failed = went_on + (not failed_again), failed + failed_again
    flash(_told(went_on, failed), "danger" if failed else "success" if went_on else "info")
    return redirect(url_for("incidents.index"), code=303)


def _told(went_on: int, failed: int) -> str:
    if not went_on and not failed:
        return "Es wurde nichts noch einmal versucht. Bitte wählen Sie Vorfälle aus der Liste aus."
    again = f" Noch einmal gescheitert: {failed}, die neuen Meldungen stehen hier."
    return f"Noch einmal angelaufen: {went_on}." + (again if failed else "")


def _try_again(incident: Incident, user: User, corrections: dict[str, Any]) -> int | None:
    """Retry in a transaction; return the number of the new incident if it failed again."""
    key, place = incident.id, (incident.instance_id, incident.element_id)

    def step(current: Session) -> Advance:
        return incidents.retry(current, key, user=user, now=clock.now(), corrections=corrections)

    steps.take(step)
    return incidents.find_open(session(), *place)


@blueprint.post("/sendungen/<int:entry_id>/wiederholen")
def resend(entry_id: int) -> Response:
    """Try a letter or a notice again that could not be made or sent."""
    guard.current_operator()
    write(lambda current: outbox.retry(current, entry_id, now=clock.now()))
    flash("Die Sendung wird gleich noch einmal versucht.", "success")
    return redirect(url_for("incidents.index"), code=303)


@blueprint.post("/beginn")
def retry_start() -> Response:
    """Try again to begin a procedure that begins by itself."""
    user, wanted = guard.current_operator(), number_of(request.form.get("frist")) or 0

    def step(current: Session) -> Advance:
        by = Advance(account=user.name, now=clock.now())
        timers.retry_start(current, wanted, user=user, by=by)
        return by

    steps.take(step)
    flash("Der Beginn wird gleich noch einmal versucht.", "success")
    return redirect(url_for("incidents.index"), code=303)


def corrected(name: str, text: str) -> dict[str, Any]:
    """Read one corrected variable, its value written as FEEL; raise `Invalid` with what is wrong.

    Protected answers cannot be put in this way: they would become readable variables.
    """
    name, text = name.strip(), text.strip()
    if not name and not text:
        return {}
    if not VARIABLE.fullmatch(name):
        raise Invalid("Der Name der Variable besteht aus Buchstaben, Ziffern und Unterstrichen.")
    try:
        value = feel.compile(text).require({}, clock=clock.now)
    except FeelError as error:
        raise Invalid(f"Der Wert ist kein gültiger Ausdruck: {error.message}") from error
    return {name: feel.to_exact(value)}


def _line(database: Session, incident: Incident) -> Line:
    instance = database.get_one(Instance, incident.instance_id)
    definition = definitions.load(database, instance.definition_id)
    element = definition.process.elements.get(incident.element_id)
    if element is None:
        return Line(incident, definition.name, incident.element_id, definition.name)
    place = " › ".join(sources.place_of(definition.process, element))
    return Line(incident, definition.name, element.name or element.id, place)


def _start(database: Session, timer: Timer) -> FailedStart:
    definition = definitions.load(database, timer.definition_id or 0)
    element = definition.process.elements[timer.element_id]
    return FailedStart(timer, definition.name, element.name or element.id)


def _page(line: Line, complaint: str = "") -> str:
    advice = ADVICE.get(line.incident.kind, OTHERWISE)
    return render_template(
        "incidents/show.html",
        line=line,
        advice=advice,
        complaint=complaint,
        variable=request.form.get("variable", ""),
        value=request.form.get("wert", ""),
    )
