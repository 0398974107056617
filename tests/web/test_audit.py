"""What people do in a case stands in its log: who, what, when, and never a content."""

from engine import clock
from engine.casefile import audit
from engine.model.instance import Instance
from engine.model.uebermittlung import Uebermittlung
from tests.processes import kibiz
from tests.processes.kibiz import IFK, KIBIZ
from tests.processes.stage import controls, token
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


def test_completing_a_task_is_logged_without_what_was_entered(stage):
    stage.start(IFK)
    task = stage.task("ut_vorschlag")
    stage.complete(IFK, "ut_vorschlag", **kibiz.FAMILY)
    assert log(stage)[1:] == [(IFK, "erledigt", f"aufgabe {task}")]


def test_a_refused_form_and_a_draft_are_no_completion(stage):
    stage.start(IFK)
    path = f"/aufgaben/{stage.task('ut_vorschlag')}"
    client = stage.client(IFK)
    fields = controls(client.get(path))
    for action, status in (("entwurf", 200), ("abschliessen", 422)):
        assert client.post(path, data={**fields, "_aktion": action}).status_code == status
    assert len(log(stage)) == 1


def test_what_leaves_a_case_stands_in_its_own_table(stage):
    """Not in the chain: a handler has no two statements to spare."""
    kibiz.suspected(stage)
    before = log(stage)
    task = stage.task("ut_einwilligung_asd")
    kibiz.ask_asd(stage)
    assert log(stage)[len(before) :] == [(KIBIZ, "erledigt", f"aufgabe {task}")]
    with stage.app.app_context():
        sent = db.session.scalars(db.select(Uebermittlung)).one()
        assert (sent.an, sent.zeitpunkt) == ("fb51", clock.now())
