"""Every hit policy: what comes out when no row, one row or several rows match."""

from decimal import Decimal

import pytest

from engine.dmn import DecisionFailed, DecisionInvalid, examine
from tests.engine.dmn.writing import build_table, wrap

#: Rows 1 and 2 match 15, rows 2 and 3 match 25, only row 1 matches 5, none matches 50.
ROWS = [("< 20", '"klein"'), ("[10..30]", '"mittel"'), ("[20..40]", '"groß"')]
NUMBERS = [("< 20", "3"), ("[10..30]", "1"), ("[20..40]", "2")]
RANKED = {"x": {"values": '"groß", "mittel", "klein"'}}


def test_unique_takes_the_only_row(ask):
    assert ask(ROWS, {"a": 5}).value == "klein"


def test_unique_refuses_two_rows_with_a_german_sentence(ask):
    with pytest.raises(DecisionFailed) as failure:
        ask(ROWS, {"a": 15})
    assert failure.value.message == (
        "Die Zeilen 1 und 2 der Tabelle „Frage“ treffen gleichzeitig zu, "
        "es darf aber nur eine sein."
    )
    assert failure.value.decision_id == "frage"
    assert failure.value.position.element_id == "tabelle"


def test_unique_names_all_rows_that_match(ask):
    with pytest.raises(DecisionFailed, match="Die Zeilen 1, 2 und 3 der Tabelle"):
        ask([("-", "1"), ("-", "2"), ("-", "3")], {"a": 1})


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "ANY"])
def test_a_single_result_is_missed_when_no_row_matches(ask, policy):
    with pytest.raises(DecisionFailed, match="Keine Zeile der Tabelle „Frage“ trifft zu"):
        ask(ROWS, {"a": 50}, policy=policy)


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "ANY", "RULE ORDER", "COLLECT"])
def test_the_default_stands_in_when_no_row_matches(ask, policy):
    verdict = ask(ROWS, {"a": 50}, policy=policy, parts={"x": {"default": '"nichts"'}})
    assert verdict.value == "nichts"
    assert verdict.trace.default


def test_first_takes_the_uppermost_row(ask):
    assert ask(ROWS, {"a": 25}, policy="FIRST").value == "mittel"


def test_any_takes_what_the_rows_agree_on(ask):
    rows = [("< 20", "true"), ("> 10", "true")]
    assert ask(rows, {"a": 15}, policy="ANY").value is True


def test_any_refuses_rows_that_disagree(ask):
    with pytest.raises(DecisionFailed, match=r"Zeilen 1 und 2 .* verschiedene Ergebnisse"):
        ask([("< 20", "true"), ("> 10", "1")], {"a": 15}, policy="ANY")


def test_priority_takes_the_foremost_value(ask):
    assert ask(ROWS, {"a": 25}, policy="PRIORITY", parts=RANKED).value == "groß"


def test_priority_compares_the_outputs_from_left_to_right(ask):
    rows = [("-", '"b"', '"u"'), ("-", '"a"', '"v"'), ("-", '"a"', '"u"')]
    parts = {"x": {"values": '"a", "b"'}, "y": {"values": '"u", "v"'}}
    verdict = ask(rows, {"a": 1}, policy="PRIORITY", outputs=("x", "y"), parts=parts)
    assert verdict.value == {"x": "a", "y": "u"}


def test_priority_puts_unforeseen_values_last(ask):
    rows = [("-", '"anders"'), ("-", '"klein"')]
    assert ask(rows, {"a": 1}, policy="PRIORITY", parts=RANKED).value == "klein"


@pytest.mark.parametrize("policy", ["PRIORITY", "OUTPUT ORDER"])
def test_a_ranking_policy_needs_the_order_of_the_values(ask, policy):
    with pytest.raises(DecisionInvalid, match="braucht eine Rangfolge"):
        ask(ROWS, {"a": 25}, policy=policy)


def test_rule_order_lists_from_top_to_bottom(ask):
    assert ask(ROWS, {"a": 25}, policy="RULE ORDER").value == ["mittel", "groß"]


def test_output_order_lists_the_foremost_first(ask):
    verdict = ask(ROWS, {"a": 25}, policy="OUTPUT ORDER", parts=RANKED)
    assert verdict.value == ["groß", "mittel"]


@pytest.mark.parametrize("policy", ["RULE ORDER", "OUTPUT ORDER", "COLLECT"])
def test_a_list_is_empty_when_no_row_matches(ask, policy):
    assert ask(ROWS, {"a": 50}, policy=policy, parts=RANKED).value == []


@pytest.mark.parametrize(
    "aggregation, expected",
    [("SUM", 3), ("MIN", 1), ("MAX", 2), ("COUNT", 2)],
)
def test_collect_reckons_with_all_rows(ask, aggregation, expected):
    value = ask(NUMBERS, {"a": 25}, policy="COLLECT", aggregation=aggregation).value
    assert value == Decimal(expected)


def test_collect_lists_without_an_aggregation(ask):
    assert ask(NUMBERS, {"a": 25}, policy="COLLECT").value == [1, 2]


def test_collect_counts_nothing_as_zero(ask):
    assert ask(NUMBERS, {"a": 50}, policy="COLLECT", aggregation="COUNT").value == 0


def test_collect_refuses_to_add_nothing(ask):
    with pytest.raises(DecisionFailed, match="Keine Zeile"):
        ask(NUMBERS, {"a": 50}, policy="COLLECT", aggregation="SUM")


def test_collect_refuses_to_add_what_is_no_number(ask):
    with pytest.raises(DecisionFailed, match="sind nicht alle Zahlen"):
        ask(ROWS, {"a": 25}, policy="COLLECT", aggregation="SUM")


def test_collect_adds_each_of_several_outputs(ask):
    rows = [("-", "1", "10"), ("-", "2", "20")]
    verdict = ask(rows, {"a": 1}, policy="COLLECT", aggregation="SUM", outputs=("x", "y"))
    assert verdict.value == {"x": 3, "y": 30}


@pytest.mark.parametrize(
    "policy, aggregation", [("ZULETZT", ""), ("FIRST", "SUM"), ("COLLECT", "AVG")]
)
def test_an_unknown_policy_is_refused(ask, policy, aggregation):
    with pytest.raises(DecisionInvalid, match="gibt es nicht"):
        ask(ROWS, {"a": 5}, policy=policy, aggregation=aggregation)


@pytest.mark.parametrize("kind", ["string", "boolean", "date"])
def test_a_sum_of_what_is_no_number_is_refused_at_once(read, kind):
    table = build_table(NUMBERS, policy="COLLECT", aggregation="SUM", parts={"x": {"type": kind}})
    with pytest.raises(DecisionInvalid, match="COLLECT SUM“ braucht Zahlen"):
        read(f'<decision id="frage" name="Frage">{table}</decision>')


def test_an_unknown_policy_is_refused_and_fails_when_it_is_asked():
    table = build_table(NUMBERS, policy="ZUFALL")
    xml = wrap(f'<decision id="frage" name="Frage">{table}</decision>')
    model, [finding] = examine(xml, file="probe.dmn")
    assert finding.message == "Die Trefferregel „ZUFALL“ gibt es nicht."
    with pytest.raises(DecisionFailed, match="„ZUFALL“ gibt es nicht"):
        model.decisions["frage"].evaluate({"a": 1}, clock=lambda: None)
