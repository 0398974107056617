"""The master key of an installation: a file in its data folder that only its owner may read."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes, token_hex
from stat import S_IRWXG, S_IRWXO

from sqlalchemy.orm import Session

FILE = "master.key"
LENGTH = 32


class KeyUnsafe(RuntimeError):
    """The master key cannot be used as it lies there."""


@dataclass(frozen=True)
class Keyring:
    """The key that wraps the key of every case; it never leaves the process."""

    master: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """A name for the key that says nothing about it."""
        return sha256(b"lotse master key" + self.master).hexdigest()[:16]

    @classmethod
    def open(cls, folder: Path) -> Keyring:
        """Read the key of a data folder; make one at the first start. Raises `KeyUnsafe`."""
        path = folder / FILE
        if not path.exists():
            _create(path)
        if path.stat().st_mode & (S_IRWXG | S_IRWXO):
            raise KeyUnsafe(
                f"Der Hauptschlüssel {path} ist für andere lesbar. Bitte setzen Sie seine Rechte"
                " auf 0600."
            )
        master = path.read_bytes()
        if len(master) != LENGTH:
            raise KeyUnsafe(
                f"Der Hauptschlüssel {path} ist beschädigt. Bitte spielen Sie ihn aus der"
                " Sicherung zurück; ohne ihn bleiben geschützte Angaben unlesbar."
            )
        return cls(master)

    def attach(self, session: Session) -> None:
        """Let a session read and write protected contents."""
        session.info["keyring"] = self


def keyring_of(session: Session) -> Keyring:
    """Return the keyring that `Keyring.attach` gave the session."""
    keyring = session.info.get("keyring")
    if not isinstance(keyring, Keyring):
        raise KeyUnsafe("Diese Sitzung der Datenbank hat keinen Hauptschlüssel.")
    return keyring


def _create(path: Path) -> None:
    """Write the key aside and link it into place, so that two first starts agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{FILE}.{token_hex(8)}")
    descriptor = os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(token_bytes(LENGTH))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(aside, path)
    except FileExistsError:
        return
    finally:
        aside.unlink()
