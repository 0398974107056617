"""Repeated groups: rows come and go by buttons, blank ones do no harm, errors find their row."""

import pytest

import forms
from forms import FormInvalid, Submission

NAME = {"type": "textfield", "key": "vorname", "label": "Vorname", "validate": {"required": True}}
CARE = {
    "type": "select",
    "key": "betreuung",
    "label": "Betreuung",
    "defaultValue": "keine",
    "values": [{"label": "Keine", "value": "keine"}, {"label": "Kita", "value": "kita"}],
}


def children(*parts, **changes):
    return {
        "type": "dynamiclist",
        "path": "kinder",
        "label": "Kinder",
        "components": list(parts or (NAME, CARE)),
        **changes,
    }


def row(n, name, care="keine"):
    return {f"kinder.{n}.vorname": name, f"kinder.{n}.betreuung": care}


def test_rows_become_a_list_in_their_order(form, submit):
    fields = {"kinder._anzahl": "2", **row(0, "Ada", "kita"), **row(1, "Bo")}
    assert submit(form(children()), fields) == {
        "kinder": [
            {"vorname": "Ada", "betreuung": "kita"},
            {"vorname": "Bo", "betreuung": "keine"},
        ]
    }


def test_rows_are_counted_by_their_fields_when_the_page_does_not_say(form, submit):
    assert len(submit(form(children()), {**row(0, "Ada"), **row(1, "Bo")})["kinder"]) == 2


def test_blank_row_is_dropped(form, submit):
    fields = {"kinder._anzahl": "3", **row(0, ""), **row(1, "Ada"), **row(2, "")}
    assert [kid["vorname"] for kid in submit(form(children()), fields)["kinder"]] == ["Ada"]


def test_row_with_anything_typed_is_checked(form, refused):
    fields = {"kinder._anzahl": "2", **row(0, "Ada"), **row(1, "", "kita")}
    assert list(refused(form(children()), fields)) == ["kinder.1.vorname"]


def test_list_without_rows_is_empty(form, submit):
    assert submit(form(children()), {"kinder._anzahl": "0"}) == {"kinder": []}


@pytest.mark.parametrize(
    ("bound", "names", "words"),
    [
        ({"mindestens": "1"}, [], "mindestens einen Eintrag"),
        ({"mindestens": "2"}, ["Ada"], "2 Einträge"),
        ({"hoechstens": "1"}, ["Ada", "Bo"], "höchstens 1 Einträge"),
    ],
)
def test_list_keeps_to_its_bounds(form, refused, bound, names, words):
    fields = {"kinder._anzahl": str(len(names))}
    for n, name in enumerate(names):
        fields |= row(n, name)
    assert words in refused(form(children(properties=bound)), fields)["kinder"]


def test_list_without_bound_holds_a_hundred_rows_and_no_more(form, refused):
    fields = {}
    for n in range(101):
        fields |= row(n, f"Kind {n}")
    assert "höchstens 100" in refused(form(children()), fields)["kinder"]


def test_list_has_a_rule_of_its_own(form, refused, submit):
    rule = {"pruefung": '=some k in kinder satisfies k.betreuung = "kita"'}
    loaded = form(children(properties={**rule, "pruefung_meldung": "Ein Kind in der Kita."}))
    assert refused(loaded, row(0, "Ada")) == {"kinder": "Ein Kind in der Kita."}
    assert submit(loaded, row(0, "Ada", "kita"))


def test_refused_rows_come_back_with_everything_typed(form, surroundings):
    fields = {"kinder._anzahl": ["2"], "kinder.0.vorname": ["Ada"], "kinder.1.betreuung": ["kita"]}
    with pytest.raises(FormInvalid) as raised:
        forms.validate(form(children()), Submission(fields), surroundings())
    values = raised.value.values
    assert values == {"kinder": [{"vorname": "Ada"}, {"betreuung": "kita"}]}
    shown = forms.view(form(children()), values, surroundings(), raised.value.messages)
    [rows] = shown.items
    assert rows.rows[0].items[0].value == "Ada"
    assert rows.rows[1].items[0].error
    assert rows.rows[1].items[1].value == "kita"


def test_add_button_adds_a_row_with_its_defaults(form, surroundings):
    loaded = form(children())
    tree = forms.typed(loaded, Submission({k: [v] for k, v in row(0, "Ada").items()}))
    more = forms.change_rows(loaded, tree, "hinzufuegen:kinder")
    assert more == {"kinder": [{"vorname": "Ada", "betreuung": "keine"}, {}]}
    [rows] = forms.view(loaded, more, surroundings()).items
    assert [item.value for item in rows.rows[1].items] == ["", "keine"]


