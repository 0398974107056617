"""Requirement graphs: decisions that need decisions, functions, types and decision services."""

from datetime import UTC, date, datetime

import pytest

from engine.dmn import DecisionFailed, DecisionInvalid, examine
from engine.feel import compile


def clock():
    return datetime(2026, 1, 12, 9, tzinfo=UTC)


def literal(text):
    return f"<literalExpression><text>{text}</text></literalExpression>"


def decision(name, text, *required, kind=""):
    needs = "".join(
        f'<informationRequirement><{tag} href="#{target}"/></informationRequirement>'
        for tag, target in required
    )
    variable = f'<variable name="{name}" typeRef="{kind}"/>' if kind else ""
    return f'<decision id="{name}" name="{name}">{variable}{needs}{literal(text)}</decision>'


def knowledge(name, parameters, text, kind=""):
    formal = "".join(
        f'<formalParameter name="{parameter}" typeRef="{of}"/>' for parameter, of in parameters
    )
    variable = f'<variable name="{name}" typeRef="{kind}"/>' if kind else ""
    return (
        f'<businessKnowledgeModel id="{name}" name="{name}">{variable}'
        f"<encapsulatedLogic>{formal}{literal(text)}</encapsulatedLogic></businessKnowledgeModel>"
    )


def entry(name, kind):
    return (
        f'<inputData id="in_{name}" name="x"><variable name="{name}" typeRef="{kind}"/></inputData>'
    )


def alias(name, kind, more=""):
    return f'<itemDefinition name="{name}"><typeRef>{kind}</typeRef>{more}</itemDefinition>'


def decide(model, name, **context):
    return model.decisions[name].evaluate(context, clock=clock)


GRAPH = (
    decision("unten", "a + 1")
    + decision("links", "unten * 2", ("requiredDecision", "unten"))
    + decision("rechts", "unten * 3", ("requiredDecision", "unten"))
    + decision(
        "oben", "links + rechts", ("requiredDecision", "links"), ("requiredDecision", "rechts")
    )
)


def test_a_decision_is_made_from_the_decisions_below(read):
    verdict = decide(read(GRAPH), "oben", a=1)
    assert verdict.value == 10
    links, rechts = verdict.trace.required
    assert (links.name, links.value, rechts.value) == ("links", 4, 6)


def test_a_decision_that_two_need_is_made_once(read):
    links, rechts = decide(read(GRAPH), "oben", a=1).trace.required
    assert [each.name for each in links.required] == ["unten"]
    assert rechts.required == []


def test_a_failure_names_the_decision_it_happened_in(read):
    table = (
        '<decision id="tief" name="Tief"><decisionTable id="t"><input id="s"><inputExpression>'
        '<text>a</text></inputExpression></input><output name="x"/>'
        '<rule><inputEntry id="z"><text>1</text></inputEntry>'
        "<outputEntry><text>1</text></outputEntry></rule></decisionTable></decision>"
    )
    model = read(table + decision("oben", "Tief", ("requiredDecision", "tief")))
    with pytest.raises(DecisionFailed, match="Tabelle „Tief“") as failure:
        decide(model, "oben", a=2)
    assert failure.value.decision_id == "tief"


def test_the_context_is_seen_without_being_drawn(read):
    model = read(decision("oben", "fall.bg.schwanger and parameter.grenze > 3"))
    verdict = decide(model, "oben", fall={"bg": {"schwanger": True}}, parameter={"grenze": 4})
    assert verdict.value is True


def test_an_input_of_another_type_is_refused(read):
    model = read(entry("a", "number") + decision("oben", "a", ("requiredInput", "in_a")))
    with pytest.raises(DecisionFailed, match="„a“ passt nicht zum Typ „number“"):
        decide(model, "oben", a="drei")


def test_a_text_stays_a_text_where_one_is_declared(read):
    model = read(
        entry("a", "string")
        + entry("b", "date")
        + decision("oben", "[a, b]", ("requiredInput", "in_a"), ("requiredInput", "in_b"))
    )
    verdict = decide(model, "oben", a="2026-01-01", b="2026-01-01")
    assert verdict.value == ["2026-01-01", date(2026, 1, 1)]


@pytest.mark.parametrize("kind", ["number", "feel:number", "integer", "long", "double"])
def test_types_of_other_tools_are_numbers(read, kind):
    model = read(entry("a", kind) + decision("oben", "a + 1", ("requiredInput", "in_a")))
    assert decide(model, "oben", a=1).value == 2


ITEMS = """
<itemDefinition name="Ampel"><typeRef>string</typeRef>
  <allowedValues><text>"rot", "grün"</text></allowedValues></itemDefinition>
<itemDefinition name="Ampeln" isCollection="true"><typeRef>Ampel</typeRef></itemDefinition>
<itemDefinition name="Kreuzung"><itemComponent name="ampel"><typeRef>Ampel</typeRef>
  </itemComponent></itemDefinition>
"""


