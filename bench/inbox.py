"""Measures the inbox with many open tasks: its page's time, its statements' time and its weight.

Run with `python -m bench.inbox [tasks …]`. The tasks are written straight into the tables, spread
over forty groups of the same office; the person belongs to one of them.
"""

from __future__ import annotations

import gzip
import re
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine import bpmn, clock, definitions, inbox, instances
from engine.casefile import cases
from engine.ids import ids
from engine.instances import Advance
from engine.model.user_task import InboxRow, UserTask
from engine.organisation import demo, sessions
from engine.organisation.accounts import User
from web import config, create_app, deploying
from web.database import db, write
from web.migrating import upgrade

SIZES = (10_000, 100_000)
GROUPS = 40
BATCH = 1_000
SAMPLES = 40
PERSON = "goe_ifk.a"


def make(folder: Path) -> Flask:
    """Make an installation with one case and one instance, to which all tasks belong."""
    app = create_app(config.read({"LOTSE_DATA": str(folder), "LOTSE_DEMO": "1"}))
    with app.app_context():
        upgrade(db.engine)
        write(lambda session: demo.seed(session, now=clock.now()))
        for found in deploying.folders():
            write(lambda session, f=found: deploying.deploy(session, f, now=clock.now()))
        write(begin)
    return app


def begin(session: Session) -> None:
    """Start one instance."""
    now = clock.now()
    case_id = cases.create(session, "goe", now=now)
    definition = definitions.latest(session, "kibiz_uebergabe")
    command = bpmn.Start("start_vorschlag")
    instances.start(session, definition, command, case_id=case_id, by=Advance(None, now))


def fill(session: Session, count: int) -> None:
    """Add copies of the open task, each due at another moment, in turn for each group."""
    model = session.execute(select(UserTask.__table__).limit(1)).mappings().one()
    tasks, rows = [], []
    for number in range(count):
        key, due_at = ids.take(), clock.now() + timedelta(minutes=number)
        group = "goe_ifk" if number % GROUPS == 0 else f"gruppe_{number % GROUPS}"
        tasks.append({**model, "id": key, "due_at": due_at, "candidate_groups": [group]})
        due_ms = int(due_at.timestamp() * 1000)
        rows.append({"principal": group, "due_ms": due_ms, "user_task_id": key})
    session.execute(insert(UserTask), tasks)
    session.execute(insert(InboxRow), rows)


def milliseconds(work: Callable[[], object]) -> float:
    """Return the median time of a work that is done some times."""
    times = []
    for _ in range(SAMPLES):
        began = perf_counter()
        work()
        times.append((perf_counter() - began) * 1000)
    return median(times)


def sign_in(client: FlaskClient) -> None:
    """Sign the client in as the person."""
    page = client.get("/anmelden").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    fields = {"csrf_token": token[1], "name": PERSON, "passwort": demo.PASSWORD}
    assert client.post("/anmelden", data=fields).status_code == 303


def person(client: FlaskClient) -> User:
    """Return who is signed in."""
    with client.session_transaction() as kept:
        user = sessions.find(db.session(), kept["token"], now=clock.now())
    assert user is not None
    return user


def weight(client: FlaskClient) -> tuple[int, int]:
    """Return the gzipped bytes of the page alone, and with all that a German page loads."""
    page = client.get("/aufgaben").data
    paths = set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', page.decode()))
    for sheet in [path for path in paths if path.endswith(".css")]:
        fonts = re.findall(r'url\("\./([^"]+-german-[^"]+)"\)', client.get(sheet).text)
        paths |= {f"/assets/{font}" for font in fonts}
    own = len(gzip.compress(page))
    return own, own + sum(len(gzip.compress(client.get(path).data)) for path in paths)


def main() -> int:
    """Print the figures."""
    sizes = [int(text) for text in sys.argv[1:]] or list(SIZES)
    print("open tasks | page ms | next page ms | statements alone ms")
    with tempfile.TemporaryDirectory() as folder:
        app, there = make(Path(folder) / "data"), 0
        client = app.test_client()
        sign_in(client)
        with app.app_context():
            user = person(client)
            for size in sizes:
                while there < size:
                    write(lambda session: fill(session, BATCH))
                    there += BATCH
                first = inbox.page(db.session(), user).following
                page = milliseconds(lambda: client.get("/aufgaben"))
                following = milliseconds(lambda: client.get(f"/aufgaben?nach={first}"))  # noqa: B023
                alone = milliseconds(lambda: inbox.page(db.session(), user))
                print(f"{size:10} | {page:7.1f} | {following:12.1f} | {alone:8.2f}")
            own, everything = weight(client)
            db.session.remove()
            db.engine.dispose()
    print(
        f"weight, gzipped: {own / 1024:.1f} KB alone, {everything / 1024:.1f} KB with all it loads"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
