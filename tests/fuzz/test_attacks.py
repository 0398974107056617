"""Attack strings on every place of a diagram and of a form where an expression or name stands."""

import json
from pathlib import Path
from random import Random

import pytest
from lxml import etree

from tests.engine.bpmn import drawing as draw
from tests.engine.bpmn.drawing import zeebe
from tests.fuzz.attacks import attacks
from tests.fuzz.conftest import MORE, bounded
from tests.fuzz.running import VALUES, played
from tests.fuzz.test_forms import SOURCES, used

pytestmark = pytest.mark.slow

MAPPED = draw.mapping({"kurz": "= a"}, {"lang": "= a"})
ASSIGNED = (
    zeebe("formDefinition", formId="probe.form"),
    zeebe("assignmentDefinition", assignee="ada", candidateGroups="= g", candidateUsers="= g"),
    zeebe("taskSchedule", dueDate="= now()", followUpDate="= now()"),
    zeebe("priorityDefinition", priority="50"),
    zeebe("properties", zeebe("property", name="quelle", value="KIBIZ-001")),
)
REPEATED = draw.loop(
    "= l",
    condition="= numberOfCompletedInstances > 5",
    inputElement="x",
    outputCollection="r",
    outputElement="= x",
)
#: Each place meets every third attack, in a long run every one.
SHARE = 3 if MORE == 1 else 1
HEADERS = zeebe("taskHeaders", zeebe("header", key="vorlage", value="L28"))
TALKATIVE = draw.diagram(
    draw.start(),
    draw.user("u", *ASSIGNED, MAPPED, REPEATED, "<bpmn:documentation>Warum</bpmn:documentation>"),
    draw.boundary("frist", "u", draw.timer("timeCycle", "R3/P1D"), interrupting=False),
    draw.boundary("fehler", "u", draw.throws("err")),
    draw.job("j", HEADERS, MAPPED, zeebe("properties", zeebe("property", name="n", value="w"))),
    draw.script("s", "= a + 1", "ergebnis"),
    draw.decide("d", "wahl", "r"),
    draw.catch("t", draw.timer("timeDate", "= now()")),
    draw.catch("m1", draw.awaits("m")),
    draw.xor("g", default="g_end"),
    draw.end("end", draw.mapping(outputs={"schluss": "= 1"})),
    draw.chain("start", "u", "j", "s", "t", "m1", "d", "g", "end"),
    draw.flow("g", "u", "= a > 5"),
    draw.chain("frist", "end"),
    draw.chain("fehler", "end"),
    around=[draw.message("m", "msg_a"), draw.error("err", "E1")],
)


def places(source):
    """Yield for each attribute and text of a diagram a function that replaces it."""
    tree = etree.fromstring(source)
    for number, node in enumerate(tree.iter("*")):
        for name in node.attrib:
            yield number, name
        if node.text and node.text.strip():
            yield number, None


def replaced(source, place, text):
    number, name = place
    tree = etree.fromstring(source)
    node = list(tree.iter("*"))[number]
    if name is None:
        node.text = text
    else:
        node.set(name, text)
    return etree.tostring(tree)


@pytest.mark.parametrize("part", range(3))
def test_attack_in_a_diagram_never_runs(part, tmp_path, acts):
    accepted = 0
    every = list(places(TALKATIVE))
    assert len(every) > 100
    for number, place in list(enumerate(every))[part::3]:
        random = Random(number)
        for text in attacks(tmp_path)[number % SHARE :: SHARE]:
            accepted += played(replaced(TALKATIVE, place, text), random)
    assert accepted > 50, "names and labels may be any text"
    assert acts == []
    assert list(tmp_path.iterdir()) == []


def test_attack_in_a_variable_never_runs(tmp_path, acts):
    for number, text in enumerate(attacks(tmp_path)):
        given = dict.fromkeys(VALUES, text) | {"l": [text, {"x": text}], text: 1}
        assert played(TALKATIVE, Random(number), given)
    assert acts == []
    assert list(tmp_path.iterdir()) == []


def leaves(value, path=()):
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in pairs:
            yield from leaves(inner, (*path, key))
    elif isinstance(value, str):
        yield path


def form_with(source, path, text):
    document = json.loads(source)
    holder = document
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = text
    return json.dumps(document).encode()


def test_attack_in_a_form_never_runs(tmp_path, acts):
    texts = attacks(tmp_path)
    accepted = 0
    for source in SOURCES[::3]:
        for number, path in enumerate(leaves(json.loads(source))):
            content = form_with(source, path, texts[number % len(texts)])
            with bounded():
                accepted += used(content, Random(number))
    assert accepted > 20
    assert acts == []
    assert list(tmp_path.iterdir()) == []


def test_watch_would_notice(tmp_path, acts):
    trap = Path(attacks(tmp_path)[1].split("'")[1])
    eval(f"open({str(trap)!r}, 'w').close()")
    assert trap.exists()
    assert acts
