"""Whatever arrives at a form, it is taken or refused with sentences; nothing else happens."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import forms
from forms import Choice, FormBroken, FormInvalid, Submission, Surroundings, Upload

pytestmark = pytest.mark.slow

DEFINITIONS = Path(__file__).resolve().parent.parent.parent / "forms" / "definitions"
FORMS = {
    path.stem: forms.load(path.read_bytes(), file=path.name)
    for path in sorted(DEFINITIONS.rglob("*.form"))
}
AROUND = Surroundings(
    {"fall": {"personen": [{"person_id": "7", "vorname": "Ada"}]}, "item": {"person_id": "7"}},
    {"personen": [Choice("7", "Ada")]},
    lambda: datetime(2026, 1, 12, 11, 0, tzinfo=UTC),
)
RUNS = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))

PATHS = {path for form in FORMS.values() for path in form.paths}
NAMES = sorted({path.replace("*", row) for path in PATHS for row in ("0", "7")})
MARKS = ["_anzahl", "_gezeigt", "_aktion", "kinder._anzahl", "erwachsene._anzahl", "..", "0", ""]
ODD = [
    "true",
    "false",
    "nan",
    "-0",
    "1e999",
    "31.02.2024",
    "2026-01-01",
    "\x00",
    "\ud800",
    "7",
    "ja",
]
names = st.one_of(st.sampled_from(NAMES + MARKS), st.text(max_size=30))
texts = st.one_of(st.sampled_from(ODD), st.text(max_size=60))
files = st.builds(Upload, st.text(max_size=12), st.sampled_from([b"", b"%PDF-1", b"MZ"]))
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=4)),
    max_leaves=12,
)


@pytest.fixture(scope="module", params=sorted(FORMS))
def hostile_form(request):
    return FORMS[request.param]


def outcome(attempt):
    """Return the values with no messages, or what was refused with its messages."""
    try:
        return attempt(), {}
    except FormInvalid as refused:
        return refused.values, refused.messages


@RUNS
@given(
    fields=st.dictionaries(names, st.lists(texts, min_size=1, max_size=3), max_size=12),
    uploads=st.dictionaries(names, st.lists(files, max_size=2), max_size=2),
    action=texts,
)
def test_any_submission_is_taken_or_refused_in_words(hostile_form, fields, uploads, action):
    submission = Submission(fields, uploads)
    values, messages = outcome(lambda: forms.validate(hostile_form, submission, AROUND))
    json.dumps(values)
    assert all(message.endswith(".") for message in messages.values())
    view = forms.view(hostile_form, values, AROUND, messages)
    assert [link.message for link in view.errors if link.message not in messages.values()] == []
    assert len(view.errors) == len(messages)
    tree = forms.change_rows(hostile_form, forms.typed(hostile_form, submission), action)
    forms.view(hostile_form, tree, AROUND)


@RUNS
@given(values=st.dictionaries(names, json_values, max_size=8))
def test_any_json_is_taken_or_refused_in_words(hostile_form, values):
    found, messages = outcome(lambda: forms.validate_values(hostile_form, values, AROUND))
    json.dumps(found)
    assert all(message.endswith(".") for message in messages.values())
    forms.view(hostile_form, values, AROUND)


@settings(max_examples=150, deadline=None)
@given(content=st.one_of(st.binary(max_size=60), json_values.map(lambda v: json.dumps(v).encode())))
def test_any_file_is_a_form_or_a_list_of_findings(content):
    with pytest.raises(FormBroken) as raised:
        forms.load(content, file="x.form")
    assert raised.value.findings


VORSCHLAG = json.loads((DEFINITIONS / "kibiz_uebergabe" / "vorschlag.form").read_text())


@settings(max_examples=200, deadline=None)
@given(draw=st.data())
def test_any_damage_to_a_form_is_found_or_harmless(draw):
    document = json.loads(json.dumps(VORSCHLAG))
    here = document
    for _ in range(draw.draw(st.integers(0, 6))):
        inner = [v for v in (here.values() if isinstance(here, dict) else here) if v]
        inner = [value for value in inner if isinstance(value, dict | list)]
        if not inner:
            break
        here = draw.draw(st.sampled_from(inner))
    if isinstance(here, dict):
        here[draw.draw(st.sampled_from([*here, "path", "key"]))] = draw.draw(json_values)
    else:
        here.append(draw.draw(json_values))
    content = json.dumps(document).encode()
    if not forms.check(content, file="x.form"):
        forms.view(forms.load(content, file="x.form"), {}, AROUND)
