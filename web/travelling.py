"""The clock of a test installation: operators may pin it, to see what falls due when."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import clock
from engine.clock import BERLIN
from web import guard, sign_in, steps

blueprint = Blueprint("travelling", __name__, url_prefix="/uhr")

UNREADABLE = "Bitte geben Sie Tag und Uhrzeit an, zum Beispiel 2026-01-26 00:00."


@blueprint.before_request
def let_operators_in() -> None:
    """Hide the clock from everybody else."""
    guard.current_operator()


@blueprint.get("")
def show() -> str:
    """Show what the clock says."""
    return _page()


@blueprint.post("")
def pin() -> Response | tuple[str, int]:
    """Hold the clock at a moment in Germany, and do what falls due by then."""
    text = request.form.get("zeitpunkt", "")
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return _page(text, UNREADABLE), 422
    clock.pin(moment if moment.tzinfo else moment.replace(tzinfo=BERLIN))
    return _moved()


@blueprint.post("/zurueck")
def reset() -> Response:
    """Let the clock follow the wall again."""
    clock.reset()
    return _moved()


def _moved() -> Response:
    """Go on in a session of the new time, and wake the loop for what is due in it."""
    sign_in.open_session(guard.current_account())
    steps.wake()
    flash("Die Uhr ist gestellt. Was bis dahin fällig wurde, wird gleich erledigt.", "success")
    return redirect(url_for("travelling.show"), code=303)


def _page(text: str = "", complaint: str = "") -> str:
    now = clock.now().astimezone(BERLIN).strftime("%Y-%m-%d %H:%M")
    return render_template("travelling/show.html", now=now, text=text or now, complaint=complaint)
