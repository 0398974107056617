"""What running one step of an instance leaves behind. Plain values, no SpiffWorkflow, no table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from engine.bpmn.model import Bound


class State(StrEnum):
    """Where an instance stands."""

    ACTIVE = "active"  #: some element still waits
    COMPLETED = "completed"  #: all tokens reached an end
    CANCELLED = "cancelled"  #: a person or an operator ended it
    TERMINATED = "terminated"  #: ended by an error that its caller handles


class HistoryKind(StrEnum):
    """What happened to an element."""

    ENTERED = "entered"  #: a token arrived
    COMPLETED = "completed"  #: the element did its work and let the token go
    CANCELLED = "cancelled"  #: an interrupting event or the end of its scope took it away
    FAILED = "failed"  #: it became an incident
    MIGRATED = "migrated"  #: the instance, not an element: it goes on in another version


class Role(StrEnum):
    """What a run is besides a run of its element."""

    LOOP = "loop"  #: a multi-instance activity as a whole; its items are runs of their own
    EVENT = "event"  #: a sub-process that an event began


@dataclass(frozen=True, kw_only=True)
class WaitingUserTask:
    """Work that waits for a person."""

    key: int
    element_id: str
    name: str
    form: Bound | None
    assignee: str | None = None
    candidate_groups: tuple[str, ...] = ()
    candidate_users: tuple[str, ...] = ()
    due_at: datetime | None = None
    follow_up_at: datetime | None = None
    priority: int = 50
    local: Mapping[str, Any] = field(default_factory=dict)  #: input mappings, loop item; exact JSON


@dataclass(frozen=True, kw_only=True)
class WaitingTimer:
    """A moment that an element waits for."""

    key: int
    element_id: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class WaitingSubscription:
    """A message (by name and correlation key) or a signal (by name) that an element waits for."""

    key: int
    element_id: str
    message: str
    correlation: str  #: "" for a signal
    interrupting: bool = True
    kind: Literal["message", "signal"] = "message"


@dataclass(frozen=True, kw_only=True)
class WaitingJob:
    """A service or send task that waits for its handler."""

    key: int
    element_id: str
    type: str
    retries: int
    headers: Mapping[str, str]
    variables: Mapping[str, Any]  #: what the input mappings gave, exact JSON


@dataclass(frozen=True, kw_only=True)
class WaitingCall:
    """A call activity that waits for the end of an instance of its own."""

    key: int
    element_id: str
    process_id: str
    binding: str  #: "latest", "deployment" or "versionTag"
    version_tag: str | None
    variables: Mapping[str, Any]  #: what the child begins with; empty in all later steps
    catches: frozenset[tuple[str, str | None]]  #: for the child's `Start.catches`


@dataclass(frozen=True, kw_only=True)
class WaitingAdHoc:
    """An ad-hoc sub-process in which a person may begin further elements."""

    key: int
    element_id: str
    choices: tuple[str, ...]  #: ids of the inner elements that may begin


@dataclass(frozen=True, kw_only=True)
class RaisedIncident:
    """A failure that waits for correction; its element keeps the token."""

    key: int
    element_key: int  #: the element's run, as in the history
    element_id: str
    kind: str
    message: str
    position: str = ""


@dataclass(frozen=True, kw_only=True)
class ThrownSignal:
    """A signal that this step threw, for every instance and definition that waits for its name.

    What came to wait in this instance only later in the step does not hear it: `listeners` are the
    keys of those who waited for it here when it was thrown. Some of them may be gone by now.
    """

    name: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    listeners: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ThrownEscalation:
    """An escalation that nothing in the instance caught; the instance goes on."""

    code: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Uncaught:
    """A BPMN error that nothing in the instance caught."""

    code: str
    message: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class HistoryEntry:
    """One thing that happened to one element during the step, in order."""

    element_id: str
    element_type: str
    name: str
    kind: HistoryKind
    at: datetime
    key: int | None = None
    scope_key: int | None = None  #: the run that it belongs to; None: the instance itself
    role: Role | None = None  #: what sets the run apart from others of its type
    detail: Mapping[str, Any] = field(default_factory=dict)  #: a decision's trace, the flows taken


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The new snapshot and everything that waits in it, complete, keyed by stable numbers."""

    snapshot: bytes
    state: State
    variables: Mapping[str, Any]  #: the instance's own scope, exact JSON
    user_tasks: tuple[WaitingUserTask, ...] = ()
    timers: tuple[WaitingTimer, ...] = ()
    subscriptions: tuple[WaitingSubscription, ...] = ()
    jobs: tuple[WaitingJob, ...] = ()
    calls: tuple[WaitingCall, ...] = ()
    ad_hoc: tuple[WaitingAdHoc, ...] = ()
    incidents: tuple[RaisedIncident, ...] = ()
    signals: tuple[ThrownSignal, ...] = ()
    escalations: tuple[ThrownEscalation, ...] = ()
    uncaught: Uncaught | None = None  #: for the caller, when the state is terminated
    history: tuple[HistoryEntry, ...] = ()
    ended_at: tuple[
        str, ...
    ] = ()  #: ids of the end events reached on the top plane or its handlers
