"""Each rule refuses what it is for, at the element, in German."""

import re

import pytest

from engine import bpmn
from engine.bpmn import rules
from engine.bpmn.parsing import form_ids
from engine.errors import DefinitionInvalid
from tests.engine.bpmn.drawing import (
    ad_hoc,
    again,
    awaits,
    boundary,
    call,
    catch,
    chain,
    compensates,
    decide,
    diagram,
    end,
    error,
    escalates,
    escalation,
    file,
    flow,
    handled,
    inclusive,
    job,
    link,
    loop,
    mapping,
    message,
    node,
    on_event,
    parallel,
    script,
    signal,
    signals,
    start,
    sub,
    terminates,
    throw,
    throws,
    timer,
    times,
    undone_by,
    user,
    when,
    xor,
    zeebe,
)

LINE = start() + end()
MESSAGE = [message("m", "msg_m")]
DECLARED = [
    signal("sig", "sig_s"),
    signal("sig_feel", "= name"),
    signal("sig_leer", ""),
    escalation("esk", "K1"),
    escalation("esk_feel", "= x"),
]


def started(*content, around=()):
    """A diagram whose start has some content."""
    return diagram(start("start", *content), end(), flow("start", "end"), around=around)


def between(*content, ids=("x",), around=()):
    """A diagram with something between start and end."""
    return diagram(LINE, *content, chain("start", *ids, "end"), around=around)


def choice(*flows, **attributes):
    gateway = xor("g", **attributes)
    return diagram(LINE, gateway, user("x"), flow("start", "g"), flow("x", "end"), *flows)


def attached(event, *, together=False, **kwargs):
    body = user("x") + boundary("b", "x", event, **kwargs) + flow("b", "end")
    declared = [*MESSAGE, error("e", "E1"), error("e_feel", "= x"), *DECLARED]
    xml = between(body, around=declared)
    return with_attribute(xml, "boundaryEvent", f'parallelMultiple="{str(together).lower()}"')


def ending(*events):
    return diagram(start(), end("end", *events), flow("start", "end"), around=DECLARED)


def starting(*events, **attributes):
    return diagram(
        start("start", *events, **attributes),
        end(),
        flow("start", "end"),
        around=[*MESSAGE, *DECLARED],
    )


def within(event, **attributes):
    """A sub-process "x" with an event sub-process "y" whose start is "y_start"."""
    inner = start("s"), user("u"), chain("s", "u")
    body = sub("x", *inner, handled("y", event, "v", **attributes))
    return between(body, around=[*MESSAGE, error("e", "E1"), *DECLARED])


def undoing(*content, ids=("x",)):
    undo = user("weg", isForCompensation="true")
    return between(user("x"), undone_by("x", "weg"), undo, *content, ids=ids)


def with_attribute(xml, tag, text):
    return xml.replace(f"<bpmn:{tag} ".encode(), f"<bpmn:{tag} {text} ".encode(), 1)


def drawn(*parts):
    """A diagram with parts of a collaboration around it."""
    around = f'<bpmn:collaboration id="c">{"".join(parts)}</bpmn:collaboration>'
    return between(user("x"), around=[around])


def lanes(*ids):
    """A lane with these elements."""
    inner = "".join(f"<bpmn:flowNodeRef>{each}</bpmn:flowNodeRef>" for each in ids)
    return f'<bpmn:laneSet id="ls"><bpmn:lane id="l" name="Bahn">{inner}</bpmn:lane></bpmn:laneSet>'


def joined(*content, ids=(), **attributes):
    """A parallel gateway "j" to which "a" leads, and whatever is drawn."""
    gateways = node("parallelGateway", "j", **attributes), user("a")
    return diagram(LINE, *gateways, *content, chain("a", "j", "end"), chain("start", *ids))


def alternatives(gateway, default="g_b"):
    """Two ways out of a gateway into "j"."""
    choice = gateway("g", default=default), user("b"), flow("g", "a", "= w"), flow("g", "b")
    return joined(*choice, chain("b", "j"), ids=("g",))


def beside(event, *, interrupting=True):
    """An event at the border of "a" that leads into the same "j"."""
    rim = boundary("r", "a", event, interrupting=interrupting)
    return joined(rim, flow("r", "j"), ids=("a",))


