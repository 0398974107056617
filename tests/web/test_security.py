"""Headers on every answer, a cookie that nobody else reads, a key that only the owner reads."""

import stat

import pytest

from web import security

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)


@pytest.mark.parametrize("path", ("/anmelden", "/", "/gibt-es-nicht", "/assets/LICENSES.txt"))
def test_every_answer_carries_the_headers(client, path):
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ("/anmelden", "/gibt-es-nicht", "/impressum"))
def test_pages_stay_out_of_every_cache(client, path):
    assert client.get(path).headers["Cache-Control"] == "no-store"


def test_the_cookie_is_closed_to_scripts_and_foreign_pages(client):
    cookie = client.get("/anmelden").headers["Set-Cookie"]
    assert cookie.startswith("lotse=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_the_cookie_is_bound_to_host_and_https_behind_https(client):
    answer = client.get("/anmelden", base_url="https://lotse.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-lotse=")
    assert "Secure" in cookie
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_no_page_asks_for_https_where_none_is_spoken(client):
    assert "Strict-Transport-Security" not in client.get("/anmelden").headers


def test_session_key_is_made_once_and_only_the_owner_reads_it(tmp_path):
    key = security.session_key(tmp_path / "keys")
    file = tmp_path / "keys" / security.KEY_FILE
    assert len(key) == 32
    assert security.session_key(tmp_path / "keys") == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_forged_cookie_opens_nothing(client, sign_in):
    sign_in("goe_ifk.a")
    cookie = client.get_cookie("lotse").value
    client.set_cookie("lotse", cookie[:-4] + "AAAA")
    assert client.get("/aufgaben").status_code == 302
