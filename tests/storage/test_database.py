"""Writing: one commit, run again on a lost race, numbers never given away twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, func, select

from engine.errors import ChangedMeanwhile
from engine.ids import BLOCK, FIRST, Ids
from engine.model.mandant import Mandant
from web import database
from web.database import TRIES, db, write


def add_mandant(key):
    def work(session):
        session.add(Mandant(id=key, name=f"Stadt {key}", absender="Stadt"))

    return work


def count():
    return db.session.scalar(select(func.count()).select_from(Mandant))


def test_write_commits_once(app):
    commits = []
    event.listen(db.engine, "commit", lambda connection: commits.append(connection))
    write(add_mandant("zz0"))  # reserves the first block of numbers on the way
    commits.clear()
    write(add_mandant("zz1"))
    assert len(commits) == 1
    assert count() == 2


def test_write_rolls_back_what_fails(app):
    def work(session):
        add_mandant("zz1")(session)
        session.flush()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write(work)
    assert count() == 0


def test_write_runs_again_when_another_was_faster(app):
    tries = []

    def work(session):
        tries.append(session)
        if len(tries) < TRIES:
            raise ChangedMeanwhile
        return "done"

    assert write(work) == "done"


def test_write_gives_up_after_some_tries(app):
    def work(_session):
        raise ChangedMeanwhile

    with pytest.raises(ChangedMeanwhile):
        write(work)


def test_numbers_begin_at_two_to_the_51_and_are_never_given_twice(app):
    drawn = [write(lambda session: database.ids.take())]

    def fail(_session):
        drawn.append(database.ids.take())
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write(fail)
    drawn.append(write(lambda session: database.ids.take()))
    assert drawn == [FIRST, FIRST + 1, FIRST + 2]


def test_a_new_process_begins_behind_the_reserved_block(app, monkeypatch):
    write(lambda session: database.ids.take())
    monkeypatch.setattr(database, "ids", Ids())
    assert write(lambda session: database.ids.take()) == FIRST + BLOCK


def test_writers_wait_for_their_turn(app):
    def run(start):
        with app.app_context():
            for step in range(10):
                write(add_mandant(f"t{start}-{step}"))
            db.session.remove()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(run, range(6)))
    assert count() == 60
