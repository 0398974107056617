"""Ad-hoc sub-processes: begun by a list or a person, ended by a condition or when all is done."""

import pytest

from engine import bpmn
from engine.bpmn import migration
from engine.errors import Invalid, NobodyWaits
from tests.engine.bpmn.drawing import (
    ad_hoc,
    again,
    boundary,
    chain,
    compensates,
    diagram,
    end,
    flow,
    handled,
    loop,
    mapping,
    node,
    start,
    sub,
    throw,
    timer,
    undone_by,
    user,
)
from tests.engine.bpmn.story import Story

INNER = user("u"), user("v"), user("w"), flow("v", "w")


def one(*content, **settings):
    body = ad_hoc("x", *INNER, *content, **settings)
    return diagram(start(), body, user("z"), end(), chain("start", "x", "z", "end"))


def test_person_chooses_among_elements_that_no_flow_leads_into():
    run = Story(one()).begin()
    assert run.open == []
    assert run.choices("x") == ["u", "v"]
    assert list(bpmn.waits(run.outcome.snapshot).values()) == ["ad_hoc"]
    run.activate("x", "v", "u", "u")
    assert run.open == ["u", "u", "v"]
    run.complete("v").complete("u").complete("u")
    assert run.open == ["w"]
    assert run.complete("w").open == ["z"]
    assert run.outcome.ad_hoc == ()


def test_more_may_begin_while_something_runs():
    run = Story(one()).begin().activate("x", "u").activate("x", "v").complete("u")
    assert run.open == ["v"]
    assert run.choices("x") == ["u", "v"]


def test_list_begins_by_itself_and_everything_listed_must_end():
    run = Story(one(listed="= schritte")).begin(schritte=["u", "v"])
    assert run.open == ["u", "v"]
    assert run.complete("u").complete("v").complete("w").open == ["z"]


def test_empty_list_leaves_at_once_unless_a_condition_is_awaited():
    assert Story(one(listed="= []")).begin().open == ["z"]
    run = Story(one(listed="= []", condition="= fertig")).begin()
    assert run.choices("x") == ["u", "v"]


@pytest.mark.parametrize("value", [None, "u", ["u", 1], ["w"], ["weg"], ["x"]])
def test_unusable_list_is_an_incident(value):
    run = Story(one(listed="= schritte")).begin(schritte=value)
    assert run.incident.kind == "ad_hoc"
    assert run.open == []
    assert run.correct(schritte=["u"]).retry().open == ["u"]


def test_condition_ends_the_rest():
    run = Story(one(listed='= ["u", "v"]', condition="= u.fertig")).begin()
    run.complete("u", u={"fertig": True})
    assert run.open == ["z"]
    assert run.happened("v") == ["entered", "cancelled"]


def test_condition_that_does_not_hold_keeps_it_open_for_a_choice():
    run = Story(one(listed='= ["u"]', condition="= u.fertig")).begin()
    run.complete("u", u={"fertig": False})
    assert run.open == []
    assert run.activate("x", "u").complete("u", u={"fertig": True}).open == ["z"]


def test_rest_may_be_awaited_but_nothing_more_begins():
    settings = {"condition": "= u.fertig", "cancelRemainingInstances": "false"}
    run = Story(one(listed='= ["u", "v"]', **settings)).begin()
    key = run.outcome.ad_hoc[0].key
    run.complete("u", u={"fertig": True})
    assert run.open == ["v"]
    assert run.outcome.ad_hoc == ()
    with pytest.raises(NobodyWaits):
        run.command(bpmn.ActivateElements(key, ("u",)))
    assert run.complete("v").complete("w").open == ["z"]


def test_failing_condition_is_an_incident_at_the_sub_process():
    run = Story(one(listed='= ["u"]', condition="= genug")).begin().complete("u")
    assert run.incident.element_id == "x"
    assert run.correct(genug=True).retry().open == ["z"]


def test_elements_in_turn_come_one_after_the_other():
    run = Story(one(listed='= ["v", "u"]', ordering="Sequential")).begin()
    assert run.open == ["v"]
    assert run.activate("x", "v").complete("v").open == ["w"]
    assert run.complete("w").open == ["u"]
    assert run.complete("u").open == ["v"]
    assert run.complete("v").complete("w").open == ["z"]


