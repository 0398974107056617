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
    #: what the callers around this instance catch: ("error" | "escalation", code or None for all)
    catches: frozenset[tuple[str, str | None]] = frozenset()
    #: elements at which it begins instead of at a start event, with the scopes around them
    inside: tuple[str, ...] = ()
    #: elements after the first of which it is ended, wherever else it stands
    ends_after: frozenset[str] = frozenset()


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
class CompleteCall:
    """The instance that a call activity began has ended, with these variables."""

    key: int
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True)
class FailJob:
    """A handler failed; with no retries left the job becomes an incident.

    A call whose child cannot begin fails in the same way, at once.
    """

    key: int
    message: str
    retries: int
    variables: Variables = field(default_factory=dict)  #: for the job alone, e.g. how far it came


@dataclass(frozen=True)
class ThrowError:
    """A handler or a child instance ends with a BPMN error that activities around may catch."""

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
    """Correct variables of the instance's own scope, or of the element with this key.

    If they are not to be local, each is written to the nearest scope around that has it, else to
    the instance's own.
    """

    variables: Variables
    scope_key: int | None = None
    is_local: bool = True


@dataclass(frozen=True)
class Activation:
    """An element that is to begin, with variables of its own and of scopes around it.

    It begins in the running scope around it. Where several run, `scope_key` names the one that is
    meant, on any level around the element; where none runs, the scopes begin with it.
    """

    element_id: str
    scope_key: int | None = None
    variables: Variables = field(default_factory=dict)
    #: for sub-processes around it, by their ids
    around: Mapping[str, Variables] = field(default_factory=dict)


@dataclass(frozen=True)
class ActivateElements:
    """Begin elements of an ad-hoc sub-process; all of them, or Invalid."""

    key: int
    element_ids: tuple[str, ...]


@dataclass(frozen=True)
class Modify:
    """Move tokens by hand: what is activated begins first, then what is cancelled is taken away.

    Done as a whole, or refused as a whole with Invalid.
    """

    cancel: tuple[int, ...] = ()  #: keys of tokens, with everything inside them
    activate: tuple[Activation, ...] = ()
    reason: str = ""  #: for the history


@dataclass(frozen=True)
class Cancel:
    """End the instance, whatever it waits for."""

    reason: str = ""  #: for the history


Command = (
    Start
    | CompleteUserTask
    | FireTimer
    | Modify
    | DeliverMessage
    | ActivateElements
    | CompleteCall
    | DeliverSignal
    | CompleteJob
    | FailJob
    | ThrowError
    | ThrowEscalation
    | Retry
    | SetVariables
    | Cancel
)
