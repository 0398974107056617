"""Every element of BPMN at every place that the standard has for it, deployed and run.

`python -m tests.oracle.elements` writes the table in docs/elemente.md anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine import bpmn, dmn
from tests.engine.bpmn import drawing as draw
from tests.engine.bpmn.story import Story

PAGE = Path(__file__).resolve().parents[2] / "docs" / "elemente.md"
MOST_STEPS = 20

DECISION = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d"
 name="d" namespace="t"><decision id="wahl" name="Wahl"><variable name="Wahl"/>
 <literalExpression><text>1 + 1</text></literalExpression></decision></definitions>"""

AROUND = [
    draw.message("m", "msg_antwort", "= fall_id"),
    draw.error("err", "E1"),
    '<bpmn:signal id="sig" name="signal_a"/>',
    '<bpmn:escalation id="esk" name="esk" escalationCode="K1"/>',
]


@dataclass(frozen=True)
class Cell:
    """One element at one place; `steps` tell what happens there if it runs."""

    element: str
    place: str
    xml: bytes
    steps: tuple[str, ...] | None = ()
    waits: tuple[str, ...] = ()  #: the user tasks that are open after these steps
    traced: bool = True  #: whether the history shows that "x" did its work


def diagram(*body, uses=""):
    """Return a diagram with only those declarations that something in it refers to."""
    text = "".join(body) + uses
    around = [each for each in AROUND if f'Ref="{_id(each)}"' in text]
    return draw.diagram(*body, around=around)


def _id(declaration):
    return declaration.split('id="')[1].split('"')[0]


def line(*content, ids=("x",)):
    """Return a diagram with something between a start and an end."""
    ends = draw.start(), draw.end()
    return diagram(*ends, *content, draw.chain("start", *ids, "end"))


# Activities


def activities():
    plain = ("task", "manualTask")
    for kind, steps, content in (
        *((kind, (), ()) for kind in plain),
        ("userTask", ("complete x",), ()),
        ("serviceTask", ("work x",), (draw.zeebe("taskDefinition", type="tun"),)),
        ("sendTask", ("work x",), (draw.zeebe("taskDefinition", type="tun"),)),
        ("scriptTask", (), (draw.zeebe("script", expression="= 1", resultVariable="r"),)),
        ("businessRuleTask", (), (_decision(),)),
    ):
        yield Cell(NAMES[kind], "im Ablauf", line(draw.node(kind, "x", *content)), steps)
    received = draw.node("receiveTask", "x", messageRef="m")
    yield Cell(NAMES["receiveTask"], "im Ablauf", line(received), ("deliver x",))
    instantiating = draw.node("receiveTask", "x", messageRef="m", instantiate="true")
    yield Cell(NAMES["receiveTask"], "beginnt das Verfahren", line(instantiating), None)
    code = draw.node("scriptTask", "x", "<bpmn:script>1</bpmn:script>", scriptFormat="python")
    yield Cell("Skript in einer Programmiersprache (script)", "im Ablauf", line(code), None)
    called = draw.node("callActivity", "x", draw.zeebe("calledElement", processId="anderes"))
    yield Cell(NAMES["callActivity"], "im Ablauf", line(called), ("returned x",))
    yield from scopes()
    yield from markers()


def _decision():
    return draw.zeebe("calledDecision", decisionId="wahl", resultVariable="r")


def _body(*content):
    return (draw.start("s"), draw.user("u"), draw.end("e"), draw.chain("s", "u", "e"), *content)


def scopes():
    part = draw.sub("x", *_body())
    yield Cell(NAMES["subProcess"], "im Ablauf", line(part), ("complete u",))
    nested = draw.sub("aussen", draw.start("s0"), part, draw.chain("s0", "x"))
    inside = line(nested, ids=("aussen",))
    yield Cell(NAMES["subProcess"], "in einem Teilprozess", inside, ("complete u",))
    transaction = draw.node("transaction", "x", *_body())
    yield Cell(NAMES["transaction"], "im Ablauf", line(transaction), None)
    chosen = line(draw.ad_hoc("x", draw.user("u")))
    steps = ("activate x u", "complete u")
    yield Cell(NAMES["adHocSubProcess"], "im Ablauf", chosen, steps)