@pytest.mark.parametrize(
    "kind, value, expected",
    [
        ("Ampel", "rot", "rot"),
        ("Ampel", ["rot"], "rot"),
        ("Ampeln", "rot", ["rot"]),
        ("Ampeln", ["rot", "grün"], ["rot", "grün"]),
        ("Kreuzung", {"ampel": "grün"}, {"ampel": "grün"}),
        ("Ampel", None, None),
    ],
)
def test_values_are_fitted_to_the_models_types(read, kind, value, expected):
    model = read(ITEMS + entry("a", kind) + decision("oben", "a", ("requiredInput", "in_a")))
    assert decide(model, "oben", a=value).value == expected


@pytest.mark.parametrize(
    "kind, value", [("Ampel", "blau"), ("Ampeln", ["rot", "blau"]), ("Kreuzung", {"ampel": "blau"})]
)
def test_values_that_are_not_allowed_are_refused(read, kind, value):
    model = read(ITEMS + entry("a", kind) + decision("oben", "a", ("requiredInput", "in_a")))
    with pytest.raises(DecisionFailed, match="passt nicht zum Typ"):
        decide(model, "oben", a=value)


def test_a_result_of_another_type_is_null_and_warned_about(read):
    verdict = decide(read(decision("oben", '"drei"', kind="number")), "oben")
    assert verdict.value is None
    assert verdict.trace.warnings == ["Ein Wert passt nicht zum Typ „number“."]


def test_instance_of_knows_the_models_types(read):
    model = read(ITEMS + decision("oben", '"rot" instance of Ampel'))
    assert decide(model, "oben").value is True


FAKULTAET = knowledge(
    "fakultaet", [("n", "number")], "if n &lt; 2 then 1 else n * fakultaet(n - 1)", "number"
)


def test_a_function_calls_itself_and_is_seen_by_decisions(read):
    assert decide(read(FAKULTAET + decision("oben", "fakultaet(a)")), "oben", a=5).value == 120


def test_a_function_is_callable_from_every_expression(read):
    functions = read(FAKULTAET).functions
    result = compile("some k in kinder satisfies fakultaet(k) = 6").evaluate(
        {**functions, "kinder": [1, 3]}, clock=clock
    )
    assert result.value is True


def test_a_function_keeps_the_types_of_its_file_wherever_it_is_called(read):
    functions = read(ITEMS + knowledge("haelt", [("a", "Ampel")], 'a = "rot"')).functions
    call = compile("[haelt(ampel), haelt(farbe)]")
    result = call.evaluate({**functions, "ampel": "rot", "farbe": "blau"}, clock=clock)
    assert result.value == [True, None]
    assert "„a“ passt nicht zum Typ „Ampel“" in result.warnings[0].message


def test_a_function_sees_its_parameters_only(read):
    model = read(knowledge("f", [("n", "number")], "geheim") + decision("oben", "f(1)"))
    assert decide(model, "oben", geheim=7).value is None


def test_a_function_refuses_arguments_of_another_type(read):
    verdict = decide(read(FAKULTAET + decision("oben", 'fakultaet("drei")')), "oben")
    assert verdict.value is None
    assert "„n“" in verdict.trace.warnings[0]


def test_an_endless_function_is_stopped(read):
    model = read(knowledge("f", [("n", "number")], "1 + f(n + 1)") + decision("oben", "f(1)"))
    with pytest.raises(DecisionFailed) as failure:
        decide(model, "oben")
    assert failure.value.decision_id == "oben"


def test_decisions_that_need_each_other_without_end_are_stopped():
    body = decision("a", "b", ("requiredDecision", "b")) + decision(
        "b", "a", ("requiredDecision", "a")
    )
    xml = f'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/">{body}</definitions>'
    model, findings = examine(xml.encode(), file="probe.dmn")
    assert len(findings) == 1
    with pytest.raises(DecisionFailed, match="zu tief verschachtelt"):
        decide(model, "a")


def test_a_table_asked_in_a_loop_tells_of_some_questions_only(read):
    body = (
        '<businessKnowledgeModel id="f" name="f"><encapsulatedLogic><formalParameter name="n"/>'
        '<decisionTable><input label="n"><inputExpression><text>n</text></inputExpression></input>'
        "<output/><rule><inputEntry><text>-</text></inputEntry><outputEntry><text>n</text>"
        "</outputEntry></rule></decisionTable></encapsulatedLogic></businessKnowledgeModel>"
    )
    model = read(body + decision("oben", "count(for i in 1..500 return f(i))"))
    verdict = decide(model, "oben")
    assert verdict.value == 500
    assert len(verdict.trace.required) == 50
    called = compile("f(7)").evaluate(model.functions, clock=clock)
    assert called.value == 7


