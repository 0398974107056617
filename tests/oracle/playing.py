"""Plays the same steps on the oracle and on the engine, and says where they differ first."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

from engine import bpmn
from tests.oracle.plans import CODES
from tests.oracle.tokens import Endless, Game
from tests.oracle.writing import CALLED, written

#: Days on which months and clocks are difficult: the last of a month, the hour that comes twice.
BEGINNINGS = [
    datetime(2026, 1, 31, 8, tzinfo=UTC),
    datetime(2026, 3, 28, 1, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    datetime(2028, 2, 29, 23, 30, tzinfo=UTC),
]
MOST_OPEN = 40
WAITS = {"user": "user_tasks", "timer": "timers", "message": "subscriptions", "job": "jobs"}
WAITS |= {"signal": "subscriptions", "call": "calls", "ad_hoc": "ad_hoc"}
ASKED_AGAIN = 0.05  #: share of steps before which the diagram is read afresh


class Difference(AssertionError):
    """The engine did something else than the oracle."""


@dataclass(frozen=True)
class Step:
    """One thing done from outside: to the n-th token that waits in a node."""

    what: str
    token: object = None
    given: dict = field(default_factory=dict)

    def __str__(self):
        where = f" {self.token.node.id}" if self.token else ""
        return f"{self.what}{where} {self.given or ''}".rstrip()


class Match:
    """One plan, running twice."""

    def __init__(self, plan, now):
        self.plan = plan
        self.xml = written(plan)
        self.process = self.parsed()
        self.now = now
        self.ids = count(2**51).__next__
        self.keys = {}
        self.steps = []
        self.outcome = self.game = None

    def start(self, variables):
        self.steps.append(f"start at {self.now:%Y-%m-%d %H:%M} UTC {variables}")
        self.game = Game(self.plan, self.now, variables)
        self.outcome = self.engine(bpmn.Start(None, variables), saved=None)
        self.compare(self.game.history)

    def parsed(self):
        (process,) = bpmn.parse(self.xml, file="zufall.bpmn")
        return process

    def engine(self, command, *, saved):
        moment = bpmn.Moment(now=self.now, ids=self.ids)
        return bpmn.step(self.process, saved, command, moment=moment)

    def play(self, step):
        """Do one step on both sides; only the snapshot is kept between two steps."""
        self.steps.append(str(step))
        before = self.game.history.copy()
        command = self.command(step)
        if step.what == "retry":  # what fails again is an incident of its own
            del self.keys[step.token.number, True]
        self.game.now = self.now
        for told_once in (self.game.signals, self.game.escalations, self.game.handed):
            told_once.clear()
        PLAY[step.what](self.game, step)
        self.outcome = self.engine(command, saved=self.outcome.snapshot)
        self.compare(self.game.history - before)

    def command(self, step):
        key = self.keys.get((step.token and step.token.number, step.what == "retry"))
        return COMMAND[step.what](key, step.given)

    def compare(self, history):
        expected, found = told(self.game), seen(self.outcome)
        expected["history"] = sorted((*fact, n) for fact, n in history.items())
        for name, value in expected.items():
            if value != found[name]:
                raise Difference(f"{name}: expected {value}, engine {found[name]}")
        self.learn_keys()
        self.compare_listeners()
        if bpmn.waits(self.outcome.snapshot) != self.kinds():
            raise Difference("what the snapshot says to wait is not what the outcome says")

    def learn_keys(self):
        """Remember which key stands for which token; it stays the same as long as it waits."""
        before, self.keys = self.keys, {}
        for kind, tokens in waiting(self.game).items():
            rows = sorted(getattr(self.outcome, kind), key=lambda row: (row.element_id, row.key))
            for token, row in zip(tokens, rows, strict=True):
                names = token.number, kind == "incidents"
                self.keys[names] = row.key
                if before.get(names, row.key) != row.key:
                    raise Difference(f"the key of {row.element_id} changed")

    def compare_listeners(self):
        """Compare who hears the signals; of those who are gone again only the number is known."""
        for thrown, (_, _, numbers) in zip(self.outcome.signals, self.game.signals, strict=True):
            known = {self.keys[n, False] for n in numbers if (n, False) in self.keys}
            if len(thrown.listeners) != len(numbers) or not known <= set(thrown.listeners):
                raise Difference(f"listeners of {thrown.name}")

    def kinds(self):
        named = {"user_tasks": "user_task", "timers": "timer", "subscriptions": "subscription"}
        named |= {"jobs": "job", "incidents": "incident", "calls": "call", "ad_hoc": "ad_hoc"}
        return {row.key: one for name, one in named.items() for row in getattr(self.outcome, name)}


def waiting(game):
    """Return the tokens that wait, by what they wait for, in the order of element and age."""
    tokens = [one for token in game.everything() for one in (token, *token.alarms)]
    tokens += game.root.alarms
    found = {name: [] for name in (*WAITS.values(), "incidents")}
    for token in sorted(tokens, key=lambda t: (t.node.id, t.stopped if t.incident else t.number)):
        if token.incident:
            found["incidents"].append(token)
        elif token.wait in WAITS:
            found[WAITS[token.wait]].append(token)
    return found


def told(game):
    """What the oracle says stands open."""
    found = waiting(game)
    return {
        "state": game.state,
        "ended": game.ended,
        "variables": game.root.values,
        "user_tasks": [(t.node.id, t.values) for t in found["user_tasks"]],
        "timers": [(t.node.id, t.due) for t in found["timers"]],
        "messages": [
            (t.node.id, t.node.message or t.node.signal, t.key, t.wait, t.node.interrupting)
            for t in found["subscriptions"]
        ],
        "calls": [
            (t.node.id, CALLED, game.handed.get(t.number, {}), game.caught_around(t))
            for t in found["calls"]
        ],
        "ad_hoc": [(t.node.id, [n.id for n in t.node.inner.entries()]) for t in found["ad_hoc"]],
        "signals": [(name, given) for name, given, _ in game.signals],
        "escalations": list(game.escalations),
        "jobs": [(t.node.id, t.retries, inputs(t)) for t in found["jobs"]],
        "incidents": [(t.node.id, t.incident) for t in found["incidents"]],
    }


def inputs(token):
    names = {name for name, _ in token.node.inputs}
    return {name: value for name, value in token.values.items() if name in names}


def seen(outcome):
    """What the engine says stands open, in the same words."""

    def rows(name, *facts):
        waits = sorted(getattr(outcome, name), key=lambda row: (row.element_id, row.key))
        return [(row.element_id, *(getattr(row, fact) for fact in facts)) for row in waits]

    happened = {}
    for entry in outcome.history:
        fact = entry.element_id, str(entry.kind)
        happened[fact] = happened.get(fact, 0) + 1
    return {
        "state": str(outcome.state),
        "ended": list(outcome.ended_at),
        "variables": outcome.variables,
        "user_tasks": rows("user_tasks", "local"),
        "timers": rows("timers", "due_at"),
        "messages": rows("subscriptions", "message", "correlation", "kind", "interrupting"),
        "calls": rows("calls", "process_id", "variables", "catches"),
        "ad_hoc": [(i, list(choices)) for i, choices in rows("ad_hoc", "choices")],
        "signals": [(one.name, one.variables) for one in outcome.signals],
        "escalations": [(one.code, one.variables) for one in outcome.escalations],
        "jobs": rows("jobs", "retries", "variables"),
        "incidents": rows("incidents", "kind"),
        "history": sorted((*fact, n) for fact, n in happened.items()),
    }


COMMAND = {
    "complete": bpmn.CompleteUserTask,
    "work": bpmn.CompleteJob,
    "fire": lambda key, _: bpmn.FireTimer(key),
    "deliver": bpmn.DeliverMessage,
    "hear": bpmn.DeliverSignal,
    "return": bpmn.CompleteCall,
    "begin": lambda key, given: bpmn.ActivateElements(key, tuple(given["ids"])),
    "fail": lambda key, given: bpmn.FailJob(key, "kaputt", given["retries"]),
    "refuse": lambda key, _: bpmn.FailJob(key, "kaputt", 0),
    "throw": lambda key, given: bpmn.ThrowError(key, given["code"], "", given["with"]),
    "escalate": lambda key, given: bpmn.ThrowEscalation(key, given["code"], given["with"]),
    "retry": lambda key, _: bpmn.Retry(key),
    "set": lambda _, given: bpmn.SetVariables(given),
    "cancel": lambda *_: bpmn.Cancel(),
}
PLAY = {
    "complete": lambda game, step: game.complete(step.token, step.given),
    "work": lambda game, step: game.complete(step.token, step.given),
    "fire": lambda game, step: game.fire(step.token, {}),
    "deliver": lambda game, step: game.fire(step.token, step.given),
    "fail": lambda game, step: game.fail(step.token, step.given["retries"]),
    "hear": lambda game, step: game.fire(step.token, step.given),
    "return": lambda game, step: game.complete(step.token, step.given),
    "begin": lambda game, step: game.activate(step.token, step.given["ids"]),
    "refuse": lambda game, step: game.refuse(step.token),
    "throw": lambda game, step: game.throw(step.token, step.given["code"], step.given["with"]),
    "escalate": lambda game, step: game.escalate(
        step.token, step.given["code"], step.given["with"]
    ),
    "retry": lambda game, step: game.retry(step.token),
    "set": lambda game, step: game.set(step.given),
    "cancel": lambda game, _: game.cancel(),
}


class Player:
    """Chooses what happens next, at random, from what the oracle says is possible."""

    def __init__(self, seed):
        self.random = Random(f"play {seed}")

    def variables(self, *names):
        chosen = [name for name in names if self.random.random() < 0.5]
        return {name: self.value(name) for name in chosen}

    def value(self, name):
        if name == "l":
            return [self.random.randrange(9) for _ in range(self.random.randrange(4))]
        return self.random.randrange(12)

    def moment(self):
        return self.random.choice(BEGINNINGS)

    def begin(self):
        return {name: self.value(name) for name in "abckl"}

    def choose(self, game):
        """Return a step, or None when nothing is possible any more."""
        found = waiting(game)
        if self.random.random() < 0.8 and any(found[kind] for kind in WAITS.values()):
            del found["incidents"]  # most of them cannot be helped
        possible = [(kind, token) for kind, tokens in found.items() for token in tokens]
        if not possible or game.state != "active":
            return None
        if self.random.random() < 0.04:
            return Step("set", given=self.variables(*"abckl"))
        if self.random.random() < 0.004:
            return Step("cancel")
        kind, token = self.random.choice(possible)
        return getattr(self, kind)(token)

    def user_tasks(self, token):
        return Step("complete", token, {**self.variables(*"abckly"), "e": self.value("e")})

    def timers(self, token):
        return Step("fire", token)

    def subscriptions(self, token):
        what = "hear" if token.wait == "signal" else "deliver"
        return Step(what, token, self.variables(*"abek"))

    def jobs(self, token):
        dice = self.random.random()
        if dice < 0.15:
            return Step("fail", token, {"retries": self.random.randrange(3)})
        if dice < 0.35:
            return self.thrown(token)
        return Step("work", token, {**self.variables(*"abcy"), "e": self.value("e")})

    def thrown(self, token):
        what = self.random.choice(["throw", "escalate"])
        code = self.random.choice([*CODES, "E3"])
        return Step(what, token, {"code": code, "with": self.variables(*"abk")})

    def calls(self, token):
        dice = self.random.random()
        if dice < 0.1:
            return Step("refuse", token)
        if dice < 0.35:
            return self.thrown(token)
        return Step("return", token, {**self.variables(*"abcky"), "e": self.value("e")})

    def ad_hoc(self, token):
        choices = [node.id for node in token.node.inner.entries()]
        ids = [self.random.choice(choices) for _ in range(self.random.randint(1, 2))]
        return Step("begin", token, {"ids": ids})

    def incidents(self, token):
        return Step("retry", token)


def play(plan, seed, *, steps):
    """Play up to so many steps; return how many, or raise Difference with the match."""
    player = Player(seed)
    match = Match(plan, player.moment())
    played = 0
    try:
        match.start(player.begin())
        for played in range(steps):
            step = player.choose(match.game)
            if step is None or len(match.keys) > MOST_OPEN:
                return played
            match.now += timedelta(hours=player.random.choice((0, 1, 24, 400)))
            if player.random.random() < ASKED_AGAIN:
                match.process = match.parsed()
            match.play(step)
    except Endless:
        return played
    except Difference as difference:
        difference.match = match
        raise
    return steps
