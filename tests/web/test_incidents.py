"""The page of what got stuck: found, understood, tried again."""

from datetime import timedelta

import pytest
from lxml import html
from sqlalchemy import select

from engine import clock, timers
from engine.model.timer import Timer
from tests.engine.bpmn import drawing as d
from tests.processes.kibiz import IFK
from tests.processes.stage import token
from tests.web import small
from web.database import db, write

ADD = small.between(("summe", d.script("summe", "= frage.zahl + fehlt", "summe")))


def text(page):
    return " ".join(html.fromstring(page.text).text_content().split())


@pytest.fixture
def stuck(stage, tmp_path):
    """An incident's address: a formula reads a variable that nothing has set."""
    small.begin(stage, tmp_path, ADD)
    stage.complete(IFK, "ut_frage", zahl=2, notiz="Hofmann")
    page = html.fromstring(stage.client("admin").get("/vorfaelle").text)
    (link,) = page.xpath("//main//a[starts-with(@href, '/vorfaelle/')]/@href")
    return link


def retry(stage, link, **fields):
    client = stage.client("admin")
    send = {"csrf_token": token(client.get(link)), **fields}
    return client.post(f"{link}/wiederholen", data=send)


def test_no_incident_is_said_so(stage):
    assert "Kein Verfahren steckt fest" in text(stage.client("admin").get("/vorfaelle"))


def test_an_incident_says_what_failed_where_and_what_to_do(stage, stuck):
    said = text(stage.client("admin").get(stuck))
    assert "„fehlt“" in said
    assert "summe" in said
    assert "12.01.2026, 09:00 Uhr" in said
    assert "noch einmal" in said
    assert "Hofmann" not in said


def test_a_retry_without_a_correction_fails_again(stage, stuck):
    answer = retry(stage, stuck)
    assert answer.status_code == 303
    again = stage.client("admin").get(answer.location)
    assert "noch einmal gescheitert" in text(again)
    assert len(stage.incidents()) == 1


def test_a_retry_with_a_correction_goes_on(stage, stuck):
    assert retry(stage, stuck, variable="fehlt", wert="3").location == "/vorfaelle"
    assert stage.incidents() == []
    assert stage.waiting() == ["ut_danach"]
    assert stage.client("admin").get(stuck).status_code == 404
    assert retry_of_old(stage, stuck).status_code == 404


def test_several_are_tried_again_at_once(stage, stuck):
    client = stage.client("admin")
    send = {"csrf_token": token(client.get("/vorfaelle")), "vorfall": [stuck.rsplit("/", 1)[1]]}
    again = client.post("/vorfaelle/wiederholen", data=send)
    assert again.status_code == 303
    assert "Noch einmal gescheitert: 1" in text(client.get("/vorfaelle"))
    (newer,) = html.fromstring(client.get("/vorfaelle").text).xpath("//tbody//a/@href")
    assert retry(stage, newer, variable="fehlt", wert="3").status_code == 303
    assert stage.waiting() == ["ut_danach"]


@pytest.mark.parametrize("chosen", [[], ["x", "1", "9" * 30]])
def test_choosing_nothing_that_waits_is_said_so(stage, stuck, chosen):
    client = stage.client("admin")
    send = {"csrf_token": token(client.get("/vorfaelle")), "vorfall": chosen}
    assert client.post("/vorfaelle/wiederholen", data=send).status_code == 303
    assert "nichts noch einmal versucht" in text(client.get("/vorfaelle"))
    assert len(stage.incidents()) == 1


def retry_of_old(stage, link):
    client = stage.client("admin")
    send = {"csrf_token": token(client.get("/vorfaelle"))}
    return client.post(f"{link}/wiederholen", data=send)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"variable": "mit leer", "wert": "1"}, "Der Name der Variable besteht aus"),
        ({"variable": "fehlt", "wert": "1 +"}, "kein gültiger Ausdruck"),
        ({"variable": "fehlt", "wert": ""}, "kein gültiger Ausdruck"),
    ],
)
def test_a_correction_that_cannot_be_read_changes_nothing(stage, stuck, fields, complaint):
    answer = retry(stage, stuck, **fields)
    assert answer.status_code == 422
    assert complaint in text(answer)
    assert len(stage.incidents()) == 1


def test_a_correction_is_a_value_that_the_next_step_reads(stage, stuck, tmp_path):
    """It is written as FEEL, so that texts and dates can be given as well."""
    assert retry(stage, stuck, variable="fehlt", wert='number("4")').status_code == 303
    assert stage.waiting() == ["ut_danach"]


@pytest.mark.parametrize("who", [IFK, "goe_teamleitung.a", "goe_asd.a"])
def test_only_operators_see_incidents(stage, stuck, who):
    client = stage.client(who)
    assert client.get("/vorfaelle").status_code == 404
    assert client.get(stuck).status_code == 404
    send = {"csrf_token": token(client.get("/aufgaben"))}
    assert client.post(f"{stuck}/wiederholen", data=send).status_code == 404
    assert len(stage.incidents()) == 1


DAILY = d.diagram(
    d.start("neu", small.properties(mandant="goe"), d.timer("timeCycle", "R/P1D"), name="Täglich"),
    small.task("ut_frage"),
    d.end("end", name="Fertig"),
    d.chain("neu", "ut_frage", "end"),
    process=small.NAME,
)
DAY = timedelta(days=1)


@pytest.fixture
def failed_start(stage, tmp_path):
    """The number of a moment at which a procedure twice failed to begin."""
    small.deploy(stage, small.put(tmp_path, DAILY))
    with stage.app.app_context():
        key = db.session.scalar(select(Timer.id).where(Timer.element_id == "neu"))
        for _ in range(2):
            write(lambda session: timers.postpone(session, key, now=clock.now() + DAY))
    return key


def again(stage, key, who="admin"):
    client = stage.client(who)
    send = {"csrf_token": token(client.get("/aufgaben")), "frist": key}
    return client.post("/vorfaelle/beginn", data=send)


def test_a_procedure_that_did_not_begin_by_itself_is_shown_and_tried_again(stage, failed_start):
    said = text(stage.client("admin").get("/vorfaelle"))
    assert "die nicht von selbst begonnen haben" in said
    assert "Täglich" in said
    assert "Kein Verfahren steckt fest" not in said
    assert stage.waiting() == []
    assert again(stage, failed_start).status_code == 303
    stage.tick()
    assert "ut_frage" in stage.waiting()
    assert "Kein Verfahren steckt fest" in text(stage.client("admin").get("/vorfaelle"))
    assert again(stage, failed_start).status_code == 404


@pytest.mark.parametrize("key", ["", "x", "1", "9" * 30])
def test_only_a_failed_beginning_can_be_tried_again(stage, failed_start, key):
    assert again(stage, key).status_code == 404
    assert again(stage, failed_start, IFK).status_code == 404
