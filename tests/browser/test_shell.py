"""The frame of every page: accessible at both widths, usable with the keyboard alone."""

import pytest

pytestmark = pytest.mark.browser

STATIC = ("/barrierefreiheit", "/datenschutz", "/impressum")


@pytest.fixture
def app(app):
    """The application with a form to send and a page that breaks."""

    def form():
        return app.jinja_env.from_string(FORM).render()

    def fail():
        raise ValueError

    app.add_url_rule("/form", "form", form)
    app.add_url_rule("/form", "sent", lambda: "<title>da</title>gespeichert", methods=["POST"])
    app.add_url_rule("/fail", "fail", fail)
    return app


FORM = """{% extends "base.html" %}{% block title %}Probe{% endblock %}{% block main %}
<h1>Probe</h1><form method="post"><input type="hidden" name="csrf_token" value="alt">
<label for="grund">Grund</label><textarea id="grund" name="grund"></textarea>
<button>Speichern</button></form>{% endblock %}"""


@pytest.mark.parametrize("path", ("/anmelden", *STATIC, "/gibt-es-nicht"))
def test_a_stranger_s_page_is_accessible(page, check_accessible, path):
    page.goto(path)
    check_accessible(page)


@pytest.mark.parametrize("path", ("/aufgaben", *STATIC, "/gibt-es-nicht", "/fail"))
def test_a_signed_in_person_s_page_is_accessible(page, sign_in, check_accessible, path):
    sign_in("goe_ifk.a")
    page.goto(path)
    check_accessible(page)


def test_a_refused_sign_in_is_announced_and_puts_the_cursor_where_it_helps(
    page, sign_in, check_accessible
):
    sign_in("goe_ifk.a", "falsch")
    assert "Name oder Passwort stimmt nicht." in page.get_by_role("alert").inner_text()
    assert focused(page) == "passwort"
    check_accessible(page)


def test_the_first_tab_stop_leads_past_the_menu(page, sign_in):
    sign_in("goe_ifk.a")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Zum Inhalt springen"
    assert page.locator(":focus").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert focused(page) == "inhalt"


def test_tab_goes_through_the_frame_in_reading_order(page, sign_in):
    sign_in("goe_ifk.a")
    page.goto("/impressum")
    stops = [tab(page) for _ in range(6)]
    assert stops[0] == "Zum Inhalt springen"
    assert stops[1].startswith("Lotse")
    assert stops[2:] == ["Abmelden", "Aufgaben", "Vorgang starten", "Fälle"]


def test_every_tab_stop_can_be_seen(page):
    page.goto("/impressum")
    for _ in range(4):
        tab(page)
        style = page.evaluate(
            "() => { const s = getComputedStyle(document.activeElement);"
            "return [s.outlineStyle, s.boxShadow] }"
        )
        assert style != ["none", "none"]


def test_signing_in_and_out_works_with_the_keyboard_alone(page):
    page.goto("/anmelden")
    assert focused(page) == "name"
    page.keyboard.type("goe_ifk.a")
    page.keyboard.press("Tab")
    page.keyboard.type("lotse-demo")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Aufgaben").wait_for()
    page.get_by_role("button", name="Abmelden").press("Enter")
    assert "Sie sind abgemeldet." in page.get_by_role("status").inner_text()


def test_the_keyboard_s_focus_stays_in_view_at_320_px(page):
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto("/anmelden")
    for _ in range(11):
        page.keyboard.press("Tab")
        box = page.locator(":focus").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320


def test_an_old_token_costs_nothing_typed(page, sign_in, check_accessible):
    sign_in("goe_ifk.a")
    page.goto("/form")
    page.get_by_label("Grund").fill("Erste Zeile\nZweite Zeile")
    page.get_by_role("button", name="Speichern").click()
    assert "Ihre Eingaben sind noch da" in page.get_by_role("status").inner_text()
    check_accessible(page)
    with page.expect_request("**/form") as request:
        page.get_by_role("button", name="Noch einmal senden").click()
    assert "Erste Zeile\r\nZweite Zeile" in request.value.post_data_json["grund"]
    page.get_by_text("gespeichert").wait_for()


def test_an_ended_session_costs_nothing_typed(page, sign_in, check_accessible):
    sign_in("goe_ifk.a")
    page.goto("/form")
    page.get_by_label("Grund").fill("Bleibt erhalten")
    page.context.clear_cookies()
    page.get_by_role("button", name="Speichern").click()
    assert "Ihre Sitzung ist abgelaufen" in page.get_by_role("status").inner_text()
    check_accessible(page)
    page.get_by_label("Benutzername").fill("goe_ifk.a")
    page.get_by_label("Passwort", exact=True).fill("lotse-demo")
    page.get_by_role("button", name="Anmelden").click()
    page.get_by_role("button", name="Noch einmal senden").wait_for()
    check_accessible(page)
    page.get_by_role("button", name="Noch einmal senden").click()
    page.get_by_text("gespeichert").wait_for()


def focused(page):
    return page.evaluate("document.activeElement.id")


def tab(page):
    page.keyboard.press("Tab")
    return page.locator(":focus").inner_text()
