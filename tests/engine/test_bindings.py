"""Which version of a decision or form an element means, at deployment and while it runs."""

import pytest
from sqlalchemy import event

from engine import bindings, bpmn, definitions, migration
from engine.bpmn import Bound
from engine.deployment import SHARED, Folder
from engine.errors import DefinitionInvalid
from engine.model.form import FormDefinition
from engine.model.user_task import UserTask
from tests.engine.bpmn.drawing import chain, diagram, node, start, zeebe
from tests.engine.office import task
from tests.engine.test_versions import form, model

LATEST = {"bindingType": "latest"}
OWN = {"bindingType": "deployment"}


def tagged(tag):
    return {"bindingType": "versionTag", "versionTag": tag}


def decides(**binding):
    """A process that asks a decision and then somebody."""
    called = zeebe("calledDecision", decisionId="wahl", resultVariable="r", **binding)
    rule = node("businessRuleTask", "x", called)
    return diagram(start(), rule, task("z"), chain("start", "x", "z"))


def asks(**binding):
    """A process that shows a form."""
    shown = zeebe("formDefinition", formId="f", **binding)
    return diagram(start(), task("a", shown), chain("start", "a"))


def put(office, name, **files):
    return office.take_over(Folder(name, files))


def decided(office):
    """Run the process; return what was decided."""
    number = office.begin()
    [waiting] = office.rows(UserTask, instance_id=number)
    return bpmn.variables(office.instance(number).snapshot, waiting.id)["r"]


# --- decisions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("binding", "own", "expected"),
    [
        ({}, True, 1),
        ({}, False, 3),
        (OWN, True, 1),
        (LATEST, True, 3),
        (LATEST, False, 3),
        (tagged("gut"), False, 2),
        (tagged("gut"), True, 2),
    ],
)
def test_which_version_decides(office, binding, own, expected):
    put(office, "andere", **{"d.dmn": model(0)})
    files = {"own.dmn": model(1)} if own else {}
    put(office, "andere", **{"d.dmn": model(2, "gut")})
    put(office, "p", **{"p.bpmn": decides(**binding), **files})
    put(office, "andere", **{"d.dmn": model(3)})
    assert decided(office) == expected


def test_a_running_instance_asks_what_is_the_newest_then(office):
    put(office, "andere", **{"d.dmn": model(1)})
    put(office, "p", **{"p.bpmn": decides(**LATEST)})
    assert decided(office) == 1
    put(office, "dritte", **{"e.dmn": model(2)})
    assert decided(office) == 2


@pytest.mark.parametrize("binding", [{}, OWN])
def test_the_shared_folder_counts_as_own(office, binding):
    put(office, SHARED, **{"d.dmn": model(1)})
    put(office, "p", **{"p.bpmn": decides(**binding)})
    put(office, "andere", **{"d.dmn": model(2)})
    assert decided(office) == 1


def test_a_decision_from_elsewhere_brings_the_functions_that_it_calls(office):
    helper = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="h" name="h"
     namespace="t"><businessKnowledgeModel id="doppelt" name="doppelt"><variable name="doppelt"/>
     <encapsulatedLogic><formalParameter name="zahl"/><literalExpression><text>zahl * {by}</text>
     </literalExpression></encapsulatedLogic></businessKnowledgeModel></definitions>"""
    theirs = {"h.dmn": helper.format(by=2).encode(), "d.dmn": model("doppelt(21)")}
    put(office, "andere", **theirs)
    own = {"p.bpmn": decides(**LATEST), "h.dmn": helper.format(by=0).encode()}
    put(office, "p", **own)
    assert decided(office) == 42


@pytest.mark.parametrize(
    ("binding", "hint"),
    [
        ({}, "weder in diesem Ordner noch in einem anderen"),
        (LATEST, "weder in diesem Ordner noch in einem anderen"),
        (OWN, "Bitte legen Sie die Datei dazu"),
        (tagged("fehlt"), "„fehlt“ (versionTag)"),
    ],
)
def test_what_exists_nowhere_is_refused(office, binding, hint):
    if binding in (OWN, tagged("fehlt")):
        put(office, "andere", **{"d.dmn": model(1, "da")})
    with pytest.raises(DefinitionInvalid) as refused:
        put(office, "p", **{"p.bpmn": decides(**binding)})
    [finding] = refused.value.findings
    assert (finding.rule, finding.element_id) == ("decision-exists", "x")
    assert hint in finding.message


def test_own_decisions_cost_no_statement(office, session):
    put(office, "p", **{"p.bpmn": decides(), "d.dmn": model()})
    definition = definitions.latest(session, "p")
    seen = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: seen.append(given[2]))
    found = bindings.Decisions(session, definition)
    assert found[Bound("wahl")].id == "wahl"
    assert bindings.form_key(session, definition, None) is None
    assert seen == []
    newest = found[Bound("wahl", "latest")]
    lookups = len(seen)
    assert found[Bound("wahl", "latest")] is newest
    assert len(seen) == lookups > 0


# --- forms ------------------------------------------------------------------------------------


def shown(office):
    """Return the version of the form that the open task shows; None if it is its own's."""
    key = office.task("a").form_key
    return office.session.get(FormDefinition, key).version if key else None


@pytest.mark.parametrize(
    ("binding", "own", "expected"),
    [({}, True, None), (OWN, True, None), ({}, False, 1), (LATEST, False, 1), (LATEST, True, 2)],
)
def test_which_form_a_task_shows(office, binding, own, expected):
    put(office, "andere", **{"x.form": form()})
    put(office, "p", **{"p.bpmn": asks(**binding), **({"forms/f.form": form()} if own else {})})
    office.begin()
    assert shown(office) == expected


def test_a_form_with_a_tag(office):
    for tag in ("gut", "schlecht"):
        put(office, "andere", **{"x.form": form(tag)})
    put(office, "p", **{"p.bpmn": asks(**tagged("gut"))})
    office.begin()
    assert shown(office) == 1


def test_an_open_task_keeps_its_form(office, session):
    put(office, "andere", **{"x.form": form("eins")})
    put(office, "p", **{"p.bpmn": asks(**LATEST)})
    office.begin()
    put(office, "andere", **{"x.form": form("zwei")})
    waiting, definition = office.task("a"), definitions.latest(session, "p")
    content = bindings.with_form(session, definition, waiting.form_key)
    assert content.form("f") == form("eins")
    office.complete("a")
    office.begin()
    assert shown(office) == 2


def test_a_task_that_moves_to_another_version_shows_what_that_one_means(office, session):
    put(office, "andere", **{"x.form": form("eins")})
    put(office, "p", **{"p.bpmn": asks(**LATEST)})
    number = office.begin()
    new = put(office, "p", **{"p.bpmn": asks(**OWN), "forms/f.form": form("own")})
    [definition] = new.definitions
    migration.migrate(session, [number], definition, {}, by=office.by())
    assert shown(office) is None
