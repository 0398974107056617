"""Deployments over the API: all or nothing, versions as Camunda 8 counts them."""

import pytest
from camunda_orchestration_sdk.models import DeploymentResult
from sqlalchemy import func, select

from engine import clock, deployment
from engine.deployment import Folder
from engine.model.deployment import Deployment
from engine.model.instance import Instance
from engine.model.timer import Timer
from engine.organisation import unattached
from tests.engine.bpmn import drawing as d
from tests.processes.kibiz import IFK
from tests.web.api.calling import Api, program
from tests.web.api.sending import deploy, deployed, form, process, table
from web import deploying, folder_files
from web.database import db, write

HANDOVER = "kibiz_uebergabe"


def test_a_diagram_a_decision_and_a_form_are_taken_over_together(api):
    files = [("p.bpmn", process()), ("t.dmn", table()), ("f.form", form())]
    answer = deploy(api, files, tenantId="<default>")
    assert answer.status_code == 200
    assert set(answer.json) == {"deploymentKey", "tenantId", "deployments"}
    found = DeploymentResult.from_dict(answer.json)
    kinds = [
        next(kind for kind, each in entry.items() if each) for entry in answer.json["deployments"]
    ]
    assert kinds == [
        "processDefinition",
        "decisionRequirements",
        "decisionDefinition",
        "decisionDefinition",
        "form",
    ]
    first = found.deployments[0].process_definition
    assert (first.process_definition_id, first.process_definition_version) == ("probe", 1)
    assert first.resource_name == "p.bpmn"
    assert api.begin("probe")


def test_what_is_all_the_same_is_not_taken_over_again(stage, api):
    files = [("p.bpmn", process()), ("f.form", form())]
    first = deploy(api, files).json
    assert deploy(api, files).json == first
    assert deploy(api, files[1:]).json["deployments"] == first["deployments"][1:]
    with stage.app.app_context():
        query = select(func.count()).where(Deployment.name.startswith(deployment.SENT))
        assert db.session.scalar(query) == 1


def test_one_changed_file_gives_every_file_a_new_version(api):
    deployed(api, ("p.bpmn", process()), ("f.form", form()))
    again = deployed(api, ("p.bpmn", process()), ("f.form", form(tags="neu")))
    assert [each.get("version", each.get("processDefinitionVersion")) for _, each in again] == [
        2,
        2,
    ]
    renamed = deployed(api, ("q.bpmn", process()))
    assert renamed[0][1]["processDefinitionVersion"] == 3


def test_a_name_counts_without_its_path(api):
    ((_, found),) = deployed(api, ("../../ordner/p.bpmn", process()))
    assert found["resourceName"] == "p.bpmn"


@pytest.mark.parametrize(
    ("files", "parts"),
    (
        ([], ("resources",)),
        ([("p.bpmn", b"")], ("p.bpmn",)),
        ([("p.bpmn", process()), ("p.bpmn", process("zwei"))], ("p.bpmn", "Zwei Dateien")),
        ([("p.bpmn", process()), ("a/p.bpmn", process("zwei"))], ("Zwei Dateien",)),
        ([("p.bpmn", process()), ("q.bpmn", process())], ("probe", "p.bpmn")),
        ([("p\u202e.bpmn", process())], ("unsichtbare",)),
        ([("x" * 300 + ".bpmn", process())], ("200 Zeichen",)),
        ([("p.txt", b"a")], ("p.txt", "Art von Datei")),
        ([("brief.typ", b"a")], ("brief.typ",)),
        ([("p.bpmn", b"\xff\xfe\x00<")], ("p.bpmn",)),
        ([("f.form", b"\xff\xfe{")], ("f.form",)),
        ([("f.form", form(None))], ("f.form", "id")),
        ([("t.dmn", table(output="1 +"))], ("t.dmn", "a1")),
        (
            [("t.dmn", table()), ("p.bpmn", process("p", "a", ("x", d.decide("x", "keine", "r"))))],
            ("p.bpmn", "„x“", "„keine“"),
        ),
    ),
)
def test_a_broken_file_is_named_and_nothing_is_taken_over(stage, api, files, parts):
    answer = deploy(api, files)
    assert answer.status_code == 400
    assert all(part in answer.json["detail"] for part in parts), answer.json["detail"]
    with stage.app.app_context():
        query = select(Deployment.id).where(Deployment.name.startswith(deployment.SENT))
        assert db.session.scalar(query) is None


