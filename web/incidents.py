"""Incidents: what got stuck and why, and trying again once the cause is corrected."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine import clock, definitions, incidents
from engine.errors import NotFound
from engine.model.incident import Incident
from engine.model.instance import Instance
from engine.organisation.accounts import User
from web import guard, sources, steps
from web.database import session

blueprint = Blueprint("incidents", __name__, url_prefix="/vorfaelle")

#: What usually helps, by kind of incident; the message itself says what failed.
ADVICE = {
    "frist": "Lotse versucht es von selbst wieder. Ist die Ursache behoben, versuchen Sie es "
    "gleich noch einmal.",
    "job": "Prüfen Sie, was der Dienst gemeldet hat, beheben Sie die Ursache und versuchen Sie "
    "es noch einmal.",
    "decision": "Prüfen Sie die Entscheidungstabelle: Vielleicht fehlt eine Zeile für diesen Fall.",
}
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


@blueprint.get("")
def index() -> str:
    """List what waits for correction."""
    user, database = _operator(), session()
    lines = [_line(database, incident) for incident in incidents.open_incidents(database, user)]
    return render_template("incidents/index.html", lines=lines)


@blueprint.get("/<int:incident_id>")
def show(incident_id: int) -> str:
    """Show an incident: what failed, where, and what to do."""
    user, database = _operator(), session()
    incident = incidents.get(database, incident_id, user=user)
    return render_template(
        "incidents/show.html",
        line=_line(database, incident),
        advice=ADVICE.get(incident.kind, OTHERWISE),
    )


@blueprint.post("/<int:incident_id>/wiederholen")
def retry(incident_id: int) -> Response:
    """Try the failed element again."""
    user = _operator()
    steps.take(lambda s: incidents.retry(s, incident_id, user=user, now=clock.now()))
    if incidents.is_open(session(), incident_id):
        flash("Der Schritt ist noch einmal gescheitert. Die Meldung steht unten.", "danger")
        return redirect(url_for("incidents.show", incident_id=incident_id), code=303)
    flash("Der Schritt ist noch einmal angelaufen.", "success")
    return redirect(url_for("incidents.index"), code=303)


def _operator() -> User:
    """Return who operates this installation; for everybody else the page does not exist."""
    user = guard.current_account()
    if not user.is_operator:
        raise NotFound
    return user


def _line(database: Session, incident: Incident) -> Line:
    instance = database.get_one(Instance, incident.instance_id)
    definition = definitions.load(database, instance.definition_id)
    element = definition.process.elements.get(incident.element_id)
    if element is None:
        return Line(incident, definition.name, incident.element_id, definition.name)
    place = " › ".join(sources.place_of(definition.process, element))
    return Line(incident, definition.name, element.name or element.id, place)
