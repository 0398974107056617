"""Every place of a diagram where an expression may stand is known to whoever looks for them."""

import pytest

from engine import bpmn
from engine.bpmn.extensions import KNOWN, PARTS
from tests.engine.bpmn import drawing as d

SIGN = "= merkmal"
#: Attributes of extension elements that are names or choices, and stand for themselves.
PLAIN = {
    *("adHoc.outputCollection", "calledDecision.resultVariable", "calledElement.bindingType"),
    *("calledDecision.bindingType", "formDefinition.bindingType"),
    *("calledDecision.versionTag", "formDefinition.versionTag"),
    *("calledElement.propagateAllChildVariables", "calledElement.propagateAllParentVariables"),
    *("calledElement.versionTag", "conditionalFilter.variableEvents"),
    *("conditionalFilter.variableNames", "formDefinition.formId", "header.key", "header.value"),
    *("input.target", "loopCharacteristics.inputElement", "loopCharacteristics.outputCollection"),
    *("output.target", "property.name", "property.value", "script.resultVariable"),
    "versionTag.value",
}


def user(name, attribute):
    return d.user("x", d.zeebe("userTask"), d.zeebe(name, **{attribute: SIGN}))


def listed(**attributes):
    return d.job("x", d.loop(**({"collection": "= liste"} | attributes)))


def chosen(**attributes):
    return d.ad_hoc("x", d.user("innen"), **attributes)


EXTENSIONS = {
    "adHoc.activeElementsCollection": chosen(listed=SIGN),
    "adHoc.outputElement": chosen(collects=("alle", SIGN)),
    "assignmentDefinition.assignee": user("assignmentDefinition", "assignee"),
    "assignmentDefinition.candidateGroups": user("assignmentDefinition", "candidateGroups"),
    "assignmentDefinition.candidateUsers": user("assignmentDefinition", "candidateUsers"),
    "calledDecision.decisionId": d.decide("x", SIGN, "r"),
    "calledElement.processId": d.call("x", SIGN),
    "input.source": d.job("x", d.mapping({"a": SIGN})),
    "loopCharacteristics.inputCollection": listed(collection=SIGN),
    "loopCharacteristics.outputElement": listed(outputCollection="alle", outputElement=SIGN),
    "output.source": d.job("x", d.mapping(outputs={"a": SIGN})),
    "priorityDefinition.priority": user("priorityDefinition", "priority"),
    "script.expression": d.script("x", SIGN, "r"),
    "subscription.correlationKey": d.catch("x", d.awaits("m")),
    "taskDefinition.retries": d.node(
        "serviceTask", "x", d.zeebe("taskDefinition", type="tun", retries=SIGN)
    ),
    "taskDefinition.type": d.job("x", type=SIGN),
    "taskSchedule.dueDate": user("taskSchedule", "dueDate"),
    "taskSchedule.followUpDate": user("taskSchedule", "followUpDate"),
}
#: Where BPMN itself has a text of that kind.
TEXTS = {
    "ad hoc, completionCondition": chosen(condition=SIGN),
    "completionCondition": d.job("x", d.loop("= liste", condition=SIGN)),
    "condition": d.catch("x", d.when(SIGN)),
    "error": d.end("x", d.throws("f")),
    "escalation": d.throw("x", d.escalates("e")),
    "loopCardinality": d.job("x", d.times(SIGN)),
    "loopCondition": d.job("x", d.again(SIGN)),
    "message": d.catch("x", d.awaits("n")),
    "payload of an error": d.end("x", d.mapping({"a": SIGN}), d.throws("h")),
    "payload of an escalation": d.throw("x", d.mapping({"a": SIGN}), d.escalates("k")),
    "payload of a signal": d.throw("x", d.mapping({"a": SIGN}), d.signals("l")),
    "mapping of a call": d.call("x", "kind", d.mapping({"a": SIGN})),
    "mapping of a compensation": d.throw("x", d.mapping(outputs={"a": SIGN}), d.compensates()),
    "signal thrown": d.throw("x", d.signals("s")),
    "signal awaited": d.catch("x", d.signals("s")),
    "timeCycle": d.boundary("x", "wirt", d.timer("timeCycle", SIGN), interrupting=False)
    + d.end("ende")
    + d.flow("x", "ende"),
    "timeDate": d.catch("x", d.timer("timeDate", SIGN)),
    "timeDuration": d.catch("x", d.timer("timeDuration", SIGN)),
    "one of several": d.node(
        "intermediateCatchEvent", "x", d.awaits("g"), d.timer("timeDate", SIGN)
    ),
}
AROUND = (
    *(d.message("m", "ruf", SIGN), d.message("n", SIGN), d.message("g", "ruf")),
    *(d.signal("s", SIGN), d.signal("l", "laut"), d.error("f", SIGN), d.error("h", "f1")),
    *(d.escalation("e", SIGN), d.escalation("k", "e1")),
)


def uses(element):
    """Return the raw texts of the element "x" of a diagram."""
    body = [d.start(), d.job("wirt"), element, d.chain("start", "wirt")]
    if "boundaryEvent" not in element:
        body.append(d.flow("wirt", "x"))
    content = d.diagram(*body, around=AROUND)
    errors = [found for found in bpmn.check(content, file="p.bpmn") if found.level == "error"]
    assert not errors, errors
    [process] = bpmn.parse(content, file="p.bpmn")
    return [use.raw for use in bpmn.uses_of(process.elements["x"])]


def test_every_attribute_of_an_extension_is_a_plain_word_or_may_be_an_expression():
    known = {f"{name}.{each}" for name, attributes in KNOWN.items() for each in attributes}
    for parts, attributes in PARTS.values():
        known |= {f"{part}.{each}" for part in parts for each in attributes}
    # Inputs and outputs, headers and properties share a row each.
    known -= {"output.key", "input.key"}
    assert known == PLAIN | EXTENSIONS.keys()
    assert not PLAIN & EXTENSIONS.keys()


@pytest.mark.parametrize("place", [*EXTENSIONS, *TEXTS])
def test_every_expression_is_found(place):
    element = EXTENSIONS.get(place) or TEXTS[place]
    assert SIGN in uses(element)


@pytest.mark.parametrize("kind", ["exclusiveGateway", "inclusiveGateway", "userTask"])
def test_conditions_of_flows_are_found_at_what_they_leave(kind):
    ways = d.flow("x", "ende", SIGN) + d.flow("x", "sonst", id="sonst_weg")
    body = d.node(kind, "x", default="sonst_weg"), d.end("ende"), d.end("sonst"), ways
    assert SIGN in uses("".join(body))
