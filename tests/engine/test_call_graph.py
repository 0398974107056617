"""Which processes call which: circles, missing ones, and ids that are taken."""

import pytest

from engine import deployment
from engine.deployment import Folder
from engine.errors import DefinitionInvalid
from tests.engine.bpmn import drawing as d
from tests.engine.office import task


def calling(target, process="p", **attributes):
    """A diagram whose only step is a call."""
    body = (d.start(), d.call("ruf", target, **attributes), d.chain("start", "ruf"))
    return d.diagram(*body, process=process)


def plain(process="p", element="ut_a"):
    return d.diagram(d.start(), task(element), d.chain("start", element), process=process)


def folder(name, *diagrams):
    return Folder(name, {f"{i}.bpmn": content for i, content in enumerate(diagrams)})


def refusals(office, wanted):
    with pytest.raises(DefinitionInvalid) as refused:
        office.take_over(wanted)
    return [(found.rule, found.element_id, found.message) for found in refused.value.findings]


@pytest.mark.parametrize("raw", ["p", '= "p"'])
@pytest.mark.parametrize("binding", ["latest", "versionTag"])
def test_a_process_must_not_call_itself(office, raw, binding):
    tag = {"versionTag": "alt"} if binding == "versionTag" else {}
    [(rule, element, message)] = refusals(
        office, folder("p", calling(raw, bindingType=binding, **tag))
    )
    assert (rule, element) == ("call-circle", "ruf")
    assert "„p“ → „p“" in message


def test_a_circle_within_a_folder_is_told_at_each_call(office):
    together = folder(
        "p",
        calling("b", "a", bindingType="deployment"),
        calling("c", "b", bindingType="deployment"),
        calling("a", "c", bindingType="deployment"),
    )
    found = refusals(office, together)
    assert {rule for rule, _, _ in found} == {"call-circle"}
    assert [message.rpartition(": ")[2] for _, _, message in found] == [
        "„a“ → „b“ → „c“ → „a“.",
        "„b“ → „c“ → „a“ → „b“.",
        "„c“ → „a“ → „b“ → „c“.",
    ]


def test_a_circle_through_what_is_deployed(office):
    office.take_over(folder("a", calling("b", "a")))
    office.take_over(folder("b", calling("c", "b")))
    [(rule, _, message)] = refusals(office, folder("c", calling("a", "c")))
    assert rule == "call-circle"
    assert "„c“ → „a“ → „b“ → „c“" in message
    office.take_over(folder("b", plain("b")))
    office.take_over(folder("c", calling("a", "c")))


def test_a_circle_elsewhere_keeps_nobody_from_deploying(office):
    office.take_over(folder("a", calling("b", "a")))
    office.take_over(folder("b", plain("b")))
    office.take_over(folder("c", calling("a", "c"), calling("b", "d")))


def test_a_missing_process_is_only_pointed_at(office, session):
    wanted = folder("p", calling("fehlt"))
    [found] = deployment.check(wanted, None, deployment.neighbours(session, "p"))
    assert (found.rule, found.level, found.element_id) == ("call-exists", "warning", "ruf")
    office.take_over(wanted)
    office.take_over(folder("fehlt", plain("fehlt")))
    assert not deployment.check(wanted, None, deployment.neighbours(session, "p"))


def test_what_is_bound_to_its_own_deployment_must_be_part_of_it(office):
    office.take_over(folder("b", plain("b")))
    [(rule, element, _)] = refusals(office, folder("p", calling("b", bindingType="deployment")))
    assert (rule, element) == ("call-exists", "ruf")
    office.take_over(folder("p", calling("c", bindingType="deployment"), plain("c")))


def test_a_process_belongs_to_one_folder(office):
    office.take_over(folder("eins", plain("p")))
    [(rule, element, message)] = refusals(office, folder("zwei", plain("q"), plain("p", "ut_b")))
    assert (rule, element) == ("process-id", "p")
    assert "„eins“" in message
    office.take_over(folder("eins", plain("r")))
    office.take_over(folder("zwei", plain("q"), plain("p", "ut_b")))


def test_a_process_is_drawn_once_in_a_folder(office):
    [(rule, element, message)] = refusals(office, folder("p", plain(), plain(element="ut_b")))
    assert (rule, element) == ("process-id", "p")
    assert "„0.bpmn“" in message
