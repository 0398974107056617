"""What waits for messages, as a search finds it: elements of instances, and start events."""

from __future__ import annotations

from typing import Any

from pydantic import create_model
from sqlalchemy import and_, case, func, literal, null, or_, select
from sqlalchemy.orm import Session

from engine import definitions
from engine.model.deployment import Definition
from engine.model.instance import Instance
from engine.model.message import Subscription
from engine.organisation import unattached
from engine.organisation.clients import Scope
from web.api import sight
from web.api.callers import Caller
from web.api.filters import KeyFilter, MomentFilter, NumberFilter, TextFilter, choice
from web.api.instances import roots
from web.api.operations import Call, Section
from web.api.searching import Column, Condition, Listing, conditions, filter_of, request_model, run
from web.api.wire import TENANT, Found, Shown, ShownKey, ShownMoment, Tenant
from web.database import session

section = Section("Nachrichten")

START, INNER = "START_EVENT", "PROCESS_EVENT"
#: A wait that got its message is gone.
WAITS = "CREATED"
STATES = ("CORRELATED", "CREATED", "DELETED", "MIGRATED")
TOOL = "io.camunda.tool:"


class MessageSubscriptionShown(Shown):
    """Something that waits for a message."""

    message_subscription_key: ShownKey
    process_definition_id: str
    process_definition_key: ShownKey | None
    process_definition_name: str | None
    process_definition_version: int | None
    process_instance_key: ShownKey | None
    root_process_instance_key: ShownKey | None
    element_id: str
    element_instance_key: ShownKey | None
    message_subscription_state: str
    last_updated_date: ShownMoment
    message_name: str
    correlation_key: str | None
    message_subscription_type: str
    extension_properties: dict[str, str]
    tool_properties: dict[str, str]
    tool_name: str | None
    inbound_connector_type: str | None
    business_id: str | None
    tenant_id: str = TENANT


class WaitsCounted(Shown):
    """What of a version waits for messages."""

    process_definition_id: str
    process_definition_key: ShownKey
    process_instances_with_active_subscriptions: int
    active_subscriptions: int
    tenant_id: str = TENANT


IS_START = Subscription.instance_id.is_(None)
TYPE = case((IS_START, START), else_=INNER)
STATE = literal(WAITS)
ELEMENT = case((IS_START, null()), else_=Subscription.id)
#: A key is a value of the case, and no page shows it.
CORRELATION = case(
    (Instance.mandant_id == unattached.MANDANT_ID, Subscription.correlation), else_=null()
)
LISTING = Listing(
    "MessageSubscription",
    select(
        Subscription,
        Definition,
        Instance,
        TYPE.label("type"),
        ELEMENT.label("element_key"),
        CORRELATION.label("key"),
    )
    .join(Definition, Definition.id == Subscription.definition_id)
    .outerjoin(Instance, Instance.id == Subscription.instance_id)
    .where(Subscription.kind == "message"),
    Subscription.id,
    {
        "messageSubscriptionKey": Column(Subscription.id, KeyFilter),
        "processDefinitionKey": Column(Subscription.definition_id, KeyFilter, sortable=False),
        "processDefinitionId": Column(Subscription.process_id, TextFilter),
        "processDefinitionName": Column(Definition.name, TextFilter),
        "processDefinitionVersion": Column(Definition.version, NumberFilter),
        "processInstanceKey": Column(Subscription.instance_id, KeyFilter),
        "elementId": Column(Subscription.element_id, TextFilter),
        "elementInstanceKey": Column(ELEMENT, KeyFilter),
        "messageSubscriptionState": Column(STATE, choice(*STATES)),
        "lastUpdatedDate": Column(Subscription.created_at, MomentFilter),
        "messageName": Column(Subscription.message, TextFilter),
        "correlationKey": Column(CORRELATION, TextFilter),
        "messageSubscriptionType": Column(TYPE, choice(START, INNER)),
        "businessId": Column(Instance.business_id, TextFilter),
        "tenantId": Column(literal(TENANT), Tenant),
    },
)
Search: Any = request_model(LISTING)


