"""Running instances, for operators: found, understood, and by hand moved along or ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine import bpmn, clock, definitions, running
from engine.casefile.cases import number_of
from engine.definitions import LoadedDefinition
from engine.errors import Conflict, Invalid
from engine.instances import Advance
from engine.model.instance import Instance
from engine.running import Line, ReasonInvalid
from web import case_view, ended_view, guard, running_view, steps
from web.database import session

blueprint = Blueprint("running", __name__, url_prefix="/laufende-vorgaenge")

#: Steps that one move can begin: a page without JavaScript offers so many choices.
AT_ONCE = 3


@blueprint.get("")
def index() -> str:
    """List the versions in which instances run."""
    found = running.versions(session(), guard.current_operator())
    return render_template("running/index.html", versions=found)


@blueprint.get("/version/<int:definition_id>")
def version(definition_id: int) -> str:
    """List the running instances of a version."""
    user, database = guard.current_operator(), session()
    definition = definitions.load(database, definition_id)
    after = number_of(request.args.get("nach", "")) or 0
    page = running.page(database, definition_id, user, after=after, most=running.PAGE)
    lines = [(line, standing_at(definition, line)) for line in page.lines]
    others = running.others(database, definition_id)
    return render_template(
        "running/version.html", definition=definition, page=page, lines=lines, after=after,
        others=others,
    )  # fmt: skip


def standing_at(definition: LoadedDefinition, line: Line) -> str:
    """Name the steps where an instance waits, each once."""
    elements = definition.process.elements
    waiting = [each for each in bpmn.active(line.snapshot) if each.wait or each.has_incident]
    names = dict.fromkeys(running_view.titled(elements[each.element_id]) for each in waiting)
    return ", ".join(names)


@blueprint.get("/<int:instance_id>")
def show(instance_id: int) -> str:
    """Show where an instance stands, and offer to move it along; how it ended if it has."""
    user, database = guard.current_operator(), session()
    over = running.ended(database, instance_id, user=user)
    if over is not None:
        return _ended_page(database, over)
    return _page(running.get(database, instance_id, user=user))


@blueprint.post("/<int:instance_id>/verschieben")
def move(instance_id: int) -> Response | tuple[str, int]:
    """Take tokens away and begin others, as a whole or not at all."""
    reason = request.form.get("grund", "").strip()
    cancel = tuple(number_of(text) or 0 for text in request.form.getlist("weg"))
    chosen = [text for text in request.form.getlist("beginnt") if text]
    command = bpmn.Modify(cancel, tuple(_activation(text) for text in chosen), reason)

    def change(current: Session, by: Advance) -> None:
        running.modify(current, instance_id, command, by=by)

    refused = _done(instance_id, "verschoben", change)
    if refused is not None:
        return refused
    flash("Der Vorgang geht jetzt so weiter, wie Sie es angegeben haben.", "success")
    return redirect(url_for("running.show", instance_id=instance_id), code=303)


def _activation(text: str) -> bpmn.Activation:
    element_id, _, scope = text.partition("@")
    return bpmn.Activation(element_id, number_of(scope) or 0 if scope else None)


@blueprint.post("/<int:instance_id>/beenden")
def end(instance_id: int) -> Response | tuple[str, int]:
    """End an instance, whatever it waits for."""
    reason = request.form.get("grund_ende", "").strip()

    def change(current: Session, by: Advance) -> None:
        running.end(current, instance_id, reason, by=by)

    refused = _done(instance_id, "beendet", change)
    if refused is not None:
        return refused
    flash("Der Vorgang ist beendet.", "success")
    return redirect(url_for("running.index"), code=303)


def _done(
    instance_id: int, action: str, change: Callable[[Session, Advance], None]
) -> tuple[str, int] | None:
    """Change an instance and note it in its case; return the page again if that is refused."""
    user = guard.current_operator()
    instance = running.get(session(), instance_id, user=user)
    case_id = instance.case_id

    def step(current: Session) -> Advance:
        by = Advance(account=user.name, now=clock.now())
        change(current, by)
        steps.note(current, case_id, action, f"vorgang {instance_id}")
        return by

    try:
        by = steps.take(step)
    except (Invalid, Conflict) as refused:
        instance = running.get(session(), instance_id, user=user)
        about_reason = isinstance(refused, ReasonInvalid)
        return _page(instance, action if about_reason else "", refused.message), 422
    if by.got_stuck:
        flash("Danach ist ein Schritt gescheitert. Der Vorfall steht unter „Vorfälle“.", "warning")
    return None


def _ended_page(database: Session, instance: Instance) -> str:
    definition = definitions.load(database, instance.definition_id)
    return render_template(
        "running/ended.html",
        instance=instance,
        definition=definition,
        pictures=case_view.pictures(definition, {}),
        outcome=ended_view.outcome(definition, instance),
        passed=ended_view.passed(database, instance),
        most=ended_view.MOST,
    )


def _page(instance: Instance, wrong_reason: str = "", complaint: str = "") -> str:
    database = session()
    definition = definitions.load(database, instance.definition_id)
    waits = running_view.Waits(database, instance.id)
    typed: dict[str, Any] = {
        "away": request.form.getlist("weg"),
        "begins": [*request.form.getlist("beginnt"), *[""] * AT_ONCE][:AT_ONCE],
        "reason": request.form.get("grund", ""),
        "reason_end": request.form.get("grund_ende", ""),
    }
    return render_template(
        "running/show.html",
        instance=instance,
        definition=definition,
        pictures=case_view.pictures(definition, case_view.positions(database, instance)),
        tokens=running_view.tokens(definition, instance.snapshot, waits),
        watched=running_view.watched(definition, instance.snapshot, waits),
        places=running_view.places(definition, instance.snapshot),
        typed=typed,
        wrong_reason=wrong_reason,
        complaint=complaint,
    )
