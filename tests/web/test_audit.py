"""What people do in a case stands in its log: who, what, when, and never a content."""

from engine import clock
from engine.casefile import audit
from engine.model.instance import Instance
from engine.model.uebermittlung import Uebermittlung
from engine.model.user_task import UserTask
from tests.processes import kibiz
from tests.processes.kibiz import IFK, KIBIZ
from tests.processes.stage import token
from web.database import db


def log(stage):
    """Return who did what to what in the case."""
    with stage.app.app_context():
        assert audit.first_broken(db.session, stage.case) is None
        entries = audit.entries(db.session, stage.case)
    assert all(entry.at <= clock.now() for entry in entries)
    return [(entry.actor, entry.action, entry.subject) for entry in entries]


def only(stage, column):
    with stage.app.app_context():
        return db.session.scalars(db.select(column).order_by(column.desc())).first()


def post(stage, who, path):
    client = stage.client(who)
    return client.post(path, data={"csrf_token": token(client.get("/impressum"))})


def test_starting_a_procedure_is_logged(stage):
    stage.start(IFK)
    assert log(stage) == [(IFK, "begonnen", f"vorgang {only(stage, Instance.id)}")]


def test_taking_a_task_and_giving_it_back_are_logged(stage):
    stage.start(IFK)
    task = stage.task("ut_vorschlag")
    assert post(stage, IFK, f"/aufgaben/{task}/uebernehmen").status_code == 303
    assert post(stage, "goe_ifk.b", f"/aufgaben/{task}/uebernehmen").status_code == 409
    assert post(stage, KIBIZ, f"/aufgaben/{task}/uebernehmen").status_code == 404
    assert post(stage, IFK, f"/aufgaben/{task}/zurueckgeben").status_code == 303
    changes = [(IFK, word, f"aufgabe {task}") for word in ("übernommen", "zurückgegeben")]
    assert log(stage)[1:] == changes


def test_pressing_a_button_is_logged_without_what_was_entered(stage):
    kibiz.until_capacity(stage)
    before = log(stage)
    stage.press(KIBIZ, "Familie zieht zurück")
    (entry,) = log(stage)[len(before) :]
    assert entry[:2] == (KIBIZ, "eingetragen")
    kind, _, number = entry[2].partition(" ")
    assert (kind, number.isdigit()) == ("ereignis", True)


def test_what_leaves_a_case_and_who_completed_a_task_stand_elsewhere(stage):
    """Each link of the chain costs two statements: a step with handlers has none to spare.

    A transmission and a completed task are rows of their own, which name who and when.
    """
    kibiz.suspected(stage)
    before = log(stage)
    kibiz.ask_asd(stage)
    assert log(stage) == before
    with stage.app.app_context():
        sent = db.session.scalars(db.select(Uebermittlung)).one()
        assert (sent.an, sent.zeitpunkt) == ("fb51", clock.now())
        query = db.select(UserTask).where(UserTask.element_id == "ut_einwilligung_asd")
        task = db.session.scalars(query).one()
        assert (task.completed_by, task.completed_at) == (KIBIZ, clock.now())
