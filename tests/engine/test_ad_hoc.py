"""What may begin in the ad-hoc sub-processes of a case, and beginning it."""

import pytest

from engine import ad_hoc
from engine.errors import InstanceEnded, NobodyWaits
from tests.engine.bpmn.drawing import ad_hoc as section
from tests.engine.bpmn.drawing import chain, end, start
from tests.engine.office import task

FREE = section("frei", task("a"), task("b", name="Rufen"), name="Beratung", condition="= a.fertig")


@pytest.fixture
def chooses(office):
    office.deploy(start(), FREE, end(), chain("start", "frei", "end"))
    return office.begin(a={"fertig": False})


def offered(office):
    return ad_hoc.choices(office.session, office.case_id, by=office.by())


def test_steps_are_offered_by_name_with_their_section_and_the_groups(office, chooses):
    assert [(each.name, each.section) for each in offered(office)] == [
        ("a", "Beratung"),
        ("Rufen", "Beratung"),
    ]
    assert {tuple(each.offer.groups) for each in offered(office)} == {("goe_ifk",)}


def test_a_step_may_begin_again_and_again(office, chooses):
    for _ in range(2):
        ad_hoc.begin(office.session, offered(office)[1], by=office.by())
    assert office.open() == ["b", "b"]


def test_a_choice_that_is_over_cannot_be_begun_any_more(office, chooses):
    first, second = offered(office)
    ad_hoc.begin(office.session, first, by=office.by())
    office.complete("a", fertig=True)
    assert offered(office) == []
    with pytest.raises((InstanceEnded, NobodyWaits)):
        ad_hoc.begin(office.session, second, by=office.by())


def test_a_case_without_such_a_section_offers_nothing(office):
    office.deploy(start(), task("a"), chain("start", "a"))
    office.begin()
    assert offered(office) == []
