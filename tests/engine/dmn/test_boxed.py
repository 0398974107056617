"""Boxed expressions: each kind alone, with what it sees and what it refuses."""

import pytest

from engine.dmn import DecisionFailed, DecisionInvalid


def literal(text):
    return f"<literalExpression><text>{text}</text></literalExpression>"


def part(tag, text):
    return f"<{tag}>{literal(text)}</{tag}>"


def test_literal_reads_the_context(box):
    assert box(literal("a + 1"), a=2) == 3


def test_literal_knows_names_of_several_words(box):
    body = literal("Zahl der Kinder * 2")
    inputs = '<inputData id="i" name="Zahl  der Kinder"/>'
    assert box(body, inputs, **{"Zahl der Kinder": 3}) == 6


def test_context_sees_the_entries_above(box):
    body = f"""<context>
        <contextEntry><variable name="doppelt"/>{literal("a * 2")}</contextEntry>
        <contextEntry><variable name="vierfach"/>{literal("doppelt * 2")}</contextEntry>
    </context>"""
    assert box(body, a=1) == {"doppelt": 2, "vierfach": 4}


def test_context_returns_the_entry_without_a_name(box):
    body = f"""<context>
        <contextEntry><variable name="doppelt"/>{literal("a * 2")}</contextEntry>
        <contextEntry>{literal("doppelt + 1")}</contextEntry>
    </context>"""
    assert box(body, a=1) == 3


def test_context_fits_entries_to_their_types(box):
    body = f"""<context>
        <contextEntry><variable name="zahl" typeRef="number"/>{literal('"drei"')}</contextEntry>
    </context>"""
    assert box(body) == {"zahl": None}


def test_list_keeps_the_order(box):
    assert box(f"<list>{literal('a')}{literal('a + 1')}</list>", a=1) == [1, 2]


def test_relation_makes_a_context_of_each_row(box):
    body = f"""<relation>
        <column name="name"/><column name="alter" typeRef="number"/>
        <row>{literal('"Ada"')}{literal("3")}</row>
        <row>{literal('"Bo"')}{literal("a")}</row>
    </relation>"""
    assert box(body, a=5) == [{"name": "Ada", "alter": 3}, {"name": "Bo", "alter": 5}]


def test_relation_refuses_a_short_row(box):
    body = f'<relation><column name="a"/><column name="b"/><row>{literal("1")}</row></relation>'
    with pytest.raises(DecisionInvalid, match="1 Zellen statt 2"):
        box(body)


@pytest.mark.parametrize("a, expected", [(True, "ja"), (False, "nein"), (None, "nein")])
def test_conditional_chooses_a_side(box, a, expected):
    body = f"{part('if', 'a')}{part('then', quoted('ja'))}{part('else', quoted('nein'))}"
    assert box(f"<conditional>{body}</conditional>", a=a) == expected


def quoted(text):
    return f'"{text}"'


def test_conditional_has_no_value_for_what_is_no_condition(box):
    body = f"{part('if', 'a')}{part('then', '1')}{part('else', '2')}"
    assert box(f"<conditional>{body}</conditional>", a="ja") is None


def test_conditional_does_not_compute_the_other_side(box):
    endless = "count(for i in 1..1000000 return i)"
    body = f"{part('if', 'true')}{part('then', '1')}{part('else', endless)}"
    assert box(f"<conditional>{body}</conditional>") == 1


def test_for_sees_the_entry_and_the_results_so_far(box):
    body = f"{part('in', 'a')}{part('return', 'k + count(partial)')}"
    assert box(f'<for iteratorVariable="k">{body}</for>', a=[1, 2, 3]) == [1, 3, 5]


def test_for_runs_over_a_range(box):
    body = f"{part('in', '[1..3]')}{part('return', 'k * a')}"
    assert box(f'<for iteratorVariable="k">{body}</for>', a=2) == [2, 4, 6]


@pytest.mark.parametrize(
    "tag, ages, expected",
    [
        ("some", [1, 9], True),
        ("some", [8, 9], False),
        ("some", [None, 9], None),
        ("some", [None, 1], True),
        ("every", [1, 2], True),
        ("every", [1, 9], False),
        ("every", [None, 1], None),
    ],
)
def test_quantifiers_know_what_cannot_be_told(box, tag, ages, expected):
    body = f"{part('in', 'a')}{part('satisfies', 'if k = null then null else k &lt; 3')}"
    assert box(f'<{tag} iteratorVariable="k">{body}</{tag}>', a=ages) is expected


def test_filter_sees_the_entries_of_an_item(box):
    body = f"{part('in', 'a')}{part('match', 'alter > grenze and item.alter &lt; 9')}"
    children = [{"alter": 1}, {"alter": 5}, {"alter": 9}]
    assert box(f"<filter>{body}</filter>", a=children, grenze=3) == [{"alter": 5}]


def test_an_empty_part_is_refused(box):
    with pytest.raises(DecisionInvalid, match="„match“ ist leer"):
        box(f"<filter>{part('in', 'a')}<match/></filter>")


def test_function_and_invocation_bind_by_name(box):
    body = f"""<context>
        <contextEntry><variable name="teile"/><functionDefinition>
            <formalParameter name="ganzes"/><formalParameter name="stueck"/>
            {literal("ganzes / stueck + a")}
        </functionDefinition></contextEntry>
        <contextEntry><invocation>{literal("teile")}
            <binding><parameter name="stueck"/>{literal("2")}</binding>
            <binding><parameter name="ganzes"/>{literal("10")}</binding>
        </invocation></contextEntry>
    </context>"""
    assert box(body, a=1) == 6


def test_invocation_calls_a_built_in(box):
    body = f"""<invocation>{literal("substring")}
        <binding><parameter name="start position"/>{literal("3")}</binding>
        <binding><parameter name="string"/>{literal('"lotse"')}</binding>
    </invocation>"""
    assert box(body) == "tse"


def test_invocation_of_what_is_no_function_has_no_value(box):
    assert box(f"<invocation>{literal('a')}</invocation>", a=1) is None


def test_invocation_with_an_unknown_parameter_has_no_value(box):
    body = f"""<invocation>{literal("function(x) x")}
        <binding><parameter name="y"/>{literal("1")}</binding></invocation>"""
    assert box(body) is None


def test_invocation_refuses_an_argument_without_a_name(box):
    body = f'<invocation>{literal("floor")}<binding id="b">{literal("1")}</binding></invocation>'
    with pytest.raises(DecisionInvalid, match="Argument fehlt der Name"):
        box(body)


def test_a_foreign_language_is_refused(box):
    body = '<functionDefinition kind="Java"><context/></functionDefinition>'
    with pytest.raises(DecisionInvalid, match="Nur Funktionen in FEEL"):
        box(body)


def test_an_expression_in_another_language_is_refused(box):
    body = '<literalExpression expressionLanguage="groovy"><text>1</text></literalExpression>'
    with pytest.raises(DecisionInvalid, match="müssen FEEL sein"):
        box(body)


def test_a_loop_spends_the_budget_of_the_decision(box):
    body = f"{part('in', '[1..1000]')}{part('return', 'count(for i in 1..1000 return i)')}"
    with pytest.raises(DecisionFailed):
        box(f'<for iteratorVariable="k">{body}</for>')
