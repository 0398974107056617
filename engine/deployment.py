"""Takes process folders over: checks them, and makes new versions of what has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import Session

from engine import (
    bindings,
    bpmn,
    call_graph,
    definitions,
    folder_checks,
    letters,
    start_events,
    versions,
)
from engine.bindings import Elsewhere
from engine.bundle import Bundle, assemble, doubles
from engine.call_graph import Neighbours
from engine.definitions import LoadedDefinition
from engine.errors import DefinitionInvalid, Finding
from engine.ids import ids
from engine.model.deployment import Definition, Deployment, Resource
from engine.versions import SENT

NO_NEIGHBOURS: Neighbours = {}
#: The folder whose decisions every other folder may use; it is deployed first.
SHARED = "gemeinsam"


@dataclass(frozen=True)
class Folder:
    """The files of one process folder by their path inside it; forms lie under `forms/`."""

    name: str
    files: Mapping[str, bytes]

    @property
    def is_sent(self) -> bool:
        """Whether somebody sent the files over the API."""
        return self.name.startswith(SENT)

    def content_hash(self, shared: str = "") -> str:
        """Return a hash that changes whenever anything it runs on changes."""
        digest = sha256(shared.encode())
        for name, content in sorted(self.files.items()):
            digest.update(f"\0{name}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()


def sent(files: Mapping[str, bytes]) -> Folder:
    """Return files that somebody sent over the API as a deployment of their own."""
    return Folder(f"{SENT}{ids.take()}", files)


@dataclass(frozen=True)
class Deployed:
    """What a deployment led to: the versions that are now the newest, and what to look at."""

    deployment_id: int
    definitions: tuple[LoadedDefinition, ...]
    is_new: bool
    warnings: tuple[Finding, ...] = ()
    retired: tuple[str, ...] = ()  #: processes that the folder had before and has no more


def check(
    folder: Folder,
    shared: Bundle | None,
    neighbours: Neighbours = NO_NEIGHBOURS,
    elsewhere: Elsewhere | None = None,
) -> list[Finding]:
    """Return every complaint about the diagrams and decisions of a folder.

    What comes from no deployment beside it is looked for elsewhere, else among the neighbours.
    """
    findings: list[Finding] = []
    for name, content in sorted(folder.files.items()):
        if name.endswith(".bpmn"):
            findings += bpmn.check(content, file=name)
        elif name.endswith(".dmn"):
            findings += folder_checks.of_decisions(content, name)
    findings += letters.check(folder.files)
    if not any(finding.level == "error" for finding in findings):
        known = elsewhere or bindings.among(neighbours)
        findings += _joined_findings(folder, shared, neighbours, known)
    return findings


def _joined_findings(
    folder: Folder, shared: Bundle | None, neighbours: Neighbours, elsewhere: Elsewhere
) -> list[Finding]:
    try:
        bundle = assemble(folder.files, shared)
    except DefinitionInvalid as refused:
        return refused.findings
    found = [*doubles(folder.files), *folder_checks.unknown_decisions(bundle, elsewhere)]
    if not folder.is_sent:
        folders = {name: each for name, each in neighbours.items() if not name.startswith(SENT)}
        found += [*folder_checks.starts_for_nobody(bundle), *call_graph.taken(bundle, folders)]
    return found + list(call_graph.findings(bundle, neighbours))


def shared_bundle(session: Session) -> Bundle | None:
    """Return the shared decisions as they are deployed now."""
    row = _newest(session, SHARED)
    return definitions.bundle(session, row.id, row.content_hash) if row else None


def neighbours(session: Session, name: str) -> dict[str, Bundle]:
    """Return the newest state of every folder that is deployed beside the one of this name.

    What was sent over the API counts as long as something of it is the newest. What was deployed
    last comes last, so that its processes are those that are known by their ids.
    """
    newest = select(func.max(Deployment.id)).group_by(Deployment.name)
    present = or_(~Deployment.name.startswith(SENT), Deployment.id.in_(versions.holders()))
    others = select(Deployment).where(Deployment.id.in_(newest), Deployment.name != name, present)
    rows = session.scalars(others.order_by(Deployment.id)).all()
    removed = versions.removed_processes(session)
    return {
        row.name: definitions.bundle(session, row.id, row.content_hash).without(
            removed.get(row.id, ())
        )
        for row in rows
    }


def unchanged(session: Session, folder: Folder) -> Deployed | None:
    """Return the newest deployment of a folder if its content is still the same.

    What was sent over the API is the same if each of its files is the newest version already.
    """
    if folder.is_sent:
        return _sent_before(session, folder)
    newest = _newest(session, folder.name)
    if newest is None or newest.content_hash != _hash(session, folder):
        return None
    return Deployed(newest.id, _loaded(session, newest.id), is_new=False)


def _sent_before(session: Session, folder: Folder) -> Deployed | None:
    found = brought(session, folder)
    if not all(each and versions.is_made_of(session, each, folder.files) for each in found):
        return None
    newest = max(each.deployment_id for each in found if each is not None)
    return Deployed(newest, _loaded(session, newest), is_new=False)


def brought(session: Session, folder: Folder) -> list[versions.Brought | None]:
    """Return the newest version of each process, graph and form in sound files."""
    return versions.of(session, assemble(folder.files, None))


def deploy(session: Session, folder: Folder, *, now: datetime) -> Deployed:
    """Take a folder over as a whole, or not at all; raise `DefinitionInvalid` with findings.

    A folder whose content is that of its newest deployment changes nothing. Running instances
    stay on their version. Messages that were kept for a start event of the new version start it.
    A process that the folder no longer has is not begun any more.
    """
    same = unchanged(session, folder)
    if same is not None:
        return same
    shared = _shared(session, folder)
    base = definitions.bundle(session, shared.id, shared.content_hash) if shared else None
    beside = neighbours(session, folder.name)
    found = check(folder, base, beside, bindings.deployed(session))
    errors = [finding for finding in found if finding.level == "error"]
    if errors:
        raise DefinitionInvalid(errors)
    before = _newest(session, folder.name)
    row = Deployment(
        name=folder.name,
        content_hash=_hash(session, folder),
        shared_id=shared.id if shared else None,
        deployed_at=now,
    )
    session.add(row)
    session.flush()
    _store_files(session, row.id, folder)
    content = definitions.bundle(session, row.id, row.content_hash)
    versions.record(session, row, content)
    loaded = _loaded(session, row.id)
    for definition in loaded:
        start_events.listen(session, definition, now=now)
    retired = _retire(session, before, {**beside, folder.name: content})
    return Deployed(row.id, loaded, is_new=True, retired=retired)


def _retire(session: Session, before: Deployment | None, present: Neighbours) -> tuple[str, ...]:
    """Stop the start events of what a folder had before and no folder has now; return the ids."""
    if before is None:
        return ()
    query = select(Definition.process_id).where(Definition.deployment_id == before.id)
    kept = {key for content in present.values() for key in content.processes}
    gone = sorted(set(session.scalars(query)) - kept)
    for process_id in gone:
        start_events.forget(session, process_id)
    return tuple(gone)


def _shared(session: Session, folder: Folder) -> Deployment | None:
    return _newest(session, SHARED) if folder.name != SHARED else None


def _hash(session: Session, folder: Folder) -> str:
    shared = _shared(session, folder)
    return folder.content_hash(shared.content_hash if shared else "")


def _newest(session: Session, name: str) -> Deployment | None:
    query = select(Deployment).where(Deployment.name == name).order_by(Deployment.id.desc())
    return session.scalars(query.limit(1)).first()


def _store_files(session: Session, deployment_id: int, folder: Folder) -> None:
    rows = [
        {"id": ids.take(), "deployment_id": deployment_id, "name": name, "content": content}
        for name, content in sorted(folder.files.items())
    ]
    session.execute(insert(Resource), rows)


def _loaded(session: Session, deployment_id: int) -> tuple[LoadedDefinition, ...]:
    query = select(Definition.id).where(
        Definition.deployment_id == deployment_id, Definition.removed_at.is_(None)
    )
    return tuple(definitions.load(session, key) for key in session.scalars(query).all())
