"""The pages of the rules: accessible in every state, usable with the keyboard alone."""

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def app(stage):
    return stage.app


def test_rules_are_searched_and_read_with_the_keyboard(page, sign_in, check_accessible):
    sign_in("goe_ifk.a")
    page.get_by_role("link", name="Regeln", exact=True).click()
    check_accessible(page)
    words = page.get_by_label("Suchwörter")
    words.fill("hausbesuch")
    words.press("Enter")
    page.get_by_text("Regeln gefunden").wait_for()
    check_accessible(page)
    page.get_by_role("link", name="Regel KIBIZ-032").press("Enter")
    page.get_by_role("heading", name="Wo die Verfahren ihr folgen").wait_for()
    check_accessible(page)


def test_no_rule_and_a_rule_that_nothing_follows_are_accessible(page, sign_in, check_accessible):
    sign_in("admin")
    page.goto("/regeln?suche=xyzzy")
    page.get_by_text("Keine Regel passt.").wait_for()
    check_accessible(page)
    page.goto("/regeln/HAMM-148")
    check_accessible(page)
