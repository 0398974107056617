"""The Python SDK of Camunda 8, unchanged: what its users do every day, done with Lotse."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from uuid import uuid4

import pytest
from camunda_orchestration_sdk import CamundaAsyncClient, CamundaClient, WorkerConfig
from camunda_orchestration_sdk.errors import NotFoundError, UnexpectedStatus
from camunda_orchestration_sdk.models import (
    ClockPinRequest,
    CreateDocumentData,
    CreateDocumentsData,
    DecisionEvaluationByID,
    DocumentLinkRequest,
    DocumentMetadata,
    ElementInstanceSearchQuery,
    ExpressionEvaluationRequest,
    ExpressionEvaluationRequestVariables,
    IncidentSearchQuery,
    JobActivationRequest,
    JobChangeset,
    JobCompletionRequest,
    JobFailRequest,
    JobUpdateRequest,
    MessageCorrelationRequest,
    MessagePublicationRequest,
    ProcessCreationById,
    ProcessInstanceSearchQuery,
    UserTaskCompletionRequest,
    UserTaskSearchQuery,
    VariableSearchQuery,
)
from camunda_orchestration_sdk.runtime.eventual import ConsistencyOptions
from camunda_orchestration_sdk.types import File

from engine.organisation import demo
from tests.clients.installation import OPERATOR, PROGRAM
from tests.engine.bpmn import drawing as d


@pytest.fixture(params=("BASIC", "OAUTH"))
def settings(request, installation):
    """Both ways to sign in."""
    ways = {
        "BASIC": {
            "CAMUNDA_BASIC_AUTH_USERNAME": OPERATOR,
            "CAMUNDA_BASIC_AUTH_PASSWORD": demo.PASSWORD,
        },
        "OAUTH": {
            "CAMUNDA_OAUTH_URL": f"{installation.address}/oauth/token",
            "CAMUNDA_CLIENT_ID": PROGRAM,
            "CAMUNDA_CLIENT_SECRET": installation.secret,
        },
    }
    way = {"CAMUNDA_AUTH_STRATEGY": request.param, "CAMUNDA_REST_ADDRESS": installation.address}
    return way | ways[request.param]


@pytest.fixture
def client(settings):
    with CamundaClient(settings) as client:
        yield client


def _begin(client, sample, **variables):
    client.deploy_resources_from_files(sample.files)
    wanted = {"processDefinitionId": sample.process, "variables": {"stufe": 5, **variables}}
    return client.create_process_instance(data=ProcessCreationById.from_dict(wanted))


def _take(client, sample):
    wanted = {"type": sample.job, "timeout": 60_000, "maxJobsToActivate": 1}
    (job,) = client.activate_jobs(data=JobActivationRequest.from_dict(wanted)).jobs
    return job


def test_the_same_files_keep_their_keys(client, sample):
    first = client.deploy_resources_from_files(sample.files)
    again = client.deploy_resources_from_files(sample.files)
    assert (len(first.processes), len(first.forms)) == (1, 1)
    assert len(first.decisions) == 2
    assert again.processes == first.processes
    assert first.processes[0].resource_name == "probe.bpmn"


def test_an_instance_runs_from_job_to_task_to_end(client, sample):
    key = _begin(client, sample).process_instance_key
    done = JobCompletionRequest.from_dict({"variables": {"stufe": 1}})
    client.complete_job(_take(client, sample).job_key, data=done)
    query = UserTaskSearchQuery.from_dict({"filter": {"processInstanceKey": key}})
    (task,) = client.search_user_tasks(data=query).items
    assert client.get_user_task_form(task.user_task_key).form_id == sample.form
    asked = {"filter": {"processInstanceKey": key, "name": "ergebnis"}}
    (result,) = client.search_variables(data=VariableSearchQuery.from_dict(asked)).items
    assert result.value == '"wenig"'
    client.complete_user_task(task.user_task_key, data=UserTaskCompletionRequest.from_dict({}))
    assert client.get_process_instance(key).state == "COMPLETED"


def test_a_worker_serves_a_job(installation, settings, sample):
    async def work():
        async with CamundaAsyncClient(settings) as client:
            await client.deploy_resources_from_files(sample.files)
            wanted = {"processDefinitionId": sample.process, "variables": {"stufe": 5}}
            begun = await client.create_process_instance(data=ProcessCreationById.from_dict(wanted))
            seen = asyncio.get_running_loop().create_future()

            async def handle(job):
                seen.set_result(job.variables.to_dict())
                return {"geprueft": True}

            worker = WorkerConfig(sample.job, 60_000, request_timeout_milliseconds=10_000)
            client.create_job_worker(worker, handle)
            running = asyncio.create_task(client.run_workers())
            variables = await asyncio.wait_for(seen, 30)
            await _until_asked(client, begun.process_instance_key)
            running.cancel()
            await running
            return begun.process_instance_key, variables

    with ThreadPoolExecutor(1) as alone:  # this thread may have an event loop already
        key, variables = alone.submit(lambda: asyncio.run(work())).result()
    assert variables["stufe"] == 5
    (found,) = installation.search("variables", processInstanceKey=key, name="geprueft")
    assert found["value"] == "true"


async def _until_asked(client, key):
    from_dict = UserTaskSearchQuery.from_dict
    patience = {"wait_up_to_ms": 30_000, "poll_interval_ms": 20}
    await client.search_user_tasks(
        data=from_dict({"filter": {"processInstanceKey": key}}),
        consistency=ConsistencyOptions(**patience),
    )


def test_a_failed_job_is_an_incident_until_somebody_resolves_it(client, sample):
    key = _begin(client, sample).process_instance_key
    job = _take(client, sample)
    failure = {"retries": 0, "errorMessage": "kaputt"}
    client.fail_job(job.job_key, data=JobFailRequest.from_dict(failure))
    query = IncidentSearchQuery.from_dict({"filter": {"processInstanceKey": key}})
    (incident,) = client.search_incidents(data=query).items
    assert incident.job_key == job.job_key
    assert client.get_process_instance(key).has_incident
    more = JobUpdateRequest(changeset=JobChangeset.from_dict({"retries": 1}))
    client.update_job(job.job_key, data=more)
    client.resolve_incident(incident.incident_key)
    assert client.get_incident(incident.incident_key).state == "RESOLVED"
    assert _take(client, sample).job_key == job.job_key


def test_a_search_filters_and_turns_pages(client, sample):
    keys = [_begin(client, sample).process_instance_key for _ in range(3)]
    asked = {"filter": {"processDefinitionId": sample.process}, "page": {"limit": 2}}
    first = client.search_process_instances(data=ProcessInstanceSearchQuery.from_dict(asked))
    asked["page"] = {"limit": 2, "after": first.page.end_cursor}
    second = client.search_process_instances(data=ProcessInstanceSearchQuery.from_dict(asked))
    assert first.page.total_items == 3
    found = [each.process_instance_key for each in (*first.items, *second.items)]
    assert found == keys


def test_an_expression_is_evaluated(client):
    variables = ExpressionEvaluationRequestVariables.from_dict({"werte": [1, 2]})
    asked = ExpressionEvaluationRequest("= sum(werte) + 1", variables=variables)
    assert client.evaluate_expression(data=asked).result == 4


def test_the_clock_can_be_set(installation, sample):
    settings = {
        "CAMUNDA_REST_ADDRESS": installation.address,
        "CAMUNDA_AUTH_STRATEGY": "BASIC",
        "CAMUNDA_BASIC_AUTH_USERNAME": OPERATOR,
        "CAMUNDA_BASIC_AUTH_PASSWORD": demo.PASSWORD,
    }
    with CamundaClient(settings) as client:
        client.pin_clock(data=ClockPinRequest(timestamp=1_893_456_000_000))
        try:
            key = _begin(client, sample).process_instance_key
            assert client.get_process_instance(key).start_date.year == 2030
        finally:
            client.reset_clock()


WAITS = d.diagram(
    d.start(),
    d.catch("eins", d.awaits("m")),
    d.catch("zwei", d.awaits("m")),
    d.end(),
    d.chain("start", "eins", "zwei", "end"),
    process="wartende_probe",
    around=[d.message("m", "probe_antwort", correlation="= nummer")],
)


def test_messages_are_published_and_correlated(client, tmp_path):
    path = tmp_path / "wartende_probe.bpmn"
    path.write_bytes(WAITS)
    client.deploy_resources_from_files([str(path)])
    number = str(uuid4())
    wanted = {"processDefinitionId": "wartende_probe", "variables": {"nummer": number}}
    begun = client.create_process_instance(data=ProcessCreationById.from_dict(wanted))
    sent = {"name": "probe_antwort", "correlationKey": number}
    client.publish_message(data=MessagePublicationRequest.from_dict(sent))
    request = MessageCorrelationRequest.from_dict(sent)
    reached = client.correlate_message(data=request).process_instance_key
    assert reached == begun.process_instance_key
    assert client.get_process_instance(process_instance_key=reached).state == "COMPLETED"


def test_a_decision_is_evaluated_with_its_account(client, sample):
    client.deploy_resources_from_files(sample.files)
    wanted = {"decisionDefinitionId": sample.decision, "variables": {"stufe": 5}}
    made = client.evaluate_decision(data=DecisionEvaluationByID.from_dict(wanted))
    assert made.output == '"viel"'
    assert made.evaluated_decisions[0].matched_rules[0].rule_id == "zeile_hoch"
    key = made.evaluated_decisions[0].decision_evaluation_instance_key
    told = client.get_decision_instance(decision_evaluation_instance_key=key)
    assert (told.result, told.matched_rules[0].rule_index) == ('"viel"', 1)


def test_what_ran_is_read_back(client, sample):
    key = _begin(client, sample).process_instance_key
    query = ElementInstanceSearchQuery.from_dict({"filter": {"processInstanceKey": key}})
    runs = client.search_element_instances(data=query).items
    assert {(run.type_, run.state) for run in runs} == {
        ("PROCESS", "ACTIVE"),
        ("START_EVENT", "COMPLETED"),
        ("SERVICE_TASK", "ACTIVE"),
    }


def test_a_document_is_kept_read_and_deleted(client):
    about = DocumentMetadata.from_dict({"customProperties": {"nummer": 7}})
    sent = CreateDocumentData(file=File(BytesIO(b"Brief"), "brief.txt"), metadata=about)
    kept = client.create_document(data=sent)
    key, digest = kept.document_id, kept.content_hash
    assert (kept.metadata.file_name, kept.metadata.size) == ("brief.txt", 5)
    assert kept.metadata.custom_properties.to_dict() == {"nummer": 7}
    assert client.get_document(key, content_hash=digest).payload.read() == b"Brief"
    with pytest.raises(UnexpectedStatus, match="403"):
        client.create_document_link(key, data=DocumentLinkRequest(), content_hash=digest)
    client.delete_document(key)
    with pytest.raises(NotFoundError):
        client.get_document(key, content_hash=digest)


def test_several_documents_are_kept_at_once(client):
    files = [File(BytesIO(content), f"{content.decode()}.txt") for content in (b"eins", b"zwei")]
    about = [DocumentMetadata(content_type="text/plain"), DocumentMetadata(file_name="b.txt")]
    sent = CreateDocumentsData(files=files, metadata_list=about)
    made = client.create_documents(data=sent).created_documents
    assert [each.metadata.file_name for each in made] == ["eins.txt", "b.txt"]
    for each in made:
        client.delete_document(each.document_id)
