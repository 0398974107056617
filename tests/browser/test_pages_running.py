"""The pages of running instances: read, refused and moved along, at both widths."""

import pytest

from tests.engine.bpmn import drawing as d
from tests.processes import kibiz
from tests.processes.kibiz import IFK
from tests.web import small

pytestmark = pytest.mark.browser

STUCK = small.between(("summe", d.script("summe", "= frage.zahl + fehlt", "summe")))


@pytest.fixture
def app(stage):
    """The town's application, with a hand-over and an instance that is stuck."""
    kibiz.until_capacity(stage)
    return stage.app


def test_the_list_and_an_instance_are_accessible(page, sign_in, check_accessible):
    sign_in("admin")
    page.goto("/laufende-vorgaenge")
    check_accessible(page)
    page.locator("tbody a").first.click()
    page.get_by_text("die ältesten zuerst").wait_for()
    check_accessible(page)
    page.locator("tbody a").first.click()
    page.get_by_role("heading", name="Von Hand weiterführen").wait_for()
    check_accessible(page)


def test_a_stuck_instance_is_moved_along(stage, tmp_path, page, sign_in, check_accessible):
    small.begin(stage, tmp_path, STUCK)
    stage.complete(IFK, "ut_frage", zahl=2)
    sign_in("admin")
    page.goto("/vorfaelle")
    page.locator("tbody a").first.click()
    page.get_by_role("link", name="von Hand weiterführen").click()
    page.locator("input[name=weg]").check()
    page.get_by_label("Damit geht es weiter").select_option(label="Danach")
    page.get_by_label("Grund", exact=True).fill(" ")
    page.get_by_role("button", name="So weiterführen").click()
    page.get_by_text("Es wurde nichts geändert").wait_for()
    check_accessible(page)
    assert page.locator("input[name=weg]").is_checked()
    page.get_by_label("Grund", exact=True).fill("Die Summe steht schon fest")
    page.get_by_role("button", name="So weiterführen").click()
    page.get_by_text("Der Vorgang geht jetzt so weiter").wait_for()
    check_accessible(page)
    assert "ut_danach" in stage.waiting()


def test_the_end_of_an_instance_is_accessible(page, sign_in, check_accessible):
    sign_in("admin")
    page.goto("/laufende-vorgaenge")
    page.locator("tbody a").first.click()
    page.locator("tbody a").first.click()
    page.get_by_text("Den ganzen Vorgang beenden").click()
    page.get_by_label("Grund für das Ende").fill("Irrtum")
    check_accessible(page)
    page.get_by_role("button", name="Vorgang beenden").click()
    page.get_by_text("Der Vorgang ist beendet").wait_for()
