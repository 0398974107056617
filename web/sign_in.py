"""Signing in and out: throttled, with a new session each time, and back to where one came from."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine import clock
from engine.model.account import Account
from engine.model.group import CandidateGroup, Membership
from engine.model.mandant import Mandant
from engine.organisation import accounts, demo, sessions
from engine.organisation.accounts import SignInRefused, SignInThrottled, User
from web import typed
from web.database import db, write

blueprint = Blueprint("sign_in", __name__)

EVERYWHERE = "In jeder Stelle"
STALE = "Die Seite war zu lange offen. Bitte melden Sie sich noch einmal an."


@blueprint.get("/anmelden")
def show() -> str | Response:
    """Ask for name and password; who is signed in already goes on."""
    target = own_path(request.args.get("weiter", ""))
    if g.account is not None:
        return redirect(target or url_for("pages.home"))
    return page(target=target)


@blueprint.post("/anmelden")
def enter() -> str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Open a new session for whoever knows the password, and go on where the person wanted to."""
    name = request.form.get("name", "").strip()
    user = attempt(name, request.form.get("passwort", ""))
    if isinstance(user, SignInThrottled):
        wait = {"Retry-After": str(int(user.wait.total_seconds()) + 1)}
        return page(name=name, error=user.message), 429, wait
    if isinstance(user, SignInRefused):
        return page(name=name, error=user.message), 422
    open_session(user)
    kept = typed.from_json(request.form.get("behalten", ""))
    if kept is not None and own_path(kept.path):
        reason = "Sie sind wieder angemeldet. Prüfen Sie Ihre Eingaben und senden Sie sie ab."
        return render_template("errors/again.html", kept=kept, reason=reason)
    return redirect(own_path(request.form.get("weiter", "")) or url_for("pages.home"), code=303)


@blueprint.post("/abmelden")
def leave() -> Response:
    """Close the session here and in the database."""
    close_session()
    flash("Sie sind abgemeldet.", "success")
    return redirect(url_for("sign_in.show"), code=303)


@blueprint.errorhandler(CSRFError)
def start_afresh(_error: CSRFError) -> Response | tuple[str, int]:
    """A form that was open for too long is shown afresh; it held nothing but a password."""
    if g.account is not None:
        target = own_path(request.form.get("weiter", ""))
        return redirect(target or url_for("pages.home"), code=303)
    return page(name=request.form.get("name", ""), error=STALE), 400


def attempt(name: str, password: str) -> User | SignInRefused | SignInThrottled:
    """Check a password; a refusal is returned, not raised, so that its being counted is kept."""
    now, origin = clock.now(), request.remote_addr or ""
    try:
        proof = accounts.prove(db.session(), name=name, password=password, origin=origin, now=now)
    except SignInThrottled as refused:
        return refused

    def settle(database: Session) -> User | SignInRefused | SignInThrottled:
        try:
            return accounts.authenticate(database, proof, now=now)
        except (SignInRefused, SignInThrottled) as refused:
            return refused

    return write(settle)


def open_session(user: User) -> None:
    """Begin a session that shares nothing with the one before: token and CSRF token are new."""
    now = clock.now()
    close_session()
    session["token"] = write(lambda database: begin(database, user))
    session["noted_at"] = now.isoformat()
    g.account = user


def begin(database: Session, user: User) -> str:
    """Open the session in the database and sweep out those that nobody can use any more."""
    now = clock.now()
    sessions.forget_expired(database, now=now)
    return sessions.open(database, user.id, now=now)


def close_session() -> None:
    """Forget the session in the browser and in the database."""
    token = session.get("token")
    session.clear()
    g.pop("csrf_token", None)  # or the next page would carry the token of the old session
    g.account = None
    if token:
        write(lambda database: sessions.close(database, token))


def page(*, name: str = "", error: str = "", target: str = "") -> str:
    """Render the sign-in; on a second try what was to be kept is kept."""
    return render_template(
        "sign_in/show.html",
        name=name,
        error=error,
        target=target or own_path(request.form.get("weiter", "")),
        kept=typed.from_json(request.form.get("behalten", "")),
    )


def demo_accounts() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the groups of each office with one of their demo accounts, for the sign-in page."""
    query = (
        select(CandidateGroup.mandant_id, Mandant.name, CandidateGroup.name, func.min(Account.name))
        .select_from(CandidateGroup)
        .outerjoin(Mandant, Mandant.id == CandidateGroup.mandant_id)
        .join(Membership, Membership.group_id == CandidateGroup.id)
        .join(Account, Account.id == Membership.account_id)
        .group_by(CandidateGroup.mandant_id, Mandant.name, CandidateGroup.id, CandidateGroup.name)
        .order_by(CandidateGroup.id)
    )
    rows = list(db.session().execute(query))
    offices: dict[str, list[tuple[str, str]]] = {}
    # First the office whose procedures the demo begins with, last what exists in every one.
    for _, office, group, account in sorted(
        rows, key=lambda row: (row[0] != demo.HOME, not row[0])
    ):
        offices.setdefault(office or EVERYWHERE, []).append((group, account))
    return list(offices.items())


def own_path(target: str) -> str:
    """Return the target if it is a path on this server, else nothing."""
    if not target.startswith("/") or target.startswith("//"):
        return ""
    # Browsers read a backslash as a slash and skip control characters.
    if "\\" in target or any(ord(character) < 32 for character in target):
        return ""
    parts = urlsplit(target)
    return "" if parts.scheme or parts.netloc else target
