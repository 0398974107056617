"""How often one caller may ask: enough for a busy worker, too little to hold up an office."""

from __future__ import annotations

from flask import request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from web.api.problems import Problem

#: Calls of one caller, and failed ones from one address, per minute.
OF_CALLERS = RateLimitItemPerMinute(60_000)
OF_STRANGERS = RateLimitItemPerMinute(600)


class Rates:
    """Counts the calls of an installation, each minute anew."""

    def __init__(self) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def require_calm(self) -> None:
        """Refuse an address from which too many strangers came; raise a problem of 429."""
        if not self._limiter.test(OF_STRANGERS, request.remote_addr or ""):
            raise _too_many()

    def count_stranger(self) -> None:
        """Count a call of somebody who was not recognised."""
        self._limiter.hit(OF_STRANGERS, request.remote_addr or "")

    def admit(self, name: str) -> None:
        """Count a call of somebody recognised; raise a problem of 429."""
        if not self._limiter.hit(OF_CALLERS, name):
            raise _too_many()


def _too_many() -> Problem:
    wait = {"Retry-After": "60"}
    return Problem(429, "Zu viele Anfragen. Bitte warten Sie eine Minute.", wait)
