"""The hand-over to KiBiZ on both databases, through the real pages."""

import pytest

from engine import clock
from engine.organisation import demo
from tests.processes import test_kibiz_uebergabe as story
from tests.processes.stage import Stage
from web import config, create_app, deploying
from web.database import db, write
from web.migrating import upgrade


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


def test_a_family_is_handed_over_on_both_databases(stage):
    story.test_a_family_is_handed_over_to_kibiz(stage)


def test_the_asd_answers_on_both_databases(stage):
    story.test_the_asd_may_agree_to_an_exception(stage)