LOOP = '<bpmn:standardLoopCharacteristics loopMaximum="2"/>'
CARDINAL = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
    "</bpmn:multiInstanceLoopCharacteristics>"
)


def markers():
    several = {
        "mehrfach, gleichzeitig": draw.loop("= [1, 2]"),
        "mehrfach, nacheinander": draw.loop("= [1, 2]", sequential=True),
        "mehrfach, mit Abbruchbedingung": draw.loop(
            "= [1, 2, 3]", condition="= numberOfCompletedInstances >= 2"
        ),
        "mehrfach, mit Ergebnisliste": draw.loop(
            "= [1, 2]", outputCollection="r", outputElement="= loopCounter"
        ),
    }
    for place, loop in several.items():
        twice = ("complete x", "complete x")
        yield Cell(NAMES["userTask"], place, line(draw.user("x", loop)), twice)
        part = draw.sub("x", loop, *_body())
        yield Cell(NAMES["subProcess"], place, line(part), ("complete u", "complete u"))
    for place, loop in (("mehrfach, mit Anzahl", CARDINAL), ("Schleife (Standard)", LOOP)):
        twice = ("complete x", "complete x")
        yield Cell(NAMES["userTask"], place, line(draw.user("x", loop)), twice)
        part = line(draw.sub("x", loop, *_body()))
        yield Cell(NAMES["subProcess"], place, part, ("complete u", "complete u"))
    undoing = draw.user("y", isForCompensation="true")
    yield Cell(NAMES["userTask"], "zur Kompensation", line(draw.user("x"), undoing), None)
    marked = line(draw.user("x", startQuantity="2"))
    yield Cell(NAMES["userTask"], "mit startQuantity oder completionQuantity", marked, None)


# Gateways and flows


def gateways():
    for kind, condition, taken in (
        ("exclusiveGateway", "= 1 = 1", ("a",)),
        ("inclusiveGateway", "= 1 = 1", ("a", "b")),
        ("parallelGateway", None, ("a", "b")),
        ("complexGateway", None, None),
    ):
        steps = taken and tuple(f"complete {each}" for each in taken)
        yield Cell(NAMES[kind], "teilt und führt zusammen", _gates(kind, condition), steps)
        if condition:
            otherwise = _gates(kind, "= 1 = 2", default="x_b")
            yield Cell(NAMES[kind], "mit Standardfluss", otherwise, ("complete b",))
    for place, attributes in (
        ("das erste Ereignis zählt", {}),
        ("wartet auf alle", {"eventGatewayType": "Parallel"}),
        ("beginnt das Verfahren", {"instantiate": "true"}),
    ):
        steps = ("deliver warten",) if not attributes else None
        yield Cell(NAMES["eventBasedGateway"], place, _race(attributes), steps)


def _gates(kind, condition, default=None):
    given = {"default": default} if default else {}
    return diagram(
        draw.start(),
        draw.node(kind, "x", **given),
        draw.user("a"),
        draw.user("b"),
        draw.node(kind, "zu"),
        draw.end(),
        draw.flow("start", "x"),
        draw.flow("x", "a", condition),
        draw.flow("x", "b", None if default else condition),
        draw.chain("a", "zu", "end"),
        draw.flow("b", "zu"),
    )


def _race(attributes):
    return diagram(
        draw.start(),
        draw.node("eventBasedGateway", "x", **attributes),
        draw.catch("frist", draw.timer("timeDuration", "P1D")),
        draw.catch("warten", draw.awaits("m")),
        draw.end(),
        draw.chain("start", "x", "frist", "end"),
        draw.chain("x", "warten", "end"),
    )


