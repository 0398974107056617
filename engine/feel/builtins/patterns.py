"""Regular expressions of XPath, translated for a matcher that can be stopped in time."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import regex

from engine.feel.budget import REGEX_SECONDS, Budget
from engine.feel.builtins.pattern_size import check_size
from engine.feel.builtins.registry import Refused
from engine.feel.errors import FeelLimitReached

LONGEST = 2_000  # characters
_FLAGS = {"s": regex.S, "m": regex.M, "i": regex.I, "x": 0, "q": 0}
_CLASSES = {"i": r"\p{L}_:", "c": r"\p{L}\p{N}\p{M}.\-_:"}
_ESCAPABLE = frozenset("nrtsSdDwW\\|.?*+(){}$-[]^")
Found = TypeVar("Found")


@lru_cache(maxsize=500)
def compile_pattern(pattern: str, flags: str) -> Any:
    """Return the compiled pattern; what is not valid is refused."""
    if len(pattern) > LONGEST:
        raise Refused("der reguläre Ausdruck ist zu lang")
    options = regex.V1
    for flag in flags:
        if flag not in _FLAGS:
            raise Refused("es gibt nur die Schalter s, m, i, x und q")
        options |= _FLAGS[flag]
    translated = regex.escape(pattern) if "q" in flags else Translation(pattern, flags).text()
    check_size(translated)
    try:
        return regex.compile(translated, options)
    except (regex.error, ValueError, OverflowError, RecursionError) as invalid:
        raise Refused("der reguläre Ausdruck ist nicht gültig") from invalid


def within_time(budget: Budget, search: Callable[..., Found], *arguments: object) -> Found:
    """Run a search, and stop it where it takes too long."""
    try:
        return search(*arguments, timeout=min(REGEX_SECONDS, budget.seconds_left()))
    except TimeoutError as slow:
        raise FeelLimitReached(
            "Ein regulärer Ausdruck braucht zu lange",
            hint="Vermeiden Sie verschachtelte Wiederholungen wie (a+)+.",
        ) from slow


class Translation:
    """Walks a pattern of XPath and writes one of the `regex` module."""

    def __init__(self, pattern: str, flags: str) -> None:
        self._pattern = pattern
        self._free = "x" in flags  # spaces do not count
        self._dot = "." if "s" in flags else r"[^\n\r]"
        self._end = "$" if "m" in flags else r"\Z"
        self._position = 0
        self._depth = 0  # of character classes
        self._groups = 0
        self._repeated = False
        self._written: list[str] = []

    def text(self) -> str:
        """Return the translated pattern."""
        while self._position < len(self._pattern):
            sign = self._pattern[self._position]
            self._position += 1
            if sign == "\\":
                self._escape()
                self._repeated = False
            elif self._depth:
                self._in_class(sign)
            elif not (self._free and sign.isspace()):
                self._outside(sign)
        return "".join(self._written)

    def _next_is(self, text: str) -> bool:
        return self._pattern.startswith(text, self._position)

    def _escape(self) -> None:
        while self._free and self._pattern[self._position : self._position + 1].isspace():
            self._position += 1
        sign = self._pattern[self._position : self._position + 1]
        self._position += 1
        if sign in "pP" and sign:
            self._category(sign)
        elif sign in "icIC" and sign:
            self._named_class(sign)
        elif sign in "123456789" and sign:
            if self._depth or int(sign) > self._groups:
                raise Refused("der reguläre Ausdruck meint eine Gruppe, die es nicht gibt")
            self._written.append(f"(?:\\{sign})")
        elif sign in _ESCAPABLE:
            self._written.append("\\" + sign)
        else:
            raise Refused("nach \\ steht im regulären Ausdruck ein unbekanntes Zeichen")

    def _category(self, sign: str) -> None:
        end = self._pattern.find("}", self._position)
        if not self._next_is("{") or end < 0:
            raise Refused("Zeichenklassen schreibt man wie \\p{L}")
        name = "".join(self._pattern[self._position + 1 : end].split())
        block = "In" + name[2:] if name.startswith("Is") else name
        self._written.append(f"\\{sign}{{{block}}}")
        self._position = end + 1

    def _named_class(self, sign: str) -> None:
        signs = _CLASSES[sign.lower()]
        if sign.isupper():
            self._written.append(f"[^{signs}]")
        else:
            self._written.append(signs if self._depth else f"[{signs}]")

    def _in_class(self, sign: str) -> None:
        if sign == "[":
            # Only a subtraction, [a-z-[aeiou]], opens a class inside a class.
            if self._pattern[self._position - 2] != "-":
                raise Refused("„[“ in eckigen Klammern schreibt man \\[")
            self._depth += 1
            self._written[-1:] = ["--["]
            self._negation()
            return
        self._depth -= sign == "]"
        self._written.append("\\" + sign if sign in "&|~" else sign)

    def _negation(self) -> None:
        if self._next_is("^"):
            self._position += 1
            self._written.append("^")

    def _outside(self, sign: str) -> None:
        if sign == "[":
            self._open_class()
        elif sign == "(":
            self._open_group()
        elif sign == "+" and self._repeated:
            raise Refused("doppelte Wiederholungen wie „*+“ gibt es hier nicht")
        else:
            self._written.append({".": self._dot, "$": self._end}.get(sign, sign))
        self._repeated = sign in "*+?}"

    def _open_class(self) -> None:
        self._depth = 1
        self._written.append("[")
        self._negation()
        if self._next_is("]"):
            raise Refused("eine leere Zeichenklasse [] ist nicht erlaubt")

    def _open_group(self) -> None:
        if self._next_is("?:"):
            self._position += 2
            self._written.append("(?:")
            return
        if self._next_is("?"):
            raise Refused("„(?“ gibt es in diesen regulären Ausdrücken nicht")
        self._groups += 1
        self._written.append("(")
