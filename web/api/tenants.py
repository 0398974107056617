"""Tenants: there is one on the wire, and it is never the Mandant."""

from __future__ import annotations

from typing import Any

from sqlalchemy import literal, select

from engine.errors import NotFound
from engine.organisation.clients import Scope
from web.api.administering import require_operator
from web.api.filters import TextFilter
from web.api.operations import Call, Section
from web.api.searching import Column, Listing, request_model, run
from web.api.wire import TENANT, Found, Shown
from web.database import session

section = Section("Tenants")


class TenantNotFound(NotFound):
    """Diesen Tenant gibt es nicht. Es gibt nur <default>."""


class TenantShown(Shown):
    """The one tenant."""

    name: str = TENANT
    tenant_id: str = TENANT
    description: str | None = None


_tenants = select(literal(TENANT).label("tenant_id"), literal(TENANT).label("name")).subquery()
LISTING = Listing(
    "Tenant",
    select(_tenants.c.tenant_id, _tenants.c.name),
    _tenants.c.tenant_id,
    {
        "tenantId": Column(_tenants.c.tenant_id, TextFilter),
        "name": Column(_tenants.c.name, TextFilter),
        "key": Column(_tenants.c.tenant_id),
    },
)
Search: Any = request_model(LISTING)


@section.operation(
    "POST",
    "/tenants/search",
    scope=Scope.ADMINISTER,
    body=Search,
    answers={200: Found[TenantShown]},
)
def search_tenants(call: Call[Any]) -> Found[TenantShown]:
    """Sucht Tenants; es gibt einen."""
    require_operator(call.caller)
    rows, page = run(session(), LISTING, call.body)
    return Found(items=[TenantShown() for _ in rows], page=page)


@section.operation(
    "GET",
    "/tenants/<tenant_id>",
    scope=Scope.ADMINISTER,
    answers={200: TenantShown},
    problems={404},
)
def get_tenant(call: Call[None], tenant_id: str) -> TenantShown:
    """Nennt den einen Tenant."""
    require_operator(call.caller)
    if tenant_id != TENANT:
        raise TenantNotFound
    return TenantShown()
