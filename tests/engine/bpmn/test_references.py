"""References are qualified names: with the prefix of a namespace they name the same element."""

import re

from engine import bpmn
from tests.engine.bpmn.drawing import (
    awaits,
    boundary,
    catch,
    chain,
    compensates,
    diagram,
    end,
    error,
    escalates,
    escalation,
    flow,
    message,
    signal,
    signals,
    start,
    throw,
    throws,
    undone_by,
    user,
)

EVERY = diagram(
    start(),
    user("a"),
    boundary("b", "a", throws("e")),
    undone_by("a", "weg"),
    user("weg", isForCompensation="true"),
    catch("c", awaits("m")),
    throw("d", signals("s")),
    throw("f", escalates("k")),
    throw("g", compensates("a")),
    end(),
    chain("start", "a", "c", "d", "f", "g", "end"),
    flow("b", "end"),
    around=[
        message("m", "msg_m"),
        signal("s", "sig_s"),
        error("e", "E1"),
        escalation("k", "K1"),
        '<bpmn:collaboration id="co"><bpmn:participant id="pool" processRef="p"/>'
        '<bpmn:messageFlow id="mf" sourceRef="pool" targetRef="a"/></bpmn:collaboration>',
    ],
)
QUALIFIED = r"(activity|attachedTo|error|escalation|message|process|signal)Ref"


def with_prefixes(xml):
    named, count = re.subn(rf' ({QUALIFIED})="', r' \1="tns:', xml.decode())
    assert count == 8
    ends, count = re.subn(
        r'(<bpmn:(?:association|messageFlow) [^>]*)sourceRef="([^"]+)" targetRef="',
        r'\1sourceRef="tns:\2" targetRef="tns:',
        named,
    )
    assert count == 2
    return ends.encode()


def test_references_with_a_prefix_name_the_same():
    (plain,) = bpmn.parse(EVERY, file="x.bpmn")
    (named,) = bpmn.parse(with_prefixes(EVERY), file="x.bpmn")
    assert named.elements == plain.elements


def test_prefix_of_nothing_is_refused_by_the_plain_id():
    xml = with_prefixes(EVERY).replace(b'targetRef="tns:a"', b'targetRef="tns:nirgends"')
    (finding,) = bpmn.check(xml, file="x.bpmn")
    assert (finding.element_id, finding.rule) == ("mf", "verweis")
    assert "„nirgends“" in finding.message


def test_ends_of_a_sequence_flow_are_plain_ids():
    xml = EVERY.replace(b'sourceRef="b"', b'sourceRef="tns:b"')
    found = bpmn.check(xml, file="x.bpmn")
    assert ("b_end", "fluss-ohne-ende") in {(each.element_id, each.rule) for each in found}


def test_id_with_a_colon_is_not_cut():
    xml = EVERY.replace(b'id="m"', b'id="t:m"').replace(b'"m"', b'"t:m"')
    assert bpmn.check(xml, file="x.bpmn") == []
