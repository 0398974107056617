"""The other pages in the browser: cases and their diagram, starts, buttons, incidents, weight."""

import gzip

import pytest

from engine import inbox
from engine.model.parameter import Parameter
from tests.browser.people import desks, start_many
from tests.processes import kibiz
from tests.processes.kibiz import IFK, KIBIZ
from web.database import write

pytestmark = pytest.mark.browser

LIGHT = 60 * 1024  #: what the inbox may weigh with everything


@pytest.fixture
def app(stage):
    return stage.app


@pytest.fixture
def house(browser, address):
    with desks(browser, address) as house:
        yield house


def test_a_case_shows_where_it_stands(stage, house, check_accessible):
    kibiz.propose(stage)
    page = house.of(IFK)
    page.goto(f"/faelle/{stage.case}")
    page.get_by_text("Jetzt hier: KiBiZ vorstellen").wait_for()
    assert is_in_frame(page)
    check_accessible(page)
    for fold in page.locator("main details:not([open]) > summary").all():
        if fold.is_visible():
            fold.click()
    check_accessible(page)


def test_what_was_entered_in_a_case_can_be_read_again(stage, house, check_accessible):
    kibiz.propose(stage)
    page = house.of(IFK)
    page.goto(f"/faelle/{stage.case}")
    page.get_by_role("link", name="Alle Angaben").click()
    page.get_by_text("25411BG0001234").first.wait_for()
    check_accessible(page)


def test_taking_a_consent_back_asks_first(stage, house, check_accessible):
    kibiz.suspected(stage)
    kibiz.ask_asd(stage)
    page = house.of(KIBIZ)
    page.goto(f"/faelle/{stage.case}")
    check_accessible(page)
    page.get_by_role("link", name="Widerrufen").click()
    page.get_by_role("button", name="Widerruf").wait_for()
    check_accessible(page)


def is_in_frame(page):
    """Tell whether the mark of the open diagram lies inside of the frame that scrolls."""
    return page.evaluate(
        """() => {
          const frame = document.querySelector("details[open] > .lo-diagram");
          const mark = frame.querySelector(".drawing-mark").getBoundingClientRect();
          const box = frame.getBoundingClientRect();
          return mark.left >= box.left && mark.right <= box.right
            && mark.top >= box.top && mark.bottom <= box.bottom;
        }"""
    )


def test_the_diagram_starts_at_the_position_also_at_320_px(stage, house):
    kibiz.propose(stage)
    page = house.of(IFK)
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"/faelle/{stage.case}")
    assert is_in_frame(page)
    frame = page.locator("details[open] > .lo-diagram")
    assert frame.evaluate("frame => frame.scrollLeft") > 0
    assert frame.bounding_box()["height"] <= 700 * 0.75


def test_a_new_case_and_its_button_are_accessible(stage, house, check_accessible):
    stage.start(IFK)
    page = house.of(IFK)
    page.goto(f"/faelle/{stage.case}")
    page.get_by_role("heading", name="Familie noch nicht erfasst").wait_for()
    check_accessible(page)
    page.get_by_role("link", name="Vorschlag zurückziehen").click()
    page.get_by_text("lässt sich nicht zurücknehmen").wait_for()
    check_accessible(page)
    page.get_by_role("button", name="Vorschlag zurückziehen").click()
    page.get_by_text("Eingetragen: Vorschlag zurückziehen").wait_for()
    assert stage.ends() == ["end_zurueckgezogen"]


def test_the_lists_of_cases_and_starts_are_accessible(stage, house, check_accessible):
    page = house.of(IFK)
    page.goto("/faelle")
    check_accessible(page)
    stage.start(IFK)
    page.reload()
    page.get_by_role("link", name="Familie noch nicht erfasst").wait_for()
    check_accessible(page)
    page.goto("/vorgaenge")
    check_accessible(page)
    page.get_by_role("link", name="Weiter").click()
    page.get_by_role("button", name="Vorgang starten").click()
    page.locator("#fehler:focus").wait_for()
    check_accessible(page)


def test_incidents_are_accessible_from_none_to_solved(stage, house, check_accessible):
    page = house.of("admin")
    page.goto("/vorfaelle")
    page.get_by_text("Kein Verfahren steckt fest").wait_for()
    check_accessible(page)
    set_deadline(stage, "zwei Wochen")
    kibiz.until_capacity(stage)
    page.reload()
    check_accessible(page)
    page.locator("tbody a").click()
    page.get_by_role("button", name="Noch einmal versuchen").wait_for()
    check_accessible(page)
    page.get_by_role("button", name="Noch einmal versuchen").click()
    page.get_by_text("noch einmal gescheitert").wait_for()
    check_accessible(page)
    set_deadline(stage, "P14D")
    page.get_by_role("button", name="Noch einmal versuchen").click()
    page.get_by_text("noch einmal angelaufen").wait_for()
    case = house.of(KIBIZ)
    case.goto(f"/faelle/{stage.case}")
    case.get_by_role("link", name="Einverständnis einholen").wait_for()


def set_deadline(stage, value):
    """Change how long the family may think, past the check of what such a value may be."""
    row = Parameter(mandant_id="goe", name="einverstaendnis", value=value)
    with stage.app.app_context():
        write(lambda session: session.merge(row))


def test_on_paper_a_case_is_the_case_alone(stage, house):
    kibiz.propose(stage)
    page = house.of(IFK)
    page.goto(f"/faelle/{stage.case}")
    page.emulate_media(media="print")
    assert page.get_by_role("heading", name="Familie Ahrens").is_visible()
    for frame in (".lo-nav", ".lo-foot", ".lo-jump", ".lo-breadcrumb", ".lo-screen"):
        assert not page.locator(frame).is_visible(), frame


def test_the_full_inbox_weighs_less_than_60_kb_with_everything(stage, house):
    start_many(stage, inbox.PAGE)
    page, loaded = house.of(IFK, extra_http_headers={"Cache-Control": "no-cache"}), []
    page.on("requestfinished", lambda request: loaded.append(request))
    page.goto("/aufgaben", wait_until="networkidle")
    assert page.locator("tbody tr").count() == inbox.PAGE
    names = {request.url.rpartition("/")[2].partition("-")[0] for request in loaded}
    assert {"aufgaben", "base", "FiraSans", "flag"} <= names
    packed = {request.url: body_size(request) for request in loaded}
    assert sum(packed.values()) < LIGHT, packed


def body_size(request):
    """Return what a response takes on its way; the page itself as a server in front packs it."""
    sizes = request.sizes()["responseBodySize"]
    response = request.response()
    if "content-encoding" in response.headers or "html" not in response.headers["content-type"]:
        return sizes
    return len(gzip.compress(response.body()))
