"""Further steps on the case page: a section with buttons, at both widths and by keyboard."""

import pytest

from tests.processes.kibiz import IFK
from tests.web import small
from tests.web.test_further_steps import FORMS, TWO

pytestmark = pytest.mark.browser


@pytest.fixture
def app(stage):
    return stage.app


def test_a_step_is_begun_by_one_press(stage, tmp_path, page, sign_in, check_accessible):
    used = {name: FORMS[name] for name in ("anruf", "besuch")}
    small.begin(stage, tmp_path, TWO, **used)
    stage.complete(IFK, "ut_frage", zahl=1)
    sign_in(IFK)
    page.goto(f"/faelle/{stage.case}")
    check_accessible(page)
    page.get_by_role("button", name="Anruf").press("Enter")
    page.get_by_text("Begonnen: Anruf").wait_for()
    check_accessible(page)
    assert page.locator("#offen").locator("..").get_by_role("link", name="Anruf").count() == 1
