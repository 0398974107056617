"""`lotse check` warns where a step does not say which rule it follows."""

import sys

import pytest

from tests.engine.bpmn import drawing as d
from tests.web import small
from web import deploying
from web.command_line import main

KNOWN = "KIBIZ-038"
ROW = (
    '<rule id="{0}"><description>{1}</description><inputEntry id="e{0}"><text>-</text></inputEntry>'
    '<outputEntry id="o{0}"><text>1</text></outputEntry></rule>'
)


def warnings(directory):
    found = deploying.check(deploying.folder(directory), None)
    assert {each.level for each in found} <= {"warning"}, found
    return {(each.file, each.element_id, each.message) for each in found}


def said_of(found, element_id):
    return [message for _, key, message in sorted(found) if key == element_id]


def sourced(element, **given):
    """The element with properties beside whatever else it has."""
    return element.replace(
        "</bpmn:extensionElements>", small.properties(**given) + "</bpmn:extensionElements>"
    )


def test_a_task_without_a_source(tmp_path):
    found = warnings(small.put(tmp_path, small.between()))
    message = "Die Aufgabe nennt weder quelle noch annahme."
    assert found == {("probe.bpmn", key, message) for key in ("ut_frage", "ut_danach")}


@pytest.mark.parametrize("given", [{"quelle": KNOWN}, {"annahme": "U-05"}, {"annahme": "ja"}])
def test_a_task_with_one(tmp_path, given):
    step = sourced(small.task("ut_frage").replace("ut_frage", "ut_mitte"), **given)
    found = warnings(small.put(tmp_path, small.between(("ut_mitte", step))))
    assert said_of(found, "ut_mitte") == []


def test_a_rule_that_nobody_knows(tmp_path):
    step = d.script("rechnen", "=1", "x").replace(
        "<bpmn:extensionElements>",
        "<bpmn:extensionElements>" + small.properties(quelle=f"{KNOWN}, KIBIZ-999"),
    )
    found = warnings(small.put(tmp_path, small.between(("rechnen", step))))
    assert said_of(found, "rechnen") == ["Die Regel „KIBIZ-999“ steht in keinem Regelwerk."]


def test_gateways_that_decide_and_deadlines(tmp_path):
    ways = (
        d.chain("start_probe", "ut_frage", "gw", "frist", "ut_danach", "vereint", "end"),
        d.flow("gw", "vereint", "=frage.zahl = 1", id="weg"),
    )
    body = (
        *(small.START, small.task("ut_frage"), d.xor("gw", default="gw_frist")),
        *(d.catch("frist", d.timer("timeDuration", "P1D")), d.xor("vereint")),
        *(small.task("ut_danach"), d.end("end")),
    )
    found = warnings(small.put(tmp_path, d.diagram(*body, *ways, process=small.NAME)))
    assert said_of(found, "gw") == ["Die Verzweigung nennt weder quelle noch annahme."]
    assert said_of(found, "frist") == ["Die Frist nennt weder quelle noch annahme."]
    assert said_of(found, "vereint") == []


def test_rows_of_decisions(tmp_path):
    rows = (
        *(ROW.format("bekannt", f"{KNOWN}, annahme U-01"), ROW.format("angenommen", "annahme")),
        *(ROW.format("fremd", "KIBIZ-999"), ROW.format("leer", "")),
    )
    directory = small.put(tmp_path, small.between())
    (directory / "probe.dmn").write_text(
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"'
        ' namespace="t"><decision id="dmn_probe" name="Probe"><variable name="probe"/>'
        '<decisionTable id="t" hitPolicy="COLLECT"><input id="i"><inputExpression id="ie">'
        '<text>frage.zahl</text></inputExpression></input><output id="o" name="x"/>'
        f"{''.join(rows)}</decisionTable></decision></definitions>"
    )
    found = warnings(directory)
    assert said_of(found, "fremd") == ["Die Regel „KIBIZ-999“ steht in keinem Regelwerk."]
    assert "weder eine Regel noch eine Annahme" in said_of(found, "leer")[0]
    assert not said_of(found, "bekannt") + said_of(found, "angenommen")


def test_fields_of_forms(tmp_path):
    asked = small.question("zahl", "Zahl", properties={"quelle": f"KIBIZ-999, {KNOWN}"})
    found = warnings(small.put(tmp_path, small.between(), frage=small.form("frage", asked)))
    assert said_of(found, "feld_zahl") == ["Die Regel „KIBIZ-999“ steht in keinem Regelwerk."]


def test_warnings_are_shown_and_refuse_nothing(tmp_path, monkeypatch, capsys):
    directory = small.put(tmp_path, small.between())
    monkeypatch.setattr(sys, "argv", ["lotse", "check", str(directory)])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().out
    assert not ended.value.code
    assert "Hinweis: probe.bpmn, Element „ut_frage“: Die Aufgabe nennt weder" in said
    assert "keine Fehler" in said
