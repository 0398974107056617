"""What a condition hides is neither asked nor kept, whatever the browser sends."""

import forms
from forms import Submission

TEXT = {"type": "textfield", "key": "x", "label": "Angabe"}
YES_NO = {
    "type": "radio",
    "key": "schwanger",
    "label": "Schwanger?",
    "values": [{"label": "Ja", "value": True}, {"label": "Nein", "value": False}],
    "properties": {"typ": "bool"},
}
WEEK = {
    "type": "number",
    "key": "woche",
    "label": "Woche",
    "validate": {"required": True},
    "conditional": {"hide": "=schwanger != true"},
}


def test_hidden_field_is_not_required_and_not_kept(form, submit):
    assert submit(form(YES_NO, WEEK), {"schwanger": "false"}) == {"schwanger": False}
    assert submit(form(YES_NO, WEEK), {"schwanger": "false", "woche": "viele"}) == {
        "schwanger": False
    }


def test_shown_field_is_required_again(form, refused, submit):
    assert list(refused(form(YES_NO, WEEK), {"schwanger": "true"})) == ["woche"]
    assert submit(form(YES_NO, WEEK), {"schwanger": "true", "woche": "12"})["woche"] == 12


def test_field_that_depends_on_a_hidden_one_is_hidden_with_it(form, submit):
    third = {**TEXT, "conditional": {"hide": "=woche = null"}}
    values = submit(form(YES_NO, WEEK, third), {"schwanger": "false", "woche": "12", "x": "da"})
    assert values == {"schwanger": False}


def test_condition_may_read_a_field_further_down(form, submit):
    first = {**TEXT, "key": "vorn", "conditional": {"hide": "=schwanger = true"}}
    assert submit(form(first, YES_NO), {"vorn": "a", "schwanger": "true"}) == {"schwanger": True}


def test_hidden_group_hides_everything_in_it(form, submit):
    group = {
        "type": "group",
        "path": "adresse",
        "conditional": {"hide": "=schwanger != true"},
        "components": [{**TEXT, "validate": {"required": True}}],
    }
    assert submit(form(YES_NO, group), {"schwanger": "false", "adresse.x": "a"}) == {
        "schwanger": False
    }
    assert submit(form(YES_NO, group), {"schwanger": "true", "adresse.x": "a"}) == {
        "schwanger": True,
        "adresse": {"x": "a"},
    }


def test_condition_reads_the_variables_around_the_task(form, submit, surroundings):
    field = {**TEXT, "conditional": {"hide": '=fall.status != "offen"'}}
    around = surroundings(fall={"status": "offen"})
    assert submit(form(field), {"x": "a"}, around=around) == {"x": "a"}
    assert submit(form(field), {"x": "a"}) == {}


def test_own_condition_reads_the_value_from_before_the_task(form, submit, surroundings):
    status = {**TEXT, "key": "status", "conditional": {"hide": '=status != "unbekannt"'}}
    before = surroundings(status="unbekannt")
    assert submit(form(status), {"status": "keine"}, around=before) == {"status": "keine"}
    assert submit(form(status), {"status": "keine"}, around=surroundings(status="keine")) == {}


def test_condition_in_a_row_reads_the_row_first(form, submit):
    row = [{**YES_NO}, {**WEEK}]
    rows = {"type": "dynamiclist", "path": "personen_neu", "label": "Personen", "components": row}
    fields = {
        "schwanger": "false",
        "personen_neu.0.schwanger": "true",
        "personen_neu.0.woche": "9",
        "personen_neu.1.schwanger": "false",
        "personen_neu.1.woche": "9",
    }
    assert submit(form(YES_NO, rows), fields)["personen_neu"] == [
        {"schwanger": True, "woche": 9},
        {"schwanger": False},
    ]


