"""A protected answer stays one in every process that a call hands it to, or brings it back to."""

import pytest

from engine import deployment
from engine.bundle import assemble
from engine.deployment import Folder
from tests.engine.bpmn import drawing as d
from web import protected_reads

SECRET = (
    b'{"type": "default", "id": "f", "schemaVersion": 19, "components": [{"type": "textfield",'
    b' "id": "feld", "key": "notiz", "label": "Notiz", "properties": {"datenklasse": "S8"}}]}'
)
ASKS = d.user("ut_frage", d.zeebe("formDefinition", formId="f.frage"), d.zeebe("userTask"))
PICKED = {"propagateAllParentVariables": "false"}
KEPT = {"propagateAllChildVariables": "false"}


def steps(process, *given):
    ids = ("start", *(key for key, _ in given))
    body = (each for _, each in given)
    return d.diagram(d.start(), *body, d.chain(*ids), process=process)


def reads(text="= frage.notiz"):
    return "lesen", d.script("lesen", text, "x")


def calls(target, *content, **attributes):
    return "ruf", d.call("ruf", target, *content, **attributes)


QUESTION = ("ut_frage", ASKS)


def folder(name, *diagrams):
    files = {f"{name}{number}.bpmn": content for number, content in enumerate(diagrams)}
    return Folder(name, {**files, "forms/f.frage.form": SECRET})


def complaints(wanted, *others):
    """Return file and element of what is complained about when a folder comes to others."""
    bundle = assemble(wanted.files, None)
    beside = {each.name: assemble(each.files, None) for each in others}
    for each in (wanted, *others):
        assert not [f for f in deployment.check(each, None) if f.level == "error"]
    return [(found.file, found.element_id) for found in protected_reads.findings(bundle, beside)]


@pytest.mark.parametrize("target", ["kind", '= "kind"', "= wahl"])
def test_a_called_process_must_not_read_what_it_is_handed(target):
    asking = steps("p", QUESTION, calls(target))
    child = steps("kind", reads())
    assert complaints(folder("p", asking, child)) == [("p1.bpmn", "lesen")]
    assert complaints(folder("kind", child), folder("p", asking)) == [("kind0.bpmn", "lesen")]


def test_a_folder_that_hands_answers_to_readers_is_refused():
    asking, child = steps("p", QUESTION, calls("kind")), folder("kind", steps("kind", reads()))
    assert complaints(folder("p", asking), child) == [("kind/kind0.bpmn", "lesen")]
    assert not complaints(folder("p", steps("p", QUESTION, calls("kind", **PICKED))), child)


def test_answers_go_through_processes_between():
    between = folder("mitte", steps("mitte", calls("kind")))
    child = folder("kind", steps("kind", reads()))
    asking = folder("p", steps("p", QUESTION, calls("mitte")))
    assert complaints(asking, between, child) == [("kind/kind0.bpmn", "lesen")]
    assert not complaints(between, child)


def test_the_caller_must_not_read_what_comes_back():
    child = folder("kind", steps("kind", QUESTION))
    caller = folder("p", steps("p", calls("kind"), reads()))
    assert complaints(caller, child) == [("p0.bpmn", "lesen")]
    assert complaints(child, caller) == [("p/p0.bpmn", "lesen")]
    kept = folder("p", steps("p", calls("kind", **KEPT), reads()))
    assert not complaints(kept, child)


def test_output_mappings_must_not_take_answers_out_of_a_child():
    child = folder("kind", steps("kind", QUESTION))
    taken = d.mapping(outputs={"w": "= frage.notiz"})
    caller = folder("p", steps("p", calls("kind", taken, **KEPT)))
    assert complaints(caller, child) == [("p0.bpmn", "ruf")]
    other = d.mapping(outputs={"w": "= frage.zahl"})
    assert not complaints(folder("p", steps("p", calls("kind", other), reads())), child)


def test_answers_of_one_child_reach_the_next():
    first = folder("eins", steps("eins", QUESTION))
    second = folder("zwei", steps("zwei", reads()))
    caller = steps("p", calls("eins"), ("ruf2", d.call("ruf2", "zwei")))
    assert complaints(folder("p", caller), first, second) == [("zwei/zwei0.bpmn", "lesen")]


def test_what_children_give_for_each_item_stays_protected():
    child = folder("kind", steps("kind", QUESTION))
    each = d.loop("= [1]", outputCollection="alle", outputElement="= frage")
    caller = steps("p", calls("kind", each), reads("= alle[1].notiz"))
    assert complaints(folder("p", caller), child) == [("p0.bpmn", "lesen")]


def test_processes_that_nothing_joins_know_nothing_of_each_other():
    assert not complaints(folder("p", steps("p", QUESTION)), folder("kind", steps("kind", reads())))


def test_a_decision_must_not_read_what_its_process_is_handed():
    table = (
        b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"'
        b' namespace="t"><decision id="dmn_probe" name="P"><variable name="x"/>'
        b'<literalExpression id="l"><text>frage.notiz</text></literalExpression></decision>'
        b"</definitions>"
    )
    decides = steps("kind", ("prueft", d.decide("prueft", "dmn_probe", "x")))
    child = Folder("kind", {"kind.bpmn": decides, "kind.dmn": table})
    asking = folder("p", steps("p", QUESTION, calls("kind")))
    assert complaints(child, asking) == [("kind.dmn", "l")]
    assert complaints(asking, child) == [("kind/kind.dmn", "l")]
