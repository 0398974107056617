"""An instance moves to another version: what it keeps, what is refused as a whole."""

from dataclasses import replace

import orjson
import pytest

from engine import bpmn
from engine.bpmn import migration
from tests.engine.bpmn.drawing import (
    awaits,
    boundary,
    call,
    catch,
    chain,
    compensates,
    diagram,
    end,
    flow,
    handled,
    inclusive,
    job,
    loop,
    mapping,
    message,
    node,
    parallel,
    script,
    signal,
    signals,
    start,
    sub,
    throw,
    timer,
    undone_by,
    user,
    xor,
    zeebe,
)
from tests.engine.bpmn.story import Story

MESSAGES = [message("m", "alt"), message("n", "neu", "= andere")]


def line(*shapes, around=()):
    """A diagram whose shapes follow each other; a tuple is a shape with what hangs on it."""
    ids = [each.split('id="')[1].split('"')[0] for each in shapes]
    return diagram(start(), *shapes, end(), chain("start", *ids, "end"), around=around)


def version(xml):
    (process,) = bpmn.parse(xml, file="neu.bpmn")
    return process


def preview(run, xml, **mapping):
    saved = run.outcome.snapshot
    moment = bpmn.Moment(now=run.now, ids=run.ids)
    return migration.plan(run.process, saved, version(xml), mapping, moment=moment)


def moved(run, xml, **mapping):
    """The same story on another version."""
    new, saved = version(xml), run.outcome.snapshot
    moment = bpmn.Moment(now=run.now, ids=run.ids)
    assert preview(run, xml, **mapping).is_possible
    run.outcome = migration.migrate(run.process, saved, new, mapping, moment=moment)
    run.process = new
    return run


def refused(run, xml, **mapping):
    """The problems for which the migration is refused."""
    saved = run.outcome.snapshot
    moment = bpmn.Moment(now=run.now, ids=run.ids)
    with pytest.raises(migration.MigrationRefused) as caught:
        migration.migrate(run.process, saved, version(xml), mapping, moment=moment)
    assert caught.value.preview == preview(run, xml, **mapping)
    passages = caught.value.preview.passages
    return [each.problem for each in passages if each.problem] + list(caught.value.preview.problems)


A = line(user("a"), user("b"))


def test_step_inserted_before_the_token_changes_nothing_for_it():
    run = Story(A).begin()
    key = run.task("a").key
    moved(run, line(user("x"), user("a"), user("b")))
    assert run.task("a").key == key
    assert run.complete("a").open == ["b"]


def test_step_inserted_behind_the_token_comes_next():
    run = moved(Story(A).begin(), line(user("a"), user("x"), user("b")))
    assert run.complete("a").open == ["x"]
    assert run.complete("x").complete("b").is_over


def test_removed_element_needs_a_mapping():
    run = Story(A).begin()
    before = run.outcome.snapshot
    assert refused(run, line(user("b"))) == [
        "Dieses Element gibt es dort nicht. Bitte ordnen Sie ihm ein anderes zu."
    ]
    assert run.outcome.snapshot == before
    key = run.task("a").key
    assert moved(run, line(user("b")), a="b").task("b").key == key
    assert run.complete("b").is_over


def test_preview_says_for_each_token_where_it_goes():
    xml = diagram(
        start(), user("a", name="Anruf"), user("b"), flow("start", "a"), flow("start", "b")
    )
    run = Story(xml).begin()
    new = diagram(start(), user("a2"), chain("start", "a2"))
    found = preview(run, new, a="a2")
    told = [
        (each.element_id, each.name, each.target, bool(each.problem)) for each in found.passages
    ]
    assert told == [("a", "Anruf", "a2", False), ("b", "", "b", True)]
    assert not found.is_possible


def test_what_was_offered_stays_with_the_task():
    given = zeebe("assignmentDefinition", assignee="= wer"), zeebe("taskSchedule", dueDate="= wann")
    run = Story(line(user("a", *given))).begin(wer="alice", wann="2026-03-01")
    before = run.task("a")
    moved(run.correct(wer="bob", wann="2027-01-01"), line(user("a", *given), user("b")))
    assert run.task("a") == before


@pytest.mark.parametrize(
    "other",
    [job("a"), node("manualTask", "a"), catch("a", timer("timeDuration", "P1D"))],
)
def test_element_of_another_kind_is_refused(other):
    assert refused(Story(A).begin(), line(other)) == [
        "Das zugeordnete Element ist von anderer Art."
    ]


def test_decision_that_a_handler_made_does_not_become_a_table():
    run = Story(line(job("a", kind="businessRuleTask"))).begin()
    table = zeebe("calledDecision", decisionId="d", resultVariable="r")
    (problem,) = refused(run, line(node("businessRuleTask", "a", table)))
    assert "anderer Art" in problem


