"""A server that ends while programs wait: each gets an answer, and no job goes astray."""

import json
from http.client import RemoteDisconnected

import pytest

from tests.clients.installation import OPERATOR, basic
from tests.engine.bpmn import drawing as d
from tests.server import Server, lotse

pytestmark = pytest.mark.slow

PROCESS, TYPE = "abschied", "packen"
LONG = 60_000  # milliseconds: longer than any test may take
WANTED = {"type": TYPE, "worker": "w", "timeout": LONG, "maxJobsToActivate": 1}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A folder in which a process with one job is deployed."""
    top = tmp_path_factory.mktemp("leaving")
    folder = top / PROCESS
    folder.mkdir()
    drawn = d.diagram(
        d.start(),
        d.job("packen", type=TYPE),
        d.end(),
        d.chain("start", "packen", "end"),
        process=PROCESS,
    )
    (folder / f"{PROCESS}.bpmn").write_bytes(drawn)
    with Server(top / "data") as server:  # makes the accounts of the demo
        assert server.terminate() == 0
    assert lotse(top / "data", "deploy", folder)[::2] == (0, "")
    return top / "data"


def ask(server, path, body):
    """Send a request and return the connection; its answer is still to come."""
    connection = server.connect()
    head = {"Authorization": basic(OPERATOR), "Content-Type": "application/json"}
    connection.request("POST", f"/v2{path}", json.dumps(body), head)
    return connection


def told(connection):
    """Return the answer to a request: its status, and what it says."""
    answer = connection.getresponse()
    said = json.loads(answer.read() or b"null")
    connection.close()
    return answer.status, said


def begin(server, **more):
    return ask(server, "/process-instances", {"processDefinitionId": PROCESS, **more})


def take(server, **more):
    return ask(server, "/jobs/activation", WANTED | {"requestTimeout": LONG} | more)


def taken(connection):
    status, said = told(connection)
    assert status == 200, said
    return {job["jobKey"] for job in said["jobs"]}


def test_who_waits_for_the_end_of_an_instance_is_told_that_it_still_runs(data):
    with Server(data) as server:
        waiting = begin(server, awaitCompletion=True, requestTimeout=LONG)
        (job,) = taken(take(server))  # so the instance has begun
        assert server.terminate() == 0
        status, said = told(waiting)
    assert (status, said["status"]) == (504, 504)
    assert "läuft noch" in said["detail"]
    with Server(data) as server:  # the job is still its holder's, who may hand it in now
        assert told(ask(server, f"/jobs/{job}/completion", {})) == (204, None)


def test_jobs_are_with_those_who_were_told_of_them_or_free(data):
    with Server(data) as server:
        workers = [take(server) for _ in range(3)]
        assert server.get("/anmelden") == 200  # so they wait by now
        starters = [begin(server) for _ in range(4)]
        assert told(starters[0])[0] == 200
        assert server.terminate() == 0  # while jobs come and are given out
        given = [taken(each) for each in workers]
        begun = 1 + sum(was_answered(each) for each in starters[1:])
    with Server(data) as server:
        free = taken(take(server, maxJobsToActivate=10, requestTimeout=-1))
        held = set().union(*given)
        assert len(held) == sum(map(len, given))  # nobody got what another one has
        assert not held & free
        assert len(held | free) >= begun
        for job in held | free:
            assert told(ask(server, f"/jobs/{job}/completion", {})) == (204, None)
        found = told(ask(server, "/jobs/search", {"filter": {"type": TYPE, "state": "CREATED"}}))
        assert found[1]["items"] == []
        assert server.terminate() == 0


def was_answered(connection):
    """Whether a request was taken up before the doors closed, and then answered well."""
    try:
        return told(connection)[0] == 200
    except (RemoteDisconnected, ConnectionError):
        return False
