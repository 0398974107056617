"""What the API can be asked: each operation with its address, its body, and what it may answer.

The list is the single source of the routes, of the checks of a request, and of the document that
describes the API.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from inspect import cleandoc
from typing import Any, Generic, TypeVar

import orjson
from flask import Response, request
from pydantic import BaseModel

from engine.organisation.clients import Scope
from web.api.callers import Caller, current_caller
from web.api.problems import Problem

Body = TypeVar("Body")
Handler = TypeVar("Handler", bound=Callable[..., Any])

#: A body that is larger than this is not read: variables have a limit of 1 MB.
LARGEST_BODY = 4 * 1024 * 1024
DEEPEST = 100
#: An escaped NUL; an even number of backslashes before it would only speak of one.
NUL_IN_JSON = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
UNSTORABLE = (
    "Ein Text der Anfrage enthält das Zeichen NUL. Bitte senden Sie ihn ohne dieses Zeichen."
)


class Media(StrEnum):
    """What an answer is written in, other than JSON."""

    XML = "text/xml"
    BINARY = "application/octet-stream"


@dataclass(frozen=True, kw_only=True)
class Call(Generic[Body]):
    """One request: who asks, and what was sent, checked."""

    caller: Caller
    body: Body
    query: Any = None


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One thing that the API can do."""

    method: str
    path: str  # with werkzeug's converters: /user-tasks/<key:user_task_key>
    tag: str
    handler: Callable[..., Any]
    scope: Scope | None  # None: open to every caller
    answers: Mapping[int, type[BaseModel] | Media | None]
    problems: frozenset[int]
    body: type[BaseModel] | None = None
    body_required: bool = False
    query: type[BaseModel] | None = None
    is_open: bool = False  # needs nobody at all
    is_form: bool = False  # the body comes in parts, files among them

    @property
    def name(self) -> str:
        """The operation's name in the document and in Flask."""
        return self.handler.__name__

    @property
    def summary(self) -> str:
        """What the operation does, from the handler's docstring."""
        return cleandoc(self.handler.__doc__ or "").split("\n\n")[0].replace("\n", " ")


@dataclass
class Section:
    """The operations about one kind of thing."""

    tag: str
    operations: list[Operation] = field(default_factory=list)

    def operation(self, method: str, path: str, **facts: Any) -> Callable[[Handler], Handler]:
        """Add a function as an operation; facts are those of `Operation`."""
        facts.setdefault("scope", None)
        facts.setdefault("answers", {204: None})
        facts["problems"] = frozenset(facts.get("problems", ()))

        def add(handler: Handler) -> Handler:
            self.operations.append(
                Operation(method=method, path=path, tag=self.tag, handler=handler, **facts)
            )
            return handler

        return add


def answer(operation: Operation, values: Mapping[str, Any]) -> Response:
    """Check a request, do what it asks for, and write the answer."""
    caller = current_caller()
    if operation.scope is not None and operation.scope not in caller.scopes:
        raise Problem(403, f"Diesem Zugang fehlt der Umfang „{operation.scope}“.")
    _require_storable(*map(str, values.values()), *request.args.values())
    try:
        call = Call(caller=caller, body=_body(operation), query=_query(operation))
        return written(operation, operation.handler(call, **values))
    finally:
        request.close()  # large files of a form lie in files of their own until then


def written(operation: Operation, result: Any) -> Response:
    """Write what a handler returned: nothing, an object, or a ready answer."""
    if isinstance(result, Response):
        return result
    if result is None:
        return Response(status=204)
    status = next(code for code, kind in operation.answers.items() if kind is not None)
    text = result.model_dump_json(by_alias=True)
    return Response(text, status=status, mimetype="application/json")


def _body(operation: Operation) -> BaseModel | None:
    if operation.body is None:
        return None
    if operation.is_form:
        return operation.body.model_validate(_form())
    sent = request.get_data(cache=False, parse_form_data=False)
    if len(sent) > LARGEST_BODY:
        raise Problem(413, "Eine Anfrage darf höchstens 4 MB groß sein.")
    if not sent.strip():
        if operation.body_required:
            raise Problem(400, "Der Inhalt der Anfrage fehlt.")
        return operation.body.model_validate({})
    if request.mimetype != "application/json":
        raise Problem(415, "Der Inhalt der Anfrage muss application/json sein.")
    return operation.body.model_validate(_parsed(sent, operation))


def _form() -> dict[str, Any]:
    """Return the parts of a form; those with files as lists, since each name may come again."""
    if request.mimetype != "multipart/form-data":
        raise Problem(415, "Der Inhalt der Anfrage muss multipart/form-data sein.")
    parts: dict[str, Any] = {
        name: texts[0] if len(texts) == 1 else texts for name, texts in request.form.lists()
    }
    names = [each.filename or "" for each in request.files.values()]
    _require_storable(*parts, *request.files, *request.form.values(), *names)
    for name, files in request.files.lists():
        parts[name] = [*request.form.getlist(name), *files]
    return parts


def _parsed(sent: bytes, operation: Operation) -> Any:
    try:
        content = orjson.loads(sent)
    except orjson.JSONDecodeError as error:
        place = f"Zeile {error.lineno}, Spalte {error.colno}"
        raise Problem(400, f"Der Inhalt der Anfrage ist kein JSON ({place}).") from None
    if content is None and not operation.body_required:
        return {}
    if not isinstance(content, dict):
        raise Problem(400, "Der Inhalt der Anfrage muss ein JSON-Objekt sein.")
    limit_depth(content)
    if NUL_IN_JSON.search(sent):
        raise Problem(400, UNSTORABLE)
    return content


def _require_storable(*texts: str) -> None:
    """Refuse the one sign that PostgreSQL cannot store in a text, and nobody means."""
    if any("\0" in text for text in texts):
        raise Problem(400, UNSTORABLE)


def limit_depth(content: Any) -> None:
    """Raise a problem for a JSON value that is nested too deeply to be worked on."""
    level = [content]
    for _ in range(DEEPEST):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return
    raise Problem(400, f"Der Inhalt der Anfrage ist tiefer als {DEEPEST} Ebenen verschachtelt.")


def _inside(value: Any) -> list[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [each for each in inner if isinstance(each, dict | list)]


def _query(operation: Operation) -> BaseModel | None:
    if operation.query is None:
        return None
    return operation.query.model_validate(request.args.to_dict())