def test_element_that_moved_into_a_sub_process_is_refused():
    new = line(sub("teil", start("s"), user("a"), chain("s", "a")))
    (problem,) = refused(Story(A).begin(), new)
    assert "anderen Abschnitt" in problem


def teil(*content, own="teil"):
    return sub(own, mapping({"eigen": "= 1"}), start(f"s_{own}"), *content)


def test_running_sub_process_goes_with_its_variables_and_continues_behind():
    run = Story(line(teil(user("a"), chain("s_teil", "a")))).begin()
    inner = teil(user("a"), user("a2"), chain("s_neu", "a", "a2"), own="neu")
    moved(run, line(inner, user("x")), teil="neu")
    assert bpmn.variables(run.outcome.snapshot, run.task("a").key) == {"eigen": 1}
    assert run.complete("a").complete("a2").open == ["x"]
    assert run.complete("x").is_over


def test_sub_process_that_is_mapped_must_still_be_around_its_token():
    run = Story(line(teil(user("a"), chain("s_teil", "a")))).begin()
    new = line(teil(user("x"), chain("s_teil", "x")), teil(user("a"), chain("s_o", "a"), own="o"))
    (problem,) = refused(run, new)
    assert "anderen Abschnitt" in problem


LATE = timer("timeDuration", "= frist")


def limited(event, *, host="a", own="t", interrupting=True, around=()):
    shapes = (
        user("a"),
        user("b"),
        user("spaet"),
        boundary(own, host, event, interrupting=interrupting),
    )
    lines = chain("start", "a", "b", "end"), flow(own, "spaet")
    return diagram(start(), *shapes, end(), *lines, around=around)


def test_new_event_at_an_active_step_begins_to_wait():
    run = Story(A).begin(frist="P3D")
    new = limited(LATE)
    assert preview(run, new).armed == ("t",)
    moved(run, new)
    assert run.timer("t").due_at.isoformat() == "2026-01-15T11:00:00+00:00"
    assert run.fire("t").open == ["spaet"]


def test_event_that_cannot_be_computed_refuses_the_whole():
    run = Story(A).begin(frist="bald")
    (problem,) = refused(run, limited(LATE))
    assert problem.startswith("Frist „t“")


def test_removed_event_no_longer_waits():
    run = Story(limited(LATE)).begin(frist="P3D")
    assert preview(run, A).withdrawn == ("t",)
    assert moved(run, A).outcome.timers == ()
    assert run.complete("a").open == ["b"]


def test_waiting_timer_keeps_its_moment():
    run = Story(limited(LATE)).begin(frist="P3D")
    due = run.timer("t")
    moved(run.correct(frist="P30D"), limited(timer("timeDuration", "P90D")))
    assert run.timer("t") == due


def test_repeating_timer_keeps_its_count():
    old = limited(timer("timeCycle", "R2/P1D"), interrupting=False)
    run = Story(old).begin().fire("t")
    moved(run, limited(timer("timeCycle", "R9/P1D"), interrupting=False))
    run.fire("t")
    assert run.outcome.timers == ()
    assert run.open == ["a", "spaet", "spaet"]


def test_event_that_moved_to_another_step_is_withdrawn_and_armed_where_it_belongs():
    run = Story(limited(LATE)).begin(frist="P3D")
    found = preview(run, limited(LATE, host="b"))
    assert (found.withdrawn, found.armed) == (("t",), ())
    (problem,) = refused(run, limited(LATE, host="b"), t="t")
    assert "anderen Schritt" in problem


def test_event_of_another_kind_replaces_the_old_one():
    run = Story(limited(LATE)).begin(frist="P3D", fall_id="7")
    moved(run, limited(awaits("m"), around=MESSAGES))
    assert run.outcome.timers == ()
    (waiting,) = run.outcome.subscriptions
    assert (waiting.message, waiting.correlation) == ("alt", "7")


def test_subscription_keeps_message_and_correlation_key():
    run = Story(limited(awaits("m"), around=MESSAGES)).begin(fall_id="7", andere="8")
    kept = run.outcome.subscriptions
    moved(run, limited(awaits("n"), own="u", around=MESSAGES), t="u")
    (waiting,) = run.outcome.subscriptions
    assert (waiting.key, waiting.message, waiting.correlation) == (kept[0].key, "alt", "7")
    assert waiting.element_id == "u"


def race(*events):
    shapes = [node("eventBasedGateway", "g"), *(catch(name, event) for name, event in events)]
    lines = [flow("g", name) + flow(name, "z") for name, _ in events]
    return diagram(start(), *shapes, user("z"), flow("start", "g"), *lines, around=MESSAGES)


