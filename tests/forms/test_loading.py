"""A form file is taken only if everything in it is understood."""

from pathlib import Path

import pytest

import forms
from forms import FormBroken
from forms.schema import PROPERTIES

NAME = {"type": "textfield", "key": "name", "label": "Name"}


def complaints(source):
    return [(finding.element_id, finding.message) for finding in forms.check(source, file="x.form")]


@pytest.mark.parametrize("version", [16, 17, 18, 19])
def test_load_reads_the_supported_versions(source, version):
    form = forms.load(source(NAME, schemaVersion=version), file="x.form")
    assert form.id == "probe.aufgabe"
    assert form.paths == {"name"}


@pytest.mark.parametrize(
    "kind", ["button", "image", "iframe", "documentPreview", "script", 7, None, ["textfield"]]
)
def test_check_refuses_kinds_that_lotse_does_not_have(source, kind):
    [(element, message)] = complaints(source({"type": kind, "key": "bild", "label": "Bild"}))
    assert element == "bild"
    assert "gehen in Lotse nicht" in message


BROKEN = [
    # what is wrong, the changed part, words of the finding
    ("no label", {"label": ""}, "Beschriftung"),
    ("no key", {"key": ""}, "Schlüssel"),
    ("key with spaces", {"key": "der name"}, "Schlüssel"),
    ("reserved key", {"key": "_aktion"}, "Schlüssel"),
    ("unreadable condition", {"conditional": {"hide": "=a +"}}, "nicht lesbar"),
    ("condition without =", {"conditional": {"hide": "a = 1"}}, "mit „=“ beginnen"),
    ("unreadable limit", {"validate": {"maxLength": "=(("}}, "nicht lesbar"),
    ("unreadable pattern", {"validate": {"pattern": "(["}}, "Muster"),
    ("unknown format", {"validate": {"validationType": "iban"}}, "Format"),
    ("validate is a list", {"validate": [1]}, "Objekt"),
    ("required is a text", {"validate": {"required": "ja"}}, "true oder false"),
    ("unknown property", {"properties": {"datenklase": "S8"}}, "nicht bekannt"),
    ("unknown data class", {"properties": {"datenklasse": "S9"}}, "Datenklasse"),
    ("unknown type", {"properties": {"typ": "geld"}}, "Typ"),
    ("rule that is no formula", {"properties": {"pruefung": "wert > 1"}}, "mit „=“ beginnen"),
    ("default of a wrong kind", {"defaultValue": {"a": 1}}, "vorbelegte Wert"),
    ("label of a wrong kind", {"label": 7}, "Text"),
    ("locked by formula", {"readonly": "=true"}, "true oder false"),
]


@pytest.mark.parametrize(
    ("change", "words"), [row[1:] for row in BROKEN], ids=[r[0] for r in BROKEN]
)
def test_check_says_what_is_wrong_with_a_field(source, change, words):
    found = complaints(source({**NAME, **change}))
    assert any(words in message for _, message in found), found


CHOICE = {"type": "select", "key": "wahl", "label": "Wahl"}
ONE = {"label": "Eins", "value": "1"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "genau eine Quelle"),
        ({"values": [ONE], "valuesKey": "personen"}, "genau eine Quelle"),
        ({"values": [ONE, ONE]}, "denselben Wert"),
        ({"values": [{"label": "Eins"}]}, "Wert und eine Beschriftung"),
        ({"values": [ONE], "defaultValue": "2"}, "keine der Antworten"),
        ({"values": [ONE], "properties": {"typ": "bool"}}, "true und false"),
        ({"valuesExpression": "personen"}, "mit „=“ beginnen"),
        ({"values": "1"}, "Liste von Objekten"),
    ],
)
def test_check_says_what_is_wrong_with_a_choice(source, change, words):
    found = complaints(source({**CHOICE, **change}))
    assert any(words in message for _, message in found), found


def test_yes_and_no_survive_an_editor_that_turns_them_into_texts(form):
    options = [{"label": "Ja", "value": "true"}, {"label": "Nein", "value": "false"}]
    question = {**CHOICE, "type": "radio", "values": options, "properties": {"typ": "bool"}}
    [field] = form(question).fields
    assert [option.value for option in field.options.fixed] == [True, False]


