"""`lotse pruefen`: whether the database is whole and no case's log was changed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import click
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from engine.casefile import audit
from engine.model.case import Case
from web.commands.installation import beside_server
from web.database import session


@click.command(name="pruefen")
def command() -> None:
    """Prüft die Datenbank und das Zugriffsprotokoll jedes Falls; ändert nichts."""
    with beside_server():
        database = session()
        cases = database.scalars(select(Case.id).order_by(Case.id)).all()
        findings = [*_damage(database), *_broken_chains(database, cases)]
    for finding in findings:
        click.echo(finding)
    if findings:
        sys.exit(1)
    click.echo(f"Die Datenbank ist in Ordnung, die Protokolle von {len(cases)} Fällen auch.")


def _damage(database: Session) -> Iterator[str]:
    """Ask SQLite whether its file is whole; PostgreSQL watches over its own."""
    if database.get_bind().dialect.name != "sqlite":
        return
    for answer in database.scalars(text("PRAGMA integrity_check")):
        if answer != "ok":
            yield f"Die Datenbank ist beschädigt: {answer}"


def _broken_chains(database: Session, cases: Sequence[int]) -> Iterator[str]:
    for case_id in cases:
        position = audit.first_broken(database, case_id)
        database.expunge_all()
        if position is not None:
            yield f"Fall {case_id}: Das Zugriffsprotokoll ist ab Eintrag {position} verändert."
