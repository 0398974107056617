"""Tokens moved by hand: what begins, what goes, and what is refused as a whole."""

from pathlib import Path
from random import Random

import pytest

from engine import bpmn
from engine.errors import Invalid, NobodyWaits
from tests.engine.bpmn.drawing import (
    boundary,
    catch,
    chain,
    diagram,
    end,
    flow,
    handled,
    loop,
    mapping,
    node,
    parallel,
    start,
    sub,
    timer,
    user,
)
from tests.engine.bpmn.story import Story

LINE = diagram(start(), user("a"), user("b"), end(), chain("start", "a", "b", "end"))
LATE = boundary("frist", "teil", timer("timeDuration", "P1D"), interrupting=False)
NESTED = diagram(
    start(),
    user("vorher"),
    sub(
        "teil",
        mapping({"eigen": "= n + 1"}),
        start("s"),
        user("innen"),
        sub("tief", start("t"), user("ganz_innen"), chain("t", "ganz_innen")),
        chain("s", "innen", "tief"),
    ),
    LATE,
    user("erinnert"),
    user("nachher"),
    chain("start", "vorher", "teil", "nachher"),
    flow("frist", "erinnert"),
)


def moved(run, *element_ids, cancel=(), reason="", scope_key=None):
    activate = tuple(bpmn.Activation(each, scope_key) for each in element_ids)
    return run.command(bpmn.Modify(tuple(cancel), activate, reason))


def key_of(run, element_id):
    (found,) = (each for each in bpmn.active(run.outcome.snapshot) if each.element_id == element_id)
    return found.key


def test_token_is_moved_with_a_reason_in_the_history():
    run = Story(LINE).begin()
    moved(run, "b", cancel=[run.task("a").key], reason="Doppelt erfasst")
    assert run.open == ["b"]
    noted = [(each.element_id, str(each.kind), dict(each.detail)) for each in run.outcome.history]
    because = {"grund": "Doppelt erfasst"}
    assert noted == [("b", "entered", because), ("a", "cancelled", because)]
    assert run.complete("b").is_over


def test_reason_stands_only_where_a_person_acted():
    xml = diagram(start(), user("a"), node("task", "b"), user("c"), chain("start", "a", "b", "c"))
    run = Story(xml).begin()
    moved(run, "b", cancel=[run.task("a").key], reason="weil")
    explained = [each.element_id for each in run.outcome.history if "grund" in each.detail]
    assert explained == ["b", "a"]
    assert run.open == ["c"]


def test_token_is_added_beside_the_others():
    run = moved(Story(LINE).begin(), "b")
    assert run.open == ["a", "b"]
    assert run.complete("b").open == ["a"]
    assert run.complete("a").complete("b").is_over


def test_variables_of_an_activation_belong_to_the_element():
    run = Story(LINE).begin(n=1)
    run.command(bpmn.Modify(activate=(bpmn.Activation("b", None, {"hinweis": "neu"}),)))
    assert run.task("b").local == {"hinweis": "neu"}
    assert run.variables == {"n": 1}


def test_scopes_begin_around_what_is_activated():
    run = Story(NESTED).begin(n=1)
    moved(run, "ganz_innen", cancel=[run.task("vorher").key])
    assert run.open == ["ganz_innen"]
    assert run.timer("frist")
    seen = bpmn.variables(run.outcome.snapshot, run.task("ganz_innen").key)
    assert seen == {"n": 1, "eigen": 2}
    assert run.happened("teil") == ["entered"]
    run.complete("ganz_innen")
    assert run.open == ["nachher"]


def test_what_is_activated_together_shares_the_new_scope():
    run = Story(NESTED).begin(n=1)
    moved(run, "innen", "ganz_innen", cancel=[run.task("vorher").key])
    assert run.open == ["ganz_innen", "innen"]
    assert [each.element_id for each in bpmn.active(run.outcome.snapshot)].count("teil") == 1


def test_running_scope_is_used():
    run = Story(NESTED).begin(n=1).complete("vorher")
    teil = key_of(run, "teil")
    moved(run, "ganz_innen")
    assert key_of(run, "teil") == teil
    assert run.open == ["ganz_innen", "innen"]


def test_of_several_running_scopes_one_must_be_named():
    run = Story(NESTED).begin(n=1).complete("vorher")
    first = key_of(run, "teil")
    moved(run, "teil")
    with pytest.raises(Invalid, match="läuft mehrfach"):
        moved(run, "ganz_innen")
    moved(run, "ganz_innen", scope_key=first)
    (tief,) = (e for e in bpmn.active(run.outcome.snapshot) if e.element_id == "tief")
    assert tief.scope_key == first


