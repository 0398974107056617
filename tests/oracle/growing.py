"""Grows random plans: a line from start to end, changed step by step at random places.

Some changes keep the plan well structured, others do not: joins of another kind than their
splits, flows across branches and back, implicit splits. A plan never circles without a wait.
To make new kinds of elements occur, add a change.
"""

from copy import deepcopy
from itertools import count
from random import Random

from tests.oracle.plans import (
    ACTIVITIES,
    CODES,
    MESSAGES,
    TASKS,
    WAITING,
    Flow,
    Graph,
    Loop,
    Node,
    Timer,
    finished,
    has_rest,
    number,
    numbers,
    plus,
    read,
)

SPLITTING = ("exclusiveGateway", "inclusiveGateway", "parallelGateway")
CHOOSING = ("exclusiveGateway", "inclusiveGateway")
ONCE = [
    Timer("timeDuration", "P1D", days=1),
    Timer("timeDuration", "P1M", months=1),
    Timer("timeDuration", "PT5H", hours=5),
    Timer("timeDuration", "P1M1DT2H", months=1, days=1, hours=2),
    Timer("timeDuration", '= duration("P3M")', months=3),
    Timer("timeDate", "2026-07-01"),
]
OFTEN = [
    Timer("timeCycle", "R3/P1D", days=1, rounds=3),
    Timer("timeCycle", "R/P1M", months=1, rounds=0),
]
FREE_TARGETS = ACTIVITIES | set(SPLITTING) | {"endEvent", "intermediateThrowEvent"}


