"""Small forms and the world around them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

import forms
from forms import Choice, FormInvalid, Submission, Surroundings

NOON = datetime(2026, 1, 12, 11, 0, tzinfo=UTC)


@pytest.fixture
def surroundings():
    """Build the variables and directories around a form."""

    def build(*, persons=(("7", "Ada Beispiel"),), documents=(), **context):
        choices = {
            "personen": [Choice(*person) for person in persons],
            "dokumente": [Choice(*document) for document in documents],
        }
        return Surroundings(context, choices, lambda: NOON)

    return build


@pytest.fixture
def source():
    """Write a form file with the given parts."""

    def build(*components, **changes):
        schema = {"type": "default", "id": "probe.aufgabe", "schemaVersion": 19}
        return json.dumps({**schema, "components": list(components), **changes}).encode()

    return build


@pytest.fixture
def form(source):
    """Load a form with the given parts."""
    return lambda *components: forms.load(source(*components), file="probe.form")


@pytest.fixture
def submit(surroundings):
    """Post fields to a form and return its values."""

    def post(form, fields=None, *, files=None, around=None):
        texts = {
            name: value if isinstance(value, list) else [value]
            for name, value in (fields or {}).items()
        }
        return forms.validate(form, Submission(texts, files or {}), around or surroundings())

    return post


@pytest.fixture
def refused(submit):
    """Post fields to a form that must be refused and return the messages."""

    def post(form, fields=None, **kwargs):
        with pytest.raises(FormInvalid) as raised:
            submit(form, fields, **kwargs)
        return raised.value.messages

    return post
