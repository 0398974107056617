"""What a process owner is told about whole tables: gaps, clashes and rows of no use."""

import random
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine import feel
from engine.dmn import DecisionFailed, analyse, load
from tests.engine.dmn.writing import build_table, text, wrap

NUMBERS = {"a": {"type": "number"}}
TEXTS = {"a": {"type": "string"}}


def clock():
    return datetime(2026, 1, 12, 9, tzinfo=UTC)


def decision(table, *, needs=(), more=""):
    body = "".join(
        f'<informationRequirement><{kind} href="#{key}"/></informationRequirement>'
        for kind, key in needs
    )
    return f'<decision id="frage" name="Frage">{body}{table}</decision>{more}'


@pytest.fixture
def remarks():
    """Return what is said about a table; the file must be sound."""

    def look(rows, *, needs=(), more="", **table):
        xml = wrap(decision(build_table(rows, **table), needs=needs, more=more))
        load(xml, file="probe.dmn")
        return analyse(xml, file="probe.dmn")

    return look


def kinds(found):
    return [remark.rule for remark in found]


def test_every_rule_is_explained_to_process_owners():
    root = Path(__file__).resolve().parents[3]
    sources = [path.read_text() for path in (root / "engine" / "dmn").rglob("*.py")]
    rules = {rule for source in sources for rule in re.findall(r'"(dmn-[a-z]+)"', source)}
    page = (root / "docs" / "entscheidungstabellen.md").read_text()
    assert rules == set(re.findall(r"^\| `(dmn-[a-z]+)` \|", page, re.MULTILINE))


def test_a_sound_table_has_no_remarks(remarks):
    rows = [("< 18", '"kind"'), (">= 18", '"erwachsen"')]
    assert remarks(rows, parts=NUMBERS) == []


def test_a_gap_is_told_with_an_example(remarks):
    [gap] = remarks([("< 18", "1"), ("> 18", "2")], parts=NUMBERS)
    assert (gap.rule, gap.decision_id, gap.table_id) == ("dmn-luecke", "frage", "tabelle")
    assert gap.example == {"a": "18"}
    assert gap.message == (
        "Für manche Eingaben trifft in „Frage“ keine Zeile zu, zum Beispiel: Spalte a = 18. "
        "Ergänzen Sie eine Zeile oder einen Vorgabewert."
    )


def test_a_remark_is_a_warning_at_the_row_or_the_table(remarks):
    [gap] = remarks([("< 18", "1"), ("> 18", "2")], parts=NUMBERS)
    [clash] = remarks([("< 18", "1"), ("-", "2")], parts=NUMBERS)
    assert (gap.finding("x.dmn").element_id, gap.finding("x.dmn").level) == ("tabelle", "warning")
    assert clash.finding("x.dmn").element_id == "regel_2"


@pytest.mark.parametrize(
    ("kind", "cells", "example"),
    [
        ("number", ["[0..10)", "(10..20]", "< 0", "> 20"], "10"),
        ("number", ["<= 17", ">= 18"], "17.1"),
        ("number", ["not(3)"], "3"),
        ("number", ["not([1..3], 7)", "1", "[2..7]"], "1.1"),
        ("number", ["? < 5 or ? > 6", "? between 5 and 5.5"], "5.6"),
        ("number", ["not(? in (1..2))"], "1.1"),
        ("string", ['"ja"', '"nein"'], '"etwas anderes"'),
        ("string", ['not("ja", "nein")', '"nein"'], '"ja"'),
        ("boolean", ["true"], "false"),
        ("date", ['< date("2026-01-01")', '> @"2026-01-01"'], '@"2026-01-01"'),
        ("date", ['<= @"2026-01-01"', '>= @"2026-01-03"'], '@"2026-01-02"'),
        ("time", ['< @"12:00:00"', '> @"13:00:00"'], '@"12:00:00"'),
        (
            "dateTime",
            ['< @"2026-01-01T12:00:00"', '> @"2026-01-01T12:00:00"'],
            '@"2026-01-01T12:00:00"',
        ),
        ("yearMonthDuration", ['< @"P1Y"', '>= @"P13M"'], '@"P1Y"'),
        ("dayTimeDuration", ['< @"P1D"', '>= @"P1DT1H"'], '@"P1D"'),
        ("number", ["null", "> 5"], "4"),
    ],
)
def test_gaps_over_all_kinds_of_values(remarks, kind, cells, example):
    rows = [(cell, "1") for cell in cells]
    found = remarks(rows, parts={"a": {"type": kind}})
    assert kinds(found)[:1] == ["dmn-luecke"]
    assert found[0].example == {"a": example}


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("integer", ["<= 17", ">= 18"]),
        ("date", ['<= @"2026-01-01"', '>= @"2026-01-02"']),
        ("boolean", ["true", "false"]),
        ("boolean", ["true", "not(true)"]),
        ("yearMonthDuration", ['<= @"P1Y"', '>= @"P13M"']),
        ("number", ["[0..5]", "< 0", "> 5"]),
        ("number", ["1, 2, [3..9]", "not(1, 2, [3..9])"]),
        ("time", ['<= @"12:00:00"', '> @"12:00:00"']),
        ("string", ['"a", "b"', 'not("a", "b")']),
    ],
)
def test_no_gap_is_seen_where_none_is(remarks, kind, cells):
    rows = [(cell, "1") for cell in cells]
    assert remarks(rows, parts={"a": {"type": kind}}) == []


