"""Processes as plain values that neither know the engine nor XML: the oracle's own model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Formula:
    """What stands in the diagram, and what it gives; the two are written down independently."""

    text: str
    value: Callable[[Mapping[str, Any]], Any] = field(compare=False, repr=False)


def number(value):
    return Formula(f"= {value}", lambda _: value)


def numbers(values):
    return Formula(f"= {list(values)}", lambda _: list(values))


def read(name):
    return Formula(f"= {name}", lambda seen: seen[name])


def plus(name, value):
    return Formula(f"= {name} + {value}", lambda seen: seen[name] + value)


def has_rest(name, divisor, rest):
    return Formula(
        f"= modulo({name}, {divisor}) = {rest}", lambda seen: seen[name] % divisor == rest
    )


def remainder(name, divisor):
    return Formula(f"= modulo({name}, {divisor})", lambda seen: seen[name] % divisor)


def rounds_below(count):
    return Formula(f"= loopCounter < {count}", lambda seen: seen["loopCounter"] < count)


def named(ids):
    return Formula("= [" + ", ".join(f'"{each}"' for each in ids) + "]", lambda _: list(ids))


def counted(name, least):
    return Formula(f"= count({name}) >= {least}", lambda seen: len(seen[name]) >= least)


def finished(count):
    name = "numberOfCompletedInstances"
    return Formula(f"= {name} >= {count}", lambda seen: seen[name] >= count)


@dataclass(frozen=True)
class Timer:
    """A duration, repeated or not, or a fixed day."""

    kind: str
    text: str
    months: int = 0
    days: int = 0
    hours: int = 0
    rounds: int = 1  #: 0 is endless


@dataclass
class Loop:
    """Several at once or in turn; what each leaves may be collected."""

    items: Formula | None  #: a list, or
    times: Formula | None = None  #: a number
    in_turn: bool = False
    element: str | None = None
    collects: str | None = None
    result: Formula | None = None
    enough: Formula | None = None


@dataclass
class Again:
    """The same thing again while a condition holds, at most so often."""

    most: int
    condition: Formula | None = None
    asks_first: bool = False


@dataclass
class AdHoc:
    """Inner elements in any order: those that are listed, else those that a person chooses."""

    listed: Formula | None = None
    in_turn: bool = False
    enough: Formula | None = None
    cancels_rest: bool = True
    collects: str | None = None
    result: Formula | None = None


@dataclass
class Node:
    """A flow node; `kind` names the BPMN element, `event` what an event is about."""

    id: str
    kind: str
    event: str = "none"
    host: str | None = None
    interrupting: bool = True
    timer: Timer | None = None
    message: str | None = None
    signal: str | None = None
    condition: Formula | None = None
    code: str | None = None  #: of an error or escalation; None catches all
    link: str | None = None
    takes_all: bool = True  #: whether a call hands everything to its child,
    gives_all: bool = True  #: and everything back
    inputs: list[tuple[str, Formula]] = field(default_factory=list)
    outputs: list[tuple[str, Formula]] = field(default_factory=list)
    sets: tuple[str, Formula] | None = None
    loop: Loop | None = None
    again: Again | None = None
    ad_hoc: AdHoc | None = None
    inner: Graph | None = None
    default: str | None = None

    @property
    def repeats(self):
        return self.loop is not None or self.again is not None


@dataclass
class Flow:
    """A sequence flow."""

    id: str
    source: str
    target: str
    condition: Formula | None = None


@dataclass
class Graph:
    """The flow nodes and flows of a process or of one sub-process."""

    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    is_loose: bool = False  #: that of an ad-hoc sub-process: without start and end

    def leaving(self, node_id):
        return [flow for flow in (*self.flows, *self.linked()) if flow.source == node_id]

    def arriving(self, node_id):
        return [flow for flow in (*self.flows, *self.linked()) if flow.target == node_id]

    def linked(self):
        """Return the flows that are drawn as pairs of link events."""
        ends = [node for node in self.nodes.values() if node.link is not None]
        targets = {node.link: node.id for node in ends if node.kind == "intermediateCatchEvent"}
        sources = [node for node in ends if node.kind == "intermediateThrowEvent"]
        return [Flow(s.id, s.id, targets[s.link]) for s in sources if s.link in targets]

    def handlers(self):
        return [node for node in self.nodes.values() if node.kind == "eventSubProcess"]

    def entries(self):
        """Return what a person may begin in an ad-hoc sub-process."""
        events = (node for node in self.nodes.values() if node.host is None)
        free = [node for node in events if node.kind != "eventSubProcess"]
        return [node for node in free if not self.arriving(node.id)]

    def attached(self, node_id):
        return [node for node in self.nodes.values() if node.host == node_id]

    def reached(self):
        """Return the ids of the nodes that a token can ever reach."""
        todo = [node.id for node in self.nodes.values() if node.kind == "startEvent"]
        todo += [node.id for node in self.handlers()]
        todo += [node.id for node in self.entries()] if self.is_loose else []
        found = set()
        while todo:
            node_id = todo.pop()
            if node_id not in found:
                found.add(node_id)
                todo += [flow.target for flow in self.leaving(node_id)]
                todo += [event.id for event in self.attached(node_id)]
        return found

    @property
    def start(self):
        return next(node for node in self.nodes.values() if node.kind == "startEvent")

    def planes(self) -> Iterator[Graph]:
        """Yield this graph and all graphs of sub-processes in it."""
        yield self
        for node in self.nodes.values():
            if node.inner is not None:
                yield from node.inner.planes()


#: The messages that may occur, with the variable that holds the key of each.
MESSAGES = {"msg_eins": "a", "msg_zwei": "b"}
SIGNALS = ("sig_eins", "sig_zwei")
CODES = ("E1", "E2")

#: Where a token rests until something happens from outside.
WAITING = frozenset(
    {"userTask", "serviceTask", "sendTask", "receiveTask", "intermediateCatchEvent"}
    | {"eventBasedGateway", "callActivity", "adHocSubProcess"}
)
TASKS = frozenset(
    {"userTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "task", "manualTask"}
    | {"callActivity"}
)
ACTIVITIES = TASKS | {"subProcess", "adHocSubProcess"}
THROWING = frozenset({"intermediateThrowEvent", "endEvent"})
JOBS = frozenset({"serviceTask", "sendTask"})
