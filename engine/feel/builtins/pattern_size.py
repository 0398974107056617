"""How large a regular expression becomes once its counted repetitions are written out.

The matcher does write them out: (a{1000}){1000} would take a million pieces.
"""

from __future__ import annotations

import re

from engine.feel.builtins.registry import Refused

MOST_PIECES = 10_000
_PIECE = re.compile(
    r"\\[pP]\{[^}]*\}|\\.|\[(?:\\.|[^\\\]])*\]+|\{(?P<least>\d+)(?:,(?P<most>\d*))?\}|.", re.DOTALL
)
_FREE = frozenset("*+?|")


def check_size(pattern: str) -> None:
    """Refuse a pattern that is too large, or whose counts are no counts."""
    groups = [0]
    last = 0  # size of the piece that a count would repeat
    for piece in _PIECE.finditer(pattern):
        if piece["least"]:
            times = max(int(piece["least"]), int(piece["most"] or 0))
            groups[-1] += last * (times - 1)
            last *= times
        else:
            last = _size(piece[0], groups)
        if groups[-1] > MOST_PIECES:
            raise Refused("der reguläre Ausdruck verlangt zu viele Wiederholungen")


def _size(piece: str, groups: list[int]) -> int:
    if piece == "{":
        raise Refused("Wiederholungen zählt man im regulären Ausdruck wie {2} oder {2,5}")
    if piece in _FREE:
        return 0
    if piece == "(":
        groups.append(0)
        return 0
    size = groups.pop() if piece == ")" and len(groups) > 1 else 1
    groups[-1] += size
    return size
