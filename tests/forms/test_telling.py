"""A filled-in form as questions and answers in words."""

import json

from engine import clock
from forms import Choice, Surroundings, load, told

FORM = {
    "id": "p.t",
    "type": "default",
    "schemaVersion": 18,
    "components": [
        {"id": "a", "key": "name", "type": "textfield", "label": "Name"},
        {"id": "b", "key": "am", "type": "datetime", "subtype": "date", "dateLabel": "Am"},
        {
            "id": "c",
            "key": "ja",
            "type": "radio",
            "label": "Einverstanden?",
            "values": [{"label": "Ja", "value": "erteilt"}, {"label": "Nein", "value": "nein"}],
            "properties": {"datenklasse": "S8-Status"},
        },
        {
            "id": "d",
            "key": "wer",
            "type": "select",
            "label": "Wer",
            "valuesKey": "personen",
            "properties": {"typ": "person"},
        },
        {
            "id": "e",
            "path": "kinder",
            "type": "dynamiclist",
            "label": "Kinder",
            "properties": {"eintrag": "Kind"},
            "components": [{"id": "f", "key": "vorname", "type": "textfield", "label": "Vorname"}],
        },
        {"id": "g", "key": "blatt", "type": "filepicker", "label": "Blatt"},
    ],
}


def lines(values):
    form = load(json.dumps(FORM).encode(), file="t.form")
    choices = {"personen": [Choice("7", "Alice Ahrens")]}
    surroundings = Surroundings({}, choices, clock.now)
    return [(line.label, line.text, line.data_class) for line in told(form, values, surroundings)]


def test_told_writes_answers_as_the_form_shows_them():
    assert lines(
        {
            "name": "Bob",
            "am": "2026-01-12",
            "ja": "erteilt",
            "wer": "7",
            "kinder": [{"vorname": "Ben"}, {"vorname": "Eva"}],
            "blatt": {"dokument_id": "9", "name": "scan.pdf"},
        }
    ) == [
        ("Name", "Bob", ""),
        ("Am", "12.01.2026", ""),
        ("Einverstanden?", "Ja", "S8-Status"),
        ("Wer", "Alice Ahrens", ""),
        ("Kind 1: Vorname", "Ben", ""),
        ("Kind 2: Vorname", "Eva", ""),
        ("Blatt", "scan.pdf", ""),
    ]


def test_told_leaves_out_what_was_not_asked_and_names_what_was_not_answered():
    assert lines({"name": None}) == [("Name", "keine Angabe", "")]
    assert lines({}) == []
