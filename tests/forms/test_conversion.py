"""What was typed becomes the value that was meant, or a sentence that says what to type."""

from datetime import date

import pytest

import forms
from engine import feel

TEXT = {"type": "textfield", "key": "x", "label": "Angabe"}
AREA = {**TEXT, "type": "textarea"}
NUMBER = {**TEXT, "type": "number"}
WHOLE = {**NUMBER, "decimalDigits": 0}
DAY = {"type": "datetime", "key": "x", "dateLabel": "Angabe", "subtype": "date"}
TIME = {**DAY, "subtype": "time"}
MOMENT = {**DAY, "subtype": "datetime"}
ANSWERS = [{"label": "Eins", "value": "eins"}, {"label": "Zwei", "value": "zwei"}]
SELECT = {**TEXT, "type": "select", "values": ANSWERS}
MANY = {**TEXT, "type": "checklist", "values": ANSWERS}
TAGS = {**TEXT, "type": "taglist", "values": ANSWERS}
BOX = {**TEXT, "type": "checkbox"}
YES_NO = {
    **TEXT,
    "type": "radio",
    "values": [{"label": "Ja", "value": True}, {"label": "Nein", "value": False}],
    "properties": {"typ": "bool"},
}
PERSON = {**TEXT, "type": "select", "valuesKey": "personen", "properties": {"typ": "person"}}

MEANT = [
    (TEXT, " Ada ", "Ada"),
    (TEXT, "", None),
    (TEXT, "   ", None),
    (TEXT, "Zoe\u0308", "Zoë"),
    (AREA, "eins\r\nzwei\tdrei", "eins\nzwei\tdrei"),
    (NUMBER, "12", 12),
    (NUMBER, "12,5", 12.5),
    (NUMBER, "12.5", 12.5),
    (NUMBER, "1.234,5", 1234.5),
    (NUMBER, "1.234", 1234),
    (NUMBER, "-3", -3),
    (NUMBER, "0", 0),
    (NUMBER, "12,0", 12),
    ({**NUMBER, "serializeToString": True}, "1,10", "1.10"),
    (DAY, "2021-02-03", "2021-02-03"),
    (DAY, "3.2.2021", "2021-02-03"),
    (DAY, "03.02.2021", "2021-02-03"),
    (DAY, "29.02.2024", "2024-02-29"),
    (TIME, "8:05", "08:05"),
    (TIME, "14.30 Uhr", "14:30"),
    (MOMENT, "2026-01-12T14:30", "2026-01-12T14:30:00+01:00"),
    (MOMENT, "12.07.2026 14:30", "2026-07-12T14:30:00+02:00"),
    (MOMENT, "2026-07-12T12:30:00Z", "2026-07-12T14:30:00+02:00"),
    (SELECT, "zwei", "zwei"),
    (MANY, ["zwei", "eins", "zwei"], ["eins", "zwei"]),
    (TAGS, ["eins"], ["eins"]),
    (BOX, "true", True),
    (BOX, "on", True),
    (YES_NO, "true", True),
    (YES_NO, "false", False),
    (PERSON, "7", "7"),
]


@pytest.mark.parametrize(("part", "typed", "value"), MEANT)
def test_validate_understands_what_was_typed(form, submit, part, typed, value):
    assert submit(form(part), {"x": typed}) == {"x": value}


