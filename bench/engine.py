"""Measures one completion of a user task in the pure engine, and the size of an instance.

Run with `python -m bench.engine`. The model has about 20 elements and 60 variables; its rework
loop is turned 10, 100 and 1,000 times in one instance, and the time of a completion must not
grow. Each completion loads the snapshot, runs to the next wait and saves. CPU time, median.
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
MODEL = Path(__file__).with_name("engine.bpmn")


class Measured:
    """One instance, with the CPU time of its completions."""

    def __init__(self, process: bpmn.Process) -> None:
        self.process = process
        self.ids = count(2**51).__next__
        values = {f"wert_{number}": f"Angabe {number} zum Fall" for number in range(60)}
        self.outcome = self._step(None, bpmn.Start(None, values))
        self.times: list[float] = []

    def _step(self, saved: bytes | None, command: bpmn.Command) -> bpmn.Outcome:
        moment = bpmn.Moment(now=NOW, ids=self.ids)
        return bpmn.step(self.process, saved, command, moment=moment)

    def complete(self, *, again: bool) -> None:
        """Complete the first open task."""
        task = self.outcome.user_tasks[0]
        entered = {task.element_id: {"nochmal": again, "notiz": "Gespräch geführt"}}
        began = time.process_time()
        self.outcome = self._step(self.outcome.snapshot, bpmn.CompleteUserTask(task.key, entered))
        self.times.append((time.process_time() - began) * 1000)


def main() -> int:
    """Print the figures; 1 if a completion takes longer than the target or gets slower."""
    (process,) = bpmn.parse(MODEL.read_bytes(), file=MODEL.name)
    run = Measured(process)
    medians = []
    turned = 0
    print("loops | median ms | p95 ms | snapshot bytes | tasks in it")
    for loops in (10, 100, 1000):
        gc.collect()
        while turned < loops * 2:  # a loop has two tasks
            run.complete(again=True)
            turned += 1
        sample = run.times[-SAMPLES:]
        medians.append(median(sample))
        p95 = quantiles(sample, n=20)[-1]
        rows = len(bpmn.waits(run.outcome.snapshot))
        print(
            f"{loops:5} | {medians[-1]:9.3f} | {p95:6.3f} | {len(run.outcome.snapshot):14} | {rows}"
        )
    state = len(run.outcome.snapshot) - len(str(dict(run.outcome.variables)).encode())
    print(f"state without variables: about {max(state, 0)} bytes")
    is_flat = medians[-1] < medians[0] * 1.5
    print(f"flat: {is_flat}; target {TARGET_MS} ms: {medians[-1] <= TARGET_MS}")
    return 0 if is_flat and medians[-1] <= TARGET_MS else 1


if __name__ == "__main__":
    sys.exit(main())
