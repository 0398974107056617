"""P3: from the proposal of the IFK to the hand-over to KiBiZ, as people walk through it."""

import pytest
from lxml import html

from engine.model.uebermittlung import Uebermittlung
from tests.processes import records
from tests.processes.kibiz import (
    ASD,
    CHILD,
    FAMILY,
    IFK,
    KIBIZ,
    MOTHER,
    NO_CHILD,
    agree,
    agree_to_check,
    ask_asd,
    check_together,
    decide,
    discuss,
    fill_team,
    hand_over,
    hint,
    inform,
    present,
    propose,
    suspected,
    until_capacity,
)
from tests.processes.stage import Refused


def test_a_family_is_handed_over_to_kibiz(stage):
    propose(stage)
    present(stage)
    discuss(stage)
    inform(stage)
    agree(stage)
    hand_over(stage)
    assert stage.incidents() == []
    assert stage.ends() == ["end_uebernommen"]
    assert "nimmt teil" in stage.case_page(KIBIZ)


# --- steps 1 and 2: proposal and target group -----------------------------------------------


def test_a_family_outside_of_the_target_group_stays_with_the_ifk(stage):
    propose(stage, sgb2_bezug=False)
    assert "SGB II" in stage.show(IFK, "ut_nicht_zielgruppe").text
    stage.complete(IFK, "ut_nicht_zielgruppe")
    assert stage.ends() == ["end_nicht_zielgruppe"]


def test_a_fifteen_year_old_who_soon_leaves_school_is_too_old(stage):
    child = CHILD | {"geburtsdatum": "2010-02-20", "schulende_datum": "2026-07-14"}
    stage.at("2026-02-21 09:00")
    propose(stage, kinder=[child])
    assert stage.waiting() == ["ut_nicht_zielgruppe"]


def test_a_pregnant_woman_is_proposed_again_in_her_thirteenth_week(stage):
    stage.at("2026-01-05 10:00")
    propose(stage, kinder=NO_CHILD, schwanger=True, schwangerschaftswoche=12)
    assert stage.waiting() == []
    stage.at("2026-01-11 23:59")
    assert stage.waiting() == []
    stage.at("2026-01-12 00:00")
    assert stage.waiting() == ["ut_angebot_vorstellen"]


def test_the_proposal_can_be_withdrawn(stage):
    stage.start(IFK)
    stage.press(IFK, "Vorschlag zurückziehen")
    assert stage.ends() == ["end_zurueckgezogen"]
    assert stage.waiting() == []


def test_a_hint_of_the_benefits_office_prefills_the_proposal(stage):
    stage.start(
        IFK,
        element="start_mehrbedarf_schwangerschaft",
        bg_nummer="25411BG0009999",
        schwangerschaftswoche=14,
        mehrbedarf_schwangerschaft_ab="2026-01-01",
    )
    page = stage.show(IFK, "ut_vorschlag").text
    assert 'value="25411BG0009999"' in page
    assert 'value="14"' in page
    assert "läuft schon etwas" not in page


def test_the_week_of_a_hint_goes_on_until_somebody_takes_it_up(stage):
    hint(stage, schwangerschaftswoche=12)
    for day, week in (("18", 12), ("19", 13), ("26", 14)):
        stage.at(f"2026-01-{day} 09:00")
        page = html.fromstring(stage.show(IFK, "ut_vorschlag").text)
        assert page.xpath("//input[@name='schwangerschaftswoche']/@value") == [str(week)]
    stage.complete(IFK, "ut_vorschlag", **FAMILY | {"schwanger": True, "kinder": NO_CHILD})
    assert stage.waiting() == ["ut_angebot_vorstellen"]


def test_a_hint_about_a_known_family_says_that_something_runs_already(stage):
    propose(stage)
    assert "läuft schon etwas" not in stage.show(IFK, "ut_angebot_vorstellen").text
    hint(stage)
    assert "läuft schon etwas" in stage.show(IFK, "ut_vorschlag").text


