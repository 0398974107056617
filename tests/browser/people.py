"""People in front of their browsers: they sign in, answer what a form asks, and send it."""

from contextlib import contextmanager

from engine.organisation import demo
from tests.browser.conftest import WIDE
from tests.processes.kibiz import IFK
from tests.processes.stage import as_list, flattened, token


class Desks:
    """One browser profile per person on the same server; what the policy refuses is noted."""

    def __init__(self, browser, address):
        self.browser, self.address = browser, address
        self.pages, self.complaints = {}, []

    def of(self, name, **options):
        """Return the page of a person, signed in."""
        if name not in self.pages:
            page = self.open(**options)
            enter(page, name)
            self.pages[name] = page
        return self.pages[name]

    def open(self, **options):
        """Return a page in a profile of its own."""
        context = self.browser.new_context(
            base_url=self.address, locale="de-DE", viewport=WIDE, **options
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(f"Script: {error}"))
        return page

    def close(self):
        for context in self.browser.contexts:
            context.close()
        return [text for text in self.complaints if "Security Policy" in text or "Script:" in text]


@contextmanager
def desks(browser, address):
    """Let several people work; no script may fail and no page break the strict policy."""
    house = Desks(browser, address)
    try:
        yield house
    finally:
        refused = house.close()
    assert not refused, refused


def enter(page, name):
    """Sign in through the page."""
    page.goto("/anmelden")
    page.get_by_label("Benutzername").fill(name)
    page.get_by_label("Passwort", exact=True).fill(demo.PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Anmelden").click()


def start_many(stage, count):
    """Start so many hand-overs, quicker than through the page."""
    client = stage.client(IFK)
    fields = {"csrf_token": token(client.get("/vorgaenge"))}
    for _ in range(count):
        client.post("/vorgaenge/kibiz_uebergabe/start_vorschlag", data=fields)


def fill(page, **answers):
    """Answer the questions of a form one after the other, also those that appear meanwhile."""
    given = flattened({name.replace("__", "."): value for name, value in answers.items()})
    for name, value in given.items():
        for part in as_list(value) if not name.endswith("._anzahl") else []:
            put(page, name, part)


def put(page, name, value):
    """Answer one question."""
    field = page.locator(f'.lotse-formular [name="{name}"]')
    kind = field.first.evaluate("field => field.type")
    if kind in ("radio", "checkbox"):
        page.locator(f'.lotse-formular [name="{name}"][value="{value}"]').check()
    elif kind == "select-one":
        field.select_option(value)
    else:
        field.fill(value)


def complete(page):
    """Send the form for good."""
    with page.expect_navigation():
        page.get_by_role("button", name="Aufgabe abschließen").click()


def open_task(page, key):
    """Open a task from the inbox."""
    page.goto("/aufgaben")
    with page.expect_navigation():
        page.locator(f'a[href="/aufgaben/{key}"]').click()


def values(page, name):
    """Return what the fields of this name hold."""
    return page.locator(f'.lotse-formular [name="{name}"]').evaluate_all(
        "fields => fields.filter(f => !['radio', 'checkbox'].includes(f.type) || f.checked)"
        ".map(f => f.value)"
    )


def until(page, expression):
    """Wait until an expression of the page is true, or ten seconds.

    The page's policy forbids what `wait_for_function` does from the second look on.
    """
    seen = f"""async () => {{
      for (const end = Date.now() + 10_000; Date.now() < end; ) {{
        if ({expression}) return true;
        await new Promise(requestAnimationFrame);
      }}
      return false;
    }}"""
    assert page.evaluate(seen), expression
