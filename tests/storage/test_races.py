"""Whoever does the same thing at the same moment: it happens once, on both databases."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import func, select

from engine import bpmn, definitions, deployment, instances, messages, timers, user_tasks
from engine.casefile import cases, places
from engine.deployment import Folder
from engine.errors import AlreadyCompleted, InstanceEnded
from engine.handlers import OutgoingMessage
from engine.instances import Advance, Letter
from engine.messages import SentBefore
from engine.model.case import Case
from engine.model.incident import Incident
from engine.model.instance import Instance
from engine.model.message import BufferedMessage
from engine.model.timer import Timer
from engine.model.user_task import UserTask
from engine.organisation import catalogue
from tests.endurance.ledger import discrepancies
from tests.engine.bpmn.drawing import (
    awaits,
    call,
    catch,
    chain,
    diagram,
    job,
    loop,
    mapping,
    message,
    start,
    timer,
    zeebe,
)
from tests.engine.office import ALICE, BOB, task
from web.database import db, write

NOW = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
RIVALS = 6
TEAM = "goe_ifk_kibiz"
RESERVES = job(
    "platz",
    zeebe("taskHeaders", zeebe("header", key="team", value=TEAM)),
    mapping({"max_bg": "= 2"}),
    type="platz.reservieren",
)
DIAGRAM = diagram(
    start(),
    task("ut_a"),
    RESERVES,
    catch("frist", timer("timeDuration", "P1D")),
    task("ut_z"),
    chain("start", "ut_a", "platz", "frist", "ut_z"),
    start("ruf", awaits("m")),
    chain("ruf", "ut_z"),
    around=[message("m", "msg_ruf")],
)


@pytest.fixture
def begin(app):
    """Begin an instance for a new case; return its task and the case."""

    def prepare(session):
        catalogue.establish(session)
        deployment.deploy(session, Folder("p", {"p.bpmn": DIAGRAM}), now=NOW)

    def run(session):
        case_id = cases.create(session, "goe", now=NOW)
        by, command = Advance(account="alice", now=NOW), bpmn.Start("start")
        definition = definitions.latest(session, "p")
        number = instances.start(session, definition, command, case_id=case_id, by=by)
        query = select(UserTask.id).where(UserTask.instance_id == number)
        return session.scalar(query), case_id

    write(prepare)
    return lambda: write(run)


def complete(key, who=ALICE):
    try:
        write(lambda session: user_tasks.complete(session, key, user=who, values={}, now=NOW))
    except AlreadyCompleted:
        return AlreadyCompleted
    return "done"


def count(table, *where):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table).where(*where))


def test_of_several_who_complete_the_same_task_one_succeeds(begin, at_once):
    key, _ = begin()
    got = at_once(lambda who: complete(key, who), [ALICE, BOB] * (RIVALS // 2))
    assert Counter(got) == {"done": 1, AlreadyCompleted: RIVALS - 1}
    assert count(Timer) == 1
    assert discrepancies(db.session) == []


def test_the_last_places_are_given_once(begin, at_once):
    keys = [begin()[0] for _ in range(RIVALS)]
    assert at_once(complete, keys) == ["done"] * RIVALS
    db.session.rollback()
    assert places.taken(db.session, TEAM) == 2
    snapshots = db.session.scalars(select(Instance.snapshot)).all()
    got = Counter(b'"reservierung":"reserviert"' in each for each in snapshots)
    assert got == {True: 2, False: RIVALS - 2}


def test_a_timer_fires_once(begin, at_once):
    complete(begin()[0])
    key = db.session.scalar(select(Timer.id))
    later = NOW + timedelta(days=1)
    at_once(lambda _: write(lambda session: timers.fire(session, key, now=later)), range(RIVALS))
    assert count(UserTask, UserTask.element_id == "ut_z") == 1
    assert count(Timer) == 0
    assert discrepancies(db.session) == []


def test_a_message_with_the_same_number_is_taken_once(begin, at_once):
    letter = Letter(
        message=OutgoingMessage(name="msg_ruf", correlation="4711"),
        case_id=None,
        mandant_id="goe",
        message_id="a1",
    )

    def publish(_):
        by = Advance(account=None, now=NOW)
        return write(lambda session: messages.publish(session, letter, by=by))

    assert at_once(publish, range(RIVALS)) == [True] * RIVALS
    assert count(Instance) == 1


def test_of_several_who_send_a_message_under_the_same_number_one_succeeds(begin, at_once):
    letter = Letter(
        message=OutgoingMessage(name="msg_ruf", correlation="4711", ttl=timedelta()),
        case_id=None,
        mandant_id="goe",
        message_id="a1",
    )

    def send(_):
        by = Advance(account=None, now=NOW)
        try:
            return write(lambda session: messages.send(session, letter, by=by))
        except SentBefore:
            return SentBefore

    got = at_once(send, range(RIVALS))
    assert Counter(got) == {True: 1, SentBefore: RIVALS - 1}
    assert count(Instance) == 1


def test_a_message_with_the_same_number_is_kept_once_and_forgotten_in_time(app, at_once):
    message = OutgoingMessage(name="msg_spaet", correlation="1", ttl=timedelta(hours=1))
    lasting = OutgoingMessage(name="msg_bleibt", correlation="1")

    def publish(content):
        letter = Letter(message=content, case_id=None, mandant_id="goe", message_id="a1")
        by = Advance(account=None, now=NOW)
        return write(lambda session: messages.publish(session, letter, by=by))

    got = at_once(publish, [message] * RIVALS)
    assert Counter(got) == {False: 1, True: RIVALS - 1}
    assert publish(lasting) is False
    for later, left in ((timedelta(minutes=59), 2), (timedelta(hours=1), 1)):
        write(lambda session, at=NOW + later: messages.forget_expired(session, now=at))
        assert count(BufferedMessage) == left


WAITS = diagram(
    start(),
    task("ut_a"),
    catch("warten", awaits("m")),
    task("ut_z"),
    chain("start", "ut_a", "warten", "ut_z"),
    around=[message("m", "msg_antwort")],
    process="wartet",
)


@pytest.mark.parametrize("is_sent_first", [True, False])
def test_a_message_and_who_begins_to_wait_for_it_do_not_miss_each_other(app, begin, is_sent_first):
    write(lambda s: deployment.deploy(s, Folder("w", {"w.bpmn": WAITS}), now=NOW))

    def start_one(session):
        case_id = cases.create(session, "goe", now=NOW)
        by, definition = Advance(account="alice", now=NOW), definitions.latest(session, "wartet")
        instances.start(session, definition, bpmn.Start(), case_id=case_id, by=by)
        return case_id, session.scalar(select(UserTask.id).where(UserTask.case_id == case_id))

    case_id, key = write(start_one)

    def send(session):
        content = OutgoingMessage(name="msg_antwort", correlation=str(case_id))
        letter = Letter(message=content, case_id=case_id, mandant_id="goe")
        messages.publish(session, letter, by=Advance(account=None, now=NOW))

    def wait(session):
        user_tasks.complete(session, key, user=ALICE, values={}, now=NOW)

    slow, quick = (send, wait) if is_sent_first else (wait, send)
    done, begun = Event(), Event()

    def lingering(session):
        slow(session)
        begun.set()
        done.wait(0.5)  # the other may go on in the meantime, or waits for this one

    def compete():
        begun.wait()
        with app.app_context():
            write(quick)
            db.session.remove()
        done.set()

    other = Thread(target=compete)
    other.start()
    write(lingering)
    other.join()
    assert count(BufferedMessage) == 0
    assert count(UserTask, UserTask.element_id == "ut_z") == 1


OFFICE = zeebe("property", name="mandant", value="goe")
CHILD = diagram(start(), task("ut_kind"), chain("start", "ut_kind"), process="kind")
PARENT = diagram(
    *(start(), call("ruf", "kind", loop("= for i in 1..6 return i", inputElement="i"))),
    *(task("ut_z"), chain("start", "ruf", "ut_z")),
    process="eltern",
)
DAILY = diagram(
    start("neu", zeebe("properties", OFFICE), timer("timeCycle", "R/P1D")),
    task("ut_neu"),
    chain("neu", "ut_neu"),
    process="taeglich",
)


@pytest.fixture
def parent(begin):
    """A running instance with six children; return its number and theirs with their tasks."""

    def prepare(session):
        for name, content in (("kind", CHILD), ("eltern", PARENT)):
            deployment.deploy(session, Folder(name, {f"{name}.bpmn": content}), now=NOW)

    def run(session):
        case_id = cases.create(session, "goe", now=NOW)
        by, definition = Advance(account="alice", now=NOW), definitions.latest(session, "eltern")
        return instances.start(session, definition, bpmn.Start(), case_id=case_id, by=by)

    write(prepare)
    number = write(run)
    tasks = select(UserTask.instance_id, UserTask.id).where(UserTask.element_id == "ut_kind")
    return number, [tuple(row) for row in db.session.execute(tasks)]


def states():
    db.session.rollback()
    query = select(Instance.parent_id.is_(None), Instance.state).order_by(Instance.id)
    return [tuple(row) for row in db.session.execute(query)]


def test_children_that_end_at_once_are_all_counted(parent, at_once):
    number, children = parent
    assert at_once(complete, [key for _, key in children]) == ["done"] * RIVALS
    assert set(states()) == {(True, "active"), (False, "completed")}
    assert count(UserTask, UserTask.element_id == "ut_z", UserTask.instance_id == number) == 1
    assert discrepancies(db.session) == []


def cancel(number):
    def run(session):
        instances.advance(session, number, bpmn.Cancel(), by=Advance(account="alice", now=NOW))

    try:
        write(run)
    except InstanceEnded:
        return InstanceEnded
    return "gone"


def test_a_caller_that_goes_while_its_children_go(parent, at_once):
    number, children = parent
    got = at_once(cancel, [child for child, _ in children[:3]] + [number] * 3)
    assert Counter(got[3:]) == {"gone": 1, InstanceEnded: 2}
    assert set(states()) == {(True, "cancelled"), (False, "cancelled")}
    assert count(Incident, Incident.resolved_at.is_(None)) == 0
    assert discrepancies(db.session) == []


def test_a_procedure_begins_by_itself_once_for_each_moment(begin, at_once):
    write(lambda s: deployment.deploy(s, Folder("t", {"t.bpmn": DAILY}), now=NOW))
    key = db.session.scalar(select(Timer.id))
    later = NOW + timedelta(days=1)
    at_once(lambda _: write(lambda session: timers.fire(session, key, now=later)), range(RIVALS))
    assert count(Instance) == 1
    assert count(Case) == 1
    assert count(Timer) == 1