def test_allowed_values_of_a_column_close_the_list(remarks):
    rows = [('"ja"', "1"), ('"nein"', "2")]
    values = {"a": {"type": "string", "values": '"ja", "nein"'}}
    assert remarks(rows, parts=values) == []
    assert remarks(rows[:1], parts=values)[0].example == {"a": '"nein"'}


def test_allowed_values_of_a_type_count_too(remarks):
    kind = (
        '<itemDefinition name="tAlter"><typeRef>number</typeRef>'
        "<allowedValues><text>[0..120]</text></allowedValues></itemDefinition>"
    )
    rows = [("< 18", "1"), ("[18..120)", "2")]
    [gap] = remarks(rows, parts={"a": {"type": "tAlter"}}, more=kind)
    assert gap.example == {"a": "120"}


def test_the_type_of_an_input_counts_where_the_column_has_none(remarks):
    more = (
        '<inputData id="ein" name="a"><variable name="a" typeRef="tJa"/></inputData>'
        '<itemDefinition name="tJa"><typeRef>string</typeRef><allowedValues>'
        '<text>"ja", "nein"</text></allowedValues></itemDefinition>'
    )
    rows = [('"ja"', "1"), ('"nein"', "2")]
    assert remarks(rows, needs=[("requiredInput", "ein")], more=more) == []
    assert kinds(remarks(rows)) == ["dmn-luecke"]


@pytest.mark.parametrize(
    "table",
    [
        {"policy": "COLLECT"},
        {"policy": "RULE ORDER"},
        {"policy": "COLLECT", "aggregation": "COUNT"},
        {"parts": {"x": {"default": "0"}}},
    ],
)
def test_a_table_that_answers_without_a_row_has_no_gap(remarks, table):
    assert remarks([("1", "1")], **table) == []


def test_a_missing_value_is_no_gap_unless_the_column_asks_for_it(remarks):
    rows = [("true", "-", "1"), ("false", "null", "1")]
    [gap] = remarks(rows, inputs=("a", "b"), parts={"a": {"type": "boolean"}})
    assert gap.example == {"a": "false", "b": '"etwas anderes"'}
    assert remarks([("true", "1"), ("false", "1")], parts={"a": {"type": "boolean"}}) == []


def test_unique_rows_that_overlap_are_told(remarks):
    rows = [("[1..5]", "1"), ("[5..9]", "2"), ("< 1, > 9", "3")]
    [clash] = remarks(rows, parts=NUMBERS)
    assert clash.rule == "dmn-ueberschneidung"
    assert clash.rows == ("regel_1", "regel_2")
    assert clash.example == {"a": "5"}
    assert clash.message == (
        "Die Zeilen 1 und 2 von „Frage“ treffen gleichzeitig zu, zum Beispiel: Spalte a = 5. "
        "Die Trefferregel UNIQUE lässt das nicht zu; der Vorgang bliebe stehen."
    )


def test_any_rows_may_overlap_if_they_agree(remarks):
    rows = [("< 6", "1.0"), ("> 4", "1")]
    assert remarks(rows, policy="ANY", parts=NUMBERS) == []
    [clash] = remarks([("< 6", "1"), ("> 4", "2")], policy="ANY", parts=NUMBERS)
    assert "haben aber verschiedene Ergebnisse" in clash.message
    assert remarks([("< 6", "b"), ("> 4", "2")], policy="ANY", parts=NUMBERS) == []


@pytest.mark.parametrize("policy", ["FIRST", "COLLECT", "RULE ORDER"])
def test_other_policies_allow_overlaps(remarks, policy):
    assert remarks([("< 6", "1"), ("-", "2")], policy=policy, parts=NUMBERS) == []


