"""Decision tables: conditions, types, what is missing, broken cells, and the answer to "Warum?"."""

import json
from datetime import date

import pytest

from engine.dmn import DecisionFailed, DecisionInvalid
from engine.feel import FeelFunction

YES_NO = [("true", '"ja"'), ("false", '"nein"'), ("-", '"unbekannt"')]


@pytest.mark.parametrize("given, expected", [(True, "ja"), (False, "nein"), (None, "unbekannt")])
def test_an_unknown_answer_is_neither_true_nor_false(ask, given, expected):
    assert ask(YES_NO, {"a": given}, policy="FIRST").value == expected


def test_a_missing_variable_is_unknown_and_says_so(ask):
    verdict = ask(YES_NO, {}, policy="FIRST")
    assert verdict.value == "unbekannt"
    assert verdict.trace.warnings == ["Es gibt keine Variable „a“ (Zeile 1, Spalte 1)."]


def test_several_outputs_make_a_context(ask):
    verdict = ask([("-", "1", '"b"')], {"a": 1}, outputs=("x", "y"))
    assert verdict.value == {"x": 1, "y": "b"}


def test_conditions_see_other_variables(ask):
    assert ask([("< grenze", "true")], {"a": 4, "grenze": 5}).value is True


def test_an_output_computes_with_the_inputs(ask):
    assert ask([("-", "max(0, grenze - a)")], {"a": 4, "grenze": 5}).value == 1


def test_a_date_that_came_as_text_is_compared_as_a_date(ask):
    rows = [('< date("2026-01-01")', '"alt"'), ("-", '"neu"')]
    assert ask(rows, {"a": "2025-12-31"}, policy="FIRST").value == "alt"
    assert ask([("-", "a")], {"a": "2025-12-31"}).value == date(2025, 12, 31)


def test_today_is_the_clock_of_the_question(ask):
    assert ask([("-", "today()")], {"a": 1}).value == date(2026, 1, 12)


def test_a_value_of_another_type_is_refused(ask):
    with pytest.raises(DecisionFailed, match=r"„Spalte a“ .* passt nicht zum Typ „number“") as fail:
        ask([("-", "1")], {"a": "drei"}, parts={"a": {"type": "number"}})
    assert fail.value.position.element_id == "spalte_a"
    assert "drei" not in fail.value.message


def test_a_value_that_is_not_foreseen_is_refused(ask):
    with pytest.raises(DecisionFailed, match="nicht vorgesehen"):
        ask([("-", "1")], {"a": "rot"}, parts={"a": {"values": '"grün", "blau"'}})


def test_an_unknown_value_passes_the_foreseen_values(ask):
    assert ask([("-", "1")], {"a": None}, parts={"a": {"values": '"grün"'}}).value == 1


def test_a_cell_without_result_is_warned_about(ask):
    verdict = ask([("-", "a + 1")], {"a": None})
    assert verdict.value is None
    assert verdict.trace.warnings[-1] == "Zeile 1, Spalte „x“: Die Zelle ergibt keinen Wert (null)."


@pytest.mark.parametrize("cell", ["", "-", "null"])
def test_a_cell_that_is_empty_on_purpose_is_not_warned_about(ask, cell):
    verdict = ask([("-", cell)], {"a": 1})
    assert verdict.value is None
    assert verdict.trace.warnings == []


def test_a_result_of_another_type_is_null_and_warned_about(ask):
    verdict = ask([("-", '"drei"')], {"a": 1}, parts={"x": {"type": "number"}})
    assert verdict.value is None
    assert "passt nicht zum Typ „number“" in verdict.trace.warnings[0]


def test_a_result_that_is_not_foreseen_is_warned_about(ask):
    verdict = ask([("-", '"rot"')], {"a": 1}, parts={"x": {"values": '"grün", "blau"'}})
    assert verdict.value == "rot"
    assert "nicht vorgesehen" in verdict.trace.warnings[0]


def test_a_condition_that_cannot_be_compared_does_not_match_quietly(ask):
    verdict = ask([("> 5", "1"), ("-", "2")], {"a": "text"}, policy="FIRST")
    assert verdict.value == 2
    assert verdict.trace.warnings == []


