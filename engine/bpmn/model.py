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


@dataclass(frozen=True)
class Bound:
    """A decision or a form that an element names, and which of its versions is meant."""

    id: str  #: raw expression of a decision
    #: "deployment": what came with the diagram; "latest": the newest; "versionTag": the newest
    #: with the tag; None: what came with the diagram, else the newest
    binding: str | None = None
    version_tag: str | None = None

    @property
    def prefers_own(self) -> bool:
        """Whether what came with the diagram is meant, if there is such a one."""
        return self.binding in (None, "deployment")

    @property
    def may_be_foreign(self) -> bool:
        """Whether what another deployment brought may be meant."""
        return self.binding != "deployment"


@dataclass(frozen=True, kw_only=True)
class TimerRule:
    """When a timer fires: `kind` is timeDate, timeDuration or timeCycle."""

    kind: str
    expression: str  #: raw: FEEL with a leading "=", else ISO 8601


@dataclass(frozen=True, kw_only=True)
class Condition:
    """When a conditional event happens, and which changes make it look again; none named: all."""

    expression: str  #: raw expression
    names: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()  #: "create", "update"


@dataclass(frozen=True, kw_only=True)
class Compensation:
    """What a throwing compensation event undoes; without an activity, everything in its scope."""

    activity: str | None = None
    waits: bool = True


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

    form: Bound | None = None
    assignee: str | None = None
    candidate_groups: str | None = None
    candidate_users: str | None = None
    due_date: str | None = None
    follow_up_date: str | None = None
    priority: str | None = None

    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()
    script: str | None = None  #: raw expression
    decision: Bound | None = None
    result_variable: str | None = None
    job_type: str | None = None
    retries: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    loop: Loop | None = None
    repetition: Repetition | None = None
    called: Called | None = None
    ad_hoc: AdHoc | None = None

    event: str | None = None  #: what is defined: none, message, timer, signal, …, or multiple
    alternatives: tuple[Element, ...] = ()  #: of a multiple event: one for each definition
    all_at_once: bool = False  #: parallel multiple: it takes all of them together
    timer: TimerRule | None = None
    message: str | None = None  #: the message's name; raw where one is awaited
    correlation: str | None = None  #: raw expression
    signal: str | None = None  #: the signal's name; raw where it is thrown or awaited
    error_code: str | None = None  #: None where it is caught means every error
    escalation_code: str | None = None  #: None where it is caught means every escalation
    condition: Condition | None = None
    compensation: Compensation | None = None
    link: str | None = None
    attached_to: str | None = None
    interrupting: bool = True
    triggered_by_event: bool = False  #: an event sub-process
    undone_by: str | None = None  #: id of the activity that undoes this one

    incoming: tuple[str, ...] = ()  #: ids of flows
    outgoing: tuple[Flow, ...] = ()
    default: str | None = None  #: id of the default flow

    @property
    def repeats(self) -> bool:
        """Whether it is a multi-instance or a standard loop."""
        return self.loop is not None or self.repetition is not None

    @property
    def definitions(self) -> tuple[Element, ...]:
        """The element once for each of its event definitions."""
        return self.alternatives or (self,)

    @property
    def asked_before(self) -> Bound | None:
        """The form that a person fills in to begin with this start, or to press this button."""
        button = self.properties.get("knopf_formular")
        if self.type == "startEvent" and self.form is not None:
            return self.form
        return Bound(button, "deployment") if button else None

    @property
    def code(self) -> str | None:
        """The code of the error or escalation."""
        return self.error_code if self.event == "error" else self.escalation_code


@dataclass(frozen=True, kw_only=True)
class Process:
    """An executable process of a checked diagram; one object serves any number of instances."""

    id: str
    name: str
    version_tag: str | None
    elements: Mapping[str, Element]
    starts: tuple[Element, ...]  #: of the top plane; of a multiple one each definition
    spec: Any = field(repr=False, compare=False)  #: SpiffWorkflow's graph, for `engine.bpmn` only

    @property
    def none_start(self) -> Element | None:
        """The start event that needs no message and no moment."""
        return next((start for start in self.starts if start.event == "none"), None)


@dataclass(frozen=True, kw_only=True)
class World:
    """What every expression may read but no process may write; may be lazy."""

    values: Mapping[str, object] = field(default_factory=dict)  #: `fall`, `parameter`, functions
    decisions: Mapping[Bound, Decision] = field(default_factory=dict)
    #: whether somebody would see the tasks of a group; asked for those that expressions name
    is_group: Callable[[str], bool] = field(default=lambda _: True)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When, with which numbers and in which world a step runs."""

    now: datetime
    ids: Callable[[], int]
    world: World = field(default_factory=World)
