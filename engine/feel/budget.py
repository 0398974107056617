"""How much an evaluation may cost: steps, seconds, depth of calls, size of texts and values."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from engine.feel.errors import FeelLimitReached

STEPS = 200_000
SECONDS = 1.5  # what is under way when they are over must end within two
CALLS = 80
TEXT = 1_000_000  # characters
NODES = 200_000  # parts of one value; shared parts count each time they are reached
SIGNS_A_STEP = 64  # of a text that is made, searched or copied
REGEX_SECONDS = 0.2

Timer = Callable[[], float]


class Purse(Protocol):
    """Whatever pays for walking a value part by part."""

    def take(self, nodes: int, /) -> None:
        """Pay for so many parts, or raise FeelLimitReached."""


class Budget:
    """What is left of one evaluation's allowance; not to be shared between threads.

    The seconds are those that this thread works: busy neighbours must not make an expression fail.
    They run from the first look at them, which spares a small expression the clock.
    """

    __slots__ = ("_deadline", "_depth", "_seconds", "_steps", "_timer")

    def __init__(
        self, *, steps: int = STEPS, seconds: float = SECONDS, timer: Timer = time.thread_time
    ) -> None:
        self._steps = steps
        self._seconds = seconds
        self._timer = timer
        self._deadline: float | None = None
        self._depth = 0

    def take(self, steps: int = 1) -> None:
        """Pay for work; the time is looked at every 256 steps."""
        before = self._steps
        self._steps = after = before - steps
        if after < 0:
            raise FeelLimitReached(
                "Der Ausdruck braucht zu viele Schritte.",
                hint="Vielleicht läuft eine Schleife zu oft oder ohne Ende.",
            )
        if before >> 8 != after >> 8:
            self.seconds_left()

    def take_text(self, length: int) -> None:
        """Pay for a text; the steps limit the memory of all texts together, too."""
        check_length(length)
        self.take(length // SIGNS_A_STEP)

    def seconds_left(self) -> float:
        """Return how long the evaluation may still take; no time at all raises."""
        now = self._timer()
        if self._deadline is None:
            self._deadline = now + self._seconds
        left = self._deadline - now
        if left < 0:
            raise FeelLimitReached("Der Ausdruck braucht zu lange.")
        return left

    def enter(self) -> None:
        """Pay for calling a function from within a function."""
        self._depth += 1
        self.take()
        if self._depth > CALLS:
            raise FeelLimitReached("Eine Funktion ruft sich zu oft selbst auf.")

    def leave(self) -> None:
        """Come back from a call."""
        self._depth -= 1


class Allowance:
    """How many parts of one value may be walked, so that shared lists do not explode."""

    __slots__ = ("_left",)

    def __init__(self, nodes: int = NODES) -> None:
        self._left = nodes

    def take(self, nodes: int) -> None:
        """Pay for walking parts of a value."""
        self._left -= nodes
        if self._left < 0:
            raise FeelLimitReached("Ein Wert wird zu groß.")


def check_length(length: int) -> None:
    """Refuse a text that would grow beyond the limit."""
    if length > TEXT:
        raise FeelLimitReached("Ein Text wird zu lang.")
