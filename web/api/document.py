"""The OpenAPI 3.1 document, made of the operations and their models."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from web.api.operations import Media, Operation
from web.api.wire import Key

VERSION = "8.9.0"
_PLACE = re.compile(r"<(?:(\w+):)?(\w+)>")
_REF = "#/components/schemas/{model}"
#: What any door may answer, and what is meant by it.
ALWAYS = {
    400: "Die Anfrage ist falsch; der Text sagt, an welcher Stelle.",
    401: "Die Anmeldung fehlt oder gilt nicht.",
    403: "Dieser Zugang darf das nicht.",
    413: "Die Anfrage ist zu groß.",
    415: "Der Inhalt der Anfrage ist von einer anderen Art.",
    429: "Es kamen zu viele Anfragen in kurzer Zeit.",
    500: "Etwas ist schiefgegangen.",
    503: "Lotse ist gerade ausgelastet.",
}
OTHERWISE = {
    404: "Das gibt es nicht, oder Sie dürfen es nicht sehen.",
    409: "Das passt nicht zum jetzigen Stand.",
    504: "Es dauert länger, als gewartet werden sollte.",
}
SUCCESS = "Das hat geklappt."
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
    },
}
_KEY = TypeAdapter(Key).json_schema()


def rule_of(operation: Operation) -> str:
    """Return the operation's address for the router: keys are texts there."""
    return _PLACE.sub(
        lambda found: f"<{_CONVERTERS.get(found[1], 'string')}:{found[2]}>", operation.path
    )


_CONVERTERS = {"key": "key", "path": "path"}


def written(operations: Sequence[Operation]) -> dict[str, Any]:
    """Return the whole document."""
    models = sorted(_models(operations), key=lambda pair: (pair[0].__name__, pair[1]))
    names, schemas = models_json_schema(models, ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for each in operations:
        place = _PLACE.sub(lambda found: "{" + found[2] + "}", each.path)
        paths.setdefault(place, {})[each.method.lower()] = _operation(each, names)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Lotse", "version": VERSION},
        "servers": [{"url": "/v2"}],
        "security": [{"basic": []}, {"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": {**schemas.get("$defs", {}), "Problem": PROBLEM},
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _models(operations: Iterable[Operation]) -> set[tuple[type[BaseModel], JsonSchemaMode]]:
    found: set[tuple[type[BaseModel], JsonSchemaMode]] = set()
    for each in operations:
        if each.body is not None:
            found.add((each.body, "validation"))
        for kind in each.answers.values():
            if isinstance(kind, type):
                found.add((kind, "serialization"))
    return found


def _operation(operation: Operation, names: Any) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "parameters": [*_places(operation), *_questions(operation)],
        "responses": _answers(operation, names),
    }
    if operation.is_open:
        described["security"] = []
    if operation.scope is not None:
        described["description"] = f"Nötiger Umfang: {operation.scope}."
    if operation.body is not None:
        media = "multipart/form-data" if operation.is_form else "application/json"
        described["requestBody"] = {
            "required": operation.body_required,
            "content": {media: {"schema": names[(operation.body, "validation")]}},
        }
    return described


def _places(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": _KEY if kind == "key" else {"type": "string", "minLength": 1},
        }
        for kind, name in _PLACE.findall(operation.path)
    ]


def _questions(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema(by_alias=True)
    return [
        {"name": name, "in": "query", "required": False, "schema": kind}
        for name, kind in schema["properties"].items()
    ]


def _answers(operation: Operation, names: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status, kind in operation.answers.items():
        found[str(status)] = {"description": SUCCESS}
        if kind is None:
            continue
        media, schema = "application/json", names.get((kind, "serialization"))
        if isinstance(kind, Media):
            media, schema = kind.value, {"type": "string"}
        found[str(status)]["content"] = {media: {"schema": schema}}
    problem = {"application/problem+json": {"schema": {"$ref": _REF.format(model="Problem")}}}
    known = ALWAYS | {status: OTHERWISE[status] for status in operation.problems}
    for status, meaning in sorted(known.items()):
        found[str(status)] = {"description": meaning, "content": problem}
    return found
