"""How much an instance may remember: all of its variables together, as JSON.

Every step reads and writes the whole snapshot, so its cost grows with the variables: measured
0.2 ms of processor time with 10 kB of them, 0.7 ms with 100 kB, 6 ms with 900 kB. Documents
belong into the case file; a variable names them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from engine.bpmn.failures import Failure

LARGEST = 1_000_000  #: bytes
TOO_LARGE = (
    "Die Variablen dieses Vorgangs wären zusammen größer als 1 MB. Bitte speichern Sie weniger, "
    "zum Beispiel nur einen Verweis auf ein Dokument statt seines Inhalts."
)

#: A scope, a name and the value that the scope is to hold under it.
Write = tuple[dict[str, Any], str, Any]


class Volume:
    """Keeps an upper bound, and measures only when that is passed."""

    def __init__(self) -> None:
        self._at_most = 0

    def assume(self, size: int) -> None:
        """Begin with the size of the snapshot, which is never smaller than its variables."""
        self._at_most = size

    def admit(self, held: Iterable[Any], writes: list[Write]) -> None:
        """Fail before anything is written if it would be too much."""
        more = sum(_size(value) + len(name) for _, name, value in writes)
        if self._at_most + more > LARGEST:
            replaced = sum(
                _size(home[name]) + len(name) for home, name, _ in writes if name in home
            )
            self._at_most = sum(map(_size, held)) - replaced
        if self._at_most + more > LARGEST:
            raise Failure("size", TOO_LARGE)
        self._at_most += more


def _size(value: Any) -> int:
    return len(orjson.dumps(value))
