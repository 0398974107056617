"""What clients ask of the installation itself: is it there, which version, and who am I."""

from __future__ import annotations

from typing import Any

from flask import request

from web.api.document import VERSION
from web.api.operations import LARGEST_BODY, Call, Section
from web.api.tenants import TenantShown
from web.api.wire import Shown

section = Section("Installation")


class Partition(Shown):
    """The one part that this installation has."""

    partition_id: int = 1
    role: str = "leader"
    health: str = "healthy"
    state: str = "active"


class Broker(Shown):
    """The one server that this installation has."""

    node_id: int = 0
    broker_id: str = "0"
    host: str
    port: int
    version: str = VERSION
    partitions: list[Partition]


class Topology(Shown):
    """How the installation is built."""

    brokers: list[Broker]
    cluster_id: str | None = None
    cluster_size: int = 1
    partitions_count: int = 1
    replication_factor: int = 1
    gateway_version: str = VERSION
    last_completed_change_id: str = "-1"


class License(Shown):
    """Lotse needs no licence of Camunda."""

    valid_license: bool = True
    license_type: str = "none"
    is_commercial: bool = False
    expires_at: str | None = None


class Me(Shown):
    """Who asks."""

    username: str
    display_name: str | None
    email: str | None
    authorized_components: list[str]
    tenants: list[TenantShown]
    groups: list[str]
    roles: list[str]
    sales_plan_type: str | None = None
    c8_links: dict[str, Any]
    can_logout: bool


@section.operation("GET", "/topology", answers={200: Topology})
def get_topology(_call: Call[None]) -> Topology:
    """Sagt, welche Fassung der Schnittstelle diese Installation spricht."""
    host, _, port = request.host.partition(":")
    broker = Broker(host=host, port=int(port or 80), partitions=[Partition()])
    return Topology(brokers=[broker])


@section.operation("GET", "/status", is_open=True)
def get_status(_call: Call[None]) -> None:
    """Antwortet, solange diese Installation läuft."""


@section.operation("GET", "/license", answers={200: License}, is_open=True)
def get_license(_call: Call[None]) -> License:
    """Sagt, dass Lotse keine Lizenz braucht."""
    return License()


class JobMetrics(Shown):
    """Usage is not measured."""

    enabled: bool = False
    export_interval: str = "PT0S"
    max_worker_name_length: int = 100
    max_job_type_length: int = 100
    max_tenant_id_length: int = 30
    max_unique_keys: int = 0


class Components(Shown):
    """Web applications of Camunda that this installation has: none."""

    active: list[str]


class DeploymentLimits(Shown):
    """What may be deployed."""

    is_multi_tenancy_enabled: bool = False
    max_request_size: int = LARGEST_BODY


class SignInKind(Shown):
    """How one signs in."""

    can_logout: bool = False
    is_login_delegated: bool = False


class Cloud(Shown):
    """Lotse runs in no cloud of Camunda."""

    stage: str | None = None


class Configuration(Shown):
    """What this installation can do."""

    job_metrics: JobMetrics
    components: Components
    deployment: DeploymentLimits
    authentication: SignInKind
    cloud: Cloud


@section.operation("GET", "/system/configuration", answers={200: Configuration})
def get_system_configuration(_call: Call[None]) -> Configuration:
    """Sagt, was an dieser Installation eingestellt ist."""
    return Configuration(
        job_metrics=JobMetrics(),
        components=Components(active=[]),
        deployment=DeploymentLimits(),
        authentication=SignInKind(),
        cloud=Cloud(),
    )


@section.operation("GET", "/authentication/me", answers={200: Me})
def get_authentication(call: Call[None]) -> Me:
    """Sagt, wer fragt und zu welchen Gruppen er gehört."""
    user = call.caller.user
    return Me(
        username=user.name,
        display_name=user.display_name,
        email=None,
        authorized_components=["*"],
        tenants=[TenantShown()],
        groups=sorted(user.group_ids),
        roles=["admin"] if user.is_operator else [],
        c8_links={},
        can_logout=False,
    )
