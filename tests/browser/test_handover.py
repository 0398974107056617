"""The hand-over to KiBiZ in the browser, by four people; every page on the way is accessible."""

import pytest

from tests.browser.people import complete, desks, fill, open_task
from tests.processes.kibiz import ASD, FAMILY, IFK, KIBIZ, LEAD, fill_team, person_names

pytestmark = pytest.mark.browser

TODAY = "2026-01-12"
CONSENT = {"einverstaendnis": "erteilt", "datum": TODAY, "schriftlich": True}


@pytest.fixture
def app(stage):
    return stage.app


@pytest.fixture
def house(browser, address):
    with desks(browser, address) as house:
        yield house


def test_four_people_hand_a_family_over(stage, house, check_accessible):
    fill_team(stage, 20)

    def work(who, task, /, **answers):
        page = house.of(who)
        open_task(page, stage.task(task))
        fill(page, **answers)
        check_accessible(page)
        complete(page)
        assert "Erledigt" in page.get_by_role("status").first.inner_text()

    propose(house.of(IFK))
    work(IFK, "ut_vorschlag", **FAMILY)
    offered = {"datum": TODAY, "gespraech_form": "gemeinsam_mit_kibiz", "interesse_familie": "ja"}
    work(IFK, "ut_angebot_vorstellen", **offered)
    present = person_names(stage, "ut_fallbesprechung", "teilnehmende")
    found = {"datum": TODAY, "teilnehmende": present, "hze_status": "keine"}
    work(KIBIZ, "ut_fallbesprechung", **found, kwg_status="vermutet")
    mother = person_names(stage, "ut_einwilligung_asd", "person")[0]
    work(KIBIZ, "ut_einwilligung_asd", person=mother, **CONSENT, meldung_8a=False)
    work(ASD, "ut_asd_entscheidung", **EXCEPTION)
    work(KIBIZ, "ut_infogespraech", **TALK)
    work(LEAD, "ut_kapazitaet_entscheiden", entscheidung="ueberbelegung", begruendung="Dringend")
    work(KIBIZ, "ut_einverstaendnis", **CONSENT)
    work(KIBIZ, "ut_uebergabegespraech", datum=TODAY, form="gemeinsam")
    assert sorted(stage.ends()) == ["end_asd_beantwortet", "end_uebernommen"]
    assert stage.incidents() == []
    look_at_the_case(house.of(KIBIZ), check_accessible)


EXCEPTION = {
    "asd_zustimmung": "ja",
    "ausnahmegrund": "Die Familie wird schon eng begleitet.",
    "fachkraft": "Frau Brandt",
    "datum": TODAY,
}
TALK = {
    "datum": TODAY,
    "info_freiwilligkeit": True,
    "info_zusammenarbeit_erforderlich": True,
    "info_hausbesuche_mind_8_wochen": True,
    "info_sgb2_und_sgb8": True,
    "datenschutzinfo_datum": TODAY,
    "aktiver_wunsch": True,
    "bereitschaft_zusammenarbeit": True,
}


def propose(page):
    """Start the hand-over; the first task is open at once."""
    page.get_by_role("link", name="Vorgang starten").click()
    page.get_by_role("button", name="Starten: Familie für KiBiZ vorschlagen").click()
    page.get_by_role("button", name="Aufgabe abschließen").wait_for()


def look_at_the_case(page, check_accessible):
    page.get_by_role("link", name="Fälle").click()
    page.get_by_role("link", name="Familie Ahrens").click()
    page.get_by_role("heading", name="Familie Ahrens").wait_for()
    assert "Verfahren beendet" in page.locator("main").inner_text()
    check_accessible(page)
