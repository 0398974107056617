"""Jobs over the API: given out once, handed in once, by who took them and in time."""

from threading import Thread

import pytest
from camunda_orchestration_sdk.models.job_activation_result import JobActivationResult
from camunda_orchestration_sdk.models.job_search_query_result import JobSearchQueryResult

from engine import clock
from engine.instances import Advance
from engine.organisation.clients import Scope
from tests.engine.bpmn import drawing as d
from tests.web import small
from tests.web.api import jobbing
from tests.web.api.calling import Api, program
from tests.web.api.jobbing import TYPE, standing, take
from web import arrivals


@pytest.fixture(autouse=True)
def process(stage, tmp_path):
    jobbing.deploy(stage, tmp_path)


@pytest.fixture
def instance(api):
    return api.begin(small.NAME, variables={"zahl": 4, "name": "Ada"}, tags=["t"], businessId="b")


def test_a_worker_gets_what_the_step_sees(api, instance):
    (job,) = take(api)
    JobActivationResult.from_dict({"jobs": [job]})
    assert job["variables"].items() >= {"zahl": 4, "name": "Ada", "doppelt": 8}.items()
    shown = {name: job[name] for name in ("type", "worker", "retries", "tags", "businessId")}
    expected = {"type": TYPE, "worker": "w", "retries": 3, "tags": ["t"], "businessId": "b"}
    assert shown == expected
    assert job["processInstanceKey"] == job["rootProcessInstanceKey"] == instance
    assert len(job) == 23
    assert take(api) == []


def test_a_worker_gets_only_the_variables_that_it_wants(api, instance):
    (job,) = take(api, fetchVariable=["doppelt", "fehlt"])
    assert job["variables"] == {"doppelt": 8}


def test_a_finished_job_stays_and_is_handed_in_once(api, instance):
    (job,) = take(api)
    path = f"/jobs/{job['jobKey']}"
    assert api.post(f"{path}/completion", {"variables": {"summe": 5}}).status_code == 204
    for again in ("completion", "failure", "error"):
        body = {"errorCode": "abgelehnt"} if again == "error" else {}
        assert api.post(f"{path}/{again}", body).status_code == 404
    assert standing(api, instance) == [("COMPLETED", 3)]
    answer = api.post("/jobs/search", {"filter": {"state": "completed", "type": {"$like": "r*"}}})
    found = JobSearchQueryResult.from_dict(answer.json).items
    assert [each.job_key for each in found] == [job["jobKey"]]
    (shown,) = answer.json["items"]
    assert len(shown) == 26
    assert (shown["deadline"], shown["worker"]) == (None, "w")
    assert shown["endTime"] == shown["lastUpdateTime"]


def test_after_its_time_a_job_is_nobody_s(stage, api, instance):
    (job,) = take(api)
    stage.travel(minutes=1)
    assert standing(api, instance) == [("TIMED_OUT", 3)]
    for way, body in (("completion", {}), ("failure", {}), ("error", {"errorCode": "abgelehnt"})):
        assert api.post(f"/jobs/{job['jobKey']}/{way}", body).status_code == 409
    assert [each["jobKey"] for each in take(api)] == [job["jobKey"]]


def test_a_job_is_handed_in_by_the_account_that_took_it(stage, api, instance):
    (job,) = take(program(stage, "eins"))
    other = program(stage, "zwei")
    for way, body in (("completion", {}), ("failure", {}), ("error", {"errorCode": "abgelehnt"})):
        assert other.post(f"/jobs/{job['jobKey']}/{way}", body).status_code == 409
    assert standing(api, instance) == [("CREATED", 3)]


def test_a_lease_is_shown_to_hand_a_job_in(api, instance):
    (job,) = take(api, withLease=True)
    path = f"/jobs/{job['jobKey']}/completion"
    assert api.post(path).status_code == 409
    assert api.post(path, {"leaseToken": "1"}).status_code == 409
    assert api.post(path, {"leaseToken": job["leaseToken"]}).status_code == 204


def test_a_failed_job_pauses_and_comes_back(stage, api, instance):
    (job,) = take(api)
    failed = {"retries": 1, "errorMessage": "Drucker", "retryBackOff": 60_000}
    assert api.post(f"/jobs/{job['jobKey']}/failure", failed).status_code == 204
    (shown,) = api.search("jobs", filter={"hasFailedWithRetriesLeft": True})
    assert (shown["state"], shown["errorMessage"], shown["retries"]) == ("FAILED", "Drucker", 1)
    assert take(api) == []
    stage.travel(minutes=1)
    assert len(take(api)) == 1


def test_an_error_of_a_job_takes_the_way_of_its_boundary(api, instance):
    (job,) = take(api)
    thrown = {"errorCode": "abgelehnt", "errorMessage": "nein"}
    assert api.post(f"/jobs/{job['jobKey']}/error", thrown).status_code == 204
    (shown,) = api.search("jobs")
    assert (shown["state"], shown["errorCode"], shown["errorMessage"]) == (
        *("ERROR_THROWN", "abgelehnt", "nein"),
    )
    assert api.get(f"/process-instances/{instance}").json["hasIncident"] is False


