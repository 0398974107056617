"""The database of an installation: opened for reading only, and whether it fits this version."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from engine.casefile import sealing
from engine.casefile.keyring import FILE, Keyring, KeyUnsafe
from engine.errors import NotFound
from engine.model.protected_value import CaseKey
from web import migrating
from web.config import Settings
from web.database import engine_options, prepare
from web.remarks import Remark, broken, notable

#: The oldest PostgreSQL that its makers still mend.
OLDEST_POSTGRESQL = 14


@contextmanager
def opened(settings: Settings) -> Iterator[Session]:
    """Open the database that is there, for reading; raises what the database says."""
    engine = create_engine(
        settings.database_url, **engine_options(settings.database_url.drivername)
    )
    prepare(engine)
    try:
        with Session(engine) as session:
            _only_read(session)
            if (settings.keys / FILE).exists():
                Keyring.open(settings.keys).attach(session)
            yield session
    finally:
        engine.dispose()


def _only_read(session: Session) -> None:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    session.execute(text("PRAGMA query_only=ON" if is_sqlite else "SET TRANSACTION READ ONLY"))


def missing(settings: Settings) -> Iterator[Remark]:
    """Complain if there is no database file yet."""
    if settings.is_sqlite and not settings.database_file.exists():
        text = f"Hier gibt es keine Datenbank: {settings.database_file}."
        remedy = "Prüfen Sie LOTSE_DATA. Eine neue Installation legt sie mit „lotse serve“ an."
        yield broken("datenbank-fehlt", text, remedy)


def tables(session: Session) -> Iterator[Remark]:
    """Complain of tables that are those of another version."""
    found = MigrationContext.configure(session.connection()).get_current_revision()
    if found == migrating.head():
        return
    if found is None or migrating.knows(found):
        text = "Die Tabellen der Datenbank sind noch nicht auf dem Stand dieser Version."
        yield broken("tabellen-alt", text, "Starten Sie den Server neu; er bringt sie dahin.")
    else:
        text = "Die Datenbank gehört zu einer neueren Version von Lotse."
        yield broken("tabellen-neu", text, "Installieren Sie die neuere Version.")


def damage(session: Session) -> Iterator[Remark]:
    """Complain of a file whose structure is damaged; contents are what `lotse pruefen` looks at."""
    if session.get_bind().dialect.name != "sqlite":
        return
    if list(session.scalars(text("PRAGMA quick_check(1)"))) != ["ok"]:
        said = "Die Datei der Datenbank ist beschädigt."
        yield broken("datenbank-beschaedigt", said, "Spielen Sie die letzte Sicherung zurück.")


def server_version(session: Session) -> Iterator[Remark]:
    """Complain of a PostgreSQL that nobody mends any more."""
    if session.get_bind().dialect.name != "postgresql":
        return
    number = int(session.scalar(text("SHOW server_version_num")) or 0) // 10_000
    if number < OLDEST_POSTGRESQL:
        said = f"PostgreSQL {number} bekommt keine Korrekturen mehr."
        yield notable("postgresql-alt", said, f"Nötig ist {OLDEST_POSTGRESQL} oder neuer.")


def sealed_keys(session: Session) -> Iterator[Remark]:
    """Complain if the master key does not open the keys of the cases; the newest is tried."""
    keyring = session.info.get("keyring")
    if keyring is None:
        return
    query = select(CaseKey.case_id).where(CaseKey.wrapped.is_not(None))
    strange = session.scalars(query.where(CaseKey.master_id != keyring.id).limit(1)).first()
    newest = session.scalars(query.order_by(CaseKey.case_id.desc()).limit(1)).first()
    remedy = "Spielen Sie den Schlüssel zurück, der zu dieser Datenbank gehört."
    if strange is not None:
        said = "Der Hauptschlüssel gehört nicht zu allen Fällen dieser Datenbank."
        yield broken("schluessel-fremd", said, remedy)
    elif newest is not None:
        try:
            sealing.case_key(session, newest)
        except (NotFound, KeyUnsafe):
            said = "Der Hauptschlüssel öffnet die Schlüssel der Fälle nicht."
            yield broken("schluessel-fremd", said, remedy)
