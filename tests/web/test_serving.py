"""The server as a process: it answers, keeps others out, drains on SIGTERM and starts again."""

import json
import shutil
import signal
import sqlite3
from http.client import HTTPResponse
from urllib.parse import urlencode

import pytest

from tests.clients.installation import basic
from tests.server import Server, lotse

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A folder in which a server has run before."""
    folder = tmp_path_factory.mktemp("serving") / "data"
    with Server(folder) as server:
        assert server.terminate() == 0
    return folder


@pytest.fixture
def data(town, tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(town, folder)
    return folder


@pytest.fixture
def server(data):
    with Server(data) as server:
        yield server


def is_listening(server):
    connection = server.connect()
    try:
        connection.connect()
    except ConnectionError:
        return False
    finally:
        connection.close()
    return True


def half_a_sign_in(server):
    """Send the first half of a request and return the connection and the other half."""
    body = urlencode({"name": "goe_ifk.a", "passwort": "x" * 200}).encode()
    connection = server.connect()
    connection.putrequest("POST", "/anmelden")
    connection.putheader("Content-Type", "application/x-www-form-urlencoded")
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body[:50])
    assert server.get("/anmelden") == 200  # so the half that was sent before has been read
    return connection, body[50:]


def test_the_demo_answers(server):
    assert server.get("/anmelden") == 200
    assert server.get("/") == 302


def test_a_second_process_on_the_same_folder_is_refused_with_a_sentence(server, data):
    code, _, complaint = lotse(data, "tick")
    assert code == 1
    assert complaint.startswith(f"Lotse läuft schon mit dem Datenordner {data}.")
    assert server.get("/anmelden") == 200


def test_a_taken_port_is_refused_with_a_sentence(server, tmp_path):
    code, _, complaint = lotse(tmp_path / "other", "serve", LOTSE_PORT=str(server.port))
    assert code == 1
    assert complaint.startswith(f"Lotse kann 127.0.0.1:{server.port} nicht öffnen:")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_in_flight_is_answered_before_the_end(server, number):
    connection, rest = half_a_sign_in(server)
    server.process.send_signal(number)
    while is_listening(server):
        pass
    connection.send(rest)
    answer: HTTPResponse = connection.getresponse()
    assert answer.status == 400  # the sign-in was open for too long: no token
    assert b"</html>" in answer.read()
    connection.close()
    assert server.wait() == 0


def ask(server, path, body):
    """Send a request to the API and return the connection; the answer is still to come."""
    connection = server.connect()
    head = {"Authorization": basic("admin"), "Content-Type": "application/json"}
    connection.request("POST", f"/v2{path}", json.dumps(body), head)
    return connection


def test_who_waits_for_jobs_is_let_go_with_an_answer(server):
    job = {"type": "niemals", "timeout": 60_000, "maxJobsToActivate": 1, "requestTimeout": 60_000}
    waiting = [ask(server, "/jobs/activation", job) for _ in range(3)]
    assert server.get("/anmelden") == 200  # so the others have been taken up
    assert server.terminate() == 0
    for connection in waiting:
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())) == (200, {"jobs": []})
        connection.close()


def test_an_idle_connection_does_not_delay_the_end(server):
    connection = server.connect()
    connection.request("GET", "/anmelden")
    connection.getresponse().read()
    assert server.terminate() == 0
    connection.close()


def test_a_second_signal_ends_at_once(server):
    connection, _ = half_a_sign_in(server)
    server.process.send_signal(signal.SIGTERM)
    while is_listening(server):
        pass
    assert server.terminate() == -signal.SIGTERM
    connection.close()


def test_an_ended_server_leaves_nothing_in_the_log_of_the_database(server, data):
    assert server.terminate() == 0
    log = data / "lotse.sqlite3-wal"
    assert not log.exists() or log.stat().st_size == 0
    database = sqlite3.connect(data / "lotse.sqlite3")
    assert database.execute("PRAGMA quick_check").fetchone() == ("ok",)
    database.close()


def test_a_second_start_makes_no_new_versions(server, data):
    assert server.terminate() == 0
    database = sqlite3.connect(data / "lotse.sqlite3")
    before = database.execute("SELECT count(*) FROM definition").fetchone()
    with Server(data) as again:
        assert again.get("/anmelden") == 200
        assert again.terminate() == 0
    assert database.execute("SELECT count(*) FROM definition").fetchone() == before
    database.close()


def test_serve_without_the_demo_shows_no_demo_accounts(tmp_path):
    with Server(tmp_path / "data", "serve") as server:
        connection = server.connect()
        connection.request("GET", "/anmelden")
        assert "lotse-demo" not in connection.getresponse().read().decode()
        connection.close()
        assert server.terminate() == 0
