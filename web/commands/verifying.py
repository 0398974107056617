"""`lotse pruefen`: whether the database is whole and no case's log was changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from engine.casefile import audit
from engine.model.case import Case
from web.backups.archive import Progress
from web.commands import progress
from web.commands.answering import Answer, Code
from web.commands.german import Command
from web.commands.installation import beside_server
from web.database import session
from web.remarks import Remark


@click.command(name="pruefen", cls=Command, examples=("lotse pruefen", "lotse pruefen --json"))
def command() -> Answer:
    """Prüft die Datenbank und das Zugriffsprotokoll jedes Falls; ändert nichts."""
    with beside_server(), progress.shown("Prüfen") as bar:
        database = session()
        cases = database.scalars(select(Case.id).order_by(Case.id)).all()
        told = bar(len(cases))
        findings = [*_damage(database), *_broken_chains(database, cases, told)]
    if findings:
        remarks = tuple(Remark(stage="fehler", text=finding) for finding in findings)
        return Answer(result={"faelle": len(cases)}, remarks=remarks, code=Code.REFUSED)
    line = f"Die Datenbank ist in Ordnung, die Protokolle von {len(cases)} Fällen auch."
    return Answer((line,), {"faelle": len(cases)})


def _damage(database: Session) -> Iterator[str]:
    """Ask SQLite whether its file is whole; PostgreSQL watches over its own."""
    if database.get_bind().dialect.name != "sqlite":
        return
    for answer in database.scalars(text("PRAGMA integrity_check")):
        if answer != "ok":
            yield f"Die Datenbank ist beschädigt: {answer}"


def _broken_chains(database: Session, cases: Sequence[int], told: Progress) -> Iterator[str]:
    for case_id in cases:
        position = audit.first_broken(database, case_id)
        database.expunge_all()
        told(1)
        if position is not None:
            yield f"Fall {case_id}: Das Zugriffsprotokoll ist ab Eintrag {position} verändert."
