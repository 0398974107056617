"""The page „API-Zugänge“: what operators can do to programs, and who learns a secret."""

import logging
import re

import pytest
from lxml import html

from engine.organisation import clients, deeds
from engine.organisation.clients import Scope
from tests.conftest import csrf_token
from tests.web.api.calling import token
from web.database import session

ASKED = {
    "name": "termine",
    "zweck": "überträgt Termine",
    "umfang": ["lesen", "auftraege"],
    "mandant": "goe",
    "gruppe": ["goe_ifk", "qz_leitung"],
}


@pytest.fixture
def operator(client, sign_in):
    sign_in("admin")
    return client


def send(client, path, **fields):
    fields["csrf_token"] = csrf_token(client.get("/api-zugaenge/neu"))
    return client.post(path, data=fields)


def secret_in(answer):
    values = html.fromstring(answer.text).xpath("//dd/text()")
    return next(text for text in values if re.fullmatch(r"[\w-]{43}", text))


def opened(app, secret, name="termine"):
    stage = type("Stage", (), {"app": app})
    return token(stage, name, secret).status_code == 200


@pytest.fixture
def secret(operator):
    answer = send(operator, "/api-zugaenge/neu", **ASKED)
    assert answer.status_code == 200, answer.text
    return secret_in(answer)


def test_a_program_is_registered_as_it_was_asked_for(app, operator, secret):
    assert opened(app, secret)
    with app.app_context():
        made = clients.get(session(), "termine")
    assert (made.mandant_id, made.group_ids) == ("goe", ("goe_ifk", "qz_leitung"))
    assert set(made.scopes) == {"lesen", "auftraege"}
    page = operator.get("/api-zugaenge/termine").text
    assert "Landkreis Göttingen" in page
    assert "Integrationsfachkraft, Leitung Qualitätszirkel" in page


def test_a_secret_is_shown_once_and_nowhere_else(app, operator, caplog):
    caplog.set_level(logging.DEBUG)
    answer = send(operator, "/api-zugaenge/neu", **ASKED)
    secret = secret_in(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Location" not in answer.headers
    assert secret not in str(answer.headers)
    assert secret not in caplog.text
    for path in ("/api-zugaenge", "/api-zugaenge/termine", "/api-zugaenge/neu"):
        assert secret not in operator.get(path).text


def test_a_new_secret_ends_the_old_one(app, operator, secret):
    newer = secret_in(send(operator, "/api-zugaenge/termine/geheimnis"))
    assert newer != secret
    assert not opened(app, secret)
    assert opened(app, newer)


def test_a_program_is_locked_and_comes_back(app, operator, secret):
    answer = send(operator, "/api-zugaenge/termine/sperren")
    assert answer.location == "/api-zugaenge/termine"
    assert not opened(app, secret)
    assert "gesperrt" in operator.get("/api-zugaenge").text
    send(operator, "/api-zugaenge/termine/entsperren")
    assert opened(app, secret)


def test_every_deed_is_noted_with_who_did_it(app, operator, secret):
    for deed in ("geheimnis", "sperren", "entsperren"):
        send(operator, f"/api-zugaenge/termine/{deed}")
    with app.app_context():
        noted = [(each.actor, each.action, each.subject) for each in deeds.latest(session())]
    actions = ["entsperrt", "gesperrt", "neues Geheimnis", "angelegt"]
    assert noted == [("admin", action, "api-zugang termine") for action in actions]
    assert "neues Geheimnis" in operator.get("/api-zugaenge").text


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"name": "Termine!"}, "Ein Kontoname hat höchstens"),
        ({"name": "admin"}, "gibt es schon"),
        ({"zweck": ""}, "wofür er ist"),
        ({"zweck": "x" * 201}, "wofür er ist"),
        ({"umfang": []}, "mindestens einen Umfang"),
        ({"umfang": ["verwalten"]}, "mindestens einen Umfang"),
        ({"umfang": ["alles"]}, "mindestens einen Umfang"),
        ({"mandant": "xy"}, "Den Mandanten xy gibt es nicht"),
        ({"gruppe": ["bo_ksa"]}, "Die Gruppe bo_ksa gibt es für dieses Konto nicht"),
        ({"mandant": ""}, "Die Gruppe goe_ifk gibt es für dieses Konto nicht"),
    ],
)
def test_what_is_not_registered_keeps_what_was_typed(app, operator, change, sentence):
    answer = send(operator, "/api-zugaenge/neu", **ASKED | change)
    assert answer.status_code == 422
    assert sentence in answer.text
    if "zweck" not in change:
        assert 'value="überträgt Termine"' in answer.text
    with app.app_context():
        assert clients.registered(session()) == []
        assert deeds.latest(session()) == []


def test_every_scope_but_administering_is_offered_and_explained(operator):
    page = html.fromstring(operator.get("/api-zugaenge/neu").text)
    offered = page.xpath("//input[@name='umfang']/@value")
    assert set(offered) == set(Scope) - {Scope.ADMINISTER}
    assert all(label.text_content() for label in page.xpath("//fieldset//label"))


def test_there_is_no_such_page_for_others(client, sign_in):
    sign_in("goe_ifk.a")
    assert client.get("/api-zugaenge").status_code == 404
    assert "API-Zugänge" not in client.get("/aufgaben").text
