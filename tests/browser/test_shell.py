"""The frame of every page: accessible at both widths, usable with the keyboard alone."""

import pytest

pytestmark = pytest.mark.browser

STATIC = ("/barrierefreiheit", "/datenschutz", "/impressum")


@pytest.mark.parametrize("path", ("/anmelden", *STATIC, "/gibt-es-nicht"))
def test_a_stranger_s_page_is_accessible(page, check_accessible, path):
    page.goto(path)
    check_accessible(page)


@pytest.mark.parametrize("path", ("/", *STATIC, "/gibt-es-nicht"))
def test_a_signed_in_person_s_page_is_accessible(page, sign_in, check_accessible, path):
    sign_in("goe_ifk.a")
    page.goto(path)
    check_accessible(page)