def test_condition_forgets_what_has_not_had_its_turn():
    run = Story(one(listed='= ["u", "v"]', condition="= true", ordering="Sequential")).begin()
    assert run.complete("u").open == ["z"]


def test_results_are_collected_and_stay_apart():
    run = Story(one(listed='= ["u", "u"]', collects=("alle", "= u.n"))).begin()
    first, second = run.outcome.user_tasks
    run.command(bpmn.CompleteUserTask(second.key, {"u": {"n": 2}}))
    run.command(bpmn.CompleteUserTask(first.key, {"u": {"n": 1}}))
    assert run.variables == {"alle": [2, 1]}


def test_condition_sees_what_has_been_collected():
    settings = {"collects": ("alle", "= u.n"), "condition": "= count(alle) = 2"}
    run = Story(one(listed='= ["u", "u", "u"]', **settings)).begin()
    assert run.complete("u", u={"n": 1}).open == ["u", "u"]
    assert run.complete("u", u={"n": 2}).open == ["z"]
    assert run.variables == {"alle": [1, 2]}


def test_failing_result_is_an_incident_and_counted_once():
    number = "= u.n + assert(1, u.n instance of number)"
    run = Story(one(listed='= ["u"]', collects=("alle", number))).begin()
    run.complete("u", u={"n": "eins"})
    assert run.incident.element_id == "x"
    scope = next(e for e in bpmn.active(run.outcome.snapshot) if e.has_incident)
    run.command(bpmn.SetVariables({"u": {"n": 1}}, scope.key))
    assert run.retry().variables == {"alle": [2]}


def test_list_that_something_inside_overwrites_is_an_incident():
    run = Story(one(listed='= ["u"]', collects=("alle", "= 7"))).begin().complete("u", alle=5)
    assert run.incident.kind == "ad_hoc"
    assert "überschrieben" in run.incident.message
    assert run.open == []


def test_inputs_outputs_and_events_belong_to_the_whole():
    given = mapping({"eigen": "= n"}, {"m": "= eigen + 1"})
    late = boundary("frist", "x", timer("timeDuration", "P1D"))
    body = ad_hoc("x", given, *INNER, listed='= ["u"]')
    xml = diagram(
        start(), body, late, user("z"), user("y"), chain("start", "x", "z"), flow("frist", "y")
    )
    run = Story(xml).begin(n=1)
    seen = bpmn.variables(run.outcome.snapshot, run.task("u").key)
    assert seen == {"n": 1, "eigen": 1}
    assert run.complete("u").variables["m"] == 2
    assert Story(xml).begin(n=1).fire("frist").open == ["y"]


def test_every_item_of_a_loop_has_choices_of_its_own():
    body = ad_hoc("x", loop("= [1, 2]"), *INNER)
    run = Story(diagram(start(), body, user("z"), chain("start", "x", "z"))).begin()
    first, second = run.outcome.ad_hoc
    run.command(bpmn.ActivateElements(first.key, ("u",))).complete("u")
    assert [each.key for each in run.outcome.ad_hoc] == [second.key]
    assert run.activate("x", "u").complete("u").open == ["z"]


def test_what_runs_without_a_wait_ends_with_the_choice():
    body = ad_hoc("x", node("task", "t"), user("u"))
    run = Story(diagram(start(), body, user("z"), chain("start", "x", "z"))).begin()
    assert run.activate("x", "t", "u").open == ["u"]
    assert run.complete("u").open == ["z"]


@pytest.mark.parametrize("chosen", [(), ("w",), ("u", "weg"), ("z",), ("u",) * 1001])
def test_choice_is_refused_as_a_whole(chosen):
    run = Story(one()).begin()
    with pytest.raises(Invalid):
        run.activate("x", *chosen)
    assert run.open == []


def test_only_the_sub_process_takes_choices():
    run = Story(one(listed='= ["u"]')).begin()
    for key in (1, run.task("u").key):
        with pytest.raises(NobodyWaits):
            run.command(bpmn.ActivateElements(key, ("u",)))


def test_history_tells_of_elements_that_are_drawn():
    run = Story(one(listed='= ["u"]')).begin().complete("u").complete("z")
    assert run.completed() == ["start", "u", "x", "z", "end"]


