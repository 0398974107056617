"""One inner task per item, results in the order of the list, across saving (repair 11)."""

import pytest
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from engine import bpmn
from tests.engine.bpmn.drawing import (
    chain,
    diagram,
    end,
    flow,
    job,
    loop,
    mapping,
    script,
    start,
    sub,
    user,
)
from tests.engine.bpmn.stock import Stock
from tests.engine.bpmn.story import Story

ANSWERS = loop(
    "= personen",
    inputElement="person",
    outputCollection="antworten",
    outputElement="= {person: person, ja: einverstaendnis.ja}",
)
ASK = diagram(
    start(),
    user("einverstaendnis", ANSWERS),
    user("danach"),
    chain("start", "einverstaendnis", "danach"),
)


def by_person(run, person):
    return next(task for task in run.outcome.user_tasks if task.local["person"] == person)


def answer(run, person, ja):
    key = by_person(run, person).key
    return run.command(bpmn.CompleteUserTask(key, {"einverstaendnis": {"ja": ja}}))


def test_results_stand_in_the_order_of_the_list():
    run = Story(ASK).begin(personen=["p1", "p2", "p3"])
    answer(answer(answer(run, "p3", ja=False), "p1", ja=True), "p2", ja=True)
    assert run.open == ["danach"]
    assert run.variables["antworten"] == [
        {"person": "p1", "ja": True},
        {"person": "p2", "ja": True},
        {"person": "p3", "ja": False},
    ]


def test_values_of_an_item_stay_with_the_item():
    run = Story(ASK).begin(personen=["p1", "p2"])
    answer(run, "p1", ja=True)
    assert set(run.variables) == {"personen"}
    answer(run, "p2", ja=True)
    assert set(run.variables) == {"personen", "antworten"}


FOR_STOCK = (
    b"<bpmn:loopDataInputRef>personen</bpmn:loopDataInputRef>"
    b"<bpmn:loopDataOutputRef>antworten</bpmn:loopDataOutputRef>"
    b'<bpmn:inputDataItem id="person" name="person"/>'
    b'<bpmn:outputDataItem id="antwort" name="antwort"/>'
    b"</bpmn:multiInstanceLoopCharacteristics>"
)


def stock():
    """The same diagram with the elements that SpiffWorkflow wants instead of zeebe's."""
    xml = ASK.replace(b"</bpmn:multiInstanceLoopCharacteristics>", FOR_STOCK)
    return Stock(xml.replace(b'"einverstaendnis"', b'"ask"').replace(b"_einverstaendnis", b"_ask"))


def stock_answer(run, person):
    task = next(task for task in run.ready() if task.data.get("person") == person)
    task.set_data(antwort=person)
    task.run()
    return run.settle()


def test_results_of_stock_spiffworkflow_stand_in_the_order_of_completion():
    run = stock().begin(personen=["p1", "p2"])
    stock_answer(stock_answer(run, "p2"), "p1")
    assert run.value("danach", "antworten") == ["p2", "p1"]


def test_restored_loop_of_stock_spiffworkflow_hangs_on_a_parsed_diagram():
    run = stock().begin(personen=["p1", "p2"])
    stock_answer(run, "p1")
    run.workflow = restored_with_shared_diagram(run.workflow)
    assert stock_answer(run, "p2").open == []
    assert not run.workflow.is_completed()


def restored_with_shared_diagram(workflow):
    """Save and load the tasks, on the diagram as a process-wide cache would hold it."""
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
    again = serializer.deserialize_json(serializer.serialize_json(workflow))
    fresh = stock().workflow
    for task in again.tasks.values():
        task.task_spec = fresh.spec.task_specs[task.task_spec.name]
    again.spec = fresh.spec
    assert isinstance(again, BpmnWorkflow)
    return again


def test_sequential_items_come_one_after_the_other():
    xml = diagram(
        start(),
        user("a", loop("= [10, 20]", sequential=True, inputElement="zahl")),
        user("z"),
        chain("start", "a", "z"),
    )
    run = Story(xml).begin()
    assert [task.local for task in run.outcome.user_tasks] == [{"loopCounter": 1, "zahl": 10}]
    assert run.complete("a").task("a").local == {"loopCounter": 2, "zahl": 20}
    assert run.complete("a").open == ["z"]


