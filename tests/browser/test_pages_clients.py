"""The pages of programs and of the interface, at both widths."""

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def app(stage):
    return stage.app


def test_a_program_gets_access_a_new_secret_and_is_locked(page, sign_in, check_accessible):
    sign_in("admin")
    page.get_by_role("link", name="API-Zugänge").click()
    check_accessible(page)
    page.get_by_role("link", name="Zugang anlegen").click()
    page.get_by_label("Name", exact=True).fill("termine")
    page.get_by_label("Wofür ist er?").fill("überträgt Termine")
    page.get_by_text("Gruppen: Landkreis Göttingen").click()
    check_accessible(page)
    page.get_by_role("button", name="Zugang anlegen").click()
    page.get_by_text("Der Zugang ist nicht angelegt").wait_for()
    check_accessible(page)
    page.get_by_label("Aufträge abholen").check()
    page.get_by_role("button", name="Zugang anlegen").click()
    page.get_by_text("nur dieses eine Mal").wait_for()
    check_accessible(page)
    page.get_by_role("link", name="Zu den Zugängen").click()
    page.get_by_role("link", name="termine").click()
    check_accessible(page)
    page.get_by_role("button", name="Zugang sperren").click()
    page.get_by_role("button", name="Zugang entsperren").wait_for()
    check_accessible(page)
    page.get_by_role("link", name="API-Zugänge").first.click()
    page.get_by_text("Zuletzt geändert").wait_for()
    check_accessible(page)


def test_the_interface_is_readable_without_an_account(page, check_accessible):
    page.goto("/schnittstelle")
    check_accessible(page)
    page.goto("/schnittstelle/Verfahren")
    check_accessible(page)
