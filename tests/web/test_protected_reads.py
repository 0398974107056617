"""No expression of a diagram or a decision gets at a protected answer (M4)."""

import pytest

from tests.engine.bpmn import drawing as d
from tests.web import small
from web import deploying

SECRET = small.question("notiz", "Notiz", properties={"datenklasse": "S8"})
ROWS = {
    "type": "dynamiclist",
    "id": "feld_kinder",
    "path": "kinder",
    "label": "Kinder",
    "components": [small.question("name", "Name"), SECRET],
}
FORMS = {"frage": small.form("frage", small.NUMBER, SECRET)}
DMN = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"'
    ' namespace="t">{}</definitions>'
)


def decision(logic, key="dmn_probe", rest=""):
    return DMN.format(
        f'<decision id="{key}" name="{key}"><variable name="{key}"/>{rest}{logic}</decision>'
    )


def literal(text, key="l1"):
    return f'<literalExpression id="{key}"><text>{text}</text></literalExpression>'


def table(given="frage.zahl", test="-", result="1"):
    return (
        '<decisionTable id="t" hitPolicy="FIRST"><input id="i" label="Zahl">'
        f'<inputExpression id="ie"><text>{given}</text></inputExpression></input>'
        '<output id="o" name="x"/><rule id="r">'
        f'<inputEntry id="zelle"><text>{test}</text></inputEntry>'
        f'<outputEntry id="ergebnis"><text>{result}</text></outputEntry></rule></decisionTable>'
    )


def complaints(tmp_path, diagram, *, dmn=None, forms=FORMS):
    """Return element and sentence of each refused reading; everything else is in order."""
    directory = small.put(tmp_path, diagram, **forms)
    if dmn is not None:
        (directory / "probe.dmn").write_text(dmn)
    found = deploying.check(deploying.folder(directory), None)
    errors = [each for each in found if each.level == "error"]
    assert {each.rule for each in errors} <= {"protected-read"}, errors
    return [(each.element_id, each.message) for each in errors]


def script(text):
    return small.between(("lesen", d.script("lesen", text, "x")))


def send(text):
    given = d.mapping({"wert": text})
    return d.job("lesen", given, kind="sendTask", type="nachricht.senden")


def wait(text):
    return d.catch("lesen", d.timer("timeDate", text))


def decide(text):
    return d.decide("lesen", "dmn_probe", "x", d.mapping({"wert": text}))


def mapped(text):
    return d.job("lesen", d.mapping(outputs={"x": text}))


PLACES = {"script": lambda text: d.script("lesen", text, "x"), "send": send, "timer": wait}
PLACES |= {"decision": decide, "output": mapped}


@pytest.mark.parametrize(
    "kind, given, outputs, refused",
    [
        ("kontakt.erfassen", {"notiz_sgb8": "=frage.notiz"}, {}, False),
        ("kontakt.erfassen", {"notiz_sgb2": "=frage.notiz"}, {}, True),
        ("kontakt.erfassen", {"notiz_sgb8": "=string length(frage.notiz)"}, {}, True),
        ("kontakt.erfassen", {"notiz_sgb8": "=frage"}, {}, True),
        ("kontakt.erfassen", {"notiz_sgb8": "=frage.notiz"}, {"x": "=notiz_sgb8"}, True),
        (
            "kontakt.erfassen",
            {"notiz_sgb8": "=frage.notiz", "notiz_sgb2": "=notiz_sgb8"},
            {},
            True,
        ),
        ("statistik.zaehlen", {"notiz_sgb8": "=frage.notiz"}, {}, True),
    ],
)
def test_a_protected_note_may_only_be_filed_with_its_contact(
    tmp_path, kind, given, outputs, refused
):
    diagram = small.between(("lesen", d.job("lesen", d.mapping(given, outputs), type=kind)))
    assert bool(complaints(tmp_path, diagram)) is refused


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "text", ["=frage.notiz", '=get value(frage, "notiz")', "=[frage][1].notiz", "=frage"]
)
def test_every_place_is_looked_at(tmp_path, place, text):
    diagram = small.between(("lesen", PLACES[place](text)))
    [(element_id, message)] = complaints(tmp_path, diagram, dmn=decision(literal("1")))
    assert element_id == "lesen"
    assert "„frage.notiz“" in message


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", ["=frage.zahl", "=get or else(frage.zahl, 0)", "=frage = null"])
def test_open_answers_may_be_read(tmp_path, place, text):
    diagram = small.between(("lesen", PLACES[place](text)))
    assert not complaints(tmp_path, diagram, dmn=decision(literal("1")))