def test_elements_inside_can_be_moved_by_hand():
    run = Story(one(listed='= ["u"]')).begin()
    run.command(bpmn.Modify((run.task("u").key,), (bpmn.Activation("w"),)))
    assert run.open == ["w"]
    run.command(bpmn.Modify((run.task("w").key,)))
    assert run.open == []
    assert run.activate("x", "u").complete("u").open == ["z"]
    again = Story(
        diagram(start(), user("a"), ad_hoc("x", *INNER), chain("start", "a", "x"))
    ).begin()
    again.command(bpmn.Modify((again.task("a").key,), (bpmn.Activation("w"),)))
    assert again.open == ["w"]
    assert again.choices("x") == ["u", "v"]
    with pytest.raises(Invalid, match="gibt es in diesem Verfahren nicht"):
        again.command(bpmn.Modify((), (bpmn.Activation("x#"),)))


def test_next_in_turn_begins_when_the_one_before_is_taken_away():
    run = Story(one(listed='= ["u", "v"]', ordering="Sequential")).begin()
    assert run.command(bpmn.Modify((run.task("u").key,))).open == ["v"]


def test_instance_inside_moves_to_another_version():
    run = Story(one(listed='= ["u", "v"]')).begin().complete("v")
    old = b'id="x"', b'sourceRef="x"', b'targetRef="x"'
    xml = one(collects=("alle", "= 7"))
    for text in old:
        xml = xml.replace(text, text.replace(b"x", b"neu"))
    (new,) = bpmn.parse(xml, file="neu.bpmn")
    moment = bpmn.Moment(now=run.now, ids=run.ids)
    given = run.process, run.outcome.snapshot, new, {"x": "neu"}
    told = migration.plan(*given, moment=moment)
    assert [each.target for each in told.passages] == ["neu", "u", "w"]
    run.outcome = migration.migrate(*given, moment=moment)
    run.process = new
    assert run.complete("u").complete("w").open == ["z"]
    assert run.variables["alle"] == [7, 7]


@pytest.mark.parametrize("interrupting", [True, False])
def test_ad_hoc_sub_process_listens_to_events_while_it_runs(interrupting):
    handler = handled("h", timer("timeDuration", "P1D"), "y", interrupting=interrupting)
    run = Story(one(handler, listed='= ["u"]')).begin()
    assert run.choices("x") == ["u", "v"]
    run.fire("h_start")
    assert run.open == (["y"] if interrupting else ["u", "y"])
    run.complete("y")
    if not interrupting:
        assert run.open == ["u"]
        run.complete("u")
    assert run.open == ["z"]
    assert run.outcome.timers == ()


def test_handler_beside_does_not_end_what_a_person_may_still_begin():
    handler = handled("h", timer("timeDuration", "P1D"), "y", interrupting=False)
    run = Story(one(handler)).begin().fire("h_start").complete("y")
    assert run.choices("x") == ["u", "v"]
    run = Story(one(handler)).begin().fire("h_start").activate("x", "u").complete("u")
    assert run.open == ["y"]
    assert run.complete("y").open == ["z"]


def test_handler_that_interrupts_leaves_nothing_to_choose():
    handler = handled("h", timer("timeDuration", "P1D"), "y")
    run = Story(one(handler)).begin().fire("h_start")
    assert run.outcome.ad_hoc == ()
    assert run.complete("y").open == ["z"]


def test_what_was_done_inside_can_be_undone():
    undo = node("userTask", "storno", isForCompensation="true")
    body = ad_hoc("x", user("u"), undone_by("u", "storno"), undo, listed='= ["u", "u"]')
    xml = diagram(
        start(), body, throw("t", compensates()), user("z"), chain("start", "x", "t", "z")
    )
    run = Story(xml).begin().complete("u").complete("u")
    assert run.open == ["storno"]
    assert run.complete("storno").open == ["storno"]
    assert run.complete("storno").open == ["z"]


def test_rounds_of_a_loop_are_undone_one_by_one():
    undo = node("userTask", "storno", isForCompensation="true")
    inner = user("u"), undone_by("u", "storno"), undo
    body = sub("x", again(loopMaximum=2), start("s"), *inner, chain("s", "u"))
    xml = diagram(
        start(), body, throw("t", compensates()), user("z"), chain("start", "x", "t", "z")
    )
    run = Story(xml).begin().complete("u").complete("u")
    assert run.open == ["storno"]
    assert run.complete("storno").complete("storno").open == ["z"]
