"""The token game of a plan, written from the BPMN standard and Zeebe's rules for variables.

Nothing of the engine is used. Tokens move one after the other, the oldest first, until all rest;
then inclusive joins look around, one at a time. A token that is inside a node is a `Token`; the
tokens inside a sub-process, a loop or the process itself stand in its `inside`.
"""

from __future__ import annotations

from collections import ChainMap, Counter, deque
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.oracle import moments
from tests.oracle.plans import ACTIVITIES, JOBS, MESSAGES, Graph, Node

SPLITS = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway"})


class Stuck(Exception):
    """A token cannot go on; the reason is what an incident would be called."""


@dataclass(eq=False)
class Token:
    """A token in a node, or the process itself."""

    number: int
    node: Node | None
    scope: Token | None
    graph: Graph  #: in which the node stands
    values: dict[str, Any] = field(default_factory=dict)
    inside: list[Token] = field(default_factory=list)
    alarms: list[Token] = field(default_factory=list)
    index: int | None = None  #: which one it is in a loop
    stage: str = "arrived"  #: arrived, opened, worked, left
    wait: str | None = None
    incident: str | None = None
    stopped: int = 0  #: the number of the incident, in the same row as those of the tokens
    result: dict[str, Any] = field(default_factory=dict)
    arrived: Counter = field(default_factory=Counter)
    chosen: list | None = None
    retries: int = 3
    due: Any = None
    round: int = 1
    since: Any = None
    key: str = ""
    items: list | None = None
    finished: int = 0
    enough: bool = False
    alive: bool = True

    @property
    def is_loop(self):
        return self.node is not None and self.node.loop is not None and self.index is None

    def sees(self, extra=None):
        """Return the variables from the inside outwards."""
        scopes = [extra or {}]
        token = self
        while token is not None:
            scopes.append(token.values)
            token = token.scope
        return ChainMap(*scopes)

    def write(self, values):
        """Give each value to the nearest scope that has the name, else to the process."""
        for name, value in values.items():
            token = self
            while name not in token.values and token.scope is not None:
                token = token.scope
            token.values[name] = value

    def write_entered(self, values):
        """Like `write`, but what a person enters inside a loop stays with the item."""
        for name, value in values.items():
            token = self
            while name not in token.values and token.scope is not None and token.index is None:
                token = token.scope
            token.values[name] = value