def test_a_table_inside_a_function_tells_its_rows(read):
    table = (
        "<decisionTable hitPolicy='FIRST'><input label='n'><inputExpression><text>n</text>"
        "</inputExpression></input><output/><rule id='r'><inputEntry><text>> 1</text></inputEntry>"
        "<outputEntry><text>'x'</text></outputEntry></rule></decisionTable>"
    ).replace("'x'", '"x"')
    body = (
        '<businessKnowledgeModel id="f" name="f"><encapsulatedLogic>'
        f'<formalParameter name="n"/>{table}</encapsulatedLogic></businessKnowledgeModel>'
    )
    trace = decide(read(body + decision("oben", "[f(2), f(3)]")), "oben").trace
    assert [row.rule_id for row in trace.rows] == ["r"]
    assert [each.inputs for each in trace.required] == [[("n", 3)]]


SERVICE = (
    entry("a", "number")
    + decision("innen", '"nie gefragt"', kind="number")
    + decision("aussen", "innen + a", ("requiredDecision", "innen"), ("requiredInput", "in_a"))
    + '<decisionService id="dienst" name="dienst"><outputDecision href="#aussen"/>'
    '<inputDecision href="#innen"/><inputData href="#in_a"/></decisionService>'
)


def test_a_decision_service_takes_decisions_as_given(read):
    verdict = read(SERVICE).services["dienst"].evaluate({"innen": 40, "a": 2}, clock=clock)
    assert verdict.value == 42
    assert [each.name for each in verdict.trace.required] == ["aussen"]


def test_a_decision_service_is_a_function(read):
    assert decide(read(SERVICE + decision("oben", "dienst(2, 40)")), "oben").value == 42


def test_a_decision_service_answers_every_expression(read):
    functions = read(SERVICE).functions
    result = compile("dienst(2, 40)").evaluate(functions, clock=clock)
    assert result.value == 42


def test_a_decision_service_offers_several_decisions(read):
    body = (
        decision("eins", "1")
        + decision("zwei", "2")
        + '<decisionService id="d" name="d"><outputDecision href="#eins"/>'
        '<outputDecision href="#zwei"/></decisionService>'
    )
    verdict = read(body).services["d"].evaluate({}, clock=clock)
    assert verdict.value == {"eins": 1, "zwei": 2}


@pytest.mark.parametrize(
    "body, message",
    [
        (
            decision("a", "b", ("requiredDecision", "b"))
            + decision("b", "a", ("requiredDecision", "a")),
            "hängen im Kreis",
        ),
        (decision("a", "1", ("requiredDecision", "fehlt")), "verweist auf nichts"),
        (decision("a", "1", ("requiredDecision", "x#a")), "verweist auf nichts"),
        (decision("a", "1") + decision("a", "2"), "nicht eindeutig"),
        (
            decision("a", "1")
            + decision("b", "1").replace("<literal", '<variable id="a"/><literal'),
            "„a“ ist nicht eindeutig",
        ),
        ("<decision><literalExpression><text>1</text></literalExpression></decision>", "fehlen"),
        (alias("A", "B") + alias("B", "A"), "„A“ hängt im Kreis von sich selbst ab"),
        (alias("A", "A", "<allowedValues><text>1</text></allowedValues>"), "„A“ hängt im Kreis"),
        ('<decision id="a" name="a"/>', "ist leer"),
        ('<businessKnowledgeModel id="a" name="a"/>', "hat keinen Inhalt"),
        ('<import namespace="urn:x" importType="dmn"/>', "keine andere Datei"),
        (decision("a", "1 +"), "Zeile 1"),
    ],
)
def test_a_broken_model_is_refused(read, body, message):
    with pytest.raises(DecisionInvalid, match=message):
        read(body)


def test_a_type_may_hold_lists_of_itself(read):
    tree = (
        '<itemDefinition name="Baum"><itemComponent name="teile" isCollection="true">'
        "<typeRef>Baum</typeRef></itemComponent></itemDefinition>"
    )
    model = read(tree + decision("a", "{teile: [{teile: []}, {teile: null}]}", kind="Baum"))
    assert decide(model, "a").value == {"teile": [{"teile": []}, {"teile": None}]}


def test_models_are_joined_unless_their_names_clash(read):
    one, other = read(decision("a", "1")), read(FAKULTAET)
    joined = one.merge(other)
    assert (list(joined.decisions), list(joined.functions)) == (["a"], ["fakultaet"])
    with pytest.raises(DecisionInvalid, match="schon in einer anderen Datei vergeben"):
        joined.merge(read(decision("a", "2")))


def test_a_decision_without_a_variable_is_seen_by_its_name_and_its_id(read):
    first = (
        '<decision id="d_erste" name="Erste Frage"><literalExpression><text>1</text>'
        "</literalExpression></decision>"
    )
    needs = ("requiredDecision", "d_erste")
    second = decision("zweite", "d_erste + Erste Frage", needs)
    assert decide(read(first + second), "zweite").value == 2


def test_a_decision_with_a_variable_is_seen_by_that_alone(read):
    first = decision("erste", "1", kind="number").replace('id="erste"', 'id="d_erste"')
    second = decision("zweite", "d_erste", ("requiredDecision", "d_erste"))
    assert decide(read(first + second), "zweite").value is None
