"""The settings of an installation, read once at the start from `LOTSE_*` and never again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "LOTSE_"
YES = frozenset({"1", "ja", "true", "yes", "on"})
NO = frozenset({"", "0", "nein", "false", "no", "off"})
NAMES = (
    "LOTSE_DATA",
    "LOTSE_DATABASE_URL",
    "LOTSE_HOST",
    "LOTSE_PORT",
    "LOTSE_DEMO",
    "LOTSE_TEST_CLOCK",
)


class SettingWrong(ValueError):
    """A setting cannot be used; the message names it, its value and what would be right."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an installation may choose; every value has a default that works on a laptop."""

    data: Path
    database_url: URL
    host: str = "127.0.0.1"
    port: int = 8080
    demo: bool = False
    test_clock: bool = False

    @property
    def keys(self) -> Path:
        """The folder of the keys, which belongs into no backup of the database."""
        return self.data / "keys"

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file of this machine."""
        return self.database_url.drivername == "sqlite"

    @property
    def database_file(self) -> Path:
        """The file of an SQLite database."""
        return Path(self.database_url.database or "").resolve()


def read(environ: Mapping[str, str]) -> Settings:
    """Read the settings from `LOTSE_*`; raise `SettingWrong` for an unknown or a wrong one."""
    given = {name: value.strip() for name, value in environ.items() if name.startswith(PREFIX)}
    for name in sorted(given.keys() - set(NAMES)):
        known = ", ".join(NAMES)
        message = f"Die Einstellung {name} gibt es nicht. Es gibt: {known}."
        raise SettingWrong(message)
    data = folder("LOTSE_DATA", given.get("LOTSE_DATA", "./data"))
    address = given.get("LOTSE_DATABASE_URL", f"sqlite:///{data / 'lotse.sqlite3'}")
    return Settings(
        data=data,
        database_url=database("LOTSE_DATABASE_URL", address),
        host=hostname("LOTSE_HOST", given.get("LOTSE_HOST", "127.0.0.1")),
        port=port("LOTSE_PORT", given.get("LOTSE_PORT", "8080")),
        demo=switch("LOTSE_DEMO", given.get("LOTSE_DEMO", "")),
        test_clock=switch("LOTSE_TEST_CLOCK", given.get("LOTSE_TEST_CLOCK", "")),
    )


def refuse(name: str, value: str, expected: str) -> SettingWrong:
    """Say which setting is wrong, what it holds and what belongs there."""
    return SettingWrong(f"Die Einstellung {name} hat den Wert „{value}“. {expected}")


def folder(name: str, value: str) -> Path:
    """Read the path of a folder, which need not exist yet."""
    path = Path(value).expanduser()
    if not value or path.is_file():
        raise refuse(name, value, "Nötig ist der Pfad eines Ordners, zum Beispiel ./data.")
    return path.resolve()


def database(name: str, value: str) -> URL:
    """Read the address of a database of one of the two supported kinds."""
    expected = (
        "Nötig ist eine Adresse wie sqlite:////pfad/lotse.sqlite3 "
        "oder postgresql+psycopg://name:kennwort@rechner/datenbank."
    )
    try:
        url = make_url(value)
    except ArgumentError as error:
        raise refuse(name, "…", expected) from error
    shown = url.render_as_string(hide_password=True)
    if url.drivername not in {"sqlite", "postgresql+psycopg"} or not url.database:
        raise refuse(name, shown, expected)
    if url.database == ":memory:":
        raise refuse(name, shown, "Eine Datenbank im Arbeitsspeicher überlebt keinen Neustart.")
    return url


def hostname(name: str, value: str) -> str:
    """Read the name or address on which the server listens."""
    if not value or any(character.isspace() or character == "/" for character in value):
        raise refuse(name, value, "Nötig ist ein Rechnername oder eine Adresse wie 127.0.0.1.")
    return value


def port(name: str, value: str) -> int:
    """Read a TCP port; 0 asks the system for a free one."""
    if not (value.isascii() and value.isdigit()) or int(value) > 65535:
        raise refuse(name, value, "Nötig ist eine Zahl von 0 bis 65535, zum Beispiel 8080.")
    return int(value)


def switch(name: str, value: str) -> bool:
    """Read yes or no."""
    if value.lower() in YES:
        return True
    if value.lower() in NO:
        return False
    raise refuse(name, value, "Nötig ist 1 (ja) oder 0 (nein).")
