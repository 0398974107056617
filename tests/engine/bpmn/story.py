"""Tells what happens to one instance; between two commands only the snapshot is kept."""

from datetime import UTC, datetime
from itertools import count

from engine import bpmn
from engine.bpmn.outcome import HistoryKind
from tests.engine.bpmn.shape import facts, kept

NOON = datetime(2026, 1, 12, 11, 0, tzinfo=UTC)


def known(decisions):
    """Return decisions as diagrams name them that say nothing of versions."""
    return {bpmn.Bound(name): decision for name, decision in decisions.items()}


class Story:
    """One instance, driven by the names of its elements."""

    compares = True  #: each snapshot with the saved ones

    def __init__(self, xml, *, process=None, now=NOON, values=None, decisions=None):
        found = {each.id: each for each in bpmn.parse(xml, file="diagram.bpmn")}
        self.process = found[process] if process else next(iter(found.values()))
        self.now = now
        self.world = bpmn.World(values=values or {}, decisions=known(decisions or {}))
        self.ids = count(2**51).__next__
        self.outcome = None
        self.past = []

    def begin(self, at=None, **variables):
        return self.command(bpmn.Start(at, variables))

    def command(self, command):
        saved = self.outcome.snapshot if self.outcome else None
        moment = bpmn.Moment(now=self.now, ids=self.ids, world=self.world)
        self.outcome = bpmn.step(self.process, saved, command, moment=moment)
        self.past += self.outcome.history
        new = facts(self.outcome.snapshot) - kept() if self.compares else ()
        assert not new, f"{sorted(new)} is in no saved snapshot: see tests/engine/bpmn/saved.py"
        return self

    def complete(self, element_id, **variables):
        return self.command(bpmn.CompleteUserTask(self.task(element_id).key, variables))

    def fire(self, element_id):
        return self.command(bpmn.FireTimer(_only(self.outcome.timers, element_id).key))

    def deliver(self, element_id, **variables):
        key = _only(self.outcome.subscriptions, element_id).key
        return self.command(bpmn.DeliverMessage(key, variables))

    def hear(self, element_id, **variables):
        """Let a signal arrive at one of the elements that wait for it."""
        key = _only(self.outcome.subscriptions, element_id).key
        return self.command(bpmn.DeliverSignal(key, variables))

    def escalate(self, element_id, code, **variables):
        key = _only(self.outcome.jobs, element_id).key
        return self.command(bpmn.ThrowEscalation(key, code, variables))

    def work(self, element_id, **variables):
        return self.command(bpmn.CompleteJob(_only(self.outcome.jobs, element_id).key, variables))

    def fail(self, element_id, message="kaputt", retries=0):
        key = _only(self.outcome.jobs, element_id).key
        return self.command(bpmn.FailJob(key, message, retries))

    def throw(self, element_id, code, message="", **variables):
        key = _only(self.outcome.jobs, element_id).key
        return self.command(bpmn.ThrowError(key, code, message, variables))

    def call(self, element_id):
        return _only(self.outcome.calls, element_id)

    def returned(self, element_id, **variables):
        return self.command(bpmn.CompleteCall(self.call(element_id).key, variables))

    def activate(self, element_id, *inner):
        key = _only(self.outcome.ad_hoc, element_id).key
        return self.command(bpmn.ActivateElements(key, inner))

    def choices(self, element_id):
        return list(_only(self.outcome.ad_hoc, element_id).choices)

    def retry(self):
        return self.command(bpmn.Retry(self.incident.key))

    def correct(self, **variables):
        return self.command(bpmn.SetVariables(variables))

    def task(self, element_id):
        return _only(self.outcome.user_tasks, element_id)

    def timer(self, element_id):
        return _only(self.outcome.timers, element_id)

    @property
    def incident(self):
        (found,) = self.outcome.incidents
        return found

    @property
    def open(self):
        """The ids of the open user tasks, sorted."""
        return sorted(task.element_id for task in self.outcome.user_tasks)

    @property
    def variables(self):
        return self.outcome.variables

    @property
    def is_over(self):
        return self.outcome.state == bpmn.State.COMPLETED

    def completed(self, element_id=None):
        """The elements that were completed so far, in order; or how often one was."""
        done = [each.element_id for each in self.past if each.kind == HistoryKind.COMPLETED]
        return done if element_id is None else done.count(element_id)

    def happened(self, element_id):
        return [str(each.kind) for each in self.past if each.element_id == element_id]


def _only(waiting, element_id):
    found = [each for each in waiting if each.element_id == element_id]
    assert found, f"{element_id} waits not, but {[each.element_id for each in waiting]}"
    return found[0]
