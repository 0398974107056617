"""A BPMN error reaches the activity around it and nobody else (repair 4)."""

from tests.engine.bpmn.drawing import (
    boundary,
    chain,
    diagram,
    end,
    error,
    flow,
    job,
    loop,
    parallel,
    start,
    sub,
    throws,
    user,
)
from tests.engine.bpmn.stock import Stock
from tests.engine.bpmn.story import Story


def part(name, task, last):
    return sub(
        name,
        start(f"{name}_start"),
        user(task),
        last,
        chain(f"{name}_start", task, f"{name}_ende"),
    )


PARALLEL = diagram(
    start(),
    parallel("split"),
    part("links", "l", end("links_ende", throws("err"))),
    part("rechts", "r", end("rechts_ende")),
    boundary("links_fehler", "links", throws("err")),
    boundary("rechts_fehler", "rechts", throws("err")),
    user("links_klaeren"),
    user("rechts_klaeren"),
    end("e1"),
    end("e2"),
    end("e3"),
    end("e4"),
    chain("start", "split", "links", "e1"),
    chain("split", "rechts", "e2"),
    chain("links_fehler", "links_klaeren", "e3"),
    chain("rechts_fehler", "rechts_klaeren", "e4"),
    around=[error("err", "E1")],
)


def test_error_leaves_the_parallel_sub_process_alone():
    assert Story(PARALLEL).begin().complete("l").open == ["links_klaeren", "r"]


def test_error_of_stock_spiffworkflow_ends_the_parallel_sub_process_too():
    assert Stock(PARALLEL).begin().complete("l").open == ["links_klaeren", "rechts_klaeren"]


SEND = diagram(
    start(),
    sub(
        "teil",
        start("s"),
        job("senden", kind="sendTask"),
        boundary("fehlt", "senden", throws("fehlt_err")),
        user("klaeren"),
        chain("s", "senden"),
        chain("fehlt", "klaeren"),
    ),
    boundary("alles", "teil", "<bpmn:errorEventDefinition/>"),
    user("notfall"),
    end(),
    chain("start", "teil", "end"),
    chain("alles", "notfall"),
    around=[error("fehlt_err", "err_einwilligung_fehlt")],
)


def test_thrown_error_takes_the_boundary_of_the_job():
    run = Story(SEND).begin().throw("senden", "err_einwilligung_fehlt")
    assert run.open == ["klaeren"]
    assert run.outcome.jobs == ()
    assert run.happened("senden") == ["entered", "cancelled"]


def test_thrown_error_goes_outwards_to_a_boundary_that_takes_all():
    assert Story(SEND).begin().throw("senden", "anderer").open == ["notfall"]


def test_error_that_nobody_catches_becomes_an_incident_and_can_be_retried():
    xml = diagram(start(), job("j"), end(), chain("start", "j", "end"))
    run = Story(xml).begin().throw("j", "E9", "ohne Grund")
    assert run.incident.kind == "error"
    assert "E9" in run.incident.message
    assert run.outcome.jobs == ()
    assert run.retry().work("j").is_over


def test_error_end_that_nobody_catches_becomes_an_incident():
    xml = diagram(
        start(), end("schluss", throws("e")), flow("start", "schluss"), around=[error("e", "X")]
    )
    assert Story(xml).begin().incident.element_id == "schluss"


def test_error_in_one_item_interrupts_the_whole_loop():
    xml = diagram(
        start(),
        job("j", loop("= [1, 2, 3]")),
        boundary("b", "j", throws("e")),
        user("klaeren"),
        end(),
        chain("start", "j", "end"),
        chain("b", "klaeren"),
        around=[error("e", "X")],
    )
    run = Story(xml).begin()
    assert len(run.outcome.jobs) == 3
    run.throw("j", "X")
    assert run.open == ["klaeren"]
    assert run.outcome.jobs == ()
    assert run.complete("klaeren").is_over
