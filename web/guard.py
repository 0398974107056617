"""Lets signed-in people in and sends everybody else to the sign-in; closed unless listed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from engine import clock
from engine.errors import NotFound
from engine.organisation import sessions
from engine.organisation.accounts import User
from web import navigation, typed
from web.database import db, write

#: What strangers may open. Whatever is not listed here needs an account.
PUBLIC = frozenset(
    {
        "assets.serve",
        "interface.section",
        "interface.show",
        "pages.accessibility",
        "pages.imprint",
        "pages.privacy",
        "sign_in.enter",
        "sign_in.show",
    }
)

#: Doors that recognise their callers themselves, in every call, and never by the cookie.
WITHOUT_COOKIE = frozenset({"api", "tokens"})


def install(app: Flask) -> None:
    """Ask for an account before every page and tell the templates who is there."""
    app.before_request(admit)
    app.context_processor(surroundings)


def admit() -> Response | tuple[str, int] | None:
    """Find out who is asking; stop strangers at every door that is not public."""
    g.account = None
    if request.endpoint == "assets.serve" or request.blueprint in WITHOUT_COOKIE:
        return None
    g.account = find_account()
    if g.account is not None or request.endpoint is None or request.endpoint in PUBLIC:
        return None
    return demand_sign_in()


def current_account() -> User:
    """Return who is signed in; only for pages that are not public."""
    account: User | None = g.account
    if account is None:
        raise RuntimeError("a public page asked who is signed in")
    return account


def current_operator() -> User:
    """Return who operates this installation; for everybody else the page does not exist."""
    user = current_account()
    if not user.is_operator:
        raise NotFound
    return user


def find_account() -> User | None:
    """Return who is signed in, or None; once a minute note that the person is still there."""
    token = session.get("token")
    if not token:
        return None
    now = clock.now()
    user = sessions.find(db.session(), token, now=now)
    if user is None:
        session.clear()
        return None
    noted_at = datetime.fromisoformat(session["noted_at"])
    if abs(now - noted_at) >= sessions.NOTED_EVERY:
        write(lambda database: sessions.note(database, token, now=now))
        session["noted_at"] = now.isoformat()
    return user


def demand_sign_in() -> Response | tuple[str, int]:
    """Send a reader to the sign-in and back; keep what a writer had typed."""
    if request.method in ("GET", "HEAD"):
        target = request.full_path.removesuffix("?")
        return redirect(url_for("sign_in.show", weiter=target if target != "/" else None))
    kept = typed.submitted() if typed.is_own() else None
    page = render_template("sign_in/show.html", name="", error="", target="", kept=kept)
    return page, 403


def surroundings() -> dict[str, Any]:
    """Return what every page's frame shows."""
    account: User | None = g.get("account")
    return {
        "account": account,
        "navigation": navigation.entries(account) if account else [],
    }