class Game:
    """One run through a plan."""

    def __init__(self, graph, now, variables):
        self.now = now
        self.history = Counter()
        self.ended = []
        self.state = "active"
        self._numbers = count()
        self._queue = deque()
        self.root = Token(next(self._numbers), None, None, graph, dict(variables))
        self.arrive(graph.start, self.root, graph)
        self.settle()

    # What happens from outside

    def complete(self, token, variables):
        token.wait = None
        token.result = dict(variables)
        token.stage = "worked"
        self._queue.append(token)
        self.settle()

    def fire(self, token, variables):
        """A timer's moment has come, or a message arrives."""
        host = token.scope
        if token not in host.alarms:
            self.complete(token, variables)
            return
        if host.node.kind == "eventBasedGateway":
            self._happen(token.node, host.scope, host.graph, variables)
            host.chosen = []
            self._leave(host)
        else:
            self._alarm(host, token.node, variables)
            if not token.node.interrupting and token.node.timer:
                self._again(host, token)
        self.settle()

    def fail(self, token, retries):
        token.retries = retries
        if not retries:
            self._stop(token, "job")
        self.settle()

    def throw(self, token, code):
        if not self._throw(token, code):
            self._stop(token, "error")
        self.settle()

    def retry(self, token):
        token.incident = None
        if token.wait == "job":
            token.retries = max(token.retries, 1)
        elif token.wait != "join":
            self._queue.append(token)
        self.settle()

    def set(self, variables):
        self.root.values.update(variables)
        self.settle()

    def cancel(self):
        for token in reversed(self.root.inside):
            self._withdraw(token)
        self.root.inside.clear()
        self.state = "cancelled"

    # How tokens move

    def settle(self):
        while True:
            while self._queue:
                self._run(self._queue.popleft())
            joins = [token for token in self.everything() if token.wait == "join"]
            ready = (one for one in joins if _inclusive(one) and not _more_can_come(one))
            first = next(ready, None)
            if first is None:
                break
            self._release(first)
        for token in joins:
            if token.incident is None and _hopeless(token):
                self._stop(token, "join")

    def everything(self, scope=None):
        """Return all living tokens, the oldest first."""
        found = []
        for token in (scope or self.root).inside:
            found += [token, *self.everything(token)]
        return sorted(found, key=lambda token: token.number)

    def arrive(self, node, scope, graph, flow=None):
        """Let a token arrive at a node."""
        joins = node.kind in ("parallelGateway", "inclusiveGateway")
        if not joins or len(graph.arriving(node.id)) < 2:
            self._queue.append(self._enter(node, scope, graph))
            return
        same = (t for t in scope.inside if t.node is node and t.wait == "join")
        token = next(same, None) or self._enter(node, scope, graph, wait="join")
        token.arrived[flow.id] += 1
        if node.kind == "parallelGateway" and len(token.arrived) == len(graph.arriving(node.id)):
            self._release(token)

    def _enter(self, node, scope, graph, **facts):
        token = Token(next(self._numbers), node, scope, graph, **facts)
        scope.inside.append(token)
        self.history[node.id, "entered"] += 1
        return token

    def _release(self, join):
        rest = Counter({flow: times - 1 for flow, times in join.arrived.items() if times > 1})
        join.wait = None
        if rest:
            self._enter(join.node, join.scope, join.graph, wait="join", arrived=rest)
        self._queue.append(join)

    def _run(self, token):
        if not token.alive or token.incident or token.wait:
            return
        try:
            if token.stage == "arrived":
                self._open(token)
                token.stage = "opened"
            if token.stage == "opened":
                if not self._work(token):
                    return
                token.stage = "worked"
            if token.stage == "worked":
                self._close(token)
                token.stage = "left"
        except Stuck as stuck:
            self._stop(token, str(stuck))
            return
        self._leave(token)

    def _stop(self, token, reason):
        token.incident, token.stopped = reason, next(self._numbers)
        self.history[token.node.id, "failed"] += 1

    def _open(self, token):
        if token.node.kind not in ACTIVITIES:
            return
        if not token.is_loop:
            token.values |= self._mapped(token, token.node.inputs)
        if token.index is None:
            for node in token.graph.attached(token.node.id):
                if node.event != "error":
                    self._arm(token, node)

    def _mapped(self, token, lines):
        found = {}
        for target, formula in lines:
            found[target] = formula.value(token.sees(found))
        return found

    def _arm(self, host, node):
        event = Token(next(self._numbers), node, host, host.graph)
        self._await(event, host)
        host.alarms.append(event)

    def _await(self, token, seen):
        if token.node.timer is not None:
            token.wait, token.since = "timer", self.now
            token.due = moments.due(token.node.timer, self.now)
        else:
            token.wait = "message"
            token.key = str(seen.sees()[MESSAGES[token.node.message]])

    def _again(self, host, event):
        host.alarms.remove(event)
        timer = event.node.timer
        if timer.kind != "timeCycle" or event.round == timer.rounds:
            return
        following = Token(next(self._numbers), event.node, host, host.graph, wait="timer")
        following.since, following.round = event.since, event.round + 1
        following.due = moments.due(timer, event.since, following.round)
        host.alarms.append(following)

    def _work(self, token):
        if token.is_loop:
            return self._begin_loop(token)
        return WORK.get(token.node.kind, Game._pass)(self, token)

    def _pass(self, token):
        return True

    def _ask(self, token):
        token.wait = "user"
        return False

    def _offer(self, token):
        token.wait, token.retries = "job", 3
        return False

    def _listen(self, token):
        self._await(token, token)
        return False

    def _race(self, token):
        for flow in token.graph.leaving(token.node.id):
            self._arm(token, token.graph.nodes[flow.target])
        token.wait = "events"
        return False

    def _compute(self, token):
        name, formula = token.node.sets
        token.result = {name: formula.value(token.sees())}
        return True

    def _go_inside(self, token):
        graph = token.node.inner
        self.arrive(graph.start, token, graph)
        token.wait = "inside"
        return False

    def _end(self, token):
        if token.node.event != "error":
            return True
        if self._catcher(token.scope, token.node.code) is None:
            raise Stuck("error")
        self.history[token.node.id, "completed"] += 1
        self._remove(token)
        self._throw(token.scope, token.node.code)
        return False

    def _choose(self, token):
        flows = token.graph.leaving(token.node.id)
        if token.node.kind == "parallelGateway":
            token.chosen = flows
            return True
        asked = [flow for flow in flows if flow.id != token.node.default]
        seen = token.sees()
        holding = [each for each in asked if not each.condition or each.condition.value(seen)]
        if token.node.kind == "exclusiveGateway":
            holding = holding[:1]
        token.chosen = holding or [flow for flow in flows if flow.id == token.node.default]
        if flows and not token.chosen:
            raise Stuck("gateway")
        return True

    # Loops

    def _begin_loop(self, body):
        loop = body.node.loop
        body.items = loop.items.value(body.sees())
        if loop.collects:
            body.values[loop.collects] = [None] * len(body.items)
        for index in range(len(body.items[:1] if loop.in_turn else body.items)):
            self._item(body, index)
        body.wait = "inside" if body.items else None
        return not body.items

    def _item(self, body, index):
        loop = body.node.loop
        values = {"loopCounter": index + 1}
        if loop.element:
            values[loop.element] = body.items[index]
        named = loop.result.text.removeprefix("= ") if loop.result else ""
        entered = body.node.kind == "userTask" and named not in dict(body.node.outputs)
        if named.isidentifier() and named not in values and not entered:
            values[named] = None
        item = self._enter(body.node, body, body.graph, index=index, values=values)
        self._queue.append(item)

    def _collect(self, item):
        body, loop = item.scope, item.node.loop
        if loop.collects:
            result, place = loop.result.value(item.sees()), body.values[loop.collects]
            if not isinstance(place, list) or len(place) != len(body.items):
                raise Stuck("multi_instance")  # somebody else has written to the name
            place[item.index] = result
        if loop.enough:
            numbers = {"numberOfCompletedInstances": body.finished + 1}
            item.enough = loop.enough.value(item.sees(numbers))

    def _go_on(self, body, item):
        body.finished += 1
        if item.enough:
            for other in reversed(body.inside):
                self._withdraw(other)
            body.inside.clear()
        if item.enough or body.finished == len(body.items):
            self._done(body)
        elif body.node.loop.in_turn:
            self._item(body, body.finished)

    def _done(self, token):
        token.wait = None
        token.stage = "worked"
        self._queue.append(token)

    # Leaving

    def _close(self, token):
        if token.is_loop:
            name = token.node.loop.collects
            if name:
                token.scope.write({name: token.values[name]})
            return
        self._give_back(token)
        if token.index is not None:
            self._collect(token)

    def _give_back(self, token):
        outwards = token if token.index is not None else token.scope
        if token.node.kind == "userTask":
            token.values |= {n: v for n, v in token.result.items() if n in token.values}
            outwards.write_entered(token.result)
            token.result = {}
        elif not token.node.outputs:
            token.write(token.result)
        else:
            token.values |= token.result
        if token.node.outputs:
            outwards.write(self._mapped(token, token.node.outputs))

    def _leave(self, token):
        node, scope = token.node, token.scope
        token.alarms.clear()
        self.history[node.id, "completed"] += 1
        if token.index is None:
            if node.kind == "endEvent" and scope is self.root and node.id not in self.ended:
                self.ended.append(node.id)
            leaving = token.graph.leaving(node.id) if token.chosen is None else token.chosen
            for flow in leaving:
                self.arrive(token.graph.nodes[flow.target], scope, token.graph, flow)
        if node.event == "terminate":
            for other in reversed([one for one in scope.inside if one is not token]):
                self._withdraw(other)
            scope.inside[:] = [token]
        self._remove(token)
        self._left(scope, token)

    def _left(self, scope, token):
        if scope.is_loop:
            self._go_on(scope, token)
        elif not scope.inside and scope is self.root:
            self.state = "completed"
        elif not scope.inside:
            self._done(scope)

    def _remove(self, token):
        token.alive = False
        token.scope.inside.remove(token)

    def _withdraw(self, token):
        for inner in reversed(token.inside):
            self._withdraw(inner)
        token.alive = False
        self.history[token.node.id, "cancelled"] += 1

    # Events at activities

    def _happen(self, node, scope, graph, variables):
        token = self._enter(node, scope, graph, stage="worked", result=dict(variables))
        self._queue.append(token)

    def _alarm(self, host, node, variables):
        self._happen(node, host.scope, host.graph, variables)
        if node.interrupting:
            self._withdraw(host)
            host.scope.inside.remove(host)

    def _catcher(self, token, code):
        while token.scope is not None:
            if token.index is None:
                events = [e for e in token.graph.attached(token.node.id) if e.event == "error"]
                fitting = [e for e in events if e.code == code] + [e for e in events if not e.code]
                if fitting:
                    return token, fitting[0]
            token = token.scope
        return None

    def _throw(self, token, code):
        found = self._catcher(token, code)
        if found:
            self._alarm(*found, {})
        return found is not None