def test_a_hint_about_a_family_that_takes_part_says_so(stage):
    until_capacity(stage)
    agree(stage)
    hand_over(stage)
    hint(stage)
    assert "läuft schon etwas" in stage.show(IFK, "ut_vorschlag").text


# --- step 3: the offer -----------------------------------------------------------------------


def test_a_family_without_interest_is_not_pressed(stage):
    propose(stage)
    stage.complete(
        IFK,
        "ut_angebot_vorstellen",
        datum="2026-01-12",
        gespraech_form="ifk_allein",
        interesse_familie="nein",
    )
    assert stage.ends() == ["end_kein_interesse"]


def test_a_family_may_think_it_over_for_two_weeks(stage):
    propose(stage)
    stage.complete(
        IFK,
        "ut_angebot_vorstellen",
        datum="2026-01-12",
        gespraech_form="ifk_allein",
        interesse_familie="bedenkzeit",
    )
    stage.at("2026-01-25 23:59")
    assert stage.waiting() == []
    stage.at("2026-01-26 00:00")
    assert stage.waiting() == ["ut_angebot_vorstellen"]


def test_a_talk_that_has_not_been_cannot_be_recorded(stage):
    propose(stage)
    tomorrow = {"datum": "2026-01-13", "gespraech_form": "ifk_allein", "interesse_familie": "ja"}
    with pytest.raises(Refused, match="liegt in der Zukunft"):
        stage.complete(IFK, "ut_angebot_vorstellen", **tomorrow)
    stage.at("2026-01-13 00:00")  # in Germany; elsewhere it is still the day before
    stage.complete(IFK, "ut_angebot_vorstellen", **tomorrow)
    assert stage.waiting() == ["ut_fallbesprechung"]


def test_the_order_of_talks_is_fixed(stage):
    propose(stage)
    present(stage)
    assert stage.waiting() == ["ut_fallbesprechung"]


def test_a_family_may_withdraw_at_any_time(stage):
    until_capacity(stage)
    stage.press(KIBIZ, "Familie zieht zurück")
    assert stage.ends() == ["end_zurueckgezogen"]
    assert records.happened(stage, "ut_einverstaendnis") == ["entered", "cancelled"]


# --- step 5: child protection, help with education, training --------------------------------


def test_the_asd_may_agree_to_an_exception(stage):
    suspected(stage)
    ask_asd(stage)
    stage.complete(
        ASD,
        "ut_asd_entscheidung",
        asd_zustimmung="ja",
        ausnahmegrund="Die Familie wird schon eng begleitet.",
        fachkraft="Frau Brandt",
        datum="2026-01-12",
    )
    assert stage.waiting() == ["ut_infogespraech"]
    assert stage.ends() == ["end_asd_beantwortet"]


def test_the_asd_may_refuse(stage):
    suspected(stage)
    ask_asd(stage)
    stage.complete(
        ASD,
        "ut_asd_entscheidung",
        asd_zustimmung="nein",
        fachkraft="Frau Brandt",
        datum="2026-01-12",
    )
    assert sorted(stage.ends()) == ["end_asd_beantwortet", "end_ausschluss_kwg"]


def test_without_consent_the_asd_is_not_asked(stage):
    suspected(stage)
    ask_asd(stage, consent="verweigert")
    assert stage.ends() == ["end_ausschluss_kwg"]
    assert records.rows(stage, Uebermittlung) == []


def test_a_report_of_danger_needs_no_consent(stage):
    suspected(stage)
    ask_asd(stage, consent="verweigert", report=True)
    assert "ut_asd_entscheidung" in stage.waiting()


def test_an_asd_that_stays_silent_is_reminded_twice(stage):
    suspected(stage)
    ask_asd(stage)
    stage.at("2026-01-26 00:00")
    stage.complete(KIBIZ, "ut_asd_erinnern", erledigt=True)
    stage.at("2026-02-09 00:00")
    stage.complete(KIBIZ, "ut_asd_erinnern", erledigt=True)
    assert "end_ausschluss_kwg" not in stage.ends()
    stage.at("2026-02-23 00:00")
    assert stage.ends() == ["end_ausschluss_kwg"]


