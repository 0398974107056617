"""What the history says of each run: where it belongs, what it is, and which ways it took."""

from engine.bpmn.outcome import HistoryKind, Role
from tests.engine.bpmn import drawing as d
from tests.engine.bpmn.story import Story


def entries(run, kind):
    return [each for each in run.past if each.kind == kind]


def entered(run, element_id):
    return [each for each in entries(run, HistoryKind.ENTERED) if each.element_id == element_id]


def ways(run):
    done = entries(run, HistoryKind.COMPLETED)
    return {each.element_id: each.detail["fluesse"] for each in done if "fluesse" in each.detail}


def test_a_run_names_the_run_around_it():
    phase = d.sub(
        "phase", d.start("innen"), d.user("a"), d.end("aus"), d.chain("innen", "a", "aus"),
        d.times("= 2"),
    )  # fmt: skip
    body = (d.start("s"), phase, d.end("e"), d.chain("s", "phase", "e"))
    run = Story(d.diagram(*body)).begin()
    whole, *items = entered(run, "phase")
    assert (whole.scope_key, whole.role) == (None, Role.LOOP)
    assert [(each.scope_key, each.role) for each in items] == [(whole.key, None)] * 2
    assert {each.scope_key for each in entered(run, "a")} == {each.key for each in items}


def test_every_way_that_a_token_took_is_told():
    body = (
        d.start("s"), d.user("a"), d.user("b"), d.end("e"), d.chain("s", "a", "b", "e"),
    )  # fmt: skip
    run = Story(d.diagram(*body)).begin()
    assert len(ways(run)["s"]) == 1
    assert "a" not in ways(run)
    run.complete("a").complete("b")
    assert set(ways(run)) == {"s", "a", "b"}


def test_an_item_of_a_loop_takes_no_way():
    body = (
        d.start("s"), d.user("a", d.times("= 2")), d.end("e"), d.chain("s", "a", "e"),
    )  # fmt: skip
    run = Story(d.diagram(*body)).begin().complete("a").complete("a")
    told = [each for each in entries(run, HistoryKind.COMPLETED) if each.element_id == "a"]
    assert [len(each.detail.get("fluesse", ())) for each in told].count(1) == 1
    assert len(told) == 3
