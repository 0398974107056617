"""The pages of running instances: read, refused and moved along, at both widths."""

import pytest

from engine.model.instance import Instance
from tests.engine.bpmn import drawing as d
from tests.processes import kibiz
from tests.processes.kibiz import IFK
from tests.web import small
from web.database import db

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


@pytest.fixture
def two_versions(stage, tmp_path):
    """Two instances of a version whose last task the next version calls differently."""
    small.begin(stage, tmp_path, small.between())
    stage.complete(IFK, "ut_frage", zahl=1)
    stage.start(IFK, small.NAME, "start_probe")
    newer = d.diagram(
        small.START,
        small.task("ut_frage"),
        small.task("ut_neu"),
        d.chain("start_probe", "ut_frage", "ut_neu"),
        process=small.NAME,
    )
    small.deploy(stage, small.put(tmp_path, newer, neu=small.form("neu", small.NOTE)))


def test_instances_move_to_another_version(stage, two_versions, page, sign_in, check_accessible):
    sign_in("admin")
    page.goto("/laufende-vorgaenge")
    page.get_by_role("link", name="probe").click()
    page.get_by_role("link", name="Umzug auf eine andere Version planen").click()
    page.get_by_text("Dieses Element gibt es dort nicht").wait_for()
    check_accessible(page)
    page.get_by_label("Danach", exact=True).select_option(label="Neu")
    page.get_by_role("button", name="Vorschau aktualisieren").click()
    page.get_by_text("Danach: weiter bei Neu").wait_for()
    page.get_by_role("button", name="Ausgewählte nach Version 2 umziehen").click()
    page.get_by_text("2 Vorgänge laufen jetzt nach Version 2 weiter").wait_for()
    assert "ut_neu" in stage.waiting()


def test_a_refused_move_of_instances_is_accessible(two_versions, page, sign_in, check_accessible):
    sign_in("admin")
    page.goto("/laufende-vorgaenge")
    page.get_by_role("link", name="probe").click()
    page.get_by_role("link", name="Umzug auf eine andere Version planen").click()
    page.locator("input[name=vorgang]").uncheck()
    page.get_by_role("button", name="Ausgewählte nach Version 2 umziehen").click()
    page.get_by_text("Bitte kreuzen Sie die Vorgänge an").wait_for()
    check_accessible(page)


def test_the_page_of_an_ended_instance_is_accessible(stage, page, sign_in, check_accessible):
    stage.press(kibiz.KIBIZ, "Familie zieht zurück")
    with stage.app.app_context():
        over = db.select(Instance.id).where(Instance.state != "active")
        (key,) = db.session.scalars(over)
    sign_in("admin")
    page.goto(f"/processes/{key}")
    page.get_by_role("heading", name="Was darin geschah").wait_for()
    check_accessible(page)
