"""What was deployed, file by file: diagrams, decision files and forms, by the key of each."""

from __future__ import annotations

from typing import Annotated, Any

from flask import Response
from pydantic import Field
from sqlalchemy import literal, null, select, union_all
from sqlalchemy.orm import Session

from engine import clock, removal, versions
from engine.model.decision import DecisionRequirements
from engine.model.deployment import Definition, Resource
from engine.model.form import FormDefinition
from engine.organisation import deeds
from engine.organisation.clients import Scope
from engine.versions import Brought
from web import steps
from web.api.deployments import require_deployer
from web.api.filters import KeyFilter, NumberFilter, TextFilter
from web.api.operations import Call, Media, Section
from web.api.searching import Column, Listing, request_model, run
from web.api.wire import TENANT, Found, Sent, Shown, ShownKey, Tenant
from web.database import session, write

section = Section("Dateien")


class FileShown(Shown):
    """A file of a deployment."""

    resource_name: str
    version: int
    version_tag: str | None
    resource_id: str
    resource_key: ShownKey
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
    "GET",
    "/resources/<key:resource_key>/content/binary",
    scope=Scope.READ,
    answers={200: Media.BINARY},
    problems={404},
)
def get_resource_content_binary(call: Call[None], resource_key: int) -> Response:
    """Gibt eine Datei ebenso zurück, wie neuere Clients sie erfragen."""
    return get_resource_content(call, resource_key)


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
