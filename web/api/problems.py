"""Refusals as problem documents (RFC 9457), with the status that clients of Camunda 8 expect."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from engine.errors import Conflict, Invalid, NotAllowed, NotFound, NotYourTask, OrchestrationError
from engine.organisation.accounts import SignInThrottled
from web import errors

log = logging.getLogger("lotse.api")

TITLES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    409: "INVALID_STATE",
    413: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    422: "UNPROCESSABLE_CONTENT",
    429: "TOO_MANY_REQUESTS",
    500: "INTERNAL",
    503: "RESOURCE_EXHAUSTED",
    504: "TIMEOUT",
}
STATUS: tuple[tuple[type[OrchestrationError], int], ...] = (
    # Whoever may not see a thing must not learn that it exists.
    (NotYourTask, 404),
    (NotFound, 404),
    (SignInThrottled, 429),
    (NotAllowed, 403),
    (Conflict, 409),
    (Invalid, 400),
)
#: How many complaints about one request are told at once.
MOST_COMPLAINTS = 10
_WORDS = {
    "extra_forbidden": "Dieses Feld gibt es nicht.",
    "missing": "Dieses Feld fehlt.",
}


class Problem(Exception):
    """A refusal with a status of its own."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}


def install(blueprint: Blueprint) -> None:
    """Answer whatever goes wrong behind the doors of the API with a problem document."""
    blueprint.register_error_handler(Problem, tell)
    blueprint.register_error_handler(OrchestrationError, tell_refusal)
    blueprint.register_error_handler(ValidationError, tell_wrong_request)
    blueprint.register_error_handler(HTTPException, tell_http)
    blueprint.register_error_handler(Exception, tell_accident)


def tell(problem: Problem) -> Response:
    """Answer with a problem's own status and sentence."""
    answer = document(problem.status, problem.detail)
    answer.headers.extend(problem.headers)
    return answer


def tell_refusal(error: OrchestrationError) -> Response:
    """Answer with the status of the error's category and its own sentence."""
    status = next((status for kind, status in STATUS if isinstance(error, kind)), 500)
    if status == 500:
        return tell_accident(error)
    answer = document(status, error.message)
    if isinstance(error, SignInThrottled):
        answer.headers["Retry-After"] = str(int(error.wait.total_seconds()) + 1)
    return answer


def tell_wrong_request(error: ValidationError) -> Response:
    """Name each wrong field; never its value, which may be personal."""
    complaints = [_complaint(each) for each in error.errors(include_input=False, include_url=False)]
    shown = complaints[:MOST_COMPLAINTS]
    rest = len(complaints) - len(shown)
    return document(400, " ".join(shown) + (f" Und {rest} weitere." if rest else ""))


def _complaint(found: Any) -> str:
    place = ".".join(str(part) for part in found["loc"] if not str(part).startswith("function-"))
    words = _WORDS.get(found["type"], found["msg"].removeprefix("Value error, "))
    return f"{place or 'Anfrage'}: {words.removesuffix('.')}."


def tell_http(error: HTTPException) -> Response:
    """Answer what the server itself refuses, e.g. a body that is too large."""
    status = error.code or 500
    if status < 400:
        return Response(status=status, headers=dict(error.get_headers()))
    if status >= 500 and status not in TITLES:
        return tell_accident(error)
    return document(status, error.description or "")


def tell_accident(error: BaseException) -> Response:
    """Log where it happened under a number and tell only that number."""
    number = secrets.token_hex(4).upper()
    log.error("Fehler %s: %s", number, errors.trail(error), extra={"action": "api_failed"})
    return document(500, f"Das hat nicht geklappt. Der Fehler hat die Nummer {number}.")


def document(status: int, detail: str) -> Response:
    """Return a problem document."""
    answer = jsonify(
        type="about:blank",
        title=TITLES.get(status, "INVALID_ARGUMENT"),
        status=status,
        detail=detail,
        instance=request.path,
    )
    answer.status_code = status
    answer.mimetype = "application/problem+json"
    return answer
