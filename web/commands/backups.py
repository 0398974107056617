"""`lotse backup` and `lotse restore`: a copy of the database, and its way back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from engine import clock
from engine.casefile.keyring import Keyring
from engine.organisation import deeds
from web import config, create_app
from web.backups import making, restoring
from web.backups.archive import Manifest
from web.commands import progress
from web.commands.answering import Answer
from web.commands.german import FILE, TARGET, Command
from web.commands.installation import beside_server
from web.database import db, folder_of, write
from web.locking import only_process
from web.migrating import upgrade

KEY_APART = (
    "Der Hauptschlüssel ist nicht darin. Sichern Sie ihn getrennt davon (--schluessel DATEI): Wer "
    "beides hat, kann alles lesen; ohne ihn bleiben geschützte Angaben für immer unlesbar."
)


@contextmanager
def _closed() -> Iterator[None]:
    """Leave no connection behind, whatever happens."""
    try:
        yield
    finally:
        db.session.remove()
        db.engine.dispose()


@click.command(
    cls=Command,
    examples=(
        "lotse backup /sicherung/lotse.zip",
        "lotse backup /sicherung/lotse.zip --schluessel /tresor/lotse.key",
    ),
)
@click.argument("ziel", type=TARGET)
@click.option("--schluessel", type=TARGET, help="Schreibt den Hauptschlüssel in diese Datei.")
def backup(ziel: Path, schluessel: Path | None) -> Answer:
    """Sichert die Datenbank in eine Datei; auch während der Server läuft.

    ZIEL ist ein ZIP mit der Datenbank und einem Verzeichnis mit Prüfsummen. Nur Ihr Konto darf es
    lesen. Die Schlüssel gehören nicht in dieselbe Sicherung. PostgreSQL wird Tabelle für Tabelle
    als Stand eines Augenblicks gesichert; andere Programme sind dafür nicht nötig.
    """
    settings = config.read(os.environ)
    with beside_server(), _closed(), progress.shown("Sichern") as bar:
        if schluessel is not None:
            making.write_key(Keyring.open(settings.keys), schluessel)
        manifest = making.make(settings, ziel.absolute(), bar)
        write(lambda s: deeds.record(s, "lotse backup", "gesichert", "datenbank", now=clock.now()))
    lines = (
        f"Gesichert: {ziel} ({ziel.stat().st_size / 1e6:.1f} MB).",
        KEY_APART if schluessel is None else f"Der Hauptschlüssel liegt in {schluessel}.",
    )
    return Answer(lines, _plain(manifest, ziel))


@click.command(
    cls=Command,
    examples=(
        "lotse restore /sicherung/lotse.zip --ersetzen",
        "lotse restore /sicherung/lotse.zip --schluessel /tresor/lotse.key",
    ),
)
@click.argument("sicherung", type=FILE)
@click.option("--schluessel", type=FILE, help="Der Hauptschlüssel, der zur Sicherung gehört.")
@click.option("--ersetzen", is_flag=True, help="Ersetzt die Datenbank, die schon da ist.")
def restore(sicherung: Path, schluessel: Path | None, *, ersetzen: bool) -> Answer:
    """Spielt eine Sicherung zurück; der Server darf dabei nicht laufen.

    Vorher wird alles geprüft: Prüfsummen, Datenbank, Version und ob der Hauptschlüssel passt. Passt
    etwas nicht, ändert sich nichts. Was seit der Sicherung gelöscht wurde, ist danach wieder da und
    muss noch einmal gelöscht werden.
    """
    settings = config.read(os.environ)
    with only_process(folder_of(settings)), progress.shown("Zurückspielen") as bar:
        manifest = restoring.restore(settings, sicherung, bar, key=schluessel, replace=ersetzen)
        app = create_app(settings)
        with app.app_context(), _closed():
            upgrade(db.engine)
            subject = f"sicherung vom {manifest.made_at}"
            by = "lotse restore"
            write(lambda s: deeds.record(s, by, "zurückgespielt", subject, now=clock.now()))
    lines = (
        f"Zurückgespielt: der Stand vom {manifest.made_at}.",
        "Was seither gelöscht wurde, ist wieder da. Bitte löschen Sie es noch einmal.",
    )
    return Answer(lines, _plain(manifest, sicherung))


def _plain(manifest: Manifest, file: Path) -> dict[str, Any]:
    return {**manifest.model_dump(), "datei": str(file)}
