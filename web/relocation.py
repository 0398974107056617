"""Moving running instances to another version of their process: mapped, previewed, then moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine import clock, definitions, migration, running
from engine.casefile.cases import number_of
from engine.definitions import LoadedDefinition
from engine.errors import Conflict, DefinitionNotFound, Invalid
from engine.instances import Advance
from engine.organisation.accounts import User
from engine.running import Page
from web import guard, relocation_view, steps
from web.database import session
from web.relocation_view import Choice, Forecast

blueprint = Blueprint("relocation", __name__, url_prefix="/umzug")

#: Instances that are previewed on one page, and move in one transaction.
MOST_AT_ONCE = 100
#: Begin of the names of the fields that say where an element goes.
TARGET = "ziel."
NOTHING_CHOSEN = "Bitte kreuzen Sie die Vorgänge an, die umziehen sollen."
MOVED_ON = "Ein Vorgang läuft inzwischen nach einer anderen Version. Bitte prüfen Sie die Vorschau."


@dataclass(frozen=True)
class Plan:
    """A move as it was asked for, and what would come of it."""

    old: LoadedDefinition
    new: LoadedDefinition
    page: Page
    choices: list[Choice]
    forecasts: list[Forecast]


@blueprint.get("/<int:definition_id>")
def show(definition_id: int) -> str:
    """Show where everything that waits would go, and what that means for each instance."""
    user = guard.current_operator()
    plan = _plan(session(), definition_id, user)
    possible = [each.instance_id for each in plan.forecasts if each.is_possible]
    return _page(plan, possible)


@blueprint.post("/<int:definition_id>")
def move(definition_id: int) -> Response | tuple[str, int]:
    """Move the chosen instances: all of them, or none."""
    user, database = guard.current_operator(), session()
    plan = _plan(database, definition_id, user)
    texts = request.form.getlist("vorgang")[:MOST_AT_ONCE]
    chosen = [number for number in map(number_of, texts) if number]
    if not chosen:
        return _page(plan, chosen, NOTHING_CHOSEN), 422
    mapping, target_id = relocation_view.mapping(plan.choices), plan.new.id

    def step(current: Session) -> Advance:
        by = Advance(account=user.name, now=clock.now())
        found = [running.get(current, number, user=user) for number in dict.fromkeys(chosen)]
        target = definitions.load(current, target_id)
        if any(row.definition_id not in (definition_id, target_id) for row in found):
            raise Conflict(MOVED_ON)  # the preview has said nothing about that version
        numbers = [(row.id, row.case_id) for row in found]
        migration.migrate(current, [number for number, _ in numbers], target, mapping, by=by)
        for number, case_id in numbers:
            steps.note(current, case_id, "umgezogen", f"vorgang {number}")
        return by

    try:
        steps.take(step)
    except (Invalid, Conflict) as refused:
        return _page(_plan(session(), definition_id, user), chosen, refused.message), 422
    flash(_told(len(set(chosen)), plan.new), "success")
    return redirect(url_for("running.version", definition_id=target_id), code=303)


def _told(count: int, target: LoadedDefinition) -> str:
    if count == 1:
        return f"Ein Vorgang läuft jetzt nach Version {target.version} weiter."
    return f"{count} Vorgänge laufen jetzt nach Version {target.version} weiter."


def _plan(database: Session, definition_id: int, user: User) -> Plan:
    """Read what is asked for; what does not fit the two versions is left out."""
    old = definitions.load(database, definition_id)
    others = running.others(database, definition_id)
    wanted = number_of(request.values.get("auf", ""))
    target_id = next((each.id for each in others if wanted in (None, each.id)), None)
    if target_id is None:
        raise DefinitionNotFound
    new = definitions.load(database, target_id)
    after = number_of(request.values.get("nach", "")) or 0
    page = running.page(database, definition_id, user, after=after, most=MOST_AT_ONCE)
    numbers = [line.instance_id for line in page.lines]
    given = {
        name.removeprefix(TARGET): value
        for name, value in request.values.items()
        if name.startswith(TARGET)
    }
    waiting = migration.waiting_at(database, numbers)
    choices = relocation_view.choices(old, new, waiting, given)
    by = Advance(account=user.name, now=clock.now())
    mapping = relocation_view.mapping(choices)
    planned = migration.preview(database, numbers, new, mapping, by=by)
    forecasts = [relocation_view.forecast(each, old, new) for each in planned]
    return Plan(old, new, page, choices, forecasts)


def _page(plan: Plan, chosen: Sequence[int], complaint: str = "") -> str:
    return render_template(
        "relocation/show.html",
        plan=plan,
        others=running.others(session(), plan.old.id),
        chosen=chosen,
        complaint=complaint,
        after=number_of(request.values.get("nach", "")) or 0,
        target_prefix=TARGET,
    )
