"""Measures the completing of tasks of P3 over HTTP against a real server, commit included.

Run with `python -m bench.http [samples]`. Forms are fetched and filled in beforehand; what is
timed is the POST that completes, from sending it to the last byte of the answer. Two tasks: the
offer (no handler: a timer and subscriptions) and the proposal (decisions and the case file).
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
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


def report(name: str, clients: int, times: list[float], seconds: float) -> float:
    """Print a line and return the median."""
    middle = median(times)
    p95 = quantiles(times, n=20)[-1]
    print(f"{name:24} | {clients:7} | {middle:9.1f} | {p95:6.1f} | {len(times) / seconds:8.0f}")
    return middle


def timed(work: Callable[[], list[float]]) -> tuple[list[float], float]:
    """Return the times of a work's parts, and how many seconds they took together."""
    began = perf_counter()
    return work(), perf_counter() - began


def main() -> int:
    """Print the figures; 1 if a completion with one client takes longer than the target."""
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES
    slow = False
    print("completion               | clients | median ms | p95 ms | per second")
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder) / "data") as server:
        for clients in (1, 8):
            bench = Bench(server, clients)
            proposals = bench.proposals(samples // clients)
            report("ut_vorschlag", clients, *timed(lambda: bench.send(proposals)))  # noqa: B023
            offers = bench.offers(proposals)
            middle = report("ut_angebot_vorstellen", clients, *timed(lambda: bench.send(offers)))  # noqa: B023
            slow = slow or (clients == 1 and middle > TARGET_MS)
            bench.close()
        server.terminate()
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