def test_a_whole_context_is_refused_with_what_it_holds(tmp_path):
    [(_, message)] = complaints(tmp_path, script("=frage"))
    assert "im Ganzen" in message
    assert "„frage.notiz“" in message


@pytest.mark.parametrize(
    "text",
    [
        "=for k in frage.kinder return k.notiz",
        '=frage.kinder[notiz = "x"].name',
        "=frage.kinder",
        "=frage.kinder[1].notiz",
    ],
)
def test_protected_answers_in_lists(tmp_path, text):
    assert complaints(tmp_path, script(text), forms={"frage": small.form("frage", ROWS)})


def test_open_answers_in_lists_may_be_read(tmp_path):
    text = "=for k in frage.kinder return k.name"
    assert not complaints(tmp_path, script(text), forms={"frage": small.form("frage", ROWS)})


def test_the_variable_is_named_as_the_task_not_as_the_form(tmp_path):
    other = small.task("ut_frage").replace("ut_frage", "ut_andere")
    diagram = small.between(
        ("ut_andere", other), ("lesen", d.script("lesen", "=andere.notiz", "x"))
    )
    [(element_id, message)] = complaints(tmp_path, diagram)
    assert (element_id, "„andere.notiz“" in message) == ("lesen", True)


def with_button(text):
    button = small.properties(
        knopf="Melden", knopf_gruppen="goe_ifk", knopf_formular="probe.melden", annahme="ja"
    )
    caught = d.boundary("bd", "ut_frage", button, d.awaits("m"), interrupting=False)
    reads = d.script("lesen", text, "x")
    ways = d.chain("start_probe", "ut_frage", "ut_danach", "end") + d.chain("bd", "lesen", "aus")
    body = (small.START, small.task("ut_frage"), small.task("ut_danach"), d.end("end"))
    around = (d.message("m", "msg_melden"),)
    return d.diagram(*body, caught, reads, d.end("aus"), ways, process=small.NAME, around=around)


@pytest.mark.parametrize(("text", "refused"), [("=notiz", True), ("=zahl", False)])
def test_answers_of_a_button_are_variables_of_their_own(tmp_path, text, refused):
    forms = {"melden": small.form("melden", small.NUMBER, SECRET)}
    assert bool(complaints(tmp_path, with_button(text), forms=forms)) is refused


def each_item(collected, text):
    item = d.sub(
        "runde",
        d.loop("=[1, 2]", outputCollection="alle", outputElement=collected),
        d.start("s"),
        small.task("ut_frage").replace("ut_frage", "ut_einzeln"),
        d.end("e"),
        d.chain("s", "ut_einzeln", "e"),
    )
    return small.between(("runde", item), ("lesen", d.script("lesen", text, "x")))


def test_a_multiple_task_may_collect_whole_answers(tmp_path):
    assert not complaints(tmp_path, each_item("=einzeln", "=alle.zahl"))
    assert not complaints(tmp_path, each_item("=einzeln", "=count(alle)"))


@pytest.mark.parametrize("text", ["=alle[1].notiz", "=alle", "=for a in alle return a.notiz"])
def test_what_a_multiple_task_collects_stays_protected(tmp_path, text):
    [(element_id, _)] = complaints(tmp_path, each_item("=einzeln", text))
    assert element_id == "lesen"


@pytest.mark.parametrize("collected", ["=einzeln.notiz", "={wert: einzeln}"])
def test_a_multiple_task_must_not_take_protected_answers_out(tmp_path, collected):
    [(element_id, _)] = complaints(tmp_path, each_item(collected, "=1"))
    assert element_id == "runde"


KNOWLEDGE = (
    '<businessKnowledgeModel id="bkm" name="bkm"><variable name="bkm"/><encapsulatedLogic id="f">'
    '<formalParameter name="{}"/>{}</encapsulatedLogic></businessKnowledgeModel>'
)
ENTRY = '<contextEntry id="{0}"><variable name="{0}"/>{1}</contextEntry>'
BROKEN = {
    "input": (decision(table(given="frage.notiz")), "ie"),
    "cell": (decision(table(test="frage.notiz")), "zelle"),
    "output": (decision(table(result="frage.notiz")), "ergebnis"),
    "literal": (decision(literal("frage.notiz")), "l1"),
    "box": (decision(f'<list id="b">{literal("frage.notiz")}</list>'), "l1"),
    "whole": (decision(literal("string(frage)")), "l1"),
    "function": (DMN.format(KNOWLEDGE.format("p", literal("frage.notiz"))), "l1"),
    "entry": (
        decision(f'<context id="c">{ENTRY.format("frage", literal("frage.notiz"))}</context>'),
        "l1",
    ),
}


