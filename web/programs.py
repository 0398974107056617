"""What operators do to programs, on the page and at the command line: each deed is noted."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine import clock
from engine.errors import Invalid
from engine.organisation import clients, deeds
from engine.organisation.clients import Scope, Wanted

LONGEST_PURPOSE = 200
#: How the subjects of their deeds begin.
SUBJECT = "api-zugang "
#: What each scope lets a program do, as operators read it.
MEANINGS = {
    Scope.READ: "Vorgänge, Aufgaben und Verfahren suchen und lesen, soweit die Gruppen es erlauben",
    Scope.TASKS: "Aufgaben übernehmen, zurückgeben und erledigen",
    Scope.JOBS: "Aufträge abholen, erledigen oder als gescheitert melden",
    Scope.INSTANCES: "Vorgänge beginnen, beenden, von Hand weiterführen und umziehen",
    Scope.MESSAGES: "Nachrichten und Signale senden",
    Scope.DEPLOY: "Verfahren, Entscheidungstabellen und Formulare übernehmen",
    Scope.ADMINISTER: "Konten und Gruppen verwalten",
    Scope.PROTECTED: "Geschützte Angaben (S8, A8) lesen, wenn auch die Gruppen es erlauben",
}


def register(database: Session, wanted: Wanted, *, actor: str) -> str:
    """Register a program and return its secret; raise `Invalid` or `ClientNameTaken`."""
    if not wanted.display_name or len(wanted.display_name) > LONGEST_PURPOSE:
        raise Invalid(f"Bitte sagen Sie in 1 bis {LONGEST_PURPOSE} Zeichen, wofür er ist.")
    secret = clients.register(database, wanted, now=clock.now())
    _note(database, actor, "angelegt", wanted.name)
    return secret


def renew(database: Session, name: str, *, actor: str) -> str:
    """Give a program a new secret and return it; the old one ends at once."""
    secret = clients.renew(database, name)
    _note(database, actor, "neues Geheimnis", name)
    return secret


def lock(database: Session, name: str, *, actor: str) -> None:
    """Let a program in no more, from now on."""
    clients.lock(database, name)
    _note(database, actor, "gesperrt", name)


def unlock(database: Session, name: str, *, actor: str) -> None:
    """Let a program in again."""
    clients.unlock(database, name)
    _note(database, actor, "entsperrt", name)


def _note(database: Session, actor: str, action: str, name: str) -> None:
    deeds.record(database, actor, action, f"{SUBJECT}{name}", now=clock.now())
