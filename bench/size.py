"""Measures how large an instance of P3 is: its snapshot at each task, and the database per case.

Run with `python -m bench.size`. A family is walked through the hand-over on the real pages; the
database is measured after it was vacuumed, before and after some families.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from sqlalchemy import select

from engine import clock
from engine.model.history import HistoryRow
from engine.model.instance import Instance
from engine.organisation import demo
from tests.processes import kibiz
from tests.processes.stage import Stage
from web import config, create_app, deploying
from web.database import db, write
from web.migrating import upgrade

FAMILIES = 10
STEPS = (kibiz.propose, kibiz.present, kibiz.discuss, kibiz.inform, kibiz.agree, kibiz.hand_over)


def make(folder: Path) -> Stage:
    """Make an installation in which everything is deployed."""
    app = create_app(config.read({"LOTSE_DATA": str(folder), "LOTSE_DEMO": "1"}))
    with app.app_context():
        upgrade(db.engine)
        write(lambda session: demo.seed(session, now=clock.now()))
        for found in deploying.folders():
            write(lambda session, f=found: deploying.deploy(session, f, now=clock.now()))
    stage = Stage(app)
    stage.at("2026-01-12 09:00")
    return stage


def stored(stage: Stage, folder: Path) -> int:
    """Return the bytes of the database without what is free in it."""
    copy = folder / "copy.sqlite3"
    copy.unlink(missing_ok=True)
    with stage.app.app_context():
        raw = db.engine.raw_connection()
        raw.cursor().execute("VACUUM INTO ?", (str(copy),))
        raw.close()
    return copy.stat().st_size


def snapshot(stage: Stage) -> tuple[int, int]:
    """Return the bytes of the newest instance's snapshot and how many history rows it has."""
    with stage.app.app_context():
        newest = select(Instance.id, Instance.snapshot).order_by(Instance.id.desc()).limit(1)
        row = db.session.execute(newest).one()
        told = select(HistoryRow.id).where(HistoryRow.instance_id == row.id)
        return len(row.snapshot), len(list(db.session.scalars(told)))


def main() -> int:
    """Print the figures."""
    folder = Path(tempfile.mkdtemp())
    stage = make(folder / "data")
    before = stored(stage, folder)
    print("after                 | snapshot bytes | history rows")
    for step in STEPS:
        step(stage)
        size, rows = snapshot(stage)
        print(f"{step.__name__:21} | {size:14} | {rows:12}")
    for _ in range(FAMILIES - 1):
        for step in STEPS:
            step(stage)
    stage.tick()  # their letters
    each = (stored(stage, folder) - before) / FAMILIES
    print(f"database per finished case, with its letter, history and persons: {each / 1024:.0f} KB")
    with stage.app.app_context():
        db.engine.dispose()
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
