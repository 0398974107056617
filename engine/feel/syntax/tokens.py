"""The words of an expression."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from engine.feel.errors import FeelSyntaxError, Place

_START = (
    "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_TOKEN = re.compile(
    rf"""
    (?P<space>(?:[\s\u180E\u200B\uFEFF]|//[^\n]*|/\*.*?\*/)+)
  | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
  | (?P<text>"(?:[^"\\]|\\.)*")
  | (?P<quoted>`[^`\n]*[^`\s][^`\n]*`)
  | (?P<name>[{_START}][{_PART}]*|\?)
  | (?P<sign>\*\*|\.\.|<=|>=|!=|->|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "'": "'"}

TokenKind = Literal["number", "text", "name", "quoted", "sign", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """A number, text, name or sign, with its place; `end` closes every list of tokens.

    A quoted name stands in backticks, as Camunda writes names that have other signs in them.
    """

    kind: str
    text: str
    start: int
    end: int

    def is_word(self, word: str) -> bool:
        """Tell whether it is this keyword or sign."""
        return self.text == word and self.kind in ("sign", "name")


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a text without spaces and comments."""
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise FeelSyntaxError(
                "Dieses Zeichen gehört nicht hierher", Place(text, position, position + 1)
            )
        if match.lastgroup == "sign":
            _refuse_unclosed(text, match[0], position)
        if match.lastgroup != "space":
            said = match[0]
            if match.lastgroup == "quoted":
                said = " ".join(said[1:-1].split())
            tokens.append(Token(match.lastgroup, said, position, match.end()))
        position = match.end()
    tokens.append(Token("end", "", position, position))
    return tokens


def _refuse_unclosed(text: str, sign: str, position: int) -> None:
    place = Place(text, position, len(text))
    if sign == '"':
        raise FeelSyntaxError(
            "Dieser Text hat kein schließendes Anführungszeichen",
            place,
            'Setzen Sie ein " an das Ende des Textes.',
        )
    if sign == "/" and text.startswith("/*", position):
        raise FeelSyntaxError(
            "Dieser Kommentar ist nicht geschlossen", place, "Setzen Sie */ an sein Ende."
        )


def unquote(literal: str) -> str:
    """Return what a quoted text says."""
    inner = literal[1:-1]
    if "\\" not in inner:
        return inner
    said = _ESCAPE.sub(_unescape, inner)
    if not any("\ud800" <= sign <= "\udfff" for sign in said):
        return said
    # Two escapes may write one character as a surrogate pair.
    return said.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescape(match: re.Match[str]) -> str:
    digits = match[1] or match[2]
    if digits:
        number = int(digits, 16)
        return chr(number) if number <= 0x10FFFF else ""
    return _ESCAPED.get(match[3], match[0])
