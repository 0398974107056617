"""Deployments: diagrams, decisions and forms that were sent together, taken over as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, deployment
from engine.errors import DefinitionInvalid, NotAllowed
from engine.model.decision import DecisionDefinition, DecisionRequirements
from engine.model.deployment import Definition
from engine.model.form import FormDefinition
from engine.organisation import unattached
from engine.organisation.clients import Scope
from engine.versions import Brought
from web import deploying, folder_files, steps
from web.api.callers import Caller
from web.api.operations import Call, Section
from web.api.problems import Problem
from web.api.wire import TENANT, File, Sent, Shown, ShownKey, Tenant
from web.database import write

section = Section("Übernahmen")

#: Complaints about one deployment that are told at once.
MOST_TOLD = 50


class Upload(Sent):
    """The files that are to be taken over together."""

    resources: Annotated[list[File], Field(min_length=1)]
    tenant_id: Tenant = None


class ProcessShown(Shown):
    """A version of a process."""

    process_definition_id: str
    process_definition_version: int
    process_definition_key: ShownKey
    resource_name: str
    tenant_id: str = TENANT


class RequirementsShown(Shown):
    """A version of a requirement graph."""

    decision_requirements_id: str
    decision_requirements_name: str
    version: int
    resource_name: str
    decision_requirements_key: ShownKey
    tenant_id: str = TENANT


class DecisionShown(Shown):
    """A version of a decision."""

    decision_definition_id: str
    version: int
    name: str
    decision_requirements_id: str
    decision_definition_key: ShownKey
    decision_requirements_key: ShownKey
    tenant_id: str = TENANT


class FormShown(Shown):
    """A version of a form."""

    form_id: str
    version: int
    resource_name: str
    form_key: ShownKey
    tenant_id: str = TENANT


class ResourceShown(Shown):
    """A file that is none of these; Lotse takes over no such file."""

    resource_id: str
    resource_name: str
    version: int
    resource_key: ShownKey
    tenant_id: str = TENANT


class Entry(Shown):
    """One thing that came out of the files; it is exactly one of these."""

    process_definition: ProcessShown | None = None
    decision_definition: DecisionShown | None = None
    decision_requirements: RequirementsShown | None = None
    form: FormShown | None = None
    resource: ResourceShown | None = None


class DeploymentShown(Shown):
    """What is the newest version now."""

    deployment_key: ShownKey
    deployments: list[Entry]
    tenant_id: str = TENANT


@section.operation(
    "POST",
    "/deployments",
    scope=Scope.DEPLOY,
    body=Upload,
    body_required=True,
    is_form=True,
    answers={200: DeploymentShown},
)
def create_deployment(call: Call[Upload]) -> DeploymentShown:
    """Übernimmt Diagramme, Entscheidungen und Formulare, alle oder keines."""
    require_deployer(call.caller)
    try:
        files = folder_files.sent((each.filename, each.stream) for each in call.body.resources)
        done = write(lambda database: _deploy(database, files))
    except DefinitionInvalid as refused:
        raise Problem(400, _told(refused)) from None
    steps.wake()
    return done


def require_deployer(caller: Caller) -> None:
    """Raise `NotAllowed` unless the caller may change what every Mandant works by."""
    if not caller.is_operator and caller.mandant_id != unattached.MANDANT_ID:
        raise NotAllowed("Verfahren übernimmt nur, wer die Installation betreibt.")


def _told(refused: DefinitionInvalid) -> str:
    told = "\n".join(str(each) for each in refused.findings[:MOST_TOLD])
    rest = len(refused.findings) - MOST_TOLD
    return f"{told}\nUnd {rest} weitere." if rest > 0 else told


def _deploy(database: Session, files: dict[str, bytes]) -> DeploymentShown:
    wanted = deployment.sent(files)
    done = deploying.deploy(database, wanted, now=clock.now())
    found = (each for each in deployment.brought(database, wanted) if each is not None)
    entries = [entry for each in found for entry in _entries(database, each)]
    return DeploymentShown(deployment_key=done.deployment_id, deployments=entries)


def _entries(database: Session, row: Brought) -> Iterator[Entry]:
    if isinstance(row, Definition):
        yield Entry(process_definition=_process(row))
    elif isinstance(row, FormDefinition):
        yield Entry(form=_form(row))
    else:
        yield Entry(decision_requirements=requirements(row))
        query = select(DecisionDefinition).where(DecisionDefinition.requirements_key == row.id)
        for each in database.scalars(query.order_by(DecisionDefinition.id)):
            yield Entry(decision_definition=_decision(each, row))


def _process(row: Definition) -> ProcessShown:
    return ProcessShown(
        process_definition_id=row.process_id,
        process_definition_version=row.version,
        process_definition_key=row.id,
        resource_name=row.file,
    )


def requirements(row: DecisionRequirements) -> RequirementsShown:
    """Write one version of a requirement graph."""
    return RequirementsShown(
        decision_requirements_id=row.requirements_id,
        decision_requirements_name=row.name,
        version=row.version,
        resource_name=row.file,
        decision_requirements_key=row.id,
    )


def _decision(row: DecisionDefinition, graph: DecisionRequirements) -> DecisionShown:
    return DecisionShown(
        decision_definition_id=row.decision_id,
        version=row.version,
        name=row.name,
        decision_requirements_id=graph.requirements_id,
        decision_definition_key=row.id,
        decision_requirements_key=graph.id,
    )


def _form(row: FormDefinition) -> FormShown:
    return FormShown(
        form_id=row.form_id, version=row.version, resource_name=row.file, form_key=row.id
    )