def test_events_behind_a_gateway_are_kept_added_and_withdrawn():
    day = timer("timeDuration", "P1D")
    run = Story(race(("t1", day), ("m1", awaits("m")))).begin(fall_id="7")
    kept = run.timer("t1")
    moved(run, race(("t1", timer("timeDuration", "P9D")), ("t2", day)))
    assert run.timer("t1") == kept
    assert run.timer("t2").due_at == kept.due_at
    assert run.outcome.subscriptions == ()
    assert run.fire("t2").open == ["z"]


def many(sequential=False, name="alle", own="a"):
    given = {"outputCollection": name, "outputElement": "= loopCounter"} if name else {}
    return user(own, loop("= [1, 2, 3]", sequential=sequential, **given))


@pytest.mark.parametrize("sequential", [True, False])
def test_half_done_loop_goes_on_where_it_was(sequential):
    run = Story(line(many(sequential))).begin().complete("a")
    moved(run, line(many(sequential, "andere", own="a2"), user("x")), a="a2")
    assert run.complete("a2").complete("a2").open == ["x"]
    assert run.variables == {"andere": [1, 2, 3]}


def test_loop_may_begin_to_collect():
    run = moved(Story(line(many(name=None))).begin().complete("a"), line(many()))
    run.complete("a").complete("a")
    assert run.variables == {"alle": [None, 2, 3]}


@pytest.mark.parametrize("other", [user("a"), many(sequential=True)])
def test_loop_that_repeats_differently_is_refused(other):
    problems = refused(Story(line(many())).begin(), line(other))
    assert set(problems) == {"Das zugeordnete Element wird anders wiederholt."}


def fork(gate, *branches, extra=""):
    shapes = [gate("auf"), gate("zu"), *(user(name) for name in branches)]
    lines = [flow("auf", name) + flow(name, "zu") for name in branches]
    return diagram(
        start(), *shapes, user("z"), *lines, chain("start", "auf"), flow("zu", "z"), extra
    )


def test_join_keeps_what_has_arrived():
    run = Story(fork(parallel, "a", "b")).begin().complete("a")
    inserted = fork(parallel, "a", "b").replace(b'targetRef="b"', b'targetRef="x"')
    moved(
        run,
        inserted.replace(
            b"</bpmn:process>", (user("x") + flow("x", "b")).encode() + b"</bpmn:process>"
        ),
    )
    assert run.complete("b").open == ["z"]


def test_join_whose_missing_branch_is_removed_goes_on():
    run = Story(fork(parallel, "a", "b", "c")).begin().complete("a").complete("b")
    assert preview(run, fork(parallel, "a", "b"), c="a").is_possible
    moved(run, fork(parallel, "a", "b"), c="a")
    assert run.open == ["a", "z"]


def test_join_that_knows_an_arrived_flow_no_longer_is_refused():
    run = Story(fork(parallel, "a", "b")).begin().complete("a")
    (problem,) = refused(run, fork(parallel, "x", "b"))
    assert "(a_zu)" in problem
    moved(run, fork(parallel, "x", "b"), a_zu="x_zu")
    assert run.complete("b").open == ["z"]


def test_two_waiting_joins_do_not_become_one():
    shapes = [user(name) for name in "abcd"] + [parallel("j"), parallel("k"), user("z")]
    lines = [flow("start", name) for name in "abcd"]
    lines += [
        flow("a", "j"),
        flow("b", "j"),
        flow("c", "k"),
        flow("d", "k"),
        flow("j", "z"),
        flow("k", "z"),
    ]
    xml = diagram(start(), *shapes, *lines)
    run = Story(xml).begin().complete("a").complete("c")
    assert "Zwei wartende" in refused(run, xml, k="j", c_k="a_j")[0]


def test_flow_that_is_already_chosen_must_still_exist():
    way = flow("g", "a", id="g_a"), flow("a", "end")
    old = diagram(start(), xor("g"), user("a"), end(), flow("start", "g"), *way)
    run = Story(old).begin()
    saved = orjson.loads(run.outcome.snapshot)
    # A gateway that has chosen and then stopped, as it does when there are too many tokens.
    stopped = {"key": 8, "kind": "budget", "message": "zu viele", "position": ""}
    facts = {"open": True, "done": True, "closed": True, "taken": ["g_a"], "incident": stopped}
    saved["rows"].append([7, saved["rows"][0][0], "g", 8, facts])
    run.outcome = replace(run.outcome, snapshot=orjson.dumps(saved))
    renamed = old.replace(b'id="g_a"', b'id="anders"')
    (problem,) = refused(run, renamed)
    assert "(g_a)" in problem
    moved(run, renamed, g_a="anders")
    assert run.retry().open == ["a", "a"]


