"""Answers keep to the limits of their field, and the message says which."""

import pytest

import forms

TEXT = {"type": "textfield", "key": "x", "label": "Angabe"}
NUMBER = {**TEXT, "type": "number"}
ANSWERS = [{"label": "Eins", "value": "1"}]


def limited(part, **limits):
    return {**part, "validate": limits}


REQUIRED = [
    ({**TEXT}, "Bitte füllen Sie „Angabe“ aus."),
    ({**TEXT, "type": "textarea"}, "Bitte füllen Sie „Angabe“ aus."),
    ({**NUMBER}, "Bitte füllen Sie „Angabe“ aus."),
    ({**TEXT, "type": "datetime"}, "zum Beispiel 03.02.2021."),
    ({**TEXT, "type": "select", "values": ANSWERS}, "eine Antwort aus."),
    ({**TEXT, "type": "radio", "values": ANSWERS}, "eine Antwort aus."),
    ({**TEXT, "type": "checklist", "values": ANSWERS}, "mindestens eine Antwort aus."),
    ({**TEXT, "type": "checkbox"}, "Bitte bestätigen Sie „Angabe“."),
    ({**TEXT, "type": "filepicker"}, "eine Datei aus."),
]


@pytest.mark.parametrize(("part", "words"), REQUIRED)
def test_required_field_asks_for_its_answer(form, refused, part, words):
    messages = refused(form(limited(part, required=True)))
    assert words in messages["x"]


KEPT = [
    (limited(NUMBER, min=1, max=42), "1"),
    (limited(NUMBER, min=1, max=42), "42"),
    (limited(NUMBER, min="=grenze"), "5"),
    (limited(TEXT, minLength=3), "abc"),
    (limited(TEXT, maxLength="=grenze"), "abcde"),
    (limited(TEXT, pattern="^[A-Z]{2}$"), "AB"),
    (limited(TEXT, validationType="email"), "ada@stadt.de"),
    (limited(TEXT, validationType="phone"), "+49 (551) 12 34-5"),
    ({**NUMBER, "decimalDigits": 2}, "1,25"),
    ({**NUMBER, "increment": "0.5"}, "1,5"),
    (limited(NUMBER, min="=unbekannt"), "-9"),
]


@pytest.mark.parametrize(("part", "typed"), KEPT)
def test_answer_within_its_limits_is_taken(form, submit, surroundings, part, typed):
    assert submit(form(part), {"x": typed}, around=surroundings(grenze=5))["x"] is not None


BROKEN = [
    (limited(NUMBER, min=1, max=42), "0", "von 1 bis 42"),
    (limited(NUMBER, min=1, max=42), "43", "von 1 bis 42"),
    (limited(NUMBER, min=1.5), "1", "ab 1,5"),
    (limited(NUMBER, max="=grenze"), "6", "bis 5"),
    (limited(TEXT, minLength=3), "ab", "mindestens 3 Zeichen"),
    (limited(TEXT, maxLength="=grenze"), "abcdef", "höchstens 5 Zeichen"),
    (limited(TEXT, pattern="^[A-Z]{2}$"), "abc", "Schreibweise"),
    (limited(TEXT, pattern="^a$", patternErrorMessage="Nur a."), "b", "Nur a."),
    (limited(TEXT, validationType="email"), "ada@stadt", "E-Mail-Adresse"),
    (limited(TEXT, validationType="phone"), "12345", "+49 551"),
    ({**NUMBER, "decimalDigits": 2}, "1,255", "höchstens 2 Nachkommastellen"),
    ({**NUMBER, "increment": "0.5"}, "1,3", "Vielfaches von 0,5"),
]


@pytest.mark.parametrize(("part", "typed", "words"), BROKEN)
def test_answer_beyond_its_limits_is_refused(form, refused, surroundings, part, typed, words):
    messages = refused(form(part), {"x": typed}, around=surroundings(grenze=5))
    assert words in messages["x"]


def test_pattern_that_takes_too_long_counts_as_not_fitting(form, refused):
    part = limited(TEXT, pattern="^(a|a)*$")
    assert "Schreibweise" in refused(form(part), {"x": "a" * 60 + "!"})["x"]


def test_own_rule_reads_the_value_and_the_other_answers(form, submit, refused):
    rule = {"pruefung": '=art != "neu" or wert > 3', "pruefung_meldung": "Bitte mehr als 3."}
    loaded = form({**TEXT, "key": "art"}, {**NUMBER, "properties": rule})
    assert submit(loaded, {"art": "alt", "x": "1"})["x"] == 1
    assert submit(loaded, {"art": "neu", "x": "4"})["x"] == 4
    assert refused(loaded, {"art": "neu", "x": "3"}) == {"x": "Bitte mehr als 3."}


def test_own_rule_without_a_sentence_gets_one(form, refused):
    loaded = form({**NUMBER, "properties": {"pruefung": "=wert > 3"}})
    assert refused(loaded, {"x": "1"}) == {"x": "Bitte prüfen Sie die Angabe bei „Angabe“."}


def test_own_rule_does_not_judge_an_empty_answer(form, submit):
    loaded = form({**NUMBER, "properties": {"pruefung": "=wert > 3"}})
    assert submit(loaded, {"x": ""}) == {"x": None}


def test_messages_come_in_the_order_of_the_page(form, refused):
    parts = [limited({**TEXT, "key": key}, required=True) for key in ("c", "a", "b")]
    assert list(refused(form(*parts))) == ["c", "a", "b"]


def test_unknown_keys_are_refused_and_nothing_typed_is_lost(form, surroundings):

    submission = forms.Submission({"x": ["Ada"], "admin": ["true"]})
    with pytest.raises(forms.FormInvalid) as raised:
        forms.validate(form(TEXT), submission, surroundings())
    assert "neu" in raised.value.messages[""]
    assert raised.value.values == {"x": "Ada"}


def test_keys_of_the_page_itself_are_no_answers(form, submit):
    fields = {"x": "a", "_aktion": "abschliessen", "csrf_token": "t"}
    assert submit(form(TEXT), fields) == {"x": "a"}


def test_a_flood_of_fields_is_refused(form, refused):
    assert "zu viele Angaben" in refused(form(TEXT), {"x": ["a"] * 5_001})[""]


def test_refusal_names_no_value_in_its_text(form, surroundings):

    submission = forms.Submission({"x": ["Geheimnis\x00"]})
    with pytest.raises(forms.FormInvalid) as raised:
        forms.validate(form(TEXT), submission, surroundings())
    assert "Geheimnis" not in f"{raised.value} {raised.value.messages} {submission!r}"
