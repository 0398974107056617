"""Writes minimal diagrams as text: one function per shape, nothing drawn."""

from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="defs" targetNamespace="t">'
)


def diagram(*body, process="p", around=()):
    """A file with one executable process."""
    inner = f'<bpmn:process id="{process}" isExecutable="true">{"".join(body)}</bpmn:process>'
    return file(*around, inner)


def file(*parts):
    return f"{HEAD}{''.join(parts)}</bpmn:definitions>".encode()


def node(kind, element_id, *content, **attributes):
    given = "".join(f" {name}={quoteattr(str(value))}" for name, value in attributes.items())
    extensions = "".join(each for each in content if each.startswith("<zeebe:"))
    rest = "".join(each for each in content if not each.startswith("<zeebe:"))
    wrapped = f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>" if extensions else ""
    return f'<bpmn:{kind} id="{element_id}"{given}>{wrapped}{rest}</bpmn:{kind}>'


def flow(source, target, condition=None, *, id=None):
    inner = ""
    if condition is not None:
        inner = (
            '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">'
            f"{escape(condition)}</bpmn:conditionExpression>"
        )
    flow_id = id or f"{source}_{target}"
    return (
        f'<bpmn:sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">'
        f"{inner}</bpmn:sequenceFlow>"
    )


def chain(*ids):
    return "".join(flow(one, other) for one, other in pairwise(ids))


def start(element_id="start", *content, **attributes):
    return node("startEvent", element_id, *content, **attributes)


def end(element_id="end", *content, **attributes):
    return node("endEvent", element_id, *content, **attributes)


def user(element_id, *content, **attributes):
    return node("userTask", element_id, *content, **attributes)


def job(element_id, *content, kind="serviceTask", type="tun", **attributes):
    return node(kind, element_id, zeebe("taskDefinition", type=type), *content, **attributes)


def script(element_id, expression, result):
    attributes = {"expression": expression, "resultVariable": result}
    return node("scriptTask", element_id, zeebe("script", **attributes))


def decide(element_id, decision, result, *content):
    attributes = {"decisionId": decision, "resultVariable": result}
    return node("businessRuleTask", element_id, zeebe("calledDecision", **attributes), *content)


def call(element_id, process_id, *content, **attributes):
    called = zeebe("calledElement", processId=process_id, **attributes)
    return node("callActivity", element_id, called, *content)


def sub(element_id, *content, **attributes):
    return node("subProcess", element_id, *content, **attributes)


def xor(element_id, **attributes):
    return node("exclusiveGateway", element_id, **attributes)


def parallel(element_id):
    return node("parallelGateway", element_id)


def inclusive(element_id, **attributes):
    return node("inclusiveGateway", element_id, **attributes)


def boundary(element_id, host, *content, interrupting=True):
    attributes = {"attachedToRef": host, "cancelActivity": str(interrupting).lower()}
    return node("boundaryEvent", element_id, *content, **attributes)


def catch(element_id, *content):
    return node("intermediateCatchEvent", element_id, *content)


def timer(kind, expression):
    inner = f'<bpmn:{kind} xsi:type="bpmn:tFormalExpression">{escape(expression)}</bpmn:{kind}>'
    return f"<bpmn:timerEventDefinition>{inner}</bpmn:timerEventDefinition>"


def awaits(message_id):
    return f'<bpmn:messageEventDefinition messageRef="{message_id}"/>'


def message(message_id, name, correlation="= fall_id"):
    return node("message", message_id, zeebe("subscription", correlationKey=correlation), name=name)


def error(error_id, code):
    return node("error", error_id, name=code, errorCode=code)


def throws(error_id):
    return f'<bpmn:errorEventDefinition errorRef="{error_id}"/>'


def terminates():
    return "<bpmn:terminateEventDefinition/>"


def ad_hoc(element_id, *content, condition=None, listed=None, collects=None, **attributes):
    """An ad-hoc sub-process; `collects` is the output collection with its element."""
    given = {"activeElementsCollection": listed} if listed else {}
    if collects:
        given |= dict(zip(("outputCollection", "outputElement"), collects, strict=True))
    extensions = [zeebe("adHoc", **given)] if given else []
    inner = ""
    if condition is not None:
        inner = f"<bpmn:completionCondition>{escape(condition)}</bpmn:completionCondition>"
    return node("adHocSubProcess", element_id, *extensions, *content, inner, **attributes)


