"""Grows random plans: a line from start to end, changed step by step at random places.

Some changes keep the plan well structured, others do not: joins of another kind than their
splits, flows across branches and back, implicit splits. A plan never circles without a wait.
To make new kinds of elements occur, add a change.
"""

from copy import deepcopy
from itertools import count
from random import Random

from tests.oracle.meeting import joins_of, starved
from tests.oracle.plans import (
    ACTIVITIES,
    CODES,
    MESSAGES,
    SIGNALS,
    TASKS,
    WAITING,
    AdHoc,
    Again,
    Flow,
    Graph,
    Loop,
    Node,
    Timer,
    counted,
    finished,
    has_rest,
    named,
    number,
    numbers,
    plus,
    read,
    remainder,
    rounds_below,
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
CAUGHT = ("error", "escalation")
THROWN = ("signal", "escalation")


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

    def part(self, graph):
        """Put a sub-process somewhere; return its id."""
        flow = self.open_flow(graph)
        part = self.node(graph, "subProcess", "teil", inner=self.line())
        self.put(graph, flow, part, part)
        return part

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
        node.event = self.any(["timer"] * 3 + ["message"] * 2 + ["signal", "conditional"])
        if node.event == "timer":
            node.timer = self.any(timers)
        elif node.event == "message":
            node.message = self.message()
        elif node.event == "signal":
            node.signal = self.any(SIGNALS)
        else:  # only what comes from outside changes k, so that handlers do not go round
            divisor = self.random.randint(2, 3)
            node.condition = has_rest("k", divisor, self.random.randrange(divisor))

    def speak(self, node, events):
        """Let an event throw something."""
        node.event = self.any(events)
        if node.event in CAUGHT:
            node.code = self.any(CODES)
        if node.event == "signal":
            node.signal = self.any(SIGNALS)
        if node.event in (*CAUGHT, "signal") and self.random.random() < 0.5:
            node.inputs = [(self.any("abz"), self.formula())]

    def add_event(self, graph):
        flow = self.open_flow(graph)
        if self.random.random() < 0.5:
            event = self.node(graph, "intermediateThrowEvent", "stand")
            self.speak(graph.nodes[event], ["none", *THROWN, *THROWN])
        else:
            event = self.event(graph)
        self.put(graph, flow, event, event)

    def add_link(self, graph):
        """Draw a flow as a pair of link events; sometimes from a second place, too."""
        flow = self.open_flow(graph)
        name = self.id("link")
        kinds = ("intermediateThrowEvent", "intermediateCatchEvent")
        ends = [self.node(graph, kind, "sprung", event="link", link=name) for kind in kinds]
        target, flow.target = flow.target, ends[0]
        self.flow(graph, ends[1], target)
        if self.random.random() < 0.5:
            other = self.node(graph, kinds[0], "sprung", event="link", link=name)
            self.flow(graph, self.source(graph), other)

    def add_part(self, graph):
        self.part(graph)

    def add_free_part(self, graph):
        """An ad-hoc sub-process: a short line, and sometimes a task on its own."""
        inner = Graph(is_loose=True)
        first, second = self.task(inner), self.task(inner)
        self.flow(inner, first, second)
        if self.random.random() < 0.5:
            self.task(inner)
        flow = self.open_flow(graph)
        rule = AdHoc(in_turn=self.random.random() < 0.4, cancels_rest=self.random.random() < 0.5)
        if self.random.random() < 0.5:
            rule.enough = self.any([has_rest("a", 2, 1), has_rest("k", 2, 0)])
        if self.random.random() < 0.4:
            rule.collects, rule.result = self.list_name(), self.any([read("e"), plus("a", 1)])
            if rule.enough and self.random.random() < 0.5:
                rule.enough = counted(rule.collects, 2)
        part = self.node(graph, "adHocSubProcess", "frei", inner=inner, ad_hoc=rule)
        self.put(graph, flow, part, part)

    def add_handler(self, graph):
        """An event sub-process; mostly in a part of its own, where more than it can go on."""
        if len(graph.handlers()) > 1 or graph.is_loose:
            return
        if self.random.random() < 0.3:
            graph = graph.nodes[self.part(graph)].inner
        inner = self.line()
        start = inner.start
        start.interrupting = self.random.random() < 0.5
        if self.random.random() < 0.5:
            start.event = self.any(CAUGHT)
            start.interrupting = start.interrupting or start.event == "error"
            start.code = self.any([*CODES, None])
        else:
            self.listen(start, ONCE if start.interrupting else [*ONCE, *OFTEN])
        self.node(graph, "eventSubProcess", "falls", inner=inner)
        if start.event in CAUGHT:
            self.add_thrower(graph, start.event, start.code)

    def add_thrower(self, graph, event, code):
        """Let something in this plane throw what may be caught around it."""
        split = self.node(graph, "exclusiveGateway", "auf")
        thrower = self.node(graph, "endEvent", "ende")
        flow = self.open_flow(graph)
        self.put(graph, flow, split, split)
        self.flow(graph, split, thrower)
        self.speak(graph.nodes[thrower], [event])
        graph.nodes[thrower].code = code or graph.nodes[thrower].code

    def add_failing_part(self, graph):
        """A sub-process with an end that throws what its boundary event may catch."""
        part = self.part(graph)
        self.guard(graph, part, self.any(CAUGHT), self.any(CODES))

    def add_failing_twins(self, graph):
        """Two of them at the same time that fail with the same error."""
        flow = self.open_flow(graph)
        opening = self.node(graph, "parallelGateway", "auf")
        closing = self.node(graph, "parallelGateway", "zu")
        self.put(graph, flow, opening, closing)
        for _ in range(2):
            part = self.node(graph, "subProcess", "teil", inner=self.line())
            self.flow(graph, opening, part)
            self.flow(graph, part, closing)
            self.guard(graph, part, "error", CODES[0])

    def guard(self, graph, part, event, code):
        """Let a sub-process throw something, and attach an event for it."""
        inner = graph.nodes[part].inner
        self.add_thrower(inner, event, code)
        caught = self.any([code, code, None, self.any(CODES)])
        given = {"event": event, "code": caught}
        given["interrupting"] = event == "error" or self.random.random() < 0.5
        catcher = self.node(graph, "boundaryEvent", "rand", host=part, **given)
        self.flow(graph, catcher, self.target(graph))

    def add_boundary(self, graph):
        host = self.activity(graph)
        if host is None or len(graph.attached(host.id)) > 2:
            return
        event = graph.nodes[self.node(graph, "boundaryEvent", "rand", host=host.id)]
        event.interrupting = self.random.random() < 0.5
        throwing = ("subProcess", "serviceTask", "callActivity")
        if self.random.random() < (0.5 if host.kind in throwing else 0.1):
            event.event = self.any(CAUGHT)
            event.interrupting = event.interrupting or event.event == "error"
            event.code = self.any([*CODES, None])
            if self.random.random() < 0.5:
                event.outputs = [(self.any("abz"), self.formula())]
        else:
            self.listen(event, ONCE if event.interrupting else [*ONCE, *OFTEN, *OFTEN])
        task = self.task(graph)
        self.flow(graph, event.id, task)
        if self.random.random() < 0.6:
            self.flow(graph, task, self.target(graph))

    def target(self, graph):
        nodes = graph.nodes.values()
        return self.any(node.id for node in nodes if node.kind in FREE_TARGETS)

    def source(self, graph):
        closed = ("endEvent", "eventBasedGateway", "eventSubProcess")
        open_ends = (n for n in graph.nodes.values() if n.kind not in closed)
        return self.any(n.id for n in open_ends if not is_thrown_link(n))

    # Changes that do not

    def add_flow(self, graph):
        """Let a flow more leave a node: an implicit split, a way across or back."""
        self.flow(graph, self.source(graph), self.target(graph))

    def add_end(self, graph):
        if graph.is_loose:
            return
        flow = self.open_flow(graph)
        end = self.node(graph, "endEvent", "ende")
        split = self.node(graph, self.any(SPLITTING), "auf")
        target, flow.target = flow.target, split
        self.flow(graph, split, end)
        self.flow(graph, split, target)
        self.turn_end(graph)

    def turn_end(self, graph):
        end = self.any(node for node in graph.nodes.values() if node.kind == "endEvent")
        if end is not None:
            end.inputs = []
            self.speak(end, ["terminate", "none", *CAUGHT, "signal"])

    # Changes of one node

    def turn_loop(self, graph):
        host = self.activity(graph)
        if host is None or host.repeats:
            return
        chance = self.random.random
        if chance() < 0.3:
            goes_on = self.any([None, has_rest("a", 2, 1), rounds_below(2)])
            host.again = Again(self.random.randint(1, 3), goes_on, asks_first=chance() < 0.5)
            return
        items = read("l") if chance() < 0.4 else numbers(range(10, 10 + self.random.randint(0, 4)))
        loop = Loop(items, in_turn=chance() < 0.5, element="x" if chance() < 0.7 else None)
        if chance() < 0.7:
            loop.collects = self.list_name()
            loop.result = self.any([read("e"), plus("loopCounter", 1)])
            if loop.element:
                loop.result = self.any([loop.result, plus("x", 1), read("x")])
        if chance() < 0.4:
            count = self.random.randint(1, 2)
            loop.enough = self.any([finished(count), has_rest("a", 2, 1)])
        if chance() < 0.25 and not loop.element:
            loop.items, loop.times = None, self.any([number(2), remainder("a", 4)])
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

    def turn_call(self, graph):
        host = self.activity(graph, {"callActivity"})
        if host is not None:
            host.takes_all, host.gives_all = (self.random.random() < 0.5 for _ in range(2))

    def list_name(self):
        """Mostly a new name, else one that output mappings write to."""
        return self.any([self.id("r"), self.id("r"), "z"])

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
            add_free_part,
            add_failing_part,
            add_failing_twins,
            add_link,
            *[add_handler] * 4,
            turn_call,
        ]
        + [add_boundary] * 4
        + [add_flow, add_flow, add_end, turn_end, turn_loop, turn_loop, turn_mapped]
    )

    def change(self):
        """Change the plan once, or leave it if it would circle without a wait."""
        before = deepcopy(self.plan)
        self.random.choice(self.CHANGES)(self, self.plane())
        broken = any(circles(graph) or not sound(graph) for graph in self.plan.planes())
        if broken or share_a_list(self.plan):
            self.plan = before


