"""Broken forms are refused, or can be shown and filled in."""

from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

import forms
from forms import Choice, FormBroken, FormInvalid, Submission, Surroundings
from tests.fuzz import mutating
from tests.fuzz.conftest import MORE, bounded

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [path.read_bytes() for path in sorted((ROOT / "forms/definitions").rglob("*.form"))]
NOON = datetime(2026, 1, 12, 11, tzinfo=UTC)
AROUND = Surroundings(
    {"fall": {"personen": [{"person_id": "7"}]}, "item": {"person_id": "7"}},
    {"personen": [Choice("7", "Ada")]},
    lambda: NOON,
)
TREES, BYTES = 1_200 * MORE, 800 * MORE


def used(content, random):
    """Return whether a form is accepted; what is accepted must also work."""
    try:
        form = forms.load(content, file="fremd.form")
    except FormBroken as broken:
        findings = broken.findings
    else:
        show_and_fill(form, random)
        return True
    assert findings
    assert all(finding.message and finding.rule for finding in findings)
    return False


def show_and_fill(form, random):
    forms.view(form, {}, AROUND)
    names = [path.replace("*", "0") for path in form.paths]
    fields = {
        name: [random.choice(["", "ja", "7", "2026-01-01", "= 1", "x" * 500])] for name in names
    }
    try:
        values, messages = forms.validate(form, Submission(fields, {}), AROUND), {}
    except FormInvalid as refused:
        values, messages = refused.values, refused.messages
    forms.view(form, values, AROUND, messages)


@pytest.mark.parametrize("part", range(2))
def test_form_with_broken_values_is_refused_or_works(part):
    accepted = 0
    for seed in range(part, TREES, 2):
        random = Random(seed)
        content = mutating.json_of(random.choice(SOURCES), random)
        with bounded():
            accepted += used(content, random)
    assert accepted > TREES / 50


def test_form_with_broken_bytes_is_refused_or_works():
    for seed in range(BYTES):
        random = Random(f"bytes {seed}")
        content = mutating.bytes_of(random.choice(SOURCES), random)
        with bounded():
            used(content, random)
