"""Revoking a consent: from its day on nothing goes out on it any more."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import exists, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine import clock, messages
from engine.casefile import access, cases, einwilligungen, reading
from engine.casefile.einwilligungen import Consent, EinwilligungNotFound
from engine.errors import Conflict
from engine.handlers import OutgoingMessage
from engine.instances import Advance, Letter
from engine.model.instance import Instance
from engine.model.message import Subscription
from engine.organisation.accounts import User
from web import consents, steps
from web.database import session
from web.guard import current_account
from web.wording import day

blueprint = Blueprint(
    "revocation", __name__, url_prefix="/faelle/<int:case_id>/einwilligungen/<int:consent_id>"
)

CHANGED = "msg_einwilligung_geaendert"


class NotRevocable(Conflict):
    """Diese Einwilligung gilt nicht mehr, oder sie ist schon widerrufen."""


@blueprint.get("/widerrufen")
def ask(case_id: int, consent_id: int) -> str:
    """Ask since when a consent is revoked."""
    consent = _consent(session(), case_id, consent_id)
    return _page(case_id, consent, text=clock.today().isoformat())


@blueprint.post("/widerrufen")
def revoke(case_id: int, consent_id: int) -> Response | tuple[str, int]:
    """Record the revocation, and tell it to whatever in the case waits for it."""
    consent, text = _consent(session(), case_id, consent_id), request.form.get("am", "").strip()
    revoked_on = _day(text, consent)
    if revoked_on is None:
        wrong = f"Bitte geben Sie einen Tag vom {day(consent.datum)} bis heute an."
        return _page(case_id, consent, text=text, wrong=wrong), 422
    user = current_account()

    def step(database: Session) -> Advance:
        current = _consent(database, case_id, consent_id)
        return _record(database, case_id, current, revoked_on, user)

    steps.tell(steps.take(step), f"Widerrufen am {day(revoked_on)}: {consents.purpose(consent)}")
    if cases.is_ended(session(), case_id):
        return redirect(url_for("tasks.inbox"), code=303)
    return redirect(url_for("cases.show", case_id=case_id), code=303)


def _record(
    database: Session, case_id: int, consent: Consent, revoked_on: date, user: User
) -> Advance:
    by = Advance(account=user.name, now=clock.now())
    einwilligungen.revoke(database, case_id, consent.id, revoked_on)
    steps.note(database, case_id, "widerrufen", f"einwilligung {consent.id}")
    if _is_awaited(database, case_id):
        message = _message(case_id, consent, revoked_on)
        letter = Letter(message=message, case_id=case_id, mandant_id=user.mandant_id or "")
        messages.publish(database, letter, by=by)
    return by


def _message(case_id: int, consent: Consent, revoked_on: date) -> OutgoingMessage:
    values: dict[str, Any] = {
        "fall_id": str(case_id),
        "einwilligung_id": str(consent.id),
        "art": consent.art,
        "widerrufen_am": revoked_on.isoformat(),
        "gueltig_bis": consent.gueltig_bis.isoformat() if consent.gueltig_bis else None,
    }
    return OutgoingMessage(name=CHANGED, correlation=str(case_id), variables=values)


def _is_awaited(database: Session, case_id: int) -> bool:
    """Whether an element of the case waits for the news; for later it would be no news."""
    waits = (
        exists()
        .where(Subscription.message == CHANGED, Subscription.correlation == str(case_id))
        .where(Instance.id == Subscription.instance_id, Instance.case_id == case_id)
    )
    return bool(database.scalar(select(waits)))


def _consent(database: Session, case_id: int, consent_id: int) -> Consent:
    """Return a consent that the person may see and revoke; for others it does not exist."""
    user = current_account()
    access.require_open_case(database, case_id, user)
    for consent in einwilligungen.consents(database, case_id):
        if consent.id == consent_id and consents.may_see(consent.empfaenger, user):
            if not consents.is_revocable(consent, clock.today()):
                raise NotRevocable
            return consent
    raise EinwilligungNotFound


def _day(text: str, consent: Consent) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if consent.datum <= found <= clock.today() else None


def _page(case_id: int, consent: Consent, *, text: str, wrong: str = "") -> str:
    fall = reading.fall(session(), case_id, clock.now())
    return render_template(
        "cases/revoke.html",
        case_id=case_id,
        consent=consent,
        person=consents.person_of(consent, fall),
        purpose=consents.purpose(consent),
        text=text,
        wrong=wrong,
    )
