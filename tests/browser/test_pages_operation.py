"""The pages of team leads and operators: places, and the clock of a test installation."""

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("goe_teamleitung.a", "/plaetze"),
        ("goe_teamleitung.a", "/plaetze/goe_ifk_kibiz"),
        ("admin", "/uhr"),
    ],
)
def test_a_page_of_the_operation_is_accessible(page, sign_in, check_accessible, person, path):
    sign_in(person)
    answer = page.goto(path)
    assert answer.status == 200
    check_accessible(page)


def test_a_refused_moment_is_accessible(page, sign_in, check_accessible):
    sign_in("admin")
    page.goto("/uhr")
    page.get_by_label("Uhr stellen auf").fill("übermorgen")
    page.get_by_role("button", name="Uhr stellen").click()
    page.get_by_text("Bitte geben Sie Tag und Uhrzeit an").wait_for()
    check_accessible(page)
