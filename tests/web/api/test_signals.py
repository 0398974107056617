"""Signals over the API: heard by everybody who waits and belongs to no Mandant."""

import pytest

from tests.engine.bpmn import drawing as d
from tests.web import small
from tests.web.api.calling import Api, program

DIAGRAM = d.diagram(
    d.start("start"),
    d.catch("hoert", d.signals("s")),
    d.end("end"),
    d.chain("start", "hoert", "end"),
    process=small.NAME,
    around=[d.signal("s", "alarm")],
)


@pytest.fixture(autouse=True)
def process(stage, tmp_path):
    small.deploy(stage, small.put(tmp_path, DIAGRAM))


def states(api):
    return {each["state"] for each in api.search("process-instances")}


def test_everybody_who_waits_hears_a_signal(stage, api):
    api.begin(small.NAME)
    api.begin(small.NAME)
    assert program(stage).post("/signals/broadcast", {"signalName": "anders"}).status_code == 200
    assert states(api) == {"ACTIVE"}
    answer = program(stage, "zwei").post("/signals/broadcast", {"signalName": "alarm"})
    assert set(answer.json) == {"signalKey", "tenantId"}
    assert states(api) == {"COMPLETED"}


def test_people_of_an_office_send_no_signals(stage, api):
    api.begin(small.NAME)
    for stranger in (Api(stage, "goe_ifk.a"), program(stage, "goe", mandant="goe")):
        answer = stranger.post("/signals/broadcast", {"signalName": "alarm"})
        assert answer.status_code == 403
    assert states(api) == {"ACTIVE"}


def test_a_signal_refers_to_no_protected_content(api):
    body = {"signalName": "alarm", "variables": {"a": {"geschuetzt": "1"}}}
    assert api.post("/signals/broadcast", body).status_code == 400
