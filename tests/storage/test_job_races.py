"""Workers that reach for the same jobs at the same moment, on both databases."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from engine import bpmn, definitions, deployment, instances, jobs
from engine.casefile import cases
from engine.deployment import Folder
from engine.instances import Advance
from engine.jobs import JobNotFound, Wanted, Worker
from engine.model.job import Job, JobState
from engine.organisation import catalogue
from tests.engine.bpmn.drawing import chain, diagram, job, start
from web.database import db, write

NOW = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
RIVALS = 6
DIAGRAM = diagram(start(), job("st", type="rechnen"), chain("start", "st"))


def begin(how_many):
    def run(session):
        catalogue.establish(session)
        deployment.deploy(session, Folder("p", {"p.bpmn": DIAGRAM}), now=NOW)
        for _ in range(how_many):
            case_id = cases.create(session, "goe", now=NOW)
            by, definition = Advance(account="alice", now=NOW), definitions.latest(session, "p")
            instances.start(session, definition, bpmn.Start(), case_id=case_id, by=by)

    write(run)


def take(rival):
    wanted = Wanted("rechnen", 2, timedelta(minutes=1))
    worker = Worker(f"w{rival}")
    return write(lambda s: [each.id for each in jobs.activate(s, wanted, worker=worker, now=NOW)])


def test_every_job_is_given_to_one_worker(at_once):
    begin(2 * RIVALS)
    taken = [key for keys in at_once(take, range(RIVALS)) for key in keys]
    assert len(taken) == len(set(taken))


def test_a_job_is_handed_in_once_however_it_is_handed_in(at_once):
    begin(1)
    (key,) = take(0)
    worker = Worker("w0")

    def hand_in(rival):
        def step(session):
            if rival % 2:
                return jobs.complete(session, key, {}, worker=worker, now=NOW)
            failed = bpmn.FailJob(key, "", 0)
            return jobs.fail(session, failed, pause=timedelta(), worker=worker, now=NOW)

        try:
            write(step)
        except (JobNotFound, jobs.JobNotYours):
            return "refused"
        return "done"

    assert Counter(at_once(hand_in, range(RIVALS))) == {"done": 1, "refused": RIVALS - 1}
    state = db.session().scalar(select(Job.state).where(Job.id == key))
    assert state in (JobState.COMPLETED, JobState.FAILED)
