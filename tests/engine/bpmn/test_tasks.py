"""User tasks, jobs, scripts and decisions: what they offer, what they give back, how they fail."""

from datetime import UTC, datetime

import pytest

from engine import bpmn, dmn
from engine.errors import Invalid, NobodyWaits
from tests.engine.bpmn.drawing import (
    awaits,
    boundary,
    chain,
    decide,
    diagram,
    end,
    flow,
    job,
    mapping,
    message,
    node,
    script,
    start,
    timer,
    user,
    zeebe,
)
from tests.engine.bpmn.story import Story, known


def one(*content, around=()):
    return diagram(start(), *content, end(), chain("start", "x", "end"), around=around)


def asked(**attributes):
    return one(user("x", *(zeebe(name, **given) for name, given in attributes.items())))


def test_user_task_says_for_whom_and_until_when():
    xml = asked(
        formDefinition={"formId": "p.x"},
        assignmentDefinition={
            "assignee": "alice",
            "candidateGroups": '= ["goe_ifk", "goe_" + team]',
            "candidateUsers": "bob, charlie",
        },
        taskSchedule={"dueDate": "= beginn", "followUpDate": '= date(beginn) - duration("P7D")'},
        priorityDefinition={"priority": "= 80"},
    )
    task = Story(xml).begin(team="nord", beginn="2026-07-01").task("x")
    assert task.form == bpmn.Bound("p.x")
    assert task.assignee == "alice"
    assert task.candidate_groups == ("goe_ifk", "goe_nord")
    assert task.candidate_users == ("bob", "charlie")
    assert task.due_at == datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
    assert task.follow_up_at == datetime(2026, 6, 23, 22, 0, tzinfo=UTC)
    assert task.priority == 80


@pytest.mark.parametrize(
    ("extension", "given"),
    [
        ("assignmentDefinition", {"candidateGroups": "= wert"}),
        ("assignmentDefinition", {"assignee": "= wert"}),
        ("taskSchedule", {"dueDate": "= wert"}),
        ("priorityDefinition", {"priority": "= wert"}),
    ],
)
def test_unusable_assignment_is_an_incident_until_corrected(extension, given):
    run = Story(asked(**{extension: given})).begin(wert={"keine": "Angabe"})
    assert run.open == []
    assert run.incident.element_id == "x"
    right = {"candidateGroups": ["g"], "assignee": "a", "dueDate": "2026-02-01", "priority": 1}
    assert run.correct(wert=right[next(iter(given))]).retry().open == ["x"]


@pytest.mark.parametrize(
    ("extension", "given"),
    [
        ("assignmentDefinition", {"candidateGroups": "= wert"}),
        ("assignmentDefinition", {"candidateGroups": "= wert", "assignee": "= null"}),
    ],
)
def test_task_whose_expressions_name_nobody_is_an_incident_until_corrected(extension, given):
    run = Story(asked(**{extension: given})).begin(wert=[])
    assert run.open == []
    assert "niemand" in run.incident.message
    assert run.correct(wert=["g"]).retry().open == ["x"]


def test_completed_task_cannot_be_completed_again():
    run = Story(diagram(start(), user("x"), user("y"), chain("start", "x", "y"))).begin()
    key = run.task("x").key
    run.complete("x")
    with pytest.raises(NobodyWaits):
        run.command(bpmn.CompleteUserTask(key, {}))


def test_failing_output_keeps_what_was_entered_and_uses_the_correction():
    number = "= assert(x.zahl, x.zahl instance of number) + 1"
    run = Story(one(user("x", mapping(outputs={"n": number})))).begin()
    run.complete("x", x={"zahl": "drei"})
    assert run.open == []
    assert run.incident.element_id == "x"
    assert run.incident.position == "Zeile 1, Spalte 3"
    assert run.variables == {"x": {"zahl": "drei"}}
    assert run.happened("x") == ["entered", "failed"]
    assert run.correct(x={"zahl": 3}).retry().is_over
    assert run.variables["n"] == 4
    assert run.happened("x") == ["entered", "failed", "completed"]


