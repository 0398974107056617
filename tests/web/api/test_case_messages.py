"""Messages over the API into the cases of a Mandant: what the buttons of a case's page do."""

import pytest

from engine.model.protected_value import ProtectedValue
from engine.organisation.clients import Scope
from tests.engine.bpmn import drawing as d
from tests.processes.kibiz import IFK
from tests.web import small
from tests.web.api.calling import Api, program
from web.database import db

SECRET = small.question("notiz", "Notiz", properties={"datenklasse": "S8"})
NAME, WAY = "msg_melden", ("publication", "correlation")


def diagram(form="probe.melden"):
    """While a question is open, something may be reported again and again."""
    asks = {"knopf_formular": form} if form else {}
    button = small.properties(knopf="Melden", knopf_gruppen="goe_ifk", annahme="ja", **asks)
    caught = d.boundary("bd", "ut_frage", button, d.awaits("m"), interrupting=False)
    ways = d.chain("start_probe", "ut_frage", "ut_danach", "end") + d.chain("bd", "ut_neu", "aus")
    body = (small.START, small.task("ut_frage"), small.task("ut_danach"), d.end("end"))
    return d.diagram(
        *(*body, caught, small.task("ut_neu"), d.end("aus"), ways),
        process=small.NAME,
        around=(d.message("m", NAME),),
    )


@pytest.fixture
def case(stage, tmp_path):
    """A case in which something with a form may be reported."""
    forms = {"melden": small.form("melden", small.NUMBER, SECRET), "neu": small.form("neu")}
    return small.begin(stage, tmp_path, diagram(), **forms)


def send(api, way, case, **more):
    return api.post(f"/messages/{way}", {"name": NAME, "correlationKey": str(case), **more})


@pytest.mark.parametrize("way", WAY)
def test_who_may_press_the_button_may_send_its_message(stage, case, way):
    worker = program(stage, "goe", mandant="goe", groups=("goe_ifk",))
    given = {"zahl": 4, "notiz": "Zirbelkiefer"}
    answer = send(worker, way, case, variables=given)
    assert answer.status_code == 200, answer.json
    assert stage.waiting() == ["ut_frage", "ut_neu"]
    with stage.app.app_context():
        assert db.session.scalar(db.select(db.func.count(ProtectedValue.id))) == 1
    variables = {each["name"]: each["value"] for each in worker.search("variables")}
    assert "Zirbelkiefer" not in str(variables)
    if way == "correlation":
        (found,) = worker.search("process-instances")
        assert answer.json["processInstanceKey"] == found["processInstanceKey"]


@pytest.mark.parametrize("way", WAY)
def test_what_its_form_does_not_take_is_refused(stage, case, way):
    office = Api(stage, IFK)
    for wrong in ({}, {"zahl": "vier"}, {"zahl": 4, "fremd": 1}, {"notiz": {"geschuetzt": "1"}}):
        assert send(office, way, case, variables=wrong).status_code == 400
    assert stage.waiting() == ["ut_frage"]


@pytest.mark.parametrize("way", WAY)
def test_for_strangers_it_is_as_if_nobody_waited(stage, api, case, way):
    strangers = (
        *(Api(stage, name) for name in ("goe_ifk_reha.a", "goe_asd.a", "bo_ksa.a")),
        program(stage, "bo", mandant="bo"),
        program(stage, "leer", mandant="goe"),
        program(stage, "frei"),
        api,
    )
    for stranger in strangers:
        answer = send(stranger, way, case, variables={"zahl": 1})
        assert answer.status_code == (200 if way == "publication" else 404)
    reader = program(stage, "leser", mandant="goe", groups=("goe_ifk",), scopes=(Scope.READ,))
    assert send(reader, way, case, variables={"zahl": 1}).status_code == 403
    assert stage.waiting() == ["ut_frage"]


def test_nothing_is_kept_for_later(stage, case):
    office = Api(stage, IFK)
    assert send(office, "publication", case, timeToLive=1).status_code == 403
    assert send(office, "publication", "1", variables={"zahl": 1}).status_code == 200
    assert send(office, "correlation", "1", variables={"zahl": 1}).status_code == 404


def test_a_message_id_counts_once(stage, case):
    office = Api(stage, IFK)
    given = {"variables": {"zahl": 1}, "messageId": "n1"}
    assert send(office, "publication", case, **given).status_code == 200
    assert send(office, "publication", case, **given).status_code == 409
    assert stage.waiting() == ["ut_frage", "ut_neu"]


def test_an_event_without_a_form_takes_no_values(stage, tmp_path):
    case = small.begin(stage, tmp_path, diagram(form=None), neu=small.form("neu"))
    office = Api(stage, IFK)
    assert send(office, "correlation", case, variables={"zahl": 1}).status_code == 400
    assert send(office, "correlation", case).status_code == 200
    assert stage.waiting() == ["ut_frage", "ut_neu"]
