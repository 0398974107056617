"""Measures the completing of tasks of P3 over HTTP against a real server, commit included.

Run with `python -m bench.http [samples]`. Forms are fetched and filled in beforehand; what is
timed is the POST that completes, from sending it to the last byte of the answer. Two tasks: the
offer (no handler: a timer and subscriptions) and the proposal (decisions and the case file).
"""

from __future__ import annotations

import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter

from engine import clock
from tests.processes.stage import controls, flattened
from tests.server import Server
from tests.visitor import Visitor, answers_for

SAMPLES = 200
TARGET_MS = 10.0
THINK = {"gespraech_form": "ifk_allein", "interesse_familie": "bedenkzeit"}

Prepared = tuple[str, dict[str, object]]


class Bench:
    """A server with signed-in clients."""

    def __init__(self, server: Server, clients: int) -> None:
        self.server = server
        self.visitors = [Visitor(server.port) for _ in range(clients)]
        for visitor in self.visitors:
            visitor.sign_in("goe_ifk.a")
        self.random = Random(1)
        self.today = clock.today().isoformat()

    def proposals(self, each: int) -> list[list[Prepared]]:
        """Begin procedures and fill in their first form, without sending it."""
        return [[self._proposal(visitor) for _ in range(each)] for visitor in self.visitors]

    def offers(self, done: list[list[Prepared]]) -> list[list[Prepared]]:
        """Fill in the form that follows each completed proposal."""
        return [
            [self._offer(visitor, int(path.rsplit("/", 1)[1])) for path, _ in prepared]
            for visitor, prepared in zip(self.visitors, done, strict=True)
        ]

    def _proposal(self, visitor: Visitor) -> Prepared:
        path = f"/aufgaben/{visitor.begin()}"
        page = visitor.get(path)
        return path, controls(page) | flattened(answers_for(page, self.random, self.today)) | SEND

    def _offer(self, visitor: Visitor, task: int) -> Prepared:
        path = visitor.following[task]
        answers = THINK | {"datum": self.today}
        return path, controls(visitor.get(path)) | answers | SEND

    def send(self, prepared: list[list[Prepared]]) -> list[float]:
        """Send what was prepared, all clients at once; return the times in milliseconds."""
        with ThreadPoolExecutor(len(self.visitors)) as threads:
            parts = threads.map(_send, self.visitors, prepared)
            return [each for part in parts for each in part]

    def close(self) -> None:
        for visitor in self.visitors:
            visitor.close()


SEND = {"_aktion": "abschliessen"}


def _send(visitor: Visitor, prepared: list[Prepared]) -> list[float]:
    times = []
    cookies = dict(visitor.cookies)
    for path, fields in prepared:
        visitor.cookies = dict(cookies)  # as after a page, which has shown the last message
        began = perf_counter()
        answer = visitor.post(path, fields)
        times.append((perf_counter() - began) * 1000)
        assert answer.status_code == 303, answer.text[:500]
        visitor.following[int(path.rsplit("/", 1)[1])] = answer.location
    return times


def measure(name: str, bench: Bench, prepared: list[list[Prepared]]) -> float:
    """Send what was prepared, print a line and return the median in milliseconds."""
    before, began = cpu_seconds(bench.server), perf_counter()
    times = bench.send(prepared)
    seconds, cpu = perf_counter() - began, cpu_seconds(bench.server) - before
    middle, p95 = median(times), quantiles(times, n=20)[-1]
    print(
        f"{name:22} | {len(bench.visitors):7} | {middle:9.1f} | {p95:6.1f} "
        f"| {cpu * 1000 / len(times):13.1f} | {len(times) / seconds:10.0f}"
    )
    return middle


def cpu_seconds(server: Server) -> float:
    """Return the processor time that the server has used, which other work hardly disturbs."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Print the figures; 1 if a completion with one client takes longer than the target."""
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES
    slow = False
    print("completion             | clients | median ms | p95 ms | server CPU ms | per second")
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder) / "data") as server:
        for clients in (1, 8):
            bench = Bench(server, clients)
            proposals = bench.proposals(samples // clients)
            measure("ut_vorschlag", bench, proposals)
            middle = measure("ut_angebot_vorstellen", bench, bench.offers(proposals))
            slow = slow or (clients == 1 and middle > TARGET_MS)
            bench.close()
        server.terminate()
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