ANY = between(user("x"))
INVALID = [
    ("nicht-ausfuehrbar", None, file()),
    ("nicht-ausfuehrbar", None, ANY.replace(b'isExecutable="true"', b'isExecutable="false"')),
    ("id-fehlt", "p", ANY.replace(b'<bpmn:userTask id="x"', b"<bpmn:userTask")),
    ("id-doppelt", "x", between(user("x"), user("x"))),
    ("unbekanntes-element", "x", between(node("complexGateway", "x"))),
    ("unbekanntes-element", "x", between(node("transaction", "x"))),
    ("unbekanntes-element", "x", between(catch("x", "<bpmn:cancelEventDefinition/>"))),
    ("unbekanntes-element", "x", between(user("x", "<bpmn:potentialOwner/>"))),
    ("unbekanntes-element", "x", between(node("scriptTask", "x", "<bpmn:script>1</bpmn:script>"))),
    ("unbekanntes-element", "x", between(user("x", "<fremd/>"))),
    (
        "unbekannte-angabe",
        "end",
        diagram(start(), end("end", "<bpmn:completionCondition/>"), flow("start", "end")),
    ),
    (
        "unbekannte-angabe",
        "g",
        diagram(
            LINE,
            node("eventBasedGateway", "g", instantiate="true"),
            catch("a", timer("timeDuration", "P1D")),
            catch("b", timer("timeDuration", "P2D")),
            chain("start", "g", "a", "end"),
            chain("g", "b", "end"),
        ),
    ),
    ("verweis", "mf", drawn('<bpmn:messageFlow id="mf" sourceRef="weg" targetRef="x"/>')),
    ("verweis", "mf", drawn('<bpmn:messageFlow id="mf" sourceRef="x"/>')),
    ("verweis", "mf", drawn('<bpmn:messageFlow id="mf" sourceRef="x" targetRef="x_end"/>')),
    ("verweis", "as", drawn('<bpmn:association id="as" sourceRef="x" targetRef="weg"/>')),
    ("verweis", "po", drawn('<bpmn:participant id="po" processRef="weg"/>')),
    ("verweis", "l", between(user("x"), lanes("weg"))),
    ("verweis", "d", between(user("x"), node("dataObjectReference", "d", dataObjectRef="weg"))),
    (
        "verweis",
        "da",
        between(
            user(
                "x",
                '<bpmn:dataInputAssociation id="da"><bpmn:sourceRef>weg</bpmn:sourceRef>'
                "</bpmn:dataInputAssociation>",
            )
        ),
    ),
    ("fehlercode", "b", attached(throws("e_feel"))),
    ("unbekannte-angabe", "x", between(node("receiveTask", "x", instantiate="true"))),
    ("unbekannte-angabe", "x", with_attribute(ANY, "userTask", 'xmlns:c="urn:c" c:assignee="a"')),
    ("unbekannte-angabe", "x", with_attribute(ANY, "userTask", 'zeebe:formKey="a"')),
    (
        "unbekannte-angabe",
        "x",
        between(node("eventBasedGateway", "x", eventGatewayType="Parallel")),
    ),
    ("unbekannte-angabe", "x", with_attribute(ANY, "userTask", 'startquantity="2"')),
    ("unbekannte-angabe", "x", between(user("x", attachedToRef="x"))),
    ("mehrere-ausloeser", "x", between(catch("x", awaits("m"), link("l")), around=MESSAGE)),
    ("mehrere-ausloeser", "b", attached(awaits("m") + throws("e"), together=True)),
    ("mehrere-ausloeser", "b", attached(awaits("m"), together=True)),
    ("mehrere-ausloeser", "end", ending(signals("sig"), terminates())),
    (
        "mehrere-ausloeser",
        "start",
        diagram(
            start("start", awaits("m"), signals("sig"), parallelMultiple="true"),
            end(),
            flow("start", "end"),
            around=[*MESSAGE, signal("sig", "s")],
        ),
    ),
    ("unbekannte-erweiterung", "x", between(user("x", zeebe("executionListeners")))),
    (
        "bindung",
        "x",
        between(user("x", zeebe("formDefinition", formId="f", bindingType="versionTag"))),
    ),
    ("bindung", "x", between(user("x", zeebe("formDefinition", formId="f", versionTag="1")))),
    ("bindung", "start", started(zeebe("formDefinition", formId="f", bindingType="neueste"))),
    (
        "bindung",
        "x",
        between(
            node(
                "businessRuleTask",
                "x",
                zeebe("calledDecision", decisionId="d", resultVariable="r", bindingType="neueste"),
            )
        ),
    ),
    ("formular-fehlt", "start", started(zeebe("formDefinition", bindingType="latest"))),
    (
        "erweiterung-ohne-wirkung",
        "start",
        started(awaits("m"), zeebe("formDefinition", formId="f"), around=MESSAGE),
    ),
    (
        "erweiterung-ohne-wirkung",
        "s",
        between(
            sub("x", start("s", zeebe("formDefinition", formId="f")), end("e"), flow("s", "e"))
        ),
    ),
    ("erweiterung-ohne-wirkung", "x", between(user("x", zeebe("calledElement", processId="p")))),
    (
        "unbekannte-erweiterung",
        "x",
        between(user("x", zeebe("formDefinition", formId="f", formKey="k"))),
    ),
    ("unbekannte-erweiterung", "x", between(user("x", zeebe("ioMapping", zeebe("copy", a="b"))))),
    (
        "unbekannte-erweiterung",
        "x",
        between(user("x", zeebe("properties", zeebe("property", wert="b")))),
    ),
    ("erweiterung-doppelt", "x", between(user("x", zeebe("userTask"), zeebe("userTask")))),
    (
        "erweiterung-ohne-wirkung",
        "x",
        between(node("task", "x", zeebe("script", expression="= 1"))),
    ),
    (
        "erweiterung-ohne-wirkung",
        "g",
        choice(flow("g", "x")).replace(
            b'<bpmn:exclusiveGateway id="g">',
            b'<bpmn:exclusiveGateway id="g"><bpmn:extensionElements><zeebe:userTask/>'
            b"</bpmn:extensionElements>",
        ),
    ),
    (
        "erweiterung-ohne-wirkung",
        "end",
        diagram(start(), end("end", zeebe("taskDefinition", type="t")), flow("start", "end")),
    ),
    (
        "erweiterung-ohne-wirkung",
        "start",
        diagram(start("start", mapping({"a": "= 1"})), end(), flow("start", "end")),
    ),
    (
        "fluss-ohne-ende",
        "start_nirgends",
        diagram(LINE, flow("start", "nirgends"), flow("start", "end")),
    ),
    (
        "fluss-ueber-grenze",
        "start_innen",
        diagram(
            LINE,
            sub("x", start("s"), user("innen"), chain("s", "innen")),
            chain("start", "x", "end"),
            flow("start", "innen"),
        ),
    ),
    (
        "fluss-in-ereignis",
        "start",
        diagram(LINE, user("x"), chain("start", "x", "end"), flow("x", "start")),
    ),
    ("fluss-aus-ende", "end", diagram(LINE, user("x"), chain("start", "end", "x"))),
    ("zusammenfuehrung", "j", alternatives(xor)),
    ("zusammenfuehrung", "j", alternatives(inclusive)),
    ("zusammenfuehrung", "j", beside(timer("timeDuration", "P1D"))),
    ("zusammenfuehrung", "j", joined(xor("x"), flow("j", "x"), flow("x", "j"), ids=("a",))),
    ("unerreichbar", "y", between(user("x"), user("y"), flow("y", "end"))),
    ("sackgasse", "x", diagram(LINE, parallel("x"), chain("start", "x"), flow("start", "end"))),
    (
        "bedingung-ohne-wirkung",
        "g_x",
        choice(flow("g", "x", "= true"), flow("g", "end", "= false"), default="g_x"),
    ),
    ("bedingung-fehlt", "g_x", choice(flow("g", "x"), flow("g", "end", "= false"))),
    (
        "bedingung-fehlt",
        "x_end",
        diagram(
            LINE,
            inclusive("x"),
            user("y"),
            flow("start", "x"),
            flow("x", "end"),
            flow("y", "end"),
            flow("x", "y", "= true"),
        ),
    ),
    (
        "bedingung-ohne-wirkung",
        "start_x",
        diagram(LINE, user("x"), flow("start", "x", "= true"), flow("x", "end")),
    ),
    (
        "bedingung-ohne-wirkung",
        "x_end",
        diagram(
            LINE,
            user("x", default="x_end"),
            user("y"),
            flow("start", "x"),
            flow("x", "end", "= true"),
            flow("x", "y", "= true"),
        ),
    ),
    ("standardfluss", "g", choice(flow("g", "x"), default="weg")),
    ("standardfluss", "x", between(user("x", default="x_end"))),
    ("ereignis-gateway", "x", between(node("eventBasedGateway", "x"), user("y"), flow("y", "end"))),
    (
        "ereignis-gateway",
        "x_y",
        between(node("eventBasedGateway", "x"), user("y"), chain("x", "y", "end")),
    ),
    (
        "anhaftung",
        "b",
        between(user("x"), boundary("b", "start", awaits("m")), flow("b", "end"), around=MESSAGE),
    ),
    (
        "anhaftung",
        "b",
        between(user("x"), boundary("b", "weg", awaits("m")), flow("b", "end"), around=MESSAGE),
    ),
    ("ereignis-nicht-ausfuehrbar", "b", attached("")),
    ("ereignis-nicht-ausfuehrbar", "b", attached(terminates())),
    ("ereignis-nicht-ausfuehrbar", "x", between(catch("x"))),
    ("ereignis-nicht-ausfuehrbar", "x", between(catch("x", throws("e")), around=[error("e", "E")])),
    (
        "ereignis-nicht-ausfuehrbar",
        "start",
        diagram(start("start", throws("e")), end(), flow("start", "end"), around=[error("e", "E")]),
    ),
    ("ereignis-nicht-ausfuehrbar", "start", starting(when("= a"))),
    ("ereignis-nicht-ausfuehrbar", "y_start", within("")),
    ("ereignis-nicht-ausfuehrbar", "b", attached(link("l"))),
    ("ereignis-teilprozess", "start", starting(awaits("m"), isInterrupting="false")),
    (
        "ereignis-teilprozess",
        "y",
        between(handled("y", "", "v"), user("x"), flow("x", "y")),
    ),
    ("ereignis-teilprozess", "y", between(user("x"), on_event("y", "", loop("= [1]")))),
    ("start", "y", between(user("x"), sub("y", user("v"), triggeredByEvent="true"))),
    (
        "anhaftung",
        "b",
        between(
            user("x"),
            handled("y", awaits("m"), "v"),
            boundary("b", "y", awaits("m")),
            flow("b", "end"),
            around=MESSAGE,
        ),
    ),
    ("signal-fehlt", "b", attached("<bpmn:signalEventDefinition/>")),
    ("signal-fehlt", "b", attached(signals("sig_leer"))),
    ("signal-fehlt", "start", starting(signals("sig_feel"))),
    ("start", "p", diagram(LINE, start("b", signals("sig")), start("c", signals("sig")))),
    ("eskalationscode", "b", attached(escalates("weg"))),
    ("eskalationscode", "b", attached(escalates("esk_feel"))),
    ("eskalationscode", "end", ending("<bpmn:escalationEventDefinition/>")),
    ("fehlercode", "y_start", within(throws("e"), interrupting=False)),
    ("zeitangabe", "y_start", within(timer("timeCycle", "R2/P1D"))),
    ("bedingung-fehlt", "b", attached("<bpmn:conditionalEventDefinition/>")),
    ("unbekannte-angabe", "b", attached(when("= a", variableEvents="delete"))),
    ("ausdruck", "b", attached(when("a"))),
    ("ausdruck", "x", between(throw("x", signals("s")), around=[signal("s", "= (")])),
    ("link", "x", between(throw("x", link("l")), ids=("x",))),
    ("link", "x", diagram(LINE, throw("x", link("l")), chain("start", "end"), flow("start", "x"))),
    ("link", "x", diagram(LINE, throw("x", link("")), chain("start", "end"), flow("start", "x"))),
    ("link", "z", between(user("x"), catch("z", link("l")), flow("z", "end"))),
    ("kompensation", "x_undo", between(user("x"), undone_by("x", "weg"))),
    ("kompensation", "x_undo", undoing(flow("x_undo", "end"))),
    ("kompensation", "x_undo", undoing(boundary("b", "x", compensates()))),
    ("kompensation", "weg", undoing(flow("weg", "end"))),
    ("kompensation", "x", between(user("x", isForCompensation="true"))),
    ("kompensation", "z", undoing(throw("z", compensates("weg")), ids=("x", "z"))),
    ("kompensation", "z", undoing(throw("z", compensates("nirgends")), ids=("x", "z"))),
    ("kompensation", "y_start", between(user("x"), handled("y", compensates(), "v"))),
    (
        "kompensation",
        "y_start",
        within(compensates()).replace(
            b'<bpmn:subProcess id="y"',
            handled("z", compensates(), "w").encode() + b'<bpmn:subProcess id="y"',
        ),
    ),
    ("nachricht-fehlt", "x", between(catch("x", "<bpmn:messageEventDefinition/>"))),
    ("nachricht-fehlt", "x", between(catch("x", awaits("weg")))),
    ("nachricht-fehlt", "x", between(node("receiveTask", "x"))),
    (
        "nachricht-fehlt",
        "start",
        diagram(start("start", awaits("m")), user("x"), around=[message("m", "= name")]),
    ),
    ("zuordnung-fehlt", "x", between(catch("x", awaits("m")), around=[message("m", "msg", "")])),
    ("zeitangabe", "x", between(catch("x", "<bpmn:timerEventDefinition/>"))),
    ("zeitangabe", "x", between(catch("x", timer("timeDuration", "bald")))),
    ("zeitangabe", "x", between(catch("x", timer("timeDate", "31.01.2026")))),
    ("zeitangabe", "x", between(catch("x", timer("timeCycle", "R3/P1D")))),
    ("zeitangabe", "b", attached(timer("timeCycle", "R3/P1D"))),
    ("zeitangabe", "b", attached(timer("timeCycle", "0 9 * * *"), interrupting=False)),
    ("zeitangabe", "b", attached(timer("timeCycle", "R0/P1D"), interrupting=False)),
    ("fehlercode", "b", attached(throws("weg"))),
    ("fehlercode", "b", attached(throws("e"), interrupting=False)),
    (
        "fehlercode",
        "end",
        diagram(start(), end("end", "<bpmn:errorEventDefinition/>"), flow("start", "end")),
    ),
    ("start", "p", diagram(end())),
    ("start", "p", diagram(start("a"), start("b"), end(), flow("a", "end"), flow("b", "end"))),
    (
        "start",
        "p",
        diagram(
            start("a", awaits("m")),
            start("b", awaits("m")),
            end(),
            flow("a", "end"),
            flow("b", "end"),
            around=MESSAGE,
        ),
    ),
    ("start", "x", between(sub("x", user("innen")))),
    ("start", "x", between(sub("x", start("s", awaits("m"))), around=MESSAGE)),
    ("dienst-fehlt", "x", between(node("serviceTask", "x"))),
    ("dienst-fehlt", "x", between(node("sendTask", "x", messageRef="m"), around=MESSAGE)),
    (
        "dienst-fehlt",
        "end",
        diagram(start(), end("end", awaits("m")), flow("start", "end"), around=MESSAGE),
    ),
    ("auftrag-fehlt", "x", between(node("scriptTask", "x"))),
    ("auftrag-fehlt", "x", between(node("scriptTask", "x", zeebe("script", expression="= 1")))),
    ("auftrag-fehlt", "x", between(node("businessRuleTask", "x"))),
    ("auftrag-fehlt", "x", between(decide("x", "d", "r", zeebe("taskDefinition", type="t")))),
    ("ad-hoc", "x", between(ad_hoc("x"))),
    ("ad-hoc", "x", between(ad_hoc("x", user("u"), user("v"), flow("u", "v"), flow("v", "u")))),
    ("ad-hoc", "s", between(ad_hoc("x", start("s"), user("u"), flow("s", "u")))),
    ("ad-hoc", "e", between(ad_hoc("x", user("u"), end("e"), flow("u", "e")))),
    ("ad-hoc", "x", between(ad_hoc("x", user("u"), ordering="irgendwie"))),
    (
        "unbekannte-angabe",
        "x",
        between(ad_hoc("x", user("u"), cancelRemainingInstances="vielleicht")),
    ),
    ("ad-hoc", "x", between(ad_hoc("x", zeebe("adHoc", outputCollection="a"), user("u")))),
    ("ausdruck", "x", between(ad_hoc("x", user("u"), listed="u, v"))),
    ("ausdruck", "x", between(ad_hoc("x", user("u"), condition="fertig"))),
    ("variablenname", "x", between(ad_hoc("x", user("u"), collects=("a b", "= 1")))),
    ("unerreichbar", "v", between(ad_hoc("x", user("u"), xor("v"), flow("v", "v")))),
    ("aufruf", "x", between(node("callActivity", "x"))),
    ("aufruf", "x", between(call("x", "v", bindingType="neueste"))),
    ("aufruf", "x", between(call("x", "v", bindingType="versionTag"))),
    ("aufruf", "x", between(call("x", "v", versionTag="3"))),
    ("aufruf", "x", between(call("x", "v", propagateAllChildVariables="ja"))),
    ("ausdruck", "x", between(call("x", "= ("))),
    ("formular-fehlt", "x", between(user("x", zeebe("formDefinition")))),
    ("quelle-fehlt", "x", between(user("x", mapping(outputs={"a": ""})))),
    ("variablenname", "x", between(user("x", mapping(outputs={"a b": "= 1"})))),
    ("variablenname", "x", between(script("x", "= 1", "a.b"))),
    (
        "ergebnisliste",
        "u",
        between(
            sub(
                "x",
                start("s"),
                user("u", loop("= [1]", outputCollection="r", outputElement="= a")),
                chain("s", "u"),
                loop("= [1]", outputCollection="r", outputElement="= r"),
            )
        ),
    ),
    (
        "ergebnisliste",
        "x",
        between(
            ad_hoc(
                "x",
                user("u"),
                loop("= [1]", outputCollection="r", outputElement="= r"),
                collects=("r", "= a"),
            )
        ),
    ),
    ("mehrfach", "x", between(user("x", "<bpmn:multiInstanceLoopCharacteristics/>"))),
    ("mehrfach", "x", between(user("x", loop("= [1]", outputCollection="a")))),
    ("mehrfach", "x", between(user("x", times("viele")))),
    ("mehrfach", "x", between(user("x", times("-1")))),
    ("mehrfach", "x", between(user("x", loop("= [1]"), again("= true")))),
    (
        "mehrfach",
        "x",
        between(user("x", times("2"))).replace(
            b"<bpmn:loopC",
            b'<bpmn:extensionElements><zeebe:loopCharacteristics inputElement="a"/>'
            b"</bpmn:extensionElements><bpmn:loopC",
        ),
    ),
    ("schleife", "x", between(user("x", again()))),
    ("schleife", "x", between(user("x", again(loopMaximum="0")))),
    ("schleife", "x", between(user("x", again(loopMaximum="= n")))),
    ("unbekannte-angabe", "x", between(user("x", again("= n", testBefore="ja")))),
    ("unbekannte-angabe", "x", between(user("x", loop("= [1]") + "<bpmn:loopCondition/>"))),
    ("ausdruck", "x", between(user("x", again("n < 3")))),
    ("ausdruck", "x", between(user("x", times("= (")))),
    (
        "ereignis-gateway",
        "x_y",
        between(
            node("eventBasedGateway", "x"),
            node("receiveTask", "y", again("= true"), messageRef="m"),
            chain("x", "y", "end"),
            around=MESSAGE,
        ),
    ),
    (
        "mehrfach",
        "g",
        choice(flow("g", "x")).replace(
            b'<bpmn:exclusiveGateway id="g">',
            b'<bpmn:exclusiveGateway id="g">' + loop("= [1]").encode(),
        ),
    ),
    ("ausdruck", "g", choice(flow("g", "x", "a == 1"), flow("g", "end"), default="g_end")),
    ("ausdruck", "g", choice(flow("g", "x", "= a == 1"), flow("g", "end"), default="g_end")),
    ("ausdruck", "x", between(script("x", "= __import__('os')", "r"))),
    ("ausdruck", "x", between(script("x", "1 + 1", "r"))),
    ("ausdruck", "x", between(user("x", mapping({"a": "= 1 +"})))),
    ("ausdruck", "x", between(user("x", mapping(outputs={"a": "= if"})))),
    ("ausdruck", "x", between(user("x", zeebe("assignmentDefinition", candidateGroups="= [")))),
    ("ausdruck", "x", between(user("x", zeebe("taskSchedule", dueDate="= now(")))),
    ("ausdruck", "x", between(user("x", loop("personen")))),
    ("ausdruck", "x", between(user("x", loop("= [1]", condition="fertig")))),
    ("ausdruck", "x", between(job("x", type="= )"))),
    ("ausdruck", "x", between(decide("x", "= (", "r"))),
    ("ausdruck", "x", between(catch("x", timer("timeDate", "= heute(")))),
    ("ausdruck", "x", between(catch("x", awaits("m")), around=[message("m", "msg", "fall_id")])),
]


