"""Variables have one home and no stale copies (repair 2), by Zeebe's rules."""

import pytest

from engine import bpmn
from engine.errors import Invalid
from tests.engine.bpmn.drawing import (
    chain,
    diagram,
    end,
    flow,
    job,
    mapping,
    parallel,
    script,
    start,
    sub,
    user,
)
from tests.engine.bpmn.stock import Stock
from tests.engine.bpmn.story import Story

BRANCHES = diagram(
    start(),
    parallel("split"),
    user("aendern"),
    user("warten"),
    parallel("join"),
    user("danach"),
    end(),
    chain("start", "split", "aendern", "join", "danach", "end"),
    chain("split", "warten", "join"),
)


def test_join_keeps_what_a_branch_changed_while_the_other_waited():
    run = Story(BRANCHES).begin(n=1).complete("aendern", n=2).complete("warten")
    assert run.open == ["danach"]
    assert run.variables["n"] == 2


def test_join_of_stock_spiffworkflow_brings_the_stale_value_back():
    run = Stock(BRANCHES).begin(n=1).complete("aendern", n=2).complete("warten")
    assert run.open == ["danach"]
    assert run.value("danach", "n") == 1


def test_join_keeps_a_list_as_the_last_writer_left_it():
    run = Story(BRANCHES).begin(hilfen=["Heim", "Pflege"])
    run.complete("aendern", hilfen=["SPFH"]).complete("warten")
    assert run.variables["hilfen"] == ["SPFH"]


def test_join_of_stock_spiffworkflow_mixes_lists():
    run = Stock(BRANCHES).begin(hilfen=["Heim", "Pflege"])
    run.complete("aendern", hilfen=["SPFH"]).complete("warten")
    assert run.value("danach", "hilfen") != ["SPFH"]


def test_inputs_are_local_and_outputs_go_outwards():
    mapped = mapping({"kurz": "= lang + 1"}, {"ergebnis": "= kurz * 10"})
    xml = diagram(start(), user("a", mapped), user("b"), chain("start", "a", "b"))
    run = Story(xml).begin(lang=1)
    assert run.task("a").local == {"kurz": 2}
    run.complete("a")
    assert run.variables == {"lang": 1, "ergebnis": 20}


def test_entered_values_reach_the_enclosing_scope_even_with_output_mappings():
    mapped = mapping(outputs={"status": "= gespraech.status"})
    xml = diagram(start(), user("a", mapped), user("b"), chain("start", "a", "b"))
    run = Story(xml).begin().complete("a", gespraech={"status": "offen", "notiz": "x"})
    assert run.variables == {"gespraech": {"status": "offen", "notiz": "x"}, "status": "offen"}


def test_dotted_targets_fill_a_context_and_keep_its_other_entries():
    mapped = mapping(outputs={"fallakte.status": "= 1", "fallakte.neu.tief": "= fallakte.alt"})
    xml = diagram(start(), user("a", mapped), user("b"), chain("start", "a", "b"))
    run = Story(xml).begin(fallakte={"alt": 7}).complete("a")
    assert run.variables["fallakte"] == {"alt": 7, "status": 1, "neu": {"tief": 7}}


def test_job_without_outputs_writes_to_the_nearest_scope_that_has_the_name():
    inner = chain("s", "j", "u")
    body = sub("teil", mapping({"zahl": "= 1"}), start("s"), job("j"), user("u"), inner)
    xml = diagram(start(), body, user("b"), chain("start", "teil", "b"))
    run = Story(xml).begin(zahl=0).work("j", zahl=5, anderes=6)
    assert run.variables == {"zahl": 0, "anderes": 6}
    run.complete("u")
    assert run.variables == {"zahl": 0, "anderes": 6}


def test_job_with_outputs_leaks_nothing_else():
    xml = diagram(
        start(),
        job("j", mapping(outputs={"gut": "= roh.wert"})),
        user("b"),
        chain("start", "j", "b"),
    )
    run = Story(xml).begin().work("j", roh={"wert": 3})
    assert run.variables == {"gut": 3}


def test_end_event_of_a_sub_process_sets_the_outcome():
    ende = end("aus_weiter", mapping(outputs={"ausgang": '= "weiter"'}))
    body = sub("teil", start("s"), user("u"), ende, chain("s", "u", "aus_weiter"))
    xml = diagram(start(), body, user("b"), chain("start", "teil", "b"))
    assert Story(xml).begin().complete("u").variables == {"ausgang": "weiter"}


def test_world_is_readable_everywhere_and_written_nowhere():
    xml = diagram(
        start(), script("s", "= fall.fall_id", "gelesen"), user("a"), chain("start", "s", "a")
    )
    run = Story(xml, values={"fall": {"fall_id": "7"}}).begin()
    assert run.variables == {"gelesen": "7"}
    assert b'"fall":' not in run.outcome.snapshot


def test_start_refuses_values_that_are_not_json():
    xml = diagram(start(), user("a"), chain("start", "a"))
    for value in (object(), 2**63, float("nan"), {1: 2}):
        with pytest.raises(Invalid):
            Story(xml).begin(wert=value)


def test_set_variables_corrects_the_instance():
    xml = diagram(start(), user("a"), flow("start", "a"))
    run = Story(xml).begin(n=1).command(bpmn.SetVariables({"n": 2}))
    assert run.variables == {"n": 2}


def test_variables_that_are_not_local_go_to_the_scope_that_has_them():
    xml = diagram(start(), user("a", mapping({"eigen": "=1"})), chain("start", "a"))
    run = Story(xml).begin(n=1)
    key = run.task("a").key
    given = {"eigen": 2, "n": 3, "neu": 4}
    run.command(bpmn.SetVariables(given, key, is_local=False))
    outer, inner = bpmn.scopes_of(run.outcome.snapshot, key)
    assert (outer.key, outer.values) == (None, {"n": 3, "neu": 4})
    assert (inner.key, inner.element_id, inner.values) == (key, "a", {"eigen": 2})
    run.command(bpmn.SetVariables({"n": 5}, key))
    assert bpmn.scopes_of(run.outcome.snapshot)[1].values == {"eigen": 2, "n": 5}
    run.command(bpmn.CompleteUserTask(key))
    (last,) = bpmn.scopes_of(run.outcome.snapshot)
    assert last.values == {"n": 3, "neu": 4}


@pytest.mark.parametrize(
    "lines",
    [mapping({"a": "= function(x) x"}), mapping(None, {"a": "= function(x) x"})],
    ids=["in", "out"],
)
def test_a_mapping_that_cannot_be_is_an_incident_of_its_own_kind(lines):
    run = Story(diagram(start(), user("u", lines), chain("start", "u"))).begin()
    if not run.outcome.incidents:
        run.complete("u")
    assert run.incident.kind == "io_mapping"
