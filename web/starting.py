"""Starting a procedure: which ones a person may start, and the first step of a new case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

import forms
from engine import bindings, bpmn, clock, definitions, instances, user_tasks
from engine.bundle import Kind
from engine.casefile import access, cases
from engine.definitions import LoadedDefinition
from engine.errors import Conflict, DefinitionNotFound
from engine.instances import Advance
from engine.organisation.accounts import User
from forms import FormInvalid
from web import filling, once, sources, steps
from web.database import session
from web.filling import Around, Filling
from web.guard import current_account
from web.sources import Source

blueprint = Blueprint("starting", __name__, url_prefix="/vorgaenge")


#: Kinds of start events that a person can stand in for.
BY_HAND = frozenset({"none", "message"})


class BegunBefore(Conflict):
    """Der Vorgang ist schon begonnen. Er wurde zweimal gesendet und zählt einmal."""


@dataclass(frozen=True)
class Offer:
    """A way to start a procedure."""

    definition: LoadedDefinition
    start: bpmn.Element
    source: Source

    @property
    def label(self) -> str:
        """What the button says."""
        return self.start.properties["knopf"]

    @property
    def form(self) -> bpmn.Bound | None:
        """The form that is asked before, if there is one."""
        return self.start.asked_before


def offers(database: Session, user: User) -> list[Offer]:
    """Return the start events of the newest versions that a group of the person's may use.

    Nobody starts by hand what begins with a signal or by itself; one of several events is offered
    once.
    """
    found: dict[tuple[int, str], Offer] = {}
    for definition in definitions.startable(database):
        for start in definition.process.starts:
            groups = start.properties.get("knopf_gruppen", "").split(",")
            wanted = {name.strip() for name in groups}
            by_hand = start.event in BY_HAND and "knopf" in start.properties
            if by_hand and not wanted.isdisjoint(user.group_ids):
                offer = Offer(definition, start, sources.of(start))
                found.setdefault((definition.id, start.id), offer)
    return list(found.values())


@blueprint.get("")
def choose() -> str:
    """Show what the person may start."""
    found = offers(session(), current_account())
    return render_template("starting/choose.html", offers=found, once=once.fields())


@blueprint.get("/<process_id>/<element_id>")
def ask(process_id: str, element_id: str) -> str:
    """Ask for what a start needs."""
    offer = _offer(process_id, element_id)
    form = form_of(session(), offer, current_account())
    view = forms.view(form.form, {}, form.surroundings) if form else None
    return _page(offer, view)


@blueprint.post("/<process_id>/<element_id>")
def start(process_id: str, element_id: str) -> str | Response | tuple[str, int]:
    """Start the procedure and go on to its first task."""
    user, database = current_account(), session()
    offer = _offer(process_id, element_id)
    form, values = form_of(database, offer, user), dict[str, Any]()
    if form is not None and filling.is_redraw():
        view = filling.redrawn(form, filling.submission())
        return _page(offer, view)
    if form is not None:
        try:
            checked = forms.validate(form.form, filling.submission(), form.surroundings)
            values = forms.as_variables(form.form, checked)
        except FormInvalid as refused:
            view = forms.view(form.form, refused.values, form.surroundings, refused.messages)
            return _page(offer, view), 422
    try:
        case_id = _begin(offer, values, user)
    except BegunBefore as before:
        flash(before.message, "info")
        return redirect(url_for("tasks.inbox"), code=303)
    return redirect(_first_task(case_id, user), code=303)


def _page(offer: Offer, view: forms.FormView | None) -> str:
    return render_template("starting/ask.html", offer=offer, view=view, once=once.fields())


def _begin(offer: Offer, values: dict[str, Any], user: User) -> int:
    """Start in one transaction: the case, its instance, and all it causes; return the case."""
    begun: list[int] = []
    place = f"start {offer.definition.process_id} {offer.start.id}"

    def step(database: Session) -> Advance:
        if not once.is_first(database, place, now=clock.now()):
            raise BegunBefore
        case_id, _, by = begin(database, offer, values, user)
        begun[:] = [case_id]
        return by

    by = steps.take(step)
    steps.tell(by, f"Begonnen: {offer.definition.name}. Der Fall hat die Nummer {begun[0]}.")
    return begun[0]


def begin(
    database: Session, offer: Offer, values: dict[str, Any], user: User
) -> tuple[int, int, Advance]:
    """Begin what is offered, with the checked values of its form; return the case and the instance.

    The page and the API do the same through it.
    """
    by = Advance(account=user.name, now=clock.now())
    mandant_id = user.mandant_id or ""
    case_id = cases.of_message(database, values, case_id=None, mandant_id=mandant_id, now=by.now)
    access.involve(database, case_id, _own(offer, user))
    command = bpmn.Start(offer.start.id, values)
    begun_as = instances.start(database, offer.definition, command, case_id=case_id, by=by)
    steps.note(database, case_id, "begonnen", f"vorgang {begun_as}")
    return case_id, begun_as, by


def _own(offer: Offer, user: User) -> set[str]:
    groups = {name.strip() for name in offer.start.properties["knopf_gruppen"].split(",")}
    return groups & set(user.group_ids)


def _first_task(case_id: int, user: User) -> str:
    for task in user_tasks.of_case(session(), case_id):
        if user_tasks.may_see(task, user):
            return url_for("tasks.show", user_task_id=task.id)
    return url_for("tasks.inbox")


def _offer(process_id: str, element_id: str) -> Offer:
    for offer in offers(session(), current_account()):
        if (offer.definition.process_id, offer.start.id) == (process_id, element_id):
            return offer
    raise DefinitionNotFound


def form_of(database: Session, offer: Offer, user: User) -> Filling | None:
    """Return the form that is asked before, without a case around it; None if there is none."""
    if offer.form is None:
        return None
    own, elsewhere = offer.definition.bundle, bindings.deployed(database)
    content = bindings.holder(Kind.FORM, offer.form, own, elsewhere) or own
    around = Around(case_id=None, mandant_id=user.mandant_id or "", account=user.name)
    return filling.open_form(database, content, offer.form.id, around=around)
