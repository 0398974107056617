"""Measures one completion of a user task in the pure engine, and the size of an instance.

Run with `python -m bench.engine`. The model has about 20 elements and 60 variables; its rework
loop has two user tasks and is turned until 10, 100, 1,000 and 10,000 of them are completed in one
instance. Neither the time of a completion nor the snapshot may grow. A completion loads the
snapshot, runs to the next wait and saves; the step is pure, so that the same completion is
measured again and again. CPU time; whether it grows is judged by the fastest, which other work on
the machine disturbs least.
"""

from __future__ import annotations

import gc
import sys
import time
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median, quantiles

from engine import bpmn

NOW = datetime(2026, 1, 12, 11, 0, tzinfo=UTC)
SAMPLES = 300
TARGET_MS = 1.0
COMPLETED = (10, 100, 1_000, 10_000)
MODEL = Path(__file__).with_name("engine.bpmn")


class Measured:
    """One instance and its open task."""

    def __init__(self, process: bpmn.Process) -> None:
        self.process = process
        self.ids = count(2**51).__next__
        values = {f"wert_{number}": f"Angabe {number} zum Fall" for number in range(60)}
        self.outcome = self._step(None, bpmn.Start(None, values))

    def _step(self, saved: bytes | None, command: bpmn.Command) -> bpmn.Outcome:
        moment = bpmn.Moment(now=NOW, ids=self.ids)
        return bpmn.step(self.process, saved, command, moment=moment)

    def completed(self) -> bpmn.Outcome:
        """Return what completing the first open task gives, and stay where the instance is."""
        task = self.outcome.user_tasks[0]
        entered = {task.element_id: {"nochmal": True, "notiz": "Gespräch geführt"}}
        return self._step(self.outcome.snapshot, bpmn.CompleteUserTask(task.key, entered))

    def times(self) -> list[float]:
        """Return how many milliseconds the next completion takes, each time."""
        found = []
        gc.collect()
        for _ in range(SAMPLES):
            began = time.process_time()
            self.completed()
            found.append((time.process_time() - began) * 1000)
        return found


def main() -> int:
    """Print the figures; 1 if a completion takes longer than the target or anything grows."""
    (process,) = bpmn.parse(MODEL.read_bytes(), file=MODEL.name)
    run = Measured(process)
    run.times()  # the first steps compile the expressions
    medians, fastest, sizes = [], [], []
    done = 0
    print("completed | fastest ms | median ms | p95 ms | snapshot bytes | waiting in it")
    for wanted in COMPLETED:
        for _ in range(wanted - done):
            run.outcome = run.completed()
        done = wanted
        times = run.times()
        medians.append(median(times))
        fastest.append(min(times))
        sizes.append(len(run.outcome.snapshot))
        rows = len(bpmn.waits(run.outcome.snapshot))
        p95 = quantiles(times, n=20)[-1]
        figures = f"{fastest[-1]:10.3f} | {medians[-1]:9.3f} | {p95:6.3f} | {sizes[-1]:14,}"
        print(f"{done:9,} | {figures} | {rows}")
    state = sizes[-1] - len(str(dict(run.outcome.variables)).encode())
    print(f"state without variables: about {max(state, 0)} bytes")
    is_flat = max(fastest) < min(fastest) * 1.5 and max(sizes) == min(sizes)
    print(f"flat: {is_flat}; target {TARGET_MS} ms: {medians[-1] <= TARGET_MS}")
    return 0 if is_flat and medians[-1] <= TARGET_MS else 1


if __name__ == "__main__":
    sys.exit(main())
