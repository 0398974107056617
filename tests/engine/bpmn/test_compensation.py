"""Compensation undoes what was completed, latest first, with the variables of that time."""

from engine import bpmn
from tests.engine.bpmn.drawing import (
    ad_hoc,
    boundary,
    chain,
    compensates,
    diagram,
    end,
    error,
    flow,
    handled,
    job,
    loop,
    mapping,
    on_event,
    parallel,
    start,
    sub,
    throw,
    throws,
    timer,
    undone_by,
    user,
    when,
    xor,
)
from tests.engine.bpmn.story import Story


def undoable(name, *content, kind=user):
    """A step with a user task "un_NAME" that undoes it."""
    undo = user(f"un_{name}", isForCompensation="true")
    return kind(name, *content) + undone_by(name, f"un_{name}") + undo


def line(*middle, ids, event=None):
    event = event or throw("zurueck", compensates())
    return diagram(
        start(), *middle, event, user("danach"), chain("start", *ids, "zurueck", "danach")
    )


TWO = line(undoable("a"), undoable("b"), ids=("a", "b"))


def test_latest_first_and_one_after_the_other():
    run = Story(TWO).begin().complete("a").complete("b")
    assert run.open == ["un_b"]
    assert run.complete("un_b").open == ["un_a"]
    assert run.complete("un_a").open == ["danach"]
    assert run.complete("danach").is_over
    assert run.completed()[3:] == ["un_b", "un_a", "zurueck", "danach"]


def test_only_what_was_completed():
    xml = diagram(
        start(),
        parallel("gabel"),
        undoable("a"),
        undoable("b"),
        throw("zurueck", compensates()),
        user("danach"),
        chain("start", "gabel", "a", "zurueck", "danach"),
        chain("gabel", "b"),
    )
    run = Story(xml).begin().complete("a")
    assert run.open == ["b", "un_a"]
    assert run.complete("un_a").open == ["b", "danach"]


def test_nothing_to_undo_lets_pass():
    xml = diagram(
        start(),
        xor("x", default="x_zurueck"),
        undoable("a"),
        throw("zurueck", compensates()),
        user("danach"),
        flow("start", "x"),
        flow("x", "a", "= false"),
        flow("x", "zurueck", id="x_zurueck"),
        chain("a", "zurueck", "danach"),
    )
    assert Story(xml).begin().open == ["danach"]


def test_one_activity_by_its_reference():
    event = throw("zurueck", compensates("a"))
    xml = line(undoable("a"), undoable("b"), ids=("a", "b"), event=event)
    run = Story(xml).begin().complete("a").complete("b")
    assert run.open == ["un_a"]
    assert run.complete("un_a").open == ["danach"]


def test_each_round_of_a_loop_is_undone_and_only_once():
    xml = diagram(
        start(),
        xor("m"),
        undoable("a"),
        xor("x", default="x_z"),
        throw("zurueck", compensates("a")),
        throw("nochmal", compensates()),
        user("danach"),
        chain("start", "m", "a", "x"),
        flow("x", "m", "= wieder"),
        flow("x", "zurueck", id="x_z"),
        chain("zurueck", "nochmal", "danach"),
    )
    run = Story(xml).begin().complete("a", wieder=True).complete("a", wieder=False)
    assert run.complete("un_a").open == ["un_a"]
    assert run.complete("un_a").open == ["danach"]


def test_handler_sees_the_variables_of_its_activity_as_they_were():
    inputs = mapping({"nr": "= laufend"})
    undo = job("weg", mapping({"ziel": "= nr", "jetzt": "= laufend"}), isForCompensation="true")
    xml = line(user("a", inputs), undone_by("a", "weg"), undo, ids=("a",))
    run = Story(xml).begin(laufend=1).complete("a", laufend=2)
    assert run.outcome.jobs[0].variables == {"ziel": 1, "jetzt": 2}
    assert run.work("weg", erledigt=True).variables == {"laufend": 2, "erledigt": True}
    assert run.open == ["danach"]


PART = sub("teil", start("s"), undoable("a"), undoable("b"), end("e"), chain("s", "a", "b", "e"))