def test_failing_branch_leaves_the_others_running():
    xml = diagram(
        start(),
        script("x", "= fehlt.etwas", "r"),
        user("y"),
        flow("start", "x"),
        flow("start", "y"),
    )
    run = Story(xml).begin()
    assert run.open == ["y"]
    assert run.incident.kind == "expression"
    run.complete("y")
    assert run.outcome.state == bpmn.State.ACTIVE
    assert run.correct(fehlt={"etwas": 1}).retry().is_over


def test_job_offers_type_headers_and_inputs():
    headers = zeebe("taskHeaders", zeebe("header", key="vorlage", value="L28"))
    task = node(
        "serviceTask",
        "x",
        zeebe("taskDefinition", type="= art", retries="5"),
        headers,
        mapping({"kind": "= name"}),
    )
    (waiting,) = Story(one(task)).begin(art="brief.erstellen", name="Kim").outcome.jobs
    assert waiting.type == "brief.erstellen"
    assert waiting.retries == 5
    assert waiting.headers == {"vorlage": "L28"}
    assert waiting.variables == {"kind": "Kim"}


def test_failed_job_is_offered_again_then_becomes_an_incident():
    run = Story(one(job("x"))).begin().fail("x", "kein Netz", retries=1)
    assert run.outcome.jobs[0].retries == 1
    run.fail("x", "kein Netz")
    assert run.outcome.jobs == ()
    assert (run.incident.kind, run.incident.message) == ("job", "kein Netz")
    run.retry()
    assert run.outcome.jobs[0].retries == 1
    assert run.work("x").is_over


def test_boundary_event_still_fires_while_the_job_has_an_incident():
    xml = diagram(
        start(),
        job("x"),
        boundary("b", "x", awaits("m")),
        end(),
        chain("start", "x", "end"),
        flow("b", "end"),
        around=[message("m", "abbrechen")],
    )
    run = Story(xml).begin(fall_id="1").fail("x").deliver("b")
    assert run.is_over
    assert run.outcome.incidents == ()


def test_thrown_message_is_a_job_and_its_end_is_an_end():
    xml = diagram(
        start(),
        node("endEvent", "fertig", zeebe("taskDefinition", type="nachricht.senden"), awaits("m")),
        flow("start", "fertig"),
        around=[message("m", "msg")],
    )
    run = Story(xml).begin().work("fertig")
    assert run.is_over
    assert run.outcome.ended_at == ("fertig",)


def test_undefined_and_manual_tasks_pass():
    xml = diagram(
        start(), node("task", "a"), node("manualTask", "b"), end(), chain("start", "a", "b", "end")
    )
    assert Story(xml).begin().completed() == ["start", "a", "b", "end"]


def test_script_result_goes_through_its_mapping():
    body = node(
        "scriptTask",
        "x",
        zeebe("script", expression="= {a: 1 + 1, b: today()}", resultVariable="roh"),
        mapping(outputs={"a": "= roh.a", "b": "= roh.b"}),
    )
    assert Story(one(body)).begin().variables == {"a": 2, "b": "2026-01-12"}


TABLE = """
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
<decision id="dmn_alter" name="Alter"><decisionTable id="t" hitPolicy="FIRST">
<input id="i" label="Alter"><inputExpression id="ie" typeRef="number"><text>alter</text>
</inputExpression></input><output id="o" name="weg" typeRef="string"/>
<rule id="r1"><description>KIBIZ-1</description><inputEntry id="a1"><text>&lt; 3</text></inputEntry>
<outputEntry id="b1"><text>"krippe"</text></outputEntry></rule>
</decisionTable></decision></definitions>""".strip()
DECISIONS = dmn.load(TABLE.encode(), file="alter.dmn").decisions
DECIDE = one(
    decide("x", "dmn_alter", "ergebnis", mapping({"alter": "= kind.alter"}, {"weg": "= ergebnis"}))
)


def test_decision_reads_inputs_and_leaves_a_trace():
    run = Story(DECIDE, decisions=DECISIONS).begin(kind={"alter": 2})
    assert run.variables["weg"] == "krippe"
    (entry,) = [each for each in run.past if each.element_id == "x" and each.detail]
    assert "KIBIZ-1" in str(entry.detail["trace"])