def test_a_row_behind_another_is_told(remarks):
    rows = [("< 10", "1"), ("[2..5]", "2"), ("-", "3")]
    [hidden] = remarks(rows, policy="FIRST", parts=NUMBERS)
    assert (hidden.rule, hidden.rows) == ("dmn-unerreichbar", ("regel_1", "regel_2"))
    assert hidden.message == (
        "Die Zeile 2 von „Frage“ kommt nie zum Zug: Zeile 1 trifft immer schon vorher zu. "
        "Ändern Sie die Reihenfolge oder streichen Sie die Zeile."
    )


def test_a_row_behind_several_together_is_told(remarks):
    rows = [("< 5", "1"), (">= 5", "2"), ("[2..7]", "3"), ("-", "4")]
    [hidden] = remarks(rows, policy="FIRST", parts=NUMBERS)
    assert "Die Zeilen 1 und 2 treffen zusammen immer schon vorher zu" in hidden.message


def test_a_last_row_for_missing_values_is_of_use(remarks):
    rows = [("true", "1"), ("false", "2"), ("-", "3")]
    assert remarks(rows, policy="FIRST", parts={"a": {"type": "boolean"}}) == []


def test_a_row_of_lesser_importance_is_told(remarks):
    rows = [("[2..5]", '"klein"'), ("-", '"groß"')]
    parts = {**NUMBERS, "x": {"values": '"groß", "klein"'}}
    [hidden] = remarks(rows, policy="PRIORITY", parts=parts)
    assert hidden.rows == ("regel_2", "regel_1")
    parts["x"] = {"values": '"klein", "groß"'}
    assert remarks(rows, policy="PRIORITY", parts=parts) == []


@pytest.mark.parametrize(
    ("part", "cell"),
    [
        ({"type": "number"}, '"text"'),
        ({"type": "number"}, "? > 5 and ? < 3"),
        ({"type": "number", "values": "[1..3]"}, "> 3"),
        ({"type": "string", "values": '"a", "b"'}, '"c"'),
    ],
)
def test_a_row_that_can_never_match_is_told(remarks, part, cell):
    [never] = remarks([("-", "1"), (cell, "2")], policy="COLLECT", parts={"a": part})
    assert never.rule == "dmn-unerreichbar"
    assert "Die Zeile 2 von „Frage“ kann nie zutreffen" in never.message
    assert "„Spalte a“" in never.message


@pytest.mark.parametrize("cell", ["< b", "starts with(?, c)", "today()", "? * 2 > 5", '< "m"'])
def test_cells_that_do_more_than_compare_are_named_not_guessed(remarks, cell):
    [doubt] = remarks([(cell, "1"), ("> 5", "2")], parts=NUMBERS)
    assert doubt.rule == "dmn-ungeprueft"
    assert f"Zeile 1, Spalte „Spalte a“ ({cell})" in doubt.message
    assert doubt.rows == ("regel_1",)


def test_a_complicated_cell_that_changes_nothing_is_not_mentioned(remarks):
    assert remarks([("< b", "1"), ("-", "2")], policy="FIRST", parts=NUMBERS) == []


def test_rows_that_compare_with_the_same_variable_are_told_apart(remarks):
    rows = [("< b", "1"), ("b", "2"), ("> b", "3"), ("<= b", "4"), ("-", "5")]
    [hidden] = remarks(rows, policy="FIRST", parts=NUMBERS)
    assert hidden.rows == ("regel_1", "regel_2", "regel_4")
    assert remarks(rows[:3], parts={**NUMBERS, "x": {"default": "0"}}) == []


def test_columns_that_look_at_the_same_value_are_taken_together(remarks):
    rows = [(">= 3", "< 6", "1"), ("< 3", "-", "2"), ("-", ">= 6", "3")]
    table = build_table(rows, inputs=("a", "b"), parts={"a": NUMBERS["a"], "b": NUMBERS["a"]})
    xml = wrap(decision(table.replace("<text>b</text>", "<text>a</text>")))
    assert analyse(xml, file="probe.dmn") == []


@pytest.mark.parametrize("expression", ["a + 1", "count(a)", "if a > 5 then 1 else 2"])
def test_a_computed_value_is_not_supposed_to_be_anything(remarks, expression):
    rows = [("> 3", "1"), ("< 4", "2")]
    table = build_table(rows, parts=NUMBERS).replace("<text>a</text>", f"<text>{expression}</text>")
    assert analyse(wrap(decision(table)), file="probe.dmn") == []


def test_lists_may_pass_where_the_column_has_no_type(remarks):
    rows = [("< 3", "1"), ("1", "2")]
    assert remarks(rows, policy="FIRST", parts={"x": {"default": "0"}}) == []
    assert kinds(remarks(rows, policy="FIRST", parts={**NUMBERS, "x": {"default": "0"}})) == [
        "dmn-unerreichbar"
    ]


