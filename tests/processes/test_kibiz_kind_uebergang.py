"""P4a: a child on its way from KiBiZ to the IFK ÜSB or Reha, as people walk through it."""

from datetime import date

import pytest

from tests.processes import records
from tests.processes.begleitung import (
    KIBIZ,
    LEAD,
    MOTHER,
    REHA,
    SIBLING,
    TEEN,
    UESB,
    change,
    child_changed,
    ended,
    family_of,
    letters,
    said,
    sent_to,
    tell,
)
from tests.processes.stage import Refused

PROCESS = "kibiz_kind_uebergang"


def follow(stage, *children):
    """Let the procedure begin for the first of these children; return all their numbers."""
    _, *numbers = family_of(stage, MOTHER, *children)
    tell(stage, "msg_start_kind_uebergang", numbers[0], kind_id=numbers[0])
    return numbers


def prepare(stage, **changes):
    answers = {
        "transparenzgespraech_datum": "2026-06-17",
        "hinweis_veraenderung_nicht_verschlechterung": True,
        "lta_bedarf": "nein",
        "einwilligung_weitergabe": "ja",
        "einwilligung_schriftlich": True,
    }
    stage.complete(KIBIZ, "ut_uebergang_vorbereiten", **said(answers | changes))


def hand_over(stage, day="2026-07-15", **changes):
    answers = {
        "datum": day,
        "sgb2_stand": "Praktikum ist geplant.",
        "eigene_einwilligung": "ja",
        "schriftlich": True,
        "sgb8_weitergabe": True,
    }
    stage.complete(KIBIZ, "ut_uebergabe_uesb", **said(answers | changes))


def without_consent(stage, **changes):
    refused = {"eigene_einwilligung": "nein", "schriftlich": None, "sgb8_weitergabe": None}
    hand_over(stage, **refused | changes)


def accept(stage, day="2026-07-15"):
    stage.complete(UESB, "ut_annahme_uesb", uebernommen_am=day)


def at_the_day(stage, *children):
    numbers = follow(stage, *(children or (TEEN,)))
    stage.at("2026-07-15 00:00")
    return numbers


def report(stage, consent="ja", **changes):
    answers = {"eigene_einwilligung": consent, "schriftlich": True, "datum": "2026-07-15"}
    if consent == "nein":
        answers["schriftlich"] = None
    stage.complete(KIBIZ, "ut_meldung_reha", **said(answers | changes))


def check(stage, claim):
    stage.complete(REHA, "ut_reha_pruefung", reha_anspruch=claim, datum="2026-07-15")


def test_a_child_is_prepared_and_handed_over_to_the_uesb(stage):
    follow(stage, TEEN)
    stage.at("2026-06-16 23:59")
    assert stage.waiting() == []
    stage.at("2026-06-17 00:00")
    assert stage.waiting() == ["ut_uebergang_vorbereiten"]
    prepare(stage)
    assert stage.waiting() == []
    stage.at("2026-07-14 23:59")
    assert stage.waiting() == []
    stage.at("2026-07-15 00:00")
    assert stage.waiting() == ["ut_uebergabe_uesb"]
    assert "transparenz_datum" not in stage.show(KIBIZ, "ut_uebergabe_uesb").text
    hand_over(stage)
    assert sent_to(stage) == [("goe_ifk_uesb", "uebergabe")]
    accept(stage)
    assert stage.incidents() == []
    assert (ended(stage, PROCESS), letters(stage)) == (["end_uebergeben"], ["L08"])


def test_a_child_too_young_at_the_date_of_its_school_waits_for_its_birthday(stage):
    follow(stage, TEEN | {"geburtsdatum": date(2011, 10, 20)})
    stage.at("2026-09-22 00:00")
    assert stage.waiting() == ["ut_uebergang_vorbereiten"]
    stage.at("2026-10-19 23:59")
    assert stage.waiting() == ["ut_uebergang_vorbereiten"]
    stage.at("2026-10-20 00:00")
    assert stage.waiting() == ["ut_uebergabe_uesb"]


def test_a_later_end_of_school_moves_the_day(stage):
    (child,) = follow(stage, TEEN)
    stage.at("2026-06-01 09:00")
    child_changed(stage, child, schulende_datum=date(2028, 7, 31))
    stage.at("2026-07-15 00:00")
    assert stage.waiting() == []
    stage.at("2027-07-03 00:00")
    assert stage.waiting() == ["ut_uebergang_vorbereiten"]
    stage.at("2027-07-31 00:00")
    assert stage.waiting() == ["ut_uebergabe_uesb"]


def test_a_change_while_it_is_prepared_takes_the_preparation_back(stage):
    (child,) = follow(stage, TEEN)
    stage.at("2026-06-17 09:00")
    child_changed(stage, child, schulende_datum=date(2028, 7, 31))
    assert stage.waiting() == []