NOT_MEANT = [
    (TEXT, "a\x00b", "Steuerzeichen"),
    (TEXT, "a\nb", "Steuerzeichen"),
    (TEXT, "a\u202eb", "Steuerzeichen"),
    (TEXT, "\ud800", "Steuerzeichen"),
    (TEXT, "x" * 1_001, "höchstens 1000 Zeichen"),
    (AREA, "x" * 20_001, "höchstens 20000 Zeichen"),
    (AREA, "a\x07b", "Steuerzeichen"),
    (NUMBER, "zwölf", "zum Beispiel 12,5"),
    (NUMBER, "NaN", "zum Beispiel 12,5"),
    (NUMBER, "1e9", "zum Beispiel 12,5"),
    (NUMBER, "1,2,3", "zum Beispiel 12,5"),
    (NUMBER, "٣", "zum Beispiel 12,5"),
    (NUMBER, "9" * 16, "zum Beispiel 12,5"),
    (WHOLE, "x", "ganze Zahl"),
    (WHOLE, "1,5", "ganze Zahl"),
    (DAY, "3.2.21", "als Tag.Monat.Jahr an, zum Beispiel 03.02.2021"),
    (DAY, "31.02.2021", "Tag.Monat.Jahr"),
    (DAY, "2021-13-01", "Tag.Monat.Jahr"),
    (DAY, "01.01.0021", "Tag.Monat.Jahr"),
    (DAY, "01.01.2500", "Tag.Monat.Jahr"),
    (DAY, "gestern", "Tag.Monat.Jahr"),
    (TIME, "25:00", "Stunde:Minute"),
    (TIME, "acht", "Stunde:Minute"),
    (MOMENT, "12.01.2026", "Stunde:Minute"),
    (MOMENT, "2026-01-12T99:00:00Z", "Stunde:Minute"),
    (SELECT, "drei", "eine der angebotenen Antworten"),
    (MANY, ["eins", "drei"], "nur angebotene Antworten"),
    (BOX, "vielleicht", "kreuzen Sie"),
    (YES_NO, "Ja", "eine der angebotenen Antworten"),
    (PERSON, "8", "eine der angebotenen Antworten"),
]


@pytest.mark.parametrize(("part", "typed", "words"), NOT_MEANT)
def test_validate_says_what_to_type(form, refused, part, typed, words):
    messages = refused(form(part), {"x": typed})
    assert list(messages) == ["x"]
    assert words in messages["x"]


def test_messages_name_the_field_the_way_a_sentence_needs_it(form, refused):
    birth = {**DAY, "properties": {"genannt": "das Geburtsdatum"}}
    sentence = "Bitte geben Sie das Geburtsdatum als Tag.Monat.Jahr an, zum Beispiel 03.02.2021."
    assert refused(form(birth), {"x": "gestern"}) == {"x": sentence}


@pytest.mark.parametrize("part", [TEXT, NUMBER, DAY, SELECT, YES_NO, PERSON])
def test_validate_leaves_an_optional_answer_empty(form, submit, part):
    assert submit(form(part), {}) == {"x": None}


@pytest.mark.parametrize("part", [MANY, TAGS])
def test_validate_leaves_an_optional_list_empty(form, submit, part):
    assert submit(form(part), {"_gezeigt": "x"}) == {"x": None}


def test_options_may_come_from_a_formula(form, submit, refused, surroundings):
    part = {**TEXT, "type": "select", "valuesExpression": "=fall.orte"}
    offered = form(part)
    places = [{"label": "Büro", "value": "buero"}, "Video"]
    around = surroundings(fall={"orte": places})
    assert submit(offered, {"x": "buero"}, around=around) == {"x": "buero"}
    assert submit(offered, {"x": "Video"}, around=around) == {"x": "Video"}
    assert refused(offered, {"x": "Garten"}, around=around)


def test_options_may_come_from_earlier_answers(form, submit, refused):
    first = {**TEXT, "key": "wer"}
    second = {**TEXT, "type": "select", "valuesExpression": "=[wer]"}
    assert submit(form(first, second), {"wer": "Ada", "x": "Ada"})["x"] == "Ada"
    assert refused(form(first, second), {"wer": "Ada", "x": "Bob"})


def test_typed_text_that_looks_like_a_date_stays_a_text_as_a_variable(form, submit):
    asked = form({**TEXT, "key": "text"}, {**DAY, "key": "tag"})
    values = submit(asked, {"text": "2026-12-31", "tag": "31.12.2026"})
    assert values == {"text": "2026-12-31", "tag": "2026-12-31"}
    kept = feel.from_json(forms.as_variables(asked, values))
    assert kept == {"text": "2026-12-31", "tag": date(2026, 12, 31)}


def test_number_of_which_digits_would_be_lost_is_refused(form, refused):
    messages = refused(form(NUMBER), {"x": "123456789012345,123456"})
    assert messages == {"x": "Bitte geben Sie bei „Angabe“ höchstens 15 Ziffern ein."}
