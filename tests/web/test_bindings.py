"""Forms and decisions of other deployments: shown as they were, no way to what is hidden."""

import json

import pytest
from sqlalchemy import select

from engine import bpmn, clock
from engine.bundle import assemble
from engine.deployment import Folder
from engine.errors import DefinitionInvalid
from engine.model.instance import Instance
from tests.engine.bpmn import drawing as d
from tests.web import small
from tests.web.test_protected_calls import QUESTION, SECRET, reads, steps
from web import deploying, joined_checks, protected_reads
from web.database import db, write

OPEN = SECRET.replace(b'"S8"', b'"S2"')
BINDINGS = [{"bindingType": "latest"}, {}]
DECISION = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
 namespace="t"><decision id="dmn_probe" name="P"><variable name="x"/><literalExpression id="l">
 <text>{text}</text></literalExpression></decision></definitions>"""
READS, HARMLESS = (DECISION.format(text=text).encode() for text in ("frage.notiz", "frage.zahl"))


def bound(**binding):
    shown = d.zeebe("formDefinition", formId="f.frage", **binding)
    return "ut_frage", d.user("ut_frage", shown, d.zeebe("userTask"))


def asked(**binding):
    called = d.zeebe("calledDecision", decisionId="dmn_probe", resultVariable="x", **binding)
    return "prueft", d.node("businessRuleTask", "prueft", called)


def complaints(wanted, *others):
    """Return what is complained about when a folder comes to others."""
    beside = {each.name: assemble(each.files, None) for each in others}
    content = assemble(wanted.files, None)
    found = protected_reads.findings(content, beside)
    found += joined_checks.findings(content, set, beside)
    rules = ("protected-read", "start-form")
    return [(each.file, each.element_id) for each in found if each.rule in rules]


@pytest.mark.parametrize("binding", BINDINGS)
def test_a_decision_of_another_folder_must_not_read_what_is_protected(binding):
    process = steps("p", QUESTION, asked(**binding))
    user = Folder("p", {"p.bpmn": process, "forms/f.frage.form": SECRET})
    assert complaints(user, Folder("q", {"d.dmn": READS})) == [("p.bpmn", "prueft")]
    assert complaints(Folder("q", {"d.dmn": READS}), user) == [("p/p.bpmn", "prueft")]
    assert not complaints(user, Folder("q", {"d.dmn": HARMLESS}))
    assert not complaints(Folder("q", {"d.dmn": HARMLESS}), user)


def test_a_decision_that_comes_later_is_looked_at_although_an_older_one_was_harmless():
    user = Folder("p", {"p.bpmn": steps("p", QUESTION, asked(bindingType="latest"))})
    user.files["forms/f.frage.form"] = SECRET
    before = Folder("q", {"d.dmn": HARMLESS})
    assert complaints(Folder("r", {"d.dmn": READS}), user, before) == [("p/p.bpmn", "prueft")]


def test_a_decision_of_its_own_is_asked_by_nobody_else():
    own = {"p.bpmn": steps("p", QUESTION, asked()), "d.dmn": HARMLESS, "forms/f.frage.form": SECRET}
    assert not complaints(Folder("q", {"d.dmn": READS}), Folder("p", own))


@pytest.mark.parametrize("binding", BINDINGS)
def test_a_form_that_protects_what_a_process_reads_is_refused(binding):
    user = Folder("p", {"p.bpmn": steps("p", bound(**binding), reads())})
    before = Folder("alt", {"x.form": OPEN.replace(b'"id": "f"', b'"id": "f.frage"')})
    later = Folder("neu", {"x.form": SECRET.replace(b'"id": "f"', b'"id": "f.frage"')})
    assert not complaints(user, before)
    assert complaints(later, user, before) == [("p/p.bpmn", "lesen")]
    assert complaints(user, later) == [("p.bpmn", "lesen")]


@pytest.mark.parametrize("binding", BINDINGS)
def test_a_start_form_of_another_folder_must_not_ask_for_what_is_protected(binding):
    shown = d.zeebe("formDefinition", formId="f.frage", **binding)
    process = d.diagram(d.start("start", shown), d.end(), d.chain("start", "end"))
    user = Folder("p", {"p.bpmn": process})
    form = Folder("q", {"forms/f.frage.form": SECRET})
    assert complaints(user, form) == [("p.bpmn", "start")]
    assert complaints(form, user) == [("p/p.bpmn", "start")]
    assert not complaints(Folder("q", {"forms/f.frage.form": OPEN}), user)


def test_a_folder_may_ask_what_lies_beside_it(tmp_path):
    user = steps("p", asked(bindingType="latest"))
    for name, file, content in (("p", "p.bpmn", user), ("q", "d.dmn", HARMLESS)):
        place = tmp_path / "processes" / name
        place.mkdir(parents=True)
        (place / file).write_bytes(content)
    wanted, other = (tmp_path / "processes" / name for name in "pq")
    beside = deploying.neighbours_beside(wanted)
    rules = [each.rule for each in deploying.check(deploying.folder(wanted), None, set, beside)]
    assert (set(beside), "decision-exists" in rules) == ({"q"}, False)
    assert set(deploying.neighbours_beside(other)) == {"p"}
    rules = [each.rule for each in deploying.check(deploying.folder(wanted), None, set)]
    assert "decision-exists" in rules


# --- on the pages -----------------------------------------------------------------------------


def put(stage, name, **files):
    folder = Folder(name, files)
    with stage.app.app_context():
        return write(lambda session: deploying.deploy(session, folder, now=clock.now()))


def labelled(text, **more):
    form = small.form("aussen", small.question("notiz", text)) | more
    return json.dumps(form).encode()


def outside(**binding):
    """A procedure whose first task shows a form that another folder brings."""
    shown = d.zeebe("formDefinition", formId="probe.aussen", **binding)
    own = d.zeebe("formDefinition", formId="probe.frage")
    return small.between().replace(own.encode(), shown.encode())


def test_a_task_goes_on_showing_the_form_that_it_began_with(stage, tmp_path):
    put(stage, "formulare", **{"a.form": labelled("Erste Frage")})
    small.begin(stage, tmp_path, outside(bindingType="latest"))
    put(stage, "formulare", **{"a.form": labelled("Zweite Frage")})
    path = f"/aufgaben/{stage.task('ut_frage')}"
    page = stage.client("goe_ifk.a").get(path).get_data(as_text=True)
    assert ("Erste Frage" in page, "Zweite Frage" in page) == (True, False)
    case = stage.case
    stage.complete("goe_ifk.a", "ut_frage", notiz="erledigt")
    answers = stage.client("goe_ifk.a").get(f"/faelle/{case}/angaben").get_data(as_text=True)
    assert ("Erste Frage" in answers, "erledigt" in answers) == (True, True)


def test_a_form_with_a_tag(stage, tmp_path):
    put(stage, "formulare", **{"a.form": labelled("Erste Frage", versionTag="2026")})
    put(stage, "formulare", **{"a.form": labelled("Zweite Frage")})
    small.begin(stage, tmp_path, outside(bindingType="versionTag", versionTag="2026"))
    path = f"/aufgaben/{stage.task('ut_frage')}"
    assert "Erste Frage" in stage.client("goe_ifk.a").get(path).get_data(as_text=True)


@pytest.mark.parametrize(
    "binding",
    [{"bindingType": "deployment"}, {"bindingType": "versionTag", "versionTag": "x"}],
)
def test_a_form_that_cannot_be_found_is_refused(stage, tmp_path, binding):
    put(stage, "formulare", **{"a.form": labelled("Erste Frage")})
    with pytest.raises(DefinitionInvalid) as refused:
        small.deploy(stage, small.put(tmp_path, outside(**binding)))
    [finding] = refused.value.findings
    assert (finding.rule, finding.element_id) == ("form-exists", "ut_frage")


def test_a_later_form_is_refused_where_it_would_untie_what_was_checked(stage, tmp_path):
    put(stage, "formulare", **{"a.form": labelled("Erste Frage")})
    script = d.script("lesen", "= frage.notiz", "x")
    shown = d.zeebe("formDefinition", formId="probe.aussen", bindingType="latest")
    own = d.zeebe("formDefinition", formId="probe.frage")
    diagram = small.between(("lesen", script)).replace(own.encode(), shown.encode())
    small.deploy(stage, small.put(tmp_path, diagram))
    secret = small.question("notiz", "Notiz", properties={"datenklasse": "S8"})
    with pytest.raises(DefinitionInvalid) as refused:
        put(stage, "formulare", **{"a.form": json.dumps(small.form("aussen", secret)).encode()})
    assert {each.file for each in refused.value.findings} == {"probe/probe.bpmn"}


@pytest.mark.parametrize("binding", [*BINDINGS, {"bindingType": "deployment"}])
def test_a_start_asks_its_form(stage, tmp_path, binding):
    shown = d.zeebe("formDefinition", formId="probe.beginn", **binding)
    diagram = small.between().replace(small.BUTTON.encode(), (small.BUTTON + shown).encode())
    asks = small.form("beginn", small.question("anlass", "Anlass der Anfrage"))
    small.deploy(stage, small.put(tmp_path, diagram, beginn=asks))
    page = stage.client("goe_ifk.a").get("/vorgaenge/probe/start_probe").get_data(as_text=True)
    assert "Anlass der Anfrage" in page
    stage.start("goe_ifk.a", "probe", "start_probe", anlass="Umzug")
    with stage.app.app_context():
        [snapshot] = db.session.scalars(select(Instance.snapshot))
        assert bpmn.variables(snapshot, stage.task("ut_frage"))["anlass"] == "Umzug"


def test_a_start_without_a_message_has_no_form_of_a_button(tmp_path):
    button = small.properties(
        knopf="Los", knopf_gruppen="goe_ifk", knopf_formular="probe.beginn", annahme="ja"
    )
    diagram = small.between().replace(small.BUTTON.encode(), button.encode())
    form = small.form("beginn", small.NUMBER)
    folder = deploying.folder(small.put(tmp_path, diagram, beginn=form))
    [found] = [each for each in deploying.check(folder, None) if each.level == "error"]
    assert (found.rule, found.element_id) == ("start-form", "start_probe")
