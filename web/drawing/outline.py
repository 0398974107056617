"""Tells a plane in words, step by step along the flow: the text beside every picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from web.drawing import marks as signs
from web.drawing import words
from web.drawing.elements import Elements
from web.drawing.reading import Diagram, read
from web.drawing.values import FLOW_NODES, GATEWAYS, Element, Mark, Node, Sheet

FARTHEST = 20


@dataclass(frozen=True)
class Way:
    """Where a step leads to, under which condition."""

    condition: str
    target: str


@dataclass(frozen=True)
class Step:
    """One step of a plane: what it is, who does it, where it leads, what is marked on it."""

    element_id: str
    name: str
    kind: str
    lane: str
    level: int
    ways: tuple[Way, ...]
    mark: str = ""

    @property
    def is_current(self) -> bool:
        """Say whether the step carries a mark."""
        return bool(self.mark)


def outline(xml: bytes, plane_id: str, marks: Mapping[str, Mark]) -> tuple[Step, ...]:
    """Read a file and return the steps of one plane, as `tell` does."""
    return tell(read(xml), plane_id, marks)


def tell(diagram: Diagram, plane_id: str, marks: Mapping[str, Mark]) -> tuple[Step, ...]:
    """Return the steps of a plane in the order of the flow; raises NotDrawable or NotFound."""
    chosen = diagram.sheet(plane_id)
    placed = signs.on_sheet(diagram.elements, chosen, marks)
    return _Teller(diagram.elements, chosen, placed).steps()


class _Teller:
    """Walks one sheet along its flows; a loop back is not followed twice."""

    def __init__(self, elements: Elements, chosen: Sheet, placed: Mapping[str, Mark]) -> None:
        self.elements = elements
        self.placed = placed
        self.nodes = {n.element.id: n for n in chosen.nodes if n.element.kind in FLOW_NODES}
        self.bands = [n for n in chosen.nodes if n.element.kind == "group" and n.element.name]
        self.pools = {pool.process: pool.name for pool in elements.of_kind("participant")}
        self.guests: dict[str, set[str]] = {}
        for key, node in self.nodes.items():
            self.guests.setdefault(node.element.host, set()).add(key)
        self.flows: dict[str, list[Element]] = {}
        for flow in elements.of_kind("sequenceFlow"):
            if flow.target in self.nodes:
                self.flows.setdefault(flow.source, []).append(flow)

    def steps(self) -> tuple[Step, ...]:
        tops = [n for n in self.nodes.values() if n.element.parent not in self.nodes]
        return tuple(
            step
            for parent in dict.fromkeys(n.element.parent for n in _reading_order(tops))
            for step in self._inside(parent, 0)
        )

    def _inside(self, parent: str, level: int) -> Iterable[Step]:
        members = [n for n in self.nodes.values() if n.element.parent == parent]
        for node in self._along_the_flow(members):
            if self._is_told(node.element):
                yield self._step(node, level)
            yield from self._inside(node.element.id, level + 1)

    def _along_the_flow(self, members: list[Node]) -> list[Node]:
        """Order nodes so that each stands behind its predecessors; mere loops come last."""
        reached = self._reached(members)
        roots = [node for node in members if node.element.id not in reached]
        seen: set[str] = set()
        told: list[str] = []
        # Whatever is walked later comes out earlier, hence the last start first.
        for node in reversed(_reading_order(roots)):
            told = [*self._walk(node.element.id, seen), *told]
        for node in _reading_order(members):
            told += self._walk(node.element.id, seen)
        return [self.nodes[key] for key in told]

    def _walk(self, start: str, seen: set[str]) -> list[str]:
        """Walk in depth without recursion; a node is done when all behind it is."""
        done: list[str] = []
        waiting = [(start, False)]
        while waiting:
            key, is_left = waiting.pop()
            if is_left:
                done.append(key)
                continue
            if key in seen:
                continue
            seen.add(key)
            waiting.append((key, True))
            waiting += [(following, False) for following in self._behind(key)]
        return done[::-1]

    def _leaps(self, key: str) -> list[str]:
        """Return where a link leads, if that is on this sheet."""
        target = self.nodes[key].element.link_target
        return [target] if target in self.nodes else []

    def _behind(self, key: str) -> list[str]:
        targets = {flow.target for flow in self.flows.get(key, ())} | self.guests.get(key, set())
        targets.update(self._leaps(key))
        return [n.element.id for n in _reading_order(self.nodes[k] for k in targets)]

    def _reached(self, members: list[Node]) -> set[str]:
        inside = {n.element.id for n in members}
        targets = {flow.target for key in inside for flow in self.flows.get(key, ())}
        targets |= {target for key in inside for target in self._leaps(key)}
        return targets | {n.element.id for n in members if n.element.host}

    def _is_told(self, element: Element) -> bool:
        """A gateway without a question only joins or splits lines: nobody needs to hear of it."""
        return bool(element.name) or element.kind not in GATEWAYS or element.id in self.placed

    def _step(self, node: Node, level: int) -> Step:
        element = node.element
        mark = self.placed.get(element.id)
        return Step(
            element_id=element.id,
            name=words.title(element),
            kind=words.kind(element),
            lane=self._lane(node),
            level=level,
            ways=self._ways(element),
            mark=mark.text if mark else "",
        )

    def _lane(self, node: Node) -> str:
        bands = [band for band in self.bands if band.box.holds(node.box.centre)]
        if bands:
            return min(bands, key=lambda band: band.box.area).element.name
        element: Element | None = node.element
        while element is not None:
            if element.lane or element.id in self.pools:
                return element.lane or self.pools[element.id]
            element = self.elements.get(element.parent)
        return ""

    def _ways(self, element: Element) -> tuple[Way, ...]:
        if self._leaps(element.id):
            return tuple(
                Way("", self._told(flow.target)) for flow in self.flows.get(element.link_target, ())
            )
        flows = self.flows.get(element.id, [])
        if len(flows) < 2 and not any(flow.name for flow in flows):
            return ()
        return tuple(Way(flow.name, self._told(flow.target)) for flow in flows)

    def _told(self, key: str) -> str:
        """The name of the next step that is told, past the gateways that only join."""
        for _ in range(FARTHEST):
            flows = self.flows.get(key, [])
            if self._is_told(self.elements[key]) or len(flows) != 1:
                break
            key = flows[0].target
        return words.title(self.elements[key])


def _reading_order(nodes: Iterable[Node]) -> list[Node]:
    return sorted(nodes, key=lambda n: (n.element.kind != "startEvent", n.box.y, n.box.x))
