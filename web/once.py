"""The page's own number: what is sent twice with it, e.g. by a double click, counts once."""

from __future__ import annotations

from datetime import datetime
from secrets import token_urlsafe

from flask import request
from sqlalchemy.orm import Session

from engine import messages
from web.guard import current_account

FIELD = "_einmal"
LONGEST = 40


def fields() -> dict[str, str]:
    """Return the hidden field of a page that is shown; shown again it keeps its number."""
    return {FIELD: request.form.get(FIELD) or token_urlsafe(12)}


def is_first(database: Session, place: str, *, now: datetime) -> bool:
    """Note that the page was used for something; False if it was before."""
    number = request.form.get(FIELD, "")[:LONGEST]
    key = (place, current_account().name, number)
    return not number or messages.take_number(database, key, now)
