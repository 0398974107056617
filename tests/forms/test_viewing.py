"""The view model: prefilled, with what was typed, with texts and tables of the case."""

import pytest

import forms

TEXT = {"type": "textfield", "key": "x", "label": "Angabe"}
DAY = {"type": "datetime", "key": "x", "dateLabel": "Tag", "subtype": "date"}
MOMENT = {**DAY, "subtype": "datetime"}
NUMBER = {**TEXT, "type": "number"}
ANSWERS = [{"label": "Eins", "value": "1"}, {"label": "Zwei", "value": "2"}]
SELECT = {**TEXT, "type": "select", "values": ANSWERS}


def only(form, values, around, messages=None):
    [item] = forms.view(form, values, around, messages).items
    return item


@pytest.mark.parametrize(
    ("part", "value", "kind", "shown"),
    [
        (TEXT, "Ada", "text", "Ada"),
        (TEXT, None, "text", ""),
        ({**TEXT, "validate": {"validationType": "email"}}, "a@b.de", "email", "a@b.de"),
        (NUMBER, 12.5, "text", "12,5"),
        (NUMBER, "zwölf", "text", "zwölf"),
        (DAY, "2021-02-03", "date", "2021-02-03"),
        (DAY, "", "date", ""),
        (DAY, "3.2.21", "text", "3.2.21"),
        ({**DAY, "subtype": "time"}, "14:30", "time", "14:30"),
        (MOMENT, "2026-07-12T14:30:00+02:00", "datetime-local", "2026-07-12T14:30"),
        (MOMENT, "irgendwann", "text", "irgendwann"),
    ],
)
def test_view_shows_the_value_or_what_was_typed(form, surroundings, part, value, kind, shown):
    field = only(form(part), {"x": value}, surroundings())
    assert (field.input_type, field.value) == (kind, shown)


def test_new_task_starts_with_defaults_and_what_the_case_knows(form, surroundings):
    by_case = {**TEXT, "key": "y", "properties": {"vorbelegung": "=fall.name"}}
    view = forms.view(
        form({**SELECT, "defaultValue": "2"}, by_case), {}, surroundings(fall={"name": "Ada"})
    )
    assert [option.checked for option in view.items[0].options] == [False, True]
    assert view.items[1].value == "Ada"


def test_emptied_answer_does_not_start_again(form, surroundings):
    field = only(form({**TEXT, "defaultValue": "a"}), {"x": ""}, surroundings())
    assert field.value == ""


def test_question_that_appears_starts_with_its_default(form, surroundings):
    later = {**TEXT, "key": "y", "defaultValue": "a", "conditional": {"hide": '=x != "ja"'}}
    loaded = form(TEXT, later)
    assert len(forms.view(loaded, {"x": "nein"}, surroundings()).items) == 1
    assert forms.view(loaded, {"x": "ja"}, surroundings()).items[1].value == "a"


def test_hint_and_error_are_named_for_screen_readers(form, surroundings):
    part = {**TEXT, "description": "Warum wir das fragen."}
    field = only(form(part), {"x": ""}, surroundings(), {"x": "Bitte ausfüllen."})
    assert field.described_by == "feld-x-hinweis feld-x-fehler"


def test_error_summary_follows_the_page_and_links_to_what_takes_the_focus(form, surroundings):
    radio = {**SELECT, "type": "radio", "key": "r"}
    rows = {"type": "dynamiclist", "path": "l", "label": "L", "components": [TEXT]}
    messages = {"x": "3", "l.0.x": "2", "l": "1", "r": "0", "": "zuerst"}
    group = {"type": "group", "label": "G", "components": [radio, rows]}
    view = forms.view(form(group, TEXT), {}, surroundings(), messages)
    assert [(link.target, link.message) for link in view.errors] == [
        ("", "zuerst"),
        ("feld-r-1", "0"),
        ("feld-l", "1"),
        ("feld-l-0-x", "2"),
        ("feld-x", "3"),
    ]


def test_readonly_field_shows_labels_and_german_values(form, surroundings):
    person = {**TEXT, "type": "select", "valuesKey": "personen", "readonly": True}
    person["properties"] = {"vorbelegung": '="7"'}
    assert only(form(person), {}, surroundings()).value == "Ada Beispiel"
    day = {**DAY, "readonly": True, "properties": {"vorbelegung": '=date("2021-02-03")'}}
    assert only(form(day), {}, surroundings()).value == "03.02.2021"
    assert only(form({**TEXT, "readonly": True}), {}, surroundings()).value == "keine Angabe"


