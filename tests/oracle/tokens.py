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

from tests.oracle import joining, moments
from tests.oracle.plans import ACTIVITIES, JOBS, MESSAGES, THROWING, Graph, Node

MOST_MOVES = 2_000
THROWN = frozenset({"error", "escalation", "signal"})
SPLITS = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway"})


class Endless(Exception):
    """The plan goes round and round without a wait."""


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
    stage: str = "arrived"  #: arrived, opened, worked, closed, left
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
    held: bool = False  #: whether the condition held when last looked at
    is_interrupted: bool = False  #: by a handler: no other handler begins
    came: dict[str, Any] = field(default_factory=dict)  #: with the event that began a handler
    is_begun: bool = False  #: whether anything has begun in an ad-hoc sub-process
    is_closing: bool = False
    row: list = field(default_factory=list)  #: what is still to begin in turn

    @property
    def is_loop(self):
        return self.node is not None and self.node.repeats and self.index is None

    @property
    def keeps(self):
        """Whether results stay here: with an item, but not with a round."""
        return self.index is not None and self.node.again is None

    @property
    def plane(self):
        """The graph of what is inside."""
        return self.graph if self.node is None or self.node.kind == "room" else self.node.inner

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
            while name not in token.values and token.scope is not None and not token.keeps:
                token = token.scope
            token.values[name] = value


