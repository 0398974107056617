"""Measures how long Lotse takes from its start to its first page.

Run with `python -m bench.start`. The first start makes the tables, the demo and the first
versions of all procedures; the second and later ones find everything in place.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.server import Server

STARTS = 5
TARGET_SECONDS = 3.0


def start(data: Path) -> tuple[float, float]:
    """Start and end a server; return the seconds to the first page and to the end."""
    began = perf_counter()
    with Server(data) as server:
        assert server.get("/anmelden") == 200
        answered = perf_counter()
        assert server.terminate() == 0
        return answered - began, perf_counter() - answered


def main() -> int:
    """Print the figures; 1 if a second start takes longer than the target."""
    print("start  | first page s | end s")
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        first = start(data)
        later = [start(data) for _ in range(STARTS)]
    second = median(page for page, _ in later)
    print(f"first  | {first[0]:12.2f} | {first[1]:5.2f}")
    print(f"second | {second:12.2f} | {median(end for _, end in later):5.2f}")
    return 1 if second > TARGET_SECONDS else 0


if __name__ == "__main__":
    sys.exit(main())
