"""Killed again and again at random moments, the server loses and doubles nothing."""

from contextlib import closing, contextmanager
from decimal import Decimal
from random import Random
from threading import Condition, Event, Thread

import pysqlite3
import pytest
from sqlalchemy import select

from engine import clock
from engine.ids import ids
from engine.model.history import HistoryRow
from engine.model.user_task import TaskState, UserTask
from engine.organisation import capacity, parameters
from tests.endurance.ledger import discrepancies
from tests.server import PATIENCE, Server
from tests.visitor import Lost, Visitor
from web import config, create_app, scheduler
from web.database import db, write

pytestmark = pytest.mark.slow

KILLS = 25
CLIENTS = 8
SEED = 20260112
PEOPLE = ("goe_ifk.a", "goe_ifk.b", "goe_ifk_kibiz.a", "goe_ifk_kibiz.b")
#: A client whose inbox holds more begins nothing new, so that procedures get on.
ENOUGH = 20


class Town:
    """What the clients share: where the server is, and what it has acknowledged."""

    def __init__(self, log):
        self.up = Event()
        self.over = Event()
        self.port = 0
        self.sent = 0
        self.statuses = []
        self._log = log.open("a")
        self._changed = Condition()

    def note_sent(self):
        with self._changed:
            self.sent += 1
            self._changed.notify_all()

    def note_acknowledged(self, task):
        """Write down a completion that the server has answered with 303."""
        with self._changed:
            self._log.write(f"{task}\n")
            self._log.flush()

    def wait_for(self, more):
        """Wait until so many further requests were sent."""
        with self._changed:
            goal = self.sent + more
            assert self._changed.wait_for(lambda: self.sent >= goal, PATIENCE)

    def close(self):
        self._log.close()


class Client(Thread):
    """Somebody at work: begins procedures and completes whatever lies in the inbox."""

    def __init__(self, town, number):
        super().__init__(daemon=True)
        self.town = town
        self.random = Random(SEED + number)
        self.person = PEOPLE[number % len(PEOPLE)]
        self.visitor = None
        self.failure = None

    def run(self):
        try:
            while not self.town.over.is_set():
                self._try_to_work()
        except Exception as error:  # noqa: BLE001 - told by the test, not by the thread
            self.failure = error
        finally:
            if self.visitor:
                self.visitor.close()
                self.town.statuses += self.visitor.statuses

    def _try_to_work(self):
        self.town.up.wait(PATIENCE)
        try:
            self._work()
        except Lost:
            return

    def _work(self):
        if self.visitor is None:
            visitor = Visitor(self.town.port, self.town.note_sent)
            visitor.sign_in(self.person)
            self.visitor = visitor
        self.visitor.port = self.town.port
        tasks = self.visitor.inbox()
        if len(tasks) < ENOUGH and "kibiz" not in self.person:
            self.visitor.begin()
        for task in self.random.sample(tasks, min(3, len(tasks))):
            self._complete(task)

    def _complete(self, task):
        answer = self.visitor.complete(task, self.random, clock.today().isoformat())
        if answer is not None and answer.status_code == 303:
            self.town.note_acknowledged(task)


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A demo whose families need no time to think and whose team has room for all."""
    folder = tmp_path / "data"
    with Server(folder) as server:
        assert server.terminate() == 0
    monkeypatch.setattr(ids, "_next", 0)
    monkeypatch.setattr(ids, "_end", 0)

    def prepare(session):
        parameters.set_value(session, "goe", "bedenkzeit", "P0D")
        capacity.record(session, "goe_ifk_kibiz", clock.today(), Decimal(100))

    with opened(folder):
        write(prepare)
    return folder


@contextmanager
def opened(folder):
    """Open the database of a server that does not run."""
    app = create_app(config.read({"LOTSE_DATA": str(folder)}))
    with app.app_context():
        yield db.session
        db.session.remove()
        db.engine.dispose()


def kill_again_and_again(town, data, random):
    for _ in range(KILLS):
        with Server(data) as server:
            town.port = server.port
            town.up.set()
            town.wait_for(random.randrange(120))
            town.up.clear()
    with Server(data) as server:  # one last time, until all have found something to do again
        town.port = server.port
        town.up.set()
        town.wait_for(300)
        town.over.set()
        assert server.terminate() == 0


def test_nothing_is_lost_or_doubled_when_the_server_is_killed(data, tmp_path):
    log = tmp_path / "acknowledged.txt"
    town = Town(log)
    clients = [Client(town, number) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    kill_again_and_again(town, data, Random(SEED))
    for client in clients:
        client.join(PATIENCE)
    town.close()
    assert [client.failure for client in clients if client.failure] == []
    assert [status for status in town.statuses if status >= 500] == []
    acknowledged = [int(line) for line in log.read_text().splitlines()]
    assert len(acknowledged) == len(set(acknowledged)) > KILLS
    with opened(data) as session:
        assert_all_are_there(session, acknowledged)
        scheduler.tick()
        assert discrepancies(session) == []
    assert_sound(data / "lotse.sqlite3")


def assert_all_are_there(session, acknowledged):
    """Each acknowledged completion is in the database, once; some timers have fired as well."""
    done = select(UserTask.id).where(UserTask.state == TaskState.COMPLETED)
    assert set(acknowledged) <= set(session.scalars(done))
    told = select(HistoryRow.element_key).where(
        HistoryRow.element_type == "userTask", HistoryRow.kind == "completed"
    )
    assert len(list(session.scalars(told))) == len(set(session.scalars(told)))
    fired = HistoryRow.element_id == "tm_bedenkzeit"
    assert list(session.scalars(select(HistoryRow.id).where(fired)))


def assert_sound(path):
    with closing(pysqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
