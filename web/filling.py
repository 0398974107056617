"""A form in front of a person: the case around it, what was sent, and keeping what is protected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from flask import request
from sqlalchemy.orm import Session

import forms
from engine import clock
from engine.bundle import Bundle
from engine.casefile import documents, protection, reading
from engine.casefile.audit import By
from engine.errors import NotFound
from engine.lazily import Lazily
from engine.organisation import parameters
from engine.organisation.accounts import User
from forms import Choice, Form, FormView, Submission, Surroundings, Upload
from web.directories import Directories
from web.wording import day

ROLES = {"elternteil": "Elternteil", "kind": "Kind", "sonstige": "weitere Person"}


#: The button that sends a form for good; every other one only draws it again.
COMPLETE = "abschliessen"


class FormMissing(NotFound):
    """Zu dieser Aufgabe gibt es kein Formular."""


@dataclass(frozen=True, kw_only=True)
class Filling:
    """A form, for whom it is filled in, and everything its expressions may read."""

    form: Form
    case_id: int | None
    surroundings: Surroundings


@dataclass(frozen=True, kw_only=True)
class Around:
    """What surrounds a form: the case, and the variables that its expressions see."""

    case_id: int | None  # None: the form that begins a case
    mandant_id: str
    account: str  # who fills the form in
    variables: Mapping[str, object] = field(default_factory=dict)


def open_form(session: Session, content: Bundle, form_id: str | None, *, around: Around) -> Filling:
    """Return a form of what was deployed with its case around it; raise `FormMissing`."""
    source = content.form(form_id or "")
    if source is None:
        raise FormMissing
    world = _world(session, content, around)
    context = {name: partial(world.__getitem__, name) for name in world}
    context |= {name: partial(around.variables.__getitem__, name) for name in around.variables}
    choices: dict[str, Callable[[], Sequence[Choice]]] = {
        "personen": lambda: persons(world["fall"]),
        "dokumente": lambda: kept_files(session, around),
    }
    directories = Directories(session, around.mandant_id, choices)
    return Filling(
        form=parsed(source, form_id or ""),
        case_id=around.case_id,
        surroundings=Surroundings(Lazily(context), directories, clock.now),
    )


def _world(session: Session, content: Bundle, around: Around) -> Mapping[str, object]:
    """Return what every expression of a form may read; a form without a case reads none."""
    functions = content.functions
    if around.case_id is None:
        return {**functions, "fall": None, "parameter": parameters.of(session, around.mandant_id)}
    return reading.world(
        session, around.case_id, around.mandant_id, functions=functions, now=clock.now()
    )


def kept_files(session: Session, around: Around) -> list[Choice]:
    """Return the documents that the person handed in to the case as entries to choose from."""
    if around.case_id is None:
        return []
    found = documents.of(session, around.case_id, actor=around.account)
    return [Choice(str(stored.id), stored.name) for stored in found]


@lru_cache(maxsize=500)
def parsed(source: bytes, form_id: str) -> Form:
    """Read a deployed form; its content never changes, so one reading serves all."""
    return forms.load(source, file=f"{form_id}.form")


def persons(fall: object) -> list[Choice]:
    """Return the persons of a case as entries to choose from; none without a case."""
    if not isinstance(fall, Mapping):
        return []
    return [Choice(person["person_id"], called(person)) for person in fall["personen"]]


def called(person: Mapping[str, Any]) -> str:
    """Name a person so that two with the same name can be told apart."""
    name = " ".join(part for part in (person["vorname"], person["nachname"]) if part)
    facts = [ROLES.get(person["rolle"], person["rolle"])]
    if person["geburtsdatum"]:
        facts.append(f"geboren am {day(datetime.fromisoformat(person['geburtsdatum']).date())}")
    return f"{name or 'ohne Namen'} ({', '.join(facts)})"


def submission() -> Submission:
    """Return what this request's form holds."""
    files = {
        name: [Upload(file.filename or "", file.read()) for file in request.files.getlist(name)]
        for name in request.files
    }
    return Submission(request.form.to_dict(flat=False), files)


def is_redraw() -> bool:
    """Whether this request only wants the form drawn again, e.g. with one more row."""
    return request.form.get("_aktion", COMPLETE) != COMPLETE


def redrawn(filling: Filling, sent: Submission) -> FormView:
    """Return a form as it is after a row was added or an answer changed."""
    action = request.form.get("_aktion", "")
    values = forms.change_rows(filling.form, forms.typed(filling.form, sent), action)
    return forms.view(filling.form, values, filling.surroundings)


def protect(
    session: Session,
    filling: Filling,
    values: Mapping[str, Any],
    sent: Submission,
    *,
    user: User,
) -> dict[str, Any]:
    """Store files and protected values of checked values; what is left may become variables."""
    case_id = filling.case_id
    if case_id is None:
        return forms.as_variables(filling.form, values)
    by = By(user.name, clock.now())

    def store(upload: Upload) -> object:
        key = documents.store(session, case_id, upload.name, upload.content, by=by)
        return {"dokument_id": str(key), "name": upload.name}

    stored = forms.replace_files(filling.form, values, sent, store)
    safe = protection.divert(session, case_id, stored, protected_paths(filling.form), now=by.now)
    return forms.as_variables(filling.form, safe)


def protected_paths(form: Form) -> list[str]:
    """Return where a form's protected values stand, as the protected store writes paths."""
    return [pattern.replace(".*", "[]") for pattern in form.protected]
