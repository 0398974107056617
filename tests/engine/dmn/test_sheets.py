"""A decision is shown as it is drawn: every cell's text, every box, and what it stands on."""

import pytest

from engine import dmn
from engine.dmn import DecisionInvalid
from tests.web.api.sending import table

BOXES = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="kaesten" name="Kästen"
    namespace="probe">
  <inputData id="alter" name="Alter"><variable name="Alter" typeRef="number" /></inputData>
  <businessKnowledgeModel id="zuschlag" name="Zuschlag">
    <description>Ab sechs Jahren mehr.</description>
    <variable name="Zuschlag" />
    <encapsulatedLogic>
      <formalParameter name="a" />
      <decisionTable hitPolicy="UNIQUE">
        <input><inputExpression><text>a</text></inputExpression>
          <inputValues><text>[0..18]</text></inputValues></input>
        <output typeRef="number">
          <defaultOutputEntry><text>0</text></defaultOutputEntry></output>
        <annotation name="Warum" />
        <rule><inputEntry><text>&gt;= 6</text></inputEntry>
          <outputEntry><text>a * 2</text></outputEntry>
          <annotationEntry><text>Schulkind</text></annotationEntry></rule>
      </decisionTable>
    </encapsulatedLogic>
  </businessKnowledgeModel>
  <decision id="kasten" name="Kasten">
    <question>Was kommt heraus?</question>
    <variable name="kasten" />
    <informationRequirement><requiredInput href="#alter" /></informationRequirement>
    <knowledgeRequirement><requiredKnowledge href="#zuschlag" /></knowledgeRequirement>
    <context>
      <contextEntry><variable name="viel" />
        <conditional>
          <if><literalExpression><text>Alter &gt; 3</text></literalExpression></if>
          <then><invocation><literalExpression><text>Zuschlag</text></literalExpression>
            <binding><parameter name="a" />
              <literalExpression><text>Alter</text></literalExpression></binding></invocation></then>
          <else><list><literalExpression><text>1</text></literalExpression></list></else>
        </conditional></contextEntry>
      <contextEntry><for iteratorVariable="k"><in>
          <literalExpression><text>[1, 2]</text></literalExpression></in><return>
          <literalExpression><text>k + 1</text></literalExpression></return></for></contextEntry>
    </context>
  </decision>
</definitions>""".encode()


def told(box):
    """Return a box as nested tuples of place, title, and text or what is inside."""
    return box.place, box.title, box.text or [told(each) for each in box.parts]


def test_a_table_keeps_the_texts_of_its_cells():
    sheet = dmn.sheet(table(), "rabatt", file="t.dmn")
    drawn = sheet.logic.table
    assert (sheet.name, drawn.policy, drawn.notes) == ("Rabatt", ("FIRST", ""), ())
    assert [(each.label, each.text) for each in drawn.inputs] == [("Stufe", "stufe")]
    assert [(each.label, each.text) for each in drawn.outputs] == [("Ergebnis", "ergebnis")]
    assert [(row.number, row.conditions, row.results) for row in drawn.rows] == [
        (1, ("> 3",), ('"viel"',)),
        (2, ("-",), ('"wenig"',)),
    ]


def test_descriptions_of_rows_are_notes():
    described = table().replace(
        b'<rule id="zeile_hoch">', b'<rule id="zeile_hoch"><description>Weil</description>'
    )
    drawn = dmn.sheet(described, "rabatt", file="t.dmn").logic.table
    assert drawn.notes == ("",)
    assert [row.notes for row in drawn.rows] == [("Weil",), ("",)]


def test_an_expression_names_what_it_stands_on():
    sheet = dmn.sheet(table(), "rabatt_text", file="t.dmn")
    assert told(sheet.logic) == ("", "", '"Rabatt: " + rabatt')
    assert [(each.kind, each.id, each.name) for each in sheet.required] == [
        ("decision", "rabatt", "Rabatt")
    ]


def test_boxes_are_told_from_the_outside_in():
    sheet = dmn.sheet(BOXES, "kasten", file="k.dmn")
    assert sheet.question == "Was kommt heraus?"
    assert {each.kind for each in sheet.required} == {"inputData", "businessKnowledgeModel"}
    call = [("", "", "Zuschlag"), ("binding", "a", "Alter")]
    choice = [
        ("if", "", "Alter > 3"),
        ("then", "", call),
        ("else", "", [("", "", "1")]),
    ]
    loop = [("in", "k", "[1, 2]"), ("return", "", "k + 1")]
    assert told(sheet.logic) == (
        "",
        "",
        [("contextEntry", "viel", choice), ("contextEntry", "", loop)],
    )


def test_knowledge_is_drawn_like_a_decision():
    sheet = dmn.sheet(BOXES, "zuschlag", file="k.dmn")
    assert (sheet.description, sheet.logic.kind) == ("Ab sechs Jahren mehr.", "functionDefinition")
    assert sheet.logic.text == "a"
    drawn = sheet.logic.parts[0].table
    assert [(each.label, each.foreseen) for each in drawn.inputs] == [("a", "[0..18]")]
    assert [each.default for each in drawn.outputs] == ["0"]
    assert (drawn.notes, drawn.rows[0].notes) == (("Warum",), ("Schulkind",))


def test_what_is_not_there_is_none():
    assert dmn.sheet(table(), "gibt_es_nicht", file="t.dmn") is None
    with pytest.raises(DecisionInvalid):
        dmn.sheet(b"<x/>", "rabatt", file="t.dmn")