def words(block):
    return ["".join(span.text for span in line) for line in block.lines]


def test_text_shows_values_of_the_case_in_german_notation(form, surroundings):
    source = (
        "# Überblick\n\nSeit {{ tag }}\nmit **{{ zahl }}** Plätzen.\n\n- {{ ja }}\n- {{ liste }}"
    )
    around = surroundings(tag="2026-01-12", zahl=12.5, ja=True, liste=["a", "b"])
    text = only(form({"type": "text", "text": source}), {}, around)
    assert [(block.kind, words(block)) for block in text.blocks] == [
        ("h2", ["Überblick"]),
        ("p", ["Seit 12.01.2026 mit 12,5 Plätzen."]),
        ("ul", ["Ja", "a, b"]),
    ]
    assert [span.strong for span in text.blocks[1].lines[0]] == [False, True, False]


@pytest.mark.parametrize("value", ["**fett**", "# groß", "a\n\n# b", "- punkt", "<b>x</b>"])
def test_value_in_a_text_is_never_mark_up(form, surroundings, value):
    text = only(form({"type": "text", "text": "{{ wert_x }}"}), {}, surroundings(wert_x=value))
    [block] = text.blocks
    assert block.kind == "p"
    assert words(block) == [" ".join(value.split())]
    assert not any(span.strong for span in block.lines[0])


def test_text_that_is_one_formula(form, surroundings):
    part = {"type": "text", "text": '="Guten Tag, " + name'}
    assert words(only(form(part), {}, surroundings(name="Ada")).blocks[0]) == ["Guten Tag, Ada"]


def test_missing_value_leaves_a_gap_not_an_error(form, surroundings):
    text = only(form({"type": "text", "text": "Hallo {{ fehlt.ganz }}!"}), {}, surroundings())
    assert words(text.blocks[0]) == ["Hallo !"]


def test_markup_is_sanitised_with_the_values_in_it(form, surroundings):
    content = (
        '<h2 onclick="x()">{{ name }}</h2><script>alert(1)</script>'
        '<a href="javascript:x()">a</a><img src="http://x/y"><p style="color:red">ok</p>'
    )
    html = only(form({"type": "html", "content": content}), {}, surroundings(name="<i>A</i>"))
    assert "<h2>&lt;i&gt;A&lt;/i&gt;</h2>" in html.markup
    assert "<p>ok</p>" in html.markup
    for bad in ("script", "onclick", "javascript", "img", "style"):
        assert bad not in html.markup


TABLE = {"type": "table", "label": "Kinder", "dataSource": "=fall.kinder"}


def test_table_shows_a_list_of_the_case(form, surroundings):
    columns = [{"key": "name", "label": "Name"}, {"key": "geboren", "label": "Geboren"}]
    around = surroundings(fall={"kinder": [{"name": "Ada", "geboren": "2021-02-03"}, "x"]})
    table = only(form({**TABLE, "columns": columns}), {}, around)
    assert table.headers == ("Name", "Geboren")
    assert table.rows == (("Ada", "03.02.2021"), ("", ""))


def test_columns_may_be_computed(form, surroundings):
    part = {**TABLE, "columnsExpression": '=[{key: "a", label: "A"}]'}
    table = only(form(part), {}, surroundings(fall={"kinder": [{"a": 1}]}))
    assert (table.headers, table.rows) == (("A",), (("1",),))
    assert only(form(part), {}, surroundings()).rows == ()


def test_form_says_whether_answers_change_it(form, surroundings):
    shown = {**TEXT, "key": "y", "conditional": {"hide": "=x = null"}}
    asked_elsewhere = {**TEXT, "conditional": {"hide": "=fall.x = null"}}
    assert forms.view(form(TEXT, shown), {}, surroundings()).reacts
    assert not forms.view(form(TEXT), {}, surroundings()).reacts
    assert not forms.view(form({**asked_elsewhere, "key": "z"}), {}, surroundings()).reacts


def test_view_names_the_questions_it_shows(form, surroundings):
    hidden = {**TEXT, "key": "y", "conditional": {"hide": "=true"}}
    fixed = {**TEXT, "key": "z", "readonly": True}
    assert forms.view(form(TEXT, hidden, fixed), {}, surroundings()).shown == "x"


def test_separators_and_spacers_are_passed_on(form, surroundings):
    view = forms.view(form({"type": "separator"}, {"type": "spacer"}), {}, surroundings())
    assert [item.kind for item in view.items] == ["separator", "spacer"]
