"""Where Camunda Modeler's links lead: to the pages that show the same thing here.

The addresses are those of Camunda's Operate; Modeler makes them after a deployment or a start.
"""

from __future__ import annotations

from typing import TypeVar

from flask import Blueprint, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine import running, versions
from engine.casefile import access, cases
from engine.casefile.cases import number_of
from engine.errors import DefinitionNotFound, InstanceNotFound
from engine.model.decision import DecisionDefinition
from engine.model.deployment import Definition
from engine.model.instance import Instance
from engine.organisation.accounts import User
from web import guard, visibility
from web.api.decisions import DecisionNotFound
from web.database import session

Linked = TypeVar("Linked", Definition, DecisionDefinition)

blueprint = Blueprint("modeler_links", __name__)

#: The largest number that the column of versions holds.
LAST_VERSION = 2**31 - 1


@blueprint.get("/processes")
def version() -> Response:
    """Go to a version of a procedure, the newest if none is named."""
    guard.current_operator()
    process_id, wanted = request.args.get("process", ""), request.args.get("version")
    found = _version(session(), Definition, process_id, wanted)
    if found is None:
        raise DefinitionNotFound
    return redirect(url_for("running.version", definition_id=found.id))


@blueprint.get("/decisions")
def decision() -> Response:
    """Go to a version of a decision, the newest if none is named."""
    guard.current_operator()
    decision_id, wanted = request.args.get("name", ""), request.args.get("version")
    found = _version(session(), DecisionDefinition, decision_id, wanted)
    if found is None:
        raise DecisionNotFound
    return redirect(url_for("deployed_decisions.show", decision_key=found.id))


def _version(
    database: Session, table: type[Linked], name: str, wanted: str | None
) -> Linked | None:
    if "\0" in name:  # PostgreSQL's texts have none
        return None
    if wanted is None:
        return versions.newest(database, table, name)
    number = number_of(wanted) or 0
    return versions.numbered(database, table, name, number) if number <= LAST_VERSION else None


@blueprint.get("/processes/<int:instance_id>")
def instance(instance_id: int) -> Response:
    """Go to an instance, or for those who work on its case to the case."""
    user, database = guard.current_account(), session()
    if user.is_operator:
        if running.ended(database, instance_id, user=user) is None:
            running.get(database, instance_id, user=user)
        return redirect(url_for("running.show", instance_id=instance_id))
    case_id = _case(database, instance_id, user)
    return redirect(url_for("cases.show", case_id=case_id))


def _case(database: Session, instance_id: int, user: User) -> int:
    found = database.get(Instance, instance_id)
    if found is None or not access.may_see_case(database, found.case_id, user):
        raise InstanceNotFound
    course = visibility.courses(database, found.case_id)[instance_id]
    if cases.is_ended(database, found.case_id) or not visibility.may_see_procedure(course, user):
        raise InstanceNotFound
    return found.case_id
