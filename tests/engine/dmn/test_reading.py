"""Hostile and broken files: each is refused with a sentence, none is followed."""

from datetime import UTC, datetime

import pytest

from engine.dmn import DecisionFailed, DecisionInvalid, examine, load
from engine.dmn.reading import NAMESPACES

DECISION = (
    '<decision id="frage" name="Frage">'
    "<literalExpression><text>1</text></literalExpression></decision>"
)


def file_of(body, namespace="https://www.omg.org/spec/DMN/20191111/MODEL/"):
    return f'<definitions xmlns="{namespace}" id="d" name="d">{body}</definitions>'


def refusal(xml):
    with pytest.raises(DecisionInvalid) as refused:
        load(xml if isinstance(xml, bytes) else xml.encode(), file="fremd.dmn")
    (finding,) = refused.value.findings
    assert finding.file == "fremd.dmn"
    return finding.message


@pytest.mark.parametrize("namespace", sorted(NAMESPACES))
def test_every_version_of_dmn_is_read(namespace):
    model = load(file_of(DECISION, namespace).encode(), file="probe.dmn")
    assert list(model.decisions) == ["frage"]


def test_a_byte_order_mark_does_no_harm():
    assert load(b"\xef\xbb\xbf" + file_of(DECISION).encode(), file="probe.dmn").decisions


@pytest.mark.parametrize(
    "start",
    [
        '<!DOCTYPE definitions SYSTEM "http://example.org/x.dtd">',
        '<!DOCTYPE d [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE d [<!ENTITY geheim SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_a_document_type_is_refused(start):
    assert "DOCTYPE" in refusal(start + file_of(DECISION))


def test_a_document_type_cannot_hide_in_another_encoding():
    hidden = '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE d+AD4-' + file_of(DECISION)
    assert "Zeichenkodierung „UTF-7“" in refusal(hidden)
    assert "UTF-8" in refusal(("<!DOCTYPE d>" + file_of(DECISION)).encode("utf-16"))


def test_an_unknown_entity_is_refused():
    assert "kein gültiges XML" in refusal(file_of(DECISION.replace("1", "&geheim;")))


@pytest.mark.parametrize("xml", ["", "kein XML", "<definitions", "<a></b>", "\0", "<a/><b/>"])
def test_what_is_no_xml_is_refused(xml):
    assert "kein gültiges XML" in refusal(xml)


@pytest.mark.parametrize(
    "xml",
    [
        file_of(DECISION, "urn:etwas-anderes"),
        "<definitions/>",
        DECISION,
        '<decision xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>',
    ],
)
def test_another_kind_of_file_is_refused(xml):
    assert "keine DMN-Datei" in refusal(xml)


def test_a_large_file_is_refused():
    assert "zu groß" in refusal(file_of(DECISION + " " * 2_200_000))


def test_a_file_of_many_elements_is_refused():
    assert "zu viele Elemente" in refusal(file_of(DECISION + "<x/>" * 20_001))


def test_a_deep_file_is_refused():
    assert "zu tief" in refusal(file_of("<a>" * 150 + "</a>" * 150))
    assert "kein gültiges XML" in refusal(file_of("<a>" * 5_000 + "</a>" * 5_000))


def nested_sums():
    text = "1"
    for _ in range(20):
        text = f"({text}{' + 1' * 200})"
    return text


@pytest.mark.parametrize("deep", ["(" * 5_000 + "1" + ")" * 5_000, nested_sums()])
def test_a_deep_expression_is_refused(deep):
    assert "verschachtelt" in refusal(file_of(DECISION.replace("1", deep)))


def test_expressions_that_are_too_long_together_are_refused():
    text = "[" + "1, " * 6_000 + "1]"
    lists = "".join(
        DECISION.replace("frage", f"d{n}").replace(">1<", f">{text}<") for n in range(20)
    )
    assert "zusammen zu lang" in refusal(file_of(lists))


def test_types_cannot_depend_on_the_clock():
    kind = (
        '<itemDefinition id="t" name="Heute"><typeRef>date</typeRef>'
        "<allowedValues><text>today()</text></allowedValues></itemDefinition>"
    )
    asked = DECISION.replace("<text>1", '<text>@"2026-01-12"').replace(
        "<literal", '<variable name="x" typeRef="Heute"/><literal'
    )
    model = load(file_of(kind + asked).encode(), file="probe.dmn")
    with pytest.raises(DecisionFailed, match="nicht von der Uhr abhängen"):
        model.decisions["frage"].evaluate({}, clock=lambda: datetime(2026, 1, 12, tzinfo=UTC))


def test_foreign_elements_and_comments_are_passed_over():
    body = DECISION.replace("<text>", '<!-- x --><f:text xmlns:f="urn:f">2</f:text><text>')
    model = load(file_of(body + '<f:decision xmlns:f="urn:f" id="fremd"/>').encode(), file="p.dmn")
    assert list(model.decisions) == ["frage"]


def test_a_row_with_too_few_cells_is_refused_and_fails_when_it_is_asked():
    table = (
        '<decision id="frage" name="frage"><decisionTable><input><inputExpression><text>1</text>'
        '</inputExpression></input><output name="x"/><rule id="kurz"><inputEntry><text>-</text>'
        "</inputEntry></rule></decisionTable></decision>"
    )
    model, [finding] = examine(file_of(table).encode(), file="fremd.dmn")
    assert (finding.element_id, "genau eine Zelle" in finding.message) == ("kurz", True)
    with pytest.raises(DecisionFailed, match="genau eine Zelle"):
        model.decisions["frage"].evaluate({}, clock=lambda: datetime(2026, 1, 12, tzinfo=UTC))


def test_all_broken_cells_are_told_at_once_with_their_ids():
    def cell(kind, key, text):
        return f'<{kind} id="{key}"><text>{text}</text></{kind}>'

    table = (
        '<decision id="frage" name="frage"><decisionTable><input id="i" label="Alter">'
        "<inputExpression><text>a +</text></inputExpression></input>"
        '<output id="o" name="x" label="Weg">'
        "<defaultOutputEntry><text>]</text></defaultOutputEntry></output>"
        f"<rule>{cell('inputEntry', 'z1', '&lt; &lt;')}{cell('outputEntry', 'z2', '1')}</rule>"
        f"<rule>{cell('inputEntry', 'z3', '1')}{cell('outputEntry', 'z4', '(1')}</rule>"
        "</decisionTable></decision>"
    )
    _, findings = examine(file_of(table).encode(), file="fremd.dmn")
    assert [finding.element_id for finding in findings] == ["i", "o", "z1", "z4"]
    assert "Zeile 1, Spalte „Alter“" in findings[2].message
    assert "Zeile 2, Spalte „Weg“" in findings[3].message


def test_an_import_is_refused_with_advice():
    body = '<import id="b" namespace="urn:b" name="B" importType="x"/>' + DECISION
    assert "Zeichnen Sie, was gebraucht wird, in diese Datei." in refusal(file_of(body))
