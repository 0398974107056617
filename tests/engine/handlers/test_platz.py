"""Places: counted, reserved once, given back, waited for, and used."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine.casefile import cases, family, places
from engine.casefile.places import Place
from engine.errors import HandlerFailed
from engine.model.participation import Occupancy, Participation
from engine.organisation import capacity

TEAM = {"team": "goe_ifk_kibiz"}
WAIT = {**TEAM, "warteliste": "true"}


@pytest.fixture
def reserve(perform):
    return lambda most=20, **more: perform("platz.reservieren", TEAM, max_bg=most, **more)[
        "reservierung"
    ]


@pytest.fixture
def release(perform):
    return lambda **more: perform("platz.freigeben", TEAM, **more)["freigegeben"]


@pytest.fixture
def taken(perform):
    return lambda: perform("fallzahl.ermitteln", TEAM)["belegt"]


@pytest.fixture
def others(session, now):
    return [cases.create(session, "goe", now=now) for _ in range(4)]


@pytest.fixture
def wait(session, now):
    def put(case_id, priority, hours=0):
        place = Place(case_id, TEAM["team"])
        moment = now + timedelta(hours=hours)
        places.wait(session, place, priority=priority, now=moment)

    return put


@pytest.mark.parametrize(("posts", "shown"), [("1", 1), ("0.75", 0.75), ("2.5", 2.5), (None, None)])
def test_count_tells_places_and_posts(perform, session, reserve, posts, shown):
    if posts:
        capacity.record(session, TEAM["team"], date(2026, 1, 1), Decimal(posts))
    reserve()
    assert perform("fallzahl.ermitteln", TEAM) == {"belegt": 1, "vzae": shown}


def test_a_place_is_reserved_and_counted_once(reserve, taken):
    assert [reserve(), reserve()] == ["reserviert", "reserviert"]
    assert taken() == 1


@pytest.mark.parametrize("most", [0, None])
def test_no_place_is_given_where_none_is_free(reserve, taken, most):
    assert reserve(most) == "voll"
    assert taken() == 0


def test_the_last_place_is_given_to_the_first(reserve, taken, others):
    assert reserve(2, case=others[0]) == "reserviert"
    assert reserve(2, case=others[1]) == "reserviert"
    assert reserve(2) == "voll"
    assert taken() == 2


def test_the_management_may_go_beyond_the_cap(reserve, taken, others):
    reserve(1, case=others[0])
    assert reserve(1, ueberbelegung=True) == "reserviert"
    assert taken() == 2


def test_repeating_a_reservation_that_was_full_stays_full(reserve, release, others):
    reserve(1, case=others[0])
    assert reserve(1, key=920) == "voll"
    release(case=others[0])
    assert reserve(1, key=920) == "voll"
    assert reserve(1, key=921) == "reserviert"


def test_a_place_is_given_back_once(reserve, release, taken):
    reserve()
    assert [release(), release()] == [True, False]
    assert taken() == 0
    assert reserve() == "reserviert"


def test_releasing_twice_by_the_same_job_does_it_once(reserve, release, others, session):
    reserve(case=others[0])
    reserve()
    assert [release(key=922), release(key=922)] == [True, True]
    assert session.scalars(select(Occupancy.belegt)).one() == 1


def test_the_highest_priority_then_the_longest_waiting_is_told(
    reserve, release, wait, others, sent
):
    reserve()
    wait(others[0], 2)
    wait(others[1], 5, hours=2)
    wait(others[2], 5, hours=1)
    release()
    (message,) = sent
    assert (message.name, message.correlation) == ("msg_platz_frei", str(others[2]))
    assert message.variables == {"fall_id": str(others[2])}


def test_each_waiting_case_is_told_once(perform, reserve, release, wait, others, sent, taken):
    for case in others[:2]:
        reserve(case=case)
    wait(others[2], 1)
    wait(others[3], 9)
    for case in others[:2]:
        release(case=case)
    assert [message.correlation for message in sent] == [str(others[3]), str(others[2])]
    assert taken() == 0


def test_leaving_the_list_tells_nobody_unless_one_was_told(reserve, release, wait, others, sent):
    wait(others[0], 9)
    wait(others[1], 5)
    wait(others[2], 1)
    assert release(case=others[1]) is False
    assert sent == []
    reserve()
    release()
    assert release(case=others[0]) is False
    assert [message.correlation for message in sent] == [str(others[0]), str(others[2])]


def test_waiting_again_keeps_the_first_day_and_can_be_told_again(
    perform, session, reserve, release, others, wait, sent
):
    wait(others[0], 3, hours=-5)
    reserve()
    release()
    perform("platz.reservieren", WAIT, case=others[0], prioritaet=4)
    row = session.execute(
        select(Participation).where(Participation.case_id == others[0])
    ).scalar_one()
    session.refresh(row)
    assert (row.state, row.prioritaet, row.notified_at) == ("wartend", 4, None)
    reserve()
    release()
    assert [message.correlation for message in sent] == [str(others[0])] * 2


def test_a_reservation_takes_the_case_off_the_list(perform, reserve, release, others, sent):
    assert perform("platz.reservieren", WAIT, prioritaet=4)["reservierung"] == "wartend"
    assert reserve() == "reserviert"
    reserve(case=others[0])
    release(case=others[0])
    assert sent == []


def test_a_case_with_a_place_is_not_put_on_the_list(perform, reserve, taken):
    reserve()
    perform("platz.reservieren", WAIT, prioritaet=4)
    assert taken() == 1


def test_participation_is_entered_with_status_and_children(perform, fall, reserve, session, mother):
    reserve()
    entry = {"rolle": "kind", "vorname": "Can", "geburtsdatum": "2015-06-10"}
    case_id = int(fall()["fall_id"])
    (child,) = family.save_persons(session, case_id, [entry], complete=[])
    family.save_bg(session, case_id, {"bg_nummer": "B1"}, today=date(2026, 1, 1))
    child_id = str(child.person_id)
    perform(
        "teilnahme.eintragen",
        TEAM,
        teilnahme_beginn="2026-01-12",
        kinder=[{"person_id": child_id, "stichtag_uesb": "2030-06-10"}],
    )
    row = session.execute(select(Participation)).scalar_one()
    assert (row.state, row.beginn) == ("teilnahme", date(2026, 1, 12))
    assert fall()["bg"]["teilnahme_status"] == "teilnahme"
    assert fall()["kinder"][0]["stichtag_uesb"] == "2030-06-10"
    assert {person["zustaendigkeit"] for person in fall()["personen"]} == {"kibiz"}


def test_participation_counts_as_the_reservation_did(perform, reserve, taken):
    reserve()
    perform("teilnahme.eintragen", TEAM, teilnahme_beginn="2026-01-12")
    assert taken() == 1


def test_a_participation_goes_on_unless_the_diagram_ends_it(perform, reserve, release, taken):
    reserve()
    perform("teilnahme.eintragen", TEAM, teilnahme_beginn="2026-01-12")
    assert release() is False
    assert taken() == 1
    ending = {**TEAM, "auch_teilnahme": "true"}
    assert perform("platz.freigeben", ending) == {"freigegeben": True}
    assert taken() == 0


def test_nobody_is_told_of_the_place_of_a_participation(
    perform, reserve, release, wait, others, sent
):
    reserve()
    perform("teilnahme.eintragen", TEAM, teilnahme_beginn="2026-01-12")
    wait(others[0], 5)
    release()
    assert sent == []


def test_participation_without_a_reserved_place_becomes_an_incident(perform):
    with pytest.raises(HandlerFailed, match="kein Platz reserviert"):
        perform("teilnahme.eintragen", TEAM, teilnahme_beginn="2026-01-12")


@pytest.mark.parametrize("status", ["nachbetreuung_aktiv", "nachbetreuung_passiv"])
@pytest.mark.parametrize("is_part", [False, True])
def test_after_care_needs_no_place(perform, fall, session, mother, taken, status, is_part):
    case_id = int(fall()["fall_id"])
    family.save_bg(session, case_id, {"teilnahme_status": "teilnahme"}, today=date(2026, 1, 1))
    given = {"teilnahme_status": status, "person_ids": [mother], "teil_der_bg": is_part}
    assert perform("teilnahme.eintragen", TEAM, **given) == {"teilnahme_id": None}
    assert fall()["bg"]["teilnahme_status"] == ("teilnahme" if is_part else status)
    assert taken() == 0


@pytest.mark.parametrize(
    "given", [{"teilnahme_status": "teilnahme"}, {"person_ids": ["1"]}, {"person_ids": "alle"}]
)
def test_after_care_of_nobody_known_becomes_an_incident(perform, given):
    with pytest.raises(HandlerFailed):
        perform("teilnahme.eintragen", TEAM, **{"teilnahme_status": "nachbetreuung_aktiv"} | given)


@pytest.mark.parametrize("kind", ["fallzahl.ermitteln", "platz.reservieren", "platz.freigeben"])
def test_a_place_needs_its_team(perform, kind):
    with pytest.raises(HandlerFailed, match="„team“"):
        perform(kind)
