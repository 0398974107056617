"""Why an element cannot go on: raised inside a step, kept as an incident, never a traceback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Failure(Exception):
    """An element stops here until somebody corrects the cause; `account` is for the history."""

    def __init__(
        self,
        kind: str,
        message: str,
        position: str = "",
        *,
        account: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(kind, message, position)
        self.kind = kind
        self.message = message
        self.position = position
        self.account = account or {}
