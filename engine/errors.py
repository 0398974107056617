"""The facts that an operation can fail on, and the findings that a checked file can have.

Callers catch the five categories; the leaves exist for their message. Each class's docstring is
its default message, in the words of the person who reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from inspect import cleandoc
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A complaint about a diagram, a decision, a form or a letter, pointing at its element."""

    file: str
    message: str
    element_id: str | None = None
    rule: str = ""
    level: Level = "error"

    def __str__(self) -> str:
        place = f"{self.file}, Element „{self.element_id}“" if self.element_id else self.file
        return f"{place}: {self.message}"


class OrchestrationError(Exception):
    """Das hat nicht geklappt."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or cleandoc(self.__doc__ or ""))

    @property
    def message(self) -> str:
        """The sentence for the person who asked."""
        return str(self.args[0])


class NotFound(OrchestrationError):
    """Das gibt es nicht, oder Sie dürfen es nicht sehen."""


class DefinitionNotFound(NotFound):
    """Dieses Verfahren gibt es nicht."""


class InstanceNotFound(NotFound):
    """Diesen Vorgang gibt es nicht, oder Sie dürfen ihn nicht sehen."""


class UserTaskNotFound(NotFound):
    """Diese Aufgabe gibt es nicht, oder Sie dürfen sie nicht sehen."""


class NotAllowed(OrchestrationError):
    """Das dürfen Sie nicht."""


class NotYourTask(NotAllowed):
    """Diese Aufgabe gehört nicht zu Ihren Gruppen."""


class Conflict(OrchestrationError):
    """Das passt nicht mehr zum jetzigen Stand."""


class AlreadyCompleted(Conflict):
    """Diese Aufgabe ist schon erledigt."""


class AlreadyClaimed(Conflict):
    """Diese Aufgabe hat schon jemand anderes übernommen."""


class InstanceEnded(Conflict):
    """Dieser Vorgang ist beendet."""


class ChangedMeanwhile(Conflict):
    """Der Vorgang hat sich in der Zwischenzeit geändert. Bitte versuchen Sie es noch einmal."""


class NobodyWaits(Conflict):
    """Auf dieses Ereignis wartet gerade niemand."""


class Invalid(OrchestrationError):
    """Die Angaben sind nicht gültig."""


class DefinitionInvalid(Invalid):
    """Das Verfahren kann so nicht übernommen werden."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


class HandlerFailed(OrchestrationError):
    """Der Dienst ist gescheitert."""


class BpmnErrorThrown(OrchestrationError):
    """A service task ends with a BPMN error that the diagram may catch."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code
