"""Tells requests that wait when jobs were created or instances ended in this process.

What another process creates is noticed by looking again now and then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from flask import current_app

from engine.instances import Advance

#: Threads of the server (`web.serving`), and how many of them may wait. The others are
#: for people, and for what those who wait have to say next.
THREADS = 24
MOST_WAITING = 12
#: Seconds after which somebody who waits looks again without being told.
LOOK = 1.0
#: What those listen for who wait for the end of an instance; no type of job has such a name.
ENDS = "\0ends"


class NoSeat(Exception):
    """So many wait already that nobody else may."""


class Arrivals:
    """Counts what comes, by its type, and lets requests wait for the next."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._seen: Counter[str] = Counter()
        self._waiting = 0
        self._is_over = False

    def tell(self, by: Advance) -> None:
        """Wake those who wait for what a step created or ended; called after the commit."""
        with self._changed:
            self._seen.update({*by.job_types, *([ENDS] if by.ended else [])})
            self._changed.notify_all()

    def close(self) -> None:
        """Let everybody go: the process ends."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def mark(self, type: str) -> int:
        """Return where the count of a type stands; read before looking for jobs."""
        with self._changed:
            return self._seen[type]

    def wait(self, type: str, mark: int, seconds: float) -> bool:
        """Wait for what came since the mark; False if the process ends."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._is_over or self._seen[type] != mark, min(seconds, LOOK)
            )
            return not self._is_over

    @contextmanager
    def seat(self) -> Iterator[None]:
        """Keep one of the seats of those who wait; raise `NoSeat` if all are taken."""
        with self._changed:
            if self._waiting >= MOST_WAITING:
                raise NoSeat
            self._waiting += 1
        try:
            yield
        finally:
            with self._changed:
                self._waiting -= 1


def of_application() -> Arrivals:
    """Return what the current application tells about arrivals."""
    found: Arrivals = current_app.extensions["arrivals"]
    return found
