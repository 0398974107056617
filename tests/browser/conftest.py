"""A real browser on a real server: fixtures, and the verbs that the stories are told with."""

from pathlib import Path
from threading import Thread

import pytest
from werkzeug.serving import make_server

from engine.organisation import demo

AXE = Path(__file__).parents[2] / "web/frontend/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 700}


@pytest.fixture
def address(app):
    """The address of a server that runs while the test does."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(browser, address):
    """A page in a fresh browser profile; what the strict policy refuses fails the test."""
    context = browser.new_context(base_url=address, locale="de-DE", viewport=WIDE)
    page = context.new_page()
    page.set_default_timeout(10_000)
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    refused = [text for text in complaints if "Content Security Policy" in text]
    assert not refused, refused


@pytest.fixture
def sign_in(page):
    """Sign in through the page: `sign_in("goe_ifk.a")`."""

    def enter(name, password=demo.PASSWORD):
        page.goto("/anmelden")
        page.get_by_label("Benutzername").fill(name)
        page.get_by_label("Passwort", exact=True).fill(password)
        with page.expect_navigation():
            page.get_by_role("button", name="Anmelden").click()

    return enter


@pytest.fixture
def check_accessible():
    """Check a page at both widths: no violation, no sideways scrolling."""
    return _check_accessible


def _check_accessible(page):
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        assert violations(page) == [], f"bei {size['width']} px"
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], f"scrolls sideways at {size['width']} px"
    page.set_viewport_size(WIDE)


def violations(page):
    """Return what axe-core complains about, one line per rule and element."""
    # Evaluated over the debugging protocol: no script tag that the strict policy would refuse.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"runOnly": {"type": "tag", "values": RULES}}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{violation['id']}: {node['html'][:120]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
