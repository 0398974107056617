"""Deployed definitions, parsed once per deployment and shared read-only by all instances."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select, tuple_
from sqlalchemy.orm import Session

from engine import bpmn
from engine.bundle import Bundle, assemble
from engine.errors import DefinitionNotFound, InstanceNotFound
from engine.model.deployment import Definition, Deployment, Resource
from engine.model.instance import Instance

#: Parsed deployments that are kept; a municipality has a few dozen versions in use.
KEPT = 200


@dataclass(frozen=True)
class LoadedDefinition:
    """One version of one process with everything it runs on."""

    id: int
    process_id: str
    name: str
    version: int
    diagram: bytes
    process: bpmn.Process
    bundle: Bundle


class _Cache:
    """Remembers the last parsed deployments by the hash of their content, so it is never stale."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[str, Bundle] = OrderedDict()

    def find(self, content_hash: str) -> Bundle | None:
        with self._lock:
            found = self._kept.get(content_hash)
            if found is not None:
                self._kept.move_to_end(content_hash)
            return found

    def keep(self, content_hash: str, bundle: Bundle) -> None:
        with self._lock:
            self._kept[content_hash] = bundle
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


_bundles = _Cache()


def bundle(session: Session, deployment_id: int, content_hash: str) -> Bundle:
    """Return a deployment's content, parsed; without a statement after the first time."""
    found = _bundles.find(content_hash)
    if found is None:
        row = session.get_one(Deployment, deployment_id)
        shared = session.get(Deployment, row.shared_id) if row.shared_id else None
        base = bundle(session, shared.id, shared.content_hash) if shared else None
        found = assemble(files(session, deployment_id), base)
        _bundles.keep(content_hash, found)
    return found


def files(session: Session, deployment_id: int) -> dict[str, bytes]:
    """Return the files of a deployment by name."""
    query = select(Resource.name, Resource.content).where(Resource.deployment_id == deployment_id)
    return {name: content for name, content in session.execute(query)}


#: A version that was taken back is not found any more; what ran on it still names it.
PRESENT = Definition.removed_at.is_(None)

#: What a query selects, beside its own columns, so that `from_row` needs no further statement.
COLUMNS = (
    Definition.id.label("definition_id"),
    Definition.process_id,
    Definition.name.label("definition_name"),
    Definition.version.label("definition_version"),
    Definition.file,
    Definition.deployment_id,
    Deployment.content_hash,
)
# Built once: they are asked with every task that is opened or completed.
_BY_ID = select(*COLUMNS).join(Deployment).where(Definition.id == bindparam("wanted"))
_OF_INSTANCE = (
    select(Instance.snapshot, *COLUMNS)
    .join(Definition, Instance.definition_id == Definition.id)
    .join(Deployment, Definition.deployment_id == Deployment.id)
    .where(Instance.id == bindparam("wanted"))
)


def from_row(session: Session, row: Row[*tuple[Any, ...]]) -> LoadedDefinition:
    """Make a definition of a row that selected `COLUMNS`."""
    content = bundle(session, row.deployment_id, row.content_hash)
    return LoadedDefinition(
        row.definition_id,
        row.process_id,
        row.definition_name,
        row.definition_version,
        content.files[row.file],
        content.processes[row.process_id],
        content,
    )


def load(session: Session, definition_id: int) -> LoadedDefinition:
    """Return a definition with everything it runs on; raise `DefinitionNotFound`."""
    row = session.connection().execute(_BY_ID, {"wanted": definition_id}).first()
    if row is None:
        raise DefinitionNotFound
    return from_row(session, row)


def of_instance(session: Session, instance_id: int) -> tuple[LoadedDefinition, bytes]:
    """Return what an instance runs on, and its snapshot; raise `InstanceNotFound`."""
    row = session.connection().execute(_OF_INSTANCE, {"wanted": instance_id}).first()
    if row is None:
        raise InstanceNotFound
    return from_row(session, row), row.snapshot


def latest(session: Session, process_id: str) -> LoadedDefinition:
    """Return the newest version of a process; raise `DefinitionNotFound`."""
    query = select(*COLUMNS).join(Deployment).where(Definition.process_id == process_id)
    return _only(session, query.where(PRESENT).order_by(Definition.version.desc()).limit(1))


def in_deployment(session: Session, definition_id: int, process_id: str) -> LoadedDefinition:
    """Return the process that was deployed together with a definition; or `DefinitionNotFound`."""
    own = select(Definition.deployment_id).where(Definition.id == definition_id).scalar_subquery()
    query = select(*COLUMNS).join(Deployment).where(Definition.process_id == process_id)
    return _only(session, query.where(PRESENT, Definition.deployment_id == own))


def tagged(session: Session, process_id: str, version_tag: str) -> LoadedDefinition:
    """Return the newest version of a process with this tag; raise `DefinitionNotFound`."""
    query = select(*COLUMNS).join(Deployment).where(Definition.process_id == process_id)
    query = query.where(PRESENT, Definition.version_tag == version_tag)
    return _only(session, query.order_by(Definition.version.desc()).limit(1))


def _only(session: Session, query: Select[*tuple[Any, ...]]) -> LoadedDefinition:
    row = session.execute(query).first()
    if row is None:
        raise DefinitionNotFound
    return from_row(session, row)


def startable(session: Session) -> list[LoadedDefinition]:
    """Return the newest version of every process that its folder still has, by name."""
    latest = select(Definition.process_id, func.max(Definition.version)).where(PRESENT)
    newest = latest.group_by(Definition.process_id)
    key = tuple_(Definition.process_id, Definition.version)
    present = select(func.max(Deployment.id)).group_by(Deployment.name)
    query = select(*COLUMNS).join(Deployment).where(key.in_(newest), Deployment.id.in_(present))
    rows = session.execute(query.order_by(Definition.name)).all()
    return [from_row(session, row) for row in rows]
