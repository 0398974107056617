"""Joins wait for every branch of their own round (repair 1)."""

import pytest

from tests.engine.bpmn.drawing import (
    chain,
    diagram,
    end,
    flow,
    inclusive,
    parallel,
    start,
    sub,
    user,
    xor,
)
from tests.engine.bpmn.stock import Stock
from tests.engine.bpmn.story import Story


def rounds(gateway, condition=None):
    return diagram(
        start(),
        xor("merge"),
        gateway("split"),
        user("a"),
        user("b"),
        gateway("join"),
        user("pruefen"),
        xor("fertig", default="weiter"),
        end(),
        chain("start", "merge", "split"),
        flow("split", "a", condition),
        flow("split", "b", condition),
        flow("a", "join"),
        flow("b", "join"),
        chain("join", "pruefen", "fertig"),
        flow("fertig", "merge", "= nochmal"),
        flow("fertig", "end", id="weiter"),
    )


PARALLEL = rounds(parallel)
INCLUSIVE = rounds(inclusive, "= nochmal or not(nochmal)")


def second_round(run, first, second):
    """Go through one round, and through half of the next."""
    run.begin(nochmal=True)
    for element_id in first:
        run.complete(element_id)
    return run.complete("pruefen", nochmal=True).complete(second)


ORDERS = [("ab", "a"), ("ab", "b"), ("ba", "a"), ("ba", "b")]


@pytest.mark.parametrize("xml", [PARALLEL, INCLUSIVE], ids=["parallel", "inclusive"])
@pytest.mark.parametrize(("first", "second"), ORDERS)
def test_join_waits_for_both_branches_in_the_second_round(xml, first, second):
    run = second_round(Story(xml), first, second)
    assert run.open == ["b" if second == "a" else "a"]


@pytest.mark.parametrize("xml", [PARALLEL, INCLUSIVE], ids=["parallel", "inclusive"])
def test_join_of_stock_spiffworkflow_goes_on_too_early(xml):
    early = [order for order in ORDERS if "pruefen" in second_round(Stock(xml), *order).open]
    assert early


@pytest.mark.parametrize("xml", [PARALLEL, INCLUSIVE], ids=["parallel", "inclusive"])
def test_join_ends_after_three_rounds(xml):
    run = Story(xml).begin(nochmal=True)
    for nochmal in (True, True, False):
        run.complete("a").complete("b").complete("pruefen", nochmal=nochmal)
    assert run.is_over
    assert run.completed("join") == 3


def test_join_keeps_a_token_that_came_twice_for_the_next_round():
    xml = diagram(
        start(),
        parallel("split"),
        user("a1"),
        user("a2"),
        user("b"),
        xor("merge"),
        parallel("join"),
        user("z"),
        chain("start", "split", "a1", "merge", "join", "z"),
        chain("split", "a2", "merge"),
        chain("split", "b", "join"),
    )
    run = Story(xml).begin().complete("a1").complete("a2").complete("b")
    assert run.open == ["z"]
    run.complete("z")
    assert "nicht mehr kommen kann" in run.incident.message


def test_parallel_join_becomes_an_incident_where_only_some_branches_were_taken():
    xml = diagram(
        start(),
        inclusive("wahl"),
        user("a"),
        user("b"),
        parallel("join"),
        flow("start", "wahl"),
        flow("wahl", "a", "= true"),
        flow("wahl", "b", "= false"),
        chain("a", "join"),
        chain("b", "join"),
        user("z"),
        chain("join", "z"),
    )
    run = Story(xml).begin().complete("a")
    assert run.incident.element_id == "join"
    assert run.incident.kind == "join"
    assert run.retry().incident.element_id == "join"


def test_inclusive_join_waits_only_for_branches_that_were_taken():
    xml = diagram(
        start(),
        inclusive("split"),
        user("a"),
        user("b"),
        user("c"),
        inclusive("join"),
        user("z"),
        chain("start", "split"),
        flow("split", "a", "= true"),
        flow("split", "b", "= true"),
        flow("split", "c", "= false"),
        *(flow(each, "join") for each in "abc"),
        chain("join", "z"),
    )
    run = Story(xml).begin()
    assert run.open == ["a", "b"]
    assert run.complete("a").open == ["b"]
    assert run.complete("b").open == ["z"]


def test_inclusive_join_waits_for_a_token_inside_a_sub_process():
    xml = diagram(
        start(),
        inclusive("split"),
        user("a"),
        sub("teil", start("innen"), user("b"), end("aus"), chain("innen", "b", "aus")),
        inclusive("join"),
        user("z"),
        chain("start", "split"),
        flow("split", "a", "= true"),
        flow("split", "teil", "= true"),
        flow("a", "join"),
        flow("teil", "join"),
        chain("join", "z"),
    )
    run = Story(xml).begin().complete("a")
    assert run.open == ["b"]
    assert run.complete("b").open == ["z"]


def test_joins_that_wait_for_each_other_become_incidents():
    xml = diagram(
        start(),
        parallel("split"),
        xor("m1"),
        inclusive("j1"),
        xor("x1", default="j1x"),
        inclusive("j2"),
        xor("x2", default="j2x"),
        end(),
        chain("start", "split"),
        flow("split", "j1"),
        flow("split", "j2"),
        chain("j1", "x1"),
        flow("x1", "end", id="j1x"),
        flow("x1", "j2", "= true", id="x1_j2"),
        chain("j2", "x2"),
        flow("x2", "end", id="j2x"),
        flow("x2", "j1", "= true", id="x2_j1"),
    ).replace(b'<bpmn:exclusiveGateway id="m1"></bpmn:exclusiveGateway>', b"")
    outcome = Story(xml).begin().outcome
    assert {each.element_id for each in outcome.incidents} == {"j1", "j2"}
