"""What can be wrong with a decision: with its file when loaded, with its values when made."""

from __future__ import annotations

from typing import NamedTuple

from engine.dmn.trace import Trace
from engine.errors import DefinitionInvalid, OrchestrationError


class Place(NamedTuple):
    """Where in a decision something happened: the element, and line and column of its text."""

    element_id: str
    line: int = 1
    column: int = 1


class DecisionInvalid(DefinitionInvalid):
    """Die Entscheidungsdatei kann so nicht übernommen werden."""


class DecisionFailed(OrchestrationError):
    """Die Entscheidung hat kein Ergebnis."""

    def __init__(self, message: str, decision_id: str = "", position: Place | None = None) -> None:
        super().__init__(message)
        self.decision_id = decision_id
        self.position = position
        self.trace = Trace(decision_id=decision_id, name="")  # how far the decision came