def _waits(*where: Condition) -> Listing:
    counted = (
        select(
            Subscription.definition_id,
            func.count(Subscription.instance_id.distinct()).label("instances"),
            func.count().label("waits"),
        )
        .select_from(Subscription)
        .join(Definition, Definition.id == Subscription.definition_id)
        .outerjoin(Instance, Instance.id == Subscription.instance_id)
        .where(Subscription.kind == "message", *where)
        .group_by(Subscription.definition_id)
        .subquery("counted")
    )
    return Listing(
        "WaitStatistics",
        select(counted, Definition).join(Definition, Definition.id == counted.c.definition_id),
        Definition.id,
        {"processDefinitionKey": Column(Definition.id)},
    )


Waits: Any = create_model(
    "WaitStatisticsQuery",
    __base__=request_model(_waits()),
    filter=(filter_of(Search), None),
)


@section.operation(
    "POST",
    "/message-subscriptions/search",
    scope=Scope.READ,
    body=Search,
    answers={200: Found[MessageSubscriptionShown]},
)
def search_message_subscriptions(call: Call[Any]) -> Found[MessageSubscriptionShown]:
    """Sucht, was auf Nachrichten wartet: Schritte laufender Vorgänge und Startereignisse."""
    database = session()
    rows, page = run(database, LISTING, call.body, seen(database, call.caller))
    tops = roots(database, [row.Instance for row in rows if row.Instance is not None])
    return Found(items=[_shown(database, row, tops) for row in rows], page=page)


@section.operation(
    "POST",
    "/process-definitions/statistics/message-subscriptions",
    scope=Scope.READ,
    body=Waits,
    answers={200: Found[WaitsCounted]},
)
def get_process_definition_message_subscription_statistics(call: Call[Any]) -> Found[WaitsCounted]:
    """Zählt je Fassung, was auf Nachrichten wartet."""
    database = session()
    wanted = conditions(database, LISTING, call.body.filter)
    listing = _waits(seen(database, call.caller), *wanted)
    rows, page = run(database, listing, call.body.model_copy(update={"filter": None}))
    items = [
        WaitsCounted(
            process_definition_id=row.Definition.process_id,
            process_definition_key=row.Definition.id,
            process_instances_with_active_subscriptions=row.instances,
            active_subscriptions=row.waits,
        )
        for row in rows
    ]
    return Found(items=items, page=page)


def seen(database: Session, caller: Caller) -> Condition:
    """Start events belong to diagrams, which everybody may see; the rest to instances."""
    element = sight.elements(database, caller, Subscription.definition_id, Subscription.element_id)
    return or_(IS_START, and_(sight.instances(database, caller), element))


def _shown(database: Session, row: Any, tops: dict[int, int]) -> MessageSubscriptionShown:
    wait, definition, instance = row.Subscription, row.Definition, row.Instance
    elements = definitions.load(database, definition.id).process.elements
    properties = dict(elements[wait.element_id].properties)
    return MessageSubscriptionShown(
        message_subscription_key=wait.id,
        process_definition_id=wait.process_id,
        process_definition_key=definition.id,
        process_definition_name=definition.name or None,
        process_definition_version=definition.version,
        process_instance_key=wait.instance_id,
        root_process_instance_key=tops[instance.id] if instance else None,
        element_id=wait.element_id,
        element_instance_key=row.element_key,
        message_subscription_state=WAITS,
        last_updated_date=wait.created_at,
        message_name=wait.message,
        correlation_key=row.key,
        message_subscription_type=row.type,
        extension_properties=properties,
        tool_properties={n: text for n, text in properties.items() if n.startswith(TOOL)},
        tool_name=properties.get(f"{TOOL}name"),
        inbound_connector_type=properties.get("inbound.type"),
        business_id=instance.business_id if instance else None,
    )
