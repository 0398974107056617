"""A parallel join is refused if no case could pass it, and only then."""

import pytest

from engine import bpmn
from tests.engine.bpmn.drawing import (
    ad_hoc,
    boundary,
    catch,
    chain,
    diagram,
    end,
    flow,
    inclusive,
    link,
    parallel,
    start,
    sub,
    throw,
    timer,
    user,
    xor,
)

DAY = timer("timeDuration", "P1D")


def joining(*content):
    """What lies before a join of "a" and "b", in a diagram."""
    body = user("a"), user("b"), parallel("j"), end(), chain("a", "j", "end"), flow("b", "j")
    return diagram(start(), *body, *content)


def chosen(gateway, default=None):
    return (
        gateway("g", **({"default": default} if default else {})),
        flow("start", "g"),
        flow("g", "a", "= w"),
        flow("g", "b", None if default else "= not(w)"),
    )


def meets_later():
    """The second round brings what the first did not, since each leaves a token behind."""
    again = parallel("s"), xor("m"), xor("x", default="x_b")
    ways = chain("start", "m", "s", "x"), flow("s", "m"), flow("x", "a", "= w"), flow("x", "b")
    return joining(*again, *ways)


REFUSED = {
    "exclusive split": joining(*chosen(xor, "g_b")),
    "default of an inclusive split": joining(*chosen(inclusive, "g_b")),
    "default of a task": joining(
        user("g", default="g_b"), flow("start", "g"), flow("g", "a", "= w"), flow("g", "b")
    ),
    "interrupting event instead of the task": joining(
        boundary("r", "a", DAY), flow("start", "a"), flow("r", "b")
    ),
    "first of two events": joining(
        '<bpmn:eventBasedGateway id="g"/>',
        catch("e1", DAY),
        catch("e2", DAY),
        chain("start", "g", "e1", "a"),
        chain("g", "e2", "b"),
    ),
    "way over a link": joining(
        *(xor("g", default="g_l1"), throw("l1", link("l")), catch("l2", link("l"))),
        *(flow("start", "g"), flow("g", "a", "= w"), flow("g", "l1"), flow("l2", "b")),
    ),
    "different starts": joining(
        '<bpmn:startEvent id="s2"><bpmn:timerEventDefinition><bpmn:timeDuration '
        'xsi:type="bpmn:tFormalExpression">P1D</bpmn:timeDuration></bpmn:timerEventDefinition>'
        "</bpmn:startEvent>",
        flow("start", "a"),
        flow("s2", "b"),
    ),
}
ACCEPTED = {
    "parallel split": joining(parallel("g"), chain("start", "g", "a"), flow("g", "b")),
    "implicit split": joining(flow("start", "a"), flow("start", "b")),
    "inclusive split": joining(*chosen(inclusive)),
    "event that does not interrupt": joining(
        boundary("r", "a", DAY, interrupting=False), flow("start", "a"), flow("r", "b")
    ),
    "tokens of several rounds": meets_later(),
    "any order in an ad-hoc sub-process": diagram(
        start(),
        end(),
        ad_hoc("x", user("a"), user("b"), parallel("j"), user("c"), chain("a", "j", "c")).replace(
            "</bpmn:adHocSubProcess>", flow("b", "j") + "</bpmn:adHocSubProcess>"
        ),
        chain("start", "x", "end"),
    ),
}


def joins_refused(xml):
    found = bpmn.check(xml, file="x.bpmn")
    assert {each.rule for each in found} <= {"zusammenfuehrung"}
    return [each.element_id for each in found]


@pytest.mark.parametrize("xml", REFUSED.values(), ids=REFUSED)
def test_join_that_nothing_can_pass_is_refused(xml):
    assert joins_refused(xml) == ["j"]


@pytest.mark.parametrize("xml", ACCEPTED.values(), ids=ACCEPTED)
def test_join_that_something_can_pass_is_accepted(xml):
    assert joins_refused(xml) == []


def test_refusal_names_the_flows_and_what_to_do():
    (finding,) = bpmn.check(REFUSED["exclusive split"], file="x.bpmn")
    assert "„a_j“ (von „a“) und den Fluss „b_j“ (von „b“)" in finding.message
    assert "mit einem exklusiven Gateway zusammen" in finding.message


def test_join_that_waits_for_itself_says_which_way_leads_back():
    ways = chain("start", "j", "x", "end"), flow("x", "j", "= w")
    xml = diagram(start(), parallel("j"), xor("x", default="x_end"), end(), *ways)
    (finding,) = bpmn.check(xml, file="x.bpmn")
    assert "„x_j“ (von „x“), über den nie etwas ankommt" in finding.message
    assert "Gateway davor" in finding.message


def test_joins_in_sub_processes_are_looked_at_one_by_one():
    inner = start("s"), parallel("j"), user("c"), user("d")
    ways = flow("s", "c"), flow("s", "d"), flow("c", "j"), flow("d", "j"), flow("j", "e"), end("e")
    outer = xor("g", default="g_x"), user("y"), parallel("k")
    around = (
        *(flow("start", "g"), flow("g", "x"), flow("g", "y", "= w")),
        *(chain("x", "k", "end"), flow("y", "k")),
    )
    xml = diagram(start(), end(), sub("x", *inner, *ways), *outer, *around)
    assert joins_refused(xml) == ["k"]
