"""Jobs for outside workers: taken for a time, handed in once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine import bpmn, instances, jobs
from engine.casefile import family
from engine.errors import Invalid
from engine.jobs import Changes, JobNotFound, JobNotYours, Wanted, Worker
from engine.model.instance import Instance
from engine.model.job import Job, JobState
from tests.engine.bpmn import drawing as d
from tests.engine.office import task

ANNA, BERT = Worker("anna"), Worker("bert")
MINUTE = timedelta(minutes=1)
HELPED = (d.error("e1", "abgelehnt"), d.escalation("c1", "hinweis"))


@pytest.fixture(autouse=True)
def process(office):
    office.deploy(
        *(d.start(), d.job("st", d.mapping({"zahl": "= zahl"}), type="rechnen"), task("ut_danach")),
        *(d.boundary("bd_fehler", "st", d.throws("e1")), task("ut_fehler")),
        *(
            d.boundary("bd_hinweis", "st", d.escalates("c1"), interrupting=False),
            task("ut_hinweis"),
        ),
        *(d.chain("start", "st", "ut_danach"), d.flow("bd_fehler", "ut_fehler")),
        d.flow("bd_hinweis", "ut_hinweis"),
        around=HELPED,
    )
    office.begin(zahl=4, geheim=True)


def taken(office, worker=ANNA, type="rechnen", limit=10, lock=MINUTE):
    wanted = Wanted(type, limit, lock)
    return jobs.activate(office.session, wanted, worker=worker, now=office.now)


def complete(office, key, worker=ANNA, **variables):
    return jobs.complete(office.session, key, variables, worker=worker, now=office.now)


def fail(office, key, retries, worker=ANNA, pause=timedelta()):
    failed = bpmn.FailJob(key, "Der Drucker streikt.", retries)
    return jobs.fail(office.session, failed, pause=pause, worker=worker, now=office.now)


def change(office, key, worker=ANNA, **changes):
    jobs.change(office.session, key, Changes(**changes), worker=worker, now=office.now)


def test_a_job_is_one_worker_s_until_its_time_is_over(office):
    (job,) = taken(office)
    seen = jobs.visible_variables(office.session, [job])[job.id]
    assert (seen["zahl"], seen["geheim"]) == (4, True)
    assert (job.retries, job.account, job.worker) == (3, "anna", "")
    assert taken(office, BERT) == []
    office.travel(minutes=1)
    assert [each.id for each in taken(office, BERT)] == [job.id]


def test_completing_goes_on_and_only_once(office):
    (job,) = taken(office)
    complete(office, job.id, summe=5)
    assert office.open() == ["ut_danach"]
    assert (job.state, job.ended_at, job.worker) == (JobState.COMPLETED, office.now, "")
    with pytest.raises(JobNotFound):
        complete(office, job.id)


@pytest.mark.parametrize("worker", [ANNA, BERT])
def test_a_job_is_handed_in_only_by_its_worker_and_in_time(office, worker):
    (job,) = taken(office)
    if worker is ANNA:
        office.travel(minutes=1)
    with pytest.raises(JobNotYours):
        complete(office, job.id, worker)
    with pytest.raises(JobNotYours):
        fail(office, job.id, 0, worker)
    assert office.open() == []


def test_a_job_that_nobody_took_is_nobody_s(office):
    (job,) = office.rows(Job)
    with pytest.raises(JobNotYours):
        complete(office, job.id)


def test_a_failed_job_is_tried_again_after_its_pause(office):
    (job,) = taken(office)
    fail(office, job.id, 2, pause=timedelta(minutes=5))
    assert taken(office) == []
    office.travel(minutes=5)
    (again,) = taken(office, BERT)
    assert (again.id, again.retries) == (job.id, 2)
    assert office.incidents() == []


def test_a_job_without_retries_is_an_incident_until_somebody_retries(office):
    (job,) = taken(office)
    fail(office, job.id, 0)
    assert taken(office) == []
    (incident,) = office.incidents()
    assert incident.message == job.error_message == "Der Drucker streikt."
    assert (job.state, job.retries, job.ended_at) == (JobState.FAILED, 0, None)
    office.retry(incident.id)
    (again,) = taken(office)
    assert (again.id, again.retries) == (job.id, 1)


def test_a_job_comes_back_with_the_retries_that_it_was_given_meanwhile(office):
    (job,) = taken(office)
    fail(office, job.id, 0)
    change(office, job.id, retries=7)
    assert taken(office) == []
    office.retry(office.incidents()[0].id)
    assert [each.retries for each in taken(office)] == [7]


def test_a_failed_job_of_an_ended_instance_ends_with_it(office):
    (job,) = taken(office)
    fail(office, job.id, 0)
    cancel = bpmn.Cancel("Ende")
    instances.advance(office.session, job.instance_id, cancel, by=office.by(None))
    assert (job.state, job.ended_at) == (JobState.CANCELED, office.now)


def test_what_a_failure_brings_along_is_the_job_s_alone(office):
    (job,) = taken(office)
    failed = bpmn.FailJob(job.id, "Halb fertig.", 1, {"stand": 5, "fall_id": "4711"})
    jobs.fail(office.session, failed, pause=timedelta(), worker=ANNA, now=office.now)
    (again,) = taken(office)
    seen = jobs.visible_variables(office.session, [again])[again.id]
    assert (seen["stand"], seen["fall_id"]) == (5, str(office.case_id))
    complete(office, job.id)
    key = office.task("ut_danach")
    assert "stand" not in bpmn.variables(office.instance(key.instance_id).snapshot, key.id)


def test_an_error_of_a_job_takes_the_way_of_its_boundary(office):
    (job,) = taken(office)
    thrown = bpmn.ThrowError(job.id, "abgelehnt", "nein")
    jobs.throw(office.session, thrown, worker=ANNA, now=office.now)
    assert office.open() == ["ut_fehler"]
    (job,) = office.rows(Job)
    assert (job.state, job.error_code, job.error_message) == ("ERROR_THROWN", "abgelehnt", "nein")


def test_an_error_that_nobody_catches_brings_the_job_back_after_a_retry(office):
    (job,) = taken(office)
    thrown = bpmn.ThrowError(job.id, "unbekannt")
    jobs.throw(office.session, thrown, worker=ANNA, now=office.now)
    assert (job.state, job.ended_at) == (JobState.ERROR_THROWN, None)
    office.retry(office.incidents()[0].id)
    assert [each.id for each in taken(office)] == [job.id]


def test_an_escalation_of_a_job_leaves_it_waiting(office):
    (job,) = taken(office)
    thrown = bpmn.ThrowEscalation(job.id, "hinweis")
    jobs.throw(office.session, thrown, worker=ANNA, now=office.now)
    assert office.open() == ["ut_hinweis"]
    complete(office, job.id)
    assert office.open() == ["ut_danach", "ut_hinweis"]


def test_a_worker_sees_the_jobs_of_its_mandanten_only(office):
    assert taken(office, Worker("bo", sees=Instance.mandant_id == "bo")) == []
    (job,) = taken(office, Worker("goe", sees=Instance.mandant_id == "goe"))
    with pytest.raises(JobNotFound):
        complete(office, job.id, Worker("goe", sees=Instance.mandant_id == "bo"))


def test_the_limit_is_kept_and_the_oldest_goes_first(office):
    office.begin(zahl=5)
    (first,) = taken(office, limit=1)
    seen = jobs.visible_variables(office.session, [first])[first.id]
    assert seen["zahl"] == 4


def test_the_most_urgent_goes_first(office):
    office.begin(zahl=5)
    early, late = office.rows(Job)
    change(office, late.id, priority=1)
    assert [job.id for job in taken(office)] == [late.id, early.id]


def test_a_lock_is_made_longer_by_its_holder_only(office):
    (job,) = taken(office)
    with pytest.raises(JobNotYours):
        change(office, job.id, BERT, lock=2 * MINUTE)
    change(office, job.id, lock=2 * MINUTE)
    office.travel(minutes=1)
    assert taken(office, BERT) == []
    complete(office, job.id)
    with pytest.raises(JobNotFound):
        change(office, job.id, retries=1)


@pytest.mark.parametrize(
    "wanted",
    [{"retries": 0}, {"retries": 101}, {"lock": timedelta()}, {"priority": 10**7}],
)
def test_a_change_has_sound_numbers(wanted):
    with pytest.raises(Invalid):
        Changes(**wanted)


def test_a_lease_tells_two_takings_of_one_account_apart(office):
    wanted = Wanted("rechnen", 1, MINUTE, with_lease=True)
    (job,) = jobs.activate(office.session, wanted, worker=ANNA, now=office.now)
    first = replace(ANNA, lease=job.lease)
    office.travel(minutes=1)
    (job,) = jobs.activate(office.session, wanted, worker=ANNA, now=office.now)
    for late in (first, ANNA):
        with pytest.raises(JobNotYours):
            complete(office, job.id, late)
    complete(office, job.id, replace(ANNA, lease=job.lease))
    assert office.open() == ["ut_danach"]


def test_what_lotse_serves_itself_is_offered_to_nobody(office):
    assert taken(office, type="fall.aktualisieren") == []


@pytest.mark.parametrize(
    "wanted",
    [{"limit": 0}, {"limit": 1001}, {"lock": timedelta()}, {"lock": timedelta(days=2)}],
)
def test_too_much_is_refused(office, wanted):
    with pytest.raises(Invalid):
        taken(office, **wanted)


@pytest.mark.parametrize(("retries", "pause"), [(101, 0), (-1, 0), (1, -1), (1, 31)])
def test_a_failure_has_sound_numbers(office, retries, pause):
    (job,) = taken(office)
    with pytest.raises(Invalid):
        fail(office, job.id, retries, pause=timedelta(days=pause))


def test_jobs_of_a_closed_case_are_given_to_nobody(office, session):
    family.save_case(session, office.case_id, {"status": "beendet"})
    assert taken(office) == []


def test_a_worker_cannot_refer_to_protected_answers(office):
    (job,) = taken(office)
    with pytest.raises(Invalid):
        complete(office, job.id, summe=[{"notiz": {"geschuetzt": "1"}}])
    thrown = bpmn.ThrowError(job.id, "abgelehnt", "nein", {"notiz": {"geschuetzt": "1"}})
    with pytest.raises(Invalid):
        jobs.throw(office.session, thrown, worker=ANNA, now=office.now)
    assert office.open() == []


def test_a_worker_cannot_fill_the_list_of_incidents(office):
    (job,) = taken(office)
    failed = bpmn.FailJob(job.id, "x" * 1_001, 0)
    with pytest.raises(Invalid):
        jobs.fail(office.session, failed, pause=timedelta(), worker=ANNA, now=office.now)


def test_a_worker_cannot_move_an_instance_to_another_case(office):
    (job,) = taken(office)
    complete(office, job.id, fall_id="4711", summe=5)
    key = office.task("ut_danach")
    seen = bpmn.variables(office.instance(key.instance_id).snapshot, key.id)
    assert (seen["fall_id"], seen["summe"]) == (str(office.case_id), 5)