def flows():
    flow = draw.flow("start", "x", id="f1")
    plain = diagram(draw.start(), draw.user("x"), draw.end(), flow, draw.chain("x", "end"))
    yield Cell("Sequenzfluss (sequenceFlow)", "im Ablauf", plain, ("complete x",))
    forked = line(draw.user("x"), draw.user("y"), draw.flow("start", "y"), draw.flow("y", "end"))
    both = ("complete x", "complete y")
    yield Cell("Sequenzfluss (sequenceFlow)", "mehrere aus einem Schritt", forked, both)
    onwards = "= 1 = 1"
    conditional = diagram(
        draw.start(),
        draw.user("x"),
        draw.user("y"),
        draw.end(),
        draw.chain("start", "x"),
        draw.flow("x", "y", onwards),
        draw.chain("y", "end"),
    )
    yield Cell("Sequenzfluss (sequenceFlow)", "mit Bedingung an einer Aufgabe", conditional, both)
    default = line(draw.user("x", default="x_end"))
    yield Cell("Sequenzfluss (sequenceFlow)", "Standardfluss einer Aufgabe", default, None)


# Events

START, OVER = "am Anfang", "als Ereignisteilprozess, unterbricht"
CATCH, RACE = "wird abgewartet", "hinter ereignisbasiertem Gateway"
BORDER, SIDE = "am Rand, unterbricht", "am Rand, unterbricht nicht"
THROW, END = "wird ausgelöst", "am Ende"
BESIDE = "als Ereignisteilprozess, unterbricht nicht"
ALWAYS = (START, OVER, BESIDE, CATCH, RACE, BORDER, SIDE, THROW, END)
CAUGHT = (START, OVER, BESIDE, CATCH, RACE, BORDER, SIDE)

#: What the standard has where (BPMN 2.0.2, table 10.93).
EVENTS = {
    "none": (START, THROW, END),
    "message": ALWAYS,
    "timer": CAUGHT,
    "error": (OVER, BORDER, END),
    "escalation": (OVER, BESIDE, BORDER, SIDE, THROW, END),
    "cancel": (BORDER, END),
    "compensate": (OVER, BORDER, THROW, END),
    "conditional": CAUGHT,
    "link": (CATCH, THROW),
    "signal": ALWAYS,
    "terminate": (END,),
    "multiple": ALWAYS,
    "parallelMultiple": (START, OVER, BESIDE, CATCH, BORDER, SIDE),
}
CONDITION = (
    '<bpmn:conditionalEventDefinition><bpmn:condition xsi:type="bpmn:tFormalExpression">= bereit'
    "</bpmn:condition></bpmn:conditionalEventDefinition>"
)
DEFINITIONS = {
    "none": "",
    "message": draw.awaits("m"),
    "timer": draw.timer("timeDuration", "P1D"),
    "error": draw.throws("err"),
    "escalation": '<bpmn:escalationEventDefinition escalationRef="esk"/>',
    "cancel": "<bpmn:cancelEventDefinition/>",
    "compensate": "<bpmn:compensateEventDefinition/>",
    "conditional": CONDITION,
    "link": '<bpmn:linkEventDefinition name="weiter"/>',
    "signal": '<bpmn:signalEventDefinition signalRef="sig"/>',
    "terminate": draw.terminates(),
    "multiple": draw.awaits("m") + draw.timer("timeDuration", "P1D"),
    "parallelMultiple": draw.awaits("m") + draw.timer("timeDuration", "P1D"),
}
#: The steps that let an event happen that is awaited; new kinds are added here.
HAPPENS = {
    "conditional": ("correct bereit",),
    "message": ("deliver x",),
    "multiple": ("deliver x",),
    "parallelMultiple": ("deliver x", "fire x"),
    "signal": ("hear x",),
    "timer": ("fire x",),
}
#: What the work beside or inside throws: the host is an automatic step then.
THROWN = {"error": "throw a E1", "escalation": "escalate a K1"}


