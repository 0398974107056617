"""`lotse`: starts the server and gives operators what they need at the command line."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial

import click

from engine import clock
from engine.organisation import catalogue, demo
from web import config, deploying
from web.commands import (
    accounts,
    backups,
    examining,
    exports,
    outside,
    parameters,
    procedures,
    programs,
    verifying,
)
from web.commands.german import Group, run
from web.commands.installation import alone
from web.config import Settings
from web.database import write
from web.serving import serve as serve_app


def main() -> None:
    """Run the command line; every refusal is a sentence and a non-zero exit code."""
    run(group)


@click.group(name="lotse", cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
def group() -> None:
    """Lotse führt die Verfahren der Familienhilfe aus.

    Einstellungen kommen aus LOTSE_*. Rückgabewerte: 0 getan, 1 nicht getan oder Fehler gefunden,
    2 Aufruf nicht verstanden, 3 (nur doctor) nur Hinweise, 130 abgebrochen.
    """


@group.command(data=False, examples=("lotse serve", "LOTSE_PORT=8090 lotse serve"))
def serve() -> None:
    """Startet Lotse mit den Einstellungen aus LOTSE_*."""
    settings = config.read(os.environ)
    with alone(settings) as app:
        _prepare(settings)
        serve_app(app, settings, partial(_announce, settings))


@group.command(name="demo", data=False, examples=("LOTSE_DATA=/tmp/probe lotse demo",))
def demo_() -> None:
    """Startet Lotse mit Vorführdaten (Konten, Gruppen, alle Verfahren)."""
    settings = replace(config.read(os.environ), demo=True)
    with alone(settings) as app:
        _prepare(settings)
        serve_app(app, settings, partial(_announce, settings))


for kept in (
    procedures.check,
    procedures.deploy,
    outside.tick,
    outside.publish,
    accounts.group,
    programs.group,
    parameters.command,
    backups.backup,
    backups.restore,
    exports.group,
    verifying.command,
    examining.command,
):
    group.add_command(kept)


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