def test_the_hand_over_does_not_wait_for_its_preparation(stage):
    at_the_day(stage)
    with pytest.raises(Refused):
        hand_over(stage)
    hand_over(stage, transparenz_datum="2026-07-15")
    assert stage.waiting() == ["ut_annahme_uesb"]


def test_the_family_leaves_before_the_day(stage):
    (child,) = follow(stage, TEEN)
    stage.at("2026-05-01 09:00")
    tell(stage, "msg_teilnahme_beendet", child, kind_id=child)
    stage.at("2026-07-15 00:00")
    assert (stage.waiting(), ended(stage, PROCESS)) == ([], ["end_entfallen"])


def test_a_hand_over_that_has_begun_is_finished(stage):
    (child,) = at_the_day(stage)
    tell(stage, "msg_teilnahme_beendet", child, kind_id=child)
    assert stage.waiting() == ["ut_uebergabe_uesb"]


def test_the_young_person_decides_what_is_handed_on(stage):
    at_the_day(stage)
    without_consent(stage, transparenz_datum="2026-07-15")
    assert sent_to(stage) == []
    assert "nicht weitergegeben" in stage.show(UESB, "ut_annahme_uesb").text


def test_a_spoken_consent_sends_nothing(stage):
    at_the_day(stage)
    hand_over(stage, schriftlich=False, transparenz_datum="2026-07-15")
    assert (sent_to(stage), stage.waiting()) == ([], ["ut_annahme_uesb"])


def test_the_uesb_is_reminded_after_a_week(stage):
    at_the_day(stage)
    without_consent(stage, transparenz_datum="2026-07-15")
    stage.at("2026-07-22 00:00")
    assert stage.waiting() == ["ut_annahme_uesb", "ut_annahme_uesb_erinnerung"]
    accept(stage)
    assert (stage.waiting(), ended(stage, PROCESS)) == ([], ["end_uebergeben"])


def test_a_ticked_reminder_leaves_the_task(stage):
    at_the_day(stage)
    without_consent(stage, transparenz_datum="2026-07-15")
    stage.at("2026-07-22 00:00")
    stage.complete(UESB, "ut_annahme_uesb_erinnerung", erledigt=True)
    assert stage.waiting() == ["ut_annahme_uesb"]


# --- the end of school is not known -----------------------------------------------------------

UNKNOWN = TEEN | {"geburtsdatum": date(2012, 3, 1), "schulende_datum": None}


def clarify(stage, **changes):
    answers = {
        "besucht_allgemeinbildende_schule": True,
        "schulende_bekannt": True,
        "schulende_datum": "2028-07-15",
        "lta_bedarf": "nein",
    }
    stage.complete(KIBIZ, "ut_schulende_klaeren", **said(answers | changes))


def test_an_unknown_end_of_school_is_asked_for_on_the_fourteenth_birthday(stage):
    follow(stage, UNKNOWN)
    assert stage.waiting() == []
    stage.at("2026-03-01 00:00")
    assert stage.waiting() == ["ut_schulende_klaeren"]
    later = {"schulende_bekannt": False, "schulende_datum": None}
    with pytest.raises(Refused, match="in der Zukunft"):
        clarify(stage, **later, wiedervorlage="2026-03-01")
    clarify(stage, **later, wiedervorlage="2026-05-04")
    stage.at("2026-05-03 23:59")
    assert stage.waiting() == []
    stage.at("2026-05-04 00:00")
    clarify(stage)
    assert (stage.waiting(), stage.incidents()) == ([], [])
    stage.at("2027-06-17 00:00")
    assert stage.waiting() == ["ut_uebergang_vorbereiten"]


@pytest.mark.parametrize("moment", ["2026-02-01 09:00", "2026-03-01 09:00"])
def test_news_of_the_child_or_the_end_reach_also_the_one_without_a_date(stage, moment):
    (child,) = follow(stage, UNKNOWN)
    stage.at(moment)
    child_changed(stage, child, schulende_datum=date(2028, 7, 15))
    assert stage.waiting() == []
    tell(stage, "msg_teilnahme_beendet", child, kind_id=child)
    assert ended(stage, PROCESS) == ["end_entfallen"]


def test_what_the_preparation_brings_up_changes_the_way(stage):
    follow(stage, TEEN)
    stage.at("2026-06-17 00:00")
    prepare(
        stage, lta_bedarf="ja", einwilligung_weitergabe="teilweise", einwilligung_schriftlich=False
    )
    assert stage.waiting() == []
    stage.at("2026-07-15 00:00")
    assert stage.waiting() == ["ut_meldung_reha"]