class Grower:
    """One plan in the making."""

    def __init__(self, random):
        self.random = random
        self.ids = count(1)
        self.plan = self.line()

    def id(self, prefix):
        return f"{prefix}{next(self.ids)}"

    def node(self, graph, kind, prefix, **facts):
        node = Node(self.id(prefix), kind, **facts)
        graph.nodes[node.id] = node
        return node.id

    def flow(self, graph, source, target):
        graph.flows.append(Flow(self.id("f"), source, target))

    def line(self):
        graph = Graph()
        ids = [self.node(graph, "startEvent", "start"), self.task(graph)]
        ids.append(self.node(graph, "endEvent", "end"))
        self.flow(graph, ids[0], ids[1])
        self.flow(graph, ids[1], ids[2])
        return graph

    def task(self, graph):
        kind = self.random.choice(["userTask"] * 5 + ["serviceTask"] * 2 + sorted(TASKS))
        node_id = self.node(graph, kind, kind[:4])
        node = graph.nodes[node_id]
        if kind == "scriptTask":
            node.sets = (self.random.choice("abc"), plus(self.random.choice("abc"), 1))
        if kind == "receiveTask":
            node.event, node.message = "message", self.message()
        return node_id

    def message(self):
        return self.random.choice(sorted(MESSAGES))

    def any(self, things):
        things = list(things)
        return self.random.choice(things) if things else None

    # Places

    def plane(self):
        return self.any(self.plan.planes())

    def open_flow(self, graph):
        """Return a flow into which something can be put."""
        fixed = {n.id for n in graph.nodes.values() if n.kind == "eventBasedGateway"}
        return self.any(flow for flow in graph.flows if flow.source not in fixed)

    def put(self, graph, flow, entry, leave):
        """Put what lies from `entry` to `leave` into a flow."""
        target, flow.target = flow.target, entry
        self.flow(graph, leave, target)

    def activity(self, graph, kinds=ACTIVITIES):
        return self.any(node for node in graph.nodes.values() if node.kind in kinds)

    # Changes that keep the structure

    def add_task(self, graph):
        flow = self.open_flow(graph)
        task = self.task(graph)
        self.put(graph, flow, task, task)

    def add_branches(self, graph):
        flow = self.open_flow(graph)
        split = self.any(SPLITTING)
        join = split if self.random.random() < 0.75 else self.any(SPLITTING)
        opening, closing = self.node(graph, split, "auf"), self.node(graph, join, "zu")
        for _ in range(self.random.randint(2, 3)):
            task = self.task(graph)
            self.flow(graph, opening, task)
            self.flow(graph, task, closing)
        self.put(graph, flow, opening, closing)

    def add_round(self, graph):
        """Let a part of the plan be repeated: back to in front of a task."""
        flow = self.open_flow(graph)
        merge = self.node(graph, "exclusiveGateway", "auf")
        again = self.node(graph, "exclusiveGateway", "zu")
        task = self.task(graph)
        self.flow(graph, merge, task)
        self.flow(graph, task, again)
        self.flow(graph, again, merge)
        self.put(graph, flow, merge, again)

    def add_race(self, graph):
        flow = self.open_flow(graph)
        race = self.node(graph, "eventBasedGateway", "wettlauf")
        merge = self.node(graph, "exclusiveGateway", "zu")
        for _ in range(self.random.randint(2, 3)):
            event = self.event(graph)
            self.flow(graph, race, event)
            self.flow(graph, event, merge)
        self.put(graph, flow, race, merge)

    def event(self, graph):
        event = self.node(graph, "intermediateCatchEvent", "ereignis")
        self.listen(graph.nodes[event])
        return event

    def listen(self, node, timers=ONCE):
        if self.random.random() < 0.6:
            node.event, node.timer = "timer", self.any(timers)
        else:
            node.event, node.message = "message", self.message()

    def add_event(self, graph):
        flow = self.open_flow(graph)
        marks = self.random.random() < 0.2
        mark = self.node(graph, "intermediateThrowEvent", "stand") if marks else None
        event = mark or self.event(graph)
        self.put(graph, flow, event, event)

    def add_part(self, graph):
        flow = self.open_flow(graph)
        part = self.node(graph, "subProcess", "teil", inner=self.line())
        self.put(graph, flow, part, part)

    def add_failing_part(self, graph):
        """A sub-process with an end that throws what its boundary event may catch."""
        flow = self.open_flow(graph)
        inner = self.line()
        self.add_end(inner)
        thrown = self.any(node for node in inner.nodes.values() if node.kind == "endEvent")
        thrown.event, thrown.code = "error", self.any(CODES)
        part = self.node(graph, "subProcess", "teil", inner=inner)
        self.put(graph, flow, part, part)
        caught = self.any([thrown.code, None, self.any(CODES)])
        event = self.node(graph, "boundaryEvent", "rand", host=part, event="error", code=caught)
        self.flow(graph, event, self.target(graph))

    def add_boundary(self, graph):
        host = self.activity(graph)
        if host is None or len(graph.attached(host.id)) > 2:
            return
        event = graph.nodes[self.node(graph, "boundaryEvent", "rand", host=host.id)]
        event.interrupting = self.random.random() < 0.5
        if self.random.random() < (0.5 if host.kind in ("subProcess", "serviceTask") else 0.1):
            event.event, event.interrupting = "error", True
            event.code = self.any([*CODES, None])
        else:
            self.listen(event, ONCE if event.interrupting else [*ONCE, *OFTEN, *OFTEN])
        task = self.task(graph)
        self.flow(graph, event.id, task)
        if self.random.random() < 0.6:
            self.flow(graph, task, self.target(graph))

    def target(self, graph):
        return self.any(node.id for node in graph.nodes.values() if node.kind in FREE_TARGETS)

    # Changes that do not

    def add_flow(self, graph):
        """Let a flow more leave a node: an implicit split, a way across or back."""
        closed = ("endEvent", "eventBasedGateway")
        source = self.any(n.id for n in graph.nodes.values() if n.kind not in closed)
        self.flow(graph, source, self.target(graph))

    def add_end(self, graph):
        flow = self.open_flow(graph)
        end = self.node(graph, "endEvent", "ende")
        split = self.node(graph, self.any(SPLITTING), "auf")
        target, flow.target = flow.target, split
        self.flow(graph, split, end)
        self.flow(graph, split, target)
        self.turn_end(graph)

    def turn_end(self, graph):
        end = graph.nodes[self.any(n.id for n in graph.nodes.values() if n.kind == "endEvent")]
        end.event = self.random.choice(["terminate", "error", "none"])
        end.code = self.any(CODES) if end.event == "error" else None

    # Changes of one node

    def turn_loop(self, graph):
        host = self.activity(graph)
        if host is None or host.loop is not None:
            return
        chance = self.random.random
        items = read("l") if chance() < 0.4 else numbers(range(10, 10 + self.random.randint(0, 4)))
        loop = Loop(items, in_turn=chance() < 0.5, element="x" if chance() < 0.7 else None)
        if chance() < 0.7:
            loop.collects = self.any(["r", "s"])
            loop.result = self.any([read("e"), plus("loopCounter", 1)])
            if loop.element:
                loop.result = self.any([loop.result, plus("x", 1), read("x")])
        if chance() < 0.4:
            count = self.random.randint(1, 2)
            loop.enough = self.any([finished(count), has_rest("a", 2, 1)])
        host.loop = loop

    def turn_mapped(self, graph):
        host = self.activity(graph)
        if host is None:
            return
        host.inputs = [(self.any("abcy"), self.formula()) for _ in range(self.random.randint(0, 2))]
        host.outputs = [
            (self.any("abcz"), self.formula()) for _ in range(self.random.randint(0, 2))
        ]
        host.inputs = list(dict(host.inputs).items())
        host.outputs = list(dict(host.outputs).items())

    def formula(self):
        name = self.any("abc")
        return self.any([number(self.random.randint(0, 9)), plus(name, 2), read(name)])

    CHANGES = (
        [
            add_task,
            add_branches,
            add_branches,
            add_round,
            add_race,
            add_event,
            add_part,
            add_failing_part,
        ]
        + [add_boundary] * 4
        + [add_flow, add_flow, add_end, turn_end, turn_loop, turn_loop, turn_mapped]
    )

    def change(self):
        """Change the plan once, or leave it if it would circle without a wait."""
        before = deepcopy(self.plan)
        self.random.choice(self.CHANGES)(self, self.plane())
        if any(circles(graph) or not sound(graph) for graph in self.plan.planes()):
            self.plan = before


