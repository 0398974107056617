"""Protected contents: encrypted, bound to their place, gone with the case's key."""

import stat

import pytest
from sqlalchemy import select, text, update

from engine.casefile import audit, cases, protection, sealing
from engine.casefile.audit import By
from engine.casefile.keyring import FILE, Keyring, KeyUnsafe, keyring_of
from engine.casefile.sealing import ContentsDamaged, ContentsDestroyed
from engine.model.protected_value import CaseKey, ProtectedValue

MARKER = "SchlagworteImWohnzimmer"
VALUES = {
    "hze_art": MARKER,
    "schritte": [{"notiz": MARKER, "frist": "2026-02-01"}, {"frist": None}, {"notiz": ""}],
    "besuch": {"eindruck": {"sauber": True}, "datum": "2026-01-12"},
    "offen": "für alle",
}
PATHS = ["hze_art", "schritte[].notiz", "besuch.eindruck", "gibt.es.nicht"]


@pytest.fixture
def by(now):
    return By("4711", now)


def test_divert_leaves_references_and_touches_nothing_else(session, case_id, now):
    diverted = protection.divert(session, case_id, VALUES, PATHS, now=now)
    assert protection.is_reference(diverted["hze_art"])
    assert protection.is_reference(diverted["schritte"][0]["notiz"])
    assert protection.is_reference(diverted["besuch"]["eindruck"])
    assert diverted["schritte"][1:] == VALUES["schritte"][1:]
    assert (diverted["offen"], diverted["besuch"]["datum"]) == ("für alle", "2026-01-12")
    assert VALUES["hze_art"] == MARKER


def test_reveal_gives_everything_back(session, case_id, now, by):
    diverted = protection.divert(session, case_id, VALUES, PATHS, now=now)
    assert protection.reveal(session, case_id, diverted, by=by) == VALUES


def test_what_a_program_hands_back_keeps_every_reference(session, case_id, now, by):
    held = protection.divert(session, case_id, VALUES, PATHS, now=now)
    shown = {name: protection.concealed(value) for name, value in held.items()}
    more = {**shown["schritte"][0], "notiz": "anders"}
    changed = {**shown, "schritte": [more, *shown["schritte"][1:], {"notiz": "neu"}], "dazu": None}
    back = protection.handed_back(session, case_id, changed, held, now=now)
    assert back["hze_art"] == held["hze_art"]
    assert protection.is_reference(back["schritte"][0]["notiz"])
    assert back["schritte"][0]["notiz"] != held["schritte"][0]["notiz"]
    revealed = protection.reveal(session, case_id, back, by=by)
    steps = [{**VALUES["schritte"][0], "notiz": "anders"}, *VALUES["schritte"][1:]]
    assert revealed == {**VALUES, "schritte": [*steps, {"notiz": "neu"}], "dazu": None}


def test_no_marker_is_in_the_database(session, case_id, now):
    protection.divert(session, case_id, VALUES, PATHS, now=now)
    dump = session.connection().connection.dbapi_connection.serialize()
    assert b"protected_value" in dump
    assert MARKER.encode() not in dump


def test_divert_does_not_store_a_reference_again(session, case_id, now):
    once = protection.divert(session, case_id, VALUES, PATHS, now=now)
    assert protection.divert(session, case_id, once, PATHS, now=now) == once


def test_reveal_opens_no_value_of_another_case(session, case_id, now, by):
    other = cases.create(session, "goe", now=now)
    diverted = protection.divert(session, other, {"hze_art": MARKER}, ["hze_art"], now=now)
    assert protection.reveal(session, case_id, diverted, by=by) == {"hze_art": None}


@pytest.mark.parametrize("number", ["", "abc", "9" * 30, "-1", None, ["1"], "٣"])
def test_reveal_stands_malformed_references(session, case_id, by, number):
    values = {"hze_art": {"geschuetzt": number}}
    assert protection.reveal(session, case_id, values, by=by)["hze_art"] in (
        None,
        values["hze_art"],
    )


def test_reveal_is_logged_without_the_content(session, case_id, now, by):
    diverted = protection.divert(session, case_id, {"hze_art": MARKER}, ["hze_art"], now=now)
    protection.reveal(session, case_id, diverted, by=by)
    (entry,) = audit.entries(session, case_id)
    assert (entry.actor, entry.action, entry.at) == ("4711", "gelesen", now)
    assert entry.subject == f"geschuetzt {diverted['hze_art']['geschuetzt']}"


