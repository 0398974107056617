"""`lotse check` and `lotse deploy` name file and element of what is broken, and change nothing."""

import sys

import pytest

from engine.model.deployment import Definition, Deployment
from tests.engine.bpmn import drawing as d
from tests.web import small
from web.command_line import main
from web.database import db

GOOD = small.between()
DMN = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"'
    ' namespace="t"><decision id="dmn_probe" name="Probe"><variable name="probe"/>'
    '<decisionTable id="t1" hitPolicy="UNIQUE"><input id="i1" label="Zahl">'
    '<inputExpression id="e1"><text>{input}</text></inputExpression></input>'
    '<output id="o1" name="x"/><rule id="r1"><inputEntry id="n1"><text>&gt; 1</text></inputEntry>'
    '<outputEntry id="x1"><text>1</text></outputEntry></rule></decisionTable></decision>'
    "</definitions>"
)


def call(monkeypatch, capsys, *arguments):
    """Call `lotse` as a shell does; return its exit code and everything it says."""
    monkeypatch.setattr(sys, "argv", ["lotse", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    return ended.value.code or 0, said.out + said.err


@pytest.fixture
def lotse(stage, monkeypatch, capsys):
    with stage.app.app_context():
        folder = db.engine.url.database.rpartition("/")[0]
        db.engine.dispose()
    monkeypatch.setenv("LOTSE_DATA", folder)
    return lambda *arguments: call(monkeypatch, capsys, *arguments)


def deployed(stage):
    with stage.app.app_context():
        return [
            db.session.execute(db.select(db.func.count()).select_from(table)).scalar_one()
            for table in (Deployment, Definition)
        ]


def xml_of(text):
    return text if isinstance(text, bytes) else text.encode()


def split(condition):
    """A diagram with a gateway and this condition on one of its ways."""
    ways = (
        d.flow("start_probe", "ut_frage"),
        d.flow("ut_frage", "gw"),
        d.flow("gw", "ut_danach", condition, id="weg"),
        d.flow("gw", "end", id="sonst"),
        d.flow("ut_danach", "ende"),
    )
    nodes = (small.START, small.task("ut_frage"), d.xor("gw", default="sonst"))
    rest = (small.task("ut_danach"), d.end("end"), d.end("ende"))
    return d.diagram(*nodes, *rest, *ways, process=small.NAME)


BROKEN_DIAGRAMS = {
    "no XML": (b"das ist kein XML", ("probe.bpmn",)),
    "a document type": (b'<!DOCTYPE x [<!ENTITY a "b">]>' + GOOD, ("probe.bpmn",)),
    "no process": (d.file(), ("probe.bpmn",)),
    "an element that Lotse does not run": (
        small.between(("komplex", d.node("complexGateway", "komplex"))),
        ("probe.bpmn", "komplex"),
    ),
    "an expression that cannot be read": (
        small.between(("rechnen", d.script("rechnen", "= 1 +", "x"))),
        ("probe.bpmn", "rechnen"),
    ),
    "a condition that cannot be read": (split("= frage.zahl >"), ("probe.bpmn", "weg")),
    "a decision that does not exist": (
        small.between(("entscheiden", d.decide("entscheiden", "dmn_fehlt", "x"))),
        ("entscheiden", "dmn_fehlt"),
    ),
    "a flow into nowhere": (
        GOOD.replace(b'targetRef="end"', b'targetRef="nirgends"'),
        ("probe.bpmn",),
    ),
}
BROKEN_FORMS = {
    "no JSON": ("{", ("probe.frage.form",)),
    "an unknown component": (
        small.form("frage", small.question("x", "X", "videochat")),
        ("probe.frage.form", "„x“"),
    ),
    "a formula that cannot be read": (
        small.form("frage", small.question("x", "X", conditional={"hide": "=1 +"})),
        ("probe.frage.form", "„x“"),
    ),
}


@pytest.mark.parametrize("command", ["check", "deploy"])
@pytest.mark.parametrize("name", BROKEN_DIAGRAMS)
def test_a_broken_diagram(stage, lotse, tmp_path, command, name):
    content, places = BROKEN_DIAGRAMS[name]
    refused(stage, lotse, command, small.put(tmp_path, xml_of(content)), places)


@pytest.mark.parametrize("command", ["check", "deploy"])
@pytest.mark.parametrize("name", BROKEN_FORMS)
def test_a_broken_form(stage, lotse, tmp_path, command, name):
    content, places = BROKEN_FORMS[name]
    refused(stage, lotse, command, small.put(tmp_path, GOOD, frage=content), places)


@pytest.mark.parametrize("command", ["check", "deploy"])
@pytest.mark.parametrize(
    ("content", "places"),
    [
        ("<definitions", ("probe.dmn",)),
        (DMN.format(input="1 +"), ("probe.dmn", "i1")),
    ],
)
def test_a_broken_decision(stage, lotse, tmp_path, command, content, places):
    directory = small.put(tmp_path, GOOD)
    (directory / "probe.dmn").write_text(content)
    refused(stage, lotse, command, directory, places)


def refused(stage, lotse, command, directory, places):
    before = deployed(stage)
    code, said = lotse(command, directory)
    assert code == 1
    assert "Traceback" not in said
    for place in places:
        assert place in said, said
    assert deployed(stage) == before


@pytest.mark.parametrize("command", ["check", "deploy"])
def test_a_form_that_is_missing_names_the_task(stage, lotse, tmp_path, command):
    directory = small.put(tmp_path, GOOD)
    (tmp_path / "forms" / "definitions" / "probe" / "frage.form").unlink()
    refused(stage, lotse, command, directory, ("probe.bpmn", "ut_frage", "probe.frage"))


@pytest.mark.parametrize("command", ["check", "deploy"])
def test_a_diagram_that_reads_a_protected_answer(stage, lotse, tmp_path, command):
    secret = small.question("notiz", "Notiz", properties={"datenklasse": "S8"})
    content = small.between(("lesen", d.script("lesen", "= frage.notiz", "x")))
    directory = small.put(tmp_path, content, frage=small.form("frage", small.NUMBER, secret))
    refused(stage, lotse, command, directory, ("probe.bpmn", "lesen", "frage.notiz"))


@pytest.mark.parametrize("command", ["check", "deploy"])
def test_an_empty_folder(stage, lotse, tmp_path, command):
    (tmp_path / "leer").mkdir()
    refused(stage, lotse, command, tmp_path / "leer", ("leer", "kein Verfahren"))


@pytest.mark.parametrize("command", ["check", "deploy"])
def test_a_file_that_is_too_large(stage, lotse, tmp_path, command):
    directory = small.put(tmp_path, GOOD + b" " * (2 * 1024 * 1024))
    refused(stage, lotse, command, directory, ("probe.bpmn", "größer als 2 MB"))


def test_a_corrected_folder_is_taken_over_once(stage, lotse, tmp_path):
    directory = small.put(tmp_path, b"das ist kein XML")
    assert lotse("deploy", directory)[0] == 1
    directory = small.put(tmp_path, GOOD)
    assert lotse("check", directory)[0] == 0
    before = deployed(stage)
    code, said = lotse("deploy", directory)
    assert (code, said.splitlines()[-1]) == (0, "probe: Version 1 (neu)")
    assert lotse("deploy", directory) == (0, "probe: Version 1 (unverändert)\n")
    assert deployed(stage) == [one + 1 for one in before]
