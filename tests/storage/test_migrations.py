"""The migrations lead to the tables that the models describe, and carry what is there along."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from engine.model import tables
from tests.engine.test_versions import form, model
from web.database import db
from web.migrating import SCRIPTS, upgrade

NOW = "2026-01-12 09:00:00+00:00"
FIRST = 2**51


def test_migrated_tables_are_those_of_the_models(app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"render_as_batch": True})
        assert compare_metadata(context, tables.fill()) == []


@pytest.fixture
def old(empty_app):
    """A database that has seen the first migration alone."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with db.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    return db.engine


def insert(engine, table, row):
    """Write a row as an older version would have; what may not be empty is filled somehow."""
    with engine.begin() as connection:
        columns = [c for c in inspect(connection).get_columns(table) if not c["nullable"]]
        full = {column["name"]: filling(str(column["type"])) for column in columns} | row
        names, marks = ", ".join(full), ", ".join(f":{name}" for name in full)
        connection.execute(text(f'INSERT INTO "{table}" ({names}) VALUES ({marks})'), full)


def filling(kind):
    """Return a value of a type of columns."""
    by_kind = {"BIGINT": 1, "INTEGER": 1, "DATE": "2026-01-12", "BLOB": b"", "BYTEA": b""}
    if kind.startswith(("TIMESTAMP", "DATETIME")):
        return NOW
    return by_kind.get(kind, "[]" if kind == "JSON" else "")


def rows(engine, query):
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def deployment(engine, key, **files):
    insert(engine, "deployment", {"id": key, "name": "p", "deployed_at": NOW})
    for number, (name, content) in enumerate(files.items(), start=key * 10):
        row = {"id": number, "deployment_id": key, "name": name, "content": content}
        insert(engine, "resource", row)


def test_what_was_deployed_before_gets_its_versions(old):
    insert(old, "id_block", {"id": 1, "next": FIRST})
    marked = b"\xef\xbb\xbf" + model(1, "alt")
    deployment(old, 1, **{"a.dmn": marked, "forms/p.a.form": form("eins"), "p.bpmn": b""})
    deployment(old, 2, **{"a.dmn": model(2), "forms/p.a.form": form(), "b.form": form(key="q")})
    upgrade(old)
    graphs = "SELECT deployment_id, requirements_id, name, version, file, id"
    found = rows(old, f"{graphs} FROM decision_requirements ORDER BY version")
    assert [row[:5] for row in found] == [
        (1, "wahlen", "Wahlen", 1, "a.dmn"),
        (2, "wahlen", "Wahlen", 2, "a.dmn"),
    ]
    decisions = "SELECT deployment_id, requirements_key, decision_id, name, version, version_tag"
    order = "FROM decision_definition ORDER BY version, decision_id DESC"
    assert rows(old, f"{decisions} {order}") == [
        (1, found[0][5], "wahl", "Wahl", 1, "alt"),
        (1, found[0][5], "rest", "Rest", 1, None),
        (2, found[1][5], "wahl", "Wahl", 2, None),
        (2, found[1][5], "rest", "Rest", 2, None),
    ]
    forms = "SELECT deployment_id, form_id, version, version_tag, file FROM form_definition"
    assert rows(old, f"{forms} ORDER BY form_id, version") == [
        (1, "p.a", 1, "eins", "forms/p.a.form"),
        (2, "p.a", 2, None, "forms/p.a.form"),
        (2, "q", 1, None, "b.form"),
    ]


def test_its_numbers_are_given_to_nobody_else(old):
    insert(old, "id_block", {"id": 1, "next": FIRST})
    deployment(old, 1, **{"a.dmn": model(), "forms/p.a.form": form()})
    upgrade(old)
    tables_of_keys = ("decision_requirements", "decision_definition", "form_definition")
    taken = [key for table in tables_of_keys for (key,) in rows(old, f"SELECT id FROM {table}")]
    assert sorted(taken) == list(range(FIRST, FIRST + 4))
    assert rows(old, "SELECT next FROM id_block") == [(FIRST + 4,)]


def test_open_tasks_stay_in_the_inbox(old):
    deployment(old, 1, **{"p.bpmn": b""})
    insert(old, "mandant", {"id": "goe"})
    for table, row in (
        ("case", {"id": 2, "mandant_id": "goe"}),
        ("definition", {"id": 3, "deployment_id": 1, "version": 1}),
        ("instance", {"id": 4, "definition_id": 3, "case_id": 2, "mandant_id": "goe"}),
        ("user_task", {"id": 5, "instance_id": 4, "case_id": 2, "definition_id": 3}),
        ("inbox", {"principal": "g", "due_ms": 0, "user_task_id": 5}),
    ):
        insert(old, table, row)
    upgrade(old)
    assert rows(old, "SELECT id, form_key FROM user_task") == [(5, None)]
    assert rows(old, "SELECT principal, user_task_id FROM inbox") == [("g", 5)]


def test_the_new_column_refers_to_forms(app):
    keys = inspect(db.engine).get_foreign_keys("user_task")
    assert "form_definition" in {key["referred_table"] for key in keys}