def test_a_variable_may_be_called_like_a_function():
    table = build_table([("< 18", "1")], parts=NUMBERS).replace(
        "<text>a</text>", "<text>alter</text>"
    )
    [gap] = analyse(wrap(decision(table)), file="probe.dmn")
    assert gap.example == {"alter": "18"}


def test_columns_that_depend_on_each_other_are_not_combined(remarks):
    rows = [("< 18", "true", "1"), (">= 18", "false", "2")]
    parts = {"a": NUMBERS["a"], "b": {"type": "boolean"}}
    table = build_table(rows, inputs=("a", "b"), parts=parts)
    assert kinds(analyse(wrap(decision(table)), file="probe.dmn")) == ["dmn-luecke"] * 2
    table = table.replace("<text>b</text>", "<text>a &lt; 18</text>")
    assert analyse(wrap(decision(table)), file="probe.dmn") == []


def test_the_result_of_a_decision_is_not_combined_with_what_it_comes_from():
    more = (
        '<inputData id="a" name="a"/><decision id="b" name="b">'
        '<variable name="b" typeRef="boolean"/>'
        '<informationRequirement><requiredInput href="#a"/></informationRequirement>'
        "<literalExpression><text>a &lt; 18</text></literalExpression></decision>"
    )
    rows = [("< 18", "true", "1"), (">= 18", "false", "2")]
    parts = {"a": NUMBERS["a"], "b": {"type": "boolean"}}
    table = build_table(rows, inputs=("a", "b"), parts=parts)
    needs = [("requiredInput", "a"), ("requiredDecision", "b")]
    xml = wrap(decision(table, needs=needs, more=more))
    assert analyse(xml, file="probe.dmn") == []


def test_a_table_of_many_columns_is_given_up_with_a_remark(remarks):
    draw = random.Random(5)
    inputs = tuple(f"a{n}" for n in range(40))
    rows = []
    for number in range(180):
        asked = {place: draw.choice(["true", "false"]) for place in draw.sample(range(40), 3)}
        rows.append((*(asked.get(place, "-") for place in range(40)), str(number)))
    parts = {name: {"type": "boolean"} for name in inputs}
    [given_up] = remarks(rows, inputs=inputs, policy="FIRST", parts=parts)[-1:]
    assert given_up.rule == "dmn-ungeprueft"
    assert "zu groß" in given_up.message


def test_long_cells_are_given_up_with_a_remark(remarks):
    rows = [(", ".join(str(n + row) for n in range(2_000)), "1") for row in range(20)]
    [given_up] = remarks(rows, parts=NUMBERS)
    assert "zu groß" in given_up.message


def test_at_most_five_remarks_of_a_sort_are_made(remarks):
    rows = [("-", str(n)) for n in range(20)]
    assert kinds(remarks(rows)) == ["dmn-ueberschneidung"] * 5


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("time", ['< @"12:00:00Z"', '>= @"12:00:00Z"']),
        ("dateTime", ['< @"2026-01-01T12:00:00Z"', '> @"2026-01-01T12:00:00"']),
        ("number", ["1e40", "< 1e40"]),
        ("number", ["f(1)", "< 3"]),
        ("context", ["{a: 1}", "{b: 1}"]),
        ("string", ['["a".."m"]', '"n"']),
    ],
)
def test_values_without_a_common_order_are_not_guessed(remarks, kind, cells):
    found = remarks([(cell, "1") for cell in cells], parts={"a": {"type": kind}})
    assert set(kinds(found)) == {"dmn-ungeprueft"}


def test_moments_with_a_zone_have_an_order_of_their_own(remarks):
    cells = ['< @"2026-01-01T12:00:00Z"', '> @"2026-01-01T13:00:00+01:00"']
    [gap] = remarks([(cell, "1") for cell in cells], parts={"a": {"type": "dateTime"}})
    assert gap.example["a"].startswith('@"2026-01-01T1')


def test_a_list_of_a_type_is_not_taken_for_one_value(remarks):
    kind = '<itemDefinition name="tZahlen" isCollection="true"><typeRef>number</typeRef>'
    rows = [("list contains(?, 1)", "1"), ("list contains(?, 2)", "2")]
    found = remarks(rows, parts={"a": {"type": "tZahlen"}}, more=f"{kind}</itemDefinition>")
    assert kinds(found) == ["dmn-ungeprueft"]


