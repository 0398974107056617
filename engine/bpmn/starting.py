"""When a timer start event begins an instance: computed before there is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import feel
from engine.bpmn import expressions, timers
from engine.bpmn.model import Element
from engine.errors import Invalid


@dataclass(frozen=True)
class StartMoment:
    """A moment at which a process begins by itself, and what is needed for the one after it."""

    due_at: datetime
    facts: Mapping[str, Any]  #: JSON, to be kept until the next one is asked for

    def following(self) -> StartMoment | None:
        """Return the moment after this one, or None when it was the last."""
        return _moment(timers.following_round(self.facts))


def first_start(
    element: Element, *, now: datetime, values: Mapping[str, object]
) -> StartMoment | None:
    """Return the first moment that is not past, or None if there is none.

    The expression reads `values` and nothing of a case. Raises `Invalid` with a German sentence
    for an expression that gives no moment.
    """
    rule = element.timer
    if rule is None:
        return None
    label = f"Start „{element.name or element.id}“"
    try:
        value: Any = rule.expression
        if expressions.is_feel(value):
            value = expressions.compiled(value).require(values, clock=lambda: now)
        found = _moment(timers.first_round(rule.kind, value, now=now))
    except (feel.FeelError, timers.NoMoment) as error:
        raise Invalid(f"{label}: {error}") from error
    while found is not None and found.due_at < now:
        found = found.following()
    return found


def _moment(facts: Mapping[str, Any] | None) -> StartMoment | None:
    return StartMoment(datetime.fromisoformat(facts["due"]), facts) if facts else None