def test_a_file_has_a_limit(api, monkeypatch):
    monkeypatch.setattr(folder_files, "MOST_BYTES", len(process()))
    assert deploy(api, [("p.bpmn", process())]).status_code == 200
    answer = deploy(api, [("p.bpmn", process() + b" ")])
    assert (answer.status_code, "p.bpmn" in answer.json["detail"]) == (400, True)


def test_what_is_no_form_in_parts_is_refused(api):
    broken = {"data": b"--x\r\nbroken", "content_type": "multipart/form-data; boundary=x"}
    assert api.call("POST", "/deployments", None, **broken).status_code == 400
    assert api.post("/deployments").status_code == 415
    text = {"data": {"resources": "a"}, "content_type": "multipart/form-data"}
    assert api.call("POST", "/deployments", None, **text).status_code == 400
    assert deploy(api, [("p.bpmn", process())], tenantId="anderer").status_code == 400
    assert deploy(api, [("p.bpmn", process())], tennantId="x").status_code == 400


def test_only_those_who_keep_the_installation_deploy(stage, api):
    files = [("p.bpmn", process())]
    assert deploy(Api(stage, IFK), files).status_code == 403
    assert deploy(program(stage, mandant="bo"), files).status_code == 403
    assert deploy(program(stage, "leser", scopes=("lesen",)), files).status_code == 403
    assert deploy(program(stage, "frei", scopes=("verfahren",)), files).status_code == 200


def test_a_process_of_a_folder_is_the_newest_of_whoever_changed_it_last(stage, api):
    folder = Folder("ordner", {"o.bpmn": process("probe")})
    changed = Folder("ordner", {"o.bpmn": process("probe", "anders")})
    with stage.app.app_context():
        write(lambda session: deployment.deploy(session, folder, now=clock.now()))
    ((_, sent),) = deployed(api, ("p.bpmn", process("probe", "gesendet")))
    assert sent["processDefinitionVersion"] == 2
    with stage.app.app_context():
        done = write(lambda session: deployment.deploy(session, changed, now=clock.now()))
        assert (done.definitions[0].version, done.retired) == (3, ())


def test_what_nothing_is_the_newest_of_is_no_neighbour(stage, api):
    for name in ("a", "b", "c"):
        deployed(api, ("p.bpmn", process("probe", name)), ("q.bpmn", process(f"einmal_{name}")))
    for name in ("d", "e", "f"):
        deployed(api, ("r.bpmn", process("oft", name)))
    with stage.app.app_context():
        beside = deployment.neighbours(db.session, "anderer")
    sent = [each for name, each in beside.items() if name.startswith(deployment.SENT)]
    assert [sorted(each.processes) for each in sent] == [
        ["einmal_a", "probe"],
        ["einmal_b", "probe"],
        ["einmal_c", "probe"],
        ["oft"],
    ]


def test_a_start_by_time_for_nobody_begins_what_belongs_to_no_mandant(stage, api):
    timer = d.start("start", d.timer("timeDuration", "P1D"))
    diagram = d.diagram(timer, d.user("a"), d.chain("start", "a"), process="zeit")
    deployed(api, ("p.bpmn", diagram))
    with stage.app.app_context():
        assert list(db.session.scalars(select(Timer.mandant_id))) == [unattached.MANDANT_ID]
    stage.travel(days=1)
    with stage.app.app_context():
        assert list(db.session.scalars(select(Instance.mandant_id))) == [unattached.MANDANT_ID]


def test_no_folder_has_the_name_of_what_was_sent(tmp_path):
    directory = tmp_path / "api-1"
    directory.mkdir()
    (directory / "p.bpmn").write_bytes(process())
    with pytest.raises(deploying.DefinitionInvalid, match="darf kein Ordner"):
        deploying.folder(directory)
