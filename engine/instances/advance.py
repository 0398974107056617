"""What one command caused, for whoever gave it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from engine.bpmn.outcome import HistoryKind, Outcome, State
from engine.definitions import LoadedDefinition
from engine.instances.steps import Standing


@dataclass
class Advance:
    """What one command caused: which instances moved and when the next moment is due."""

    account: str | None
    now: datetime
    moved: list[int] = field(default_factory=list)
    wake_at: datetime | None = None
    got_stuck: bool = False  # some element became an incident on the way
    job_types: set[str] = field(default_factory=set)  #: of the jobs that now wait for a worker
    #: what ended on the way: the instance, what it ran on, and the ends that it reached
    ended: list[tuple[int, LoadedDefinition, tuple[str, ...]]] = field(default_factory=list)

    def note(self, standing: Standing, outcome: Outcome) -> None:
        """Remember what a step did."""
        self.moved.append(standing.instance_id)
        self.got_stuck |= any(e.kind == HistoryKind.FAILED for e in outcome.history)
        if outcome.state != State.ACTIVE:
            self.ended.append((standing.instance_id, standing.definition, outcome.ended_at))
        self.job_types.update(job.type for job in outcome.jobs)
        for timer in outcome.timers:
            self.waits_until(timer.due_at)

    def waits_until(self, due_at: datetime) -> None:
        """Remember the earliest moment that somebody now waits for."""
        if self.wake_at is None or due_at < self.wake_at:
            self.wake_at = due_at
