"""A saved instance is small, holds no diagram, and loads for ever."""

from pathlib import Path

import orjson
import pytest

from engine import bpmn
from engine.bpmn.snapshot import SnapshotUnreadable, variables
from tests.engine.bpmn.drawing import chain, diagram, end, mapping, start, user
from tests.engine.bpmn.story import Story

HERE = Path(__file__).parent
SIMPLE = diagram(start(), user("a"), end(), chain("start", "a", "end"))


def resumed(name):
    """The story of an instance that an earlier version of the product has saved."""
    run = Story((HERE / "diagrams" / f"{name}.bpmn").read_bytes())
    saved = (HERE / "snapshots" / f"{name}.json").read_bytes()
    moment = bpmn.Moment(now=run.now, ids=run.ids)
    run.ids = iter(range(2**52, 2**53)).__next__
    run.outcome = bpmn.step(run.process, saved, bpmn.SetVariables({}), moment=moment)
    return run


def test_format_1_tells_what_waits():
    saved = (HERE / "snapshots" / "format_1.json").read_bytes()
    kinds = sorted(bpmn.waits(saved).values())
    assert kinds == ["incident", "subscription", *["timer"] * 2, *["user_task"] * 4]


def test_format_1_loads_and_finishes():
    run = resumed("format_1")
    assert run.open == ["aufgabe", "erinnerung", "je_person", "u2"]
    run.retry()
    assert run.outcome.incidents == ()
    run.work("senden").complete("je_person", je_person={"ja": False}).fire("frist")
    run.complete("u2").deliver("antwort", wert=1)
    assert run.open == ["aufgabe", "erinnerung", "erinnerung"]
    run.complete("aufgabe", aufgabe={"wert": 5})
    assert run.open == ["erinnerung", "erinnerung", "schluss"]
    run.complete("erinnerung").complete("erinnerung").complete("schluss")
    assert run.is_over
    assert run.variables["antworten"] == [True, False]
    assert run.variables["ergebnis"] == 5


def test_snapshot_with_every_kind_of_event_loads_and_finishes():
    run = resumed("events_1")
    assert run.open == ["aufraeumen", "mahnen", "rueckruf", "un_b", "weiter"]
    waits = {each.element_id: each.kind for each in run.outcome.subscriptions}
    assert waits == {"alles_start": "signal", "mehrere": "signal", "ruf_start": "message"}
    run.complete("un_b").complete("danach").complete("aufraeumen").fire("mehrere")
    run.complete("zuletzt").correct(betrag=500).deliver("ruf_start").fire("eilig_start")
    assert run.open == ["mahnen", "mahnen", "pruefen", "rueckruf", "rueckruf", "weiter"]
    for name in run.open:
        run.complete(name)
    assert run.is_over


def test_snapshot_taken_in_the_middle_can_still_be_interrupted():
    run = resumed("events_1").hear("alles_start")
    assert run.open == ["gesamt"]
    assert run.complete("gesamt").is_over


def test_snapshot_with_every_kind_of_activity_loads_and_finishes():
    run = resumed("activities_1")
    assert run.open == ["ablegen", "dreimal", "runde", "waehlen"]
    assert run.choices("frei") == ["rufen", "schreiben"]
    assert run.call("anruf").process_id == "anderes"
    run.complete("ablegen", notiz={"text": "a"}).complete("rufen", notiz={"text": "b"})
    assert run.complete("rufen", notiz={"text": "c"}).outcome.ad_hoc == ()
    assert run.complete("dreimal").task("dreimal").local == {"loopCounter": 3}
    run.complete("dreimal").complete("runde", nochmal=False).returned("anruf", wert=9)
    run.complete("waehlen", links=False).work("dienst", weiter=False).deliver("antwort")
    assert run.open == ["rechts"]
    assert run.complete("rechts").is_over
    assert run.variables["notizen"] == ["a", "b", "c"]
    assert run.variables["ergebnis"] == 9


def test_snapshot_of_a_waiting_task_is_small_and_holds_no_diagram():
    saved = Story(SIMPLE).begin().outcome.snapshot
    assert len(saved) < 300
    assert b"userTask" not in saved


def test_snapshot_of_an_ended_instance_holds_only_its_variables():
    run = Story(SIMPLE).begin(n=1).complete("a")
    assert len(orjson.loads(run.outcome.snapshot)["rows"]) == 1
    assert bpmn.waits(run.outcome.snapshot) == {}


@pytest.mark.parametrize("change", [{"format": 99}, {"rows": [[1, 0, "weg", 32, {}]]}])
def test_snapshot_that_does_not_fit_is_refused(change):
    run = Story(SIMPLE).begin()
    saved = orjson.dumps({**orjson.loads(run.outcome.snapshot), **change})
    moment = bpmn.Moment(now=run.now, ids=run.ids)
    with pytest.raises(SnapshotUnreadable):
        bpmn.step(run.process, saved, bpmn.SetVariables({}), moment=moment)


def test_step_changes_neither_the_snapshot_nor_the_process():
    run = Story(SIMPLE).begin()
    before = run.outcome.snapshot
    key = run.task("a").key
    moment = bpmn.Moment(now=run.now, ids=iter(range(2**52, 2**53)).__next__)
    once = bpmn.step(run.process, before, bpmn.CompleteUserTask(key), moment=moment)
    again = bpmn.step(run.process, before, bpmn.CompleteUserTask(key), moment=moment)
    assert once.state == again.state == bpmn.State.COMPLETED
    assert run.outcome.snapshot == before


def test_variables_of_an_element_are_its_own_over_those_around_it():
    inner = mapping({"n": "= 2", "nur_hier": "= 3"})
    xml = diagram(start(), user("a", inner), end(), chain("start", "a", "end"))
    run = Story(xml).begin(n=1, aussen=4)
    seen = variables(run.outcome.snapshot, run.task("a").key)
    assert seen == {"n": 2, "nur_hier": 3, "aussen": 4}
    assert variables(run.outcome.snapshot, 5) == {}
