"""Forms that were deployed, and the one that a process begins with."""

from __future__ import annotations

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bindings, definitions, versions
from engine.definitions import LoadedDefinition
from engine.errors import NotFound
from engine.model.deployment import Definition
from engine.model.form import FormDefinition
from engine.organisation.clients import Scope
from web.api.definitions import get
from web.api.operations import Call, Section
from web.api.resources import source
from web.api.wire import TENANT, Shown, ShownKey
from web.database import session

section = Section("Formulare")


class FormNotFound(NotFound):
    """Dieses Formular gibt es nicht."""


class FormShown(Shown):
    """A form with its schema as form-js reads it."""

    form_id: str
    form_key: ShownKey
    version: int
    content: str = Field(serialization_alias="schema")  # pydantic keeps the name for itself
    tenant_id: str = TENANT


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
