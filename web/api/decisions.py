"""Decisions and their requirement graphs: searched and read, version by version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response
from sqlalchemy import func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from engine import versions
from engine.errors import NotFound
from engine.model.decision import DecisionDefinition, DecisionRequirements
from engine.organisation.clients import Scope
from web.api.deployments import RequirementsShown, requirements
from web.api.filters import KeyFilter, NumberFilter, TextFilter
from web.api.operations import Call, Media, Section
from web.api.resources import source
from web.api.searching import Column, Condition, Listing, request_model, run
from web.api.wire import TENANT, Found, Shown, ShownKey, Tenant
from web.database import session

section = Section("Entscheidungen")


class DecisionNotFound(NotFound):
    """Diese Entscheidung gibt es nicht."""


class DecisionShown(Shown):
    """One version of a decision."""

    decision_definition_id: str
    decision_definition_key: ShownKey
    decision_requirements_id: str
    decision_requirements_key: ShownKey
    decision_requirements_name: str
    decision_requirements_version: int
    name: str
    version: int
    tenant_id: str = TENANT


def _is_newest(
    table: type[DecisionDefinition] | type[DecisionRequirements],
    name: InstrumentedAttribute[str],
) -> Callable[[Session, bool], Condition]:
    other = aliased(table)

    def condition(_session: Session, wanted: bool) -> Condition:  # noqa: FBT001 - a filter's value
        same = getattr(other, name.key) == name, other.removed_at.is_(None)
        is_newest = table.version == select(func.max(other.version)).where(*same).scalar_subquery()
        return is_newest if wanted else ~is_newest

    return condition


_GRAPHS = {
    "decisionRequirementsId": Column(DecisionRequirements.requirements_id, TextFilter),
    "decisionRequirementsKey": Column(DecisionRequirements.id, KeyFilter),
    "decisionRequirementsName": Column(DecisionRequirements.name, TextFilter),
    "tenantId": Column(literal(TENANT), Tenant),
}
DECISIONS = Listing(
    "DecisionDefinition",
    select(DecisionDefinition, DecisionRequirements)
    .join(DecisionRequirements, DecisionRequirements.id == DecisionDefinition.requirements_key)
    .where(DecisionDefinition.removed_at.is_(None)),
    DecisionDefinition.id,
    {
        **_GRAPHS,
        "decisionDefinitionKey": Column(DecisionDefinition.id, KeyFilter),
        "decisionDefinitionId": Column(DecisionDefinition.decision_id, TextFilter),
        "name": Column(DecisionDefinition.name, TextFilter),
        "version": Column(DecisionDefinition.version, NumberFilter),
        "decisionRequirementsVersion": Column(DecisionRequirements.version, NumberFilter),
    },
    special={
        "isLatestVersion": (bool, _is_newest(DecisionDefinition, DecisionDefinition.decision_id))
    },
)
GRAPHS = Listing(
    "DecisionRequirements",
    select(DecisionRequirements).where(DecisionRequirements.removed_at.is_(None)),
    DecisionRequirements.id,
    {
        **_GRAPHS,
        "version": Column(DecisionRequirements.version, NumberFilter),
        "resourceName": Column(DecisionRequirements.file, TextFilter),
    },
    special={
        "isLatestVersion": (
            bool,
            _is_newest(DecisionRequirements, DecisionRequirements.requirements_id),
        )
    },
)
Search: Any = request_model(DECISIONS)
GraphSearch: Any = request_model(GRAPHS)


@section.operation(
    "POST",
    "/decision-definitions/search",
    scope=Scope.READ,
    body=Search,
    answers={200: Found[DecisionShown]},
)
def search_decision_definitions(call: Call[Any]) -> Found[DecisionShown]:
    """Sucht übernommene Entscheidungen, jede Fassung für sich."""
    rows, page = run(session(), DECISIONS, call.body)
    return Found(items=[_of_row(row) for row in rows], page=page)


@section.operation(
    "GET",
    "/decision-definitions/<key:decision_definition_key>",
    scope=Scope.READ,
    answers={200: DecisionShown},
    problems={404},
)
def get_decision_definition(_call: Call[None], decision_definition_key: int) -> DecisionShown:
    """Nennt eine Fassung einer Entscheidung."""
    row = get(session(), decision_definition_key)
    return _decision(row, get_graph(session(), row.requirements_key))


@section.operation(
    "GET",
    "/decision-definitions/<key:decision_definition_key>/xml",
    scope=Scope.READ,
    answers={200: Media.XML},
    problems={404},
)
def get_decision_definition_xml(_call: Call[None], decision_definition_key: int) -> Response:
    """Gibt die Datei einer Entscheidung zurück, Byte für Byte wie übernommen."""
    row = get(session(), decision_definition_key)
    return _xml(session(), row.requirements_key)


@section.operation(
    "POST",
    "/decision-requirements/search",
    scope=Scope.READ,
    body=GraphSearch,
    answers={200: Found[RequirementsShown]},
)
def search_decision_requirements(call: Call[Any]) -> Found[RequirementsShown]:
    """Sucht übernommene Entscheidungsmodelle, jede Fassung für sich."""
    rows, page = run(session(), GRAPHS, call.body)
    return Found(items=[requirements(row[0]) for row in rows], page=page)


@section.operation(
    "GET",
    "/decision-requirements/<key:decision_requirements_key>",
    scope=Scope.READ,
    answers={200: RequirementsShown},
    problems={404},
)
def get_decision_requirements(
    _call: Call[None], decision_requirements_key: int
) -> RequirementsShown:
    """Nennt eine Fassung eines Entscheidungsmodells."""
    return requirements(get_graph(session(), decision_requirements_key))


@section.operation(
    "GET",
    "/decision-requirements/<key:decision_requirements_key>/xml",
    scope=Scope.READ,
    answers={200: Media.XML},
    problems={404},
)
def get_decision_requirements_xml(_call: Call[None], decision_requirements_key: int) -> Response:
    """Gibt ein Entscheidungsmodell zurück, Byte für Byte wie übernommen."""
    return _xml(session(), decision_requirements_key)


def get(database: Session, key: int) -> DecisionDefinition:
    """Return a version of a decision by its key; raise `DecisionNotFound`."""
    row = versions.by_key(database, DecisionDefinition, key)
    if row is None:
        raise DecisionNotFound
    return row


def get_graph(database: Session, key: int) -> DecisionRequirements:
    """Return a version of a requirement graph by its key; raise `DecisionNotFound`."""
    row = versions.by_key(database, DecisionRequirements, key)
    if row is None:
        raise DecisionNotFound
    return row


def _xml(database: Session, key: int) -> Response:
    return Response(source(database, get_graph(database, key)), mimetype=Media.XML)


def _of_row(row: Any) -> DecisionShown:
    return _decision(row[0], row[1])


def _decision(row: DecisionDefinition, graph: DecisionRequirements) -> DecisionShown:
    return DecisionShown(
        decision_definition_id=row.decision_id,
        decision_definition_key=row.id,
        decision_requirements_id=graph.requirements_id,
        decision_requirements_key=graph.id,
        decision_requirements_name=graph.name,
        decision_requirements_version=graph.version,
        name=row.name,
        version=row.version,
    )
