"""A small procedure with one question, whose next step may be broken on purpose."""

import json

from engine import clock
from tests.engine.bpmn import drawing as d
from web import deploying
from web.database import write

NAME = "probe"


def properties(**given):
    lines = [d.zeebe("property", name=name, value=value) for name, value in given.items()]
    return d.zeebe("properties", *lines)


BUTTON = properties(knopf="Probe beginnen", knopf_gruppen="goe_ifk", annahme="ja")
START = d.start("start_probe", BUTTON, name="Probe")


def question(key, label, kind="textfield", **more):
    return {"type": kind, "id": f"feld_{key}", "key": key, "label": label, **more}


NUMBER = question("zahl", "Zahl", "number", validate={"required": True})
NOTE = question("notiz", "Notiz")


def form(name, *components):
    """A form of the small procedure."""
    return {
        "type": "default",
        "id": f"{NAME}.{name}",
        "schemaVersion": 19,
        "components": list(components),
    }


def task(element_id):
    """A task of the integration staff, with a form of the same name."""
    form_id = f"{NAME}.{element_id.removeprefix('ut_')}"
    return d.user(
        element_id,
        d.zeebe("formDefinition", formId=form_id),
        d.zeebe("assignmentDefinition", candidateGroups="goe_ifk"),
        d.zeebe("userTask"),
        name=element_id.removeprefix("ut_").capitalize(),
    )


def between(*steps):
    """A diagram: a question, some steps, and one more task."""
    ids = ("start_probe", "ut_frage", *(key for key, _ in steps), "ut_danach", "end")
    body = (START, task("ut_frage"), *(step for _, step in steps), task("ut_danach"))
    return d.diagram(*body, d.end("end", name="Fertig"), d.chain(*ids), process=NAME)


def put(tmp_path, diagram, **forms):
    """Write the procedure as a folder that can be deployed; return its path."""
    directory = tmp_path / "processes" / NAME
    directory.mkdir(parents=True, exist_ok=True)
    (directory / f"{NAME}.bpmn").write_bytes(diagram)
    wanted = {"frage": form("frage", NUMBER, NOTE), "danach": form("danach", NOTE)} | forms
    place = tmp_path / "forms" / "definitions" / NAME
    place.mkdir(parents=True, exist_ok=True)
    for name, content in wanted.items():
        (place / f"{name}.form").write_text(
            content if isinstance(content, str) else json.dumps(content)
        )
    return directory


def deploy(stage, directory):
    """Take the folder over."""
    folder = deploying.folder(directory)
    with stage.app.app_context():
        return write(lambda session: deploying.deploy(session, folder, now=clock.now()))


def begin(stage, tmp_path, diagram, **forms):
    """Deploy the procedure and start it for a new case."""
    deploy(stage, put(tmp_path, diagram, **forms))
    return stage.start("goe_ifk.a", NAME, "start_probe")
