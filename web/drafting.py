"""Keeps what is typed into a task's form while it is typed; nothing older replaces it."""

from __future__ import annotations

from secrets import token_hex

from flask import request

from engine import clock, drafts
from engine.drafts import Sender
from engine.model.user_task import UserTask
from engine.organisation.accounts import User
from web import wording
from web.database import write


def new_page() -> str:
    """Return the name by which a page that is shown now sends what is typed into it."""
    return token_hex(8)


def keep(task: UserTask, values: dict[str, object], user: User) -> str:
    """Keep what this request holds and return when that was, for the page."""
    now, sender = clock.now(), _sender(user)
    write(lambda s: drafts.save(s, task, values, sender=sender, now=now))
    return wording.moment(now)


def _sender(user: User) -> Sender:
    """Return which page sent the request, and how many it had sent before."""
    turn = request.form.get("_stand", "")
    number = int(turn) if turn.isascii() and turn.isdigit() and len(turn) < 10 else 0
    return Sender(user.id, request.form.get("_seite", "")[:32], number)
