"""What the case page tells of called procedures, signals and phases that an event begins."""

import pytest

from tests.engine.bpmn import drawing as d
from tests.processes.kibiz import IFK, KIBIZ
from tests.web import small

CLASS = small.properties(datenklasse="S8-Status")
LOUD = d.signal("s", "laut")


def asks(element_id, group="goe_ifk_kibiz"):
    task = small.task(element_id).replace('"goe_ifk"', f'"{group}"')
    return task.replace(f"{small.NAME}.{element_id.removeprefix('ut_')}", "probe.danach")


CHILD = d.diagram(
    *(d.start("start_kind", name="Hilfe beginnt"), asks("ut_kind"), d.end("ende", name="Geholfen")),
    d.chain("start_kind", "ut_kind", "ende"),
    process="kind",
).replace(b'process id="kind"', b'process id="kind" name="Hilfe planen"')


def call(*content):
    return d.call("ruf", "kind", *content).replace('id="ruf"', 'id="ruf" name="Hilfe rufen"')


def phase(*content):
    """A phase in which something is called, and beside that nothing."""
    inner = (d.start("s"), call(*content), d.end("e"), d.chain("s", "ruf", "e"))
    return d.sub("phase", *inner, name="Klären")


def begin(stage, tmp_path, *steps, around=""):
    """Begin a procedure that calls another one; the first task is done."""
    diagram = small.between(*steps)
    diagram = diagram.replace(b"<bpmn:process ", around.encode() + b"<bpmn:process ", 1)
    directory = small.put(tmp_path, diagram)
    (directory / "kind.bpmn").write_bytes(CHILD)
    small.deploy(stage, directory)
    stage.start(IFK, small.NAME, "start_probe")
    stage.complete(IFK, "ut_frage", zahl="1")


def told(stage, person):
    page = stage.client(person).get(f"/faelle/{stage.case}")
    assert page.status_code == 200
    return page.text


def test_a_called_procedure_is_told_of_with_its_caller(stage, tmp_path):
    begin(stage, tmp_path, ("ruf", call()))
    for person in (IFK, KIBIZ):
        page = told(stage, person)
        assert "Es gehört zu „" in page
        assert "Hilfe planen" in page
        assert "Kind" in page
    stage.complete(KIBIZ, "ut_kind")
    page = told(stage, IFK)
    assert "Hilfe rufen: abgeschlossen" in page
    assert "Hilfe beginnt" in page


@pytest.mark.parametrize("step", [("ruf", call(CLASS)), ("phase", phase(CLASS))])
def test_what_a_hidden_step_calls_is_as_hidden(stage, tmp_path, step):
    begin(stage, tmp_path, step)
    hidden = ("Hilfe planen", "Hilfe beginnt", "ut_kind", "Es gehört zu")
    page = told(stage, IFK)
    assert not [word for word in hidden if word in page]
    page = told(stage, KIBIZ)
    assert "Hilfe planen" in page
    stage.complete(KIBIZ, "ut_kind")
    page = told(stage, IFK)
    assert not [word for word in (*hidden, "Geholfen") if word in page]
    answers = stage.client(IFK).get(f"/faelle/{stage.case}/angaben").text
    assert "Kind" not in answers


def test_a_task_in_a_hidden_call_is_shown_as_the_phase_around_the_call(stage, tmp_path):
    begin(stage, tmp_path, ("phase", phase(CLASS)))
    page = told(stage, IFK)
    assert "Klären" in page
    assert "in Arbeit" in page


def test_signals_and_what_they_begin_are_told_by_their_names(stage, tmp_path):
    throws = d.throw("ruft", d.signals("s"), name="Alarm gegeben")
    hears = d.on_event(
        "esp",
        d.signals("s"),
        *(asks("ut_alarm"), d.end("esp_e"), d.chain("esp_start", "ut_alarm", "esp_e")),
        interrupting=False,
    ).replace('id="esp_start"', 'id="esp_start" name="Alarm gehört"')
    begin(stage, tmp_path, ("ruft", throws + hears), around=LOUD)
    page = told(stage, IFK)
    assert "Alarm gegeben" in page
    assert "Alarm gehört" in page
    assert "Alarm gehört: " not in page
