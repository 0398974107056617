"""Refusals and accidents: kind pages in German, nothing lost, nothing given away."""

import io
import logging

import pytest
from flask import abort

from engine import errors as facts
from tests.conftest import csrf_token

SECRET = "Familie Geheim"

FACTS = {
    "missing": facts.InstanceNotFound,
    "foreign": facts.NotYourTask,
    "forbidden": facts.NotAllowed,
    "completed": facts.AlreadyCompleted,
    "invalid": facts.Invalid,
    "handler": facts.HandlerFailed,
    "accident": lambda: ValueError(SECRET),
}


@pytest.fixture
def client(app):
    """Signed in, with a door behind which everything goes wrong as asked."""

    def fail(kind):
        raise FACTS[kind]()

    app.add_url_rule("/probe/<kind>", "probe", fail, methods=["GET", "POST"])
    app.add_url_rule("/echo", "echo", lambda: "da", methods=["GET", "POST"])
    app.add_url_rule("/ordner/", "ordner", lambda: "da")
    app.add_url_rule("/pause", "pause", lambda: abort(503))
    return app.test_client()


@pytest.fixture
def signed_in(client, sign_in):
    sign_in("goe_ifk.a")
    return client


@pytest.mark.parametrize(
    "kind, status, sentence",
    [
        ("missing", 404, "gibt es nicht, oder Sie dürfen es nicht sehen"),
        ("forbidden", 403, "Das dürfen Sie nicht."),
        ("completed", 409, "Diese Aufgabe ist schon erledigt."),
        ("invalid", 422, "Die Angaben sind nicht gültig."),
        ("handler", 500, "Der Fehler liegt nicht bei Ihnen."),
        ("accident", 500, "Der Fehler liegt nicht bei Ihnen."),
    ],
)
def test_a_fact_has_its_page(signed_in, kind, status, sentence):
    answer = signed_in.get(f"/probe/{kind}")
    assert answer.status_code == status
    assert sentence in answer.text
    assert "Was Sie tun können" in answer.text


def test_missing_and_forbidden_look_the_same(signed_in):
    missing = signed_in.get("/probe/missing")
    foreign = signed_in.get("/probe/foreign")
    nowhere = signed_in.get("/gibt-es-nicht")
    pages = {csrf_free(answer.text) for answer in (missing, foreign, nowhere)}
    assert len(pages) == 1
    assert {answer.status_code for answer in (missing, foreign, nowhere)} == {404}


def csrf_free(text):
    token = csrf_token(type("Page", (), {"text": text}))
    return text.replace(token, "")


def test_an_accident_shows_a_number_that_the_log_has_and_nothing_else(signed_in, caplog):
    with caplog.at_level(logging.DEBUG):
        answer = signed_in.post(
            "/probe/accident",
            data={"csrf_token": csrf_token(signed_in.get("/aufgaben")), "grund": "vertraulich"},
        )
    number = answer.text.partition('<strong class="lo-code">')[2].partition("<")[0]
    assert len(number) == 8
    assert number in caplog.text
    assert "ValueError" in caplog.text
    assert SECRET not in caplog.text + answer.text
    assert "vertraulich" not in caplog.text
    assert "Traceback" not in caplog.text + answer.text


@pytest.mark.parametrize("kind", ("completed", "invalid", "accident"))
def test_a_refusal_shows_what_was_typed(signed_in, kind):
    token = csrf_token(signed_in.get("/aufgaben"))
    form = {"csrf_token": token, "vorschlag.grund": "Die Familie wünscht es <b>sehr</b>."}
    answer = signed_in.post(f"/probe/{kind}", data=form)
    assert "Die Familie wünscht es &lt;b&gt;sehr&lt;/b&gt;." in answer.text
    assert token not in answer.text.partition("Ihre Eingaben")[2]


def test_an_old_token_costs_nothing_typed(signed_in):
    form = {"csrf_token": "alt", "grund": "Zeile 1\r\nZeile 2", "kinder": ["Mia", "Ben"]}
    answer = signed_in.post("/echo?a=1", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 400
    assert "Noch einmal senden" in answer.text
    assert 'action="/echo?a=1"' in answer.text
    for value in ("Zeile 1\r\nZeile 2", "Mia", "Ben"):
        assert f"\n{value}</textarea>" in answer.text
    again = {**form, "csrf_token": csrf_token(answer)}
    assert signed_in.post("/echo?a=1", data=again).text == "da"


def test_an_old_token_asks_for_files_again(signed_in):
    file = (io.BytesIO(b"%PDF"), "nachweis.pdf")
    form = {"csrf_token": "alt", "grund": "x", "nachweis": file}
    answer = signed_in.post("/echo", data=form, headers={"Origin": "http://localhost"})
    assert 'type="file"' in answer.text
    assert 'name="nachweis"' in answer.text
    assert 'enctype="multipart/form-data"' in answer.text


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://boese.example"}, {"Origin": "null"}],
)
def test_a_form_from_a_foreign_page_is_never_offered_again(signed_in, headers):
    answer = signed_in.post("/echo", data={"csrf_token": "alt", "grund": "x"}, headers=headers)
    assert answer.status_code == 400
    assert "Noch einmal senden" not in answer.text


def test_a_post_without_a_token_is_refused(signed_in):
    assert signed_in.post("/echo", data={"grund": "x"}).status_code == 400


def test_a_wrong_method_says_what_to_do(signed_in):
    answer = signed_in.delete("/echo")
    assert answer.status_code == 405
    assert "über das Menü" in answer.text


def test_a_request_that_is_too_large_says_what_to_do(app, signed_in):
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = signed_in.post("/echo", data={"grund": "x" * 2000})
    assert answer.status_code == 413
    assert "höchstens 25 MB" in answer.text


def test_a_form_with_too_many_fields_is_refused(app, signed_in):
    app.config["MAX_FORM_PARTS"] = 3
    fields = {f"feld{i}": "x" for i in range(9)}
    answer = signed_in.post("/echo", data=fields, content_type="multipart/form-data")
    assert answer.status_code == 413


def test_a_redirect_is_no_error(signed_in):
    assert signed_in.get("/ordner").status_code == 308


def test_a_server_error_of_flask_s_own_is_an_accident(signed_in):
    answer = signed_in.get("/pause")
    assert answer.status_code == 500
    assert "Fehlernummer" in answer.text
