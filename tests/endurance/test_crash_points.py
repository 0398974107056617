"""A crash at any statement or at the commit leaves everything as before, or as after."""

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import event, select

from engine import clock
from engine.model.base import Base
from tests.endurance.ledger import discrepancies
from tests.processes import kibiz
from tests.processes.stage import controls, flattened
from web import scheduler
from web.database import db

pytestmark = pytest.mark.slow

#: What a crash may move without harm: numbers are never given twice, and a session is noted.
IRRELEVANT = {"id_block", "sign_in"}


class Crash(BaseException):
    """The process ends here; nothing may catch it."""


class Crashes:
    """Lets the process crash at the n-th statement, or at or behind its n-th commit."""

    def __init__(self, engine):
        self.engine = engine
        self.at = None
        self.seen = 0

    def __enter__(self):
        event.listen(self.engine, "before_cursor_execute", self._statement)
        event.listen(self.engine, "commit", self._commit)
        return self

    def __exit__(self, *_):
        event.remove(self.engine, "before_cursor_execute", self._statement)
        event.remove(self.engine, "commit", self._commit)

    def arm(self, at):
        self.at, self.seen = at, 0

    def disarm(self):
        self.at = None

    def _statement(self, *_):
        self._pass()

    def _commit(self, _connection):
        self._pass()

    def _pass(self):
        self.seen += 1
        if self.seen == self.at:
            raise Crash


def content():
    """Return every row of every table that matters."""
    db.session.rollback()
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in IRRELEVANT:
            rows = db.session.execute(select(table))
            found[table.name] = sorted(map(repr, rows))
    db.session.rollback()
    return found


def crash_at_every_point(stage, act):
    """Let an action crash at each of its points in turn, until it gets through.

    Return the content before and after it, and at how many points it crashed without a trace.
    """
    with stage.app.app_context(), Crashes(db.engine) as crashes:
        before, after, traceless = content(), None, 0
        points = count(1)
        crashed = True
        while crashed:
            point = next(points)
            crashed = crashes_at(point, crashes, act)
            now = content()
            if after is None and now != before:
                after = now
                assert discrepancies(db.session) == []
            assert now == (after or before), f"half a step remains after point {point}"
            traceless += after is None
        return before, after, traceless


def crashes_at(point, crashes, act):
    crashes.arm(point)
    try:
        act()
    except Crash:
        return True
    finally:
        crashes.disarm()
    return False


@pytest.fixture
def complete(stage):
    """Return an action that sends the form of an open task."""

    def prepare(person, element_id, **answers):
        client = stage.client(person)
        path = f"/aufgaben/{stage.task(element_id)}"
        fields = controls(client.get(path)) | flattened(answers) | {"_aktion": "abschliessen"}
        return lambda: client.post(path, data=fields)

    return prepare


THINK = {"datum": "2026-01-12", "gespraech_form": "ifk_allein", "interesse_familie": "bedenkzeit"}


def test_completing_a_task_is_done_wholly_or_not_at_all(stage, complete):
    kibiz.propose(stage)
    act = complete(kibiz.IFK, "ut_angebot_vorstellen", **THINK)
    before, after, points = crash_at_every_point(stage, act)
    assert points > 15
    assert stage.waiting() == []
    assert len(after["timer"]) == len(before["timer"]) + 1


def test_handing_a_family_over_is_done_wholly_or_not_at_all(stage, complete):
    kibiz.until_capacity(stage)
    kibiz.agree(stage)
    answers = {"datum": "2026-01-12", "form": "gemeinsam"}
    act = complete(kibiz.KIBIZ, "ut_uebergabegespraech", **answers)
    before, after, points = crash_at_every_point(stage, act)
    assert points > 25
    assert stage.ends() == ["end_uebernommen"]
    assert len(after["outbox"]) == len(before["outbox"]) + 1
    assert len(after["letter"]) == len(before["letter"]) + 1


def test_firing_a_timer_is_done_wholly_or_not_at_all(stage, complete):
    kibiz.propose(stage)
    complete(kibiz.IFK, "ut_angebot_vorstellen", **THINK)()
    clock.pin(clock.now() + timedelta(days=20))
    _, after, points = crash_at_every_point(stage, scheduler.tick)
    assert points > 10
    assert stage.waiting() == ["ut_angebot_vorstellen"]
    assert after["timer"] == []


def test_an_answer_that_was_lost_after_the_commit_does_nothing_twice(stage, complete):
    kibiz.propose(stage)
    act = complete(kibiz.IFK, "ut_angebot_vorstellen", **THINK)
    assert act().status_code == 303
    with stage.app.app_context():
        done = content()
        assert act().status_code == 409
        assert content() == done
