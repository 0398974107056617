"""A read file with what its parts point to: processes, flow nodes, messages, errors, lanes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.bpmn.reading import BPMN, Node, child, children, is_bpmn, local, text_of
from engine.errors import Finding

TASKS = frozenset(
    {
        "businessRuleTask",
        "manualTask",
        "receiveTask",
        "scriptTask",
        "sendTask",
        "serviceTask",
        "task",
        "userTask",
    }
)
ACTIVITIES = TASKS | {"adHocSubProcess", "callActivity", "subProcess"}
GATEWAYS = frozenset(
    {"eventBasedGateway", "exclusiveGateway", "inclusiveGateway", "parallelGateway"}
)
EVENTS = frozenset(
    {
        "boundaryEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "startEvent",
    }
)
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS
SUB_PROCESSES = frozenset({"adHocSubProcess", "subProcess"})
SCOPES = SUB_PROCESSES | {"process"}


@dataclass(frozen=True)
class Diagram:
    """The tree of a file, with its name for findings."""

    file: str
    root: Node

    @cached_property
    def processes(self) -> tuple[Node, ...]:
        """The executable processes; the others are documentation."""
        everything = children(self.root, "process")
        return tuple(each for each in everything if each.get("isExecutable") == "true")

    @cached_property
    def flow_nodes(self) -> Mapping[str, Node]:
        """Every flow node of the executable processes, by id."""
        return {each.get("id", ""): each for each in self.all_of(*FLOW_NODES)}

    @cached_property
    def flows(self) -> tuple[Node, ...]:
        """Every sequence flow of the executable processes."""
        return tuple(self.all_of("sequenceFlow"))

    @cached_property
    def outgoing(self) -> Mapping[str, tuple[Node, ...]]:
        """The sequence flows that leave each flow node."""
        return self._flows_by("sourceRef")

    @cached_property
    def incoming(self) -> Mapping[str, tuple[Node, ...]]:
        """The sequence flows that enter each flow node."""
        return self._flows_by("targetRef")

    @cached_property
    def boundaries(self) -> Mapping[str, tuple[Node, ...]]:
        """The boundary events of each activity."""
        found: dict[str, tuple[Node, ...]] = {}
        for each in self.all_of("boundaryEvent"):
            host = each.get("attachedToRef", "")
            found[host] = (*found.get(host, ()), each)
        return found

    @cached_property
    def messages(self) -> Mapping[str, Node]:
        """The declared messages, by id."""
        return {each.get("id", ""): each for each in children(self.root, "message")}

    @cached_property
    def errors(self) -> Mapping[str, Node]:
        """The declared errors, by id."""
        return {each.get("id", ""): each for each in children(self.root, "error")}

    @cached_property
    def signals(self) -> Mapping[str, Node]:
        """The declared signals, by id."""
        return {each.get("id", ""): each for each in children(self.root, "signal")}

    @cached_property
    def escalations(self) -> Mapping[str, Node]:
        """The declared escalations, by id."""
        return {each.get("id", ""): each for each in children(self.root, "escalation")}

    @cached_property
    def compensations(self) -> Mapping[str, tuple[str, ...]]:
        """The steps to which associations lead from each compensation boundary event."""
        found: dict[str, tuple[str, ...]] = {}
        for line in self.all_of("association"):
            event, target = line.get("sourceRef", ""), line.get("targetRef", "")
            source = self.flow_nodes.get(event)
            if target in self.flow_nodes and source is not None and _undoes(source):
                found[event] = (*found.get(event, ()), target)
        return found

    @cached_property
    def links(self) -> Mapping[tuple[str, str], tuple[Node, ...]]:
        """The link events of each name in each process or sub-process."""
        found: dict[tuple[str, str], list[Node]] = {}
        for node, definition in self.defined("link"):
            found.setdefault(link_key(node, definition), []).append(node)
        return {key: tuple(nodes) for key, nodes in found.items()}

    @cached_property
    def lanes(self) -> Mapping[str, str]:
        """The name of the innermost lane of each flow node."""
        found: dict[str, str] = {}
        for process in self.processes:
            for lane in process.iter(f"{{{BPMN}}}lane"):
                name = lane.get("name") or lane.get("id") or ""
                found |= {text_of(each): name for each in children(lane, "flowNodeRef")}
        return found

    def defined(self, kind: str) -> Iterator[tuple[Node, Node]]:
        """Yield the events with a definition of this kind, with the definition."""
        for node in self.all_of(*EVENTS):
            for definition in event_definitions(node):
                if local(definition) == f"{kind}EventDefinition":
                    yield node, definition

    def all_of(self, *names: str) -> Iterator[Node]:
        """Yield the BPMN elements of these names inside the executable processes; all if none."""
        wanted = frozenset(names)
        return (node for name, node in self._named if not wanted or name in wanted)

    @cached_property
    def _named(self) -> tuple[tuple[str, Node], ...]:
        everything = (node for process in self.processes for node in process.iter("*"))
        return tuple((local(node), node) for node in everything if is_bpmn(node))

    def finding(self, rule: str, node: Node | None, message: str) -> Finding:
        """Return a complaint that points at the nearest element with an id."""
        while node is not None and not node.get("id"):
            node = node.getparent()
        element_id = node.get("id") if node is not None else None
        return Finding(file=self.file, message=message, element_id=element_id, rule=rule)

    def _flows_by(self, reference: str) -> Mapping[str, tuple[Node, ...]]:
        found: dict[str, tuple[Node, ...]] = {}
        for flow in self.flows:
            end = flow.get(reference, "")
            found[end] = (*found.get(end, ()), flow)
        return found


def link_key(node: Node, definition: Node) -> tuple[str, str]:
    """Return what both ends of a link have in common: where they stand, and their name."""
    scope = scope_of(node)
    around = scope.get("id", "") if scope is not None else ""
    return around, (definition.get("name") or "").strip()


def _undoes(node: Node) -> bool:
    return is_bpmn(node, "boundaryEvent") and event_kind(node) == "compensate"


def scope_of(node: Node) -> Node | None:
    """Return the process or sub-process that a flow node or flow stands in."""
    parent = node.getparent()
    return parent if parent is not None and is_bpmn(parent, *SCOPES) else None


def event_definitions(node: Node) -> list[Node]:
    """Return the event definitions of an event."""
    return [each for each in node if is_bpmn(each) and local(each).endswith("EventDefinition")]


def event_kinds(node: Node) -> tuple[str, ...]:
    """Return the kind of each definition of an event: message, timer, error, …."""
    definitions = event_definitions(node)
    return tuple(local(each).removesuffix("EventDefinition") for each in definitions)


def event_kind(node: Node) -> str:
    """Return the only kind of an event, "none" or "multiple"."""
    kinds = event_kinds(node)
    if len(kinds) > 1:
        return "multiple"
    return kinds[0] if kinds else "none"


def event_scope(node: Node) -> Node | None:
    """Return the event sub-process that this start event begins, or None."""
    scope = scope_of(node) if is_bpmn(node, "startEvent") else None
    return scope if scope is not None and is_event_subprocess(scope) else None


def is_event_subprocess(node: Node) -> bool:
    """Whether a node is a sub-process that an event begins."""
    return is_bpmn(node, "subProcess") and node.get("triggeredByEvent") == "true"


def message_reference(node: Node) -> str | None:
    """Return the id of the message that an event or a receive task names."""
    definition = child(node, "messageEventDefinition")
    return (node if definition is None else definition).get("messageRef")


def label(node: Node) -> str:
    """Return what a German sentence calls an element: its name in quotes, else its id."""
    return f"„{node.get('name') or node.get('id') or local(node)}“"
