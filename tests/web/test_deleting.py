"""Deleting a case as the manual on data protection tells it leaves nothing of it behind."""

import re

import pysqlite3
import pytest

from engine import clock
from engine.casefile import cases
from engine.model.base import Base
from engine.model.document import Document
from engine.model.person import Person
from tests.processes import kibiz
from tests.web.test_doors import attach
from web.database import db, write
from web.deploying import ROOT

NAMES = (b"Zirbelkiefer", b"25411BG0001234")


@pytest.fixture
def told():
    """The statements that the manual gives."""
    manual = (ROOT / "docs" / "datenschutz.md").read_text()
    block = re.search(r"```\n(.*?)```", manual[manual.index("## Löschen") :], re.DOTALL)[1]
    return [line.strip() for line in block.splitlines() if line.strip()]


@pytest.fixture
def database(stage):
    """The file of a database in which a family went all the way; a second case stays."""
    mother = kibiz.MOTHER | {"nachname": "Zirbelkiefer"}
    kibiz.until_capacity(stage, erwachsene=[mother])
    attach(stage)
    kibiz.hand_over(stage)
    stage.tick()
    with stage.app.app_context():
        write(lambda session: cases.create(session, "goe", now=clock.now()))
        assert db.session.scalars(db.select(Document.id)).all()
        assert "Zirbelkiefer" in db.session.scalars(db.select(Person.nachname)).all()
        path = db.engine.url.database
        db.engine.dispose()
    return path


def follow(path, statements, case):
    connection = pysqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement, {"fall": case} if ":fall" in statement else {})
    connection.close()


def left(path, case):
    """Return the tables in which something of a case lies."""
    connection = pysqlite3.connect(path)
    tables = [t.name for t in Base.metadata.tables.values() if "case_id" in t.columns]
    count = 'SELECT count(*) FROM "{}" WHERE case_id = ?'
    found = [t for t in tables if connection.execute(count.format(t), [case]).fetchone()[0]]
    orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    kept = connection.execute('SELECT count(*) FROM "case"').fetchone()[0]
    connection.close()
    return found, orphans, kept


def test_nothing_of_a_deleted_case_is_left(stage, database, told):
    assert len(left(database, stage.case)[0]) > 10
    follow(database, told, stage.case)
    assert left(database, stage.case) == ([], [], 1)
    with open(database, "rb") as file:
        content = file.read()
    assert [name for name in NAMES if name in content] == []


def test_without_the_first_statement_the_contents_would_stay(stage, database, told):
    follow(database, told[1:], stage.case)
    found, orphans, kept = left(database, stage.case)
    assert len(found) > 10
    assert orphans
    assert kept == 1