@pytest.mark.parametrize("sequential", [True, False])
def test_empty_list_passes_through(sequential):
    given = {"outputCollection": "ergebnisse", "outputElement": "= 1"}
    xml = diagram(
        start(),
        user("a", loop("= []", sequential=sequential, **given)),
        end(),
        chain("start", "a", "end"),
    )
    run = Story(xml).begin()
    assert run.is_over
    assert run.variables == {"ergebnisse": []}


@pytest.mark.parametrize("value", [None, 5, "p1", {"a": 1}])
def test_missing_list_is_an_incident_and_never_an_empty_one(value):
    run = Story(ASK).begin(personen=value)
    assert run.incident.element_id == "einverstaendnis"
    assert run.correct(personen=["p1"]).retry().open == ["einverstaendnis"]


def test_completion_condition_ends_the_rest():
    xml = diagram(
        start(),
        user("a", loop("= [1, 2, 3]", condition="= numberOfCompletedInstances >= 2")),
        user("z"),
        chain("start", "a", "z"),
    )
    run = Story(xml).begin().complete("a").complete("a")
    assert run.open == ["z"]
    assert run.happened("a").count("cancelled") == 1


def test_send_task_works_once_per_item_with_its_inputs():
    given = loop("= kinder", inputElement="kind")
    task = job("senden", mapping({"kind_id": "= kind.kind_id"}), given, kind="sendTask")
    xml = diagram(start(), task, end(), chain("start", "senden", "end"))
    run = Story(xml).begin(kinder=[{"kind_id": "a"}, {"kind_id": "b"}])
    assert [each.variables["kind_id"] for each in run.outcome.jobs] == ["a", "b"]
    assert run.work("senden").work("senden").is_over


def test_sub_process_runs_once_per_item_and_keeps_what_was_entered_apart():
    given = loop(
        "= [1, 2]", inputElement="nr", outputCollection="alle", outputElement="= gespraech.note"
    )
    body = sub(
        "je", given, start("s"), user("gespraech"), end("aus"), chain("s", "gespraech", "aus")
    )
    xml = diagram(start(), body, user("z"), chain("start", "je", "z"))
    run = Story(xml).begin()
    second = run.outcome.user_tasks[1].key
    run.command(bpmn.CompleteUserTask(second, {"gespraech": {"note": "zwei"}}))
    run.complete("gespraech", gespraech={"note": "eins"})
    assert run.open == ["z"]
    assert run.variables == {"alle": ["eins", "zwei"]}


def test_list_that_is_too_long_is_an_incident():
    xml = diagram(start(), user("a", loop("= viele")), flow("start", "a"))
    run = Story(xml).begin(viele=list(range(6000)))
    assert run.incident.kind == "budget"
    assert len(run.correct(viele=[1, 2]).retry().outcome.user_tasks) == 2


def test_results_that_something_inside_wrote_over_are_an_incident():
    given = {"outputCollection": "r", "outputElement": "= loopCounter"}
    inner = script("u", "= [1]", "r")
    body = sub("je", loop("= [1, 2]", sequential=True, **given), start("s"), inner, flow("s", "u"))
    run = Story(diagram(start(), body, flow("start", "je"))).begin()
    assert (run.incident.element_id, run.incident.kind) == ("je", "multi_instance")
    assert "„r“" in run.incident.message


def test_result_that_finds_nothing_is_null():
    given = loop("= [1, 2]", outputCollection="antworten", outputElement="= u.ja")
    xml = diagram(start(), user("u", given), flow("start", "u"))
    run = Story(xml).begin().complete("u", u={"nein": 7}).complete("u", u={"ja": 8})
    assert run.is_over
    assert run.variables["antworten"] == [None, 8]


def test_failing_result_keeps_the_item_and_what_was_entered():
    result = "= assert(einverstaendnis.ja, einverstaendnis.ja != null)"
    given = loop("= [1, 2]", outputCollection="antworten", outputElement=result)
    xml = diagram(start(), user("einverstaendnis", given), flow("start", "einverstaendnis"))
    run = Story(xml).begin().complete("einverstaendnis", einverstaendnis={"nein": 7})
    assert run.incident.element_id == "einverstaendnis"
    assert b'{"nein":7}' in run.outcome.snapshot
    assert len(run.outcome.user_tasks) == 1