def test_decision_that_contradicts_itself_is_an_incident():
    rule = TABLE[TABLE.index("<rule") : TABLE.index("</rule>") + len("</rule>")]
    again = rule.replace('"r1"', '"r2"').replace('"a1"', '"a2"').replace('"b1"', '"b2"')
    twice = TABLE.replace("FIRST", "UNIQUE").replace(rule, rule + again.replace("krippe", "kita"))
    found = dmn.load(twice.encode(), file="alter.dmn").decisions
    run = Story(DECIDE, decisions=found).begin(kind={"alter": 2})
    assert (run.incident.element_id, run.incident.kind) == ("x", "decision")
    run.world = bpmn.World(decisions=known(DECISIONS))
    assert run.retry().variables["weg"] == "krippe"


def test_mappings_that_find_nothing_give_null_and_say_why():
    lines = mapping({"da": "= nirgends.a"}, {"n": "= x.fehlt", "m": "= 5", "t": '= "a" - 1'})
    run = Story(one(user("x", lines))).begin()
    assert run.task("x").local == {"da": None}
    run.complete("x", x={"zahl": 3})
    assert run.is_over
    assert run.variables == {"x": {"zahl": 3}, "n": None, "m": 5, "t": None}
    (left,) = [e for e in run.past if (e.element_id, e.kind) == ("x", "completed")]
    hints = left.detail["hinweise"]
    assert [hint.partition(":")[0] for hint in hints] == [
        "Eingabe „da“",
        "Ausgabe „n“",
        "Ausgabe „t“",
    ]
    assert "„nirgends“" in hints[0]


def test_asserted_input_of_a_decision_is_an_incident_until_corrected():
    asserted = DECIDE.replace(b"= kind.alter", b"= assert(kind.alter, kind.alter != null)")
    run = Story(asserted, decisions=DECISIONS).begin(kind={})
    assert run.incident.message.startswith("Eingabe „alter“")
    assert run.correct(kind={"alter": 1}).retry().variables["weg"] == "krippe"


def test_value_without_end_is_refused():
    deep: dict = {}
    for _ in range(70):
        deep = {"a": deep}
    with pytest.raises(Invalid):
        Story(one(user("x"))).begin().complete("x", x=deep)


def test_type_of_a_job_must_be_text():
    run = Story(one(job("x", type="= 1 + 1"))).begin()
    assert run.incident.message == "Art des Dienstes: Der Ausdruck ergibt keinen Text."


def test_second_broken_boundary_event_leaves_no_half_armed_task():
    xml = diagram(
        start(),
        user("x"),
        boundary("gut", "x", timer("timeDuration", "P1D")),
        boundary("kaputt", "x", timer("timeDuration", "= frist")),
        end(),
        chain("start", "x", "end"),
        flow("gut", "end"),
        flow("kaputt", "end"),
    )
    run = Story(xml).begin(frist="nie").correct(frist="P2D").retry()
    assert [each.element_id for each in run.outcome.timers] == ["gut", "kaputt"]
    assert run.outcome.incidents == ()


def test_gateway_with_a_broken_event_waits_for_none_until_corrected():
    xml = diagram(
        start(),
        node("eventBasedGateway", "ebg"),
        node("intermediateCatchEvent", "gut", timer("timeDuration", "P1D")),
        node("intermediateCatchEvent", "kaputt", timer("timeDuration", "= frist")),
        flow("start", "ebg"),
        flow("ebg", "gut"),
        flow("ebg", "kaputt"),
    )
    run = Story(xml).begin(frist="nie")
    assert run.incident.element_id == "ebg"
    assert len(run.correct(frist="P2D").retry().outcome.timers) == 2


def test_unknown_decision_is_an_incident():
    run = Story(DECIDE).begin(kind={"alter": 2})
    assert run.incident.kind == "no_decision"
    assert "dmn_alter" in run.incident.message
    run.world = bpmn.World(decisions=known(DECISIONS))
    assert run.retry().is_over
