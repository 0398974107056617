"""What only diagram, forms and groups together show."""

import pytest

from engine.errors import DefinitionInvalid
from engine.model.group import CandidateGroup
from tests.engine.bpmn import drawing as d
from tests.web import small
from web import deploying
from web.database import db, write

SECRET = small.question("notiz", "Notiz", properties={"datenklasse": "A8"})
FILE = small.question("beleg", "Beleg", "filepicker")


def complaints(tmp_path, diagram, **forms):
    folder = deploying.folder(small.put(tmp_path, diagram, **forms))
    found = deploying.check(folder, None)
    return [(f.element_id, f.rule, f.message) for f in found if f.level == "error"]


def grouped(groups):
    return small.between().replace(
        b'candidateGroups="goe_ifk"', f'candidateGroups="{groups}"'.encode()
    )


def test_a_group_that_does_not_exist_is_named_with_its_tasks(tmp_path):
    found = complaints(tmp_path, grouped("goe_ifk, goe_ifkk"))
    assert [key for key, _, _ in found] == ["ut_frage", "ut_danach"]
    assert all("„goe_ifkk“" in message for _, _, message in found)


def test_a_button_for_nobody(tmp_path):
    wrong = small.properties(knopf="Los", knopf_gruppen="goe_ifk,goe_iffk", annahme="ja")
    diagram = small.between().replace(small.BUTTON.encode(), wrong.encode())
    [(key, _, message)] = complaints(tmp_path, diagram)
    assert (key, "„goe_iffk“" in message) == ("start_probe", True)


@pytest.mark.parametrize("groups", ["goe_ifk", " goe_ifk , goe_asd,", "=[&quot;nirgends&quot;]"])
def test_known_groups_and_expressions_are_fine(tmp_path, groups):
    assert not complaints(tmp_path, grouped(groups))


def test_a_task_for_nobody(tmp_path):
    nobody = small.between().replace(b'candidateGroups="goe_ifk"', b'candidateGroups=" , "')
    found = complaints(tmp_path, nobody)
    assert [(key, "niemand" in message) for key, _, message in found] == [
        ("ut_frage", True),
        ("ut_danach", True),
    ]


@pytest.mark.parametrize("somebody", ['assignee="= wer"', 'candidateUsers="goe_ifk.a"'])
def test_a_task_for_a_person_needs_no_group(tmp_path, somebody):
    named = small.between().replace(b'candidateGroups="goe_ifk"', somebody.encode())
    assert not complaints(tmp_path, named)


def test_deploying_asks_for_the_groups_of_the_installation(stage, tmp_path):
    with stage.app.app_context():
        write(lambda s: s.add(CandidateGroup(id="goe_neu", mandant_id="goe", name="Neu")))
    small.deploy(stage, small.put(tmp_path, grouped("goe_neu")))
    with stage.app.app_context():
        write(lambda s: s.execute(db.delete(CandidateGroup).where(CandidateGroup.id == "goe_neu")))
    with pytest.raises(DefinitionInvalid) as refused:
        small.deploy(stage, small.put(tmp_path, grouped("goe_neu,goe_ifk")))
    assert [f.element_id for f in refused.value.findings] == ["ut_frage", "ut_danach"]


def asking(form_id="probe.beginn", **binding):
    asked = d.zeebe("formDefinition", formId=form_id, **binding)
    return small.between().replace(small.BUTTON.encode(), (small.BUTTON + asked).encode())


@pytest.mark.parametrize(("asked", "path"), [(SECRET, "notiz"), (FILE, "beleg")])
def test_a_start_must_not_ask_what_only_a_case_can_keep(tmp_path, asked, path):
    form = small.form("beginn", small.NUMBER, asked)
    [(key, rule, message)] = complaints(tmp_path, asking(), beginn=form)
    assert (key, rule) == ("start_probe", "start-form")
    assert f"„{path}“" in message


def test_a_start_may_ask_the_rest(tmp_path):
    assert not complaints(tmp_path, asking(), beginn=small.form("beginn", small.NUMBER))


def test_a_button_within_a_case_may_ask_for_both(tmp_path):
    button = small.properties(
        knopf="Melden", knopf_gruppen="goe_ifk", knopf_formular="probe.melden", annahme="ja"
    )
    caught = d.boundary("bd", "ut_frage", button, d.awaits("m"), interrupting=False)
    ways = d.chain("start_probe", "ut_frage", "ut_danach", "end") + d.chain("bd", "aus")
    body = (small.START, small.task("ut_frage"), small.task("ut_danach"), d.end("end"))
    around = (d.message("m", "msg_melden"),)
    diagram = d.diagram(*body, caught, d.end("aus"), ways, process=small.NAME, around=around)
    assert not complaints(tmp_path, diagram, melden=small.form("melden", SECRET, FILE))


def test_forms_that_do_not_exist(tmp_path):
    found = complaints(tmp_path, asking("probe.fehlt"))
    assert [(key, rule) for key, rule, _ in found] == [("start_probe", "form-exists")]


@pytest.mark.parametrize(
    "event", [d.signals("s"), d.timer("timeDate", "2031-01-01"), d.when("= a")]
)
def test_a_button_that_nobody_would_ever_see(tmp_path, event):
    button = small.properties(knopf="Los", knopf_gruppen="goe_ifk", annahme="ja", mandant="goe")
    waits = d.catch("warten", button, event)
    diagram = small.between(("warten", waits))
    loud = d.signal("s", "laut").encode()
    diagram = diagram.replace(b"<bpmn:process ", loud + b"<bpmn:process ", 1)
    assert [(key, rule) for key, rule, _ in complaints(tmp_path, diagram)] == [
        ("warten", "button-event")
    ]


def test_a_start_of_several_messages_is_complained_about_once(tmp_path):
    button = small.properties(
        knopf="Los", knopf_gruppen="goe_ifk", knopf_formular="probe.beginn", annahme="ja"
    )
    several = d.start("start_probe", button, d.awaits("m"), d.awaits("n"), name="Probe")
    around = "".join((d.message("m", "msg_eins"), d.message("n", "msg_zwei"))).encode()
    diagram = small.between().replace(small.START.encode(), several.encode())
    diagram = diagram.replace(b"<bpmn:process ", around + b"<bpmn:process ", 1)
    form = small.form("beginn", small.NUMBER, SECRET)
    assert [rule for _, rule, _ in complaints(tmp_path, diagram, beginn=form)] == ["start-form"]
