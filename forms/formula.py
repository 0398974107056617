"""FEEL inside a form: single formulas, texts with formulas in them, and the scope they read."""

from __future__ import annotations

import re
import time as clocks
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine import feel
from engine.feel.errors import FeelError
from forms.errors import FormTooCostly

BERLIN = ZoneInfo("Europe/Berlin")
PLACEHOLDER = re.compile(r"\{\{(.{0,2000}?)\}\}", re.DOTALL)

Clock = Callable[[], datetime]
#: What all formulas of one showing or checking may take together, in seconds of this thread's time.
MOST_SECONDS = 1.0


class Scope(Mapping[str, object]):
    """Names from the inside out: the row, the answers, the variables around the task."""

    def __init__(self, *layers: Mapping[str, object]) -> None:
        self._layers = layers

    def __getitem__(self, name: str) -> object:
        for layer in self._layers:
            if name in layer:
                return layer[name]
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return any(name in layer for layer in self._layers)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for layer in self._layers for name in layer))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Account:
    """What the formulas of one showing or checking share: their clock and the time they may take.

    Each formula has its limit, but a form may have hundreds, and repeat them row by row.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._spent = 0.0

    def value(self, expression: feel.Expression, scope: Mapping[str, object]) -> object:
        """Return what an expression gives; raise FormTooCostly when the time is used up."""
        if self._spent > MOST_SECONDS:
            raise FormTooCostly
        before = clocks.thread_time()
        try:
            return feel.to_json(expression.evaluate(scope, clock=self._clock).value)
        finally:
            self._spent += clocks.thread_time() - before


@dataclass(frozen=True)
class Formula:
    """A compiled formula, or a constant where the schema gives one."""

    text: str
    expression: feel.Expression | None = None
    constant: object = None

    @property
    def names(self) -> frozenset[str]:
        """The free names that the formula reads."""
        return self.expression.names if self.expression else frozenset()

    def value(self, scope: Mapping[str, object], account: Account) -> object:
        """Return the value as JSON; null where the formula cannot be computed.

        A form is filled in step by step, so that half of its answers are missing while formulas
        already run: a problem counts as "not known yet", never as an incident.
        """
        if self.expression is None:
            return self.constant
        try:
            return account.value(self.expression, scope)
        except FeelError:
            return None

    def holds(self, scope: Mapping[str, object], account: Account) -> bool:
        """Tell whether the formula is exactly true."""
        return self.value(scope, account) is True


def formula(source: object) -> Formula:
    """Compile a text that starts with "="; anything else is a constant. Raises FeelSyntaxError."""
    if isinstance(source, str) and source.lstrip().startswith("="):
        text = source.lstrip()[1:].strip()
        return Formula(text, feel.compile(text))
    return Formula(str(source), None, source)


@dataclass(frozen=True)
class Template:
    """A text with formulas in double braces."""

    pieces: tuple[str | Formula, ...]

    @property
    def formulas(self) -> list[Formula]:
        """The formulas in the text."""
        return [piece for piece in self.pieces if isinstance(piece, Formula)]

    def render(
        self,
        scope: Mapping[str, object],
        account: Account,
        escape: Callable[[str], str] = str,
    ) -> str:
        """Return the text with every formula replaced by its value in German notation."""
        return "".join(
            piece if isinstance(piece, str) else escape(german(piece.value(scope, account)))
            for piece in self.pieces
        )


def template(source: str) -> Template:
    """Read a text with `{{ formulas }}`, or one formula with a leading "="."""
    if source.lstrip().startswith("="):
        return Template((formula(source),))
    pieces: list[str | Formula] = []
    position = 0
    for match in PLACEHOLDER.finditer(source):
        pieces += [source[position : match.start()], formula("=" + match.group(1).lstrip(" ="))]
        position = match.end()
    return Template((*pieces, source[position:]))


def german(value: object) -> str:
    """Write a value the way a German reader expects it; lists as an enumeration."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Ja" if value else "Nein"
    if isinstance(value, list | tuple):
        return ", ".join(german(item) for item in value)
    if isinstance(value, int | float):
        return format(Decimal(str(value)), "f").replace(".", ",")
    return german_moment(str(value))


def german_moment(text: str) -> str:
    """Write an ISO date, time or moment in German notation and leave other texts alone."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return parsed(date.fromisoformat, text, "%d.%m.%Y")
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?", text):
        return parsed(berlin_time, text, "%d.%m.%Y, %H:%M Uhr")
    if re.fullmatch(r"\d\d:\d\d", text):
        return parsed(time.fromisoformat, text, "%H:%M Uhr")
    return text


def berlin_time(text: str) -> datetime:
    """Read an ISO moment as the time shown by a clock in Germany."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(BERLIN) if moment.tzinfo else moment.replace(tzinfo=BERLIN)


def parsed(reader: Callable[[str], date | datetime | time], text: str, pattern: str) -> str:
    """Format what the reader makes of a text, or return the text where it makes nothing of it."""
    try:
        return reader(text).strftime(pattern)
    except (ValueError, OverflowError):
        return text
