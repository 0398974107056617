"""Opening an installation for a command: alone, or beside the server that runs on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from flask import Flask

from engine.casefile.keyring import FILE
from engine.errors import NotFound
from web import config, create_app
from web.config import Settings
from web.database import db, folder_of
from web.locking import AlreadyRunning, only_process
from web.migrating import is_current, upgrade

OTHER_VERSION = "Lotse läuft noch in einer anderen Version. Starten Sie zuerst den Server neu."


@contextmanager
def alone(settings: Settings) -> Iterator[Flask]:
    """Open an installation's data folder for this process alone, with its tables up to date."""
    with only_process(folder_of(settings)):
        app = create_app(settings)
        with app.app_context():
            upgrade(db.engine)
            yield app


class NothingHere(NotFound):
    """Hier gibt es noch keine Installation. Prüfen Sie LOTSE_DATA; „lotse serve“ legt eine an."""


@contextmanager
def beside_server(*, may_begin: bool = False) -> Iterator[Flask]:
    """Open the installation that the environment names, also while its server runs.

    The tables are only changed if nobody else works with them; a server of another version is
    left alone and `AlreadyRunning` raised. Where nothing is yet, only who may begin an
    installation makes one: a backup of a mistyped folder would be one of nothing.
    """
    settings = config.read(os.environ)
    there = settings.database_file if settings.is_sqlite else settings.keys / FILE
    if not may_begin and not there.exists():
        raise NothingHere
    with ExitStack() as opened:
        try:
            app = opened.enter_context(alone(settings))
        except AlreadyRunning:
            app = create_app(settings)
            opened.enter_context(app.app_context())
            if not is_current(db.engine):
                raise AlreadyRunning(OTHER_VERSION) from None
        yield app
