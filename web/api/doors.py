"""The doors of the API under `/v2`: every operation has one, and nothing else has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, request
from werkzeug.exceptions import MethodNotAllowed, NotFound

from web.api import (
    batch_control,
    batch_operations,
    courses,
    decision_deletion,
    decision_evaluation,
    decision_instances,
    decisions,
    definitions,
    deployments,
    document,
    documents,
    element_instances,
    expressions,
    form_definitions,
    gateway,
    groups,
    incident_statistics,
    incidents,
    instance_commands,
    instance_deletion,
    instance_migration,
    instances,
    job_activation,
    job_commands,
    jobs,
    message_subscriptions,
    messages,
    modification,
    operations,
    problems,
    resources,
    roles,
    signals,
    statistics,
    tenants,
    tokens,
    travelling,
    user_task_commands,
    user_task_forms,
    user_task_variables,
    user_tasks,
    users,
    variable_commands,
    variables,
)
from web.api.callers import recognise
from web.api.operations import Operation
from web.api.problems import Problem
from web.api.rates import Rates
from web.arrivals import Arrivals
from web.security import csrf

SECTIONS = (
    gateway.section,
    definitions.section,
    deployments.section,
    resources.section,
    form_definitions.section,
    decisions.section,
    decision_evaluation.section,
    decision_instances.section,
    decision_deletion.section,
    instance_commands.section,
    instance_migration.section,
    instance_deletion.section,
    modification.section,
    instances.section,
    courses.section,
    element_instances.section,
    users.section,
    groups.section,
    roles.section,
    tenants.section,
    expressions.section,
    travelling.section,
    user_task_commands.section,
    user_task_forms.section,
    user_task_variables.section,
    user_tasks.section,
    variable_commands.section,
    variables.section,
    incidents.section,
    job_activation.section,
    job_commands.section,
    jobs.section,
    signals.section,
    messages.section,
    message_subscriptions.section,
    documents.section,
    batch_operations.section,
    batch_control.section,
    statistics.section,
    incident_statistics.section,
)
OPERATIONS = tuple(each for section in SECTIONS for each in section.operations)
METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")

blueprint = Blueprint("api", __name__, url_prefix="/v2")
#: What strangers may ask for.
OPEN = frozenset(
    {f"api.{each.name}" for each in OPERATIONS if each.is_open} | {"api.describe", "tokens.give"}
)


def install(app: Flask) -> None:
    """Open the API of an application; its callers send no cookie, so nothing can be forged."""
    csrf.exempt(blueprint)
    csrf.exempt(tokens.blueprint)
    app.extensions["api_rates"] = Rates()
    app.extensions["arrivals"] = Arrivals()
    app.register_blueprint(tokens.blueprint)
    app.register_blueprint(blueprint)


@blueprint.before_request
def admit() -> None:
    """Recognise who asks before anything is read, and count the calls."""
    if request.endpoint in OPEN:
        return
    rates: Rates = current_app.extensions["api_rates"]
    rates.require_calm()
    try:
        g.caller = recognise()
    except Problem:
        rates.count_stranger()
        raise
    rates.admit(g.caller.user.name)
    g.account = g.caller.user


def _door(operation: Operation) -> Callable[..., Response]:
    def serve(**values: Any) -> Response:
        return operations.answer(operation, values)

    return serve


for _each in OPERATIONS:
    blueprint.add_url_rule(
        document.rule_of(_each), _each.name, _door(_each), methods=[_each.method]
    )


@blueprint.get("/openapi.json")
def describe() -> dict[str, Any]:
    """Return the document that describes the API (OpenAPI 3.1)."""
    return document.written(OPERATIONS)


@blueprint.route("/", defaults={"rest": ""}, methods=METHODS)
@blueprint.route("/<path:rest>", methods=METHODS)
def miss(rest: str) -> Response:
    """Answer for every address and method that the API does not have."""
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None
    for method in METHODS:
        found, _ = adapter.match(f"/v2/{rest}", method=method)
        if found != "api.miss":
            raise MethodNotAllowed(description="Diese Methode gibt es hier nicht.")
    raise NotFound(description="Diese Adresse gibt es in der Schnittstelle nicht.")


problems.install(blueprint)
problems.install(tokens.blueprint)