@pytest.mark.parametrize(
    ("rule", "element_id", "xml"), INVALID, ids=[f"{one[0]}-{i}" for i, one in enumerate(INVALID)]
)
def test_diagram_is_refused(rule, element_id, xml):
    findings = bpmn.check(xml, file="x.bpmn")
    assert (rule, element_id) in {(each.rule, each.element_id) for each in findings}
    for each in findings:
        assert each.message[0].isupper() or each.message[0] == "„"
        assert each.message.endswith(".") or each.rule == "ausdruck"
    with pytest.raises(DefinitionInvalid):
        bpmn.parse(xml, file="x.bpmn")


def test_syntax_error_says_where():
    (finding,) = bpmn.check(between(script("x", "= 1 +\n + * 2", "r")), file="x.bpmn")
    assert "Zeile 2" in finding.message


def test_unknown_extension_is_one_finding():
    (finding,) = bpmn.check(between(user("x", zeebe("executionListeners"))), file="x.bpmn")
    assert finding.rule == "unbekannte-erweiterung"


def test_every_rule_refuses_something():
    refused = {rule for rule, _, _ in INVALID}
    seen = {each.rule for _, _, xml in INVALID for each in bpmn.check(xml, file="x")}
    assert seen == refused
    assert len(rules.GROUND) + len(rules.RULES) == 50


