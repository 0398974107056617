"""A read diagram as plain, shared, read-only values, and the moment in which a step runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.dmn import Decision


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A sequence flow, seen from the element it leaves."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str | None = None  #: raw expression
    is_default: bool = False


@dataclass(frozen=True, kw_only=True)
class VariableMapping:
    """One line of `zeebe:ioMapping`: a raw source and the (dotted) name that it fills."""

    source: str
    target: str


@dataclass(frozen=True, kw_only=True)
class Loop:
    """Multi-instance over a FEEL collection, or a number of times."""

    collection: str | None = None
    cardinality: str | None = None  #: raw expression
    sequential: bool = False
    element: str | None = None  #: name of the item in each inner instance
    output_collection: str | None = None
    output_element: str | None = None  #: raw expression
    completion_condition: str | None = None


@dataclass(frozen=True, kw_only=True)
class Repetition:
    """A standard loop: again while the condition holds, at most so many times."""

    condition: str | None = None  #: raw expression
    maximum: int | None = None
    test_before: bool = False


@dataclass(frozen=True, kw_only=True)
class AdHoc:
    """A sub-process whose inner elements begin in any order, by a list or by a person."""

    collection: str | None = None  #: raw expression: ids of the elements that begin first
    completion_condition: str | None = None  #: raw expression
    cancels_rest: bool = True  #: what still runs goes when the condition holds
    in_turn: bool = False  #: only one element at a time
    output_collection: str | None = None
    output_element: str | None = None  #: raw expression


@dataclass(frozen=True, kw_only=True)
class Called:
    """The process that a call activity begins as an instance of its own."""

    process_id: str  #: raw expression
    binding: str = "latest"  #: or "deployment", "versionTag"
    version_tag: str | None = None
    takes_all: bool = True  #: the child gets every variable that the call sees, else the call's own
    gives_all: bool = True  #: every variable of the ended child comes back


@dataclass(frozen=True, kw_only=True)
class TimerRule:
    """When a timer fires: `kind` is timeDate, timeDuration or timeCycle."""

    kind: str
    expression: str  #: raw: FEEL with a leading "=", else ISO 8601


@dataclass(frozen=True, kw_only=True)
class Element:
    """One flow node. Raw expressions start with "=" where they are FEEL; else they are text."""

    id: str
    type: str  #: the BPMN local name, for example "userTask"
    name: str = ""
    lane: str | None = None
    scope: str | None = None  #: id of the enclosing sub-process
    documentation: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)

    form_id: str | None = None
    assignee: str | None = None
    candidate_groups: str | None = None
    candidate_users: str | None = None
    due_date: str | None = None
    follow_up_date: str | None = None
    priority: str | None = None

    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()
    script: str | None = None  #: raw expression
    decision_id: str | None = None
    result_variable: str | None = None
    job_type: str | None = None
    retries: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    loop: Loop | None = None
    repetition: Repetition | None = None
    called: Called | None = None
    ad_hoc: AdHoc | None = None

    event: str | None = None  #: none, message, timer, error or terminate
    timer: TimerRule | None = None
    message: str | None = None  #: the message's name
    correlation: str | None = None  #: raw expression
    error_code: str | None = None  #: None on a boundary catches every error
    attached_to: str | None = None
    interrupting: bool = True

    incoming: tuple[str, ...] = ()  #: ids of flows
    outgoing: tuple[Flow, ...] = ()
    default: str | None = None  #: id of the default flow


@dataclass(frozen=True, kw_only=True)
class Process:
    """An executable process of a checked diagram; one object serves any number of instances."""

    id: str
    name: str
    version_tag: str | None
    elements: Mapping[str, Element]
    starts: tuple[Element, ...]  #: none, message and timer start events of the top plane
    spec: Any = field(repr=False, compare=False)  #: SpiffWorkflow's graph, for `engine.bpmn` only

    @property
    def none_start(self) -> Element | None:
        """The start event that needs no message and no moment."""
        return next((start for start in self.starts if start.event == "none"), None)


@dataclass(frozen=True, kw_only=True)
class World:
    """What every expression may read but no process may write; may be lazy."""

    values: Mapping[str, object] = field(default_factory=dict)  #: `fall`, `parameter`, functions
    decisions: Mapping[str, Decision] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When, with which numbers and in which world a step runs."""

    now: datetime
    ids: Callable[[], int]
    world: World = field(default_factory=World)
