"""A saved instance is small, holds no diagram, and loads for ever."""

import orjson
import pytest

from engine import bpmn
from engine.bpmn.snapshot import FORMAT, SnapshotUnreadable, variables
from tests.engine.bpmn.drawing import chain, diagram, end, mapping, start, user
from tests.engine.bpmn.saved import STORIES, resumed, snapshot
from tests.engine.bpmn.shape import SAVED
from tests.engine.bpmn.story import Story

SIMPLE = diagram(start(), user("a"), end(), chain("start", "a", "end"))


def test_format_1_tells_what_waits():
    kinds = sorted(bpmn.waits(snapshot("format_1")).values())
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


def without_wording(saved):
    """A snapshot whose incidents say nothing: their sentences may become better at any time."""
    content = orjson.loads(saved)
    for *_, facts in content["rows"]:
        if "incident" in facts:
            facts["incident"] |= {"message": "", "position": ""}
    return content


@pytest.mark.parametrize("name", STORIES)
def test_what_is_saved_today_is_what_was_saved_when_the_format_was_new(name):
    """Where this fails, the format has changed.

    Then `FORMAT` goes up, `load` turns what is older into the new one, and `saved.py` writes the
    stories once more; the older files stay and must go on loading.
    """
    today = without_wording(STORIES[name]().outcome.snapshot)
    kept = without_wording(snapshot(f"{name}_{FORMAT}"))
    assert today == kept
    assert list(today) == list(kept)


@pytest.mark.parametrize("path", sorted(SAVED.glob(f"*_{FORMAT}.json")), ids=lambda path: path.stem)
def test_saved_snapshot_is_the_same_after_it_was_loaded_and_written(path):
    run = resumed(path.stem)
    assert without_wording(run.outcome.snapshot) == without_wording(path.read_bytes())


def test_every_format_that_there_was_is_kept():
    formats = {orjson.loads(path.read_bytes())["format"] for path in SAVED.glob("*.json")}
    assert formats == set(range(1, FORMAT + 1))


def test_saved_conditions_signals_and_gateways_go_on():
    run = resumed("conditions_1")
    assert run.task("offen").candidate_groups == ("a", "b")
    run.hear("beides", mehr=2).fire("kurz").fire("wecken").deliver("ruf", von="y").correct(n=6)
    assert run.variables["wert"] == 1
    assert run.variables["mehr"] == 2
    assert run.open == ["gerufen", "gerufen", "montags", "montags", "nach_kurz", "not", "offen"]
    for name in run.open:
        run.complete(name)
    assert run.is_over
    assert run.completed("geaendert") == 1


def test_saved_incidents_of_every_place_can_be_corrected():
    run = resumed("stuck_1").correct(fehlt=1, dauer="PT1H")
    wanted = {each.element_id for each in run.outcome.incidents} - {"pruefen"}
    assert wanted == {
        *("abgabe", "ausgabe", "keine", "rechnen", "ruf", "verlangt", "warten", "weiche")
    }
    for name in sorted(wanted):
        (its,) = (each.key for each in run.outcome.incidents if each.element_id == name)
        run.command(bpmn.Retry(its))
    assert run.variables["raus"] == 3
    assert run.variables["summe"] == 2
    run.returned("ruf").work("arbeit").fire("warten").fire("frist")
    assert run.open == ["da", "danach", "k1"]
    for name in run.open:
        run.complete(name)
    assert [each.element_id for each in run.outcome.incidents] == ["pruefen"]


def test_saved_loops_of_every_kind_go_on():
    run = resumed("loops_1")
    run.complete("teils", antwort=False)
    assert run.variables["antworten"][0] == {"p": "p1", "a": True}
    run.work("tun1", r=2).work("tun1", r=3).returned("rufe", wert=4).complete("bis").complete("bis")
    assert run.variables["liste"] == [1, 2, 3]
    assert run.variables["kinder"] == [{"a": [1, None]}, 4]
    run.correct(weiter=False).complete("drin").complete("tief").complete("geht")
    assert run.complete("hinweis").is_over


def test_saved_choices_go_on():
    run = resumed("choice_1")
    assert run.choices("frei") == ["a", "b"]
    run.complete("b").complete("c").complete("f").complete("raeumen").complete("i", i={"text": "y"})
    assert run.variables["texte"] == ["x", "y"]
    assert run.correct(genug=True).complete("j").is_over


def test_saved_compensation_goes_on():
    run = resumed("undo_1").complete("un_d")
    assert run.open == ["von_hand"]
    run.complete("von_hand").complete("un_b").complete("un_a")
    assert run.open == ["schluss"]
    assert run.complete("schluss").is_over


def test_saved_joins_keep_what_has_arrived():
    run = resumed("joins_1").complete("b")
    assert run.open == ["f", "nach"]
    run.complete("f")
    assert run.open == ["nach", "zusammen"]


def test_saved_instance_of_a_caller_still_knows_what_its_callers_catch():
    run = resumed("called_1").complete("eilen").complete("noch")
    run.throw("dienst", "E5", grund="x")
    assert run.outcome.uncaught.code == "E5"
    assert run.outcome.incidents == ()


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
