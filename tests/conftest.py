"""An installation of one's own for every test: settings, application, client, signing in."""

import gc
import re
import shutil
import threading

import pytest
from playwright.sync_api import sync_playwright

from engine import clock
from engine.bpmn import script_engine
from engine.ids import ids
from engine.organisation import demo
from forms import formula
from tests.browser import chromium
from tests.processes.stage import Stage
from web import config, create_app, deploying
from web.database import db, write
from web.migrating import upgrade


def pytest_collection_finish():
    """Let neither the collector nor the measuring of coverage decide how a test goes.

    Each pass of the collector over modules and tests counts as time of whoever runs. Python 3.11
    cannot begin to trace two threads at the same moment: one of them dies, and its request with it.
    So coverage is measured in the main thread only.
    """
    gc.collect()
    gc.freeze()
    threading.settrace(None)


@pytest.fixture(scope="session")
def browser():
    """The one Chromium of a test run; a second one in the same process would not start."""
    path = chromium.find()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(chromium.FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory):
    """A folder with the database of a fresh demo, made once and copied for every test."""
    folder = tmp_path_factory.mktemp("seeded")
    app = create_app(config.read({"LOTSE_DATA": str(folder)}))
    with app.app_context():
        upgrade(db.engine)
        write(lambda session: demo.seed(session, now=clock.now()))
        db.engine.dispose()
    return folder


@pytest.fixture
def settings(seeded, tmp_path, monkeypatch):
    """The settings of a demo in a folder of its own."""
    folder = tmp_path / "data"
    shutil.copytree(seeded, folder)
    # The next number comes from this database's own sequence, not from another test's block.
    monkeypatch.setattr(ids, "_next", 0)
    monkeypatch.setattr(ids, "_end", 0)
    return config.read({"LOTSE_DATA": str(folder), "LOTSE_DEMO": "1", "LOTSE_TEST_CLOCK": "1"})


@pytest.fixture
def app(settings):
    app = create_app(settings)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture(autouse=True)
def _wall_clock():
    yield
    clock.reset()


def csrf_token(page):
    """Return the token of a page's first form."""
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]


@pytest.fixture
def sign_in(client):
    """Sign the client in: `sign_in("goe_ifk.a")`."""

    def enter(name, password=demo.PASSWORD, **fields):
        token = csrf_token(client.get("/anmelden"))
        form = {"csrf_token": token, "name": name, "passwort": password, **fields}
        return client.post("/anmelden", data=form)

    return enter


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
def unhurried(monkeypatch):
    """A machine that stalls while it is being measured must not stop a procedure."""
    monkeypatch.setattr(script_engine, "MOST_SECONDS", 60.0)
    monkeypatch.setattr(formula, "MOST_SECONDS", 60.0)


@pytest.fixture
def stage(town, tmp_path, monkeypatch, unhurried):
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
