"""What no client should send, sent to a running server: refused in words, and it stays up."""

import json
import socket
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine

from engine import clock
from engine.organisation import demo
from tests.clients.installation import PROGRAM, basic
from web import config, create_app
from web.database import db

JSON = {"Content_Type": "application/json"}
CREATE = "/v2/process-instances"
SEARCH = "/v2/process-instances/search"
HANDOVER = "kibiz_uebergabe"


def _creation(**more):
    return json.dumps({"processDefinitionId": HANDOVER, **more}).encode()


BODIES = {
    "nothing": (CREATE, b"", 400),
    "cut off": (CREATE, b'{"processDefinitionId": "kib', 400),
    "a list": (CREATE, b"[]", 400),
    "no UTF-8": (CREATE, b'{"processDefinitionId": "\xff\xfe"}', 400),
    "half a character": (CREATE, b'{"processDefinitionId": "\\ud800"}', 400),
    "no number": (CREATE, b'{"variables": {"a": NaN}}', 400),
    "a number without end": (CREATE, b'{"processDefinitionVersion": 1e999}', 400),
    "an abyss": (CREATE, b'{"variables": ' + b'{"a":' * 9_000 + b"1" + b"}" * 9_001, 400),
    "a deep list": (CREATE, b"[" * 200_000, 400),
    "a wrong type": (CREATE, b'{"processDefinitionId": 7}', 400),
    "a key that is a number": (CREATE, b'{"processDefinitionKey": 7}', 400),
    "variables that are a list": (CREATE, _creation(variables=[1]), 400),
    "an unknown field": (CREATE, _creation(variabels={}), 400),
    "an unknown process": (CREATE, b'{"processDefinitionId": "nirgends"}', 404),
    "another tenant": (CREATE, _creation(tenantId="anderer"), 400),
    "variables of 2 MB": (CREATE, _creation(variables={"a": "x" * 2_000_000}), 400),
    "variables of 10 MB": (CREATE, _creation(variables={"a": "x" * 10_000_000}), 413),
    "an unknown filter": (SEARCH, b'{"filter": {"nirgends": 1}}', 400),
    "an unknown operator": (SEARCH, b'{"filter": {"businessId": {"$regex": "a"}}}', 400),
    "a page of all": (SEARCH, b'{"page": {"limit": 1000000}}', 400),
    "a page from two ends": (SEARCH, b'{"page": {"from": 1, "after": "x"}}', 400),
    "a cursor of ours that is none": (SEARCH, b'{"page": {"after": "AAAA"}}', 400),
    "a moment that is none": (SEARCH, b'{"filter": {"startDate": "gestern"}}', 400),
}


@pytest.mark.parametrize("path, content, status", BODIES.values(), ids=BODIES)
def test_a_wrong_body_is_refused_in_words(installation, path, content, status):
    _refused(installation, installation.send("POST", path, content, **JSON), status)


@pytest.mark.parametrize(
    "kind", ("text/plain", "application/xml", "multipart/form-data; boundary=x", "\xff", "a" * 900)
)
def test_json_that_calls_itself_something_else_is_refused(installation, kind):
    answer = installation.send("POST", CREATE, _creation(), Content_Type=kind)
    _refused(installation, answer, 415)


PART = b'--x\r\nContent-Disposition: form-data; name="resources"; filename="%s"\r\n\r\n%s\r\n'
FORMS = {
    "nothing": b"",
    "no boundary": b"garbage",
    "cut off in a head": b'--x\r\nContent-Disposition: form-data; name="reso',
    "no file": b"--x--\r\n",
    "a file of another kind": PART % (b"a.exe", b"MZ") + b"--x--\r\n",
    "an empty diagram": PART % (b"a.bpmn", b"") + b"--x--\r\n",
    "a broken diagram": PART % (b"a.bpmn", b"<a><b></a>") + b"--x--\r\n",
    "a broken table": PART % (b"a.dmn", b"\xff\xfe") + b"--x--\r\n",
    "a broken form": PART % (b"a.form", b"{") + b"--x--\r\n",
}


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
def test_a_broken_upload_is_refused_in_words(installation, content):
    kind = "multipart/form-data; boundary=x"
    answer = installation.send("POST", "/v2/deployments", content, Content_Type=kind)
    _refused(installation, answer, 400)


@pytest.mark.parametrize(
    "authorization",
    (
        "Basic",
        "Basic !!!",
        "Basic " + "A" * 20_000,
        basic("admin", "falsch"),
        basic("a\0dmin"),
        basic("x" * 10_000),
        "Bearer",
        "Bearer a.b.c",
        "Bearer " + "A" * 20_000,
        'Digest username="admin"',
        "\xe4\xf6\xfc",
    ),
)
def test_a_wrong_sign_in_opens_nothing(installation, authorization):
    answer = installation.send("GET", "/v2/topology", Authorization=authorization)
    _refused(installation, answer, 401)


