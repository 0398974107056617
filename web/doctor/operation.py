"""How an installation is kept: due work, incidents, accounts, programs, backups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock, outbox, timers
from engine.casefile.unattached_documents import MOST_FILES, MOST_TOGETHER, taken_up
from engine.mail import MailServerUnset
from engine.model.account import Account
from engine.model.audit import AuditEntry
from engine.model.case import Case
from engine.model.deed import Deed
from engine.model.history import HistoryRow
from engine.model.incident import Incident
from engine.model.outbox import OutboxEntry
from engine.model.timer import Timer
from engine.organisation import clients, demo
from web.config import Settings
from web.locking import is_running
from web.programs import SUBJECT
from web.remarks import Remark, broken, notable

#: What is due longer than this was overlooked: the loop looks every 30 seconds.
PATIENCE = timedelta(minutes=5)
OLDEST_BACKUP = timedelta(days=7)
OLDEST_SECRET = timedelta(days=365)
NEARLY_FULL = 0.8
ON_PAGE = "Die Seite „Vorfälle“ nennt Ursache und Abhilfe."


def due_work(session: Session, settings: Settings) -> Iterator[Remark]:
    """Complain of work that should have been done: the server is off, or its alarm is dead."""
    overdue = clock.now() - PATIENCE
    number = timers.count_due(session, now=overdue) + outbox.count_due(session, now=overdue)
    if not number:
        return
    if is_running(settings.data):
        text = (
            f"Der Server läuft, erledigt aber nichts: {number} Fristen und Sendungen sind fällig."
        )
        remedy = "Starten Sie ihn neu, und sehen Sie in seine Ausgabe."
        yield broken("wecker-steht", text, remedy)
    else:
        text = f"Lotse läuft nicht, und {number} Fristen und Sendungen sind fällig."
        yield broken("server-aus", text, "Starten Sie den Server, oder einmal: lotse tick")


def clock_goes(session: Session) -> Iterator[Remark]:
    """Complain of a clock that goes behind what was written already."""
    latest = [
        session.scalar(select(func.max(table.at))) for table in (HistoryRow, AuditEntry, Deed)
    ]
    newest = max((moment for moment in latest if moment is not None), default=None)
    if newest is not None and newest > clock.now() + PATIENCE:
        day = newest.astimezone(clock.BERLIN)
        text = f"Die Uhr des Rechners geht nach: Es gibt schon Einträge vom {day:%d.%m.%Y %H:%M}."
        yield broken("uhr-geht-nach", text, "Stellen Sie die Uhr, am besten über NTP.")


def incidents(session: Session) -> Iterator[Remark]:
    """Tell what waits for an operator."""
    query = select(func.count()).select_from(Incident).where(Incident.resolved_at.is_(None))
    number = session.scalar(query) or 0
    if number:
        yield notable("vorfaelle", f"Es gibt {number} offene Vorfälle.", ON_PAGE)
    starts = select(func.count()).select_from(Timer)
    failed = session.scalar(starts.where(Timer.instance_id.is_(None), Timer.attempts > 0)) or 0
    if failed:
        text = f"{failed} Verfahren, die von selbst beginnen sollten, sind gescheitert."
        yield notable("beginn-gescheitert", text, ON_PAGE)


def sendings(session: Session) -> Iterator[Remark]:
    """Tell of letters and mails that do not go out."""
    failed = len(outbox.failed(session))
    if failed:
        text = f"{failed} Schreiben oder Nachrichten sind endgültig gescheitert."
        yield notable("sendung-gescheitert", text, ON_PAGE)
    query = select(func.count()).select_from(OutboxEntry)
    unset = OutboxEntry.last_error == MailServerUnset().message
    waiting = session.scalar(query.where(OutboxEntry.state == "open", unset)) or 0
    if waiting:
        text = (
            f"{waiting} Nachrichten warten auf einen Mailserver. Lotse kann noch keine versenden."
        )
        remedy = "Sagen Sie den Stellen auf anderem Weg, dass in Lotse etwas auf sie wartet."
        yield notable("mail", text, remedy)


def documents(session: Session) -> Iterator[Remark]:
    """Tell that programs soon find no room for their documents."""
    size, number = taken_up(session)
    share = max(size / MOST_TOGETHER, number / MOST_FILES)
    if share >= NEARLY_FULL:
        text = f"Der Platz für Dokumente von Programmen ist zu {share:.0%} belegt."
        remedy = "Lassen Sie die Programme löschen, was keiner braucht, und expiresAt angeben."
        yield notable("dokumente-voll", text.replace("%", " %"), remedy)


def accounts(session: Session, settings: Settings) -> Iterator[Remark]:
    """Complain of doors that stand open, and of a house without a keeper."""
    names = [] if settings.demo else demo.open_doors(session)
    if names:
        text = (
            f"{len(names)} Konten der Vorführung haben noch das bekannte Passwort, zum Beispiel "
            f"{names[0]}."
        )
        remedy = "Sperren Sie sie (lotse user sperren), oder beginnen Sie mit leerem Datenordner."
        yield broken("demo-konten", text, remedy)
    keepers = select(func.count()).select_from(Account)
    if not session.scalar(keepers.where(Account.is_operator, Account.is_active)):
        text = "Es gibt kein offenes Konto für den Betrieb."
        remedy = "lotse user anlegen NAME --anzeigename … --betrieb"
        yield notable("betrieb-fehlt", text, remedy)


def secrets(session: Session) -> Iterator[Remark]:
    """Tell which programs have had the same secret for too long."""
    for program in clients.registered(session):
        since = max(program.created_at, _renewed(session, program.name) or program.created_at)
        if program.is_active and since < clock.now() - OLDEST_SECRET:
            text = f"Das Geheimnis des API-Zugangs {program.name} ist älter als ein Jahr."
            remedy = (
                f"lotse client geheimnis {program.name} (oder sperren, wenn ihn niemand braucht)"
            )
            yield notable("geheimnis-alt", text, remedy)


def _renewed(session: Session, name: str) -> datetime | None:
    query = select(func.max(Deed.at)).where(Deed.subject == f"{SUBJECT}{name}")
    return session.scalar(query.where(Deed.action == "neues Geheimnis"))


def backups(session: Session) -> Iterator[Remark]:
    """Tell that the last backup is old, once there is something to lose."""
    if session.scalar(select(Case.id).limit(1)) is None:
        return
    last = session.scalar(select(func.max(Deed.at)).where(Deed.action == "gesichert"))
    remedy = "lotse backup DATEI, am besten jede Nacht; die Schlüssel getrennt davon."
    if last is None:
        yield notable("sicherung", "Lotse weiß von keiner Sicherung mit „lotse backup“.", remedy)
    elif last < clock.now() - OLDEST_BACKUP:
        day = last.astimezone(clock.BERLIN)
        yield notable("sicherung", f"Die letzte Sicherung ist vom {day:%d.%m.%Y}.", remedy)
