"""The question to small models that are written in a test."""

from datetime import UTC, datetime

import pytest

from engine.dmn import load
from tests.engine.dmn.writing import build_table, wrap


def clock():
    return datetime(2026, 1, 12, 9, tzinfo=UTC)


@pytest.fixture
def read():
    """Load the model of some elements."""
    return lambda body: load(wrap(body), file="probe.dmn")


@pytest.fixture
def box(read):
    """Return the value that a boxed expression has in a context."""

    def value(expression, further="", **context):
        body = f'<decision id="frage" name="Frage">{expression}</decision>{further}'
        return read(body).decisions["frage"].evaluate(context, clock=clock).value

    return value


@pytest.fixture
def ask(read):
    """Write a table and put a question to it."""

    def verdict(rows, context, **table):
        body = f'<decision id="frage" name="Frage">{build_table(rows, **table)}</decision>'
        return read(body).decisions["frage"].evaluate(context, clock=clock)

    return verdict
