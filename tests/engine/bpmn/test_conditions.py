"""Conditional events happen when their condition becomes true, wherever the variable changed."""

import pytest

from engine import bpmn
from tests.engine.bpmn.drawing import (
    boundary,
    catch,
    chain,
    diagram,
    end,
    flow,
    handled,
    job,
    loop,
    mapping,
    node,
    parallel,
    script,
    start,
    sub,
    timer,
    user,
    when,
    xor,
)
from tests.engine.bpmn.story import Story

WAITS = diagram(start(), catch("c", when("= betrag > 100")), user("z"), chain("start", "c", "z"))


def test_catch_waits_for_a_correction_of_the_variables():
    run = Story(WAITS).begin(betrag=5)
    assert run.open == []
    assert not run.is_over
    assert bpmn.waits(run.outcome.snapshot) == {}
    assert run.correct(betrag=50).open == []
    assert run.correct(betrag=500).open == ["z"]


def test_condition_that_holds_already_lets_pass_at_once():
    assert Story(WAITS).begin(betrag=500).open == ["z"]


def test_variable_may_come_later():
    run = Story(WAITS).begin()
    assert run.outcome.incidents == ()
    assert run.correct(betrag=500).open == ["z"]


def at_task(condition, *, interrupting, **attributes):
    return diagram(
        start(),
        parallel("gabel"),
        user("a"),
        user("n"),
        boundary("b", "a", when(condition, **attributes), interrupting=interrupting),
        user("h"),
        chain("start", "gabel", "a"),
        chain("gabel", "n"),
        chain("b", "h"),
    )


def test_boundary_interrupts_when_another_branch_changes_the_variable():
    run = Story(at_task("= fertig", interrupting=True)).begin(fertig=False)
    assert run.complete("n", fertig=True).open == ["h"]
    assert run.happened("a") == ["entered", "cancelled"]


def test_without_interrupting_it_happens_at_each_change_from_false_to_true():
    run = Story(at_task("= n > 1", interrupting=False)).begin(n=2)
    assert run.open == ["a", "h", "n"]
    assert run.correct(n=3).open == ["a", "h", "n"]
    assert run.correct(n=0).correct(n=4).open == ["a", "h", "h", "n"]


def test_it_sees_a_value_that_lasts_only_for_a_part_of_a_step():
    xml = diagram(
        start(),
        parallel("gabel"),
        user("a"),
        boundary("b", "a", when("= n = 5")),
        user("h"),
        user("los"),
        script("hoch", "= 5", "n"),
        script("runter", "= 0", "n"),
        end(),
        chain("start", "gabel", "a"),
        chain("gabel", "los", "hoch", "runter", "end"),
        chain("b", "h"),
    )
    run = Story(xml).begin(n=0).complete("los")
    assert run.open == ["h"]
    assert run.variables["n"] == 0


def test_filter_names_the_variables_that_count():
    xml = at_task("= n > 1", interrupting=False, variableNames="n, m")
    run = Story(xml).begin(n=0)
    run.correct(n=2)
    assert run.open == ["a", "h", "n"]
    xml = at_task("= n > 1", interrupting=False, variableNames="m")
    run = Story(xml).begin(n=0, m=1).correct(n=2)
    assert run.open == ["a", "n"]
    assert run.correct(m=2).open == ["a", "h", "n"]


@pytest.mark.parametrize(
    ("changes", "after"), [("create", ["a", "n"]), ("update", ["a", "h", "n"])]
)
def test_filter_says_whether_creating_or_changing_counts(changes, after):
    xml = at_task("= m > 1", interrupting=False, variableNames="m", variableEvents=changes)
    assert Story(xml).begin(m=0).correct(m=2).open == after
    created = Story(xml).begin().correct(m=2)
    assert created.open == (["a", "h", "n"] if changes == "create" else ["a", "n"])


def test_filter_without_names_looks_at_every_variable():
    xml = at_task("= n > 1", interrupting=False, variableEvents="create")
    run = Story(xml).begin(n=0).correct(n=2)
    assert run.open == ["a", "n"]
    assert run.correct(neu=1).open == ["a", "h", "n"]


