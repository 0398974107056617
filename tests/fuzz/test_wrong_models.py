"""Sound random models with one mistake each: found, named in German, at the element."""

from random import Random

import pytest
from lxml import etree

from engine import bpmn
from tests.oracle.growing import plan_of
from tests.oracle.writing import written

pytestmark = pytest.mark.slow

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
FOREIGN = "{urn:fremd}"
SEEDS = 12


def any_of(root, random, *names):
    """Return a random element of these names, or None."""
    found = [node for name in names for node in root.iter(f"{BPMN}{name}")]
    return random.choice(found) if found else None


def element(kind):
    return f"{BPMN}{kind}"


def start_of(root):
    return next(root.iter(element("startEvent")))


def added(root, kind, **facts):
    """Put an element into the process."""
    return etree.SubElement(next(root.iter(element("process"))), element(kind), facts)


def linked(root, source, target, number=0):
    return added(root, "sequenceFlow", id=f"neu{number}", sourceRef=source, targetRef=target)


def behind_start(root, kind, **facts):
    """Put an element into the process and let it be reached."""
    linked(root, start_of(root).get("id"), "neues")
    return added(root, kind, id="neues", **facts)


def duplicate_id(root, random):
    one, other = random.sample(list(root.iter(element("sequenceFlow"))), 2)
    one.set("id", other.get("id"))


def missing_id(root, random):
    del any_of(root, random, "sequenceFlow").attrib["id"]


def missing_target(root, random):
    any_of(root, random, "sequenceFlow").set("targetRef", "gibt_es_nicht")


def flow_to_a_flow(root, random):
    flow, other = random.sample(list(root.iter(element("sequenceFlow"))), 2)
    flow.set("targetRef", other.get("id"))


def flow_without_ends(root, random):
    flow = any_of(root, random, "sequenceFlow")
    del flow.attrib["sourceRef"], flow.attrib["targetRef"]


def flow_out_of_the_end(root, random):
    linked(root, any_of(root, random, "endEvent").get("id"), start_of(root).get("id"))


def lonely_element(root, random):
    added(root, "userTask", id="allein")


def lonely_join(root, random):
    added(root, "parallelGateway", id="zu")
    for number in range(2):
        added(root, "userTask", id=f"allein{number}")
        linked(root, f"allein{number}", "zu", number)
    linked(root, "zu", any_of(root, random, "endEvent").get("id"), 2)


def unknown_kind(root, random):
    any_of(root, random, "userTask", "startEvent").tag = element("erfundenes")


def foreign_namespace(root, random):
    any_of(root, random, "endEvent").tag = f"{FOREIGN}endEvent"


def no_namespace(root, random):
    any_of(root, random, "endEvent").tag = "endEvent"


def attached_to_nothing(root, random):
    host = random.choice(["gibt_es_nicht", "", "rand_neu"])
    event = added(root, "boundaryEvent", id="rand_neu", attachedToRef=host)
    etree.SubElement(event, element("timerEventDefinition"))


def default_elsewhere(root, random):
    any_of(root, random, "startEvent").set("default", "gibt_es_nicht")


def two_starts(root, random):
    start = start_of(root).get("id")
    first = next(f for f in root.iter(element("sequenceFlow")) if f.get("sourceRef") == start)
    added(root, "startEvent", id="noch_ein_start")
    linked(root, "noch_ein_start", first.get("targetRef"))


def no_start(root, random):
    for start in list(root.iter(element("startEvent"))):
        start.getparent().remove(start)


def not_executable(root, random):
    del next(root.iter(element("process"))).attrib["isExecutable"]


def message_without_declaration(root, random):
    event = behind_start(root, "intermediateCatchEvent")
    etree.SubElement(event, element("messageEventDefinition"), {"messageRef": "fehlt"})


def bad_timer(root, random):
    event = behind_start(root, "intermediateCatchEvent")
    timer = etree.SubElement(event, element("timerEventDefinition"))
    kind = random.choice(["timeDate", "timeDuration", "timeCycle"])
    etree.SubElement(timer, element(kind)).text = random.choice(["", "morgen", "P1X", "R/R", "1"])


def broken_expression(root, random):
    behind_start(root, "exclusiveGateway")
    for number in (1, 2):
        added(root, "endEvent", id=f"ende_neu{number}")
        flow = linked(root, "neues", f"ende_neu{number}", number)
        broken = random.choice(["= a ==== b", "a > 1", "= (", "= if a then"])
        etree.SubElement(flow, element("conditionExpression")).text = broken


def calls_itself(root, random):
    behind_start(root, "callActivity", calledElement=next(root.iter(element("process"))).get("id"))


MISTAKES = {
    duplicate_id: {"id-doppelt"},
    missing_id: {"id-fehlt"},
    missing_target: {"fluss-ohne-ende"},
    flow_to_a_flow: {"fluss-ohne-ende"},
    flow_without_ends: {"fluss-ohne-ende"},
    flow_out_of_the_end: {"fluss-aus-ende"},
    lonely_element: {"unerreichbar"},
    lonely_join: {"unerreichbar"},
    unknown_kind: {"unbekanntes-element"},
    foreign_namespace: {"fluss-ohne-ende", "start", "unbekanntes-element"},
    no_namespace: {"unbekanntes-element"},
    attached_to_nothing: {"anhaftung"},
    default_elsewhere: {"standardfluss"},
    two_starts: {"start"},
    no_start: {"start"},
    not_executable: {"nicht-ausfuehrbar"},
    message_without_declaration: {"nachricht-fehlt"},
    bad_timer: {"zeitangabe"},
    broken_expression: {"ausdruck"},
    calls_itself: {"aufruf"},
}


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.__name__)
def test_mistake_is_found(mistake, seed):
    random = Random(seed)
    sound = written(plan_of(seed))
    assert bpmn.check(sound, file="x.bpmn") == []
    root = etree.fromstring(sound)
    mistake(root, random)
    findings = bpmn.check(etree.tostring(root), file="x.bpmn")
    assert {finding.rule for finding in findings} & MISTAKES[mistake]
    for finding in findings:
        assert finding.message[0].isupper() or finding.message[0] == "„"
        assert finding.file == "x.bpmn"
