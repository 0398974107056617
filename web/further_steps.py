"""Further steps on the case page: what a procedure leaves to people's choice, begun by a press."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine import ad_hoc, clock
from engine.ad_hoc import Choice
from engine.casefile import access, cases
from engine.errors import Conflict, NobodyWaits
from engine.instances import Advance
from engine.organisation.accounts import User
from web import once, steps, visibility
from web.database import session
from web.guard import current_account
from web.visibility import Course

blueprint = Blueprint("further_steps", __name__, url_prefix="/faelle")


class BegunBefore(Conflict):
    """Der Schritt ist schon begonnen. Er wurde zweimal gesendet und zählt einmal."""


def of_case(database: Session, case_id: int, user: User) -> list[Choice]:
    """Return the steps that a person may begin in a case."""
    by, found = Advance(account=user.name, now=clock.now()), visibility.courses(database, case_id)
    return [
        choice
        for choice in ad_hoc.choices(database, case_id, by=by)
        if not choice.offer.groups.isdisjoint(user.group_ids)
        and _may_see(choice, found[choice.instance_id], user)
    ]


def _may_see(choice: Choice, course: Course, user: User) -> bool:
    offer = choice.offer
    return all(
        visibility.may_see_step(course, key, user) for key in (offer.section_id, offer.element_id)
    )


@blueprint.post("/<int:case_id>/schritt/<int:key>/<element_id>")
def begin(case_id: int, key: int, element_id: str) -> Response:
    """Begin a step."""
    user, database = current_account(), session()
    access.require_open_case(database, case_id, user)
    choice = _choice(database, case_id, user, (key, element_id))

    def step(current: Session) -> Advance:
        by = Advance(account=user.name, now=clock.now())
        if not once.is_first(current, f"schritt {key} {element_id}", now=by.now):
            raise BegunBefore
        ad_hoc.begin(current, choice, by=by)
        steps.note(current, case_id, "begonnen", f"schritt {key}")
        return by

    try:
        steps.tell(steps.take(step), f"Begonnen: {choice.name}")
    except BegunBefore as before:
        flash(before.message, "info")
    if cases.is_ended(session(), case_id):
        return redirect(url_for("tasks.inbox"), code=303)
    return redirect(url_for("cases.show", case_id=case_id), code=303)


def _choice(database: Session, case_id: int, user: User, wanted: tuple[int, str]) -> Choice:
    for choice in of_case(database, case_id, user):
        if (choice.offer.key, choice.offer.element_id) == wanted:
            return choice
    raise NobodyWaits
