"""Starts and advances instances: the one place where a step of the engine becomes rows.

A step may send messages, a message may advance or start further instances, and those may send
messages again. All of it happens inside the caller's transaction, in the order of sending.
"""

from engine.instances.advancing import (
    Advance,
    TooManySteps,
    advance,
    deliver,
    start,
    start_by_kept_messages,
)
from engine.instances.correlation import Letter

__all__ = [
    "Advance",
    "Letter",
    "TooManySteps",
    "advance",
    "deliver",
    "start",
    "start_by_kept_messages",
]
