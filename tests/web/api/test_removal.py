"""Taking versions back over the API: whole, where nothing needs them, and never an office's."""

import pytest
from camunda_orchestration_sdk.models import DeleteResourceResponse, ResourceSearchQueryResult
from sqlalchemy import select

from engine import clock, deployment
from engine.deployment import Folder
from engine.model.deed import Deed
from engine.model.message import Subscription
from engine.model.timer import Timer
from tests.engine.bpmn import drawing as d
from tests.processes.kibiz import IFK
from tests.web import small
from tests.web.api.calling import Api, program
from tests.web.api.sending import deploy, deployed, form, process, table
from web.database import db, write

KEYS = {
    "processDefinition": "processDefinitionKey",
    "decisionRequirements": "decisionRequirementsKey",
    "form": "formKey",
}


def sent(api, *files):
    """Deploy files; return the key of each that can be taken back, in their order."""
    return [made[KEYS[kind]] for kind, made in deployed(api, *files) if kind in KEYS]


def remove(api, key, **body):
    return api.post(f"/resources/{key}/deletion", body)


def removed(api, key):
    answer = remove(api, key)
    assert answer.status_code == 200, answer.text
    assert DeleteResourceResponse.from_dict(answer.json).to_dict() == answer.json
    assert answer.json == {"resourceKey": key, "batchOperation": None}


def versions_of(api, process_id="probe"):
    found = api.search("process-definitions", filter={"processDefinitionId": process_id})
    return {each["version"] for each in found}


def begins(api, **wanted):
    answer = api.post("/process-instances", {"processDefinitionId": "probe", **wanted})
    return answer.json.get("processDefinitionVersion", answer.status_code)


def asking(**bound):
    """A process whose task shows the form `frage`."""
    asks = d.user("a", d.zeebe("formDefinition", formId="frage", **bound))
    return d.diagram(d.start(), asks, d.chain("start", "a"), process="fragt")


def deciding():
    """A process that asks the decision `rabatt`."""
    steps = d.start(), d.decide("x", "rabatt", "r"), d.end()
    return d.diagram(*steps, d.chain("start", "x", "end"), process="entscheidet")


def calling(name="ruft"):
    """A process that calls `probe`."""
    steps = d.start(), d.call("x", "probe"), d.end()
    return d.diagram(*steps, d.chain("start", "x", "end"), process=name)


def test_files_are_found_by_what_they_are(api):
    keys = sent(api, ("p.bpmn", process()), ("t.dmn", table()), ("f.form", form()))
    answer = api.post("/resources/search", {"sort": [{"field": "resourceKey", "order": "desc"}]})
    ResourceSearchQueryResult.from_dict(answer.json)
    shown = {each["resourceKey"]: each for each in answer.json["items"]}
    assert set(keys) <= set(shown)
    assert all(shown[key] == api.get(f"/resources/{key}").json for key in keys)
    found = api.search("resources", filter={"resourceId": {"$in": ["probe", "frage"]}})
    assert {each["resourceName"] for each in found} == {"p.bpmn", "f.form"}
    made = deploy(api, [("p.bpmn", process())]).json["deploymentKey"]
    assert len(api.search("resources", filter={"deploymentKey": made})) == len(keys)
    outside = program(api.stage, scopes=("aufgaben",))
    assert outside.post("/resources/search").status_code == 403


def test_the_version_before_is_the_newest_again(api):
    (first,) = sent(api, ("p.bpmn", process()))
    (second,) = sent(api, ("p.bpmn", process("probe", "anders")))
    ended = api.begin("probe")
    api.post(f"/process-instances/{ended}/cancellation")
    removed(api, second)
    assert versions_of(api) == {1}
    assert begins(api) == 1
    assert begins(api, processDefinitionVersion=2) == 404
    by_key = api.post("/process-instances", {"processDefinitionKey": second})
    assert by_key.status_code == 404
    latest = api.search("process-definitions", filter={"isLatestVersion": True})
    assert first in {each["processDefinitionKey"] for each in latest}
    for path in (f"/process-definitions/{second}", f"/process-definitions/{second}/xml",
                 f"/process-definitions/{second}/form", f"/resources/{second}",
                 f"/resources/{second}/content"):  # fmt: skip
        assert api.get(path).status_code == 404
    assert second not in {each["resourceKey"] for each in api.search("resources")}
    assert remove(api, second).status_code == 404
    assert api.get(f"/process-instances/{ended}").json["processDefinitionVersion"] == 2
    way = {"targetProcessDefinitionKey": second, "mappingInstructions": []}
    running = api.search("process-instances", filter={"state": "ACTIVE"})[0]["processInstanceKey"]
    assert api.post(f"/process-instances/{running}/migration", way).status_code == 404


