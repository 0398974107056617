"""How a command answers: lines for people, one shape of JSON for programs, and an exit code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import click
import orjson
import pysqlite3
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from engine.casefile.keyring import KeyUnsafe
from engine.errors import DefinitionInvalid, OrchestrationError
from web.config import SettingWrong
from web.database import SqliteUnsafe
from web.locking import AlreadyRunning
from web.remarks import Remark, of_findings
from web.serving import AddressTaken

DATABASE_LOCKED = (
    "Die Datenbank ist gesperrt: Ein anderes Programm schreibt gerade lange hinein. Bitte "
    "versuchen Sie es noch einmal."
)
DATABASE_READ_ONLY = (
    "In die Datenbank darf dieses Konto des Rechners nicht schreiben. Rufen Sie lotse mit dem "
    "Konto auf, unter dem der Server läuft."
)
DATABASE_CLOSED = (
    "Die Datenbank lässt sich nicht öffnen. Prüfen Sie LOTSE_DATABASE_URL, ob sie läuft und ob "
    "dieses Konto des Rechners an sie herankommt; „lotse doctor“ sagt mehr."
)


class Code(IntEnum):
    """How a command ended, for scripts; 2 is click's, for a call that was not understood."""

    DONE = 0
    REFUSED = 1  #: nothing was done, or what was looked at is broken
    REMARKED = 3  #: `lotse doctor`: it works, but something wants attention


@dataclass(frozen=True)
class Answer:
    """What a command has to say: to people in lines, to programs as a value; to both in remarks."""

    lines: tuple[str, ...] = ()
    result: Any = None
    remarks: tuple[Remark, ...] = ()
    code: Code = Code.DONE

    def tell(self, *, as_json: bool) -> None:
        """Print the answer; as JSON it is always one object with the same three names."""
        if as_json:
            said = {
                "ok": self.code is not Code.REFUSED,
                "ergebnis": self.result,
                "meldungen": [remark.plain() for remark in self.remarks],
            }
            click.echo(orjson.dumps(said).decode())
            return
        for line in (*(remark.line() for remark in self.remarks), *self.lines):
            click.echo(line)


def refusal(problem: Exception) -> str | None:
    """Return the sentence for a refusal or for what the machine denies; None for a defect."""
    known = KeyUnsafe, SettingWrong, AlreadyRunning, AddressTaken, SqliteUnsafe, OrchestrationError
    if isinstance(problem, known):
        return str(problem)
    if isinstance(problem, SQLAlchemyError | pysqlite3.Error):
        return _of_database(problem)
    if isinstance(problem, OSError):
        where = f"{problem.filename}: " if problem.filename else ""
        return f"{where}{_of_machine(problem)}"
    return None


def _of_database(problem: Exception) -> str | None:
    """Say what the database denies, without the statement, which may hold values."""
    denied = problem.orig if isinstance(problem, DBAPIError) else problem
    said = str(denied)
    if "locked" in said:
        return DATABASE_LOCKED
    if "readonly" in said:
        return DATABASE_READ_ONLY
    closed = ("unable to open", "not a database", "malformed", "connection", "disk I/O")
    return DATABASE_CLOSED if any(word in said for word in closed) else None


def _of_machine(problem: OSError) -> str:
    if isinstance(problem, PermissionError):
        return (
            "Das darf dieses Konto des Rechners nicht. Prüfen Sie die Rechte an Datei und Ordner."
        )
    if isinstance(problem, FileNotFoundError):
        return "Das gibt es nicht."
    return f"Das lässt das Betriebssystem nicht zu ({problem.strerror or 'ohne Angabe'})."


def refused(problem: Exception, sentence: str) -> Answer:
    """Return the answer to a refusal that is to be told as JSON."""
    if isinstance(problem, DefinitionInvalid):
        return Answer(remarks=of_findings(problem.findings), code=Code.REFUSED)
    return Answer(remarks=(Remark(stage="fehler", text=sentence),), code=Code.REFUSED)
