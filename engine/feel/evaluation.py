"""One run of an expression: its clock, its budget, its problems, its known types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from secrets import token_bytes
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.budget import Budget
from engine.feel.errors import Place, Problem

BERLIN = ZoneInfo("Europe/Berlin")
MOST_PROBLEMS = 20

Clock = Callable[[], datetime]
#: Returns so many bytes that nobody can foresee.
Chance = Callable[[int], bytes]
Hint = Callable[[], str]


class Evaluation:
    """What the expressions of one evaluation share; belongs to one thread.

    A decision hands the same evaluation to all its cells, so that they see one moment and
    spend one budget.
    """

    __slots__ = ("_clock", "_now", "budget", "chance", "problems", "silence", "types")

    def __init__(
        self,
        clock: Clock,
        *,
        budget: Budget | None = None,
        types: Mapping[str, object] | None = None,
        chance: Chance = token_bytes,
    ) -> None:
        self._clock = clock
        self.chance = chance
        self._now: datetime | None = None
        self.budget = budget or Budget()
        self.types = types or {}
        self.problems: list[Problem] = []
        self.silence = 0  # how many calls around here are meant for missing values

    def now(self) -> datetime:
        """Return the moment of this evaluation in Germany; it does not move meanwhile."""
        if self._now is None:
            self._now = self._clock().astimezone(BERLIN)
        return self._now

    def today(self) -> date:
        """Return the day of this evaluation in Germany."""
        return self.now().date()

    def problem(self, code: str, message: str, place: Place, hint: str | Hint = "") -> Any:
        """Remember why something came out as null, and return that null.

        A hint that takes a search is given as a function: it is asked for the first problems only.
        """
        if not self.silence and len(self.problems) < MOST_PROBLEMS:
            said = hint if isinstance(hint, str) else hint()
            self.problems.append(Problem(code, message, place, said))
        return None