def test_remove_button_removes_its_row(form):
    tree = {"kinder": [{"vorname": "Ada"}, {"vorname": "Bo"}, {"vorname": "Cem"}]}
    fewer = forms.change_rows(form(children()), tree, "entfernen:kinder.1")
    assert [kid["vorname"] for kid in fewer["kinder"]] == ["Ada", "Cem"]
    assert len(tree["kinder"]) == 3


@pytest.mark.parametrize(
    "action",
    [
        "",
        "abschliessen",
        "hinzufuegen:",
        "hinzufuegen:fall",
        "hinzufuegen:kinder.0",
        "hinzufuegen:kinder.0.vorname",
        "entfernen:kinder",
        "entfernen:kinder.7",
        "entfernen:kinder.-1",
        "entfernen:kinder.9999999",
        "entfernen:kinder.0.0",
    ],
)
def test_button_that_names_no_row_changes_nothing(form, action):
    tree = {"kinder": [{"vorname": "Ada"}]}
    assert forms.change_rows(form(children()), tree, action) == tree


def test_fixed_list_and_full_list_take_no_more_rows(form):
    tree = {"kinder": [{"vorname": "Ada"}]}
    for loaded in (
        form(children(allowAddRemove=False)),
        form(children(properties={"hoechstens": "1"})),
    ):
        assert forms.change_rows(loaded, tree, "hinzufuegen:kinder") == tree
    fixed = form(children(allowAddRemove=False))
    assert forms.change_rows(fixed, tree, "entfernen:kinder.0") == tree


def test_lists_may_stand_in_rows(form, submit):
    inner = {"type": "dynamiclist", "path": "hilfen", "label": "Hilfen", "components": [NAME]}
    loaded = form(children(NAME, inner))
    fields = {"kinder.0.vorname": "Ada", "kinder.0.hilfen.0.vorname": "Mia"}
    assert submit(loaded, fields) == {
        "kinder": [{"vorname": "Ada", "hilfen": [{"vorname": "Mia"}]}]
    }
    tree = forms.change_rows(loaded, {"kinder": [{}]}, "hinzufuegen:kinder.0.hilfen")
    assert tree == {"kinder": [{"hilfen": [{}]}]}
    assert forms.change_rows(loaded, {}, "hinzufuegen:kinder.0.hilfen") == {}


def test_groups_with_a_path_may_stand_in_rows(form, submit):
    group = {"type": "group", "path": "name", "components": [NAME]}
    values = submit(form(children(group)), {"kinder.0.name.vorname": "Ada"})
    assert values == {"kinder": [{"name": {"vorname": "Ada"}}]}


def test_new_list_starts_with_its_rows_or_with_what_the_case_knows(form, surroundings):
    loaded = form(children(defaultRepetitions=2, properties={"vorbelegung": "=fall.kinder"}))
    [fresh] = forms.view(loaded, {}, surroundings()).items
    assert len(fresh.rows) == 2
    known = surroundings(fall={"kinder": [{"vorname": "Ada"}]})
    [filled] = forms.view(loaded, {}, known).items
    assert [field.value for field in filled.rows[0].items] == ["Ada", "keine"]
    assert len(filled.rows) == 1


def test_needed_row_is_offered_and_cannot_be_removed(form, surroundings):
    loaded = form(children(defaultRepetitions=0, properties={"mindestens": "1", "eintrag": "Kind"}))
    [rows] = forms.view(loaded, {}, surroundings()).items
    assert [(one.legend, one.remove) for one in rows.rows] == [("Kind 1", "")]
    [rows] = forms.view(loaded, {"kinder": []}, surroundings()).items
    assert len(rows.rows) == 1


@pytest.mark.parametrize("count", ["-1", "1000", "x", "", "1e3", "٣"])
def test_nonsense_row_counts_are_ignored(form, submit, count):
    fields = {"kinder._anzahl": count, **row(0, "Ada")}
    assert len(submit(form(children()), fields)["kinder"]) == 1


@pytest.mark.parametrize(
    ("action", "place"),
    [
        ("hinzufuegen:kinder", "feld-kinder"),
        ("entfernen:kinder.2", "feld-kinder"),
        ("hinzufuegen:", None),
        ("auffrischen", None),
    ],
)
def test_a_button_of_a_list_leads_back_to_it(action, place):
    assert forms.anchor(action) == place