class Game:
    """One run through a plan."""

    def __init__(self, graph, now, variables):
        self.now = now
        self.history = Counter()
        self.ended = []
        self.state = "active"
        self.signals = []
        self.escalations = []
        self.handed = {}
        self._numbers = count()
        self._queue = deque()
        self.root = Token(next(self._numbers), None, None, graph, dict(variables))
        self.arrive(graph.start, self.root, graph)
        self.settle()

    # What happens from outside

    def complete(self, token, variables):
        self._wake(token, variables)
        self.settle()

    def fire(self, token, variables):
        """A timer's moment has come, a message or a signal arrives."""
        self._trigger(token, variables)
        self.settle()

    def _trigger(self, token, variables):
        host = token.scope
        if token not in host.alarms:
            self._wake(token, variables)
        elif token.node.kind == "startEvent":
            self._handle(host, token.node, variables)
        elif token.node.kind == "boundaryEvent":
            self._alarm(host, token.node, variables)
        else:
            self._happen(token.node, host.scope, host.graph, variables)
            host.chosen = []
            self._leave(host)
        if token in host.alarms and not token.node.interrupting and token.node.timer:
            self._again(host, token)

    def _wake(self, token, variables):
        token.wait = None
        token.result = dict(variables)
        token.stage = "worked"
        self._queue.append(token)

    def fail(self, token, retries):
        token.retries = retries
        if not retries:
            self._stop(token, "job")
        self.settle()

    def refuse(self, token):
        """The child of a call cannot begin."""
        self._stop(token, "call")
        self.settle()

    def throw(self, token, code, variables):
        found = self.catcher(token, "error", code)
        if found is None:
            self._stop(token, "error")
        else:
            self._catch(*found, variables, {"errorCode": code, "errorMessage": ""})
        self.settle()

    def escalate(self, token, code, variables):
        found = self.catcher(token, "escalation", code)
        if found is None:
            self.escalations.append((code, variables))
        else:
            self._catch(*found, variables, {"escalationCode": code})
        self.settle()

    def activate(self, token, ids):
        self._choose_steps(token, ids)
        self.settle()

    def retry(self, token):
        token.incident = None
        if token.wait == "call":
            token.wait = None
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
        self.root.alarms.clear()
        self.state = "cancelled"

    # How tokens move

    def settle(self):
        for _ in range(MOST_MOVES):
            self._move()
            self._look()
            if self._queue:
                continue
            joins = [token for token in self.everything() if token.wait == "join"]
            ready = (
                one for one in joins if joining.inclusive(one) and not joining.more_can_come(one)
            )
            first = next(ready, None)
            if first is None:
                break
            self._release(first)
        else:
            raise Endless
        for token in joins:
            if token.incident is None and joining.hopeless(token):
                self._stop(token, "join")

    def _move(self):
        for _ in range(MOST_MOVES):
            if not self._queue:
                return
            self._run(self._queue.popleft())
            self._look()
        raise Endless

    def _look(self):
        """Let conditional events happen whose condition has become true."""
        tokens = [alarm for one in (self.root, *self.everything()) for alarm in one.alarms]
        tokens += self.everything()
        waits = [token for token in tokens if token.wait == "condition"]
        for token in sorted(waits, key=lambda token: token.number):
            if self._is_there(token):
                before, token.held = token.held, token.node.condition.value(token.sees())
                if token.held and not before:
                    self._trigger(token, {})

    def _is_there(self, token):
        host = token.scope
        if host is None:
            return True
        return (token in host.inside or token in host.alarms) and self._is_there(host)

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
        self._note(token, "entered")
        return token

    def _note(self, token, happened):
        if token.node.kind != "room":
            self.history[token.node.id, happened] += 1

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
            while token.stage != "left":
                going_on, following = STAGES[token.stage]
                if going_on(self, token) is False:
                    return
                token.stage = following
        except Stuck as stuck:
            self._stop(token, str(stuck))
            return
        self._leave(token)

    def _stop(self, token, reason):
        token.incident, token.stopped = reason, next(self._numbers)
        self.history[token.node.id, "failed"] += 1

    def _open(self, token):
        if token.node.kind in THROWING and token.node.event in THROWN:
            token.values |= self._mapped(token, token.node.inputs)
        if token.node.kind not in ACTIVITIES:
            return
        if not token.is_loop:
            token.values |= self._mapped(token, token.node.inputs)
        if token.index is None:
            self._listen_to(token, token.graph.attached(token.node.id), token.graph)

    def _mapped(self, token, lines):
        found = {}
        for target, formula in lines:
            found[target] = formula.value(token.sees(found))
        return found

    def _listen_to(self, host, nodes, graph):
        for node in nodes:
            if node.event not in ("error", "escalation"):
                self._arm(host, node, graph)

    def _listen_inside(self, scope):
        """Let the event sub-processes of a scope wait."""
        for handler in scope.plane.handlers():
            self._listen_to(scope, [handler.inner.start], handler.inner)

    def _arm(self, host, node, graph):
        event = Token(next(self._numbers), node, host, graph)
        self._await(event, host)
        host.alarms.append(event)

    def _await(self, token, seen):
        if token.node.timer is not None:
            token.wait, token.since = "timer", self.now
            token.due = moments.due(token.node.timer, self.now)
        elif token.node.event in ("signal", "conditional"):
            token.wait = {"signal": "signal", "conditional": "condition"}[token.node.event]
        else:
            token.wait = "message"
            token.key = str(seen.sees()[MESSAGES[token.node.message]])

    def _again(self, host, event):
        host.alarms.remove(event)
        timer = event.node.timer
        if timer.kind != "timeCycle" or event.round == timer.rounds:
            return
        following = Token(next(self._numbers), event.node, host, event.graph, wait="timer")
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
        if token.node.link is not None:
            return True
        self._await(token, token)
        return False

    def _race(self, token):
        for flow in token.graph.leaving(token.node.id):
            self._arm(token, token.graph.nodes[flow.target], token.graph)
        token.wait = "events"
        return False

    def _compute(self, token):
        name, formula = token.node.sets
        token.result = {name: formula.value(token.sees())}
        return True

    def _call(self, token):
        token.wait = "call"
        own = token.node.loop and token.node.loop.collects
        seen = token.sees() if token.node.takes_all else token.values
        kept = {name: value for name, value in seen.items() if name != own}
        self.handed[token.number] = kept if token.node.takes_all else dict(seen)
        return False

    def _go_inside(self, token):
        graph = token.node.inner
        start = self._enter(graph.start, token, graph)
        if token.came:  # what the handler's start waited for has already happened
            start.stage, start.result, start.values = "worked", *token.came["with"]
        self._queue.append(start)
        token.wait = "inside"
        return False

    def _say(self, token):
        """Throw; False if that takes the thrower away."""
        node, given = token.node, dict(token.values)
        if node.event == "signal":
            self._signal(node.signal, given)
        elif node.event in THROWN:
            found = self.catcher(token, node.event, node.code)
            if found is not None:
                return self._give(token, found, given)
            if node.event == "error":
                raise Stuck("error")
            self.escalations.append((node.code, given))
        return True

    def _signal(self, name, given):
        """Everybody in this instance who waits for the signal now is named as a listener."""
        tokens = (one for t in (self.root, *self.everything()) for one in (t, *t.alarms))
        heard = [one for one in tokens if one.wait == "signal" and one.node.signal == name]
        self.signals.append((name, given, [one.number for one in heard]))

    def _give(self, token, found, given):
        node, (_, catching) = token.node, found
        told = {f"{node.event}Code": node.code}
        if node.event == "error":
            told["errorMessage"] = ""
        if catching.interrupting:
            self._note(token, "completed")
            self._remove(token)
        self._catch(*found, given, told)
        return not catching.interrupting

    def _choose(self, token):
        if token.node.kind == "parallelGateway":
            token.chosen = token.graph.leaving(token.node.id)
        else:
            self._choose_ways(token, token)
        return True

    def _after_work(self, token):
        if token.node.kind in ACTIVITIES and token.index is None:
            self._choose_ways(token, token.scope)

    def _choose_ways(self, token, scope):
        flows = token.graph.leaving(token.node.id)
        asked = [flow for flow in flows if flow.id != token.node.default]
        seen = scope.sees()
        holding = [each for each in asked if not each.condition or each.condition.value(seen)]
        if token.node.kind == "exclusiveGateway":
            holding = holding[:1]
        token.chosen = holding or [flow for flow in flows if flow.id == token.node.default]
        if flows and not token.chosen:
            raise Stuck("gateway")

    # Loops

    def _begin_loop(self, body):
        loop = body.node.loop
        if loop is None:
            return self._begin_rounds(body)
        seen = body.sees()
        body.items = loop.items.value(seen) if loop.items else [None] * loop.times.value(seen)
        if loop.collects:
            body.values[loop.collects] = [None] * len(body.items)
        for index in range(len(body.items[:1] if loop.in_turn else body.items)):
            self._item(body, index)
        body.wait = "inside" if body.items else None
        return not body.items

    def _begin_rounds(self, body):
        if body.node.again.asks_first and not self._goes_on(body, 0):
            return True
        self._round(body, 0)
        body.wait = "inside"
        return False

    def _round(self, body, index):
        values = {"loopCounter": index + 1}
        self._queue.append(self._enter(body.node, body, body.graph, index=index, values=values))

    def _goes_on(self, token, rounds):
        rule = token.node.again
        seen = token.sees({"loopCounter": rounds})
        return rounds < rule.most and (not rule.condition or rule.condition.value(seen))

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
        if loop is None:
            item.enough = not self._goes_on(item, item.index + 1)
            return
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
        if body.node.again and not item.enough:
            self._round(body, body.finished)
            return
        if item.enough:
            for other in reversed(body.inside):
                self._withdraw(other)
            body.inside.clear()
        if item.enough or body.finished == len(body.items or ()):
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
            name = token.node.loop and token.node.loop.collects
            if name:
                token.scope.write({name: token.values[name]})
            return
        if token.node.kind == "room":
            self._collect_step(token)
            return
        self._give_back(token)
        if token.node.kind == "startEvent":
            self._listen_inside(token.scope)
        if token.index is not None:
            self._collect(token)

    def _give_back(self, token):
        outwards = token if token.keeps else token.scope
        rule = token.node.ad_hoc
        if rule and rule.collects:
            token.scope.write({rule.collects: token.values[rule.collects]})
        is_call = token.node.kind == "callActivity"
        if is_call and not token.node.gives_all and not token.node.outputs:
            return
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
        self._note(token, "completed")
        if token.index is None:
            if node.kind == "endEvent" and self._is_top(scope) and node.id not in self.ended:
                self.ended.append(node.id)
            leaving = [] if node.kind == "room" else token.graph.leaving(node.id)
            leaving = leaving if token.chosen is None else token.chosen
            for flow in leaving:
                self.arrive(token.graph.nodes[flow.target], scope, token.graph, flow)
        if node.event == "terminate":
            for other in reversed([one for one in scope.inside if one is not token]):
                self._withdraw(other)
            scope.inside[:] = [token]
        self._remove(token)
        self._left(scope, token)

    def _is_top(self, scope):
        while scope is not self.root and scope.node.kind == "eventSubProcess":
            scope = scope.scope
        return scope is self.root

    def _left(self, scope, token):
        if scope.is_loop:
            self._go_on(scope, token)
        elif scope.node is not None and scope.node.kind == "adHocSubProcess":
            self._after_step(scope, token)
        elif not scope.inside:
            self._stop_listening(scope)
            if scope is self.root:
                self.state = "completed"
            else:
                self._done(scope)

    def _stop_listening(self, scope):
        scope.alarms[:] = [event for event in scope.alarms if event.node.kind != "startEvent"]

    def _remove(self, token):
        token.alive = False
        token.scope.inside.remove(token)

    def _withdraw(self, token):
        for inner in reversed(token.inside):
            self._withdraw(inner)
        token.alive = False
        token.alarms.clear()
        self._note(token, "cancelled")

    # Events at activities

    def _happen(self, node, scope, graph, variables, **facts):
        token = self._enter(node, scope, graph, stage="worked", result=dict(variables), **facts)
        self._queue.append(token)

    def _alarm(self, host, node, variables, **facts):
        self._happen(node, host.scope, host.graph, variables, **facts)
        if node.interrupting:
            self._withdraw(host)
            host.scope.inside.remove(host)

    def _handle(self, scope, start, variables, told=None):
        """Begin the event sub-process behind a start event."""
        if start.interrupting:
            scope.is_interrupted = True
            for other in reversed(scope.inside):
                self._withdraw(other)
            scope.inside.clear()
            self._stop_listening(scope)
        handler = next(one for one in scope.plane.handlers() if one.inner.start is start)
        came = {"with": (dict(variables), dict(told or {}))}
        self._queue.append(self._enter(handler, scope, scope.plane, came=came))

    def _catch(self, host, node, variables, told):
        """Let an event happen because somebody inside threw what it catches."""
        if node.kind == "startEvent":
            self._handle(host, node, variables, told)
        else:  # what came stays with the event
            self._alarm(host, node, {}, values={**variables, **told})

    def catcher(self, token, kind, code):
        """Return the nearest event that catches this, with what it belongs to."""
        for host, events in self.around(token):
            same = [event for event in events if event.event == kind]
            fitting = [e for e in same if e.code == code] + [e for e in same if e.code is None]
            if fitting:
                return host, fitting[0]
        return None

    def around(self, token):
        """Yield everything around a token with the events that may catch, from the inside."""
        inside = None
        while token is not None:
            if inside is not None and inside.index is None and not token.is_interrupted:
                others = (one for one in (token.plane or Graph()).handlers())
                yield token, [one.inner.start for one in others if one is not inside.node]
            if token.node is not None and token.node.kind != "room" and token.index is None:
                yield token, token.graph.attached(token.node.id)
            inside, token = token, token.scope

    def caught_around(self, token):
        """Return all that somebody around a call would catch."""
        events = (event for _, found in self.around(token) for event in found)
        return {(one.event, one.code) for one in events if one.event in ("error", "escalation")}

    # Ad-hoc sub-processes

    def _offer_steps(self, token):
        rule = token.node.ad_hoc
        token.wait = "ad_hoc"
        if rule.collects:
            token.values[rule.collects] = []
        listed = rule.listed.value(token.sees()) if rule.listed else []
        self._choose_steps(token, listed)
        if rule.listed and not listed and not rule.enough:
            token.wait = None
            return True
        return False

    def _choose_steps(self, token, ids):
        if token.node.ad_hoc.in_turn:
            token.row += ids
            self._next_step(token)
            return
        for element_id in ids:
            self._begin_step(token, element_id)

    def _next_step(self, token):
        if token.row and not token.inside:
            self._begin_step(token, token.row.pop(0))

    def _begin_step(self, token, element_id):
        token.is_begun = True
        inner, result = token.node.inner, token.node.ad_hoc.result
        named = result.text.removeprefix("= ") if result else ""
        values = {named: None} if named.isidentifier() else {}
        room = self._enter(Node(token.node.id, "room"), token, inner, values=values, wait="inside")
        self._queue.append(self._enter(inner.nodes[element_id], room, inner))

    def _collect_step(self, room):
        outer = room.scope
        rule = outer.node.ad_hoc
        found = {}
        if rule.collects:
            if not isinstance(outer.values[rule.collects], list):
                raise Stuck("ad_hoc")  # somebody else has written to the name
            found[rule.collects] = [*outer.values[rule.collects], rule.result.value(room.sees())]
        if rule.enough and not outer.is_closing:
            room.enough = rule.enough.value(room.sees(found))
        outer.values |= found

    def _after_step(self, outer, room):
        rule = outer.node.ad_hoc
        if room.enough:
            outer.row.clear()
            outer.wait, outer.is_closing = "inside", True
            if rule.cancels_rest:
                for other in reversed(outer.inside):
                    self._withdraw(other)
                outer.inside.clear()
        else:
            self._next_step(outer)
        if not outer.inside and (outer.is_closing or not rule.enough):
            self._done(outer)


#: What a token does at each stage, False if it stays there, and the stage that follows.
STAGES = {
    "arrived": (Game._open, "opened"),
    "opened": (Game._work, "worked"),
    "worked": (Game._close, "closed"),
    "closed": (Game._after_work, "left"),
}
WORK = {
    **dict.fromkeys(SPLITS, Game._choose),
    **dict.fromkeys(JOBS, Game._offer),
    "adHocSubProcess": Game._offer_steps,
    "callActivity": Game._call,
    "endEvent": Game._say,
    "eventSubProcess": Game._go_inside,
    "intermediateThrowEvent": Game._say,
    "eventBasedGateway": Game._race,
    "intermediateCatchEvent": Game._listen,
    "receiveTask": Game._listen,
    "scriptTask": Game._compute,
    "subProcess": Game._go_inside,
    "userTask": Game._ask,
}
