"""A variable keeps its type wherever an instance takes it, saved and loaded after each command."""

from pathlib import Path

import orjson
import pytest

from engine import bpmn, feel
from tests.engine.bpmn.drawing import (
    awaits,
    call,
    catch,
    chain,
    diagram,
    end,
    job,
    loop,
    mapping,
    message,
    script,
    start,
    timer,
    user,
)
from tests.engine.bpmn.story import NOON, Story
from tests.engine.bpmn.test_snapshot import resumed

HERE = Path(__file__).parent
#: One of each kind that JSON cannot say, and of each that looks like another.
KINDS = {
    "zahl": "0.1234567890123456789012345678901234",
    "ganze_zahl": "9223372036854775808",
    "text": 'string(@"2026-12-31")',
    "tag": '@"2026-12-31"',
    "uhrzeit": '@"09:30:00@Europe/Berlin"',
    "ortszeit": '@"2026-12-31T09:30:00"',
    "moment": '@"2026-10-25T02:30:00@Europe/Berlin"',
    "mit_abstand": '@"2026-10-25T02:30:00+05:00"',
    "dauer": '@"P14DT3H"',
    "monate": '@"P1Y6M"',
    "liste": '[@"P14D", [string(@"2026-12-31"), {t: @"09:30:00"}]]',
    "kontext": '{tief: {d: @"P6M", n: 0.1234567890123456789012345678901234}}',
}
each_kind = pytest.mark.parametrize("written", KINDS.values(), ids=KINDS.keys())


def is_exactly(kept, written):
    """Whether what a variable keeps is exactly what is written, zones included."""
    question = feel.compile(f"is(a, {written}) and string(a) = string({written})")
    return question.require({"a": kept}, clock=lambda: NOON)


def tells(run, written, name="ende"):
    return is_exactly(run.variables[name], written)


@each_kind
def test_script_result_is_saved_and_compared(written):
    same = script("vergleich", f"= x = {written}", "gleich")
    xml = diagram(
        *(start(), script("setzen", f"= {written}", "x"), user("a"), same, end()),
        chain("start", "setzen", "a", "vergleich", "end"),
    )
    run = Story(xml).begin().complete("a")
    assert run.variables["gleich"] is True
    assert tells(run, written, "x")


@each_kind
def test_mappings_and_jobs_keep_it(written):
    lines = mapping({"hinein": "= x"}, {"ende": "= hinein", "von_aussen": "= antwort"})
    xml = diagram(
        *(start(), script("setzen", f"= {written}", "x"), job("dienst", lines), user("a"), end()),
        chain("start", "setzen", "dienst", "a", "end"),
    )
    run = Story(xml).begin()
    (waiting,) = run.outcome.jobs
    run.work("dienst", antwort=waiting.variables["hinein"]).complete("a")
    assert tells(run, written)
    assert tells(run, written, "von_aussen")


@each_kind
def test_what_json_cannot_say_goes_through_each_round_of_a_loop(written):
    rounds = loop("= [x]", inputElement="stueck", outputCollection="ende", outputElement="= stueck")
    xml = diagram(
        *(start(), script("setzen", f"= {written}", "x"), user("a", rounds), end()),
        chain("start", "setzen", "a", "end"),
    )
    run = Story(xml).begin().complete("a")
    assert tells(run, f"[{written}]")


@each_kind
def test_call_hands_it_over_and_gives_it_back(written):
    xml = diagram(
        *(start(), script("setzen", f"= {written}", "x"), call("anruf", "q"), user("a"), end()),
        chain("start", "setzen", "anruf", "a", "end"),
    )
    run = Story(xml).begin()
    handed = run.call("anruf").variables["x"]
    child = Story(diagram(start(), user("b"), end(), chain("start", "b", "end"), process="q"))
    child.begin(hier=handed).complete("b")
    run.returned("anruf", ende=child.variables["hier"]).complete("a")
    assert tells(run, written)


@each_kind
def test_message_brings_it_along(written):
    xml = diagram(
        *(start(), script("setzen", f"= {written}", "x"), catch("warten", awaits("m")), user("a")),
        *(end(), chain("start", "setzen", "warten", "a", "end")),
        around=(message("m", "msg_m", '= "k"'),),
    )
    run = Story(xml).begin()
    run.deliver("warten", ende=run.variables["x"]).complete("a")
    assert tells(run, written)


def test_text_of_the_diagram_stays_a_text_and_dotted_targets_fill_contexts_only():
    lines = mapping({"wie_ein_tag": "2026-12-31", "dauer.tage": "= 5"})
    xml = diagram(
        *(start(), script("setzen", '= @"P14D"', "dauer"), user("a", lines), end()),
        chain("start", "setzen", "a", "end"),
    )
    local = Story(xml).begin().task("a").local
    assert feel.from_json(local) == {"wie_ein_tag": "2026-12-31", "dauer": {"tage": 5}}


def test_names_and_deadlines_are_computed_from_what_was_kept():
    code = '= if true then string(@"2026-12-31") else ""'
    xml = diagram(
        *(start(), script("setzen", '= @"P14D"', "frist"), script("name", code, "gruppe")),
        user("a", '<zeebe:assignmentDefinition candidateGroups="= gruppe"/>'),
        *(catch("warten", timer("timeDuration", "= frist")), end()),
        chain("start", "setzen", "name", "warten", "a", "end"),
    )
    run = Story(xml).begin()
    assert (run.timer("warten").due_at - run.now).days == 14
    assert run.fire("warten").task("a").candidate_groups == ("2026-12-31",)


def test_snapshot_of_every_type_loads_and_finishes():
    run = resumed("types_2")
    for name, written in KINDS.items():
        assert is_exactly(run.variables["alle"][name], written), name
    run.fire("frist").complete("mahnen").complete("a").complete("b")
    assert run.deliver("warten", ende=run.variables["alle"]["monate"]).is_over
    assert tells(run, KINDS["monate"])


def test_context_that_looks_like_a_kind_was_none_in_format_1():
    xml = diagram(start(), user("a"), end(), chain("start", "a", "end"))
    run = Story(xml).begin(x={"y": 1})
    saved = orjson.loads(run.outcome.snapshot)
    saved["rows"][0][4]["values"]["x"] = {"@time": "09:30:00"}
    old = orjson.dumps(saved | {"format": 1})
    moment = bpmn.Moment(now=run.now, ids=run.ids)
    run.outcome = bpmn.step(run.process, old, bpmn.SetVariables({}), moment=moment)
    assert feel.from_json(run.variables["x"]) == {"@time": "09:30:00"}
    assert orjson.loads(run.outcome.snapshot)["format"] == 2
