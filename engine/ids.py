"""One sequence of 64-bit numbers for everything visible, starting at 2**51.

Clients of Camunda 8 accept nothing else as a key, and a number in a URL tells nothing about
a person. Numbers are drawn from blocks that were reserved beforehand (see `web.database`), so
that drawing one needs no statement and a rolled-back transaction never gives one away twice.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

FIRST = 2**51
BLOCK = 100_000


class IdsExhausted(RuntimeError):
    """No block of numbers was reserved before numbers were drawn."""


class Ids:
    """Draws numbers from reserved blocks; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._next = 0
        self._end = 0

    def take(self) -> int:
        """Return the next number; raise `IdsExhausted` when no block is left."""
        with self._lock:
            if self._next >= self._end:
                raise IdsExhausted
            self._next += 1
            return self._next - 1

    def ensure(self, count: int, reserve: Callable[[], int]) -> None:
        """Make sure that `count` numbers can be drawn; `reserve` returns a block's first number."""
        with self._lock:
            if self._end - self._next < count:
                self._next = reserve()
                self._end = self._next + BLOCK


ids = Ids()