WORK = {
    **dict.fromkeys(SPLITS, Game._choose),
    **dict.fromkeys(JOBS, Game._offer),
    "endEvent": Game._end,
    "eventBasedGateway": Game._race,
    "intermediateCatchEvent": Game._listen,
    "receiveTask": Game._listen,
    "scriptTask": Game._compute,
    "subProcess": Game._go_inside,
    "userTask": Game._ask,
}


# Who can still come to a join


def _inclusive(join):
    return join.node.kind == "inclusiveGateway"


def _lacking(join):
    return {flow.id for flow in join.graph.arriving(join.node.id)} - set(join.arrived)


def _ways(token, join):
    """Return the flows into the join that the token can reach without passing the join."""
    todo, seen, found = [token.node.id], set(), set()
    while todo:
        node_id = todo.pop()
        if node_id in seen:
            continue
        seen.add(node_id)
        events = [event.id for event in join.graph.attached(node_id)]
        for flow in (f for one in (node_id, *events) for f in join.graph.leaving(one)):
            if flow.target == join.node.id:
                found.add(flow.id)
            else:
                todo.append(flow.target)
    return found


def _others(join):
    return [token for token in join.scope.inside if token is not join]


def _more_can_come(join):
    for token in _others(join):
        ways = _ways(token, join)
        if ways & _lacking(join) and not ways & set(join.arrived):
            return True
    return False


def _hopeless(join):
    """Whether the join waits for ever: nobody can come, or all wait for each other."""
    if all(token.wait == "join" for token in _others(join)):
        return True
    coming = {flow for token in _others(join) for flow in _ways(token, join)}
    return not _inclusive(join) and bool(_lacking(join) - coming)
