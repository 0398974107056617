"""What goes wrong in an expression, said in German to the person who wrote it, with the place.

Messages quote names and words of the expression, never values: values may be personal data.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of an expression's text."""

    text: str
    start: int
    end: int

    @property
    def line(self) -> int:
        """The line of the first character, from 1."""
        return self.text.count("\n", 0, self.start) + 1

    @property
    def column(self) -> int:
        """The column of the first character, from 1."""
        return self.start - self.text.rfind("\n", 0, self.start)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a part of an expression came out as null, although the evaluation went on."""

    code: str
    message: str
    place: Place
    hint: str = ""

    @property
    def line(self) -> int:
        """The line it happened in, from 1."""
        return self.place.line

    @property
    def column(self) -> int:
        """The column it happened at, from 1."""
        return self.place.column

    def __str__(self) -> str:
        return sentence(self.message, self.place, self.hint)


class FeelError(Exception):
    """An expression cannot be used; `message` says why, `hint` what to write instead."""

    def __init__(self, message: str, place: Place | None = None, hint: str = "") -> None:
        super().__init__(message, place, hint)
        self.message = message
        self.place = place
        self.hint = hint

    @property
    def line(self) -> int:
        """The line it is about, from 1."""
        return self.place.line if self.place else 1

    @property
    def column(self) -> int:
        """The column it is about, from 1."""
        return self.place.column if self.place else 1

    def __str__(self) -> str:
        return sentence(self.message, self.place, self.hint)


class FeelSyntaxError(FeelError):
    """The text is not a FEEL expression."""


class FeelAssertionFailed(FeelError):
    """The author asked for the evaluation to fail here."""


class FeelLimitReached(FeelError):
    """The expression used up its steps, its time, its depth or its memory."""


def sentence(message: str, place: Place | None, hint: str) -> str:
    """Return the message with its place and its hint."""
    where = f" (Zeile {place.line}, Spalte {place.column})" if place else ""
    return f"{message.rstrip('.')}{where}. {hint}".strip()
