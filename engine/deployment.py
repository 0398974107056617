"""Takes process folders over: checks them, and makes new versions of what has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from engine import bindings, bpmn, call_graph, definitions, dmn, letters, start_events, versions
from engine.bindings import Elsewhere
from engine.bundle import Bundle, Kind, assemble, doubles
from engine.call_graph import Neighbours
from engine.definitions import LoadedDefinition
from engine.errors import DefinitionInvalid, Finding
from engine.ids import ids
from engine.model.deployment import Definition, Deployment, Resource

NO_NEIGHBOURS: Neighbours = {}
#: The folder whose decisions every other folder may use; it is deployed first.
SHARED = "gemeinsam"


@dataclass(frozen=True)
class Folder:
    """The files of one process folder by their path inside it; forms lie under `forms/`."""

    name: str
    files: Mapping[str, bytes]

    def content_hash(self, shared: str = "") -> str:
        """Return a hash that changes whenever anything it runs on changes."""
        digest = sha256(shared.encode())
        for name, content in sorted(self.files.items()):
            digest.update(f"\0{name}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()


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
            findings += _decision_findings(content, name)
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
    found = [*doubles(folder.files), *_unknown_decisions(folder, bundle, elsewhere)]
    found += _starts_for_nobody(folder, bundle)
    return found + list(call_graph.findings(bundle, neighbours))


def _decision_findings(content: bytes, name: str) -> list[Finding]:
    try:
        broken = dmn.examine(content, file=name)[1]
    except dmn.DecisionInvalid as refused:
        return refused.findings
    return broken or [remark.finding(name) for remark in dmn.analyse(content, file=name)]


def _starts_for_nobody(folder: Folder, content: Bundle) -> list[Finding]:
    nameless = {
        start.id: start
        for process in content.processes.values()
        for start in process.starts
        if start.timer is not None and not start.properties.get("mandant", "").strip()
    }
    return [
        Finding(
            file=folder.name,
            element_id=start.id,
            rule="start-ohne-mandant",
            message=f"Der Start „{start.name or start.id}“ beginnt von selbst, sagt aber nicht für "
            "wen. Bitte nennen Sie in seiner Eigenschaft „mandant“ eine oder mehrere Stellen.",
        )
        for start in nameless.values()
    ]


def _unknown_decisions(folder: Folder, content: Bundle, elsewhere: Elsewhere) -> list[Finding]:
    known = bindings.after(content, elsewhere)
    return [
        Finding(
            file=folder.name,
            element_id=element.id,
            rule="decision-exists",
            message=f"Die Entscheidung {bindings.called(element.decision)}",
        )
        for process in content.processes.values()
        for element in process.elements.values()
        if element.decision
        and bindings.holder(Kind.DECISION, element.decision, content, known) is None
    ]


def shared_bundle(session: Session) -> Bundle | None:
    """Return the shared decisions as they are deployed now."""
    row = _newest(session, SHARED)
    return definitions.bundle(session, row.id, row.content_hash) if row else None


def neighbours(session: Session, name: str) -> dict[str, Bundle]:
    """Return the newest state of every folder that is deployed beside the one of this name."""
    newest = select(func.max(Deployment.id)).group_by(Deployment.name)
    others = select(Deployment).where(Deployment.id.in_(newest), Deployment.name != name)
    rows = session.scalars(others.order_by(Deployment.name)).all()
    return {row.name: definitions.bundle(session, row.id, row.content_hash) for row in rows}


def unchanged(session: Session, folder: Folder) -> Deployed | None:
    """Return the newest deployment of a folder if its content is still the same."""
    newest = _newest(session, folder.name)
    if newest is None or newest.content_hash != _hash(session, folder):
        return None
    return Deployed(newest.id, _loaded(session, newest.id), is_new=False)


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
    query = select(Definition.id).where(Definition.deployment_id == deployment_id)
    return tuple(definitions.load(session, key) for key in session.scalars(query).all())
