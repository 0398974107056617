"""Brings a database to the state of this version's tables."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

import engine as engine_package

SCRIPTS = Path(engine_package.__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Run every migration that the database has not seen yet, in one transaction."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
