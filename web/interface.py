"""Schnittstelle: the document that describes the API, as a page that people can read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Blueprint, render_template

from engine.errors import NotFound
from web.api import document, doors

blueprint = Blueprint("interface", __name__, url_prefix="/schnittstelle")

_REF = "#/components/schemas/"
_KINDS = {
    "string": "Text",
    "integer": "ganze Zahl",
    "number": "Zahl",
    "boolean": "ja oder nein",
    "object": "Objekt",
    "null": "null",
}
_FORMATS = {"date-time": "Zeitpunkt", "binary": "Datei"}


class SectionNotFound(NotFound):
    """Diesen Abschnitt hat die Schnittstelle nicht."""


@dataclass(frozen=True)
class Part:
    """A piece of what a value is: words, or the name of an object that is described elsewhere."""

    text: str
    target: str | None = None


@dataclass(frozen=True)
class Field:
    """One field of an object, or one parameter of an address."""

    name: str
    kind: list[Part]
    is_required: bool


@dataclass(frozen=True)
class Answer:
    """One status that an operation may answer with."""

    status: str
    meaning: str
    kind: list[Part]


@dataclass(frozen=True)
class Described:
    """One operation as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    need: str
    parameters: list[Field]
    body: list[Part]
    answers: list[Answer]


@dataclass(frozen=True)
class Thing:
    """One object that is sent or shown."""

    name: str
    fields: list[Field]
    otherwise: list[Part]  # what it is if it has no fields, e.g. a choice of texts


@dataclass(frozen=True)
class Chapter:
    """The operations about one kind of thing, and the objects that they speak of."""

    name: str
    operations: list[Described]
    things: list[Thing]


@blueprint.get("")
def show() -> str:
    """Show what the API can do, section by section."""
    return render_template("interface/index.html", chapters=list(_chapters().values()))


@blueprint.get("/<name>")
def section(name: str) -> str:
    """Show the operations of one section with their fields and statuses."""
    chapter = _chapters().get(name)
    if chapter is None:
        raise SectionNotFound
    return render_template("interface/section.html", chapter=chapter)


@cache
def _chapters() -> dict[str, Chapter]:
    """Read the document once: it is made of the code and does not change while that runs."""
    whole = document.written(doors.OPERATIONS)
    found: dict[str, list[Described]] = {}
    for path, methods in whole["paths"].items():
        for method, told in methods.items():
            found.setdefault(told["tags"][0], []).append(_operation(method, path, told))
    schemas = whole["components"]["schemas"]
    return {name: Chapter(name, each, _things(each, schemas)) for name, each in found.items()}


def _operation(method: str, path: str, told: dict[str, Any]) -> Described:
    body = told.get("requestBody", {"content": {}})["content"]
    return Described(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        need="Ohne Anmeldung." if told.get("security") == [] else told.get("description", ""),
        parameters=[_parameter(each) for each in told["parameters"]],
        body=_content(body),
        answers=[
            Answer(status, answer["description"], _content(answer.get("content", {})))
            for status, answer in sorted(told["responses"].items())
        ],
    )


def _parameter(told: dict[str, Any]) -> Field:
    return Field(told["name"], list(_kind(told["schema"])), told["required"])


def _content(content: dict[str, Any]) -> list[Part]:
    return [part for media in content.values() for part in _kind(media["schema"])]


def _things(operations: Iterable[Described], schemas: dict[str, Any]) -> list[Thing]:
    """Return every object that the operations speak of, directly or through another."""
    waiting = [part for each in operations for part in _parts(each)]
    known: dict[str, Thing] = {}
    while waiting:
        name = waiting.pop().target
        if name is None or name in known:
            continue
        known[name] = _thing(name, schemas[name])
        waiting += known[name].otherwise
        waiting += [part for field in known[name].fields for part in field.kind]
    return [known[name] for name in sorted(known)]


def _parts(operation: Described) -> list[Part]:
    return [*operation.body, *(part for answer in operation.answers for part in answer.kind)]


def _thing(name: str, schema: dict[str, Any]) -> Thing:
    required = schema.get("required", ())
    fields = [
        Field(key, list(_kind(each)), key in required)
        for key, each in schema.get("properties", {}).items()
    ]
    return Thing(name, fields, [] if fields else list(_kind(schema)))


def _kind(schema: dict[str, Any]) -> Iterator[Part]:
    """Say in words what a value is."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_REF)
        yield Part(name, name)
    elif "anyOf" in schema:
        for number, each in enumerate(schema["anyOf"]):
            yield from [Part(" oder ")] if number else []
            yield from _kind(each)
    elif "enum" in schema or "const" in schema:
        values = schema.get("enum") or [schema["const"]]
        yield Part("eines von: " + ", ".join(str(value) for value in values))
    elif schema.get("type") == "array":
        yield Part("Liste aus ")
        yield from _kind(schema.get("items", {}))
    else:
        words = _FORMATS.get(schema.get("format", ""))
        yield Part(words or _KINDS.get(schema.get("type", ""), "beliebig"))
