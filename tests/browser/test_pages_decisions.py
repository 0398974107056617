"""The pages of deployed decisions: the list, tables, boxes and versions, at both widths."""

import pytest

from tests.browser.people import until
from tests.engine.dmn.test_sheets import BOXES
from tests.web.api.calling import Api
from tests.web.api.sending import deployed, table

pytestmark = pytest.mark.browser


@pytest.fixture
def app(stage):
    """The town's application, with decisions that were sent over the API as well."""
    api = Api(stage)
    for content in (table(), table(output='"mehr"')):
        deployed(api, ("t.dmn", content))
    deployed(api, ("kasten.dmn", BOXES))
    return stage.app


def test_the_list_and_a_table_are_accessible(page, sign_in, check_accessible):
    sign_in("admin")
    page.get_by_role("link", name="Entscheidungen").click()
    check_accessible(page)
    page.get_by_role("link", name="Wie dringend ist ein Platz?").click()
    page.get_by_text("Ihre Ergebnisse werden addiert.").wait_for()
    for fold in page.locator("summary").all():
        fold.press("Enter")
    page.get_by_text("Regel KIBIZ-060").wait_for()
    check_accessible(page)


def test_a_table_that_is_wider_than_the_page_moves_in_its_own_frame(
    page, sign_in, check_accessible
):
    sign_in("admin")
    page.goto("/decisions?name=dmn_kibiz_ausschluss")
    check_accessible(page)
    frame = page.get_by_role("region", name="Tabelle Steht der Übergabe an KiBiZ etwas entgegen?")
    frame.focus()
    page.keyboard.press("ArrowRight")
    until(page, "document.activeElement.scrollLeft > 0")


def test_versions_and_what_a_decision_stands_on_are_a_click_away(page, sign_in, check_accessible):
    sign_in("admin")
    page.goto("/decisions?name=rabatt&version=1")
    page.get_by_text("Es gibt eine neuere").wait_for()
    check_accessible(page)
    page.goto("/decisions?name=rabatt_text")
    page.get_by_role("link", name="Rabatt", exact=True).click()
    page.get_by_role("heading", name="Rabatt", level=1).wait_for()
    page.get_by_text("mehr", exact=True).wait_for()


def test_boxes_in_boxes_are_accessible(page, sign_in, check_accessible):
    sign_in("admin")
    page.goto("/decisions?name=kasten")
    page.get_by_role("heading", name="Rechenregel „Zuschlag“").wait_for()
    check_accessible(page)
