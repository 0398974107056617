"""Signing in: who may, who may not, and how guessing is slowed down."""

from datetime import timedelta

import pytest

from engine.organisation import accounts, demo
from engine.organisation.accounts import SignInRefused, SignInThrottled


@pytest.fixture(autouse=True)
def _people(session, now):
    demo.seed(session, now=now)


@pytest.fixture
def sign_in(session, now):
    def attempt(name="goe_ifk.a", password=demo.PASSWORD, origin="10.0.0.1", after=0):
        moment = now + timedelta(seconds=after)
        proof = accounts.prove(session, name=name, password=password, origin=origin, now=moment)
        return accounts.authenticate(session, proof, now=moment)

    return attempt


def test_authenticate_tells_who_it_is_and_what_they_may_see(sign_in):
    user = sign_in("goe_ifk_kibiz.b")
    assert user.group_ids == {"goe_ifk_kibiz"}
    assert (user.mandant_id, user.sees_sgb8, user.sees_status) == ("goe", True, True)
    assert not user.is_portal_only
    assert not user.is_operator


def test_authenticate_ignores_case_and_blanks_of_the_name(sign_in):
    assert sign_in(" GOE_IFK.a ").name == "goe_ifk.a"


@pytest.mark.parametrize(
    ("name", "password"),
    [("goe_ifk.a", "falsch"), ("nobody", demo.PASSWORD), ("", ""), ("goe_ifk.a", "x" * 5_000)],
)
def test_authenticate_refuses_in_the_same_words(sign_in, name, password):
    with pytest.raises(SignInRefused) as refused:
        sign_in(name, password)
    assert refused.value.message == "Name oder Passwort stimmt nicht. Bitte prüfen Sie beides."


def test_authenticate_refuses_an_account_that_was_switched_off(session, sign_in):
    account = session.get(accounts.Account, sign_in().id)
    account.is_active = False
    session.flush()
    with pytest.raises(SignInRefused):
        sign_in()


def fail(sign_in, times, **who):
    for attempt in range(times):
        with pytest.raises(SignInRefused):
            sign_in(password="falsch", after=attempt * 3_600, **who)


def test_the_first_three_failures_cost_no_time(sign_in):
    for _ in range(3):
        with pytest.raises(SignInRefused):
            sign_in(password="falsch")
    assert sign_in()


def test_each_further_failure_doubles_the_wait_even_for_the_right_password(sign_in):
    fail(sign_in, 6)
    last = 5 * 3_600
    with pytest.raises(SignInThrottled) as refused:
        sign_in(after=last + 7)
    assert "in 1 Sekunden" in refused.value.message
    assert sign_in(after=last + 8)


def test_the_brake_never_becomes_a_lock(sign_in):
    fail(sign_in, 30)
    assert sign_in(after=29 * 3_600 + 15 * 60)


def test_the_brake_holds_for_one_origin_only(sign_in):
    fail(sign_in, 6)
    assert sign_in(origin="10.0.0.2", after=5 * 3_600)


def test_the_right_password_resets_the_brake(sign_in):
    for _ in range(2):
        for _ in range(3):
            with pytest.raises(SignInRefused):
                sign_in(password="falsch")
        assert sign_in()


def test_passwords_are_kept_as_argon2id_and_hashed_anew_when_too_weak(session, sign_in, now):
    weak = accounts.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("geheim")
    account_id = accounts.create(session, name="alt", display_name="Alt", mandant_id="goe", now=now)
    account = session.get(accounts.Account, account_id)
    account.password_hash = weak
    session.flush()
    sign_in("alt", "geheim")
    session.refresh(account)
    assert account.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert sign_in("alt", "geheim").id == account_id


def test_a_new_account_has_no_password(session, sign_in, now):
    accounts.create(session, name="neu", display_name="Neu", mandant_id="goe", now=now)
    with pytest.raises(SignInRefused):
        sign_in("neu", "")
