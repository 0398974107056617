"""Every refusal as one kind German page, which loses nothing and tells nobody else's secrets."""

from __future__ import annotations

import logging
import secrets
import traceback
from dataclasses import dataclass

from flask import Flask, render_template
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from engine.errors import Conflict, Invalid, NotAllowed, NotFound, NotYourTask, OrchestrationError
from web import typed

log = logging.getLogger("lotse.web")

STATUS: tuple[tuple[type[OrchestrationError], int], ...] = (
    # Whoever may not see a thing must not learn that it exists.
    (NotYourTask, 404),
    (NotFound, 404),
    (NotAllowed, 403),
    (Conflict, 409),
    (Invalid, 422),
)


@dataclass(frozen=True)
class Page:
    """What one kind of refusal says: what happened, and what the person can do now."""

    title: str
    message: str
    steps: tuple[str, ...]


PAGES = {
    400: Page(
        "Die Anfrage war nicht vollständig",
        "Lotse hat diese Anfrage nicht verstanden.",
        (
            "Gehen Sie im Browser einen Schritt zurück und laden Sie die Seite neu.",
            "Füllen Sie das Formular noch einmal aus und senden Sie es ab.",
        ),
    ),
    403: Page(
        "Das dürfen Sie nicht",
        "Für diesen Schritt fehlt Ihnen die Berechtigung.",
        (
            "Prüfen Sie, ob Sie mit dem richtigen Konto angemeldet sind.",
            "Bitten Sie Ihre Teamleitung, den Schritt zu übernehmen oder Ihre Gruppen zu prüfen.",
        ),
    ),
    404: Page(
        "Diese Seite gibt es nicht",
        "Was Sie suchen, gibt es nicht, oder Sie dürfen es nicht sehen.",
        (
            "Prüfen Sie die Adresse auf Tippfehler.",
            "Suchen Sie über das Menü: Erledigte Aufgaben stehen nicht mehr unter „Aufgaben“.",
            "Fragen Sie Ihre Teamleitung, ob Ihr Konto zur richtigen Gruppe gehört.",
        ),
    ),
    405: Page(
        "So lässt sich diese Seite nicht öffnen",
        "Diese Adresse gehört zu einer Schaltfläche und lässt sich nicht direkt aufrufen.",
        ("Öffnen Sie die Seite über das Menü und benutzen Sie dort die Schaltfläche.",),
    ),
    409: Page(
        "Der Stand hat sich geändert",
        "Das passt nicht mehr zum jetzigen Stand.",
        ("Öffnen Sie die Aufgabe oder den Fall noch einmal: Dort steht der neue Stand.",),
    ),
    413: Page(
        "Das war zu groß",
        "Eine Datei darf höchstens 25 MB groß sein, ein ganzes Formular nicht viel größer.",
        (
            "Gehen Sie im Browser einen Schritt zurück: Ihre Eingaben stehen dort noch.",
            "Verkleinern Sie die Datei oder teilen Sie sie auf, und senden Sie noch einmal.",
        ),
    ),
    422: Page(
        "Die Angaben sind nicht gültig",
        "Lotse konnte diese Angaben so nicht übernehmen.",
        ("Gehen Sie im Browser einen Schritt zurück und prüfen Sie Ihre Angaben.",),
    ),
    429: Page(
        "Bitte warten Sie einen Moment",
        "Es kamen zu viele Anfragen in kurzer Zeit.",
        ("Warten Sie eine Minute und versuchen Sie es dann noch einmal.",),
    ),
    500: Page(
        "Da ist etwas schiefgegangen",
        "Lotse konnte die Seite nicht anzeigen. Der Fehler liegt nicht bei Ihnen.",
        (
            "Versuchen Sie es in ein paar Minuten noch einmal.",
            "Hilft das nicht, nennen Sie Ihrer Administration die Fehlernummer.",
        ),
    ),
}


def install(app: Flask) -> None:
    """Answer every refusal and every accident with a page of ours."""
    app.register_error_handler(CSRFError, show_again)
    app.register_error_handler(HTTPException, show_http)
    app.register_error_handler(OrchestrationError, show_refusal)
    app.register_error_handler(DataError, show_unstorable)
    app.register_error_handler(Exception, show_accident)


def show_refusal(error: OrchestrationError) -> tuple[str, int]:
    """Answer with the page of the error's category and the error's own sentence."""
    status = next((status for kind, status in STATUS if isinstance(error, kind)), 500)
    if status == 500:
        return show_accident(error)
    # All pages for 404 are the same, so that missing and forbidden cannot be told apart.
    return show(status, message="" if status == 404 else error.message), status


def show_http(error: HTTPException) -> tuple[str, int] | Response:
    """Answer with our page instead of Werkzeug's; redirects pass."""
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if status >= 500:
        return show_accident(error)
    return show(status if status in PAGES else 400), status


def show_again(_error: CSRFError) -> tuple[str, int]:
    """Offer a form whose token is too old to be sent again; refuse one from a foreign page."""
    kept = typed.submitted() if typed.is_own() else None
    if kept is None:
        return show(400), 400
    return render_template("errors/again.html", kept=kept), 400


def show_unstorable(_error: DataError) -> tuple[str, int]:
    """Refuse what the database cannot hold, as PostgreSQL no NUL; no page of ours sends that."""
    return show(400), 400


def show_accident(error: BaseException) -> tuple[str, int]:
    """Log where it happened under a number and show only that number."""
    number = secrets.token_hex(4).upper()
    log.error("Fehler %s: %s", number, trail(error), extra={"action": "page_failed"})
    return show(500, number=number), 500


def show(status: int, *, message: str = "", number: str = "") -> str:
    """Render the page for a status; typed fields are shown so that they can be copied."""
    return render_template(
        "errors/error.html",
        page=PAGES[status],
        message=message or PAGES[status].message,
        number=number,
        kept=typed.submitted(),
    )


def trail(error: BaseException) -> str:
    """Say which kinds of error met at which lines; their texts may hold personal data."""
    parts = []
    seen: BaseException | None = error
    while seen is not None:
        frames = traceback.extract_tb(seen.__traceback__)[-6:]
        places = " > ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
        parts.append(f"{type(seen).__name__} at {places or '?'}")
        seen = seen.__cause__ or seen.__context__
    return " <- ".join(parts)
