"""What an installation needs from its machine: settings, folders, keys, space, time, letters."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from stat import S_IRWXG, S_IRWXO, S_IWOTH, S_IXGRP, S_IXOTH

import pysqlite3

from engine import clock, letters
from engine.casefile.keyring import FILE, Keyring, KeyUnsafe
from engine.casefile.letters import LetterOrder
from engine.errors import OrchestrationError
from web import assets
from web.config import Settings
from web.database import SAFE_SQLITE, SqliteUnsafe
from web.remarks import Remark, broken, notable
from web.security import KEY_FILE

MEGABYTE = 1_000_000
LEAST_SPACE, GOOD_SPACE = 200 * MEGABYTE, 1_000 * MEGABYTE
#: From there only programs on the same machine get to the server.
OWN_ADDRESSES = frozenset({"127.0.0.1", "::1", "localhost"})
TRIAL = """// quelle: Lotse
// titel: Probe
#set document(title: "Probe")
#set text(lang: "de")
= Probe
"""
RESTORE = "Spielen Sie den Schlüssel aus seiner Sicherung zurück: lotse restore … --schluessel"


def settings_for_trying(settings: Settings) -> Iterator[Remark]:
    """Complain of what only a test or a demo may switch on."""
    if settings.test_clock:
        yield broken(
            "uhr-verstellbar",
            "LOTSE_TEST_CLOCK ist eingeschaltet: Der Betrieb kann die Uhr anhalten, und Fristen "
            "stimmen dann nicht.",
            "Schalten Sie LOTSE_TEST_CLOCK aus und starten Sie den Server neu.",
        )
    if settings.demo:
        yield notable(
            "demo-eingeschaltet",
            "LOTSE_DEMO ist eingeschaltet: Jeder Start legt Konten mit bekanntem Passwort an.",
            "Für echte Fälle: LOTSE_DEMO ausschalten und mit einem neuen Datenordner beginnen.",
        )


def address(settings: Settings) -> Iterator[Remark]:
    """Tell that other machines get to a server that speaks no HTTPS."""
    if settings.host not in OWN_ADDRESSES:
        text = f"Andere Rechner erreichen Lotse unter {settings.host} ohne HTTPS."
        remedy = "LOTSE_HOST auf 127.0.0.1 lassen und einen Webserver mit HTTPS davorstellen."
        yield notable("ohne-https", text, remedy)


def looks(_settings: Settings) -> Iterator[Remark]:
    """Complain of styles and scripts without which no page can be shown."""
    try:
        built = assets.load()
    except (OSError, json.JSONDecodeError, KeyError):
        missing = True
    else:
        missing = bool(set(built.names.values()) - set(built.plain))
    if missing:
        text = "Dateien für das Aussehen der Seiten fehlen; Lotse kann keine Seite zeigen."
        yield broken("aussehen-fehlt", text, "Installieren Sie Lotse neu.")


def folders(settings: Settings) -> Iterator[Remark]:
    """Complain of folders that are missing or that others may look into."""
    wanted = {settings.data, settings.keys}
    if settings.is_sqlite:
        wanted.add(settings.database_file.parent)
    for folder in sorted(wanted):
        if folder.is_dir():
            yield from _open_to_others(folder)
    if not settings.data.is_dir():
        yield broken(
            "datenordner-fehlt",
            f"Den Datenordner {settings.data} gibt es nicht.",
            "Prüfen Sie LOTSE_DATA. Eine neue Installation legt ihn mit „lotse serve“ an.",
        )


def _open_to_others(folder: Path) -> Iterator[Remark]:
    mode = folder.stat().st_mode
    if not mode & (S_IRWXG | S_IRWXO) or _is_inside_a_closed_one(folder):
        return
    remedy = f"chmod 700 {folder}"
    if mode & S_IRWXO:
        may = "schreiben" if mode & S_IWOTH else "hineinsehen"
        text = f"In den Ordner {folder} dürfen alle Konten des Rechners {may}."
        yield broken("ordner-offen", text, remedy)
    else:
        text = f"In den Ordner {folder} darf auch die Gruppe seines Kontos hineinsehen."
        yield notable("ordner-offen", text, remedy)


def _is_inside_a_closed_one(folder: Path) -> bool:
    """Whether nobody else gets as far as the folder, whatever it allows itself."""
    return any(not parent.stat().st_mode & (S_IXGRP | S_IXOTH) for parent in folder.parents)


def keys(settings: Settings) -> Iterator[Remark]:
    """Complain of keys that are missing although there is something to open, or open to others."""
    path = settings.keys / FILE
    if path.exists():
        try:
            Keyring.open(settings.keys)
        except KeyUnsafe as unsafe:
            yield broken("hauptschluessel", str(unsafe), f"Prüfen Sie {path}.")
        except OSError:
            text = f"Der Hauptschlüssel {path} lässt sich nicht lesen."
            yield broken("hauptschluessel", text, "Prüfen Sie, wem die Datei gehört.")
    elif not settings.is_sqlite or settings.database_file.exists():
        text = f"Der Hauptschlüssel {path} fehlt. Geschützte Angaben sind ohne ihn nicht lesbar."
        yield broken("hauptschluessel-fehlt", text, RESTORE)
    cookies = settings.keys / KEY_FILE
    if cookies.exists() and cookies.stat().st_mode & (S_IRWXG | S_IRWXO):
        text = f"Den Schlüssel der Anmeldungen {cookies} dürfen andere lesen."
        yield broken("anmeldeschluessel", text, f"chmod 600 {cookies}")


def space(settings: Settings) -> Iterator[Remark]:
    """Complain of a disk that is full, or too full for a backup beside the database."""
    if not settings.data.is_dir():
        return
    free = shutil.disk_usage(settings.data).free
    has_file = settings.is_sqlite and settings.database_file.exists()
    size = settings.database_file.stat().st_size if has_file else 0
    text = f"Auf dem Datenträger von {settings.data} sind nur noch {free // MEGABYTE} MB frei."
    remedy = "Schaffen Sie Platz; ohne ihn kann Lotse nichts mehr speichern."
    if free < LEAST_SPACE:
        yield broken("platz", text, remedy)
    elif free < max(GOOD_SPACE, 2 * size):
        yield notable("platz", text, remedy)


def versions(settings: Settings) -> Iterator[Remark]:
    """Complain of an SQLite that can damage data."""
    if settings.is_sqlite and pysqlite3.sqlite_version_info < SAFE_SQLITE:
        found = ".".join(map(str, pysqlite3.sqlite_version_info))
        text = f"{SqliteUnsafe.__doc__} Hier ist {found}."
        yield broken("sqlite-alt", text, "Installieren Sie Lotse mit seinen Paketen neu.")


def time_zone(_settings: Settings) -> Iterator[Remark]:
    """Complain if this machine's rules for Berlin cannot be right."""
    shifts = {
        datetime(2026, month, 1, tzinfo=UTC).astimezone(clock.BERLIN).utcoffset()
        for month in (1, 7)
    }
    if shifts != {timedelta(hours=1), timedelta(hours=2)}:
        text = "Dieser Rechner kennt die Zeit in Deutschland nicht richtig; Fristen wären falsch."
        yield broken("zeitzone", text, "Erneuern Sie das Paket tzdata.")


def letter(_settings: Settings) -> Iterator[Remark]:
    """Typeset a trial letter; complain if that does not work."""
    try:
        letters.render(LetterOrder("probe", {"main": TRIAL}, {}))
    except (OrchestrationError, OSError):
        text = "Ein Probebrief lässt sich nicht setzen; Schreiben an Familien bleiben liegen."
        yield broken("briefe", text, "Installieren Sie das Paket typst neu und prüfen Sie /tmp.")
