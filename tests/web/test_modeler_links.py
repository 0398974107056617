"""Camunda Modeler's links lead to our pages of a version or an instance, or to nothing at all."""

import pytest

from engine import clock
from engine.model.case import Case
from engine.model.deployment import Definition
from engine.model.instance import Instance
from tests.processes.kibiz import IFK
from tests.web import small
from tests.web.api.calling import Api
from tests.web.api.sending import deployed, table
from web.database import db, write

NOW = clock.now()
STATES = "&active=true&incidents=true"
STRANGERS = ("bo_ksa.a", "goe_ifk_reha.a")


@pytest.fixture
def instance_id(stage, tmp_path):
    """An instance of the first of two versions."""
    small.begin(stage, tmp_path, small.between())
    small.deploy(stage, small.put(tmp_path, small.between(), danach=small.form("danach")))
    with stage.app.app_context():
        return db.session.scalars(db.select(Instance.id).order_by(Instance.id.desc())).first()


def definition(stage, version):
    with stage.app.app_context():
        ours = db.select(Definition.id).where(Definition.process_id == small.NAME)
        return db.session.scalars(ours.where(Definition.version == version)).one()


@pytest.mark.parametrize(("asked", "version"), [("&version=1", 1), ("&version=2", 2), ("", 2)])
def test_a_version_is_found_by_its_number_or_is_the_newest(stage, instance_id, asked, version):
    client = stage.client("admin")
    answer = client.get(f"/processes?process={small.NAME}{asked}{STATES}")
    assert answer.status_code == 302
    assert answer.location == f"/laufende-vorgaenge/version/{definition(stage, version)}"
    assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "?process=",
        "?process=pr%00be",
        "?process=gibt_es_nicht",
        *(f"?process={small.NAME}&version={n}" for n in ("", "0", "3", "-1", "1.0", "zwei")),
        *(f"?process={small.NAME}&version={n}" for n in (2**31, 2**63, "9" * 400)),
    ],
)
def test_a_version_that_is_not_there_is_not_found(stage, instance_id, asked):
    assert stage.client("admin").get(f"/processes{asked}").status_code == 404


@pytest.mark.parametrize(("asked", "version"), [("&version=1", 1), ("&version=2", 2), ("", 2)])
def test_a_decision_is_found_by_its_number_or_is_the_newest(stage, asked, version):
    api = Api(stage)
    first, second = (table(output=each) for each in ('"viel"', '"mehr"'))
    for content in (first, second):
        deployed(api, ("t.dmn", content))
    client = stage.client("admin")
    answer = client.get(f"/decisions?name=rabatt{asked}")
    assert answer.status_code == 302
    page = client.get(answer.location)
    assert page.status_code == 200
    assert f"Version {version}, aus der Datei" in page.text
    assert ("mehr" in page.text) == (version == 2)


@pytest.mark.parametrize(
    "asked", ["", "?name=gibt_es_nicht", "?name=ra%00batt", "?name=rabatt&version=2"]
)
def test_a_decision_that_is_not_there_is_not_found(stage, asked):
    deployed(Api(stage), ("t.dmn", table()))
    assert stage.client("admin").get(f"/decisions{asked}").status_code == 404
    assert stage.client(IFK).get("/decisions?name=rabatt").status_code == 404


def test_an_instance_is_found_by_operators(stage, instance_id):
    client = stage.client("admin")
    answer = client.get(f"/processes/{instance_id}")
    assert (answer.status_code, answer.location) == (302, f"/laufende-vorgaenge/{instance_id}")
    assert client.get(answer.location).status_code == 200
    assert client.get(f"/processes/{instance_id + 1}").status_code == 404


def test_an_instance_is_found_after_its_end_as_well(stage, instance_id):
    client = stage.client("admin")
    path = f"/laufende-vorgaenge/{instance_id}"
    stage.complete(IFK, "ut_frage", zahl=2)
    stage.complete(IFK, "ut_danach")
    answer = client.get(f"/processes/{instance_id}")
    assert (answer.status_code, answer.location) == (302, path)
    page = client.get(path).text
    assert "an sein Ende gekommen" in page
    assert "Danach" in page
    assert "erledigt" in page
    for stranger in (*STRANGERS, IFK):
        assert stage.client(stranger).get(path).status_code == 404


@pytest.mark.parametrize(
    ("state", "told"), [("cancelled", "wurde beendet"), ("terminated", "Ein Fehler")]
)
def test_the_page_of_an_ended_instance_says_how_it_ended(stage, instance_id, state, told):
    with stage.app.app_context():
        write(lambda session: setattr(session.get_one(Instance, instance_id), "state", state))
        write(lambda session: setattr(session.get_one(Instance, instance_id), "ended_at", NOW))
    assert told in stage.client("admin").get(f"/laufende-vorgaenge/{instance_id}").text


def test_an_instance_leads_those_who_work_on_it_to_its_case(stage, instance_id):
    answer = stage.client(IFK).get(f"/processes/{instance_id}")
    assert (answer.status_code, answer.location) == (302, f"/faelle/{stage.case}")
    with stage.app.app_context():
        write(lambda session: setattr(session.get_one(Case, stage.case), "status", "beendet"))
    assert stage.client(IFK).get(f"/processes/{instance_id}").status_code == 404


@pytest.mark.parametrize("who", STRANGERS)
def test_who_has_nothing_to_do_with_it_finds_nothing(stage, instance_id, who):
    client = stage.client(who)
    real, missing = (client.get(f"/processes/{key}") for key in (instance_id, instance_id + 1))
    assert (real.status_code, missing.status_code) == (404, 404)
    assert real.location is missing.location is None
    assert client.get(f"/processes?process={small.NAME}").status_code == 404


def test_a_stranger_comes_back_to_the_link_after_the_sign_in(client):
    answer = client.get(f"/processes?process={small.NAME}&version=1")
    assert answer.status_code == 302
    assert answer.location.startswith("/anmelden?weiter=/processes?process")