def test_a_number_is_never_given_twice(api):
    (only,) = sent(api, ("p.bpmn", process()))
    removed(api, only)
    assert versions_of(api) == set()
    assert begins(api) == 404
    (again,) = sent(api, ("p.bpmn", process()))
    assert (again != only, versions_of(api)) == (True, {2})


def test_what_still_runs_keeps_its_version(api):
    (key,) = sent(api, ("p.bpmn", process()))
    running = api.begin("probe")
    answer = remove(api, key)
    assert (answer.status_code, "Vorgänge" in answer.json["detail"]) == (409, True)
    assert versions_of(api) == {1}
    api.post(f"/process-instances/{running}/cancellation")
    removed(api, key)


@pytest.mark.parametrize(
    ("file", "user", "blocked"),
    (
        (("f.form", form()), asking(), True),
        (("f.form", form()), asking(bindingType="latest"), True),
        (("f.form", form()), process("fremd"), False),
        (("t.dmn", table()), deciding(), True),
        (("t.dmn", table()), process("fremd"), False),
        (("p.bpmn", process()), calling(), True),
        (("p.bpmn", process()), process("fremd"), False),
    ),
)
@pytest.mark.parametrize("together", (True, False))
def test_what_another_process_needs_stays(api, file, user, blocked, together):
    if together:
        keys = sent(api, file, ("u.bpmn", user))
        of_user = {
            each["processDefinitionKey"]
            for each in api.search("process-definitions", filter={"resourceName": "u.bpmn"})
        }
        (key,) = [each for each in keys if each not in of_user]
    else:
        (key,) = sent(api, file)
        of_user = sent(api, ("u.bpmn", user))
    answer = remove(api, key)
    assert answer.status_code == (409 if blocked else 200), answer.text
    if blocked:
        for other in of_user:
            removed(api, other)
        removed(api, key)


def test_what_stands_in_for_a_version_lets_it_go(api):
    files = ("f.form", form()), ("t.dmn", table()), ("p.bpmn", process())
    sent(api, *files)
    changed = ("f.form", form(name="neu")), ("t.dmn", table(output='"mehr"'))
    newer = sent(api, *changed, ("p.bpmn", process("probe", "anders")))
    asks = (asking(), deciding(), calling())
    sent(api, *((f"u{n}.bpmn", each) for n, each in enumerate(asks)))
    for key in newer:
        removed(api, key)
    key = api.begin("entscheidet", variables={"stufe": 4})
    (found,) = api.search("variables", filter={"name": "r", "processInstanceKey": key})
    assert "viel" in found["value"]


def test_a_version_with_a_tag_stays_where_no_other_has_it(api):
    (tagged,) = sent(api, ("f.form", form(versionTag="v1")))
    (other,) = sent(api, ("f.form", form(versionTag="v2")))
    sent(api, ("u.bpmn", asking(bindingType="versionTag", versionTag="v1")))
    assert remove(api, tagged).status_code == 409
    removed(api, other)


def test_a_form_stays_while_its_task_is_open(api):
    sent(api, ("f.form", form(name="alt")))
    (key,) = sent(api, ("f.form", form()))
    sent(api, ("u.bpmn", asking(bindingType="latest")))
    running = api.begin("fragt")
    assert remove(api, key).status_code == 409
    api.post(f"/process-instances/{running}/cancellation")
    removed(api, key)
    assert api.get(f"/forms/{key}").status_code == 404