def test_scope_that_loses_its_last_token_goes_too():
    run = Story(NESTED).begin(n=1).complete("vorher")
    moved(run, "nachher", cancel=[run.task("innen").key])
    assert run.open == ["nachher"]
    assert run.outcome.timers == ()
    assert run.happened("teil") == ["entered", "cancelled"]


def test_scope_is_left_with_everything_inside():
    run = Story(NESTED).begin(n=1).complete("vorher").complete("innen")
    moved(run, "vorher", cancel=[key_of(run, "teil"), run.task("ganz_innen").key])
    assert run.open == ["vorher"]
    assert run.outcome.timers == ()


def test_scope_that_is_cancelled_begins_anew_for_what_is_activated():
    run = Story(NESTED).begin(n=1).complete("vorher")
    old = key_of(run, "teil")
    moved(run, "ganz_innen", cancel=[old])
    assert key_of(run, "teil") != old
    assert run.open == ["ganz_innen"]


def test_join_that_is_activated_goes_on_at_once():
    xml = diagram(
        start(),
        user("a"),
        user("b"),
        parallel("zu"),
        user("z"),
        flow("start", "a"),
        flow("start", "b"),
        flow("a", "zu"),
        flow("b", "zu"),
        flow("zu", "z"),
    )
    run = Story(xml).begin()
    moved(run, "zu", cancel=[run.task("a").key, run.task("b").key])
    assert run.open == ["z"]


MANY = diagram(
    start(),
    user("a", loop("= [1, 2, 3]", outputCollection="alle", outputElement="= loopCounter")),
    user("z"),
    chain("start", "a", "z"),
)


def test_cancelled_item_counts_as_terminated_and_the_loop_goes_on():
    run = Story(MANY).begin()
    moved(run, cancel=[run.outcome.user_tasks[1].key])
    assert run.open == ["a", "a"]
    assert run.complete("a").complete("a").open == ["z"]
    assert run.variables["alle"] == [1, None, 3]


def test_loop_goes_with_its_last_item():
    run = Story(MANY).begin()
    moved(run, "z", cancel=[each.key for each in run.outcome.user_tasks])
    assert run.open == ["z"]
    assert "alle" not in run.variables


def test_item_of_a_loop_is_the_scope_that_must_be_named():
    inner = sub("je", loop("= [1, 2]"), start("s"), user("u"), user("v"), chain("s", "u", "v"))
    run = Story(diagram(start(), inner, chain("start", "je"))).begin()
    with pytest.raises(Invalid, match="läuft mehrfach"):
        moved(run, "v")
    items = [e for e in bpmn.active(run.outcome.snapshot) if e.index is not None]
    second = next(each.key for each in items if each.index == 1)
    moved(run, "v", scope_key=second)
    task = run.task("v")
    assert bpmn.variables(run.outcome.snapshot, task.key)["loopCounter"] == 2


RACE = diagram(
    start(),
    user("a"),
    boundary("spaet", "a", timer("timeDuration", "P1D"), interrupting=False),
    node("eventBasedGateway", "g"),
    catch("t1", timer("timeDuration", "P1D")),
    catch("t2", timer("timeDuration", "P2D")),
    sub("je", loop("= [1, 2]"), start("s"), user("u"), chain("s", "u")),
    sub("teil", mapping({"x": "= assert(y, y != null)"}), start("s2"), user("w"), chain("s2", "w")),
    end(),
    chain("start", "a", "g"),
    flow("g", "t1"),
    flow("g", "t2"),
    chain("t1", "je", "teil", "end"),
    flow("t2", "end"),
    flow("spaet", "end"),
)


@pytest.mark.parametrize(
    ("element_id", "complaint"),
    [
        ("weg", "gibt es in diesem Verfahren nicht"),
        ("", "gibt es in diesem Verfahren nicht"),
        ("start", "nicht von Hand begonnen"),
        ("spaet", "nicht von Hand begonnen"),
        ("t1", "gehört zu einer Verzweigung"),
        ("u", "nicht von innen begonnen"),
        ("w", "Eingabe „x“"),
    ],
)
def test_what_cannot_begin_is_refused_as_a_whole(element_id, complaint):
    run = Story(RACE).begin()
    before = run.outcome.snapshot
    with pytest.raises(Invalid, match=complaint):
        moved(run, "end", element_id, cancel=[run.task("a").key])
    assert run.outcome.snapshot == before
    assert run.open == ["a"]


def test_only_running_tokens_can_be_cancelled():
    run = Story(RACE).begin()
    for key in (1, run.timer("spaet").key):
        with pytest.raises(Invalid, match="läuft in diesem Vorgang nicht"):
            moved(run, "end", cancel=[key])


def test_last_token_is_not_taken_away():
    run = Story(LINE).begin()
    with pytest.raises(Invalid, match="beenden Sie ihn bitte ganz"):
        moved(run, cancel=[run.task("a").key])


