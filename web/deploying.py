"""Reads process folders with their forms, joins the findings of both, and deploys them.

The editors, the command line and the first start all go through here.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

import forms
from engine import bindings, bpmn, deployment, form_heads
from engine.bindings import Elsewhere
from engine.bundle import Bundle, assemble
from engine.call_graph import Neighbours
from engine.deployment import NO_NEIGHBOURS, SHARED, Deployed, Folder
from engine.errors import DefinitionInvalid, Finding
from engine.organisation import groups
from engine.versions import SENT
from web import folder_files, joined_checks, protected_reads, source_checks, sources
from web.joined_checks import Unknown, outside_catalogue

#: Complaints that refuse a folder, but not what is sent over the API: it was drawn for other
#: people and pages, and what no group can work on is worked on over the API.
ADVICE_ON_SENT = frozenset({"form-missing", "group-exists"})

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = ROOT / "processes"


def folder(directory: Path) -> Folder:
    """Read a process folder with the forms its diagrams name; raise `DefinitionInvalid`."""
    place = directory.resolve()
    files = folder_files.models(place)
    if not files:
        raise folder_files.refusal(place.name, "In diesem Ordner liegt kein Verfahren.")
    if place.name.startswith(SENT):
        raise folder_files.refusal(place.name, f"So ({SENT}…) darf kein Ordner heißen.")
    definitions = place.parent.parent / "forms" / "definitions"
    for form_id in sorted(_form_ids(files)):
        content = folder_files.form(definitions, form_id)
        if content is not None:
            files[f"forms/{form_id}.form"] = content
    folder_files.limit(place, files.values())
    return Folder(place.name, files)


def folders(root: Path = PROCESSES) -> list[Folder]:
    """Read all process folders below a folder, the shared decisions first."""
    directories = [p for p in sorted(root.iterdir()) if p.is_dir() and _holds_models(p)]
    directories.sort(key=lambda directory: directory.name != SHARED)
    return [folder(directory) for directory in directories]


def shared_beside(directory: Path) -> Bundle | None:
    """Return the shared decisions that lie beside a process folder, or those shipped with Lotse."""
    for root in (directory.resolve().parent, PROCESSES):
        path = root / SHARED
        if path.is_dir() and directory.resolve() != path:
            return assemble(folder(path).files, None)
    return None


def neighbours_beside(directory: Path) -> dict[str, Bundle]:
    """Return what lies beside a process folder; a neighbour that is broken itself is left out."""
    place, shared = directory.resolve(), shared_beside(directory)
    read: dict[str, tuple[Folder, Bundle]] = {}
    for path in sorted(place.parent.iterdir()):
        if path.is_dir() and _holds_models(path):
            with suppress(DefinitionInvalid):
                lying = folder(path)
                base = shared if lying.name != SHARED else None
                read[path.name] = lying, assemble(lying.files, base)
    together = bindings.among({name: content for name, (_, content) in read.items()})
    return {
        name: content
        for name, (lying, content) in read.items()
        if name != place.name and _is_sound(lying, content.shared, together)
    }


def _is_sound(wanted: Folder, shared: Bundle | None, elsewhere: Elsewhere) -> bool:
    found = deployment.check(wanted, shared, elsewhere=elsewhere)
    return not any(each.level == "error" for each in found)


def check(
    wanted: Folder,
    shared: Bundle | None,
    unknown_groups: Unknown = outside_catalogue,
    neighbours: Neighbours = NO_NEIGHBOURS,
    elsewhere: Elsewhere | None = None,
) -> list[Finding]:
    """Return every complaint about a folder: diagrams, decisions, forms, and what joins them."""
    known = elsewhere or bindings.among(neighbours)
    findings = deployment.check(wanted, shared, neighbours, known)
    for name, content in sorted(wanted.files.items()):
        if name.endswith(".form"):
            findings += forms.check(content, file=name)
            findings += _nameless(name, content)
    if not any(finding.level == "error" for finding in findings):
        joined = assemble(wanted.files, shared)
        findings += joined_checks.findings(joined, unknown_groups, neighbours, known)
        findings += protected_reads.findings(joined, neighbours, known)
        findings += source_checks.findings(joined, wanted.files, sources.rules())
    return [_advice(each) for each in findings] if wanted.is_sent else findings


def _advice(finding: Finding) -> Finding:
    is_advice = finding.rule in ADVICE_ON_SENT
    return replace(finding, level="warning") if is_advice else finding


def deploy(session: Session, wanted: Folder, *, now: datetime) -> Deployed:
    """Check a folder as a whole and take it over; raise `DefinitionInvalid` with all findings."""
    # Whether files that were sent are the same is known only after they were read.
    same = None if wanted.is_sent else deployment.unchanged(session, wanted)
    if same is not None:
        return same
    shared = deployment.shared_bundle(session) if wanted.name != SHARED else None
    unknown, neighbours = (
        partial(groups.unknown, session),
        deployment.neighbours(session, wanted.name),
    )
    found = check(wanted, shared, unknown, neighbours, bindings.deployed(session))
    errors = [finding for finding in found if finding.level == "error"]
    if errors:
        raise DefinitionInvalid(errors)
    done = deployment.deploy(session, wanted, now=now)
    return replace(done, warnings=tuple(found))


def _nameless(name: str, content: bytes) -> list[Finding]:
    """Complain about a form that nothing could ever name."""
    if form_heads.heads({name: content}):
        return []
    message = "Das Formular hat keine Kennung (id). Ohne sie kann keine Aufgabe es nennen."
    return [Finding(file=name, rule="form-id", message=message)]


def _holds_models(directory: Path) -> bool:
    return any(path.suffix in {".bpmn", ".dmn"} for path in directory.iterdir())


def _form_ids(files: Mapping[str, bytes]) -> set[str]:
    diagrams = ((name, content) for name, content in files.items() if name.endswith(".bpmn"))
    return {key for name, content in diagrams for key in bpmn.form_ids(content, file=name)}
