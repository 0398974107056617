"""Tasks in the browser: nothing typed is lost, nobody needs a mouse, and no script is required."""

import pytest

from engine import inbox
from tests.browser.people import (
    complete,
    desks,
    enter,
    fill,
    open_task,
    put,
    start_many,
    until,
    values,
)
from tests.processes import kibiz
from tests.processes.kibiz import FAMILY, IFK, KIBIZ

pytestmark = pytest.mark.browser

COLLEAGUE = "goe_ifk.b"
OFFER = {"datum": "2026-01-12", "gespraech_form": "ifk_allein", "interesse_familie": "ja"}


@pytest.fixture
def app(stage):
    return stage.app


@pytest.fixture
def house(browser, address):
    with desks(browser, address) as house:
        yield house


@pytest.fixture
def proposal(stage, house):
    """The page of a fresh proposal, which has repeated entries and questions that depend."""
    stage.start(IFK)
    return at(house.of(IFK), stage.task("ut_vorschlag"))


@pytest.fixture
def offer(stage, house):
    """The page of the task after it, which is short."""
    kibiz.propose(stage)
    return at(house.of(IFK), stage.task("ut_angebot_vorstellen"))


def at(page, key):
    page.goto(f"/aufgaben/{key}")
    return page


# --- drafts -----------------------------------------------------------------------------------


def test_what_is_typed_is_still_there_after_reloading_and_signing_in_again(proposal):
    page = proposal
    put(page, "erwachsene.0.vorname", "Alice")
    page.get_by_role("button", name="Person hinzufügen").click()
    page.get_by_text("Person 2", exact=True).wait_for()
    put(page, "erwachsene.1.vorname", "Carl")
    put(page, "schwanger", "true")
    put(page, "schwangerschaftswoche", "14")
    with page.expect_response(lambda answer: "25411BG" in (answer.request.post_data or "")):
        put(page, "bg_nummer", "25411BG0001234")
    page.get_by_text("Zuletzt gespeichert: 12.01.2026, 09:00 Uhr").wait_for()
    page.reload()
    assert typed(page) == (["Alice"], ["Carl"], ["14"], ["25411BG0001234"])
    address = page.url
    page.get_by_role("button", name="Abmelden").click()
    enter(page, IFK)
    page.goto(address)
    assert typed(page) == (["Alice"], ["Carl"], ["14"], ["25411BG0001234"])


def typed(page):
    names = ("erwachsene.0.vorname", "erwachsene.1.vorname", "schwangerschaftswoche", "bg_nummer")
    return tuple(values(page, name) for name in names)


def test_the_last_letters_are_saved_when_the_page_is_left_at_once(proposal, stage):
    page = proposal
    put(page, "bg_nummer", "25411BG0001234")
    page.get_by_role("link", name="Fälle").click()
    page.get_by_role("heading", name="Fälle").wait_for()
    for _ in range(20):  # what a page sends as it goes may arrive after the next one was asked for
        at(page, stage.task("ut_vorschlag"))
        if values(page, "bg_nummer") != [""]:
            break
    assert values(page, "bg_nummer") == ["25411BG0001234"]


def test_a_draft_that_cannot_be_saved_is_not_called_saved(proposal):
    page = proposal
    page.context.clear_cookies()
    put(page, "bg_nummer", "25411BG0001234")
    page.get_by_text("konnten gerade nicht zwischengespeichert werden").wait_for()
    assert values(page, "bg_nummer") == ["25411BG0001234"]


def test_typing_goes_on_while_the_form_is_drawn_again(proposal):
    page, held = proposal, []
    page.route("**/aufgaben/*", lambda route: held.append(route), times=1)
    with page.expect_request("**/aufgaben/*"):
        put(page, "schwanger", "true")
    field = page.locator('[name="bg_nummer"]')
    field.press_sequentially("25411BG")
    field.press("Home")
    held.pop().continue_()
    page.locator('[name="schwangerschaftswoche"]').wait_for()
    assert values(page, "bg_nummer") == ["25411BG"]
    assert page.evaluate("document.activeElement.name") == "bg_nummer"
    page.keyboard.type("X")
    assert values(page, "bg_nummer") == ["X25411BG"]


def test_a_date_can_be_typed_slowly(proposal):
    """Each digit of the year makes a valid date and draws the form again."""
    page = proposal
    field = page.locator('[name="kinder.0.geburtsdatum"]')
    field.focus()
    for digit in "06102015":
        page.keyboard.press(digit)
        page.wait_for_load_state("networkidle")
    assert values(page, "kinder.0.geburtsdatum") in (["2015-06-10"], ["2015-10-06"])


