"""Where an instance begins and ends when whoever begins it says so."""

import pytest

from engine import bpmn
from engine.bpmn.outcome import HistoryKind, State
from engine.errors import Invalid
from tests.engine.bpmn.drawing import (
    chain,
    diagram,
    end,
    flow,
    handled,
    parallel,
    start,
    sub,
    timer,
    times,
    user,
)
from tests.engine.bpmn.story import Story

PART = sub("teil", start("s"), user("u"), user("v"), chain("s", "u", "v"))
PLAIN = diagram(
    start(), user("a"), PART, user("z"), end("ende"), chain("start", "a", "teil", "z", "ende")
)


def begun(xml, *inside, after=(), **variables):
    asked = bpmn.Start(None, variables, inside=inside, ends_after=frozenset(after))
    return Story(xml).command(asked)


def test_an_instance_begins_at_several_elements_with_the_scopes_around_them():
    run = begun(PLAIN, "v", "a", n=1)
    assert sorted(run.open) == ["a", "v"]
    assert run.variables == {"n": 1}
    run.complete("v")
    assert sorted(run.open) == ["a", "z"]


def test_an_instance_that_begins_inside_listens_to_its_own_events():
    inner = handled("h", timer("timeDuration", "P1D"), "x")
    run = begun(diagram(start(), user("a"), inner, chain("start", "a")), "a")
    assert run.fire("h_start").open == ["x"]


@pytest.mark.parametrize("where", ["fehlt", "start", "runde"])
def test_where_it_cannot_begin_nothing_begins(where):
    rounds = sub("runden", times("2"), start("s"), user("runde"), chain("s", "runde"))
    with pytest.raises(Invalid):
        begun(diagram(start(), rounds, user("a"), chain("start", "runden", "a")), "a", where)


def ended(run):
    return [(e.element_id, e.kind) for e in run.past if e.kind != HistoryKind.ENTERED]


def test_an_instance_ends_after_an_element_and_no_token_goes_on():
    run = begun(PLAIN, "u", after=["u"])
    run.complete("u")
    assert run.outcome.state == State.CANCELLED
    assert ended(run) == [("u", HistoryKind.COMPLETED), ("teil", HistoryKind.CANCELLED)]
    assert "beendet" in run.past[-1].detail["grund"]


def test_an_instance_ends_after_an_element_wherever_else_it_stands():
    fork = diagram(
        start(),
        parallel("g"),
        user("a"),
        user("b"),
        chain("start", "g", "a"),
        flow("g", "b"),
    )
    run = Story(fork).command(bpmn.Start(ends_after=frozenset({"a"})))
    run.complete("a")
    assert run.outcome.state == State.CANCELLED
    assert ended(run)[-1] == ("b", HistoryKind.CANCELLED)


def test_an_instance_ends_after_the_whole_of_what_repeats():
    run = Story(diagram(start(), user("a", times("2")), user("z"), chain("start", "a", "z")))
    run.command(bpmn.Start(ends_after=frozenset({"a"})))
    run.complete("a")
    assert run.outcome.state == State.ACTIVE
    run.complete("a")
    assert run.outcome.state == State.CANCELLED


def test_an_instance_that_would_be_over_anyway_is_ended_all_the_same():
    run = Story(diagram(start(), user("a"), chain("start", "a")))
    run.command(bpmn.Start(ends_after=frozenset({"a"})))
    assert run.complete("a").outcome.state == State.CANCELLED


def test_an_unknown_element_to_end_after_is_refused():
    with pytest.raises(Invalid, match="fehlt"):
        begun(PLAIN, after=["fehlt"])