COUNT = (
    '<businessKnowledgeModel id="bkm" name="count"><variable name="count"/>'
    '<encapsulatedLogic id="f"><formalParameter name="p"/>'
    f"{literal('p.notiz', 'l0')}</encapsulatedLogic></businessKnowledgeModel>"
)


def test_a_function_named_like_a_built_in_is_looked_through(tmp_path):
    [(key, _)] = complaints(tmp_path, script("=count(frage)"), dmn=DMN.format(COUNT))
    assert key == "lesen"
    both = decision(literal("count(frage)"), rest="").replace("</definitions>", COUNT)
    [(key, _)] = complaints(tmp_path, small.between(), dmn=both + "</definitions>")
    assert key == "l1"


@pytest.mark.parametrize("name", BROKEN)
def test_decisions_are_looked_at(tmp_path, name):
    dmn, place = BROKEN[name]
    assert [key for key, _ in complaints(tmp_path, small.between(), dmn=dmn)] == [place]


@pytest.mark.parametrize(
    "dmn",
    [
        decision(table()),
        DMN.format(KNOWLEDGE.format("frage", literal("frage.notiz"))),
        decision(
            f'<context id="c">{ENTRY.format("frage", literal("1"))}'
            f"{ENTRY.format('zwei', literal('frage', 'l2'))}</context>"
        ),
    ],
)
def test_names_of_a_decisions_own_are_free(tmp_path, dmn):
    assert not complaints(tmp_path, small.between(), dmn=dmn)


def test_the_shipped_procedures_read_nothing_protected():
    for folder in deploying.folders():
        shared = deploying.shared_beside(deploying.PROCESSES / folder.name)
        assert not [f for f in deploying.check(folder, shared) if f.rule == "protected-read"]


def sounded(content):
    return d.throw("lesen", content, d.signals("s"))


NEWER = {
    "loop": lambda text: d.job("lesen", d.again(text)),
    "ad hoc, done": lambda text: d.ad_hoc("lesen", d.user("i", *OFFERED), condition=text),
    "ad hoc, list": lambda text: d.ad_hoc("lesen", d.user("i", *OFFERED), listed=text),
    "condition": lambda text: d.catch("lesen", d.when(text)),
    "job": lambda text: d.job("lesen", d.mapping({"wert": text}), type="fremd"),
    "called process": lambda text: d.call("lesen", text),
    "handed to a call": lambda text: d.call("lesen", "nirgends", d.mapping({"wert": text})),
    "taken from a call": lambda text: d.call("lesen", "nirgends", d.mapping(outputs={"w": text})),
    "signal": lambda text: sounded(d.mapping({"wert": text})),
    "after a signal": lambda text: sounded(d.mapping(outputs={"wert": text})),
}
OFFERED = (
    d.zeebe("formDefinition", formId="probe.danach"),
    d.zeebe("assignmentDefinition", candidateGroups="goe_ifk"),
)
LOUD = d.signal("s", "laut")


@pytest.mark.parametrize("place", NEWER)
@pytest.mark.parametrize(("text", "refused"), [("= frage.notiz", True), ("= frage.zahl", False)])
def test_every_newer_place_is_looked_at(tmp_path, place, text, refused):
    diagram = small.between(("lesen", NEWER[place](text)))
    diagram = diagram.replace(b"<bpmn:process ", LOUD.encode() + b"<bpmn:process ", 1)
    assert [key for key, _ in complaints(tmp_path, diagram)] == ["lesen"] * refused


def test_a_condition_on_a_way_out_of_a_task_is_looked_at(tmp_path):
    way = b'sourceRef="ut_frage" targetRef="ut_danach">'
    condition = b'<bpmn:conditionExpression>= frage.notiz = "x"</bpmn:conditionExpression>'
    diagram = small.between().replace(way, way + condition)
    [(element_id, _)] = complaints(tmp_path, diagram)
    assert element_id == "ut_frage"


@pytest.mark.parametrize(("text", "refused"), [("= alle.zahl", False), ("= alle.notiz", True)])
def test_what_an_ad_hoc_phase_collects_stays_protected(tmp_path, text, refused):
    asks = small.task("ut_frage").replace("ut_frage", "ut_einzeln")
    phase = d.ad_hoc("phase", asks, collects=("alle", "= einzeln"))
    diagram = small.between(("phase", phase), ("lesen", d.script("lesen", text, "x")))
    assert [key for key, _ in complaints(tmp_path, diagram)] == ["lesen"] * refused