def test_a_job_is_changed_while_it_waits(api, instance):
    second = api.begin(small.NAME, variables={"zahl": 1})
    (_, late) = api.search("jobs")
    changes = {"changeset": {"retries": 9, "priority": 3}}
    assert api.call("PATCH", f"/jobs/{late['jobKey']}", changes).status_code == 204
    (job,) = take(api, maxJobsToActivate=1)
    assert (job["processInstanceKey"], job["retries"], job["priority"]) == (second, 9, 3)
    for wrong in ({"retries": 0}, {"timeout": 0}, {"priority": 10**9}, {"retries": 2**40}):
        answer = api.call("PATCH", f"/jobs/{job['jobKey']}", {"changeset": wrong})
        assert answer.status_code == 400, wrong
    longer = {"changeset": {"timeout": 3_600_000}}
    assert api.call("PATCH", f"/jobs/{job['jobKey']}", longer).status_code == 204


def test_strangers_get_no_jobs_and_operators_none_of_offices(stage, api, instance):
    (shown,) = api.search("jobs")
    for stranger in (program(stage, "bo", mandant="bo"), Api(stage, "goe_ifk.a")):
        assert take(stranger) == stranger.search("jobs") == []
        for way in ("completion", "failure"):
            assert stranger.post(f"/jobs/{shown['jobKey']}/{way}").status_code == 404
        change = {"changeset": {"retries": 3}}
        assert stranger.call("PATCH", f"/jobs/{shown['jobKey']}", change).status_code == 404
    reader = program(stage, "leser", scopes=(Scope.READ,))
    assert reader.post("/jobs/activation", {}).status_code == 403


def test_an_office_s_jobs_go_to_its_programs_with_what_they_may_see(stage, api, tmp_path):
    step = d.job("st", d.mapping({"wert": "= frage.zahl"}), type=TYPE)
    small.begin(stage, tmp_path, small.between(("st", step)))
    stage.complete("goe_ifk.a", "ut_frage", zahl=4, notiz="vertraulich")
    assert take(api) == []  # an operator sees that it is there, and no value
    (shown,) = api.search("jobs")
    assert api.post(f"/jobs/{shown['jobKey']}/completion").status_code == 404
    worker = program(stage, "goe", mandant="goe", groups=("goe_ifk",))
    (job,) = take(worker)
    frage = {"zahl": 4, "notiz": "vertraulich"}
    assert job["variables"] == {"wert": 4, "frage": frage, "fall_id": str(stage.case)}
    assert program(stage, "fremd", mandant="goe").search("jobs") == []
    assert worker.post(f"/jobs/{job['jobKey']}/completion").status_code == 204
    assert list(stage.open_tasks()) == ["ut_danach"]


def test_whoever_waits_gets_a_job_as_soon_as_there_is_one(stage, api):
    got = []
    waits = arrivals.Arrivals.wait

    class Told(arrivals.Arrivals):
        """Begins an instance as soon as somebody waits."""

        def wait(self, type, mark, seconds):
            if not got:
                got.append(api.begin(small.NAME, variables={"zahl": 1}))
            return waits(self, type, mark, seconds)

    stage.app.extensions["arrivals"] = Told()
    (job,) = take(api, requestTimeout=30_000)
    assert job["processInstanceKey"] == got[0]


def test_those_who_wait_are_let_go_when_the_server_ends(stage, api):
    stage.app.extensions["arrivals"].close()
    assert take(api, requestTimeout=30_000) == []


def test_only_so_many_may_wait(stage, api, instance, monkeypatch):
    monkeypatch.setattr(arrivals, "MOST_WAITING", 0)
    assert len(take(api, requestTimeout=0)) == 1  # what is there is given out to everybody
    wanted = {"type": TYPE, "timeout": 1, "maxJobsToActivate": 1}
    answer = api.post("/jobs/activation", wanted)
    assert (answer.status_code, answer.json["title"]) == (503, "RESOURCE_EXHAUSTED")


def test_a_waiting_thread_is_woken_by_its_type_only():
    news = arrivals.Arrivals()
    mark = news.mark("a")
    woken = []
    thread = Thread(target=lambda: woken.append(news.wait("a", mark, 60)))
    thread.start()
    news.tell(Advance(account="x", now=clock.now(), job_types={"b"}))
    news.tell(Advance(account="x", now=clock.now(), job_types={"a"}))
    thread.join()
    assert woken == [True]
    assert (news.mark("a"), news.mark("b")) == (1, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"timeout": 0},
        {"timeout": 10**12},
        {"maxJobsToActivate": 0},
        {"maxJobsToActivate": 1_001},
        {"tenantIds": ["anderer"]},
        {"typ": "x"},
    ],
)
def test_a_wrong_request_is_refused(api, wrong):
    wanted = {"type": TYPE, "timeout": 1, "maxJobsToActivate": 1, "requestTimeout": -1}
    assert api.post("/jobs/activation", wanted | wrong).status_code == 400


def test_a_worker_refers_to_no_protected_content(api, instance):
    (job,) = take(api)
    for way, more in (
        ("completion", {}),
        ("failure", {"retries": 1}),
        ("error", {"errorCode": "x"}),
    ):
        body = {"variables": {"a": {"geschuetzt": "1"}}, **more}
        assert api.post(f"/jobs/{job['jobKey']}/{way}", body).status_code == 400
