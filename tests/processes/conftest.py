"""A municipality in which all shipped procedures are deployed, copied fresh for every story."""

import shutil

import pytest

from engine import clock
from engine.ids import ids
from tests.processes.stage import Stage
from web import config, create_app, deploying
from web.database import db, write


@pytest.fixture(scope="session")
def town(seeded, tmp_path_factory):
    """A seeded folder with every process folder deployed."""
    folder = tmp_path_factory.mktemp("town") / "data"
    shutil.copytree(seeded, folder)
    before = ids._next, ids._end
    ids._next = ids._end = 0
    app = create_app(config.read({"LOTSE_DATA": str(folder)}))
    with app.app_context():
        for found in deploying.folders():
            write(lambda session, f=found: deploying.deploy(session, f, now=clock.now()))
        db.engine.dispose()
    ids._next, ids._end = before
    return folder


@pytest.fixture
def stage(town, tmp_path, monkeypatch):
    folder = tmp_path / "town"
    shutil.copytree(town, folder)
    monkeypatch.setattr(ids, "_next", 0)
    monkeypatch.setattr(ids, "_end", 0)
    app = create_app(config.read({"LOTSE_DATA": str(folder), "LOTSE_DEMO": "1"}))
    scene = Stage(app)
    scene.at("2026-01-12 09:00")
    yield scene
    with app.app_context():
        db.engine.dispose()
