"""What every answer carries and every cookie obeys: headers, session cookie, token against CSRF."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect
from werkzeug.routing import BaseConverter, IntegerConverter, Map

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
A_YEAR = "max-age=31536000"
LARGEST_REQUEST = 26 * 1024 * 1024  # one file of 25 MiB and its form
LARGEST_FORM = 2 * 1024 * 1024
MOST_FIELDS = 5_000
KEY_FILE = "session.key"

csrf = CSRFProtect()


class SessionCookie(SecureCookieSessionInterface):
    """A signed cookie that is bound to host and HTTPS as soon as HTTPS is spoken.

    Without HTTPS (a laptop, a network of its own) browsers refuse a `__Host-` cookie.
    """

    salt = "lotse-session"

    def get_cookie_name(self, app: Flask) -> str:  # noqa: ARG002 - Flask's signature
        return "__Host-lotse" if request.is_secure else "lotse"

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - Flask's signature
        return request.is_secure


class StoredInteger(IntegerConverter):
    """A number in an address that the database can hold; with any larger one there is no page."""

    def __init__(self, map: Map, **limits: Any) -> None:
        super().__init__(map, max=2**63 - 1, **limits)


class StoredKey(BaseConverter):
    """A key in an address of the API; digits that no row can have lead to none."""

    regex = r"-?[0-9]{1,25}"

    def to_python(self, value: str) -> int:
        number = int(value)
        return number if 0 <= number < 2**63 else -1


def install(app: Flask, keys: Path) -> None:
    """Give the application its limits, its cookie, its headers and the check against CSRF."""
    app.config.update(
        SECRET_KEY=session_key(keys),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=MOST_FIELDS,
        # The token lives as long as the session, whose own time-outs are the shorter ones.
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.session_interface = SessionCookie()
    app.url_map.converters |= {"int": StoredInteger, "key": StoredKey}
    app.after_request(harden)
    csrf.init_app(app)


def harden(response: Response) -> Response:
    """Put the security headers on every answer and keep pages out of every cache."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = A_YEAR
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def session_key(folder: Path) -> bytes:
    """Read the key that signs the cookies; make one, readable by the owner only, at the start."""
    path = folder / KEY_FILE
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(file, "wb") as key:
        key.write(secrets.token_bytes(32))
    return path.read_bytes()