def test_an_expired_token_opens_nothing(installation):
    asked = {"grant_type": "client_credentials", "client_id": PROGRAM}
    app = create_app(config.read({"LOTSE_DATA": str(installation.folder)}))
    with time_machine.travel(clock.wall() - timedelta(hours=2), tick=False):
        secret = {"client_secret": installation.secret}
        token = app.test_client().post("/oauth/token", data=asked | secret).json["access_token"]
    with app.app_context():
        db.engine.dispose()
    answer = installation.send("GET", "/v2/topology", Authorization=f"Bearer {token}")
    _refused(installation, answer, 401)
    assert "abgelaufen" in answer.json["detail"]


@pytest.mark.parametrize(
    "path, status",
    (
        ("/v2/nirgends", 404),
        ("/v2/process-instances/abc", 404),
        ("/v2/process-instances/" + "9" * 30, 404),
        ("/v2/process-instances/%00", 404),
        ("/v2/process-instances/1%2F..%2F..%2Fetc", 404),
        ("/v2/process-instances/%ff%fe", 404),
        ("/v2/../v2/topology?" + "a=1&" * 5_000, 404),
    ),
)
def test_a_wrong_address_leads_nowhere(installation, path, status):
    _refused(installation, installation.send("GET", path), status)


RAW = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "a header without a colon": b"GET /v2/status HTTP/1.1\r\nHost a\r\n\r\n",
    "a header of 1 MB": b"GET /v2/status HTTP/1.1\r\nA: " + b"x" * 1_000_000 + b"\r\n\r\n",
    "a length that is none": b"POST /v2/topology HTTP/1.1\r\nContent-Length: viel\r\n\r\n",
    "a length below zero": b"POST /v2/topology HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    "two ways to tell the length": (
        b"POST /v2/topology HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: x\r\n\r\n"
    ),
    "a body of 1 TB": b"POST /v2/topology HTTP/1.1\r\nContent-Length: 1099511627776\r\n\r\n",
}


@pytest.mark.parametrize("sent", RAW.values(), ids=RAW)
def test_what_is_no_request_is_not_answered_as_one(installation, sent):
    answer = b""
    with socket.create_connection(("127.0.0.1", installation.server.port), 30) as line:
        # The server may hang up before everything is said, and then its answer may be lost.
        with suppress(OSError):
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
        with suppress(ConnectionError):
            while part := line.recv(65_536):
                answer += part
    assert not answer or answer.split(b" ")[1][:1] in (b"4", b"5")
    _stays_up(installation)


def test_garbage_in_headers_does_not_matter(installation):
    garbage = {"Accept": "\xff" * 500, "Cookie": "=;=;\x80", "X_Forwarded_For": "'; DROP", "If": ""}
    answer = installation.send("GET", "/v2/topology", **garbage)
    assert answer.status == 200
    assert answer.json["gatewayVersion"]


def _refused(installation, answer, status):
    assert answer.status == status, answer.content[:500]
    assert answer.kind == "application/problem+json"
    problem = answer.json
    assert set(problem) == {"type", "title", "status", "detail", "instance"}
    assert problem["status"] == status
    assert problem["detail"]
    assert demo.PASSWORD not in problem["detail"]
    _stays_up(installation)


def _stays_up(installation):
    assert installation.server.process.poll() is None
    assert installation.server.get("/v2/status") == 204


NUL = (
    ("POST", "/v2/process-instances", rb'{"processDefinitionId": "a\u0000b"}'),
    ("POST", "/v2/process-instances/search", rb'{"filter": {"processDefinitionId": "\u0000"}}'),
    ("POST", "/v2/signals/broadcast", rb'{"signalName": "a", "variables": {"\u0000": {"b": 1}}}'),
    ("POST", "/v2/expression/evaluation", rb'{"expression": "=1", "variables": {"a": "\\\u0000"}}'),
    ("GET", "/v2/users/a%00b", None),
)


@pytest.mark.parametrize("method, path, content", NUL)
def test_a_nul_is_refused_in_words(installation, method, path, content):
    answer = installation.send(method, path, content, Content_Type="application/json")
    _refused(installation, answer, 400)
    assert "NUL" in answer.json["detail"]


def test_a_text_that_only_speaks_of_a_nul_is_taken(installation):
    body = {"expression": '="a"', "variables": {"text": "\\u0000"}}
    assert installation.post("/expression/evaluation", body)["result"] == "a"
