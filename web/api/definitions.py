"""Process definitions: what was deployed, version by version."""

from __future__ import annotations

from typing import Any

from flask import Response
from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session, aliased

from engine import definitions, versions
from engine.errors import DefinitionNotFound
from engine.model.deployment import Definition
from engine.organisation.clients import Scope
from web.api.filters import KeyFilter, NumberFilter, TextFilter, choice
from web.api.operations import Call, Media, Section
from web.api.searching import Column, Condition, Listing, request_model, run
from web.api.wire import TENANT, Found, Shown, ShownKey, Tenant
from web.database import session

section = Section("Verfahren")


class DefinitionShown(Shown):
    """One version of a process."""

    process_definition_key: ShownKey
    process_definition_id: str
    name: str | None
    resource_name: str
    version: int
    version_tag: str | None
    has_start_form: bool
    state: str = "ACTIVE"
    tenant_id: str = TENANT


def _newest(_session: Session, wanted: bool) -> Condition:  # noqa: FBT001 - a filter's value
    other = aliased(Definition)
    newest = select(func.max(other.version)).where(
        other.process_id == Definition.process_id, other.removed_at.is_(None)
    )
    is_newest = Definition.version == newest.scalar_subquery()
    return is_newest if wanted else ~is_newest


LISTING = Listing(
    "ProcessDefinition",
    select(Definition).where(definitions.PRESENT),
    Definition.id,
    {
        "processDefinitionKey": Column(Definition.id, KeyFilter),
        "processDefinitionId": Column(Definition.process_id, TextFilter),
        "name": Column(Definition.name, TextFilter),
        "resourceName": Column(Definition.file, TextFilter),
        "version": Column(Definition.version, NumberFilter),
        "versionTag": Column(Definition.version_tag, TextFilter),
        "tenantId": Column(literal(TENANT), Tenant),
        "state": Column(literal("ACTIVE"), choice("ACTIVE", "DRAINING", "DELETED"), sortable=False),
    },
    special={"isLatestVersion": (bool, _newest)},
)
Search: Any = request_model(LISTING)


@section.operation(
    "POST",
    "/process-definitions/search",
    scope=Scope.READ,
    body=Search,
    answers={200: Found[DefinitionShown]},
)
def search_process_definitions(call: Call[Any]) -> Found[DefinitionShown]:
    """Sucht übernommene Verfahren, jede Fassung für sich."""
    rows, page = run(session(), LISTING, call.body)
    return Found(items=[shown(session(), row[0]) for row in rows], page=page)


@section.operation(
    "GET",
    "/process-definitions/<key:process_definition_key>",
    scope=Scope.READ,
    answers={200: DefinitionShown},
    problems={404},
)
def get_process_definition(_call: Call[None], process_definition_key: int) -> DefinitionShown:
    """Nennt eine Fassung eines Verfahrens."""
    return shown(session(), get(session(), process_definition_key))


@section.operation(
    "GET",
    "/process-definitions/<key:process_definition_key>/xml",
    scope=Scope.READ,
    answers={200: Media.XML},
    problems={404},
)
def get_process_definition_xml(_call: Call[None], process_definition_key: int) -> Response:
    """Gibt das Diagramm einer Fassung zurück, Byte für Byte wie übernommen."""
    row = get(session(), process_definition_key)
    return Response(definitions.load(session(), row.id).diagram, mimetype=Media.XML)


def get(database: Session, key: int) -> Definition:
    """Return a version of a process by its key; raise `DefinitionNotFound`."""
    row = versions.by_key(database, Definition, key)
    if row is None:
        raise DefinitionNotFound
    return row


def shown(database: Session, row: Definition) -> DefinitionShown:
    """Write one version of a process."""
    loaded = definitions.load(database, row.id)
    return DefinitionShown(
        process_definition_key=row.id,
        process_definition_id=row.process_id,
        name=row.name or None,
        resource_name=row.file,
        version=row.version,
        version_tag=row.version_tag,
        has_start_form=any(
            start.event == "none" and start.asked_before for start in loaded.process.starts
        ),
    )
