"""Sessions end by themselves, and only the holder of the token has one."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.model.sign_in import SignIn
from engine.organisation import accounts, demo, sessions


@pytest.fixture
def alice(session, now):
    demo.seed(session, now=now)
    proof = accounts.prove(session, name="goe_ifk.a", password=demo.PASSWORD, origin="", now=now)
    return accounts.authenticate(session, proof, now=now)


def test_find_returns_who_opened_it(session, alice, now):
    token = sessions.open(session, alice.id, now=now)
    assert sessions.find(session, token, now=now) == alice


def test_the_token_itself_is_not_kept(session, alice, now):
    token = sessions.open(session, alice.id, now=now)
    assert len(token) >= 43
    assert token.encode() not in session.scalars(select(SignIn.token_hash)).one()


def test_find_knows_no_foreign_token(session, alice, now):
    sessions.open(session, alice.id, now=now)
    assert sessions.find(session, "fremd", now=now) is None


@pytest.mark.parametrize(("minutes", "known"), [(29, True), (30, False), (31, False)])
def test_an_idle_session_ends_after_half_an_hour(session, alice, now, minutes, known):
    token = sessions.open(session, alice.id, now=now)
    found = sessions.find(session, token, now=now + timedelta(minutes=minutes))
    assert (found is not None) == known


def test_a_busy_session_ends_after_twelve_hours(session, alice, now):
    token = sessions.open(session, alice.id, now=now)
    for quarters in range(1, 48):
        moment = now + quarters * timedelta(minutes=15)
        assert sessions.find(session, token, now=moment)
        sessions.note(session, token, now=moment)
    assert sessions.find(session, token, now=now + timedelta(hours=12)) is None


def test_find_writes_nothing(session, alice, now):
    token = sessions.open(session, alice.id, now=now)
    sessions.find(session, token, now=now + timedelta(minutes=20))
    assert session.scalars(select(SignIn.last_seen_at)).one() == now


def test_close_ends_one_and_close_all_the_rest(session, alice, now):
    first, second = (sessions.open(session, alice.id, now=now) for _ in range(2))
    sessions.close(session, first)
    assert sessions.find(session, first, now=now) is None
    assert sessions.find(session, second, now=now)
    sessions.close_all(session, alice.id)
    assert sessions.find(session, second, now=now) is None


def test_a_switched_off_account_has_no_session(session, alice, now):
    token = sessions.open(session, alice.id, now=now)
    session.get(accounts.Account, alice.id).is_active = False
    session.flush()
    assert sessions.find(session, token, now=now) is None


def test_forget_expired_keeps_the_living(session, alice, now):
    sessions.open(session, alice.id, now=now - timedelta(hours=1))
    token = sessions.open(session, alice.id, now=now)
    sessions.forget_expired(session, now=now)
    assert len(session.scalars(select(SignIn)).all()) == 1
    assert sessions.find(session, token, now=now)