def circles(graph):
    """Whether a token could go round without ever waiting."""
    free = {n.id for n in graph.nodes.values() if n.kind not in WAITING or n.loop is not None}
    entered = {node_id: [f.target for f in graph.leaving(node_id)] for node_id in graph.nodes}
    for event in graph.nodes.values():
        if event.host is not None:
            entered[event.host].append(event.id)
    todo = set(free)
    while todo:
        ends = {one for one in todo if not any(target in todo for target in entered[one])}
        if not ends:
            return True
        todo -= ends
    return False


def sound(graph):
    """Whether no two flows join the same nodes, and no node grows too many."""
    pairs = [(flow.source, flow.target) for flow in graph.flows]
    if len(set(pairs)) < len(pairs):
        return False
    return all(len(graph.leaving(node_id)) <= 4 for node_id in graph.nodes)


def with_conditions(graph, random):
    """Give each choice its conditions, and mostly a default."""
    for plane in graph.planes():
        for node in plane.nodes.values():
            flows = plane.leaving(node.id)
            if node.kind not in CHOOSING or len(flows) < 2:
                continue
            for flow in flows:
                divisor = random.randint(2, 3)
                flow.condition = has_rest(random.choice("abc"), divisor, random.randrange(divisor))
            if random.random() < 0.9:
                last = random.choice(flows)
                node.default, last.condition = last.id, None
    return graph


def grown(seed, *, changes):
    """Return the random plan of a seed."""
    random = Random(seed)
    grower = Grower(random)
    for _ in range(changes):
        grower.change()
    return with_conditions(grower.plan, random)


def plan_of(seed):
    """Return the plan that a walk with this seed goes through: small ones and large ones."""
    return grown(seed, changes=4 + seed % 14)