def times(count, *, sequential=False):
    """Multi-instance with a number instead of a list."""
    return several({}, count, sequential=sequential)


def again(condition=None, **attributes):
    """A standard loop."""
    given = "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items())
    inner = ""
    if condition is not None:
        inner = f"<bpmn:loopCondition>{escape(condition)}</bpmn:loopCondition>"
    kind = "standardLoopCharacteristics"
    return f"<bpmn:{kind}{given}>{inner}</bpmn:{kind}>"


def signal(signal_id, name):
    return node("signal", signal_id, name=name)


def signals(signal_id):
    return f'<bpmn:signalEventDefinition signalRef="{signal_id}"/>'


def escalation(escalation_id, code):
    return node("escalation", escalation_id, name=code, escalationCode=code)


def escalates(escalation_id):
    return f'<bpmn:escalationEventDefinition escalationRef="{escalation_id}"/>'


def when(condition, **attributes):
    inner = (
        f'<bpmn:condition xsi:type="bpmn:tFormalExpression">{escape(condition)}</bpmn:condition>'
    )
    if attributes:
        extension = zeebe("conditionalFilter", **attributes)
        inner += f"<bpmn:extensionElements>{extension}</bpmn:extensionElements>"
    return f"<bpmn:conditionalEventDefinition>{inner}</bpmn:conditionalEventDefinition>"


def link(name):
    return f'<bpmn:linkEventDefinition name="{name}"/>'


def compensates(activity=None, **attributes):
    given = attributes if activity is None else {"activityRef": activity, **attributes}
    text = "".join(f' {name}="{value}"' for name, value in given.items())
    return f"<bpmn:compensateEventDefinition{text}/>"


def undone_by(host, handler):
    """A compensation event at an activity, connected with what undoes it."""
    event = boundary(f"{host}_undo", host, compensates())
    line = node("association", f"{host}_line", sourceRef=f"{host}_undo", targetRef=handler)
    return event + line


def throw(element_id, *content, **attributes):
    return node("intermediateThrowEvent", element_id, *content, **attributes)


def on_event(element_id, event, *content, interrupting=True, extra=""):
    """An event sub-process; its start event is called like itself with "_start"."""
    given = str(interrupting).lower()
    begin = start(f"{element_id}_start", *([extra] if extra else []), event, isInterrupting=given)
    return sub(element_id, begin, *content, triggeredByEvent="true")


def handled(element_id, event, task, *, interrupting=True, extra=""):
    """An event sub-process with one user task."""
    last = f"{element_id}_end"
    body = (user(task), end(last), chain(f"{element_id}_start", task, last))
    return on_event(element_id, event, *body, interrupting=interrupting, extra=extra)


def zeebe(name, /, *content, **attributes):
    given = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<zeebe:{name}{given}>{''.join(content)}</zeebe:{name}>"


def mapping(inputs=None, outputs=None):
    lines = [zeebe("input", source=source, target=to) for to, source in (inputs or {}).items()]
    lines += [zeebe("output", source=source, target=to) for to, source in (outputs or {}).items()]
    return zeebe("ioMapping", *lines)


def loop(collection, *, condition=None, sequential=False, **attributes):
    given = {"inputCollection": collection, **attributes}
    return several(given, condition=condition, sequential=sequential)


def several(given, number=None, *, condition=None, sequential=False):
    """Multi-instance over what the extension says, or a number of times."""
    inner = ""
    if given:
        extension = zeebe("loopCharacteristics", **given)
        inner = f"<bpmn:extensionElements>{extension}</bpmn:extensionElements>"
    if number is not None:
        inner += f"<bpmn:loopCardinality>{escape(number)}</bpmn:loopCardinality>"
    if condition is not None:
        inner += (
            '<bpmn:completionCondition xsi:type="bpmn:tFormalExpression">'
            f"{escape(condition)}</bpmn:completionCondition>"
        )
    kind = "multiInstanceLoopCharacteristics"
    return f'<bpmn:{kind} isSequential="{str(sequential).lower()}">{inner}</bpmn:{kind}>'