def test_completed_sub_process_is_undone_from_inside():
    run = Story(line(PART, undoable("c"), ids=("teil", "c"))).begin()
    run.complete("a").complete("b").complete("c")
    assert run.open == ["un_c"]
    assert run.complete("un_c").open == ["un_b"]
    assert run.complete("un_b").complete("un_a").open == ["danach"]


def test_sub_process_is_undone_with_its_own_variables():
    inner = start("s"), user("a"), undone_by("a", "weg"), chain("s", "a")
    undo = job("weg", mapping({"nr": "= eigen"}), isForCompensation="true")
    part = sub("teil", mapping({"eigen": "= 7"}), *inner, undo)
    event = throw("zurueck", compensates("teil"))
    run = Story(line(part, ids=("teil",), event=event)).begin().complete("a", eigen=8)
    assert run.outcome.jobs[0].variables == {"nr": 8}
    assert run.work("weg").open == ["danach"]
    assert "eigen" not in run.variables


def test_running_sub_process_is_not_undone_from_outside():
    xml = diagram(
        start(),
        parallel("gabel"),
        PART,
        user("c"),
        throw("zurueck", compensates()),
        user("danach"),
        chain("start", "gabel", "teil"),
        chain("gabel", "c", "zurueck", "danach"),
    )
    assert Story(xml).begin().complete("a").complete("c").open == ["b", "danach"]


def test_handler_at_a_sub_process_undoes_it_as_a_whole():
    whole = PART + undone_by("teil", "alles") + user("alles", isForCompensation="true")
    run = Story(line(whole, ids=("teil",))).begin().complete("a").complete("b")
    assert run.open == ["alles"]
    assert run.complete("alles").open == ["danach"]


def test_loop_of_tasks_is_undone_once():
    run = Story(line(undoable("a", loop("= [1, 2]")), ids=("a",))).begin()
    run.complete("a").complete("a")
    assert run.open == ["un_a"]
    assert run.complete("un_a").open == ["danach"]


def test_loop_of_sub_processes_is_undone_item_by_item():
    undo = job("weg", mapping({"nr": "= k"}), isForCompensation="true")
    inner = start("s"), user("a"), undone_by("a", "weg"), undo, chain("s", "a")
    part = sub("teil", loop("= [7, 8]", inputElement="k"), *inner)
    run = Story(line(part, ids=("teil",))).begin().complete("a").complete("a")
    assert [each.variables for each in run.outcome.jobs] == [{"nr": 8}]
    run.work("weg")
    assert [each.variables for each in run.outcome.jobs] == [{"nr": 7}]
    assert run.work("weg").open == ["danach"]


def test_end_event_waits_for_what_is_undone():
    xml = diagram(
        start(), undoable("a"), end("schluss", compensates()), chain("start", "a", "schluss")
    )
    run = Story(xml).begin().complete("a")
    assert not run.is_over
    assert run.complete("un_a").is_over
    assert run.outcome.ended_at == ("schluss",)


def test_event_that_does_not_wait_goes_on_beside():
    event = throw("zurueck", compensates(waitForCompletion="false"))
    run = Story(line(undoable("a"), undoable("b"), ids=("a", "b"), event=event)).begin()
    run.complete("a").complete("b")
    assert run.open == ["danach", "un_b"]
    assert run.complete("danach").complete("un_b").open == ["un_a"]
    assert run.complete("un_a").is_over


def test_own_event_sub_process_undoes_a_sub_process_and_may_undo_what_is_inside():
    body = user("brief"), throw("innen", compensates("a")), chain("undo_start", "brief", "innen")
    inner = start("s"), undoable("a"), chain("s", "a"), on_event("undo", compensates(), *body)
    run = Story(line(sub("teil", *inner), ids=("teil",))).begin().complete("a")
    assert run.open == ["brief"]
    assert run.complete("brief").open == ["un_a"]
    assert run.complete("un_a").open == ["danach"]


def test_error_handler_undoes_what_its_scope_has_done():
    body = throw("zurueck", compensates()), user("danach")
    event = on_event("fehler", throws("e"), *body, chain("fehler_start", "zurueck", "danach"))
    xml = diagram(
        start(),
        undoable("a"),
        job("j"),
        chain("start", "a", "j"),
        event,
        around=[error("e", "E1")],
    )
    run = Story(xml).begin().complete("a").throw("j", "E1")
    assert run.open == ["un_a"]
    assert run.complete("un_a").open == ["danach"]