def test_incident_goes_along_and_can_be_retried():
    run = Story(line(script("a", "= fehlt.x", "r"))).begin()
    moved(run, line(script("a", "= 7", "r")))
    assert run.incident.element_id == "a"
    assert run.retry().is_over
    assert run.variables == {"r": 7}


def test_call_goes_on_with_its_child():
    run = Story(line(call("x", "v"))).begin()
    key = run.call("x").key
    moved(run, line(call("x2", "w"), user("z")), x="x2")
    assert (run.call("x2").key, run.call("x2").process_id) == (key, "v")
    assert run.returned("x2", n=1).open == ["z"]


def test_mapping_must_name_what_exists():
    problems = refused(Story(A).begin(), A, weg="b", b="nirgends")
    assert [each.split("“")[0] for each in problems] == ["„weg", "„nirgends"]


def test_ended_instance_does_not_move():
    run = Story(A).begin().command(bpmn.Cancel())
    assert refused(run, A) == [migration.ENDED]


def test_inclusive_join_looks_again_on_the_new_diagram():
    def branches(*names):
        shapes = [inclusive("auf"), inclusive("zu"), user("z"), *(user(name) for name in names)]
        lines = [flow("auf", name, "= true") + flow(name, "zu") for name in names]
        return diagram(start(), *shapes, *lines, chain("start", "auf"), flow("zu", "z"))

    run = Story(branches("a", "b")).begin().complete("a")
    elsewhere = branches("a", "b").replace(
        b'sourceRef="b" targetRef="zu"', b'sourceRef="b" targetRef="z"'
    )
    assert moved(run, elsewhere).open == ["b", "z"]


DAY = timer("timeDuration", "P1D")


def listening(*handlers, inside=()):
    part = sub("teil", start("s"), user("u"), *inside, chain("s", "u"))
    body = (start(), part, user("b"), end(), chain("start", "teil", "b", "end"), *handlers)
    return diagram(*body, around=[signal("sig", "alarm"), *MESSAGES])


def test_event_sub_processes_of_running_scopes_are_armed_kept_and_withdrawn():
    run = Story(listening(handled("weg", DAY, "x"), handled("bleibt", DAY, "y"))).begin()
    kept = run.timer("bleibt_start")
    run.now = run.now.replace(day=20)
    outer = handled("bleibt", timer("timeDuration", "P9D"), "y")
    new = listening(outer, handled("neu", signals("sig"), "z"), inside=[handled("in", DAY, "v")])
    found = preview(run, new)
    assert (found.withdrawn, set(found.armed)) == (("weg_start",), {"neu_start", "in_start"})
    moved(run, new)
    assert {each.element_id for each in run.outcome.timers} == {"bleibt_start", "in_start"}
    assert run.timer("bleibt_start") == kept
    assert run.fire("in_start").open == ["v"]
    assert run.complete("v").open == ["b"]
    assert [each.element_id for each in run.outcome.timers] == ["bleibt_start"]


def test_scope_that_an_event_has_interrupted_does_not_listen_again():
    run = Story(listening(handled("h", DAY, "x"))).begin().fire("h_start")
    moved(run, listening(handled("h", DAY, "x"), handled("neu", DAY, "y")))
    assert run.outcome.timers == ()
    assert run.complete("x").is_over


def undoing(*, task="buchen", handler="stornieren", way="buchen"):
    undo = node("userTask", handler, isForCompensation="true")
    shapes = user(task), user("b"), throw("zurueck", compensates()), user("z"), undo
    body = start(), *shapes, undone_by(task, handler), chain("start", way, "b", "zurueck", "z")
    return diagram(*body)


def test_what_is_done_can_still_be_undone_after_the_move():
    run = Story(undoing()).begin(n=1).complete("buchen")
    renamed = undoing(task="reservieren", handler="freigeben", way="reservieren")
    (problem,) = refused(run, renamed)
    assert (
        problem == "„buchen“ ist schon erledigt und ließe sich dort nicht mehr rückgängig machen."
    )
    moved(run, renamed, buchen="reservieren")
    assert run.complete("b").open == ["freigeben"]
    assert run.complete("freigeben").open == ["z"]


def test_condition_goes_on_being_watched():
    def watching(condition):
        event = f"<bpmn:conditionalEventDefinition><bpmn:condition>{condition}</bpmn:condition>"
        event += "</bpmn:conditionalEventDefinition>"
        return limited(event, interrupting=False)

    run = Story(watching("= n = 1")).begin(n=0)
    assert moved(run, watching("= n = 2")).correct(n=1).open == ["a"]
    assert run.correct(n=2).open == ["a", "spaet"]
