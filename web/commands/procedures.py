"""`lotse check` and `lotse deploy`: process folders are looked at and taken over."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
from sqlalchemy.orm import Session

from engine import clock
from engine.deployment import Deployed, Folder
from engine.errors import DefinitionInvalid, Finding
from engine.organisation import catalogue
from web import config, deploying, parcels
from web.backups.archive import Progress
from web.commands import progress
from web.commands.answering import Answer, Code
from web.commands.german import FOLDER_OR_FILE, Command
from web.commands.installation import alone
from web.database import write
from web.remarks import of_findings

WHERE = click.argument("pfade", metavar="ORDNER…", type=FOLDER_OR_FILE, nargs=-1, required=True)


@click.command(
    cls=Command,
    examples=("lotse check processes/kibiz_uebergabe", "lotse check verfahren.zip --json"),
)
@WHERE
def check(pfade: tuple[Path, ...]) -> Answer:
    """Prüft Verfahrensordner, ohne etwas zu ändern.

    Ein ORDNER kann auch ein Paket sein, das „lotse export verfahren“ geschrieben hat.
    """
    with _folders(pfade) as places, progress.shown("Prüfen") as bar:
        told = bar(len(places))
        looked_at = [_looked_at(place, told) for place in places]
    findings = [finding for _, found in looked_at for finding in found]
    result = [{"name": folder.name, "dateien": len(folder.files)} for folder, _ in looked_at]
    if any(finding.level == "error" for finding in findings):
        return Answer(result=result, remarks=of_findings(findings), code=Code.REFUSED)
    lines = [f"{each['name']}: keine Fehler in {each['dateien']} Dateien." for each in result]
    return Answer(tuple(lines), result, of_findings(findings))


def _looked_at(place: Path, told: Progress) -> tuple[Folder, list[Finding]]:
    folder = deploying.folder(place)
    shared, neighbours = deploying.shared_beside(place), deploying.neighbours_beside(place)
    findings = deploying.check(folder, shared, neighbours=neighbours)
    told(1)
    return folder, findings


@click.command(
    cls=Command,
    examples=("lotse deploy processes/kibiz_uebergabe", "lotse deploy verfahren.zip"),
)
@WHERE
def deploy(pfade: tuple[Path, ...]) -> Answer:
    """Übernimmt Verfahrensordner als neue Versionen: alle genannten oder keinen.

    Ein ORDNER kann auch ein Paket sein, das „lotse export verfahren“ geschrieben hat.
    """
    with _folders(pfade) as places:
        folders = [deploying.folder(place) for place in places]
    with alone(config.read(os.environ)), progress.shown("Übernehmen") as bar:
        write(catalogue.establish)
        told = bar(len(folders))
        try:
            done = write(lambda session: _taken_over(session, folders, told))
        except DefinitionInvalid as refused:
            return Answer(remarks=of_findings(refused.findings), code=Code.REFUSED)
    warnings = [finding for each in done for finding in each.warnings]
    lines = [line for each in done for line in _lines(each)]
    return Answer(tuple(lines), [_plain(each) for each in done], of_findings(warnings))


def _taken_over(session: Session, folders: Sequence[Folder], told: Progress) -> list[Deployed]:
    done = []
    for folder in folders:
        done.append(deploying.deploy(session, folder, now=clock.now()))
        told(1)
    return done


def _lines(done: Deployed) -> Iterator[str]:
    state = "neu" if done.is_new else "unverändert"
    for definition in done.definitions:
        yield f"{definition.process_id}: Version {definition.version} ({state})"
    for process_id in done.retired:
        yield f"{process_id}: nicht mehr im Ordner. Neu beginnt es nicht, Laufendes geht weiter."


def _plain(done: Deployed) -> dict[str, object]:
    versions = [
        {"verfahren": each.process_id, "version": each.version} for each in done.definitions
    ]
    return {"neu": done.is_new, "verfahren": versions, "entfallen": list(done.retired)}


@contextmanager
def _folders(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """Give out the process folders that were named, those of packages unpacked for a while."""
    with ExitStack() as stack:
        found: list[Path] = []
        for path in paths:
            found += [path] if path.is_dir() else stack.enter_context(parcels.unpacked(path))
        yield found