def test_what_a_handler_has_done_is_undone_from_outside():
    event = on_event(
        "ruf", when("= los"), undoable("a"), chain("ruf_start", "a"), interrupting=False
    )
    run = Story(line(user("warten"), event, ids=("warten",))).begin(los=True)
    assert run.open == ["a", "warten"]
    run.complete("a").complete("warten")
    assert run.open == ["un_a"]
    assert run.complete("un_a").open == ["danach"]


def test_interrupted_activity_is_not_undone():
    xml = diagram(
        start(),
        undoable("a"),
        boundary("frist", "a", timer("timeDuration", "P1D")),
        throw("zurueck", compensates()),
        user("danach"),
        chain("start", "a", "zurueck", "danach"),
        flow("frist", "zurueck"),
    )
    assert Story(xml).begin().fire("frist").open == ["danach"]


def test_handler_may_be_a_sub_process_and_its_failure_reaches_those_around():
    undo = sub("weg", start("s"), job("j"), chain("s", "j"), isForCompensation="true")
    work = user("a") + undone_by("a", "weg") + undo
    xml = diagram(
        start(),
        sub(
            "teil", start("s0"), work, throw("zurueck", compensates()), chain("s0", "a", "zurueck")
        ),
        boundary("b", "teil", throws("e")),
        user("h"),
        chain("start", "teil"),
        chain("b", "h"),
        around=[error("e", "E1")],
    )
    run = Story(xml).begin().complete("a")
    assert run.throw("j", "E1").open == ["h"]
    assert bpmn.waits(run.outcome.snapshot) == {run.task("h").key: "user_task"}


def test_completed_scope_catches_nothing_any_more():
    undo = job("weg", isForCompensation="true")
    inner = start("s"), user("a"), undone_by("a", "weg"), undo, chain("s", "a")
    part = sub("teil", *inner, handled("fehler", throws("e"), "u"))
    xml = line(part, boundary("b", "teil", throws("e")), user("h"), flow("b", "h"), ids=("teil",))
    xml = xml.replace(b"<bpmn:process", error("e", "E1").encode() + b"<bpmn:process")
    run = Story(xml).begin().complete("a").throw("weg", "E1")
    assert run.incident.element_id == "weg"
    assert run.open == []


def test_incident_in_a_handler_can_be_retried():
    undo = user("weg", mapping({"x": "= assert(fehlt, fehlt != null)"}), isForCompensation="true")
    run = Story(line(user("a") + undone_by("a", "weg") + undo, ids=("a",))).begin().complete("a")
    assert run.incident.element_id == "weg"
    assert run.correct(fehlt=1).retry().open == ["weg"]
    assert run.complete("weg").open == ["danach"]


def test_association_with_a_text_is_only_documentation():
    note = (
        '<bpmn:textAnnotation id="ta"/><bpmn:association id="l" sourceRef="a_undo" targetRef="ta"/>'
    )
    assert Story(line(undoable("a"), note, ids=("a",))).begin().complete("a").open == ["un_a"]


def test_ad_hoc_sub_process_is_undone_by_its_reference():
    body = ad_hoc("teil", undoable("a"), user("b"))
    event = throw("zurueck", compensates("teil"))
    run = Story(line(body, undoable("c"), ids=("teil", "c"), event=event)).begin()
    run.activate("teil", "a").complete("a").complete("c")
    assert run.open == ["un_a"]
    assert run.complete("un_a").open == ["danach"]


def test_step_of_an_ad_hoc_sub_process_undoes_another():
    body = ad_hoc("teil", undoable("a"), throw("zurueck", compensates("a")), user("b"))
    xml = diagram(start(), body, user("z"), chain("start", "teil", "z"))
    run = Story(xml).begin().activate("teil", "a", "b").complete("a").activate("teil", "zurueck")
    assert run.open == ["b", "un_a"]
    assert run.complete("un_a").complete("b").open == ["z"]
