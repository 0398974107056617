"""Access tokens: signed, short-lived, and worth nothing once the client's secret changes.

`POST /oauth/token` gives them out by the client credentials grant (RFC 6749, section 4.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from itsdangerous import BadData, URLSafeSerializer

from engine import clock
from engine.organisation import clients
from engine.organisation.clients import ClientRefused, Scope
from web.database import db

blueprint = Blueprint("tokens", __name__, url_prefix="/oauth")

LIFETIME = timedelta(hours=1)
_SALT = "lotse-api-token"


@dataclass(frozen=True)
class Content:
    """What a token says."""

    client: str
    scopes: frozenset[Scope]
    fingerprint: str


@blueprint.post("/token")
def give() -> Response:
    """Exchange a program's id and secret for a token."""
    if request.form.get("grant_type") != "client_credentials":
        return _refusal("unsupported_grant_type", 400)
    given = request.authorization
    name, secret = request.form.get("client_id", ""), request.form.get("client_secret", "")
    if given is not None and given.type == "basic":
        name, secret = given.username or "", given.password or ""
    try:
        client = clients.authenticate(db.session(), name, secret)
    except ClientRefused:
        return _refusal("invalid_client", 401)
    asked = set(request.form.get("scope", "").split())
    scopes = client.scopes & clients.known(asked) if asked & set(Scope) else client.scopes
    return jsonify(
        access_token=_write(client, scopes),
        token_type="Bearer",
        expires_in=int(LIFETIME.total_seconds()),
        scope=" ".join(sorted(scopes)),
    )


def read(token: str, *, now: datetime) -> Content | None:
    """Return what a token says, or None if it is none of ours or too old."""
    try:
        said: dict[str, Any] = _serializer().loads(token)
    except BadData:
        return None
    if said["ends"] <= now.timestamp():
        return None
    return Content(said["client"], clients.known(said["scopes"]), said["secret"])


def _write(client: clients.Client, scopes: frozenset[Scope]) -> str:
    # The wall clock: a pinned one would let tokens live for ever.
    said = {
        "client": client.user.name,
        "scopes": sorted(scopes),
        "secret": client.fingerprint[:16],
        "ends": (clock.wall() + LIFETIME).timestamp(),
    }
    token = _serializer().dumps(said)
    return token if isinstance(token, str) else token.decode()


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or b"", salt=_SALT)


def _refusal(error: str, status: int) -> Response:
    answer = jsonify(error=error)
    answer.status_code = status
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Basic realm="Lotse"'
    return answer
