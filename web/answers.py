"""What was entered in a case, task by task, as far as the person may read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

import forms
from engine import bindings, clock, user_tasks
from engine.casefile import access, protection, reading
from engine.casefile.audit import By
from engine.casefile.cases import CaseNotFound
from engine.model.user_task import UserTask
from engine.organisation.accounts import User
from forms import Surroundings, Told
from forms.parts import PROTECTED_CLASSES
from web import filling, people, visibility
from web.database import session, write
from web.directories import Directories
from web.guard import current_account
from web.visibility import STATUS_CLASS

blueprint = Blueprint("answers", __name__, url_prefix="/faelle/<int:case_id>/angaben")


@dataclass(frozen=True)
class Sheet:
    """The answers of one task."""

    task: UserTask
    who: str
    at: datetime
    lines: tuple[Told, ...]
    hidden: bool  # some answers are protected and not shown now


@blueprint.get("")
def show(case_id: int) -> str:
    """Show the answers of a case; protected ones only say that they are there."""
    user, database = current_account(), session()
    access.require_open_case(database, case_id, user)
    return _page(database, case_id, user, revealed=False)


@blueprint.post("")
def reveal(case_id: int) -> str:
    """Show the protected answers too; that they were read is written down."""
    user = current_account()
    if not access.may_see_protected(session(), case_id, user):
        raise CaseNotFound
    access.require_open_case(session(), case_id, user)
    return write(lambda current: _page(current, case_id, user, revealed=True))


def _page(database: Session, case_id: int, user: User, *, revealed: bool) -> str:
    sheets = _sheets(database, case_id, user, revealed=revealed)
    may_reveal = access.may_see_protected(database, case_id, user)
    return render_template(
        "cases/answers.html",
        case_id=case_id,
        sheets=sheets,
        may_reveal=may_reveal and any(sheet.hidden for sheet in sheets),
        revealed=revealed,
    )


def _sheets(database: Session, case_id: int, user: User, *, revealed: bool) -> list[Sheet]:
    """Return the answers of every completed task whose step the person may know of."""
    courses = visibility.courses(database, case_id)
    tasks = [
        task
        for task in user_tasks.answered(database, case_id)
        if visibility.may_see_step(courses[task.instance_id], task.element_id, user)
    ]
    opened = _opened(database, case_id, tasks, user) if revealed else {}
    fall = reading.fall(database, case_id, clock.now())
    choices = Directories(database, fall["mandant"], {"personen": lambda: filling.persons(fall)})
    surroundings = Surroundings({"fall": fall}, choices, clock.now)
    names = people.called(database, (task.completed_by for task in tasks))
    sheets = []
    for task in tasks:
        definition = courses[task.instance_id].definition
        source = bindings.with_form(database, definition, task.form_key).form(task.form_id or "")
        answers = opened.get(task.id, task.answers)
        if source is None or answers is None or task.completed_at is None:
            continue
        form = filling.parsed(source, task.form_id or "")
        lines = forms.told(form, answers, surroundings)
        readable = tuple(line for line in lines if _may_read(line, user, revealed=revealed))
        hidden = not revealed and any(protection.is_reference(line.value) for line in lines)
        who = names.get(task.completed_by or "", "")
        sheets.append(Sheet(task, who, task.completed_at, readable, hidden))
    return sheets


def _may_read(line: Told, user: User, *, revealed: bool) -> bool:
    if line.data_class in PROTECTED_CLASSES:
        return revealed
    return line.data_class != STATUS_CLASS or user.sees_status


def _opened(
    database: Session, case_id: int, tasks: list[UserTask], user: User
) -> Mapping[int, dict[str, Any]]:
    """Open the protected answers of all tasks at once, so that one entry says who read them."""
    sealed = {str(task.id): task.answers for task in tasks if task.answers is not None}
    by = By(user.name, clock.now())
    opened = protection.reveal(database, case_id, sealed, by=by)
    return {int(key): values for key, values in opened.items()}
