"""Days, moments and deadlines as people in Germany read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Flask

from engine import clock
from engine.clock import BERLIN

WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
#: A deadline that is this near is marked.
SOON = timedelta(days=3)


@dataclass(frozen=True)
class DueMark:
    """How a deadline stands: `state` is overdue, today, soon or open; `text` is the day."""

    state: str
    text: str


def day(value: date | datetime) -> str:
    """Write a day as 03.02.2026; an instant is taken as its day in Germany."""
    if isinstance(value, datetime):
        value = value.astimezone(BERLIN).date()
    return value.strftime("%d.%m.%Y")


def moment(value: datetime) -> str:
    """Write an instant as 03.02.2026, 14:05 Uhr."""
    return value.astimezone(BERLIN).strftime("%d.%m.%Y, %H:%M Uhr")


def due_mark(due_at: datetime | None, *, now: datetime) -> DueMark | None:
    """Say how a deadline stands on the day of `now`; None where there is no deadline."""
    if due_at is None:
        return None
    due, today = due_at.astimezone(BERLIN).date(), now.astimezone(BERLIN).date()
    if due < today:
        state = "overdue"
    elif due == today:
        state = "today"
    else:
        state = "soon" if due - today <= SOON else "open"
    return DueMark(state, day(due))


#: What codes of the case file mean, for people.
CODES = {
    "elternteil": "Elternteil",
    "kind": "Kind",
    "sonstige": "weitere Person",
    "kibiz": "IFK KiBiZ",
    "ifk": "IFK",
    "uesb": "IFK Übergang Schule–Beruf",
    "reha": "IFK Reha",
    "vorgeschlagen": "vorgeschlagen",
    "teilnahme": "nimmt teil",
    "nachbetreuung_aktiv": "aktive Nachbetreuung",
    "nachbetreuung_passiv": "passive Nachbetreuung",
    "beendet": "beendet",
    "kommunikation": "Austausch mit anderen Stellen",
    "schweigepflichtentbindung": "Entbindung von der Schweigepflicht",
    "erteilt": "erteilt",
    "verweigert": "verweigert",
    "fb51": "FB 51 Jugend (ASD)",
    "kwg_meldung": "Meldung bei Kindeswohlgefährdung",
    "rueckmeldung": "Rückmeldung",
    "verweis": "Vermittlung an eine andere Stelle",
    "uebergabe": "Übergabe",
    "statistik": "Statistik",
    "anfrage": "Anfrage",
    "laut_einwilligung": "Einwilligung",
    "56.7": "Osterode (56.7)",
    "56.8": "Südharz (56.8)",
    "andere": "anderer Standort",
}


def coded(code: str | None) -> str:
    """Write a code of the case file in words; an unknown one as it is."""
    return CODES.get(code or "", (code or "nicht bekannt").replace("_", " "))


def yes_no(value: object) -> str:
    """Write a truth value; what nobody asked yet is not known."""
    return "nicht bekannt" if value is None else "ja" if value else "nein"


def iso_day(text: str | None) -> str:
    """Write a day that comes as ISO text; nothing where there is none."""
    return day(date.fromisoformat(text)) if text else ""


def message_name(name: str) -> str:
    """Write a message's name in words: msg_start_begleitung becomes "Start Begleitung"."""
    words = name.removeprefix("msg_").split("_")
    return " ".join(word.capitalize() for word in words)


def install(app: Flask) -> None:
    """Let the templates write days, moments, deadlines and codes."""
    app.jinja_env.filters.update(
        day=day,
        moment=moment,
        iso_day=iso_day,
        coded=coded,
        yes_no=yes_no,
        message_name=message_name,
        due_mark=lambda due_at: due_mark(due_at, now=clock.now()),
    )
