"""Completing a task costs one commit and few statements: that is what keeps it fast."""

from contextlib import contextmanager

from sqlalchemy import event

from tests.processes import kibiz
from tests.processes.kibiz import IFK, KIBIZ
from tests.processes.stage import controls, flattened
from web.database import db


class Counted:
    """The statements of each writing transaction that was committed."""

    def __init__(self):
        self.committed = []
        self._present = None

    def execute(self, _connection, _cursor, statement, *_rest):
        if statement.startswith("BEGIN"):
            self._present = [] if statement == "BEGIN IMMEDIATE" else None
        elif self._present is not None and not statement.startswith(("SAVEPOINT", "RELEASE")):
            self._present.append(statement)

    def commit(self, _connection):
        if self._present is not None:
            self.committed.append(self._present)
        self._present = None


@contextmanager
def counting(stage):
    counted = Counted()
    with stage.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", counted.execute)
    event.listen(engine, "commit", counted.commit)
    try:
        yield counted
    finally:
        event.remove(engine, "before_cursor_execute", counted.execute)
        event.remove(engine, "commit", counted.commit)


def complete(stage, who, element_id, **answers):
    """Post a finished form at once; return what the writing transactions did."""
    client, path = stage.client(who), f"/aufgaben/{stage.task(element_id)}"
    fields = controls(client.get(path)) | flattened(answers)
    with counting(stage) as counted:
        answer = client.post(path, data={**fields, "_aktion": "abschliessen"})
    assert answer.status_code == 303
    return counted


def test_a_task_without_a_handler(stage):
    kibiz.propose(stage)
    kibiz.present(stage)
    people = kibiz.person_names(stage, "ut_fallbesprechung", "teilnehmende")
    counted = complete(
        stage,
        KIBIZ,
        "ut_fallbesprechung",
        datum="2026-01-12",
        teilnehmende=people,
        hze_status="keine",
        kwg_status="keine",
    )
    assert stage.waiting() == ["ut_infogespraech"]
    (statements,) = counted.committed
    assert len(statements) <= 15, statements


def test_a_task_with_a_handler(stage):
    stage.start(IFK)
    client, path = stage.client(IFK), f"/aufgaben/{stage.task('ut_vorschlag')}"
    shown = client.post(
        path,
        data={**controls(client.get(path)), **flattened(kibiz.FAMILY), "_aktion": "auffrischen"},
    )
    assert shown.status_code == 200
    counted = complete(stage, IFK, "ut_vorschlag", **kibiz.FAMILY)
    assert stage.waiting() == ["ut_angebot_vorstellen"]
    (statements,) = counted.committed
    assert len(statements) <= 25, statements


def test_every_step_of_the_hand_over(stage):
    """However many handlers, messages and letters there are in one step; each start adds some."""
    with counting(stage) as counted:
        kibiz.until_capacity(stage)
        kibiz.agree(stage)
        kibiz.hand_over(stage)
    assert stage.ends() == ["end_uebernommen"]
    for statements in counted.committed:
        with_handler = any("INSERT INTO handled_job" in statement for statement in statements)
        begun = sum("INSERT INTO instance " in statement for statement in statements)
        most = 25 + 10 * begun if with_handler else 15
        assert len(statements) <= most, statements
