"""Keeps a second process away from a data folder: SQLite has one writer, and it is this one."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(RuntimeError):
    """Another process of Lotse works on this data folder."""


@contextmanager
def only_process(data: Path) -> Iterator[None]:
    """Hold the data folder's lock; raise `AlreadyRunning` at once if another process has it.

    The lock goes with the process, so nothing stale is left after a crash.
    """
    path = data / "lotse.lock"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRunning(
                f"Lotse läuft schon mit dem Datenordner {data}. Beenden Sie zuerst den anderen "
                "Prozess, oder wählen Sie mit LOTSE_DATA einen anderen Ordner."
            ) from error
        yield


def is_running(data: Path) -> bool:
    """Whether a process holds the data folder's lock; nothing is made where there is none."""
    try:
        with (data / "lotse.lock").open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