def events():
    for kind, places in EVENTS.items():
        for place in places:
            yield from SHAPES[place](kind, place)


def _cell(kind, place, xml, steps, waits=(), *, traced=True):
    return Cell(f"Ereignis: {KINDS[kind]} ({kind})", place, xml, steps, waits, traced)


def _facts(kind):
    return {"parallelMultiple": "true"} if kind == "parallelMultiple" else {}


def _at_start(kind, place):
    x = draw.start("x", DEFINITIONS[kind], **_facts(kind))
    xml = diagram(x, draw.user("a"), draw.end(), draw.chain("x", "a", "end"))
    known = kind in ("none", *HAPPENS)
    yield _cell(kind, place, xml, ("begin x", "complete a") if known else None)


def _catching(kind, place):
    xml = line(draw.node("intermediateCatchEvent", "x", DEFINITIONS[kind], **_facts(kind)))
    steps = HAPPENS.get(kind)
    if kind == "link":
        xml, steps = _linked("y", "x"), ()
    yield _cell(kind, place, xml, steps)


def _linked(thrower, catcher):
    throw = draw.node("intermediateThrowEvent", thrower, DEFINITIONS["link"])
    catch = draw.node("intermediateCatchEvent", catcher, DEFINITIONS["link"])
    ways = draw.chain("start", thrower), draw.chain(catcher, "end")
    return diagram(draw.start(), draw.end(), throw, catch, *ways)


def _in_race(kind, place):
    xml = diagram(
        draw.start(),
        draw.node("eventBasedGateway", "g"),
        draw.catch("x", DEFINITIONS[kind]),
        draw.catch("frist", draw.timer("timeDuration", "P9D")),
        draw.end(),
        draw.chain("start", "g", "x", "end"),
        draw.chain("g", "frist", "end"),
    )
    yield _cell(kind, place, xml, HAPPENS.get(kind))


def _attached(kind, place):
    if kind == "compensate":
        undone = _undone("x", draw.throw("y", draw.compensates()), "y")
        yield _cell(kind, place, undone, ("complete a", "complete un"), traced=False)
        return
    host = draw.job("a") if kind in THROWN else draw.user("a")
    if kind == "cancel":
        host = draw.node("transaction", "a", *_body())
    event = draw.node(
        "boundaryEvent",
        "x",
        DEFINITIONS[kind],
        attachedToRef="a",
        cancelActivity=str(place == BORDER).lower(),
        **_facts(kind),
    )
    goes_on = draw.user("danach") + draw.chain("x", "danach", "end")
    xml = line(host, event, goes_on, ids=("a",))
    yield _cell(kind, place, xml, _awaited(kind), _waits(kind, place))


def _awaited(kind):
    return (THROWN[kind],) if kind in THROWN else HAPPENS.get(kind)


def _waits(kind, place):
    stays = place in (SIDE, BESIDE) and kind not in THROWN
    return ("a", "danach") if stays else ("danach",)


def _undone(event_id, thrower, thrower_id, *, ends=False):
    """A step that is undone by "un" when the thrower says so."""
    event = draw.boundary(event_id, "a", draw.compensates())
    tied = draw.node("association", "as", sourceRef=event_id, targetRef="un")
    undo = draw.user("un", isForCompensation="true")
    content = draw.user("a"), event, tied, undo, thrower
    if ends:
        return diagram(draw.start(), *content, draw.chain("start", "a", thrower_id))
    return line(*content, ids=("a", thrower_id))


def _in_event_sub_process(kind, place):
    facts = {"isInterrupting": str(place == OVER).lower(), **_facts(kind)}
    x = draw.start("x", DEFINITIONS[kind], **facts)
    inside = x, draw.user("danach"), draw.end("e"), draw.chain("x", "danach", "e")
    handler = draw.sub("behandlung", *inside, triggeredByEvent="true")
    host = draw.job("a") if kind in THROWN else draw.user("a")
    xml = line(host, handler, ids=("a",))
    yield _cell(kind, place, xml, _awaited(kind), _waits(kind, place))


