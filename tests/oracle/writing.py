"""Writes a plan as a BPMN diagram."""

from tests.engine.bpmn import drawing
from tests.engine.bpmn.drawing import zeebe
from tests.oracle.plans import CODES, JOBS, MESSAGES

AROUND = [
    *(drawing.message(name, name, f"= {key}") for name, key in MESSAGES.items()),
    *(drawing.error(f"err_{code}", code) for code in CODES),
]


def written(graph):
    """Return the diagram of a plan."""
    return drawing.diagram(*_shapes(graph), around=AROUND)


def _shapes(graph):
    yield from (_node(node) for node in graph.nodes.values())
    for flow in graph.flows:
        condition = flow.condition.text if flow.condition else None
        yield drawing.flow(flow.source, flow.target, condition, id=flow.id)


def _node(node):
    content = [*_extensions(node), *_loop(node), *EVENTS[node.event](node)]
    if node.inner is not None:
        content += _shapes(node.inner)
    return drawing.node(node.kind, node.id, *content, **_attributes(node))


def _attributes(node):
    found = {}
    if node.host is not None:
        found |= {"attachedToRef": node.host, "cancelActivity": str(node.interrupting).lower()}
    if node.default is not None:
        found["default"] = node.default
    if node.kind == "receiveTask":
        found["messageRef"] = node.message
    return found


def _extensions(node):
    if node.inputs or node.outputs:
        yield drawing.mapping(
            {target: formula.text for target, formula in node.inputs},
            {target: formula.text for target, formula in node.outputs},
        )
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
        "inputElement": loop.element,
        "outputCollection": loop.collects,
        "outputElement": loop.result and loop.result.text,
    }
    enough = loop.enough and loop.enough.text
    given = {name: value for name, value in given.items() if value}
    return [drawing.loop(loop.items.text, condition=enough, sequential=loop.in_turn, **given)]


def _thrown(node):
    reference = f' errorRef="err_{node.code}"' if node.code else ""
    return [f"<bpmn:errorEventDefinition{reference}/>"]


EVENTS = {
    "none": lambda _: [],
    "timer": lambda node: [drawing.timer(node.timer.kind, node.timer.text)],
    "message": lambda node: [drawing.awaits(node.message)] if node.kind != "receiveTask" else [],
    "error": _thrown,
    "terminate": lambda _: [drawing.terminates()],
}