def test_rows_know_their_number_and_what_is_around(form, submit):
    second = {**TEXT, "conditional": {"hide": "=i = 1 or parent.schwanger != true"}}
    rows = {
        "type": "dynamiclist",
        "path": "liste",
        "label": "Liste",
        "components": [{**TEXT, "key": "name"}, second],
    }
    fields = {"schwanger": "true", "liste.0.name": "a", "liste.0.x": "weg"}
    fields |= {"liste.1.name": "b", "liste.1.x": "da"}
    assert submit(form(YES_NO, rows), fields)["liste"] == [{"name": "a"}, {"name": "b", "x": "da"}]


def test_fields_that_hide_each_other_come_to_an_end(form, submit):
    one = {**TEXT, "key": "a", "conditional": {"hide": '=b = "1"'}}
    two = {**TEXT, "key": "b", "conditional": {"hide": '=a = "1"'}}
    assert isinstance(submit(form(one, two), {"a": "1", "b": "1"}), dict)


def test_condition_that_cannot_be_computed_hides_nothing(form, submit):
    broken = {**TEXT, "conditional": {"hide": "=fall.tage / 0 > 1"}}
    assert submit(form(broken), {"x": "a"}) == {"x": "a"}


def test_question_that_was_never_shown_is_not_skipped(form, refused, submit):
    optional = {**WEEK, "validate": {}}
    seen = {"schwanger": "true", "_gezeigt": "schwanger"}
    assert "dazugekommen" in refused(form(YES_NO, optional), seen)["woche"]
    again = {"schwanger": "true", "woche": "", "_gezeigt": "schwanger woche"}
    assert submit(form(YES_NO, optional), again) == {"schwanger": True, "woche": None}


def test_question_that_was_answered_all_the_same_is_taken(form, submit):
    early = {"schwanger": "true", "woche": "14", "_gezeigt": "schwanger"}
    assert submit(form(YES_NO, WEEK), early) == {"schwanger": True, "woche": 14}


def test_computed_field_is_kept_and_can_be_read(form, submit):
    total = {"type": "expression", "key": "summe", "expression": "=x + 1"}
    hint = {**TEXT, "key": "hinweis", "conditional": {"hide": "=summe < 10"}}
    number = {**TEXT, "type": "number"}
    assert submit(form(number, total, hint), {"x": "3", "hinweis": "a"}) == {"x": 3, "summe": 4}
    assert submit(form(number, total, hint), {"x": "9", "hinweis": "a"})["hinweis"] == "a"


def test_computed_field_cannot_be_sent(form, refused):
    total = {"type": "expression", "key": "summe", "expression": "=1"}
    assert "" in refused(form(total), {"summe": "5"})


def test_readonly_field_keeps_its_own_value_whatever_is_sent(form, submit, surroundings):
    fixed = {**TEXT, "readonly": True, "properties": {"vorbelegung": "=item.name"}}
    around = surroundings(item={"name": "Ada"})
    assert submit(form(fixed), {"x": "Mallory"}, around=around) == {"x": "Ada"}


def test_readonly_person_takes_the_id_of_the_person(form, submit, surroundings):
    fixed = {
        **TEXT,
        "type": "select",
        "valuesKey": "personen",
        "readonly": True,
        "properties": {"typ": "person", "vorbelegung": "=item"},
    }
    assert submit(form(fixed), around=surroundings(item={"person_id": "7"})) == {"x": "7"}
    assert submit(form(fixed), around=surroundings(item="7")) == {"x": "7"}


def test_disabled_field_is_neither_asked_nor_kept(form, submit):
    assert submit(form({**TEXT, "disabled": True, "validate": {"required": True}})) == {}


def test_json_values_are_checked_like_a_page(form, surroundings):
    values = {"schwanger": True, "woche": 12, "fremd": "bleibt draußen"}
    found = forms.validate_values(form(YES_NO, WEEK), values, surroundings())
    assert found == {"schwanger": True, "woche": 12}


def test_typed_keeps_what_was_typed_and_leaves_out_what_was_not_shown(form):
    loaded = form(YES_NO, WEEK, {"type": "checkbox", "key": "ok", "label": "Ok"})
    submission = Submission({"woche": ["viele"], "_gezeigt": ["ok woche"]})
    assert forms.typed(loaded, submission) == {"woche": "viele", "ok": False}