def test_nothing_and_too_much_is_refused():
    run = Story(LINE).begin()
    with pytest.raises(Invalid, match="nicht angegeben"):
        moved(run)
    with pytest.raises(Invalid, match=r"1\.000"):
        moved(run, *["b"] * 1001)


def test_scope_of_another_part_is_refused():
    run = Story(NESTED).begin(n=1).complete("vorher")
    with pytest.raises(Invalid, match="liegt nicht im Abschnitt"):
        moved(run, "nachher", scope_key=key_of(run, "teil"))
    with pytest.raises(Invalid, match="der zugleich enden soll"):
        moved(run, "innen", cancel=[key_of(run, "teil")], scope_key=key_of(run, "teil"))


def test_variables_of_a_scope_are_corrected_by_its_key():
    run = Story(NESTED).begin(n=1).complete("vorher")
    teil = key_of(run, "teil")
    run.command(bpmn.SetVariables({"eigen": 9}, teil))
    assert bpmn.variables(run.outcome.snapshot, run.task("innen").key) == {"n": 1, "eigen": 9}
    assert run.variables == {"n": 1}
    for key in (7, run.timer("frist").key):
        with pytest.raises(NobodyWaits):
            run.command(bpmn.SetVariables({"eigen": 9}, key))


def test_scope_that_begins_around_what_is_activated_listens_to_its_events():
    inner = handled("h", timer("timeDuration", "P1D"), "x")
    part = sub("teil", start("s"), user("u"), user("v"), inner, chain("s", "u", "v"))
    xml = diagram(start(), user("a"), part, user("z"), chain("start", "a", "teil", "z"))
    run = Story(xml).begin()
    for element_id in ("x", "h"):
        with pytest.raises(Invalid, match="Ereignis"):
            moved(run, element_id)
    moved(run, "v", cancel=[run.task("a").key])
    assert run.fire("h_start").open == ["x"]
    assert run.complete("x").open == ["z"]


def test_handler_that_is_taken_away_leaves_its_scope_running():
    inner = handled("h", timer("timeDuration", "P1D"), "x", interrupting=False)
    part = sub("teil", start("s"), user("u"), inner, chain("s", "u"))
    run = Story(diagram(start(), part, user("z"), chain("start", "teil", "z"))).begin()
    run.fire("h_start")
    moved(run, cancel=[run.task("x").key])
    assert run.open == ["u"]
    moved(run, "z", cancel=[run.task("u").key])
    assert run.open == ["z"]


def test_scopes_around_what_begins_get_variables_of_their_own():
    part = sub("teil", start("s"), user("u"), chain("s", "u"))
    outer = sub("ganz", start("g"), part, chain("g", "teil"))
    run = Story(diagram(start(), user("a"), outer, chain("start", "a", "ganz"))).begin()
    around = {"teil": {"x": 1}, "ganz": {"y": 2}}
    begun = bpmn.Activation("u", None, {"z": 3}, around)
    run.command(bpmn.Modify((), (begun,), "weil"))
    assert bpmn.variables(run.outcome.snapshot, run.task("u").key) == {"x": 1, "y": 2, "z": 3}
    assert run.variables == {}
    for wrong in ("a", "fehlt"):
        with pytest.raises(Invalid, match="kein Teilprozess"):
            run.command(
                bpmn.Modify((), (bpmn.Activation("u", None, {}, {wrong: {"x": 1}}),), "weil")
            )


HERE = Path(__file__).parent


@pytest.mark.parametrize("source", ["activities_1", "events_1", "format_1"])
def test_whatever_is_asked_is_done_or_refused_as_a_whole(source):
    random = Random(source)
    run = Story((HERE / "snapshots" / f"{source}.bpmn").read_bytes())
    saved = (HERE / "snapshots" / f"{source}.json").read_bytes()
    keys = [each.key for each in bpmn.active(saved)] + [1, *bpmn.waits(saved)]
    done = 0
    for number in range(300):
        cancelled = tuple(random.sample(keys, random.randint(0, 2)))
        element_ids = random.choices(list(run.process.elements), k=random.randint(0, 2))
        scopes = (random.choice([None, None, *keys]) for _ in element_ids)
        begun = tuple(map(bpmn.Activation, element_ids, scopes))
        ids = iter(range(2**52 + number * 1000, 2**53)).__next__
        moment = bpmn.Moment(now=run.now, ids=ids)
        try:
            found = bpmn.step(run.process, saved, bpmn.Modify(cancelled, begun), moment=moment)
        except Invalid:
            continue
        done += 1
        left = {each.key for each in bpmn.active(found.snapshot)}
        assert left
        assert not left & set(cancelled)
        again = bpmn.step(run.process, found.snapshot, bpmn.SetVariables({}), moment=moment)
        assert bpmn.waits(again.snapshot) == bpmn.waits(found.snapshot)
    assert done > 20