def _thrown(kind, place):
    xml = line(draw.node("intermediateThrowEvent", "x", *_sent(kind), DEFINITIONS[kind]))
    if kind == "link":
        xml = _linked("x", "y")
    if kind == "compensate":
        xml = _undone("rand", draw.throw("x", draw.compensates()), "x")
    yield _cell(kind, place, xml, _throwing(kind))


def _sent(kind):
    return (draw.zeebe("taskDefinition", type="nachricht"),) if kind == "message" else ()


def _throwing(kind):
    steps = {"message": ("work x",), "compensate": ("complete a", "complete un")}
    return steps.get(kind, ())


def _at_end(kind, place):
    x = draw.end("x", *_sent(kind), DEFINITIONS[kind])
    xml = diagram(draw.start(), x, draw.chain("start", "x"))
    if kind == "error":
        part = draw.sub("teil", draw.start("s"), x, draw.chain("s", "x"))
        event = draw.boundary("rand", "teil", draw.throws("err")) + draw.chain("rand", "end")
        xml = line(part, event, ids=("teil",))
    if kind == "cancel":
        xml = line(draw.node("transaction", "t", draw.start("s"), x, draw.chain("s", "x")))
    if kind == "compensate":
        xml = _undone("rand", x, "x", ends=True)
    yield _cell(kind, place, xml, _throwing(kind))


SHAPES = {
    START: _at_start,
    OVER: _in_event_sub_process,
    BESIDE: _in_event_sub_process,
    CATCH: _catching,
    RACE: _in_race,
    BORDER: _attached,
    SIDE: _attached,
    THROW: _thrown,
    END: _at_end,
}


def forms():
    """A person is asked before a procedure begins, where a person begins it."""
    name, form = "Formular am Start (formDefinition)", draw.zeebe("formDefinition", formId="f")
    begun = draw.chain("x", "a", "end")
    for place, content, around, steps in (
        ("ohne Auslöser", (), (), ("begin x", "complete a")),
        ("bei einer Nachricht", (draw.awaits("m"),), AROUND, None),
    ):
        body = draw.start("x", form, *content), draw.user("a"), draw.end(), begun
        yield Cell(name, place, draw.diagram(*body, around=around), steps)
    inner = draw.sub("teil", draw.start("x", form), draw.user("a"), draw.chain("x", "a"))
    yield Cell(name, "in einem Teilprozess", line(inner, ids=("teil",)), None)


def bindings():
    """Forms and decisions are those of the deployment, the newest, or the newest with a tag."""
    for binding, tag in (("deployment", {}), ("latest", {}), ("versionTag", {"versionTag": "2"})):
        form = draw.zeebe("formDefinition", formId="f", bindingType=binding, **tag)
        name = f"Fassung des Formulars (bindingType „{binding}“)"
        yield Cell(name, "an einer Aufgabe", line(draw.user("x", form)), ("complete x",))


def timers():
    """A timer may be a moment, a duration or a repetition."""
    date = "2026-07-01T08:00:00"
    for kind, text in (("timeDate", date), ("timeDuration", "P1M"), ("timeCycle", "R2/P1D")):
        definition = draw.timer(kind, text)
        name = f"Frist: {TIMERS[kind]} ({kind})"
        start = draw.start("x", definition)
        begun = diagram(start, draw.user("a"), draw.end(), draw.chain("x", "a", "end"))
        yield Cell(name, START, begun, ("begin x", "complete a"))
        yield Cell(name, CATCH, line(draw.catch("x", definition)), ("fire x",))
        for place in (BORDER, SIDE):
            event = draw.boundary("x", "a", definition, interrupting=place == BORDER)
            goes_on = event, draw.user("danach"), draw.chain("x", "danach", "end")
            waits = ("danach",) if place == BORDER else ("a", "danach")
            xml = line(draw.user("a"), *goes_on, ids=("a",))
            yield Cell(name, place, xml, ("fire x",), waits)


