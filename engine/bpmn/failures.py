"""Why an element cannot go on: raised inside a step, kept as an incident, never a traceback."""

from __future__ import annotations


class Failure(Exception):
    """An element stops here until somebody corrects the cause."""

    def __init__(self, kind: str, message: str, position: str = "") -> None:
        super().__init__(kind, message, position)
        self.kind = kind
        self.message = message
        self.position = position
