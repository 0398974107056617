"""Variables: read as rows, one for each name in each scope."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from sqlalchemy import select

from engine.errors import NotFound
from engine.model.instance import Instance
from engine.organisation.clients import Scope
from web.api.filters import Equals, KeyFilter, TextFilter, condition, holds
from web.api.instances import roots
from web.api.listed import Order, page_of
from web.api.operations import Call, Section
from web.api.searching import Asked, upper
from web.api.variable_sight import Reader, Variable, readable, scope_of, texts, with_scopes
from web.api.wire import LONGEST_KEY, TENANT, Found, Sent, Shown, ShownKey, Tenant
from web.database import session

section = Section("Variablen")

#: Longer values are cut off in lists, unless a client wants them whole.
LONGEST_SHOWN = 8_191
#: Instances that one search reads.
MOST_READ = 500
#: Characters of a value by which rows are put in order.
COMPARED = 100

VariableKey = Annotated[str, Field(pattern=r"^-?[0-9]{1,25}$")]
FieldName = Literal["value", "name", "tenantId", "variableKey", "scopeKey", "processInstanceKey"]


class VariableNotFound(NotFound):
    """Diese Variable gibt es nicht, oder Sie dürfen sie nicht sehen."""


class VariableShown(Shown):
    """One variable with its whole value, as JSON text."""

    variable_key: str
    scope_key: ShownKey
    process_instance_key: ShownKey
    root_process_instance_key: ShownKey | None
    name: str
    value: str
    tenant_id: str = TENANT


class VariableFound(VariableShown):
    """One variable of a list; a long value may be cut off."""

    is_truncated: bool


class VariableFilter(Sent):
    """Which variables are wanted."""

    name: TextFilter | None = None
    value: TextFilter | None = None
    is_truncated: bool | None = None
    variable_key: VariableKey | Equals[VariableKey] | None = None
    scope_key: KeyFilter | None = None
    process_instance_key: KeyFilter | None = None
    tenant_id: Tenant = None


class Sort(Sent):
    """In which order."""

    field: FieldName
    order: Annotated[Literal["ASC", "DESC"], BeforeValidator(upper)] = "ASC"


Sorts = Annotated[list[Sort] | None, Field(max_length=10)]


class VariableSearch(Sent):
    """A search for variables."""

    filter: VariableFilter | None = None
    sort: Sorts = None
    page: Asked | None = None


class Truncation(Sent):
    """Whether long values are cut off."""

    truncate_values: Annotated[
        bool, BeforeValidator({"true": True, "false": False}.get), Field(strict=False)
    ] = True


ORDERS: dict[str, Callable[[Variable], str | int]] = {
    "value": lambda each: each.text[:COMPARED],
    "name": lambda each: each.name[:COMPARED],
    "tenantId": lambda _: TENANT,
    "variableKey": lambda each: each.key.zfill(LONGEST_KEY),
    "scopeKey": lambda each: each.scope_key,
    "processInstanceKey": lambda each: each.instance.id,
}


@section.operation(
    "POST",
    "/variables/search",
    scope=Scope.READ,
    body=VariableSearch,
    query=Truncation,
    answers={200: Found[VariableFound]},
)
def search_variables(call: Call[VariableSearch]) -> Found[VariableFound]:
    """Sucht Variablen, ohne Angabe eines Vorgangs in den neuesten Vorgängen."""
    database, wanted = session(), call.body.filter or VariableFilter()
    query = select(Instance).where(readable(database, call.caller), *_narrowed(wanted))
    rows = database.scalars(query.order_by(Instance.id.desc()).limit(MOST_READ + 1)).all()
    reader = Reader(database, call.caller)
    found = [each for row in rows[:MOST_READ] for each in reader.of(row)]
    return answer(call, found, is_all=len(rows) <= MOST_READ)


def _narrowed(wanted: VariableFilter) -> list[Any]:
    """Return which instances can hold what is wanted."""
    found: list[Any] = []
    if wanted.process_instance_key is not None:
        found.append(condition(Instance.id, wanted.process_instance_key))
    if keys := _named(wanted.scope_key):
        found.append(with_scopes(keys))
    if keys := _named(wanted.variable_key):
        found.append(with_scopes(scope_of(key) for key in keys))
    return found


def _named(asked: Any) -> list[Any]:
    """Return the values that a filter names one by one; none if it asks in another way."""
    if not isinstance(asked, Equals):
        return [] if asked is None else [asked]
    return [asked.eq] if asked.eq is not None else list(asked.in_ or ())


def answer(
    call: Call[Any], variables: Sequence[Variable], *, is_all: bool = True
) -> Found[VariableFound]:
    """Return the page of a search among variables."""
    wanted, truncates = call.body.filter, call.query.truncate_values
    found = [each for each in variables if wanted is None or _fits(each, wanted, truncates)]
    sorts = [Order[Variable](ORDERS[s.field], s.order == "DESC") for s in call.body.sort or ()]
    orders = [*sorts, Order[Variable](ORDERS["variableKey"])]
    rows, page = page_of(found, orders, call.body.page, is_all=is_all)
    tops = roots(session(), [each.instance for each in rows])
    facts = [_facts(each, tops) for each in rows]
    items = []
    for its, text in zip(facts, texts(session(), call.caller, rows), strict=True):
        cut = truncates and len(text) > LONGEST_SHOWN
        shown = text[:LONGEST_SHOWN] if cut else text
        items.append(VariableFound(**its, value=shown, is_truncated=cut))
    return Found(items=items, page=page)


def _fits(each: Variable, wanted: Any, truncates: bool) -> bool:  # noqa: FBT001 - as it was asked
    facts = {
        "name": each.name,
        "value": each.text,
        "is_truncated": truncates and len(each.text) > LONGEST_SHOWN,
        "variable_key": each.key,
        "scope_key": each.scope_key,
        "process_instance_key": each.instance.id,
    }
    asked = {name: value for name, value in wanted if value is not None and name in facts}
    return all(holds(facts[name], value) for name, value in asked.items())


def _facts(each: Variable, tops: dict[int, int]) -> dict[str, Any]:
    return {
        "variable_key": each.key,
        "scope_key": each.scope_key,
        "process_instance_key": each.instance.id,
        "root_process_instance_key": tops[each.instance.id],
        "name": each.name,
    }


@section.operation(
    "GET",
    "/variables/<variable_key>",
    scope=Scope.READ,
    answers={200: VariableShown},
    problems={404},
)
def get_variable(call: Call[None], variable_key: str) -> VariableShown:
    """Nennt eine Variable mit ihrem ganzen Wert."""
    database = session()
    narrowed = with_scopes([scope_of(variable_key)])
    query = select(Instance).where(readable(database, call.caller), narrowed)
    reader = Reader(database, call.caller)
    for row in database.scalars(query).all():
        for each in reader.of(row):
            if each.key == variable_key:
                facts = _facts(each, roots(database, [row]))
                (text,) = texts(database, call.caller, [each])
                return VariableShown(**facts, value=text)
    raise VariableNotFound