def circles(graph):
    """Whether a token could go round without ever waiting."""
    free = {n.id for n in graph.nodes.values() if not holds_back(graph, n)}
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


def holds_back(graph, node):
    """Whether a token surely waits in a node for something from outside."""
    if node.kind not in WAITING or node.repeats or node.event in ("conditional", "link"):
        return False
    if node.ad_hoc is not None:
        return False
    following = [graph.nodes[flow.target] for flow in graph.leaving(node.id)]
    events = following if node.kind == "eventBasedGateway" else graph.attached(node.id)
    return not any(event.event == "conditional" for event in events)


def share_a_list(graph, taken=()):
    """Whether something inside a loop collects under the name that the loop collects under."""
    for node in graph.nodes.values():
        names = [rule.collects for rule in (node.loop, node.ad_hoc) if rule and rule.collects]
        if len({*taken, *names}) < len(taken) + len(names):
            return True
        if node.inner is not None and share_a_list(node.inner, [*taken, *names]):
            return True
    return False


def is_thrown_link(node):
    return node.link is not None and node.kind == "intermediateThrowEvent"


def sound(graph):
    """Whether no two flows join the same nodes, none has too many, and loose ones can begin."""
    if graph.is_loose and not any(node.kind in ACTIVITIES for node in graph.entries()):
        return False
    if len(graph.reached()) < len(graph.nodes):
        return False
    pairs = [(flow.source, flow.target) for flow in graph.flows]
    if len(set(pairs)) < len(pairs):
        return False
    return all(len(graph.leaving(node_id)) <= 4 for node_id in graph.nodes)


