"""Files of a form that comes back: kept as documents, so that nobody must choose them again.

Browsers empty a file field whenever a page is shown anew. What can be taken is therefore stored
at once and offered as "already uploaded"; what cannot be taken is complained of.
"""

from __future__ import annotations

from dataclasses import replace

from flask import request
from sqlalchemy.orm import Session

import forms
from engine import clock
from engine.casefile import documents
from engine.casefile.audit import By
from engine.casefile.documents import DocumentRefused
from engine.organisation.accounts import User
from forms import Choice, FormInvalid, FormView, Submission, Upload
from web.database import write
from web.filling import Filling

#: The directory of a form's files that were kept from an earlier attempt.
KEPT = "dokumente"


def validated(filling: Filling, sent: Submission) -> dict[str, object]:
    """Return the values of a form whose files can be stored, too; raise `FormInvalid`."""
    values = forms.validate(filling.form, sent, filling.surroundings)
    refused = {
        name: reason
        for name, uploads in forms.acceptable(filling.form, sent).items()
        for upload in uploads
        if (reason := _refusal(upload))
    }
    if refused:
        raise FormInvalid(refused, forms.typed(filling.form, sent))
    return values


def shown_again(filling: Filling, sent: Submission) -> FormView:
    """Return a form that was not taken over, with what is wrong with it."""
    try:
        values = validated(filling, sent)
    except FormInvalid as refused:
        return forms.view(filling.form, refused.values, filling.surroundings, refused.messages)
    return forms.view(filling.form, values, filling.surroundings)


def keep(filling: Filling, sent: Submission, *, user: User) -> tuple[Filling, Submission]:
    """Store the new files that can be taken; return the form, and what was sent, with them kept.

    A page that only redraws itself keeps its file fields, so their files are not stored.
    """
    good = {
        name: [upload for upload in uploads if not _refusal(upload)]
        for name, uploads in forms.acceptable(filling.form, sent).items()
    }
    if filling.case_id is None or not any(good.values()) or "HX-Request" in request.headers:
        return filling, sent
    stored = write(lambda session: _stored(session, filling.case_id, good, user))
    fields = {name: [*sent.fields.get(name, ()), *map(_number, stored[name])] for name in stored}
    files = {
        name: [upload for upload in uploads if upload not in good.get(name, [])]
        for name, uploads in sent.files.items()
    }
    around, fresh = filling.surroundings, [one for found in stored.values() for one in found]
    choices = {**around.choices, KEPT: [*around.choices.get(KEPT, ()), *fresh]}
    return (
        replace(filling, surroundings=replace(around, choices=choices)),
        Submission({**sent.fields, **fields}, files),
    )


def _stored(
    session: Session, case_id: int | None, good: dict[str, list[Upload]], user: User
) -> dict[str, list[Choice]]:
    assert case_id is not None
    by = By(user.name, clock.now())
    return {
        name: [
            Choice(str(documents.store(session, case_id, one.name, one.content, by=by)), one.name)
            for one in uploads
        ]
        for name, uploads in good.items()
    }


def _number(kept: Choice) -> str:
    return kept.value


def _refusal(upload: Upload) -> str:
    try:
        documents.media_type(upload.name, upload.content)
    except DocumentRefused as refused:
        return refused.message
    return ""
