"""The clock of a test installation."""

from datetime import UTC, datetime

import pytest

from engine import clock
from tests.conftest import csrf_token
from web import config, create_app


@pytest.fixture
def operator(client, sign_in):
    sign_in("admin")
    return client


def post(client, path, **fields):
    page = client.get("/uhr")
    return client.post(path, data={"csrf_token": csrf_token(page), **fields})


def test_an_operator_pins_the_clock_and_stays_signed_in(operator):
    assert post(operator, "/uhr", zeitpunkt="2030-01-26 00:00").status_code == 303
    assert clock.now() == datetime(2030, 1, 25, 23, 0, tzinfo=UTC)
    assert "2030-01-26 00:00" in operator.get("/uhr").text


def test_an_operator_lets_the_clock_go_again(operator):
    post(operator, "/uhr", zeitpunkt="2030-01-26 00:00")
    assert post(operator, "/uhr/zurueck").status_code == 303
    assert clock.now().year < 2030


def test_what_is_no_moment_is_given_back_with_a_sentence(operator):
    answer = post(operator, "/uhr", zeitpunkt="übermorgen")
    assert answer.status_code == 422
    assert "übermorgen" in answer.text
    assert "Bitte geben Sie Tag und Uhrzeit an" in answer.text


def test_nobody_else_sees_the_clock(client, sign_in):
    sign_in("goe_ifk.a")
    assert client.get("/uhr").status_code == 404


def test_a_real_installation_has_no_such_page(settings):
    app = create_app(config.read({"LOTSE_DATA": str(settings.data)}))
    assert "travelling.show" not in app.view_functions


def test_the_menu_leads_operators_to_the_clock(operator):
    assert '<a href="/uhr"' in operator.get("/vorfaelle").text
