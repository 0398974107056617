"""One frozen moment and short ways to evaluate for all tests of FEEL."""

from datetime import UTC, datetime

import pytest

from engine import feel

# 23 November 2026, 23:30 UTC: in Germany the next day has begun.
MOMENT = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)


@pytest.fixture
def clock():
    return lambda: MOMENT


@pytest.fixture
def evaluate(clock):
    def run(text, context=None, names=()):
        return feel.compile(text, names=names).evaluate(context or {}, clock=clock)

    return run


@pytest.fixture
def value(evaluate):
    """Evaluate without any problem on the way."""

    def run(text, context=None, names=()):
        result = evaluate(text, context, names)
        assert result.warnings == ()
        return result.value

    return run


@pytest.fixture
def problem(evaluate):
    """Evaluate to null and return the first problem."""

    def run(text, context=None):
        result = evaluate(text, context)
        assert result.value is None
        return result.warnings[0]

    return run
