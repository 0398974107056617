"""What was deployed, file by file: diagrams, decision files and forms, by the key of each."""

from __future__ import annotations

from typing import Annotated, Any

from flask import Response
from pydantic import Field
from sqlalchemy import literal, null, select, union_all
from sqlalchemy.orm import Session

from engine import bindings, clock, definitions, removal, versions
from engine.definitions import LoadedDefinition
from engine.errors import NotFound
from engine.model.decision import DecisionRequirements
from engine.model.deployment import Definition, Resource
from engine.model.form import FormDefinition
from engine.organisation import deeds
from engine.organisation.clients import Scope
from engine.versions import Brought
from web import steps
from web.api.definitions import get
from web.api.deployments import require_deployer
from web.api.filters import KeyFilter, NumberFilter, TextFilter
from web.api.operations import Call, Media, Section
from web.api.searching import Column, Listing, request_model, run
from web.api.wire import TENANT, Found, Sent, Shown, ShownKey, Tenant
from web.database import session, write

section = Section("Dateien")


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


class Deletion(Sent):
    """A version is taken back; what ended instances tell stays."""

    operation_reference: Annotated[int | None, Field(ge=1)] = None
    delete_history: bool | None = None


class Deleted(Shown):
    """The version that was taken back."""

    resource_key: ShownKey
    batch_operation: None = None


def _lines(table: Any, version_tag: Any) -> Any:
    return select(
        table.id,
        table.file,
        versions.name_column(table).label("name"),
        table.version,
        version_tag.label("version_tag"),
        table.deployment_id,
    ).where(table.removed_at.is_(None))


FILES = union_all(
    _lines(Definition, Definition.version_tag),
    _lines(DecisionRequirements, null()),
    _lines(FormDefinition, FormDefinition.version_tag),
).subquery("files")
LISTING = Listing(
    "Resource",
    select(FILES),
    FILES.c.id,
    {
        "resourceKey": Column(FILES.c.id, KeyFilter),
        "resourceName": Column(FILES.c.file, TextFilter),
        "resourceId": Column(FILES.c.name, TextFilter),
        "version": Column(FILES.c.version, NumberFilter),
        "versionTag": Column(FILES.c.version_tag, TextFilter),
        "deploymentKey": Column(FILES.c.deployment_id, KeyFilter),
        "tenantId": Column(literal(TENANT), Tenant),
    },
)
Search: Any = request_model(LISTING)


@section.operation(
    "POST", "/resources/search", scope=Scope.READ, body=Search, answers={200: Found[FileShown]}
)
def search_resources(call: Call[Any]) -> Found[FileShown]:
    """Sucht Dateien von Verfahren, Entscheidungsmodellen und Formularen, jede Fassung für sich."""
    rows, page = run(session(), LISTING, call.body)
    items = [
        FileShown(
            resource_name=row.file,
            version=row.version,
            version_tag=row.version_tag,
            resource_id=row.name,
            resource_key=row.id,
        )
        for row in rows
    ]
    return Found(items=items, page=page)


@section.operation(
    "POST",
    "/resources/<key:resource_key>/deletion",
    scope=Scope.DEPLOY,
    body=Deletion,
    answers={200: Deleted},
    problems={404, 409},
)
def delete_resource(call: Call[Deletion], resource_key: int) -> Deleted:
    """Nimmt eine Fassung zurück, die über die Schnittstelle kam und mit der nichts mehr läuft."""
    require_deployer(call.caller)
    write(lambda database: _remove(database, call.caller.user.name, resource_key))
    steps.wake()
    return Deleted(resource_key=resource_key)


def _remove(database: Session, actor: str, key: int) -> None:
    removal.remove(database, key, now=clock.now())
    deeds.record(database, actor, "gelöscht", f"fassung {key}", now=clock.now())


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
        resource_id=versions.name_of(row),
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
    row = versions.by_key(session(), FormDefinition, form_key)
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
    definition = definitions.load(database, get(database, process_definition_key).id)
    row = _start_form(database, definition)
    return _form(database, row) if row is not None else None


def source(database: Session, row: Brought) -> bytes:
    """Return the file that a version was made of."""
    query = select(Resource.content).where(
        Resource.deployment_id == row.deployment_id, Resource.name == row.file
    )
    return database.scalars(query).one()


def _found(database: Session, key: int) -> Brought:
    row = (
        versions.by_key(database, Definition, key)
        or versions.by_key(database, DecisionRequirements, key)
        or versions.by_key(database, FormDefinition, key)
    )
    if row is None:
        raise removal.ResourceNotFound
    return row


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
