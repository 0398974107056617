"""Signing in and out: who gets in, who waits, where one lands, and what a session is worth."""

import json
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from engine.model.sign_in import SignIn
from engine.organisation import demo, sessions
from tests.conftest import csrf_token
from web.database import db
from web.sign_in import own_path

START = "2026-11-23 09:00+01:00"


@pytest.fixture
def travel():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def open_sessions(app):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(SignIn))


def test_sign_in_lets_a_person_in(client, sign_in):
    assert sign_in("goe_ifk.a").location == "/"
    assert "Abmelden" in client.get("/aufgaben").text


def test_sign_in_shows_who_is_signed_in(client, sign_in):
    sign_in("goe_ifk.a")
    assert "Anke Ahrens" in client.get("/aufgaben").text


@pytest.mark.parametrize(
    "name, password",
    [("goe_ifk.a", "falsch"), ("niemand", demo.PASSWORD), ("", ""), ("goe_ifk.a", "x" * 5000)],
)
def test_sign_in_says_the_same_for_every_wrong_pair(client, sign_in, name, password):
    answer = sign_in(name, password)
    assert answer.status_code == 422
    assert "Name oder Passwort stimmt nicht." in answer.text
    assert client.get("/aufgaben").status_code == 302


def test_sign_in_never_repeats_the_password(sign_in):
    assert "streng-geheim" not in sign_in("goe_ifk.a", "streng-geheim").text


def test_sign_in_tells_how_long_to_wait_after_many_failures(sign_in, travel):
    for _ in range(4):
        sign_in("goe_ifk.a", "falsch")
    answer = sign_in("goe_ifk.a")
    assert answer.status_code == 429
    assert "in 2 Sekunden" in answer.text
    assert int(answer.headers["Retry-After"]) >= 2
    travel.shift(3)
    assert sign_in("goe_ifk.a").status_code == 303


def test_sign_in_goes_on_where_the_person_wanted_to(client, sign_in):
    assert sign_in("goe_ifk.a", weiter="/impressum?a=1").location == "/impressum?a=1"
    assert client.get("/anmelden?weiter=/datenschutz").location == "/datenschutz"


@pytest.mark.parametrize(
    "target",
    [
        "https://boese.example/",
        "//boese.example/",
        "/\\boese.example",
        "/\t/boese.example",
        "javascript:alert(1)",
        "boese",
        "",
    ],
)
def test_own_path_refuses_every_foreign_target(target):
    assert own_path(target) == ""


def test_sign_in_ignores_a_foreign_target(sign_in):
    assert sign_in("goe_ifk.a", weiter="https://boese.example/").location == "/"


def test_sign_in_begins_a_session_that_shares_nothing_with_the_one_before(app, client, sign_in):
    before = csrf_token(client.get("/anmelden"))
    sign_in("goe_ifk.a")
    with client.session_transaction() as session:
        first = session["token"]
    assert client.post("/abmelden", data={"csrf_token": before}).location == "/"
    assert open_sessions(app) == 1
    client.post("/abmelden", data={"csrf_token": csrf_token(client.get("/aufgaben"))})
    sign_in("goe_ifk.b")
    with client.session_transaction() as session:
        assert session["token"] != first


def test_a_second_sign_in_closes_the_first_session(app, client, sign_in):
    sign_in("goe_ifk.a")
    token = csrf_token(client.get("/aufgaben"))
    form = {"csrf_token": token, "name": "goe_ifk.b", "passwort": demo.PASSWORD}
    client.post("/anmelden", data=form)
    assert open_sessions(app) == 1


def test_leave_ends_the_session_on_the_server_too(app, client, sign_in):
    sign_in("goe_ifk.a")
    cookie = client.get_cookie("lotse").value
    answer = client.post("/abmelden", data={"csrf_token": csrf_token(client.get("/aufgaben"))})
    assert "Sie sind abgemeldet." in client.get(answer.location).text
    assert open_sessions(app) == 0
    client.set_cookie("lotse", cookie)  # somebody kept a copy
    assert client.get("/aufgaben").status_code == 302


def test_leave_needs_the_token(app, client, sign_in):
    sign_in("goe_ifk.a")
    client.post("/abmelden")
    assert open_sessions(app) == 1


def test_a_session_ends_after_a_pause(client, sign_in, travel):
    sign_in("goe_ifk.a")
    travel.shift(sessions.IDLE)
    assert client.get("/aufgaben").status_code == 302


def test_a_session_goes_on_while_pages_are_read(client, sign_in, travel):
    sign_in("goe_ifk.a")
    for _ in range(4):
        travel.shift(sessions.IDLE - timedelta(minutes=1))
        assert client.get("/aufgaben").status_code == 200


def test_a_session_ends_after_a_working_day_however_busy(client, sign_in, travel):
    sign_in("goe_ifk.a")
    for _ in range(int(sessions.ABSOLUTE / timedelta(minutes=20)) - 1):
        travel.shift(timedelta(minutes=20))
        client.get("/aufgaben")
    assert client.get("/aufgaben").status_code == 200
    travel.shift(timedelta(minutes=20))
    assert client.get("/aufgaben").status_code == 302


def test_a_sign_in_page_that_was_open_too_long_is_shown_afresh(client):
    form = {"name": "goe_ifk.a", "passwort": demo.PASSWORD, "weiter": "/impressum"}
    answer = client.post("/anmelden", data=form)
    assert answer.status_code == 400
    assert "Die Seite war zu lange offen." in answer.text
    assert 'value="/impressum"' in answer.text
    assert demo.PASSWORD not in answer.text.partition("<form")[2].partition("</form>")[0]


def test_what_was_typed_survives_an_ended_session(app, client, sign_in):
    app.add_url_rule("/probe", "probe", lambda: "gespeichert", methods=["POST"])
    typed = {"grund": "Zeile 1\r\nZeile 2", "kinder": ["Mia", "Ben"]}
    ended = client.post("/probe", data=typed, headers={"Origin": "http://localhost"})
    assert ended.status_code == 403
    assert "Ihre Sitzung ist abgelaufen" in ended.text
    kept = {
        "path": "/probe",
        "fields": [["grund", "Zeile 1\r\nZeile 2"], ["kinder", "Mia"], ["kinder", "Ben"]],
        "files": [],
    }
    again = sign_in("goe_ifk.a", behalten=json.dumps(kept))
    assert again.status_code == 200
    for value in ("Zeile 1", "Zeile 2", "Mia", "Ben", 'action="/probe"'):
        assert value in again.text
    done = client.post("/probe", data={**typed, "csrf_token": csrf_token(again)})
    assert done.text == "gespeichert"


@pytest.mark.parametrize("kept", ["kein json", "[]", '{"path": "//boese.example", "fields": []}'])
def test_a_broken_or_foreign_kept_form_is_dropped(sign_in, kept):
    assert sign_in("goe_ifk.a", behalten=kept).location == "/"
