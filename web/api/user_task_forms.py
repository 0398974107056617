"""The form of a user task, as form-js reads it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from engine import definitions
from engine.model.form import FormDefinition
from engine.organisation.clients import Scope
from web import desks
from web.api.operations import Call, Section
from web.api.user_tasks import row_of
from web.api.wire import TENANT, Shown, ShownKey
from web.database import session

section = Section("Aufgaben")


class FormShown(Shown):
    """A form; its schema is that of form-js, as text."""

    form_key: ShownKey
    form_id: str
    version: int
    schema_text: Annotated[str, Field(serialization_alias="schema")]
    tenant_id: str = TENANT


@section.operation(
    "GET",
    "/user-tasks/<key:user_task_key>/form",
    scope=Scope.READ,
    answers={200: FormShown, 204: None},
    problems={404},
)
def get_user_task_form(call: Call[None], user_task_key: int) -> FormShown | None:
    """Gibt das Formular einer Aufgabe zurück; nichts, wenn sie keines hat."""
    database = session()
    row = row_of(database, call.caller, user_task_key)
    if row.form is None:
        return None
    task, form = row[0], database.get_one(FormDefinition, row.form)
    definition = definitions.load(database, task.definition_id)
    content = desks.content_of(database, definition, task).form(form.form_id) or b""
    return FormShown(
        form_key=form.id,
        form_id=form.form_id,
        version=form.version,
        schema_text=content.decode("utf-8-sig"),
    )
