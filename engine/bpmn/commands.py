"""What can be asked of an instance: one frozen value per command, for `engine.bpmn.step`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Variables = Mapping[str, Any]


@dataclass(frozen=True)
class Start:
    """Begin an instance at a start event; without an id at the none start event.

    `catches` is what the callers around this instance would catch: "error" or "escalation" with a
    code, or with None for every code.
    """

    element_id: str | None = None
    variables: Variables = field(default_factory=dict)
    catches: frozenset[tuple[str, str | None]] = frozenset()


@dataclass(frozen=True)
class CompleteUserTask:
    """A person has done the work; `variables` are what the form gave."""

    key: int
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True)
class FireTimer:
    """The moment of exactly this timer has come; the caller has compared the clock."""

    key: int


@dataclass(frozen=True)
class DeliverMessage:
    """A message was correlated to exactly this subscription."""

    key: int
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True)
class DeliverSignal:
    """A signal was thrown for which exactly this subscription waits."""

    key: int
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True)
class CompleteJob:
    """A handler did its work and left these variables."""

    key: int
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True)
class FailJob:
    """A handler failed; with no retries left the job becomes an incident."""

    key: int
    message: str
    retries: int


@dataclass(frozen=True)
class ThrowError:
    """A handler ends with a BPMN error that the enclosing activities may catch."""

    key: int
    code: str
    message: str = ""
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True)
class ThrowEscalation:
    """A handler tells whoever is around it; its own work goes on unless the catcher interrupts."""

    key: int
    code: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True)
class Retry:
    """Try again what became this incident, after somebody corrected the cause."""

    key: int


@dataclass(frozen=True)
class SetVariables:
    """Correct variables of the instance's own scope."""

    variables: Variables


@dataclass(frozen=True)
class Cancel:
    """End the instance, whatever it waits for."""


Command = (
    Start
    | CompleteUserTask
    | FireTimer
    | DeliverMessage
    | DeliverSignal
    | CompleteJob
    | FailJob
    | ThrowError
    | ThrowEscalation
    | Retry
    | SetVariables
    | Cancel
)
