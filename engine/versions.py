"""The versions of what was deployed: counted for each id over all deployments, and looked up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import CompoundSelect, Select, func, select, tuple_, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.bundle import Bundle, Kind
from engine.ids import ids
from engine.model.base import Base
from engine.model.decision import DecisionDefinition, DecisionRequirements
from engine.model.deployment import Definition, Deployment, Resource
from engine.model.form import FormDefinition

Tagged = TypeVar("Tagged", bound=Definition | DecisionDefinition | FormDefinition)
Version = TypeVar(
    "Version", bound=Definition | DecisionDefinition | DecisionRequirements | FormDefinition
)

#: What comes out of one file.
Brought = Definition | DecisionRequirements | FormDefinition

#: How the names of deployments begin that came over the API; behind them stands no folder.
SENT = "api-"

#: By which column people call a thing that has versions.
_ID: Mapping[type[Base], InstrumentedAttribute[str]] = {
    Definition: Definition.process_id,
    DecisionDefinition: DecisionDefinition.decision_id,
    DecisionRequirements: DecisionRequirements.requirements_id,
    FormDefinition: FormDefinition.form_id,
}


def by_key(session: Session, table: type[Version], key: int) -> Version | None:
    """Return the version with this key, or None; one that was taken back is no more."""
    found: Version | None = session.scalars(
        select(table).where(table.id == key, table.removed_at.is_(None))
    ).first()
    return found


def name_column(table: type[Base]) -> InstrumentedAttribute[str]:
    """Return the column by which people call a thing that has versions."""
    return _ID[table]


def name_of(version: Base) -> str:
    """Return the id of which something is a version."""
    name: str = getattr(version, _ID[type(version)].key)
    return name


def numbered(session: Session, table: type[Version], name: str, version: int) -> Version | None:
    """Return a version of an id by its number, or None."""
    return _first(session, table, _of(table, name).where(table.version == version))


def newest(session: Session, table: type[Version], name: str) -> Version | None:
    """Return the newest version of an id, or None."""
    return _first(session, table, _of(table, name))


def tagged(session: Session, table: type[Tagged], name: str, version_tag: str) -> Tagged | None:
    """Return the newest version of an id with this tag, or None."""
    return _first(session, table, _of(table, name).where(table.version_tag == version_tag))


def of(session: Session, content: Bundle) -> list[Brought | None]:
    """Return the newest version of each process, graph and form that a content brings."""
    found: list[Brought | None] = [newest(session, Definition, key) for key in content.files_of]
    found += [newest(session, DecisionRequirements, graph.id) for graph in content.graphs]
    return found + [newest(session, FormDefinition, key) for key in content.brought[Kind.FORM]]


def decision_of(
    session: Session, definition_id: int, decision_id: str
) -> DecisionDefinition | None:
    """Return the decision that came with a process, or with the shared folder it stands on."""
    query = (
        select(DecisionDefinition)
        .join(Definition, Definition.id == definition_id)
        .join(Deployment, Deployment.id == Definition.deployment_id)
        .where(
            DecisionDefinition.decision_id == decision_id,
            DecisionDefinition.deployment_id.in_((Deployment.id, Deployment.shared_id)),
        )
        .order_by(DecisionDefinition.deployment_id == Deployment.shared_id)
    )
    return session.scalars(query.limit(1)).first()


def is_made_of(session: Session, version: Brought, files: Mapping[str, bytes]) -> bool:
    """Whether a version is that of the file of the same name, byte for byte."""
    query = select(Resource.content).where(
        Resource.deployment_id == version.deployment_id, Resource.name == version.file
    )
    return session.scalar(query) == files.get(version.file)


def holders() -> CompoundSelect[tuple[int]]:
    """Return the query for the deployments that hold the newest version of something."""
    return union(*(_holders(table, name) for table, name in _ID.items()))


def _holders(table: type[Any], name: InstrumentedAttribute[str]) -> Select[tuple[int]]:
    present = table.removed_at.is_(None)
    latest = select(name, func.max(table.version)).where(present).group_by(name)
    return select(table.deployment_id).where(tuple_(name, table.version).in_(latest))


def removed_processes(session: Session) -> dict[int, set[str]]:
    """Return which processes of which deployments were taken back."""
    query = select(Definition.deployment_id, Definition.process_id)
    found: dict[int, set[str]] = {}
    for deployment_id, process_id in session.execute(
        query.where(Definition.removed_at.is_not(None))
    ):
        found.setdefault(deployment_id, set()).add(process_id)
    return found


def _of(table: type[Any], name: str) -> Select[tuple[Any]]:
    return select(table).where(_ID[table] == name, table.removed_at.is_(None))


def _first(session: Session, table: type[Version], query: Select[tuple[Any]]) -> Version | None:
    found: Version | None = session.scalars(query.order_by(table.version.desc()).limit(1)).first()
    return found


def record(session: Session, deployment: Deployment, content: Bundle) -> None:
    """Give everything that a deployment brings its next version."""
    for process, file in content.process_files():
        row = Definition(
            deployment_id=deployment.id,
            process_id=process.id,
            name=process.name,
            version=_next(session, Definition, process.id),
            version_tag=process.version_tag,
            file=file,
            deployed_at=deployment.deployed_at,
        )
        session.add(row)
    _record_decisions(session, deployment.id, content)
    _record_forms(session, deployment.id, content)
    session.flush()


def _record_decisions(session: Session, deployment_id: int, content: Bundle) -> None:
    for graph in content.graphs:
        requirements = DecisionRequirements(
            id=ids.take(),
            deployment_id=deployment_id,
            requirements_id=graph.id,
            name=graph.name,
            version=_next(session, DecisionRequirements, graph.id),
            file=graph.file,
        )
        session.add(requirements)
        for head in graph.decisions:
            row = DecisionDefinition(
                deployment_id=deployment_id,
                requirements_key=requirements.id,
                decision_id=head.id,
                name=head.name,
                version=_next(session, DecisionDefinition, head.id),
                version_tag=head.version_tag,
            )
            session.add(row)


def _record_forms(session: Session, deployment_id: int, content: Bundle) -> None:
    for head in content.brought[Kind.FORM].values():
        row = FormDefinition(
            deployment_id=deployment_id,
            form_id=head.id,
            version=_next(session, FormDefinition, head.id),
            version_tag=head.version_tag,
            file=head.file,
        )
        session.add(row)


def _next(session: Session, table: type[Version], name: str) -> int:
    query = select(func.coalesce(func.max(table.version), 0) + 1).where(_ID[table] == name)
    return session.scalar(query) or 1