DRAWN = (
    '<bpmn:collaboration id="c"><bpmn:participant id="pool" name="Amt" processRef="p"/>'
    '<bpmn:participant id="familie" name="Familie"/>'
    '<bpmn:messageFlow id="mf" sourceRef="familie" targetRef="x"/>'
    '<bpmn:textAnnotation id="ta"><bpmn:text>§ 20</bpmn:text></bpmn:textAnnotation>'
    '<bpmn:association id="as" sourceRef="x" targetRef="ta"/></bpmn:collaboration>'
)
LANES = (
    '<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="Leitung">'
    "<bpmn:flowNodeRef>x</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
)
VALID = {
    "documentation": between(
        LANES,
        user("x", "<bpmn:documentation>Warum</bpmn:documentation>"),
        node("dataObject", "d"),
        node("dataObjectReference", "dr", dataObjectRef="d"),
        node("group", "gr"),
        around=[DRAWN],
    ),
    "data inputs, outputs and stores": between(
        user(
            "x",
            '<bpmn:ioSpecification id="io"><bpmn:dataInput id="di" name="Antrag">'
            '<bpmn:dataState id="ds" name="neu"/></bpmn:dataInput><bpmn:dataOutput id="do"/>'
            "<bpmn:inputSet><bpmn:dataInputRefs>di</bpmn:dataInputRefs></bpmn:inputSet>"
            "<bpmn:outputSet><bpmn:dataOutputRefs>do</bpmn:dataOutputRefs></bpmn:outputSet>"
            "</bpmn:ioSpecification>"
            '<bpmn:property id="pr" name="__targetRef_placeholder"/>'
            '<bpmn:dataInputAssociation id="da"><bpmn:sourceRef>st</bpmn:sourceRef>'
            "<bpmn:targetRef>pr</bpmn:targetRef></bpmn:dataInputAssociation>"
            '<bpmn:dataOutputAssociation id="db"><bpmn:targetRef>st</bpmn:targetRef>'
            "</bpmn:dataOutputAssociation>",
        ),
        node("dataStoreReference", "st", name="Akte"),
        node("dataObject", "ob", isCollection="true"),
    ),
    "several pools and references with a prefix": file(
        '<bpmn:collaboration id="c"><bpmn:participant id="a" processRef="t:p"/>'
        '<bpmn:participant id="b" processRef="doku"/><bpmn:participant id="d" name="Amt"/>'
        '<bpmn:messageFlow id="m1" sourceRef="d" targetRef="t:start"/>'
        '<bpmn:messageFlow id="m2" sourceRef="end" targetRef="u"/></bpmn:collaboration>',
        '<bpmn:process id="doku"><bpmn:userTask id="u"/></bpmn:process>',
        '<bpmn:process id="p" isExecutable="true">',
        LINE,
        flow("start", "end"),
        "</bpmn:process>",
    ),
    "pool with documentation": between(
        user("x"),
        around=[
            '<bpmn:collaboration id="c"><bpmn:participant id="pool" processRef="p">'
            "<bpmn:documentation>Wer hier arbeitet</bpmn:documentation></bpmn:participant>"
            "</bpmn:collaboration>"
        ],
    ),
    "another process that is not executable": file(
        '<bpmn:process id="doku"><bpmn:complexGateway id="q"/></bpmn:process>',
        '<bpmn:process id="p" isExecutable="true">',
        LINE,
        flow("start", "end"),
        "</bpmn:process>",
    ),
    "implicit fork and implicit end": between(user("x"), user("y"), flow("x", "y")),
    "thrown message as a job": diagram(
        start(),
        end("end", awaits("m"), zeebe("taskDefinition", type="nachricht.senden")),
        flow("start", "end"),
        around=MESSAGE,
    ),
    "colours and templates": with_attribute(
        ANY,
        "userTask",
        'xmlns:color="http://www.omg.org/spec/BPMN/non-normative/color/1.0" '
        'color:border-color="#000" zeebe:modelerTemplate="t"',
    ),
    "forms and decisions of the same deployment": between(
        user("x", zeebe("formDefinition", formId="f", bindingType="deployment")),
        node(
            "businessRuleTask",
            "y",
            zeebe("calledDecision", decisionId="d", resultVariable="r", bindingType="deployment"),
        ),
        ids=("x", "y"),
    ),
    "forms and decisions of the newest version, or of one with a tag": between(
        user("x", zeebe("formDefinition", formId="f", bindingType="versionTag", versionTag="2")),
        node(
            "businessRuleTask",
            "y",
            zeebe("calledDecision", decisionId="d", resultVariable="r", bindingType="latest"),
        ),
        ids=("x", "y"),
    ),
    "a form in front of a start": started(zeebe("formDefinition", formId="f")),
    "timer start": diagram(
        start("start", timer("timeCycle", "R/P3M")), end(), flow("start", "end")
    ),
}