@pytest.mark.parametrize("status", ["installiert", "anbahnend"])
def test_all_involved_may_find_kibiz_useful_beside_other_help(stage, status):
    propose(stage)
    present(stage)
    discuss(stage, hze_status=status, hze_art="SPFH")
    agree_to_check(stage)
    check_together(stage)
    assert stage.waiting() == ["ut_infogespraech"]


@pytest.mark.parametrize(
    "change",
    [
        {"useful": "nein"},
        {"ersatz_fuer_familienhilfe": True},
        {"tueroeffner_fuer_hze": True},
    ],
)
def test_other_help_goes_first_where_kibiz_would_only_replace_it(stage, change):
    propose(stage)
    present(stage)
    discuss(stage, hze_status="installiert", hze_art="SPFH")
    agree_to_check(stage)
    check_together(stage, **change)
    assert stage.ends() == ["end_hze_vorrang"]


def test_without_consent_to_the_check_other_help_goes_first(stage):
    propose(stage)
    present(stage)
    discuss(stage, hze_status="installiert", hze_art="SPFH")
    agree_to_check(stage, consent="verweigert")
    assert stage.ends() == ["end_hze_vorrang"]


def test_the_check_needs_the_family_the_ifk_kibiz_and_the_asd(stage):
    propose(stage)
    present(stage)
    discuss(stage, hze_status="installiert", hze_art="SPFH")
    agree_to_check(stage)
    with pytest.raises(Refused):
        check_together(stage, beteiligte=["familie", "ifk_kibiz"])


def test_the_check_is_reminded_after_four_weeks_and_the_reminder_goes_with_it(stage):
    propose(stage)
    present(stage)
    discuss(stage, hze_status="installiert", hze_art="SPFH")
    agree_to_check(stage)
    stage.at("2026-02-09 00:00")
    assert stage.waiting() == ["ut_hze_pruefung_alle", "ut_hze_pruefung_alle_erinnerung"]
    check_together(stage)
    assert stage.waiting() == ["ut_infogespraech"]


def test_a_young_parent_in_training_goes_to_the_uesb(stage):
    propose(stage, junger_elternteil=True)
    present(stage)
    discuss(stage, schwerpunkt="ausbildung")
    stage.complete(KIBIZ, "ut_einwilligung_klaeren_uesb", ergebnis="verweigert")
    assert stage.ends() == ["end_uesb"]
    assert records.rows(stage, Uebermittlung) == []


def test_an_open_focus_is_settled_with_the_uesb(stage):
    propose(stage, junger_elternteil=True)
    present(stage)
    discuss(stage, schwerpunkt="unklar")
    stage.complete("goe_ifk_uesb.a", "ut_schwerpunkt_klaeren", schwerpunkt="sgb8")
    assert stage.waiting() == ["ut_infogespraech"]


# --- step 6: the information talk -------------------------------------------------------------


@pytest.mark.parametrize("missing", ["aktiver_wunsch", "bereitschaft_zusammenarbeit"])
def test_without_wish_and_readiness_there_is_no_kibiz(stage, missing):
    propose(stage)
    present(stage)
    discuss(stage)
    inform(stage, **{missing: False})
    assert stage.ends() == ["end_kein_wunsch"]


@pytest.mark.parametrize(
    "point",
    [
        "info_freiwilligkeit",
        "info_zusammenarbeit_erforderlich",
        "info_hausbesuche_mind_8_wochen",
        "info_sgb2_und_sgb8",
    ],
)
def test_the_family_must_hear_all_four_points(stage, point):
    propose(stage)
    present(stage)
    discuss(stage)
    with pytest.raises(Refused):
        inform(stage, **{point: None})


def test_help_that_only_the_talk_brings_up_is_checked(stage):
    propose(stage)
    present(stage)
    discuss(stage, hze_status="unbekannt")
    inform(stage, hze_status="installiert")
    assert stage.waiting() == ["ut_einwilligung_hze"]


