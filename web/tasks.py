"""The task list, and the task in front of a person: look, claim, release, fill in, complete."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

import forms
from engine import clock, drafts, inbox, user_tasks
from engine.casefile import access
from engine.errors import AlreadyCompleted
from engine.model.user_task import TaskState, UserTask
from engine.organisation import groups
from engine.organisation.accounts import User
from forms import FormInvalid, FormView
from web import (
    decisions,
    desks,
    drafting,
    families,
    filling,
    people,
    sources,
    steps,
    uploads,
    visibility,
    wording,
)
from web.database import session, write
from web.desks import Desk
from web.families import NOBODY
from web.guard import current_account
from web.wording import DueMark

blueprint = Blueprint("tasks", __name__, url_prefix="/aufgaben")

DRAFT = "entwurf"


@dataclass(frozen=True)
class Line:
    """A line of the inbox as it is shown."""

    entry: inbox.Entry
    due: DueMark | None
    who: str


@blueprint.get("", endpoint="inbox")
def list_tasks() -> str:
    """Show the tasks of the person and their groups, the most urgent first."""
    user, database = current_account(), session()
    only_own = request.args.get("nur") == "meine"
    after = inbox.Cursor.parse(request.args.get("nach", ""))
    page = inbox.page(database, user, after=after, only_own=only_own)
    names = groups.names(database)
    kept: dict[str, Any] = {"nur": "meine"} if only_own else {}
    return render_template(
        "tasks/inbox.html",
        lines=[_line(entry, user, names) for entry in page.entries],
        only_own=only_own,
        first_url=url_for("tasks.inbox", **kept) if after else None,
        next_url=url_for("tasks.inbox", nach=str(page.following), **kept)
        if page.following
        else None,
    )


def _line(entry: inbox.Entry, user: User, names: dict[str, str]) -> Line:
    due = wording.due_mark(entry.due_at, now=clock.now())
    if entry.assignee is not None:
        who = "Sie" if entry.assignee == user.name else "übernommen"
    else:
        who = ", ".join(names.get(group, group) for group in entry.groups)
    return Line(entry, due, who)


@blueprint.get("/<int:user_task_id>")
def show(user_task_id: int) -> str | tuple[str, int]:
    """Show a task with its form, its rule and its place in the procedure."""
    user, database = current_account(), session()
    desk = desks.lay(database, user_task_id, user)
    if desk.task.state != TaskState.OPEN:
        raise _already_done(database, desk.task, user)
    kept = drafts.find(database, desk.task, account_id=user.id)
    view = forms.view(desk.filling.form, kept.values if kept else {}, desk.filling.surroundings)
    return _page(desk, view, saved=wording.moment(kept.saved_at) if kept else "")


@blueprint.post("/<int:user_task_id>")
def submit(user_task_id: int) -> str | Response | tuple[str, int]:
    """Complete a task, or do what another button of its form asks for."""
    user, database = current_account(), session()
    desk = desks.lay(database, user_task_id, user)
    if desk.task.state != TaskState.OPEN:
        raise _already_done(database, desk.task, user)
    sent = filling.submission()
    if filling.is_redraw():
        return _redraw(desk, sent, user)
    try:
        values = uploads.validated(desk.filling, sent)
    except FormInvalid:
        return _refused(desk, sent, user)
    return _complete(desk, values, sent, user)


def _complete(
    desk: Desk, values: dict[str, object], sent: forms.Submission, user: User
) -> Response:
    """Store what is protected, complete the task and go on to what comes next."""
    key, name, case_id = desk.task.id, desk.task.name, desk.task.case_id
    step = desks.completion(desk, values, sent, user)
    try:
        by = steps.take(step)
    except AlreadyCompleted:
        raise _already_done(session(), user_tasks.get(session(), key, user=user), user) from None
    steps.tell(by, f"Erledigt: {name}")
    return redirect(_next_url(case_id, user), code=303)


def _next_url(case_id: int, user: User) -> str:
    """Go on with the same case if it has a task for this person now, else to the inbox."""
    for task in user_tasks.of_case(session(), case_id):
        if user_tasks.may_see(task, user) and task.assignee in (None, user.name):
            return url_for("tasks.show", user_task_id=task.id)
    return url_for("tasks.inbox")


def _redraw(desk: Desk, sent: forms.Submission, user: User) -> str | Response:
    """Show the form as it is after a row was added or an answer changed; save it as a draft."""
    desk, sent = _keep_uploads(desk, sent, user)
    form, action = desk.filling.form, request.form["_aktion"]
    values = forms.change_rows(form, forms.typed(form, sent), action)
    saved = drafting.keep(desk.task, values, user)
    if action == DRAFT:
        return render_template("tasks/saved.html", saved=saved)
    if anchor := forms.anchor(action):
        # To the draft and not this very page: reloading would bring back what was typed before.
        show_list = url_for("tasks.show", user_task_id=desk.task.id, _anchor=anchor)
        return redirect(show_list, code=303)
    return _page(desk, forms.view(form, values, desk.filling.surroundings), saved=saved)


def _refused(desk: Desk, sent: forms.Submission, user: User) -> tuple[str, int]:
    desk, sent = _keep_uploads(desk, sent, user)
    saved = drafting.keep(desk.task, forms.typed(desk.filling.form, sent), user)
    return _page(desk, uploads.shown_again(desk.filling, sent), saved=saved), 422


def _keep_uploads(desk: Desk, sent: forms.Submission, user: User) -> tuple[Desk, forms.Submission]:
    kept, sent = uploads.keep(desk.filling, sent, user=user)
    return replace(desk, filling=kept), sent


@blueprint.post("/<int:user_task_id>/uebernehmen")
def claim(user_task_id: int) -> Response:
    """Take a task over."""
    write(lambda s: _pass(s, user_task_id, user_tasks.claim, "übernommen"))
    flash("Sie haben die Aufgabe übernommen. Andere sehen das.", "success")
    return redirect(url_for("tasks.show", user_task_id=user_task_id), code=303)


@blueprint.post("/<int:user_task_id>/zurueckgeben")
def release(user_task_id: int) -> Response:
    """Give a task back to its groups."""
    write(lambda s: _pass(s, user_task_id, user_tasks.release, "zurückgegeben"))
    flash("Die Aufgabe steht wieder allen in der Gruppe offen.", "success")
    return redirect(url_for("tasks.inbox"), code=303)


def _pass(database: Session, key: int, change: Callable[..., None], action: str) -> None:
    """Let a task change hands, and write that down."""
    user = current_account()
    case_id = user_tasks.get(database, key, user=user).case_id
    change(database, key, user=user)
    steps.note(database, case_id, action, f"aufgabe {key}")


def _page(desk: Desk, view: FormView, *, saved: str) -> str:
    element = desk.definition.process.elements[desk.task.element_id]
    database, user = session(), current_account()
    course = visibility.courses(database, desk.task.case_id)[desk.task.instance_id]
    return render_template(
        "tasks/show.html",
        task=desk.task,
        view=view,
        saved=saved,
        page_name=drafting.new_page(),
        due=wording.due_mark(desk.task.due_at, now=clock.now()),
        is_mine=desk.task.assignee == user.name,
        holder=people.display_name(database, desk.task.assignee),
        family=families.of_cases(database, [desk.task.case_id]).get(desk.task.case_id, NOBODY),
        may_open_case=access.may_see_case(database, desk.task.case_id, user),
        purpose=element.documentation,
        source=sources.of(element),
        place=sources.place_of(desk.definition.process, element),
        persons=desk.filling.surroundings.choices["personen"],
        reasons=decisions.latest(database, course, desk.task.instance_id, user=user),
    )


def _already_done(database: Session, task: UserTask, user: User) -> AlreadyCompleted:
    """Say who was faster, so that nobody wonders."""
    if task.state == TaskState.CANCELLED or task.completed_at is None:
        return AlreadyCompleted("Diese Aufgabe ist nicht mehr nötig: Das Verfahren ist weiter.")
    at = wording.moment(task.completed_at)
    if task.completed_by == user.name:
        return AlreadyCompleted(f"Diese Aufgabe haben Sie schon erledigt, am {at}.")
    who = people.display_name(database, task.completed_by) or "jemand anderes"
    return AlreadyCompleted(f"{who} war schneller: Die Aufgabe wurde am {at} erledigt.")