@pytest.mark.parametrize("xml", VALID.values(), ids=VALID)
def test_diagram_is_accepted(xml):
    assert bpmn.check(xml, file="x.bpmn") == []
    assert bpmn.parse(xml, file="x.bpmn")


def test_lane_is_recorded_also_for_what_lies_in_a_sub_process():
    body = sub("x", start("s"), user("u"), chain("s", "u"))
    (process,) = bpmn.parse(between(LANES, body), file="x.bpmn")
    assert process.elements["u"].lane == "Leitung"
    assert process.elements["u"].scope == "x"


def test_innermost_lane_counts():
    inner = '<bpmn:childLaneSet id="cl"><bpmn:lane id="i" name="Team Nord"><bpmn:flowNodeRef>x'
    inner += "</bpmn:flowNodeRef></bpmn:lane></bpmn:childLaneSet>"
    nested = lanes("x", "start").replace("</bpmn:lane>", inner + "</bpmn:lane>")
    (process,) = bpmn.parse(between(nested, user("x")), file="x.bpmn")
    assert process.elements["x"].lane == "Team Nord"
    assert process.elements["start"].lane == "Bahn"


def test_refusal_of_a_starting_gateway_says_what_to_draw_instead():
    xml = between(node("receiveTask", "x", messageRef="m", instantiate="true"), around=MESSAGE)
    (finding,) = bpmn.check(xml, file="x.bpmn")
    assert finding.message.endswith(
        "Zeichnen Sie stattdessen für jede Nachricht ein Startereignis."
    )