# What is drawn around the flow


def surroundings():
    place = "zur Erläuterung"
    task = draw.user("x")
    drawn = {
        "Datenobjekt (dataObject, dataObjectReference)": draw.node("dataObject", "d")
        + draw.node("dataObjectReference", "dr", dataObjectRef="d"),
        "Datenspeicher (dataStoreReference)": draw.node("dataStoreReference", "ds"),
        "Anmerkung (textAnnotation, association)": draw.node(
            "textAnnotation", "t", "<bpmn:text>§ 20</bpmn:text>"
        )
        + draw.node("association", "as", sourceRef="x", targetRef="t"),
        "Gruppierung (group)": draw.node("group", "g"),
        "Bahn (lane)": '<bpmn:laneSet id="ls"><bpmn:lane id="l" name="Leitung">'
        "<bpmn:flowNodeRef>x</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>",
    }
    for name, shapes in drawn.items():
        yield Cell(name, place, line(shapes, task), ("complete x",))
    associated = draw.user("x", '<bpmn:dataInputAssociation id="di"/>')
    yield Cell("Datenfluss (dataInputAssociation)", place, line(associated), ("complete x",))
    for name in ("ioSpecification", "potentialOwner", "humanPerformer", "resourceRole"):
        inside = line(draw.user("x", f"<bpmn:{name}/>"))
        documents = ("complete x",) if name == "ioSpecification" else None
        yield Cell(f"{name}", "an einer Aufgabe", inside, documents)
    for name in ("correlationSubscription", "auditing", "monitoring"):
        yield Cell(f"{name}", "am Verfahren", line(f'<bpmn:{name} id="k"/>', task), None)


def declarations():
    body = "".join((draw.start(), draw.user("x"), draw.end(), draw.chain("start", "x", "end")))
    process = f'<bpmn:process id="p" isExecutable="true">{body}</bpmn:process>'
    other = '<bpmn:process id="andere"><bpmn:complexGateway id="q"/></bpmn:process>'
    pools = (
        '<bpmn:collaboration id="c"><bpmn:participant id="pool" processRef="p"/>'
        '<bpmn:participant id="familie"/>'
        '<bpmn:messageFlow id="mf" sourceRef="familie" targetRef="x"/></bpmn:collaboration>'
    )
    step = ("complete x",)
    around = "um das Verfahren"
    together = draw.file(pools, process)
    yield Cell("Pool (participant) und Nachrichtenfluss (messageFlow)", around, together, step)
    beside = draw.file(other, process)
    yield Cell("Verfahren, das nicht ausführbar ist", "neben dem Verfahren", beside, step)
    for name in (
        "choreography",
        "globalConversation",
        "globalUserTask",
        "globalTask",
        "itemDefinition",
        "interface",
        "resource",
        "partnerEntity",
        "correlationProperty",
        "signal",
        "escalation",
        "category",
        "dataStore",
    ):
        shown = draw.file(f'<bpmn:{name} id="g"/>', process)
        drawn = ("category", "dataStore", "escalation", "itemDefinition", "signal")
        used = step if name in drawn else None
        yield Cell(name, around, shown, used)


# Running a cell


def cells():
    """Yield every cell of the table."""
    for part in (
        activities,
        gateways,
        flows,
        events,
        forms,
        bindings,
        timers,
        surroundings,
        declarations,
    ):
        yield from part()


def refusal(cell):
    """Return the finding for which a cell is refused, or None."""
    return next(iter(bpmn.check(cell.xml, file="element.bpmn")), None)


