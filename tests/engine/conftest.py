"""A session on an empty SQLite database, a fixed moment, and numbers to draw."""

from datetime import UTC, datetime
from itertools import count

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session

from engine.casefile import cases
from engine.casefile.keyring import Keyring
from engine.ids import BLOCK, FIRST, ids
from engine.model import tables
from engine.organisation import catalogue
from tests.engine.office import Office

blocks = count(FIRST + 1_000 * BLOCK, BLOCK)


def enforce_foreign_keys(connection, _):
    connection.execute("PRAGMA foreign_keys = ON")


@pytest.fixture(autouse=True)
def _numbers():
    ids.ensure(2_000, lambda: next(blocks))


@pytest.fixture
def now():
    return datetime(2026, 1, 12, 9, 0, tzinfo=UTC)


@pytest.fixture
def session():
    engine = create_engine("sqlite://")
    event.listen(engine, "connect", enforce_foreign_keys)
    tables.fill().create_all(engine)
    with Session(engine) as session:
        Keyring(bytes(range(32))).attach(session)
        yield session
    engine.dispose()


@pytest.fixture
def case_id(session, now):
    catalogue.establish(session)
    return cases.create(session, "goe", now=now)


@pytest.fixture
def office(session, case_id, now):
    return Office(session, case_id, now)