SWITCHED = {
    "cancelActivity": (
        "b",
        diagram(
            start(),
            user("x"),
            boundary("b", "x", timer("timeDuration", "PT1H")),
            end(),
            user("y"),
            chain("start", "x", "end"),
            chain("b", "y"),
        ),
    ),
    "isSequential": ("x", between(user("x", loop("= [1]")))),
    "isInterrupting": ("y_start", within(timer("timeDuration", "PT1H"))),
    "triggeredByEvent": ("y", within(timer("timeDuration", "PT1H"))),
}


@pytest.mark.parametrize("word", ["0", "1", "False", ""])
@pytest.mark.parametrize("name", SWITCHED)
def test_switch_is_never_guessed(name, word):
    element_id, xml = SWITCHED[name]
    changed, count = re.subn(f' {name}="[a-z]+"', f' {name}="{word}"', xml.decode())
    assert count == 1
    found = bpmn.check(changed.encode(), file="x.bpmn")
    assert ("unbekannte-angabe", element_id) in [(each.rule, each.element_id) for each in found]


def test_process_that_is_executable_in_other_words_is_not_left_out():
    other = '<bpmn:process id="q" isExecutable="1"></bpmn:process></bpmn:definitions>'
    xml = between(user("x")).replace(b"</bpmn:definitions>", other.encode())
    (finding,) = bpmn.check(xml, file="x.bpmn")
    assert (finding.element_id, finding.rule) == ("q", "unbekannte-angabe")


