"""The case as expressions and pages read it, and how it changes."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from engine.casefile import access, cases, counts, einwilligungen, family, reading
from engine.casefile.cases import CaseNotFound
from engine.casefile.einwilligungen import EinwilligungNotFound, Wanted
from engine.casefile.values import ValueUnfit
from engine.model.person import Person
from engine.organisation import accounts, demo

TODAY = date(2026, 1, 12)
MOTHER = {"rolle": "elternteil", "vorname": "Ayşe", "nachname": "Kaya", "elb": True}
CHILD = {"rolle": "kind", "vorname": "Can", "geburtsdatum": "2015-06-10", "lta_bedarf": "unklar"}


def save(session, case_id, *entries, complete=()):
    return family.save_persons(session, case_id, entries, complete=complete)


def answer(person_id, **changes):
    return {
        "person_id": person_id,
        "art": "kommunikation",
        "einverstaendnis": "erteilt",
        "empfaenger": "fb51",
        "zweck": "anfrage",
        "datenumfang": None,
        "datum": TODAY,
        "schriftlich": True,
        "gueltig_bis": None,
        "widerrufen_am": None,
        **changes,
    }


@pytest.fixture
def mother(session, case_id):
    return save(session, case_id, MOTHER)[0].person_id


@pytest.fixture
def statements(session):
    seen = []

    def note(connection, cursor, statement, *rest):
        seen.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    yield seen
    event.remove(session.get_bind(), "before_cursor_execute", note)


def test_fall_is_the_case_as_json(session, case_id, now):
    mother, child = save(session, case_id, MOTHER, CHILD)
    family.save_bg(session, case_id, {"bg_nummer": "B1", "schwanger": True}, today=TODAY)
    einwilligungen.record(session, case_id, [answer(mother.person_id)])
    seen = reading.fall(session, case_id, now)
    assert seen["fall_id"] == str(case_id)
    assert (seen["mandant"], seen["status"], seen["fallbeginn"]) == ("goe", "offen", "2026-01-12")
    assert (seen["bg"]["bg_nummer"], seen["bg"]["schwanger"]) == ("B1", True)
    assert [p["person_id"] for p in seen["personen"]] == [str(p.person_id) for p in (mother, child)]
    assert "lta_bedarf" not in seen["personen"][0]
    (kind,) = seen["kinder"]
    assert kind["kind_id"] == str(child.person_id)
    assert (kind["geburtsdatum"], kind["lta_bedarf"]) == ("2015-06-10", "unklar")
    (consent,) = seen["einwilligungen"]
    assert (consent["gueltig"], consent["person_id"]) == (True, str(mother.person_id))
    assert (consent["datum"], consent["widerrufen_am"]) == ("2026-01-12", None)


def test_fall_without_bg_and_without_case(session, case_id, now):
    assert reading.fall(session, case_id, now)["bg"] is None
    with pytest.raises(CaseNotFound):
        reading.fall(session, 1, now)


def test_world_reads_only_what_is_asked_for_and_at_most_two_statements(
    session, case_id, now, statements
):
    world = reading.world(session, case_id, "goe", functions={"f": len}, now=now)
    assert set(world) == {"fall", "parameter", "f"}
    assert "fall" in world
    assert world["f"] is len
    assert statements == []
    assert world["fall"] is world["fall"]
    assert len(statements) == 1
    assert world["fall"]["einwilligungen"] is world["fall"]["einwilligungen"]
    assert len(statements) == 2
    assert world["parameter"]["bg_je_vzae"] == 20
    assert world.get("x") is None


def test_world_sees_changes_of_the_same_transaction(session, case_id, now):
    reading.fall(session, case_id, now)
    (child,) = save(session, case_id, CHILD)
    reading.fall(session, case_id, now)
    save(session, case_id, {"rolle": "kind", "kind_id": str(child.person_id), "vorname": "Cem"})
    assert reading.fall(session, case_id, now)["kinder"][0]["vorname"] == "Cem"


def test_saving_the_same_family_again_doubles_nobody(session, case_id):
    first = save(session, case_id, MOTHER, CHILD)
    again = save(session, case_id, MOTHER, CHILD, complete=["elternteil", "kind"])
    assert again == first


def test_a_corrected_name_or_birth_date_stays_the_same_person(session, case_id):
    first = save(session, case_id, MOTHER, CHILD)
    corrected = {**CHILD, "geburtsdatum": "2014-06-10", "nachname": "Kaya"}
    assert save(session, case_id, corrected)[0].person_id == first[1].person_id


def test_twins_of_the_same_form_stay_two(session, case_id):
    twins = [CHILD, {**CHILD, "vorname": "Cem"}, {**CHILD, "vorname": "Cem"}]
    assert len({child.person_id for child in save(session, case_id, *twins)}) == 3


def test_a_complete_list_removes_whom_it_does_not_name(session, case_id):
    save(session, case_id, MOTHER, CHILD, {**CHILD, "vorname": "Irrtum"})
    save(session, case_id, CHILD, complete=["kind"])
    assert set(session.scalars(select(Person.vorname))) == {"Ayşe", "Can"}


def test_a_person_with_an_answer_on_record_is_not_removed(session, case_id, mother):
    einwilligungen.record(session, case_id, [answer(mother)])
    save(session, case_id, complete=["elternteil"])
    assert family.person_ids(session, case_id) == {mother}


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        ({}, False),
        ({"betreuung": "kita"}, False),
        ({"geburtsdatum": "2015-06-11"}, True),
        ({"besucht_allgemeinbildende_schule": True}, True),
        ({"schulende_datum": "2031-07-31"}, True),
        ({"lta_bedarf": "ja"}, True),
    ],
)
def test_a_watched_change_of_a_known_child_is_reported(session, case_id, change, changed):
    (child,) = save(session, case_id, CHILD)
    assert not child.is_changed_child
    entry = {"rolle": "kind", "person_id": str(child.person_id), **change}
    assert save(session, case_id, entry)[0].is_changed_child == changed


@pytest.mark.parametrize(
    "entry",
    [
        {"vorname": "Ohne Rolle"},
        {**CHILD, "geburtsdatum": "10.06.2015"},
        {**CHILD, "geburtsdatum": 7},
        {**CHILD, "lta_bedarf": "vielleicht"},
        {**CHILD, "elb": "ja"},
        {**CHILD, "vorname": "x" * 10_001},
        {**CHILD, "person_id": "1"},
        {**CHILD, "person_id": {"geschuetzt": "1"}},
        "kein Eintrag",
    ],
)
def test_what_does_not_fit_is_refused_without_repeating_it(session, case_id, entry):
    with pytest.raises(ValueUnfit) as refused:
        save(session, case_id, entry)
    assert "Angabe" in refused.value.message
    assert "10.06.2015" not in refused.value.message


def test_a_person_of_another_case_cannot_be_changed(session, case_id, mother, now):
    other = cases.create(session, "goe", now=now)
    with pytest.raises(ValueUnfit):
        save(session, other, {**MOTHER, "person_id": str(mother)})


def test_what_the_case_file_does_not_know_is_not_taken_over(session, case_id, now):
    save(session, case_id, {**MOTHER, "schulden": True})
    assert "schulden" not in reading.fall(session, case_id, now)["personen"][0]


def test_a_week_of_pregnancy_is_dated(session, case_id, now):
    family.save_bg(session, case_id, {"schwangerschaftswoche": 12}, today=TODAY)
    family.save_bg(session, case_id, {"sgb2_bezug": True}, today=TODAY + timedelta(days=3))
    bg = reading.fall(session, case_id, now)["bg"]
    assert (bg["schwangerschaftswoche"], bg["schwangerschaftswoche_am"]) == (12, "2026-01-12")


@pytest.mark.parametrize(
    ("change", "holds"),
    [
        ({}, True),
        ({"einverstaendnis": "verweigert"}, False),
        ({"schriftlich": False}, False),
        ({"widerrufen_am": TODAY}, False),
        ({"widerrufen_am": TODAY + timedelta(days=1)}, True),
        ({"gueltig_bis": TODAY}, True),
        ({"gueltig_bis": TODAY - timedelta(days=1)}, False),
        ({"datum": TODAY + timedelta(days=1)}, False),
    ],
)
def test_a_consent_holds_while_it_is_written_and_not_ended(
    session, case_id, mother, now, change, holds
):
    einwilligungen.record(session, case_id, [answer(mother, **change)])
    assert reading.fall(session, case_id, now)["einwilligungen"][0]["gueltig"] == holds
    found = einwilligungen.opening(session, case_id, Wanted("FB51 ", "Anfrage"), day=TODAY)
    assert (found is not None) == holds


@pytest.mark.parametrize("wanted", [Wanted("kita", "anfrage"), Wanted("fb51", "uebergabe")])
def test_a_consent_opens_its_recipient_and_purpose_only(session, case_id, mother, wanted):
    einwilligungen.record(session, case_id, [answer(mother)])
    assert einwilligungen.opening(session, case_id, wanted, day=TODAY) is None


def test_only_the_named_persons_consent_counts(session, case_id, mother):
    (consent,) = einwilligungen.record(session, case_id, [answer(mother)])
    (child,) = save(session, case_id, CHILD)
    for person, found in ((mother, consent), (child.person_id, None)):
        wanted = Wanted("fb51", "anfrage", person)
        assert einwilligungen.opening(session, case_id, wanted, day=TODAY) == found


def test_a_later_refusal_takes_an_earlier_consent_back(session, case_id, mother):
    later = answer(mother, einverstaendnis="verweigert")
    einwilligungen.record(session, case_id, [answer(mother), later])
    assert einwilligungen.opening(session, case_id, Wanted("fb51", "anfrage"), day=TODAY) is None


def test_revoke_dates_the_consent_of_this_case_only(session, case_id, mother, now):
    (consent,) = einwilligungen.record(session, case_id, [answer(mother)])
    einwilligungen.revoke(session, case_id, consent, TODAY)
    assert not reading.fall(session, case_id, now)["einwilligungen"][0]["gueltig"]
    other = cases.create(session, "goe", now=now)
    with pytest.raises(EinwilligungNotFound):
        einwilligungen.revoke(session, other, consent, TODAY)


def test_a_message_finds_its_case(session, case_id, now):
    def found(variables, sender=None):
        return cases.of_message(session, variables, case_id=sender, mandant_id="goe", now=now)

    family.save_bg(session, case_id, {"bg_nummer": "B1"}, today=TODAY)
    sender = cases.create(session, "goe", now=now)
    assert found({"fall_id": str(case_id)}, sender) == case_id
    assert found({"bg_nummer": "B1"}) == case_id
    assert found({}, sender) == sender
    fresh = found({"bg_nummer": "B2"})
    assert fresh not in (case_id, sender)
    assert found({"bg_nummer": "B2"}) == fresh
    assert found({"bg_nummer": 7}) != fresh


def test_a_message_finds_no_case_of_another_mandant_and_no_closed_one(session, case_id, now):
    family.save_bg(session, case_id, {"bg_nummer": "B1"}, today=TODAY)
    variables = {"fall_id": str(case_id)}
    with pytest.raises(CaseNotFound):
        cases.of_message(session, variables, case_id=None, mandant_id="bo", now=now)
    assert cases.find_by_bg(session, "bo", "B1") is None
    family.save_case(session, case_id, {"status": "beendet"})
    assert cases.find_by_bg(session, "goe", "B1") is None


def test_mandant_of_knows_only_real_cases(session, case_id):
    assert cases.mandant_of(session, case_id) == "goe"
    with pytest.raises(CaseNotFound):
        cases.mandant_of(session, 1)


@pytest.fixture
def user(session, now):
    demo.seed(session, now=now)

    def find(name):
        return accounts.authenticate(
            session,
            accounts.prove(session, name=name, password=demo.PASSWORD, origin="", now=now),
            now=now,
        )

    return find


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("goe_ifk.a", True),
        ("goe_ifk_kibiz.a", False),
        ("goe_asd.a", False),
        ("ham_jc.a", False),
        ("admin", False),
        ("datenschutz.a", True),
    ],
)
def test_a_case_shows_itself_to_involved_groups_of_its_mandant(session, case_id, user, name, sees):
    access.involve(session, case_id, ["goe_ifk", "goe_asd", "ham_wjh", "datenschutz"])
    access.involve(session, case_id, ["goe_ifk"])
    assert access.may_see_case(session, case_id, user(name)) == sees


def test_another_mandants_people_do_not_see_the_case_even_with_a_task_in_it(session, now, user):
    hamm = cases.create(session, "ham", now=now)
    access.involve(session, hamm, ["goe_ifk"])
    assert not access.may_see_case(session, hamm, user("goe_ifk.a"))


def test_missing_and_forbidden_cases_sound_the_same(session, case_id, user):
    sentences = set()
    for number in (case_id, 1):
        with pytest.raises(CaseNotFound) as refused:
            access.require_case(session, number, user("goe_ifk.a"))
        sentences.add(refused.value.message)
    assert len(sentences) == 1


def test_protected_contents_are_for_groups_that_carry_them(session, case_id, user):
    access.involve(session, case_id, ["goe_ifk", "goe_ifk_kibiz", "goe_teamleitung"])
    seen = {
        n: access.may_see_protected(session, case_id, user(f"goe_{n}.a"))
        for n in ("ifk", "ifk_kibiz", "teamleitung")
    }
    assert seen == {"ifk": False, "ifk_kibiz": True, "teamleitung": False}


def test_counts_add_up_per_month(session, case_id):
    for day in (date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1)):
        counts.add(session, "goe", "kibiz_ende", "kein_wunsch", day=day)
    assert counts.of(session, "goe", "kibiz_ende") == {
        (date(2026, 1, 1), "kein_wunsch"): 2,
        (date(2026, 2, 1), "kein_wunsch"): 1,
    }
