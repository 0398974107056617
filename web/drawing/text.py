"""Measures German text, breaks it into lines that fit a shape, and writes the lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from web.drawing import svg
from web.drawing.hyphens import SOFT_HYPHEN, pieces
from web.drawing.values import Point

# Advance widths in parts of the font size: for each letter the wider one of Fira Sans and
# Liberation Sans (as wide as Arial), so that a label fits also where the font did not load.
_ADVANCES = {
    0.0: SOFT_HYPHEN,
    0.22: "'",
    0.24: "‚‘’",
    0.28: " !,.:;j·",
    0.30: "Iilı",
    0.34: "()[]`f{}ł",
    0.38: "t",
    0.42: '"r²³-|„“”*',
    0.50: "Jcsvxyzçšžćčş",
    0.54: "/\\k^°",
    0.56: "#$0123456789?L_aegäéèêàáâğęąå§–≥≤±",
    0.60: "«»€+<=>bdhnopqu~öüñóôń×",
    0.62: "FTZßø",
    0.68: "ẞABEKPSVXYÄ",
    0.74: "CDHNRUwÜ",
    0.78: "&GOQÖ",
    0.86: "Mm",
    0.90: "%æ",
    0.96: "Wœ½",
}
_ADVANCE = {letter: width for width, letters in _ADVANCES.items() for letter in letters}
_UNKNOWN = 1.02
_CHUNK = re.compile(r"(\s*)([^\s/-]*[/-]*)")
LEADING = 1.2
SIZES = (12.0, 11.0, 10.0)


@dataclass(frozen=True, slots=True)
class Lines:
    """Broken text with the size at which it fits."""

    lines: tuple[str, ...]
    size: float
    is_whole: bool = True

    @property
    def height(self) -> float:
        """How high the block of lines is."""
        return len(self.lines) * self.size * LEADING

    @property
    def width(self) -> float:
        """How wide the longest line is."""
        return max((measure(line, self.size) for line in self.lines), default=0.0)


def measure(text: str, size: float) -> float:
    """Return the width of a line of text."""
    return size * sum([_ADVANCE.get(letter, _UNKNOWN) for letter in text])


@lru_cache(maxsize=4096)
def wrap(text: str, width: float, size: float) -> Lines:
    """Break text into lines of at most this width; a word is broken only if it is too long."""
    lines = [""]
    is_whole = True
    for gap, chunk in _chunks(text):
        joined = lines[-1] + (gap if lines[-1] else "") + chunk
        if measure(joined, size) <= width:
            lines[-1] = joined
        else:
            parts = pieces(chunk, lambda part: measure(part, size) <= width)
            is_whole = is_whole and len(parts) == 1
            lines += parts
    return Lines(tuple(line.replace(SOFT_HYPHEN, "") for line in lines if line), size, is_whole)


def fit(text: str, width: float, height: float, sizes: tuple[float, ...] = SIZES) -> Lines:
    """Break text so that it fits: whole words if any size allows, else hyphens, at last an „…“."""
    tries = []
    for size in sizes:
        broken = wrap(text, width, size)
        if broken.height <= height and broken.is_whole:
            return broken
        tries.append(broken)
    fitting = (broken for broken in tries if broken.height <= height)
    return next(fitting, None) or _cut(tries[-1], width, height)


def centred(broken: Lines, centre: Point, **attributes: svg.Attribute) -> str:
    """Write lines around a point."""
    top = (centre[0], centre[1] - broken.height / 2)
    return write(broken, top, text_anchor="middle", **attributes)


def write(broken: Lines, top: Point, **attributes: svg.Attribute) -> str:
    """Write lines below each other, the first one directly under the point."""
    if not broken.lines:
        return ""
    step = broken.size * LEADING
    # A third of the size below the middle of its line: there a letter looks centred.
    first = top[1] + step / 2 + broken.size * 0.35
    spans = (
        svg.tag("tspan", svg.words(line), x=top[0], y=first + step * number)
        for number, line in enumerate(broken.lines)
    )
    plain: dict[str, svg.Attribute] = {"font_size": broken.size, "fill": svg.INK}
    return svg.tag("text", *spans, **(plain | attributes))


def _chunks(text: str) -> list[tuple[str, str]]:
    """Words, and parts of words behind a hyphen or slash, each with the gap before it."""
    found = _CHUNK.findall(text)
    return [(" " if gap else "", chunk) for gap, chunk in found if chunk]


def _cut(broken: Lines, width: float, height: float) -> Lines:
    room = max(1, int(height / (broken.size * LEADING)))
    *kept, last = broken.lines[:room]
    while last and measure(f"{last}…", broken.size) > width:
        last = last[:-1]
    return Lines((*kept, f"{last.rstrip()}…"), broken.size, is_whole=False)
