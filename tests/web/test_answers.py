"""Reading afterwards what was entered in a case."""

import forms
from engine import clock
from engine.casefile import audit, sealing
from tests.conftest import csrf_token
from tests.processes.kibiz import IFK, KIBIZ, discuss, present, propose
from web import deploying
from web.database import session, write

FORM = deploying.ROOT / "forms/definitions/kibiz_uebergabe/fallbesprechung.form"
STATUS = [
    field.label
    for field in forms.load(FORM.read_bytes(), file=FORM.name).fields
    if field.data_class == "S8-Status"
]
SECRET = "Familienhilfe seit dem Herbst"


def told(stage):
    propose(stage)
    present(stage)
    discuss(stage, hze_status="installiert", hze_art=SECRET)
    return f"/faelle/{stage.case}/angaben"


def reveal(stage, person, path):
    client = stage.client(person)
    token = csrf_token(client.get("/aufgaben"))
    return client.post(path, data={"csrf_token": token})


def test_answers_are_read_task_by_task(stage):
    page = stage.client(KIBIZ).get(told(stage)).text
    assert "25411BG0001234" in page
    assert "Person 1: Vorname" in page
    assert "Integrationsfachkraft" in page  # who took part, in words
    assert "ifk_kibiz" not in page
    assert "Weitere Angaben sind geschützt" in page
    assert SECRET not in page


def test_protected_answers_are_shown_on_request_and_the_reading_is_logged(stage):
    path = told(stage)
    assert SECRET in reveal(stage, KIBIZ, path).text
    with stage.app.app_context():
        last = audit.entries(session(), stage.case)[-1]
        assert (last.actor, last.action) == (KIBIZ, "gelesen")


def test_protected_answers_stay_closed_to_the_ifk(stage):
    path = told(stage)
    assert not any(label in stage.client(IFK).get(path).text for label in STATUS)
    assert all(label in stage.client(KIBIZ).get(path).text for label in STATUS)
    assert reveal(stage, IFK, path).status_code == 404


def test_protected_answers_go_with_the_key_of_the_case(stage):
    path = told(stage)
    with stage.app.app_context():
        now = clock.now()
        write(lambda current: sealing.destroy_key(current, stage.case, now=now))
    assert reveal(stage, KIBIZ, path).status_code == 404
    assert "25411BG0001234" in stage.client(KIBIZ).get(path).text


def test_answers_of_other_cases_look_like_missing_ones(stage):
    path = told(stage)
    assert stage.client("bo_ksa.a").get(path).status_code == 404
