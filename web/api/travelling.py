"""The clock of a test installation; anywhere else it does not exist."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from flask import current_app
from pydantic import Field

from engine import clock
from engine.organisation.clients import Scope
from web import steps
from web.api.operations import Call, Section
from web.api.problems import Problem
from web.api.wire import Sent

section = Section("Uhr")

#: The last moment that can be written as a date everywhere: the end of the year 9998.
LATEST = 253_370_764_799_999


class Pinning(Sent):
    """The moment to hold the clock at, in milliseconds since 1970."""

    timestamp: Annotated[int, Field(ge=0, le=LATEST)]


@section.operation(
    "PUT", "/clock", scope=Scope.ADMINISTER, body=Pinning, body_required=True, problems={404}
)
def pin_clock(call: Call[Pinning]) -> None:
    """Hält die Uhr einer Testinstallation an und erledigt, was bis dahin fällig ist."""
    _require_test_clock(call)
    clock.pin(datetime.fromtimestamp(call.body.timestamp / 1000, UTC))
    steps.wake()


@section.operation("POST", "/clock/reset", scope=Scope.ADMINISTER, problems={404})
def reset_clock(call: Call[None]) -> None:
    """Lässt die Uhr einer Testinstallation wieder gehen."""
    _require_test_clock(call)
    clock.reset()
    steps.wake()


def _require_test_clock(call: Call[Pinning] | Call[None]) -> None:
    if not current_app.config["TEST_CLOCK"]:
        raise Problem(404, "Diese Uhr lässt sich nicht stellen.")
    if not call.caller.is_operator:
        raise Problem(403, "Die Uhr stellt nur, wer die Installation betreibt.")
