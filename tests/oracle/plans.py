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

    items: Formula
    in_turn: bool = False
    element: str | None = None
    collects: str | None = None
    result: Formula | None = None
    enough: Formula | None = None


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
    code: str | None = None
    inputs: list[tuple[str, Formula]] = field(default_factory=list)
    outputs: list[tuple[str, Formula]] = field(default_factory=list)
    sets: tuple[str, Formula] | None = None
    loop: Loop | None = None
    inner: Graph | None = None
    default: str | None = None


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

    def leaving(self, node_id):
        return [flow for flow in self.flows if flow.source == node_id]

    def arriving(self, node_id):
        return [flow for flow in self.flows if flow.target == node_id]

    def attached(self, node_id):
        return [node for node in self.nodes.values() if node.host == node_id]

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
CODES = ("E1", "E2")

#: Where a token rests until something happens from outside.
WAITING = frozenset(
    {"userTask", "serviceTask", "sendTask", "receiveTask", "intermediateCatchEvent"}
    | {"eventBasedGateway"}
)
TASKS = frozenset(
    {"userTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "task", "manualTask"}
)
ACTIVITIES = TASKS | {"subProcess"}
JOBS = frozenset({"serviceTask", "sendTask"})
