"""Who may call the API: accounts by password, programs by token, nobody by cookie."""

from datetime import timedelta

import time_machine

from engine import clock
from engine.organisation import clients, demo, enrolment
from engine.organisation.clients import Scope
from tests.web.api.calling import Api, program, register, token
from web.api import rates
from web.database import write


def test_a_stranger_is_asked_who_it_is(stage):
    answer = Api(stage, account="").get("/topology")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert answer.mimetype == "application/problem+json"


def test_a_wrong_password_opens_nothing(stage):
    client = stage.app.test_client()
    assert client.get("/v2/topology", auth=("admin", "falsch")).status_code == 401
    assert client.get("/v2/topology", auth=("niemand", demo.PASSWORD)).status_code == 401


def test_guessing_is_slowed_down(stage):
    client = stage.app.test_client()
    tries = [client.get("/v2/topology", auth=("admin", f"x{n}")).status_code for n in range(6)]
    assert tries[-1] == 429


def test_a_remembered_password_ends_with_the_account(stage):
    api = Api(stage, "goe_ifk.a")
    assert api.get("/topology").status_code == 200
    _lock(stage)
    assert api.get("/topology").status_code == 401


def _lock(stage):
    with stage.app.app_context():
        write(lambda s: enrolment.lock(s, enrolment.number_of(s, "goe_ifk.a")))


def test_the_cookie_of_a_page_opens_nothing(client, sign_in):
    sign_in("admin")
    assert client.get("/vorfaelle").status_code == 200
    assert client.get("/v2/topology").status_code == 401
    assert client.post("/v2/process-instances", json={}).status_code == 401


def test_a_program_gets_a_token_for_its_secret(stage):
    secret = register(stage, scopes=(Scope.READ,))
    answer = token(stage, "worker", secret)
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["scope"] == "lesen"
    me = Api(stage, token=answer.json["access_token"]).get("/authentication/me").json
    assert me["username"] == "worker"


def test_a_program_may_send_its_secret_as_basic_credentials(stage):
    secret = register(stage)
    client = stage.app.test_client()
    asked = {"grant_type": "client_credentials"}
    assert client.post("/oauth/token", data=asked, auth=("worker", secret)).status_code == 200


def test_a_wrong_secret_gets_no_token(stage):
    register(stage)
    assert token(stage, "worker", "falsch").json == {"error": "invalid_client"}
    assert token(stage, "niemand", "falsch").status_code == 401
    assert token(stage, "worker", "x", grant_type="password").status_code == 400


def test_a_token_allows_what_the_program_may_and_asked_for(stage):
    secret = register(stage, scopes=(Scope.READ, Scope.JOBS))
    answer = token(stage, "worker", secret, scope="lesen verwalten")
    assert answer.json["scope"] == "lesen"
    narrow = Api(stage, token=answer.json["access_token"])
    assert narrow.post("/process-definitions/search").status_code == 200
    refused = narrow.post("/process-instances", {"processDefinitionId": "kibiz_uebergabe"})
    assert refused.status_code == 403
    assert "vorgaenge" in refused.json["detail"]


def test_a_token_ends_after_an_hour(stage):
    api = program(stage)
    assert api.get("/topology").status_code == 200
    with time_machine.travel(clock.wall() + timedelta(hours=1, seconds=1), tick=False):
        assert api.get("/topology").status_code == 401


def test_a_token_ends_with_its_secret_and_with_its_program(stage):
    api = program(stage)
    with stage.app.app_context():
        write(lambda session: clients.renew(session, "worker"))
    assert api.get("/topology").status_code == 401
    other = program(stage, "zweiter")
    with stage.app.app_context():
        write(lambda session: clients.lock(session, "zweiter"))
    assert other.get("/topology").status_code == 401


def test_a_forged_token_opens_nothing(stage):
    api = program(stage)
    api.token = api.token[:-2] + "xx"
    assert api.get("/topology").status_code == 401


def test_a_program_signs_in_at_no_page(stage):
    secret = register(stage)
    client = stage.app.test_client()
    assert client.get("/v2/topology", auth=("worker", secret)).status_code == 401


def test_too_many_calls_are_refused(stage, monkeypatch):
    monkeypatch.setattr(rates, "OF_CALLERS", rates.RateLimitItemPerMinute(2))
    api = Api(stage)
    assert [api.get("/topology").status_code for _ in range(3)] == [200, 200, 429]