@pytest.mark.parametrize(("language", "complaints"), [("javascript", 1), ("FEEL", 0)])
def test_condition_in_another_language_is_refused(language, complaints):
    xml = between(user("x"), flow("x", "y", "= wahl"), user("y")).replace(
        b'xsi:type="bpmn:tFormalExpression"',
        f'xsi:type="bpmn:tFormalExpression" language="{language}"'.encode(),
    )
    assert len(bpmn.check(xml, file="x.bpmn")) == complaints


@pytest.mark.parametrize(
    ("extension", "hint"),
    [
        (zeebe("executionListeners"), "sähe in der Zeichnung niemand"),
        (zeebe("executionListeners"), "als eigenen Schritt davor oder dahinter"),
        (zeebe("taskListeners"), "als eigenen Schritt davor oder dahinter"),
        (zeebe("linkedResources"), "als Eingabe"),
        (zeebe("formDefinition", formId="f", externalReference="x"), "als Datei"),
        (zeebe("formDefinition", formId="f", formKey="x"), "als Datei"),
        (zeebe("jobPriorityDefinition", priority="1"), "der Reihe nach"),
    ],
)
def test_refusal_of_what_camunda_knows_says_once_what_helps(extension, hint):
    (finding,) = bpmn.check(between(user("x", extension)), file="x.bpmn")
    assert (finding.rule, hint in finding.message) == ("unbekannte-erweiterung", True)


