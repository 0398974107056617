"""An installation as `make run` starts it, for the clients of other makers."""

import shutil

import pytest

from engine import clock
from engine.organisation import clients
from engine.organisation.clients import Scope, Wanted
from tests.clients.installation import PROGRAM, Installation
from tests.clients.sample import Sample
from tests.server import Server
from web import config, create_app
from web.database import db, write


@pytest.fixture(scope="session")
def installation(seeded, tmp_path_factory):
    """A running demo in which a program of no Mandant is registered, with a clock to set."""
    folder = tmp_path_factory.mktemp("running") / "data"
    shutil.copytree(seeded, folder)
    secret = _register(folder)
    with Server(folder, "demo", LOTSE_TEST_CLOCK="1") as server:
        yield Installation(server, folder, secret)


def _register(folder):
    wanted = Wanted(PROGRAM, "Versuch", tuple(Scope))
    app = create_app(config.read({"LOTSE_DATA": str(folder)}))
    with app.app_context():
        secret = write(lambda session: clients.register(session, wanted, now=clock.now()))
        db.engine.dispose()
    return secret


@pytest.fixture
def sample(tmp_path):
    """A process of the test's own."""
    return Sample(tmp_path)