def test_the_preparation_must_say_that_it_gets_different_and_not_worse(stage):
    follow(stage, TEEN)
    stage.at("2026-06-17 09:00")
    with pytest.raises(Refused):
        prepare(stage, hinweis_veraenderung_nicht_verschlechterung=None)
    prepare(stage, einwilligung_weitergabe="nein", einwilligung_schriftlich=None)
    assert stage.waiting() == []


# --- Reha -------------------------------------------------------------------------------------

DISABLED = TEEN | {"lta_bedarf": "ja"}


def test_a_claim_leads_to_the_ifk_reha(stage):
    at_the_day(stage, DISABLED)
    report(stage)
    assert sent_to(stage) == [("goe_ifk_reha", "uebergabe")]
    check(stage, "ja")
    stage.complete(
        REHA, "ut_fallbesprechung_reha", datum="2026-07-15", teilnehmende=["ifk_kibiz", "ifk_reha"]
    )
    assert stage.incidents() == []
    assert (ended(stage, PROCESS), letters(stage)) == (["end_uebergeben"], ["L08"])


def test_without_a_claim_the_uesb_takes_over(stage):
    at_the_day(stage, TEEN | {"lta_bedarf": None})
    report(stage, "nein")
    assert sent_to(stage) == []
    assert "keine Einwilligung" in stage.show(REHA, "ut_reha_pruefung").text
    check(stage, "nein")
    assert stage.waiting() == ["ut_uebergabe_uesb"]


def test_the_ifk_reha_is_reminded_and_the_reminder_goes_with_the_check(stage):
    at_the_day(stage, DISABLED)
    report(stage, "nein")
    stage.at("2026-08-12 00:00")
    assert stage.waiting() == ["ut_reha_pruefung", "ut_reha_pruefung_erinnerung"]
    check(stage, "ja")
    assert stage.waiting() == ["ut_fallbesprechung_reha"]


def test_the_reminder_of_the_ifk_reha_can_be_ticked_off(stage):
    at_the_day(stage, DISABLED)
    report(stage, "nein")
    stage.at("2026-08-12 00:00")
    stage.complete(REHA, "ut_reha_pruefung_erinnerung", erledigt=True)
    assert stage.waiting() == ["ut_reha_pruefung"]


# --- when the table cannot say ----------------------------------------------------------------


def undecided(stage):
    """Let the day come for a child that nobody told about since: it left no trace in the tables."""
    numbers = follow(stage, TEEN)
    change(stage, numbers[0], schulende_datum=None)
    stage.at("2026-07-15 00:00")
    return numbers


def decide(stage, way):
    stage.complete(LEAD, "ut_uebergang_entscheiden", weg=way, begruendung="Nach Rücksprache")


@pytest.mark.parametrize(
    "way, task", [("uesb", "ut_uebergabe_uesb"), ("reha_meldung", "ut_meldung_reha")]
)
def test_the_team_lead_decides_what_is_unclear(stage, way, task):
    undecided(stage)
    assert stage.waiting() == ["ut_uebergang_entscheiden"]
    decide(stage, way)
    assert stage.waiting() == [task]


def test_a_child_that_stays_waits_for_news(stage):
    (child,) = undecided(stage)
    decide(stage, "verbleib_kibiz")
    assert stage.waiting() == []
    child_changed(stage, child, schulende_datum=date(2027, 7, 15))
    stage.travel(minutes=1)
    assert stage.waiting() == ["ut_uebergabe_uesb"]


@pytest.mark.parametrize("decided", [False, True])
def test_the_family_may_leave_while_it_is_unclear(stage, decided):
    (child,) = undecided(stage)
    if decided:
        decide(stage, "verbleib_kibiz")
    tell(stage, "msg_teilnahme_beendet", child, kind_id=child)
    assert (stage.waiting(), ended(stage, PROCESS)) == ([], ["end_entfallen"])


def test_a_date_that_moved_without_notice_is_waited_for(stage):
    (child,) = follow(stage, TEEN)
    change(stage, child, schulende_datum=date(2028, 7, 31))
    stage.at("2026-07-15 00:00")
    assert stage.waiting() == []
    stage.at("2027-07-31 00:00")
    assert stage.waiting() == ["ut_uebergabe_uesb"]


# --- does the family stay? --------------------------------------------------------------------


@pytest.mark.parametrize("siblings, stays", [([SIBLING], True), ([], False)])
def test_a_younger_sibling_keeps_the_family_in_kibiz(stage, siblings, stays):
    at_the_day(stage, TEEN, *siblings)
    without_consent(stage, transparenz_datum="2026-07-15")
    accept(stage)
    assert ended(stage, PROCESS) == ["end_uebergeben"]
    assert bool(records.happened(stage, "snd_altersgrenze_erreicht")) is not stays