def test_a_file_of_decisions_goes_with_all_of_them(api):
    (key,) = sent(api, ("t.dmn", table()))
    found = api.search("decision-definitions", filter={"decisionRequirementsKey": key})
    assert len(found) == 2
    removed(api, key)
    assert api.search("decision-definitions", filter={"decisionRequirementsKey": key}) == []
    assert api.get(f"/decision-requirements/{key}").status_code == 404
    for each in found:
        decision = each["decisionDefinitionKey"]
        assert api.get(f"/decision-definitions/{decision}").status_code == 404
        asked = {"decisionDefinitionKey": decision, "variables": {"stufe": 4}}
        assert api.post("/decision-definitions/evaluation", asked).status_code == 404


def starting(wait, name="a"):
    """A process that begins by an event."""
    around = [d.message("r", "ruf")]
    parts = d.start("start", wait), d.user(name), d.chain("start", name)
    return d.diagram(*parts, process="probe", around=around)


def listening(stage, table_of_waits):
    with stage.app.app_context():
        rows = list(db.session.scalars(select(table_of_waits)))
        return {str(row.definition_id) for row in rows if row.element_id == "start"}


@pytest.mark.parametrize(
    ("waits", "wait"),
    ((Subscription, d.awaits("r")), (Timer, d.timer("timeDuration", "P1D"))),
)
def test_the_start_events_of_the_version_before_wait_again(stage, api, waits, wait):
    (first,) = sent(api, ("p.bpmn", starting(wait)))
    (second,) = sent(api, ("p.bpmn", starting(wait, "anders")))
    assert listening(stage, waits) & {first, second} == {second}
    removed(api, second)
    assert listening(stage, waits) & {first, second} == {first}
    removed(api, first)
    assert listening(stage, waits) & {first, second} == set()


def test_an_older_version_goes_without_a_word_to_the_start_events(stage, api):
    (first,) = sent(api, ("p.bpmn", starting(d.awaits("r"))))
    (second,) = sent(api, ("p.bpmn", starting(d.awaits("r"), "anders")))
    removed(api, first)
    assert listening(stage, Subscription) & {first, second} == {second}


def test_what_was_taken_back_is_no_neighbour(stage, api):
    calls = calling("probe2").replace(b'processId="probe"', b'processId="kind"')
    back = calling("kind").replace(b'processId="probe"', b'processId="probe2"')
    key, _ = sent(api, ("a.bpmn", calls), ("b.bpmn", process("daneben")))
    assert deploy(api, [("k.bpmn", back)]).status_code == 400
    removed(api, key)
    with stage.app.app_context():
        beside = deployment.neighbours(db.session, "anderer")
    assert not any("probe2" in each.processes for each in beside.values())
    assert deploy(api, [("k.bpmn", back)]).status_code == 200


def test_what_a_folder_has_stays(stage, api):
    folder = Folder("ordner", {"o.bpmn": process("probe")})
    with stage.app.app_context():
        done = write(lambda session: deployment.deploy(session, folder, now=clock.now()))
    assert remove(api, str(done.definitions[0].id)).status_code == 403
    (changed,) = sent(api, ("p.bpmn", process("probe", "gesendet")))
    assert remove(api, changed).status_code == 403
    assert versions_of(api) == {1, 2}


def test_what_an_office_worked_with_stays(stage, api):
    button = small.properties(knopf="Beginnen", knopf_gruppen="goe_ifk")
    parts = d.start("start", button), d.end()
    diagram = d.diagram(*parts, d.chain("start", "end"), process="probe")
    (key,) = sent(api, ("p.bpmn", diagram))
    assert Api(stage, IFK).begin("probe")
    assert remove(api, key).status_code == 403


def test_only_those_who_keep_the_installation_take_back(stage, api):
    (key,) = sent(api, ("p.bpmn", process()))
    for stranger in (
        Api(stage, IFK),
        program(stage, "bo", mandant="bo"),
        program(stage, "leser", scopes=("lesen",)),
    ):
        assert remove(stranger, key).status_code == 403
    assert remove(api, "1").status_code == 404
    assert remove(api, key, operationReference=0).status_code == 400
    assert remove(program(stage, "frei", scopes=("verfahren",)), key).status_code == 200
    with stage.app.app_context():
        query = select(Deed.actor).where(Deed.subject == f"fassung {key}")
        assert db.session.scalars(query).one()