def test_refusal_of_a_job_that_chooses_in_an_ad_hoc_sub_process_says_who_chooses():
    agent = node("adHocSubProcess", "x", zeebe("taskDefinition", type="agent"), user("u"))
    (finding,) = bpmn.check(between(agent), file="x.bpmn")
    assert finding.rule == "erweiterung-ohne-wirkung"
    assert "wählen Menschen" in finding.message


def test_each_pool_becomes_a_process():
    inner = (
        '<bpmn:process id="{0}" name="Verfahren {0}" isExecutable="true"><bpmn:extensionElements>'
    )
    inner += '<zeebe:versionTag value="3"/></bpmn:extensionElements>{1}</bpmn:process>'
    one = inner.format("eins", start("s1") + end("e1") + flow("s1", "e1"))
    two = inner.format("zwei", start("s2") + end("e2") + flow("s2", "e2"))
    found = bpmn.parse(file(one, two), file="x.bpmn")
    assert [(each.id, each.name, each.version_tag) for each in found] == [
        ("eins", "Verfahren eins", "3"),
        ("zwei", "Verfahren zwei", "3"),
    ]
    assert set(found[0].elements) == {"s1", "e1"}


def test_forms_that_a_diagram_names_are_found_even_when_it_is_refused():
    button = zeebe("properties", zeebe("property", name="knopf_formular", value="p.knopf"))
    body = user("x", zeebe("formDefinition", formId="p.x")) + catch("y", awaits("m"), button)
    assert form_ids(between(body, ids=("x", "y")), file="x.bpmn") == {"p.x", "p.knopf"}
    assert form_ids(b"kaputt", file="x.bpmn") == frozenset()
