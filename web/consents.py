"""The consents and transmissions of a case as a person may see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from engine.casefile import einwilligungen, transmissions
from engine.casefile.einwilligungen import Consent
from engine.model.uebermittlung import Uebermittlung
from engine.organisation.accounts import User
from web.wording import coded, day

#: The youth office: that it was asked is already a hint at a danger to the child (S8-Status).
YOUTH_OFFICE = "fb51"


@dataclass(frozen=True)
class Line:
    """One answer to a request for consent."""

    id: int
    person: str
    purpose: str
    answer: str
    datum: date
    state: str
    is_revocable: bool


def lines(session: Session, fall: Mapping[str, Any], *, user: User, today: date) -> list[Line]:
    """Return the answers that the person may see, the oldest first."""
    found = einwilligungen.consents(session, int(fall["fall_id"]))
    return [
        Line(
            id=consent.id,
            person=person_of(consent, fall),
            purpose=purpose(consent),
            answer=coded(consent.einverstaendnis) + ("" if consent.schriftlich else ", mündlich"),
            datum=consent.datum,
            state=_state(consent, today),
            is_revocable=is_revocable(consent, today),
        )
        for consent in found
        if may_see(consent.empfaenger, user)
    ]


def sent(session: Session, case_id: int, *, user: User) -> list[Uebermittlung]:
    """Return the transmissions that the person may see."""
    return [row for row in transmissions.of(session, case_id) if may_see(row.an, user)]


def may_see(recipient: str | None, user: User) -> bool:
    """Whether what concerns a recipient is open to a person."""
    return recipient != YOUTH_OFFICE or user.sees_status


def _name(person: Mapping[str, Any]) -> str:
    names = (person["vorname"], person["nachname"])
    return " ".join(name for name in names if name) or "ohne Namen"


def is_revocable(consent: Consent, today: date) -> bool:
    """Whether there is anything left to revoke, be it only a spoken consent."""
    ended = consent.gueltig_bis is not None and consent.gueltig_bis < today
    return consent.einverstaendnis == "erteilt" and not ended and consent.widerrufen_am is None


def person_of(consent: Consent, fall: Mapping[str, Any]) -> str:
    """Name who gave the answer."""
    for person in fall["personen"]:
        if person["person_id"] == str(consent.person_id):
            return _name(person)
    return "nicht mehr in der Familie"


def purpose(consent: Consent) -> str:
    """Say for what and to whom a consent opens the case."""
    parts = [coded(consent.art)]
    if consent.empfaenger:
        parts.append(f"mit {coded(consent.empfaenger)}")
    if consent.zweck:
        parts.append(coded(consent.zweck))
    return ", ".join(parts)


def _state(consent: Consent, today: date) -> str:
    if consent.widerrufen_am is not None and consent.widerrufen_am <= today:
        return f"widerrufen am {day(consent.widerrufen_am)}"
    if consent.holds(today):
        return f"bis {day(consent.gueltig_bis)}" if consent.gueltig_bis else "ja"
    return "nein"
