"""Folders are taken over as a whole or not at all; only what changed becomes a new version."""

import pytest

from engine import definitions, deployment, instances
from engine.bpmn.outcome import State
from engine.deployment import SHARED, Folder
from engine.errors import DefinitionInvalid, DefinitionNotFound
from engine.instances import Signal
from engine.model.deployment import Definition, Deployment, Resource
from tests.engine.bpmn.drawing import (
    awaits,
    chain,
    decide,
    diagram,
    flow,
    message,
    signal,
    signals,
    start,
    timer,
    zeebe,
)
from tests.engine.office import task

PLAIN = diagram(start(), task("a"), chain("start", "a"))
OTHER = diagram(start(), task("b"), chain("start", "b"))
DECIDES = diagram(start(), decide("wahl", "dmn_wahl", "r"), task("z"), chain("start", "wahl", "z"))
TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
 namespace="http://lotse/dmn"><decision id="dmn_wahl" name="Wahl"><literalExpression id="e">
 <text>{value}</text></literalExpression></decision></definitions>"""


def folder(diagram=PLAIN, name="p", **files):
    return Folder(name, {"p.bpmn": diagram, **files})


def table(value):
    return TABLE.format(value=value).encode()


def versions(office):
    return [(row.process_id, row.version) for row in office.rows(Definition)]


def test_a_folder_becomes_a_first_version_with_all_its_files(office):
    done = office.take_over(folder(**{"forms/p.a.form": b"{}"}))
    assert done.is_new
    assert versions(office) == [("p", 1)]
    assert {row.name for row in office.rows(Resource)} == {"p.bpmn", "forms/p.a.form"}


def test_the_same_content_makes_no_new_version(office):
    first = office.take_over(folder())
    again = office.take_over(folder())
    assert (again.is_new, again.deployment_id) == (False, first.deployment_id)
    assert [each.id for each in again.definitions] == [each.id for each in first.definitions]
    assert versions(office) == [("p", 1)]


def test_a_changed_file_makes_the_next_version(office):
    office.take_over(folder())
    assert office.take_over(folder(OTHER)).is_new
    assert versions(office) == [("p", 1), ("p", 2)]


def test_going_back_to_older_content_is_a_version_as_well(office):
    for content in (PLAIN, OTHER, PLAIN):
        office.take_over(folder(content))
    assert versions(office) == [("p", 1), ("p", 2), ("p", 3)]


def test_latest_and_startable_offer_the_newest_version(office, session):
    office.take_over(folder())
    office.take_over(folder(OTHER))
    assert definitions.latest(session, "p").version == 2
    assert [each.version for each in definitions.startable(session)] == [2]


def test_latest_of_an_unknown_process_is_refused(session):
    with pytest.raises(DefinitionNotFound):
        definitions.latest(session, "p")


def test_a_running_instance_stays_on_its_version(office):
    office.take_over(folder())
    office.begin()
    office.take_over(folder(OTHER))
    office.begin()
    assert office.open() == ["a", "b"]


def test_a_faulty_diagram_is_refused_with_file_and_element_and_leaves_nothing(office):
    dangling = diagram(start(), task("a"), chain("start", "a"), task("verwaist"))
    with pytest.raises(DefinitionInvalid) as refused:
        office.take_over(Folder("p", {"gut.bpmn": OTHER, "p.bpmn": dangling}))
    assert {finding.file for finding in refused.value.findings} == {"p.bpmn"}
    assert "verwaist" in {finding.element_id for finding in refused.value.findings}
    assert office.rows(Deployment) == []


def test_a_decision_that_does_not_exist_is_refused(office):
    with pytest.raises(DefinitionInvalid) as refused:
        office.take_over(folder(DECIDES))
    (finding,) = refused.value.findings
    assert finding.element_id == "wahl"
    assert "dmn_wahl" in finding.message


def test_a_broken_decision_file_is_refused(office):
    with pytest.raises(DefinitionInvalid) as refused:
        office.take_over(folder(**{"wahl.dmn": b"<kaputt"}))
    assert {finding.file for finding in refused.value.findings} == {"wahl.dmn"}


# --- shared decisions -----------------------------------------------------------------------------


def test_a_folder_may_use_the_shared_decisions(office):
    office.take_over(Folder(SHARED, {"wahl.dmn": table(1)}))
    assert office.take_over(folder(DECIDES)).is_new
    office.begin()
    assert office.open() == ["z"]


def test_changed_shared_decisions_make_a_new_version_of_who_may_use_them(office):
    office.take_over(Folder(SHARED, {"wahl.dmn": table(1)}))
    office.take_over(folder(DECIDES))
    office.take_over(Folder(SHARED, {"wahl.dmn": table(2)}))
    assert office.take_over(folder(DECIDES)).is_new
    assert versions(office) == [("p", 1), ("p", 2)]


def test_a_running_instance_keeps_the_shared_decisions_of_its_version(office):
    waits = diagram(
        start(),
        task("a"),
        decide("wahl", "dmn_wahl", "r"),
        task("z"),
        chain("start", "a", "wahl", "z"),
    )
    office.take_over(Folder(SHARED, {"wahl.dmn": table(111)}))
    office.take_over(folder(waits))
    number = office.begin()
    office.take_over(Folder(SHARED, {"wahl.dmn": table(222)}))
    office.take_over(folder(waits))
    office.complete("a")
    assert b'"r":111' in office.instance(number).snapshot


def test_the_hash_of_a_folder_sees_names_and_borders_of_files():
    one = Folder("p", {"a.dmn": b"xy", "b.dmn": b""})
    other = Folder("p", {"a.dmn": b"x", "b.dmn": b"y"})
    renamed = Folder("p", {"a.dmn": b"xy", "c.dmn": b""})
    assert len({each.content_hash() for each in (one, other, renamed)}) == 3


def test_check_says_everything_at_once(session):
    both = {"a.bpmn": b"<kaputt", "b.dmn": b"<auch"}
    found = deployment.check(Folder("p", both), None)
    assert {finding.file for finding in found} == {"a.bpmn", "b.dmn"}


BEGINS_ALONE = zeebe("properties", zeebe("property", name="mandant", value="goe"))
LISTENS = diagram(
    start("start_ruf", awaits("m"), name="Ruf"),
    start("start_laut", signals("s")),
    start("start_zeit", BEGINS_ALONE, timer("timeCycle", "R/P1D")),
    start(),
    task("a"),
    *(flow(each, "a") for each in ("start_ruf", "start_laut", "start_zeit", "start")),
    process="alt",
    around=(message("m", "msg_ruf"), signal("s", "laut")),
)


def test_a_process_that_its_folder_has_no_more_is_begun_by_nothing(office, session):
    office.take_over(folder(**{"alt.bpmn": LISTENS}))
    running = office.begin("alt", "start")
    assert [each.process_id for each in definitions.startable(session)] == ["alt", "p"]
    done = office.take_over(folder())
    assert done.retired == ("alt",)
    assert [each.process_id for each in definitions.startable(session)] == ["p"]
    assert office.publish("msg_ruf") is False
    sent = Signal(name="laut", variables={}, case_id=office.case_id, mandant_id="goe")
    assert instances.broadcast(session, sent, by=office.by()) == 0
    office.travel(days=2)
    assert office.fire() == 0
    office.complete("a")
    assert office.instance(running).state == State.COMPLETED


def test_a_process_that_comes_back_listens_again(office, session):
    for content in ({"alt.bpmn": LISTENS}, {}, {"alt.bpmn": LISTENS, "mehr.typ": b"x"}):
        done = office.take_over(folder(**content))
    assert done.retired == ()
    assert [each.process_id for each in definitions.startable(session)] == ["alt", "p"]
    assert office.publish("msg_ruf") is True
    office.travel(days=1)
    assert office.fire() == 1


def test_a_process_that_moves_to_another_folder_stays(office, session):
    office.take_over(folder(**{"alt.bpmn": LISTENS}))
    office.take_over(folder())
    office.take_over(Folder("q", {"alt.bpmn": LISTENS}))
    office.take_over(folder(OTHER))
    assert [each.process_id for each in definitions.startable(session)] == ["alt", "p"]
    assert office.publish("msg_ruf") is True
