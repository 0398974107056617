"""fall.aktualisieren, kontakt.erfassen, statistik.zaehlen."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engine.casefile import contacts, counts, protection
from engine.errors import HandlerFailed
from engine.model.count import Count

BG = {"bg_nummer": "24401//0012345", "jobcenter_standort": "56.8", "sgb2_bezug": True}
ADULT = {
    "vorname": "Ayşe",
    "nachname": "Kaya",
    "erziehungsberechtigt": True,
    "personensorgeberechtigt": True,
    "elb": True,
}
CHILD = {
    "vorname": "Can",
    "geburtsdatum": "2015-06-10",
    "besucht_allgemeinbildende_schule": True,
    "schulende_datum": None,
    "lta_bedarf": "unklar",
}
FAMILY = {"bg": BG, "erwachsene": [ADULT], "kinder": [CHILD]}
WHOLE = {"liste": "vollstaendig"}


def test_a_proposal_makes_the_family(perform, fall):
    outputs = perform("fall.aktualisieren", WHOLE, **FAMILY)
    assert fall()["bg"]["bg_nummer"] == BG["bg_nummer"]
    assert outputs["person_ids"] == [person["person_id"] for person in fall()["personen"]]
    assert outputs["kind_ids"] == [fall()["kinder"][0]["kind_id"]]
    assert [p["rolle"] for p in fall()["personen"]] == ["elternteil", "kind"]
    assert {p["zustaendigkeit"] for p in fall()["personen"]} == {"ifk"}


def test_a_job_that_is_repeated_changes_nothing_and_answers_the_same(perform, fall, sent):
    first = perform("fall.aktualisieren", WHOLE, key=900, **FAMILY)
    before = fall()
    changed = {**CHILD, "lta_bedarf": "ja"}
    assert perform("fall.aktualisieren", WHOLE, key=900, kinder=[changed]) == first
    assert fall() == before
    assert sent == []


def test_a_proposal_that_is_corrected_keeps_ids_and_loses_whom_it_drops(perform, fall):
    second = {**CHILD, "vorname": "Irrtum"}
    first = perform("fall.aktualisieren", WHOLE, **{**FAMILY, "kinder": [CHILD, second]})
    again = perform("fall.aktualisieren", WHOLE, **FAMILY)
    assert again["person_ids"] == first["person_ids"][:2]
    assert len(fall()["kinder"]) == 1


def test_without_whole_list_nobody_is_removed(perform, fall):
    perform("fall.aktualisieren", **FAMILY)
    perform("fall.aktualisieren", kinder=[{"vorname": "Baby", "geburtsdatum": "2026-01-02"}])
    assert [child["vorname"] for child in fall()["kinder"]] == ["Can", "Baby"]


def test_a_changed_child_is_published_once_with_its_id(perform, sent):
    (child,) = perform("fall.aktualisieren", **FAMILY)["kind_ids"]
    assert sent == []
    perform("fall.aktualisieren", kinder=[{"kind_id": child, "schulende_datum": "2031-07-31"}])
    (message,) = sent
    assert (message.name, message.correlation) == ("msg_kind_daten_geaendert", child)
    assert (message.variables, message.ttl) == ({"kind_id": child}, timedelta())


def test_only_the_given_fields_of_the_bg_change(perform, fall):
    perform("fall.aktualisieren", bg={**BG, "schwangerschaftswoche": 12})
    perform("fall.aktualisieren", bg={"sgb2_bezug": False})
    bg = fall()["bg"]
    assert (bg["sgb2_bezug"], bg["jobcenter_standort"]) == (False, "56.8")
    assert (bg["schwangerschaftswoche"], bg["schwangerschaftswoche_am"]) == (12, "2026-01-12")


def test_the_head_of_the_case_changes(perform, fall):
    end = {"status": "beendet", "fall_ende_datum": "2026-01-12", "beendigungsgrund": "umzug"}
    perform("fall.aktualisieren", fallangaben=end)
    assert {name: fall()[name] for name in end} == end


@pytest.mark.parametrize(
    "variables",
    [
        {"bg": {"schulden": True}},
        {"bg": {"sgb2_bezug": "ja"}},
        {"bg": "viel"},
        {"kinder": {"vorname": "Can"}},
        {"kinder": ["Can"]},
        {"kinder": [{**CHILD, "kind_id": "4"}]},
        {"personen": [ADULT]},
        {"erwachsene": [{**ADULT, "vorname": {"geschuetzt": "1"}}]},
        {"fallangaben": {"status": "egal"}},
    ],
)
def test_what_does_not_fit_becomes_an_incident_in_german(perform, variables):
    with pytest.raises(HandlerFailed, match=r"Angabe"):
        perform("fall.aktualisieren", **variables)


def test_a_contact_is_recorded_with_a_reference_only(perform, session, case_id, now):
    note = protection.divert(session, case_id, {"n": "Beobachtung"}, ["n"], now=now)["n"]
    outputs = perform(
        "kontakt.erfassen",
        {"kontakt_art": "hausbesuch"},
        datum="2026-01-10",
        teilnehmende=["1", "2"],
        notiz_sgb2="Termin vereinbart",
        notiz_sgb8=note,
    )
    (contact,) = contacts.of(session, case_id)
    assert str(contact.id) == outputs["kontakt_id"]
    assert (contact.datum, contact.kontakt_art) == (date(2026, 1, 10), "hausbesuch")
    assert str(contact.notiz_sgb8_id) == note["geschuetzt"]
    assert (contact.teilnehmende, contact.anvertraut) == (["1", "2"], False)


def test_a_contact_without_day_becomes_an_incident(perform):
    with pytest.raises(HandlerFailed, match="„datum“"):
        perform("kontakt.erfassen", {"kontakt_art": "buero"})


def test_counting_is_anonymous_and_happens_once_per_job(perform, session):
    header = {"kennzahl": "kibiz_ende"}
    perform("statistik.zaehlen", header, key=901, merkmal="kein_wunsch")
    perform("statistik.zaehlen", header, key=901, merkmal="kein_wunsch")
    perform("statistik.zaehlen", header, merkmal="kein_wunsch")
    month = date(2026, 1, 1)
    assert counts.of(session, "goe", "kibiz_ende") == {(month, "kein_wunsch"): 2}
    columns = {column.key for column in Count.__table__.columns}
    assert columns == {"mandant_id", "month", "kennzahl", "merkmal", "anzahl"}
    assert session.scalars(select(Count.anzahl)).one() == 2