def test_entries_of_a_context_are_not_supposed_to_be_anything():
    table = build_table([("< 18", "1"), ("> 18", "2")], parts=NUMBERS)
    entry = '<contextEntry><variable name="a"/>' + text("literalExpression", "b * 2")
    box = f"<context>{entry}</contextEntry><contextEntry>{table}</contextEntry></context>"
    assert analyse(wrap(decision(box)), file="probe.dmn") == []


def test_the_parameters_of_knowledge_count_with_their_types():
    table = build_table([("<= 17", "1"), (">= 18", "2")])
    parameter = '<formalParameter name="a" typeRef="integer"/>'
    logic = f"<encapsulatedLogic>{parameter}{table}</encapsulatedLogic>"
    xml = wrap(f'<businessKnowledgeModel id="b" name="b">{logic}</businessKnowledgeModel>')
    assert analyse(xml, file="probe.dmn") == []
    [gap] = analyse(xml.replace(b"integer", b"number"), file="probe.dmn")
    assert (gap.decision_id, gap.example) == ("b", {"a": "17.1"})


def test_an_entry_of_a_value_depends_on_the_value(remarks):
    parts = {"a": NUMBERS["a"], "b": NUMBERS["a"]}
    table = build_table([("1", "1", "1")], inputs=("a", "b"), parts=parts)
    apart = table.replace("<text>a</text>", "<text>f.x</text>").replace(
        "<text>b</text>", "<text>f.y</text>"
    )
    assert kinds(analyse(wrap(decision(apart)), file="probe.dmn")) == ["dmn-luecke"] * 2
    joined = apart.replace("f.y", "count(f)")
    assert analyse(wrap(decision(joined)), file="probe.dmn") == []


def test_results_that_are_computed_have_no_known_rank(remarks):
    rows = [("[2..5]", "b"), ("-", '"groß"')]
    parts = {**NUMBERS, "x": {"values": '"groß", "klein"'}}
    assert remarks(rows, policy="PRIORITY", parts=parts) == []
    parts["x"] = {"values": "b, c"}
    assert remarks(rows, policy="PRIORITY", parts=parts) == []


CELLS = {
    "number": ["-", "1", "< 3", ">= 3", "[1..4]", "(2..3)", "not(2)", "1, 5", "> 4", "not(< 2, 4)"],
    "string": ["-", '"a"', '"b"', '"a", "c"', 'not("a")', 'not("b", "c")'],
    "boolean": ["-", "true", "false", "not(true)"],
}
SAMPLES = {
    "number": ["0", "1", "1.5", "2", "2.5", "3", "3.5", "4", "4.5", "5", "6"],
    "string": ['"a"', '"b"', '"c"', '"d"'],
    "boolean": ["true", "false"],
}


def value_of(text):
    return feel.compile(text).evaluate({}, clock=clock).value


def outcome(loaded, values):
    """Return which rows take an input, or what the engine says against it."""
    context = {name: value_of(text) for name, text in values.items()}
    try:
        verdict = loaded.decisions["frage"].evaluate(context, clock=clock)
    except DecisionFailed as failed:
        return str(failed)
    return [row.rule_id for row in verdict.trace.rows]


@pytest.mark.parametrize("seed", range(40))
def test_what_is_said_is_what_the_engine_does(remarks, seed):
    draw = random.Random(seed)
    inputs = ("a", "b", "c")[: draw.randint(1, 3)]
    parts = {name: {"type": draw.choice(sorted(CELLS))} for name in inputs}
    rows = [
        (*(draw.choice(CELLS[parts[name]["type"]]) for name in inputs), f"{number}")
        for number in range(draw.randint(1, 6))
    ]
    policy = draw.choice(["UNIQUE", "FIRST", "ANY"])
    found = remarks(rows, inputs=inputs, parts=parts, policy=policy)
    loaded = load(
        wrap(decision(build_table(rows, inputs=inputs, parts=parts, policy=policy))), file="x.dmn"
    )
    for remark in found:
        if remark.rule == "dmn-luecke":
            assert "Keine Zeile" in outcome(loaded, remark.example)
        if remark.rule == "dmn-ueberschneidung":
            assert "treffen gleichzeitig zu" in outcome(loaded, remark.example)
    hidden = {remark.rows[-1] for remark in found if remark.rule == "dmn-unerreichbar"}
    for _ in range(25):
        values = {name: draw.choice(SAMPLES[parts[name]["type"]]) for name in inputs}
        seen = outcome(loaded, values)
        if isinstance(seen, list):
            assert not hidden & set(seen)
        else:
            wanted = "dmn-luecke" if "Keine Zeile" in seen else "dmn-ueberschneidung"
            assert wanted in kinds(found)