# --- step 7: capacity -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("taken", "vzae", "waiting"),
    [
        (19, 1.0, "ut_einverstaendnis"),
        (20, 1.0, "ut_kapazitaet_entscheiden"),
        (21, 1.0, "ut_kapazitaet_entscheiden"),
        (14, 0.75, "ut_einverstaendnis"),
        (15, 0.75, "ut_kapazitaet_entscheiden"),
    ],
)
def test_a_place_is_free_below_twenty_per_full_post(stage, taken, vzae, waiting):
    fill_team(stage, taken, vzae)
    until_capacity(stage)
    assert stage.waiting() == [waiting]


def test_the_team_lead_may_give_a_place_beyond_the_cap(stage):
    fill_team(stage, 20)
    until_capacity(stage)
    decide(stage, "ueberbelegung")
    assert stage.waiting() == ["ut_einverstaendnis"]


def test_the_team_lead_may_refuse(stage):
    fill_team(stage, 20)
    until_capacity(stage)
    decide(stage, "ablehnen")
    assert stage.ends() == ["end_keine_kapazitaet"]


def test_a_waiting_family_is_asked_after_four_weeks(stage):
    fill_team(stage, 20)
    until_capacity(stage)
    decide(stage, "warteliste")
    stage.at("2026-02-09 00:00")
    stage.complete(KIBIZ, "ut_warteliste_pruefen", interesse_weiter=True, daten_aktuell=True)
    assert stage.waiting() == []
    stage.at("2026-03-09 00:00")
    stage.complete(KIBIZ, "ut_warteliste_pruefen", interesse_weiter=False, daten_aktuell=True)
    assert stage.ends() == ["end_kein_interesse"]


def test_a_freed_place_goes_to_the_family_that_waits(stage):
    fill_team(stage, 19)
    until_capacity(stage)
    first = stage.case
    until_capacity(stage, bg_nummer="25411BG0005555")
    decide(stage, "warteliste")
    assert stage.waiting() == ["ut_einverstaendnis"]
    stage.case = first
    stage.press(KIBIZ, "Familie zieht zurück")
    assert stage.ends() == ["end_zurueckgezogen"]
    assert stage.waiting() == ["ut_einverstaendnis"]


# --- steps 8 to 10: agreement and hand-over ---------------------------------------------------


def test_everybody_who_brings_the_children_up_must_agree(stage):
    father = MOTHER | {"vorname": "Carl", "geburtsdatum": "1986-01-05"}
    until_capacity(stage, erwachsene=[MOTHER, father], familienform="paar")
    assert stage.waiting() == ["ut_einverstaendnis", "ut_einverstaendnis"]
    agree(stage)
    agree(stage, einverstaendnis="verweigert")
    assert stage.ends() == ["end_kein_einverstaendnis"]


def test_an_agreement_must_be_in_writing(stage):
    until_capacity(stage)
    with pytest.raises(Refused):
        agree(stage, schriftlich=False)


def test_agreement_is_reminded_after_two_weeks(stage):
    until_capacity(stage)
    stage.at("2026-01-26 00:00")
    assert stage.waiting() == ["ut_einverstaendnis", "ut_einverstaendnis_erinnerung"]
    agree(stage)
    assert stage.waiting() == ["ut_uebergabegespraech"]


def test_a_hand_over_apart_needs_a_reason(stage):
    until_capacity(stage)
    agree(stage)
    with pytest.raises(AssertionError):
        stage.complete(KIBIZ, "ut_uebergabegespraech", datum="2026-01-12", form="getrennt")


def test_the_hand_over_sets_the_first_visit_and_writes_the_letter(stage):
    fill_team(stage, 19)
    until_capacity(stage)
    agree(stage)
    hand_over(stage)
    stage.tick()
    page = stage.case_page(KIBIZ)
    assert "nimmt teil" in page
    assert "(PDF)" in page
    assert stage.incidents() == []
