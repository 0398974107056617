"""Writes a plan as a BPMN diagram."""

from tests.engine.bpmn import drawing
from tests.engine.bpmn.drawing import zeebe
from tests.oracle.plans import CODES, JOBS, MESSAGES, SIGNALS

AROUND = [
    *(drawing.message(name, name, f"= {key}") for name, key in MESSAGES.items()),
    *(drawing.error(f"err_{code}", code) for code in CODES),
    *(drawing.escalation(f"esc_{code}", code) for code in CODES),
    *(drawing.signal(name, name) for name in SIGNALS),
]
CALLED = "anderes_verfahren"


def written(graph):
    """Return the diagram of a plan."""
    return drawing.diagram(*_shapes(graph), around=AROUND)


def _shapes(graph):
    yield from (_node(node) for node in graph.nodes.values())
    for flow in graph.flows:
        condition = flow.condition.text if flow.condition else None
        yield drawing.flow(flow.source, flow.target, condition, id=flow.id)


def _node(node):
    content = [*_extensions(node), *_loop(node), *_again(node), *EVENTS[node.event](node)]
    if node.inner is not None:
        content += _shapes(node.inner)
    if node.ad_hoc is not None:
        return _ad_hoc(node, content)
    kind = "subProcess" if node.kind == "eventSubProcess" else node.kind
    return drawing.node(kind, node.id, *content, **_attributes(node))


def _ad_hoc(node, content):
    rule = node.ad_hoc
    given = {"ordering": "Sequential" if rule.in_turn else "Parallel"}
    given["cancelRemainingInstances"] = str(rule.cancels_rest).lower()
    return drawing.ad_hoc(
        node.id,
        *content,
        condition=rule.enough and rule.enough.text,
        listed=rule.listed and rule.listed.text,
        collects=(rule.collects, rule.result.text) if rule.collects else None,
        **given,
        **_attributes(node),
    )


def _attributes(node):
    found = {}
    if node.host is not None:
        found |= {"attachedToRef": node.host, "cancelActivity": str(node.interrupting).lower()}
    if node.default is not None:
        found["default"] = node.default
    if node.kind == "receiveTask":
        found["messageRef"] = node.message
    if node.kind == "startEvent" and node.event != "none":
        found["isInterrupting"] = str(node.interrupting).lower()
    if node.kind == "eventSubProcess":
        found["triggeredByEvent"] = "true"
    return found


def _extensions(node):
    if node.inputs or node.outputs:
        yield drawing.mapping(
            {target: formula.text for target, formula in node.inputs},
            {target: formula.text for target, formula in node.outputs},
        )
    if node.kind == "callActivity":
        given = {
            "propagateAllParentVariables": str(node.takes_all).lower(),
            "propagateAllChildVariables": str(node.gives_all).lower(),
        }
        yield zeebe("calledElement", processId=CALLED, **given)
    if node.kind in JOBS:
        yield zeebe("taskDefinition", type="tun")
    if node.sets is not None:
        name, formula = node.sets
        yield zeebe("script", expression=formula.text, resultVariable=name)


def _loop(node):
    loop = node.loop
    if loop is None:
        return []
    given = {
        "inputCollection": loop.items and loop.items.text,
        "inputElement": loop.element,
        "outputCollection": loop.collects,
        "outputElement": loop.result and loop.result.text,
    }
    enough = loop.enough and loop.enough.text
    number = loop.times and loop.times.text
    given = {name: value for name, value in given.items() if value}
    return [drawing.several(given, number, condition=enough, sequential=loop.in_turn)]


def _again(node):
    rule = node.again
    if rule is None:
        return []
    given = {"loopMaximum": rule.most, "testBefore": str(rule.asks_first).lower()}
    return [drawing.again(rule.condition and rule.condition.text, **given)]


def _refers(kind, prefix):
    def written(node):
        reference = f' {kind}Ref="{prefix}_{node.code}"' if node.code else ""
        return [f"<bpmn:{kind}EventDefinition{reference}/>"]

    return written


EVENTS = {
    "none": lambda _: [],
    "timer": lambda node: [drawing.timer(node.timer.kind, node.timer.text)],
    "message": lambda node: [drawing.awaits(node.message)] if node.kind != "receiveTask" else [],
    "signal": lambda node: [drawing.signals(node.signal)],
    "conditional": lambda node: [drawing.when(node.condition.text)],
    "link": lambda node: [drawing.link(node.link)],
    "error": _refers("error", "err"),
    "escalation": _refers("escalation", "esc"),
    "terminate": lambda _: [drawing.terminates()],
}