def test_a_question_appears_as_soon_as_an_answer_asks_for_it(stage, house):
    """Also where the answer's field is called "form", a word that scripts know otherwise."""
    kibiz.until_capacity(stage)
    kibiz.agree(stage)
    page = at(house.of(KIBIZ), stage.task("ut_uebergabegespraech"))
    put(page, "form", "getrennt")
    page.locator('[name="begruendung_abweichung"]').fill("Die Familie ist umgezogen.")
    put(page, "form", "gemeinsam")
    page.locator('[name="begruendung_abweichung"]').wait_for(state="detached")


# --- errors -----------------------------------------------------------------------------------


def test_the_error_summary_has_the_focus_and_leads_to_the_fields(offer, check_accessible):
    page = offer
    put(page, "gespraech_form", "ifk_allein")
    complete(page)
    assert page.title().startswith("Fehler: ")
    assert page.evaluate("document.activeElement.id") == "fehler"
    check_accessible(page)
    page.get_by_role("alert").get_by_role("link").first.press("Enter")
    assert page.evaluate("document.activeElement.name") == "datum"
    assert values(page, "gespraech_form") == ["ifk_allein"]


# --- keyboard alone, and without scripts --------------------------------------------------------


def test_a_task_is_completed_with_the_keyboard_alone(offer, stage):
    page = offer
    tab_to(page, "datum")
    page.keyboard.type("01012026")
    tab_to(page, "gespraech_form")
    page.keyboard.press("Space")
    tab_to(page, "interesse_familie")
    page.keyboard.press("Space")
    tab_to(page, "_aktion")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Erledigt" in page.get_by_role("status").first.inner_text()
    assert stage.waiting() == ["ut_fallbesprechung"]


IN_VIEW = """() => {
  const box = document.activeElement.getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight;
}"""


def tab_to(page, name):
    """Press Tab until a field of this name has the focus; it must be in view and marked."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            break
    assert page.evaluate("document.activeElement.name") == name
    until(page, f"({IN_VIEW})()")


def press(page, button):
    """Press a button that sends the page, and wait for the answer."""
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


def test_everything_works_without_scripts(stage, house):
    stage.start(IFK)
    page = at(house.of(IFK, java_script_enabled=False), stage.task("ut_vorschlag"))
    page.get_by_text("Mit „Zwischenspeichern“ heben Sie auf").wait_for()
    put(page, "schwanger", "true")
    press(page, "Zwischenspeichern")
    put(page, "schwangerschaftswoche", "14")
    press(page, "Person hinzufügen")
    put(page, "erwachsene.1.vorname", "Carl")
    press(page, "Person 2 entfernen")
    assert values(page, "schwangerschaftswoche") == ["14"]
    fill(page, **FAMILY | {"schwanger": True})
    complete(page)
    assert stage.waiting() == ["ut_angebot_vorstellen"]


# --- several people ----------------------------------------------------------------------------


def test_a_task_is_taken_over_and_given_back(stage, house, check_accessible):
    stage.start(IFK)
    key = stage.task("ut_vorschlag")
    page, colleague = at(house.of(IFK), key), at(house.of(COLLEAGUE), key)
    page.get_by_role("button", name="Übernehmen").click()
    page.get_by_text("Von Ihnen übernommen").wait_for()
    check_accessible(page)
    at(colleague, key)
    colleague.get_by_text("Diese Aufgabe hat Anke Ahrens übernommen").wait_for()
    assert colleague.get_by_role("button", name="Aufgabe abschließen").count() == 0
    check_accessible(colleague)
    page.get_by_role("button", name="Zurückgeben").click()
    open_task(colleague, key)
    assert colleague.get_by_role("button", name="Aufgabe abschließen").count() == 1


def test_who_comes_second_is_told_and_keeps_what_was_typed(offer, stage, house, check_accessible):
    key = stage.task("ut_angebot_vorstellen")
    late = at(house.of(COLLEAGUE), key)
    fill(late, **OFFER)
    fill(offer, **OFFER)
    complete(offer)
    complete(late)
    text = late.locator("main").inner_text()
    assert "Anke Ahrens war schneller" in text
    assert "ifk_allein" in text
    check_accessible(late)


# --- the inbox ----------------------------------------------------------------------------------


def test_the_inbox_is_accessible_when_empty_and_over_several_pages(stage, house, check_accessible):
    page = house.of(IFK)
    check_accessible(page)
    start_many(stage, inbox.PAGE + 1)
    page.goto("/aufgaben")
    check_accessible(page)
    page.get_by_role("link", name="Weitere anzeigen").click()
    page.get_by_role("link", name="Zum Anfang").wait_for()
    assert page.locator("tbody tr").count() == 1
