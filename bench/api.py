"""Measures the REST API against a real server: instances, jobs, and workers that wait for jobs.

Run with `python -m bench.api [samples]`. Client and server share the machine; what is timed is a
call from sending it to the last byte of the answer, commit included.
"""

from __future__ import annotations

import json
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, sleep
from typing import Any

from urllib3 import encode_multipart_formdata

from engine.organisation import demo
from tests.clients.installation import OPERATOR, basic
from tests.engine.bpmn import drawing as d
from tests.server import Server

SAMPLES = 200
AT_ONCE = 10  #: jobs that a worker takes with one call
SETTLE = 0.05  #: seconds until a request that was sent waits on the server
TASK, JOB = "messung_aufgabe", "messung_auftrag"


class Client:
    """A connection that is kept open, as clients keep theirs."""

    def __init__(self, server: Server) -> None:
        self._connection = server.connect()
        self._headers = {"Authorization": basic(OPERATOR, demo.PASSWORD)}

    def send(self, path: str, content: bytes, kind: str = "application/json") -> Any:
        """Send bytes; return the object that is answered, or None for an answer without one."""
        headers = self._headers | {"Content-Type": kind}
        self._connection.request("POST", f"/v2{path}", content, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        assert answer.status in (200, 204), text
        return json.loads(text) if text else None

    def post(self, path: str, **body: Any) -> Any:
        """Send an object and return the answered one."""
        return self.send(path, json.dumps(body).encode())

    def begin(self, process: str) -> str:
        """Begin an instance and return its key."""
        key: str = self.post("/process-instances", processDefinitionId=process)[
            "processInstanceKey"
        ]
        return key

    def take(self, patience: int) -> list[str]:
        """Take some jobs, waiting so many milliseconds for the first; return their keys."""
        wanted = {"maxJobsToActivate": AT_ONCE, "timeout": 60_000, "requestTimeout": patience}
        jobs = self.post("/jobs/activation", type=JOB, **wanted)["jobs"]
        return [job["jobKey"] for job in jobs]

    def work(self) -> int:
        """Complete jobs until there are none; return how many."""
        done = 0
        while keys := self.take(-1):
            for key in keys:
                self.post(f"/jobs/{key}/completion")
            done += len(keys)
        return done

    def close(self) -> None:
        self._connection.close()


def deploy(client: Client) -> None:
    """Bring in two processes of one step each: for a person, and for a worker."""
    steps = {TASK: d.user("schritt", d.zeebe("userTask")), JOB: d.job("schritt", type=JOB)}
    for process, step in steps.items():
        way = d.chain("start", "schritt", "end")
        drawn = d.diagram(d.start(), step, d.end(), way, process=process)
        client.send(
            "/deployments",
            *encode_multipart_formdata({"resources": (f"{process}.bpmn", drawn)}),
        )


def tell(name: str, times: list[float]) -> None:
    """Print the median and the 95th percentile, in milliseconds."""
    print(f"{name:46} | {median(times):9.1f} | {quantiles(times, n=20)[-1]:6.1f}")


def instances(client: Client, samples: int) -> None:
    """Create instances and complete their tasks."""
    creating, completing = [], []
    for _ in range(samples):
        began = perf_counter()
        key = client.begin(TASK)
        creating.append((perf_counter() - began) * 1000)
        wanted = {"processInstanceKey": key}
        (task,) = client.post("/user-tasks/search", filter=wanted)["items"]
        began = perf_counter()
        client.post(f"/user-tasks/{task['userTaskKey']}/completion")
        completing.append((perf_counter() - began) * 1000)
    tell("create an instance", creating)
    tell("complete its task", completing)


def jobs(server: Server, client: Client, samples: int, workers: int) -> None:
    """Let workers empty a queue, and print how many jobs they end in a second."""
    for _ in range(samples):
        client.begin(JOB)
    clients = [Client(server) for _ in range(workers)]
    began = perf_counter()
    with ThreadPoolExecutor(workers) as threads:
        done = sum(threads.map(Client.work, clients))
    seconds = perf_counter() - began
    assert done == samples
    print(f"jobs activated and completed, {workers} worker(s) | {done / seconds:.0f} per second")
    for each in clients:
        each.close()


def waiting(server: Server, client: Client, samples: int) -> None:
    """Measure from the answer to a creation until the waiting worker holds the job."""
    delays = []
    with closing(Client(server)) as worker, ThreadPoolExecutor(1) as thread:
        for _ in range(samples):
            taken = thread.submit(lambda: (worker.take(10_000), perf_counter()))
            sleep(SETTLE)  # until it really waits
            client.begin(JOB)
            created = perf_counter()
            (keys, received) = taken.result()
            delays.append((received - created) * 1000)
            for key in keys:
                client.post(f"/jobs/{key}/completion")
    tell("a waiting worker gets the job that was created", delays)


def main() -> int:
    """Print the figures."""
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES
    print("call                                           | median ms | p95 ms")
    with (
        tempfile.TemporaryDirectory() as folder,
        Server(Path(folder) / "data") as server,
        closing(Client(server)) as client,
    ):
        deploy(client)
        instances(client, samples)
        waiting(server, client, samples)
        for workers in (1, 4):
            jobs(server, client, samples, workers)
        server.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main())
