"""What a program sees of a case's variables when it takes a job, and what its answer changes."""

import json

import pytest

from engine.casefile import audit
from tests.engine.bpmn import drawing as d
from tests.web import small
from tests.web.api.calling import Api, program
from tests.web.api.jobbing import TYPE, take
from web.database import db

GROUP, WITHOUT_RIGHT = "goe_ifk_kibiz", "goe_ifk"
NOTE = small.question("notiz", "Notiz", properties={"datenklasse": "S8"})
SECRET = "Streng geheim"
STATUS = small.properties(datenklasse="S8-Status")


def begin(stage, tmp_path, *steps, group=GROUP):
    """Begin a case whose question is answered and in which a job waits; return its office."""
    diagram = small.between(*steps, ("st", d.job("st", type=TYPE)))
    diagram = diagram.replace(b"goe_ifk", group.encode())
    asked = small.form("frage", small.NUMBER, NOTE)
    small.deploy(stage, small.put(tmp_path, diagram, frage=asked))
    stage.start(f"{group}.a", small.NAME, "start_probe")
    office = Api(stage, f"{group}.a")
    (task,) = office.search("user-tasks", filter={"state": "CREATED"})
    answers = {"variables": {"zahl": 1, "notiz": SECRET}}
    assert office.post(f"/user-tasks/{task['userTaskKey']}/completion", answers).status_code == 204
    return office


def worker(stage, *, may_open, group=GROUP, name="dienst"):
    scopes = ["auftraege", "lesen", *(["geschuetzt"] if may_open else [])]
    return program(stage, name, scopes=scopes, mandant="goe", groups=[group])


def readers(stage):
    """Return who read protected contents."""
    with stage.app.app_context():
        done = audit.entries(db.session(), stage.case)
        return [
            each.actor
            for each in done
            if each.action == "gelesen" and each.subject.startswith("geschuetzt")
        ]


@pytest.mark.parametrize("group", [GROUP, WITHOUT_RIGHT])
@pytest.mark.parametrize("may_open", [True, False])
def test_protected_values_need_the_scope_and_the_right(stage, tmp_path, group, may_open):
    begin(stage, tmp_path, group=group)
    (job,) = take(worker(stage, may_open=may_open, group=group))
    is_open = may_open and group == GROUP
    assert job["variables"]["frage"] == {"zahl": 1, "notiz": SECRET if is_open else None}
    assert readers(stage) == (["dienst"] if is_open else [])


def test_what_is_not_fetched_is_not_opened(stage, tmp_path):
    begin(stage, tmp_path)
    (job,) = take(worker(stage, may_open=True), fetchVariable=["fall_id", "fehlt"])
    assert set(job["variables"]) == {"fall_id"}
    assert readers(stage) == []


def test_operators_and_strangers_get_no_job_of_a_case(stage, tmp_path, api):
    begin(stage, tmp_path)
    elsewhere = program(stage, "andere", mandant="bo", groups=["bo_ksa"])
    for stranger in (api, program(stage, "ohne"), elsewhere):
        assert take(stranger) == []


def test_what_hidden_steps_produce_reaches_no_job(stage, tmp_path):
    script = d.zeebe("script", expression="=1", resultVariable="heimlich")
    hidden = d.node("scriptTask", "prueft", script, STATUS)
    steps = (("prueft", hidden), ("rechnet", d.script("rechnet", "=2", "offen")))
    begin(stage, tmp_path, *steps, group=WITHOUT_RIGHT)
    (job,) = take(worker(stage, may_open=True, group=WITHOUT_RIGHT))
    assert set(job["variables"]) == {"frage", "offen", "fall_id"}


@pytest.mark.parametrize("way", ["completion", "failure"])
def test_the_null_that_a_job_was_shown_keeps_the_protected_value(stage, tmp_path, way):
    begin(stage, tmp_path)
    blind = worker(stage, may_open=False)
    (job,) = take(blind)
    shown = {**job["variables"]["frage"], "zahl": 2}
    more = {"retries": 1} if way == "failure" else {}
    body = {"variables": {"frage": shown, "neu": None}, **more}
    assert blind.post(f"/jobs/{job['jobKey']}/{way}", body).status_code == 204
    reader = worker(stage, may_open=True, name="leser")
    if way == "failure":
        (again,) = take(reader)
        assert again["variables"]["frage"] == {"zahl": 2, "notiz": SECRET}
        return
    rows = reader.search("variables", filter={"name": {"$in": ["frage", "neu"]}})
    values = {each["name"]: json.loads(each["value"]) for each in rows}
    assert values == {"frage": {"zahl": 2, "notiz": SECRET}, "neu": None}


def test_a_protected_value_that_a_job_hands_back_stays_protected(stage, tmp_path):
    office = begin(stage, tmp_path)
    seeing = worker(stage, may_open=True)
    (job,) = take(seeing)
    changed = {"frage": {"zahl": 1, "notiz": "Noch geheimer"}}
    done = seeing.post(f"/jobs/{job['jobKey']}/completion", {"variables": changed})
    assert done.status_code == 204
    wanted = {"name": "frage"}
    (blind,) = office.search("variables", filter=wanted)
    (seen,) = seeing.search("variables", filter=wanted)
    assert json.loads(blind["value"]) == {"zahl": 1, "notiz": None}
    assert json.loads(seen["value"]) == changed["frage"]
