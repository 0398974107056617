"""Starts and advances instances: the one place where a step of the engine becomes rows.

A step may send messages, a message may advance or start further instances, and those may send
messages again. All of it happens inside the caller's transaction, in the order of sending.
"""

from engine.instances.advance import Advance
from engine.instances.advancing import (
    advance,
    broadcast,
    deliver,
    migrate,
    start,
    start_by_kept_messages,
)
from engine.instances.correlation import Letter, Signal
from engine.instances.working_off import TooManySteps

__all__ = [
    "Advance",
    "Letter",
    "Signal",
    "TooManySteps",
    "advance",
    "broadcast",
    "deliver",
    "migrate",
    "start",
    "start_by_kept_messages",
]