def run(cell):
    """Run an accepted cell to its end; AssertionError when something else happens."""
    assert cell.steps is not None, "runs, but nobody has written down what should happen"
    decisions = dmn.load(DECISION, file="wahl.dmn").decisions
    story = Story(cell.xml, process="p", decisions=decisions)
    steps = list(cell.steps)
    at = steps.pop(0).split()[1] if steps and steps[0].startswith("begin") else None
    story.begin(at, fall_id="7", bereit=False)
    for step in steps:
        what, *given = step.split()
        if what == "correct":
            story.correct(**dict.fromkeys(given, True))
        else:
            getattr(story, what)(*given)
    if cell.waits:
        assert story.open == sorted(cell.waits)
    for _ in range(MOST_STEPS):
        if story.open:
            story.complete(story.open[0])
        elif story.outcome.jobs:
            story.work(story.outcome.jobs[0].element_id)
    assert story.outcome.incidents == ()
    assert story.is_over
    assert not cell.traced or "completed" in story.happened("x")


# Writing the table

NAMES = {
    "adHocSubProcess": "Ad-hoc-Teilprozess (adHocSubProcess)",
    "businessRuleTask": "Geschäftsregel (businessRuleTask)",
    "callActivity": "Aufruf eines Verfahrens (callActivity)",
    "complexGateway": "Komplexes Gateway (complexGateway)",
    "eventBasedGateway": "Ereignisbasiertes Gateway (eventBasedGateway)",
    "exclusiveGateway": "Exklusives Gateway (exclusiveGateway)",
    "inclusiveGateway": "Inklusives Gateway (inclusiveGateway)",
    "manualTask": "Manuelle Aufgabe (manualTask)",
    "parallelGateway": "Paralleles Gateway (parallelGateway)",
    "receiveTask": "Empfangsaufgabe (receiveTask)",
    "scriptTask": "Skriptaufgabe in FEEL (scriptTask)",
    "sendTask": "Sendeaufgabe (sendTask)",
    "serviceTask": "Automatischer Schritt (serviceTask)",
    "subProcess": "Teilprozess (subProcess)",
    "task": "Aufgabe ohne Art (task)",
    "transaction": "Transaktion (transaction)",
    "userTask": "Aufgabe für Menschen (userTask)",
}
KINDS = {
    "cancel": "Abbruch",
    "compensate": "Kompensation",
    "conditional": "Bedingung",
    "error": "Fehler",
    "escalation": "Eskalation",
    "link": "Link",
    "message": "Nachricht",
    "multiple": "mehrere Auslöser",
    "none": "ohne Auslöser",
    "parallelMultiple": "mehrere Auslöser zugleich",
    "signal": "Signal",
    "terminate": "Beendigung",
    "timer": "Frist",
}
TIMERS = {"timeCycle": "Wiederholung", "timeDate": "Zeitpunkt", "timeDuration": "Dauer"}
HEAD = """# Was in Diagrammen läuft

Diese Tabelle nennt jedes Element von BPMN 2.0 an jeder Stelle, an der der Standard es vorsieht. Ein
Test übernimmt für jede Zeile ein kleines Diagramm und führt es aus; weicht das Ergebnis von der
Tabelle ab, schlägt er fehl.

* „läuft“ heißt: Es tut, was der Standard sagt.
* „abgelehnt“ heißt: Lotse übernimmt das Diagramm nicht und nennt den Grund. Die Regeln erklärt
  [ablehnungen.md](ablehnungen.md).

Im Diagramm der Zeile heißt das Element „x“.

| Element | Stelle | Ergebnis | Satz der Ablehnung |
|---|---|---|---|
"""


def row(cell):
    """Return the line of a cell."""
    found = refusal(cell)
    result, sentence = "läuft", ""
    if found is not None:
        result = f"abgelehnt ([{found.rule}](ablehnungen.md#{found.rule}))"
        sentence = found.message.replace("|", "\\|")
    return f"| {cell.element} | {cell.place} | {result} | {sentence} |\n"


def page():
    """Return docs/elemente.md as it should read."""
    return HEAD + "".join(row(cell) for cell in cells())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