def test_a_destroyed_key_leaves_nothing_to_read_or_to_write(session, case_id, now, by):
    diverted = protection.divert(session, case_id, VALUES, PATHS, now=now)
    draft = sealing.seal_json(session, case_id, "draft|1", {"hze_art": MARKER})
    sealing.destroy_key(session, case_id, now=now)
    with pytest.raises(ContentsDestroyed):
        protection.reveal(session, case_id, diverted, by=by)
    with pytest.raises(ContentsDestroyed):
        sealing.unseal_json(session, case_id, "draft|1", draft)
    with pytest.raises(ContentsDestroyed):
        protection.divert(session, case_id, VALUES, PATHS, now=now)
    assert session.scalars(select(CaseKey.wrapped)).one() is None


def test_a_draft_opens_in_its_place_only(session, case_id, now):
    draft = sealing.seal_json(session, case_id, "draft|1", {"a": [1, "ä", None]})
    assert sealing.unseal_json(session, case_id, "draft|1", draft) == {"a": [1, "ä", None]}
    other = cases.create(session, "goe", now=now)
    for case, place in ((case_id, "draft|2"), (other, "draft|1")):
        with pytest.raises(ContentsDamaged):
            sealing.unseal_json(session, case, place, draft)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x02" + bytes(40), bytes(60)])
def test_unseal_refuses_what_was_never_sealed(session, case_id, sealed):
    with pytest.raises(ContentsDamaged):
        sealing.unseal(session, case_id, "draft|1", sealed)


def test_values_moved_to_another_row_cannot_be_read(session, case_id, now, by):
    values = {"a": "eins", "b": "zwei"}
    diverted = protection.divert(session, case_id, values, ["a", "b"], now=now)
    rows = session.execute(select(ProtectedValue.id, ProtectedValue.sealed)).all()
    session.execute(update(ProtectedValue), [{"id": rows[0].id, "sealed": rows[1].sealed}])
    with pytest.raises(ContentsDamaged):
        protection.reveal(session, case_id, diverted, by=by)


def test_the_same_content_never_looks_the_same_twice(session, case_id):
    assert sealing.seal(session, case_id, "x", b"y") != sealing.seal(session, case_id, "x", b"y")


def test_the_master_key_is_made_once_and_read_by_its_owner_only(tmp_path):
    first = Keyring.open(tmp_path / "new")
    path = tmp_path / "new" / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Keyring.open(tmp_path / "new") == first
    assert [p.name for p in path.parent.iterdir()] == [FILE]
    assert first.master.hex() not in repr(first)
    assert str(first.master) not in repr(first)


def test_a_readable_or_damaged_master_key_is_refused(tmp_path):
    Keyring.open(tmp_path)
    (tmp_path / FILE).chmod(0o640)
    with pytest.raises(KeyUnsafe, match="0600"):
        Keyring.open(tmp_path)
    (tmp_path / FILE).chmod(0o600)
    (tmp_path / FILE).write_bytes(b"short")
    with pytest.raises(KeyUnsafe, match="Sicherung"):
        Keyring.open(tmp_path)


def test_another_master_key_opens_nothing(session, case_id):
    Keyring(bytes(32)).attach(session)
    with pytest.raises(KeyUnsafe):
        sealing.case_key(session, case_id)


def test_a_session_without_keyring_says_so(session):
    session.info.clear()
    with pytest.raises(KeyUnsafe):
        keyring_of(session)


def test_the_audit_chain_shows_changes_and_gaps(session, case_id, now):
    for number in range(5):
        by = By(str(number), now)
        audit.record(session, case_id, "erledigt", f"aufgabe {number}", by=by)
    assert audit.first_broken(session, case_id) is None
    session.execute(text("UPDATE audit_entry SET actor = 'x' WHERE position = 4"))
    session.expire_all()
    assert audit.first_broken(session, case_id) == 4
    session.execute(text("DELETE FROM audit_entry WHERE position = 2"))
    session.expire_all()
    assert audit.first_broken(session, case_id) == 2


def test_each_case_has_a_chain_of_its_own(session, case_id, now):
    other = cases.create(session, "goe", now=now)
    for case in (case_id, other):
        audit.record(session, case, "erledigt", "aufgabe 1", by=By("1", now))
    assert [entry.position for entry in audit.entries(session, other)] == [1]
