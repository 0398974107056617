"""The case file as its people see it: family, consents, letters, procedures, history, buttons."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

import forms
from engine import clock, messages
from engine.casefile import access, cases, documents, letters, reading
from engine.casefile.audit import By
from engine.casefile.cases import CaseNotFound
from engine.messages import Button
from engine.organisation import groups
from forms import FormInvalid
from web import (
    case_events,
    case_list,
    case_view,
    chronicle,
    consents,
    filling,
    further_steps,
    once,
    steps,
    uploads,
)
from web.case_events import Event
from web.database import session, write
from web.guard import current_account

blueprint = Blueprint("cases", __name__, url_prefix="/faelle")


@dataclass(frozen=True)
class ButtonLine:
    """A button of the case page."""

    key: int
    label: str
    has_form: bool


@blueprint.get("")
def index() -> str:
    """List the cases of the person's groups."""
    return render_template("cases/index.html", page=case_list.page(session(), current_account()))


@blueprint.get("/<int:case_id>")
def show(case_id: int) -> str:
    """Show a case."""
    user, database = current_account(), session()
    access.require_open_case(database, case_id, user)
    fall = reading.fall(database, case_id, clock.now())
    return render_template(
        "cases/show.html",
        case_id=case_id,
        fall=fall,
        consents=consents.lines(database, fall, user=user, today=clock.today()),
        transmissions=consents.sent(database, case_id, user=user),
        letters=letters.of(database, case_id),
        documents=documents.of(database, case_id) if user.sees_sgb8 else [],
        procedures=case_view.procedures(database, case_id, user),
        tasks=case_view.open_lines(database, case_id, user),
        group_names=groups.names(database),
        buttons=[_line(button) for button in case_events.offered(database, case_id, user)],
        further=further_steps.of_case(database, case_id, user),
        once=once.fields(),
        kept=messages.kept(database, case_id) if user.sees_status else [],
        history=chronicle.of_case(database, case_id, user),
    )


@blueprint.get("/<int:case_id>/ereignis/<int:key>")
def ask(case_id: int, key: int) -> str:
    """Ask for what a button needs, or whether it is meant."""
    event = case_events.event(session(), case_id, key, current_account())
    view = forms.view(event.form.form, {}, event.form.surroundings) if event.form else None
    return _page(event, view)


@blueprint.post("/<int:case_id>/ereignis/<int:key>")
def press(case_id: int, key: int) -> str | Response | tuple[str, int]:
    """Send a button's message to what waits for it."""
    user, database = current_account(), session()
    event = case_events.event(database, case_id, key, user)
    form, sent = event.form, filling.submission()
    if form is not None and filling.is_redraw():
        return _page(event, filling.redrawn(form, sent))
    try:
        values = uploads.validated(form, sent) if form else {}
    except FormInvalid:
        assert form is not None
        view = uploads.shown_again(*uploads.keep(form, sent, user=user))
        return _page(event, view), 422
    by = steps.take(case_events.entering(event, values, sent, user))
    steps.tell(by, f"Eingetragen: {event.button.label}")
    if cases.is_ended(session(), case_id):
        return redirect(url_for("tasks.inbox"), code=303)
    return redirect(url_for("cases.show", case_id=case_id), code=303)


@blueprint.get("/<int:case_id>/schreiben/<int:letter_id>")
def letter(case_id: int, letter_id: int) -> Response:
    """Hand out a letter as it was stored."""
    user = current_account()
    access.require_open_case(session(), case_id, user)
    by = By(user.name, clock.now())
    pdf = write(lambda s: letters.read(s, case_id, letter_id, by=by))
    return _download(pdf, "application/pdf", f"Schreiben-{letter_id}.pdf")


@blueprint.get("/<int:case_id>/dokumente/<int:document_id>")
def document(case_id: int, document_id: int) -> Response:
    """Hand out a document that was handed in; only to those who may see SGB VIII contents."""
    user = current_account()
    access.require_open_case(session(), case_id, user)
    if not user.sees_sgb8:
        raise CaseNotFound
    by = By(user.name, clock.now())
    stored, content = write(lambda s: documents.read(s, case_id, document_id, by=by))
    ending = stored.name.rpartition(".")[2].lower()
    return _download(content, stored.media_type, f"Dokument-{document_id}.{ending}")


def _download(content: bytes, media_type: str, name: str) -> Response:
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _page(event: Event, view: forms.FormView | None) -> str:
    asked = {"case_id": event.case_id, "button": event.button, "view": view}
    return render_template("cases/ask.html", **asked)


def _line(button: Button) -> ButtonLine:
    return ButtonLine(button.subscription_id, button.label, button.form_id is not None)