def test_a_misspelt_name_in_a_condition_stays_to_be_seen(ask):
    verdict = ask([("> grenzze", "1"), ("-", "2")], {"a": 1, "grenze": 5}, policy="FIRST")
    assert verdict.value == 2
    assert "„grenzze“" in verdict.trace.warnings[0]


def test_the_trace_tells_inputs_rows_and_outputs(ask):
    verdict = ask(YES_NO, {"a": False}, policy="FIRST")
    assert json.loads(json.dumps(verdict.trace.as_json())) == {
        "decision_id": "frage",
        "name": "Frage",
        "kind": "decisionTable",
        "hit_policy": "FIRST",
        "columns": ["spalte_a"],
        "results": [["ergebnis_x", "x"]],
        "inputs": [{"label": "Spalte a", "value": False}],
        "rows": [
            {
                "number": 2,
                "rule_id": "regel_2",
                "description": "KIBIZ-002",
                "outputs": {"x": "nein"},
                "values": ["nein"],
            }
        ],
        "default": False,
        "warnings": [],
        "value": "nein",
        "required": [],
    }


def test_the_trace_tells_all_rows_that_were_collected(ask):
    rows = [("-", "1"), ("> 5", "2"), ("-", "3")]
    trace = ask(rows, {"a": 1}, policy="COLLECT", aggregation="SUM").trace
    assert trace.hit_policy == "COLLECT SUM"
    assert [(row.number, row.outputs) for row in trace.rows] == [(1, {"x": 1}), (3, {"x": 3})]


def test_the_trace_writes_dates_as_text(ask):
    trace = ask([("-", "a")], {"a": "2025-12-31"}).trace.as_json()
    assert trace["inputs"] == [{"label": "Spalte a", "value": "2025-12-31"}]
    assert trace["value"] == "2025-12-31"


def test_the_trace_leaves_out_what_cannot_be_kept(ask):
    rows = [("-", "a")]
    verdict = ask(rows, {"a": FeelFunction((), lambda _arguments, _evaluation: 1)})
    assert verdict.trace.as_json()["inputs"] == [{"label": "Spalte a", "value": None}]


def test_a_broken_column_is_reported_with_its_element(ask):
    with pytest.raises(DecisionInvalid) as refusal:
        ask([("-", "1")], {}, inputs=("",), parts={"x": {"default": "1 +", "values": "1 2"}})
    assert [each.element_id for each in refusal.value.findings] == [
        "spalte_",
        "ergebnis_x",
        "ergebnis_x",
    ]


def test_every_broken_cell_is_reported_with_its_element(ask):
    rows = [("< ", "1"), ("-", "1 +"), ("= = 3", "1")]
    with pytest.raises(DecisionInvalid) as refusal:
        ask(rows, {"a": 1})
    findings = refusal.value.findings
    assert [each.element_id for each in findings] == ["zelle_1_1", "zelle_2_2", "zelle_3_1"]
    assert findings[0].message.startswith("Zeile 1, Spalte „Spalte a“: ")
    assert findings[1].message.startswith("Zeile 2, Spalte „x“: ")
    assert {each.file for each in findings} == {"probe.dmn"}


def test_a_row_with_a_missing_cell_is_refused(ask):
    with pytest.raises(DecisionInvalid, match="Zeile 1 hat nicht für jede Spalte"):
        ask([("-", "-")], {"a": 1}, inputs=("a", "b"))


def test_a_table_without_outputs_is_refused(ask):
    with pytest.raises(DecisionInvalid, match="keine Ergebnisspalte"):
        ask([("-",)], {"a": 1}, outputs=())


def test_outputs_need_different_names(ask):
    with pytest.raises(DecisionInvalid, match="verschiedene Namen"):
        ask([("-", "1", "2")], {"a": 1}, outputs=("x", "x"))


def test_an_unknown_type_is_refused(ask):
    with pytest.raises(DecisionInvalid, match="Den Typ „zahl“ gibt es nicht"):
        ask([("-", "1")], {"a": 1}, parts={"a": {"type": "zahl"}})


def test_an_endless_decision_is_stopped(ask):
    with pytest.raises(DecisionFailed, match="Frage") as failure:
        ask([("-", "count(for i in 1..1000000 return i)")], {"a": 1})
    assert failure.value.decision_id == "frage"