LIST = {"type": "dynamiclist", "path": "liste", "label": "Liste", "components": [NAME]}


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([NAME, NAME], "denselben Schlüssel"),
        ([NAME, {**NAME, "key": "name.vorn"}], "liegen ineinander"),
        ([LIST, {**NAME, "key": "liste"}], "denselben Schlüssel"),
        ([{**NAME, "id": "f"}, {**NAME, "key": "b", "id": "f"}], "dieselbe Kennung"),
        ([{**LIST, "path": ""}], "Schlüssel"),
        ([{**LIST, "label": ""}], "Beschriftung"),
        ([{**LIST, "properties": {"mindestens": "viele"}}], "ganze Zahl"),
        ([{"type": "group", "components": "x"}], "Liste von Objekten"),
        ([{"type": "group", "properties": {"rechtskreis": "sgb9"}}], "sgb2 oder sgb8"),
        ([{"type": "expression", "key": "e"}], "Formel"),
        ([{"type": "expression", "key": "e", "expression": "1"}], "mit „=“ beginnen"),
        ([{"type": "text", "text": "{{ 1 + }}"}], "nicht lesbar"),
        ([{"type": "text", "text": "{{#if a}}b{{/if}}"}], "Schleifen"),
        ([{"type": "table", "label": "T", "dataSource": "=a"}], "Spalten"),
        ([{"type": "number", "key": "n", "label": "N", "increment": "-1"}], "Schrittweite"),
        ([{"type": "number", "key": "n", "label": "N", "decimalDigits": -1}], "ganze Zahl"),
        ([{"type": "datetime", "key": "d", "dateLabel": "D", "subtype": "year"}], "Zeitangabe"),
        ([{"type": "filepicker", "key": "d", "label": "D", "accept": ".exe"}], "Dateiarten"),
    ],
)
def test_check_says_what_is_wrong_between_parts(source, parts, words):
    found = complaints(source(*parts))
    assert any(words in message for _, message in found), found


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "kein gültiges JSON"),
        (b"\xff\xfe", "UTF-8"),
        (b"[]", "kein Formular"),
        (b'{"a": NaN}', "keine Zahl"),
        (b'{"id": "a", "id": "b"}', "doppelt"),
        (b"[" * 5_000, "zu tief"),
        (b" " * 600_000, "zu groß"),
        (b"{}", "Kennung"),
        (b'{"type": "default", "id": "../x", "schemaVersion": 19}', "Kennung"),
        (b'{"type": "default", "id": "a", "schemaVersion": 15}', "16 bis 19"),
        (b'{"type": "default", "id": "a", "schemaVersion": true}', "16 bis 19"),
        (b'{"type": "form", "id": "a", "schemaVersion": 19}', "form-js"),
    ],
)
def test_check_refuses_files_that_are_no_forms(content, words):
    found = forms.check(content, file="x.form")
    assert any(words in finding.message for finding in found), found


def test_check_refuses_containers_inside_each_other_without_end(source):
    inner = NAME
    for _ in range(8):
        inner = {"type": "group", "components": [inner]}
    assert any("tief verschachtelt" in message for _, message in complaints(source(inner)))


def test_check_refuses_a_form_with_too_many_parts(source):
    many = [{**NAME, "key": f"name{n}"} for n in range(501)]
    assert any("mehr als 500" in message for _, message in complaints(source(*many)))


def test_load_raises_with_every_finding_at_once(source):
    broken = source({**NAME, "label": ""}, {"type": "button"})
    with pytest.raises(FormBroken) as raised:
        forms.load(broken, file="x.form")
    assert len(raised.value.findings) == 2
    assert all(finding.file == "x.form" for finding in raised.value.findings)


def test_form_names_its_paths_classes_and_foreign_variables(form):
    secret = {**NAME, "properties": {"datenklasse": "S8"}, "conditional": {"hide": "=fall.x = a"}}
    code = {**CHOICE, "valuesKey": "personen", "properties": {"datenklasse": "S8-Status"}}
    loaded = form({**LIST, "components": [secret]}, code, {**NAME, "key": "a"})
    assert loaded.paths == {"liste", "liste.*.name", "wahl", "a"}
    assert loaded.protected == {"liste.*.name"}
    assert loaded.status_paths == {"wahl"}
    assert loaded.names == {"fall"}
    assert loaded.directories == {"personen"}


def test_group_with_a_path_puts_its_fields_one_level_deeper(form):
    assert form({"type": "group", "path": "adresse", "components": [NAME]}).paths == {
        "adresse.name"
    }


def test_check_accepts_a_mark_at_the_start_of_the_file(source):
    assert forms.check(b"\xef\xbb\xbf" + source(NAME), file="x.form") == []


def test_every_property_is_explained_to_those_who_draw_forms():
    guide = (Path(__file__).parents[2] / "forms" / "definitions" / "README.md").read_text()
    assert {name for name in PROPERTIES if f"`{name}`" not in guide} == set()
