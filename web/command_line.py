"""`lotse`: starts the server and gives operators what they need at the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click
import orjson

from engine import clock, messages
from engine.casefile.keyring import KeyUnsafe
from engine.errors import DefinitionInvalid, Finding, Invalid, OrchestrationError
from engine.handlers import OutgoingMessage
from engine.instances import Advance, Letter
from engine.organisation import catalogue, demo
from web import config, deploying, scheduler
from web.commands import accounts, backups, parameters, verifying
from web.commands.installation import alone
from web.config import Settings, SettingWrong
from web.database import SqliteUnsafe, write
from web.locking import AlreadyRunning
from web.serving import AddressTaken
from web.serving import serve as serve_app

SENTENCES = (
    KeyUnsafe,
    SettingWrong,
    AlreadyRunning,
    AddressTaken,
    SqliteUnsafe,
    OrchestrationError,
)


def main() -> None:
    """Run the command line; every refusal is a sentence and a non-zero exit code."""
    try:
        group(standalone_mode=True)
    except SENTENCES as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(1)


@click.group(name="lotse", context_settings={"help_option_names": ["-h", "--help"]})
def group() -> None:
    """Lotse führt die Verfahren der Familienhilfe aus."""


@group.command()
def serve() -> None:
    """Startet Lotse mit den Einstellungen aus LOTSE_*."""
    settings = config.read(os.environ)
    with alone(settings) as app:
        _prepare(settings)
        serve_app(app, settings, partial(_announce, settings))


@group.command(name="demo")
def demo_() -> None:
    """Startet Lotse mit Vorführdaten (Konten, Gruppen, alle Verfahren)."""
    settings = replace(config.read(os.environ), demo=True)
    with alone(settings) as app:
        _prepare(settings)
        serve_app(app, settings, partial(_announce, settings))


@group.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
def check(directory: Path) -> None:
    """Prüft einen Verfahrensordner, ohne etwas zu ändern."""
    folder = deploying.folder(directory)
    shared = deploying.shared_beside(directory)
    neighbours = deploying.neighbours_beside(directory)
    findings = deploying.check(folder, shared, neighbours=neighbours)
    _show(findings)
    if any(finding.level == "error" for finding in findings):
        sys.exit(1)
    click.echo(f"{folder.name}: keine Fehler in {len(folder.files)} Dateien.")


@group.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
def deploy(directory: Path) -> None:
    """Übernimmt einen Verfahrensordner als neue Version."""
    folder = deploying.folder(directory)
    settings = config.read(os.environ)
    with alone(settings):
        write(catalogue.establish)
        try:
            done = write(lambda s: deploying.deploy(s, folder, now=clock.now()))
        except DefinitionInvalid as refused:
            _show(refused.findings)
            sys.exit(1)
        _show(done.warnings)
        for definition in done.definitions:
            state = "neu" if done.is_new else "unverändert"
            click.echo(f"{definition.process_id}: Version {definition.version} ({state})")
        for process_id in done.retired:
            click.echo(
                f"{process_id}: nicht mehr im Ordner. Neu beginnt es nicht, Laufendes geht weiter."
            )


@group.command()
def tick() -> None:
    """Erledigt einmal alles, was jetzt fällig ist."""
    with alone(config.read(os.environ)):
        click.echo(f"{scheduler.tick()} Fristen und Sendungen erledigt.")


@group.command()
@click.argument("name")
@click.option("--mandant", required=True, help="Wessen Fall es ist, zum Beispiel goe.")
@click.option("--schluessel", required=True, help="Zuordnungsschlüssel, meist die fall_id.")
@click.option("--werte", default="{}", help="Was die Nachricht mitbringt, als JSON-Objekt.")
@click.option("--kennung", help="Kennung der Nachricht; dieselbe zählt einmal.")
def publish(name: str, mandant: str, schluessel: str, werte: str, kennung: str | None) -> None:
    """Gibt eine Nachricht von außen an das Verfahren, das auf sie wartet."""
    letter = Letter(
        message=OutgoingMessage(name=name, correlation=schluessel, variables=_values(werte)),
        case_id=None,
        mandant_id=mandant,
        message_id=kennung,
    )
    with alone(config.read(os.environ)):
        by = Advance(account=None, now=clock.now())
        taken = write(lambda session: messages.publish(session, letter, by=by))
    click.echo(
        "Angekommen." if taken else "Darauf wartet noch niemand. Die Nachricht bleibt liegen."
    )


for kept in (
    accounts.group,
    backups.backup,
    backups.restore,
    parameters.command,
    verifying.command,
):
    group.add_command(kept)


def _values(text: str) -> dict[str, Any]:
    try:
        values = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"--werte ist kein gültiges JSON: {error}") from error
    if not isinstance(values, dict):
        raise Invalid('--werte ist ein JSON-Objekt, zum Beispiel {"datum": "2026-01-12"}.')
    return values


def _prepare(settings: Settings) -> None:
    """Establish the groups, seed a demo, and take over every shipped process that has changed."""
    write(catalogue.establish)
    if settings.demo:
        write(lambda session: demo.seed(session, now=clock.now()))
    for folder in deploying.folders():
        write(partial(deploying.deploy, wanted=folder, now=clock.now()))


def _announce(settings: Settings, address: str) -> None:
    click.echo(f"Lotse läuft: {address}")
    if settings.demo:
        click.echo(
            f"Vorführkonten: zu jeder Gruppe zwei, zum Beispiel goe_ifk.a und goe_ifk.b, "
            f"goe_ifk_kibiz.a, goe_teamleitung.a, goe_asd.a; dazu admin. "
            f"Passwort: {demo.PASSWORD}"
        )
    click.echo("Beenden mit Strg+C.")


def _show(findings: Iterable[Finding]) -> None:
    for finding in findings:
        click.echo(("Fehler: " if finding.level == "error" else "Hinweis: ") + str(finding))