def with_conditions(graph, random):
    """Give each choice its conditions, and mostly a default."""
    for plane in graph.planes():
        for node in plane.nodes.values():
            asks = node.kind in ACTIVITIES and random.random() < 0.5
            if asks or node.kind in CHOOSING:
                ask(plane.leaving(node.id), node, random)
    return graph


def ask(flows, node, random):
    if len(flows) < 2:
        return
    for flow in flows:
        divisor = random.randint(2, 3)
        flow.condition = has_rest(random.choice("abc"), divisor, random.randrange(divisor))
    if random.random() < 0.9:
        last = random.choice(flows)
        node.default, last.condition = last.id, None


def mended(graph, random):
    """Let those parallel joins that nothing can pass let every token pass."""
    while joins := all_joins(graph) if (found := starved(graph)) is None else found:
        for plane in graph.planes():
            for node in plane.nodes.values():
                if node.id in joins:
                    node.kind = "exclusiveGateway"
                    ask(plane.leaving(node.id), node, random)
    return graph


def all_joins(graph):
    return {join for plane in graph.planes() if not plane.is_loose for join in joins_of(plane)}


def with_lists(graph, random):
    """Let some ad-hoc sub-processes say themselves what begins."""
    for node in [node for plane in graph.planes() for node in plane.nodes.values()]:
        if node.ad_hoc and random.random() < 0.4:
            ids = [each.id for each in node.inner.entries()]
            node.ad_hoc.listed = named(random.choices(ids, k=random.randint(0, 3)))
    return graph


def drawn(seed, *, changes):
    """Return the random plan of a seed, which may hold joins that nothing can pass."""
    random = Random(seed)
    grower = Grower(random)
    for _ in range(changes):
        grower.change()
    return with_lists(with_conditions(grower.plan, random), random)


def size_of(seed):
    """Return the changes that make the plan of a seed: small ones and large ones."""
    return 4 + seed % 14


def plan_of(seed):
    """Return the plan that a walk with this seed goes through."""
    return mended(drawn(seed, changes=size_of(seed)), Random(f"mend {seed}"))