def test_condition_reads_what_belongs_to_its_own_activity():
    xml = diagram(
        start(),
        user("a", mapping({"grenze": "= 10"})),
        boundary("b", "a", when("= betrag > grenze")),
        user("h"),
        chain("start", "a"),
        chain("b", "h"),
    )
    assert Story(xml).begin(betrag=5).correct(betrag=11).open == ["h"]


def test_condition_behind_an_event_gateway():
    xml = diagram(
        start(),
        node("eventBasedGateway", "g"),
        catch("c", when("= ok")),
        catch("t", timer("timeDuration", "P1D")),
        user("a"),
        user("b"),
        chain("start", "g", "c", "a"),
        chain("g", "t", "b"),
    )
    run = Story(xml).begin(ok=False).correct(ok=True)
    assert run.open == ["a"]
    assert run.outcome.timers == ()


def test_condition_around_a_loop_counts_its_results():
    items = loop("= [1, 2, 3]", outputCollection="alle", outputElement="= ja", inputElement="i")
    xml = diagram(
        start(),
        user("a", items),
        boundary("b", "a", when("= count(alle[item = true]) >= 2")),
        user("h"),
        chain("start", "a"),
        chain("b", "h"),
    )
    run = Story(xml).begin().complete("a", ja=True)
    assert run.open == ["a", "a"]
    assert run.complete("a", ja=True).open == ["h"]


def test_filter_notices_a_result_that_is_filled_in_where_it_is():
    items = loop("= [1, 2]", outputCollection="alle", outputElement="= ja")
    xml = diagram(
        start(),
        user("a", items),
        boundary("b", "a", when("= alle[1] = true", variableNames="alle")),
        user("h"),
        chain("start", "a"),
        chain("b", "h"),
    )
    assert Story(xml).begin().complete("a", ja=True).open == ["h"]


def test_handler_that_makes_its_own_condition_true_again_and_again_is_stopped():
    body = (
        script("aus", "= false", "an"),
        script("ein", "= true", "an"),
        chain("ruf_start", "aus", "ein"),
    )
    event = sub(
        "ruf",
        start("ruf_start", when("= an"), isInterrupting="false"),
        *body,
        triggeredByEvent="true",
    )
    xml = diagram(start(), user("a"), chain("start", "a"), event)
    run = Story(xml).begin(an=True)
    assert {each.kind for each in run.outcome.incidents} == {"budget"}


def test_condition_that_goes_beyond_all_limits_is_an_incident_that_can_be_retried():
    xml = diagram(
        start(),
        catch("c", when("= count(for i in 1..n, j in 1..n, k in 1..n return i) > 0")),
        user("z"),
        chain("start", "c", "z"),
    )
    run = Story(xml).begin(n=5000)
    assert run.incident.element_id == "c"
    assert run.correct(n=1).incident.element_id == "c"
    assert run.retry().open == ["z"]


def many(count, *content):
    """A process with so many conditions that wait for a value of n each, and something beside."""
    waits = [catch(f"c{n}", when(f"= n = {n}")) + user(f"u{n}") for n in range(count)]
    flows = [flow("gabel", f"c{n}") + flow(f"c{n}", f"u{n}") for n in range(count)]
    return diagram(start(), parallel("gabel"), flow("start", "gabel"), *waits, *flows, *content)


def test_condition_in_each_of_many_branches():
    run = Story(many(300)).begin(n=3)
    assert run.open == ["u3"]
    assert run.correct(n=7).open == ["u3", "u7"]
    assert run.outcome.incidents == ()


def test_looking_at_many_conditions_again_and_again_is_stopped():
    body = (
        xor("m"),
        script("weiter", "= n - 1", "n"),
        xor("x", default="x_m"),
        user("fertig"),
        chain("gabel", "m", "weiter", "x", "m"),
        flow("x", "fertig", "= n < -1000"),
    )
    run = Story(many(300, *body)).begin(n=0)
    assert "budget" in {each.kind for each in run.outcome.incidents}
    assert "fertig" not in run.open


def test_condition_in_a_sub_process_ends_that_handler_only():
    event = handled("ruf", when("= stopp"), "u")
    inner = start("s"), job("j"), chain("s", "j"), event
    xml = diagram(start(), sub("teil", *inner), user("z"), chain("start", "teil", "z"))
    run = Story(xml).begin(stopp=False).correct(stopp=True)
    assert run.open == ["u"]
    assert run.outcome.jobs == ()
    assert run.complete("u").open == ["z"]
