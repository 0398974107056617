"""What was deployed, file by file: diagrams, decision files and forms, by the key of each."""

from __future__ import annotations

from flask import Response
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bindings, definitions
from engine.definitions import LoadedDefinition
from engine.errors import NotFound
from engine.model.decision import DecisionRequirements
from engine.model.deployment import Definition, Resource
from engine.model.form import FormDefinition
from engine.organisation.clients import Scope
from engine.versions import Brought
from web.api.operations import Call, Media, Section
from web.api.wire import TENANT, Shown, ShownKey
from web.database import session

section = Section("Dateien")


class ResourceNotFound(NotFound):
    """Diese Datei gibt es nicht."""


class FormNotFound(NotFound):
    """Dieses Formular gibt es nicht."""


class FileShown(Shown):
    """A file of a deployment."""

    resource_name: str
    version: int
    version_tag: str | None
    resource_id: str
    resource_key: ShownKey
    tenant_id: str = TENANT


class FormShown(Shown):
    """A form with its schema as form-js reads it."""

    form_id: str
    form_key: ShownKey
    version: int
    content: str = Field(serialization_alias="schema")  # pydantic keeps the name for itself
    tenant_id: str = TENANT


@section.operation(
    "GET",
    "/resources/<key:resource_key>",
    scope=Scope.READ,
    answers={200: FileShown},
    problems={404},
)
def get_resource(_call: Call[None], resource_key: int) -> FileShown:
    """Nennt die Datei eines Verfahrens, eines Entscheidungsmodells oder eines Formulars."""
    row = _found(session(), resource_key)
    return FileShown(
        resource_name=row.file,
        version=row.version,
        version_tag=None if isinstance(row, DecisionRequirements) else row.version_tag,
        resource_id=_id(row),
        resource_key=row.id,
    )


@section.operation(
    "GET",
    "/resources/<key:resource_key>/content",
    scope=Scope.READ,
    answers={200: Media.BINARY},
    problems={404},
)
def get_resource_content(_call: Call[None], resource_key: int) -> Response:
    """Gibt eine Datei zurück, Byte für Byte wie übernommen."""
    content = source(session(), _found(session(), resource_key))
    return Response(content, mimetype=Media.BINARY)


@section.operation(
    "GET", "/forms/<key:form_key>", scope=Scope.READ, answers={200: FormShown}, problems={404}
)
def get_form_by_key(_call: Call[None], form_key: int) -> FormShown:
    """Gibt eine Fassung eines Formulars zurück."""
    row = session().get(FormDefinition, form_key)
    if row is None:
        raise FormNotFound
    return _form(session(), row)


@section.operation(
    "GET",
    "/process-definitions/<key:process_definition_key>/form",
    scope=Scope.READ,
    answers={200: FormShown, 204: None},
    problems={404},
)
def get_start_process_form(_call: Call[None], process_definition_key: int) -> FormShown | None:
    """Gibt das Formular zurück, mit dem ein Verfahren beginnt; nichts, wenn es keines gibt."""
    database = session()
    row = _start_form(database, definitions.load(database, process_definition_key))
    return _form(database, row) if row is not None else None


def source(database: Session, row: Brought) -> bytes:
    """Return the file that a version was made of."""
    query = select(Resource.content).where(
        Resource.deployment_id == row.deployment_id, Resource.name == row.file
    )
    return database.scalars(query).one()


def _found(database: Session, key: int) -> Brought:
    row = (
        database.get(Definition, key)
        or database.get(DecisionRequirements, key)
        or database.get(FormDefinition, key)
    )
    if row is None:
        raise ResourceNotFound
    return row


def _id(row: Brought) -> str:
    if isinstance(row, Definition):
        return row.process_id
    return row.form_id if isinstance(row, FormDefinition) else row.requirements_id


def _start_form(database: Session, definition: LoadedDefinition) -> FormDefinition | None:
    """Return the form that a process asks before it begins, its own or one from elsewhere."""
    wanted = next((s.asked_before for s in definition.process.starts if s.asked_before), None)
    if wanted is None:
        return None
    key = bindings.form_key(database, definition, wanted)
    if key is not None:
        return database.get(FormDefinition, key)
    own = select(Definition.deployment_id).where(Definition.id == definition.id)
    brought = select(FormDefinition).where(FormDefinition.form_id == wanted.id)
    return database.scalars(
        brought.where(FormDefinition.deployment_id == own.scalar_subquery())
    ).first()


def _form(database: Session, row: FormDefinition) -> FormShown:
    return FormShown(
        form_id=row.form_id,
        form_key=row.id,
        version=row.version,
        content=source(database, row).decode("utf-8-sig"),
    )
