"""P4: a family is accompanied by KiBiZ: visits at home, agreed steps, and how it ends."""

from datetime import date

import pytest

from engine.model.kontakt import Kontakt
from tests.processes import kibiz, records
from tests.processes.begleitung import (
    KIBIZ,
    LEAD,
    MOTHER,
    SIBLING,
    accompany,
    ended,
    letters,
    press,
    said,
    tell,
)
from tests.processes.stage import Refused

PROCESS = "kibiz_begleitung"
FATHER = MOTHER | {"vorname": "Emre", "geburtsdatum": date(1985, 6, 3)}
#: Always open: the talk of the plan.
TALK = "ut_kooperationsplan"


def visit(stage, day, **changes):
    answers = {"kontakt_art": "hausbesuch", "datum": day, "schritte_besprechen": False}
    stage.press(KIBIZ, "Kontakt festhalten")
    stage.complete(KIBIZ, "ut_kontakt", **said(answers | changes))


def result(stage, outcome, **more):
    stage.complete(KIBIZ, "ut_hausbesuch_faellig", ergebnis=outcome, **more)


def handed_back(stage):
    """Return what the hand-back was told."""
    (told,) = records.kept(stage, "msg_start_rueckgabe")
    assert ended(stage, PROCESS) == ["end_rueckgabe"]
    return told


# --- visits at home ---------------------------------------------------------------------------


def test_a_visit_is_due_from_the_first_minute_of_its_last_day(stage):
    accompany(stage)
    stage.at("2026-03-08 23:59")
    assert stage.waiting() == [TALK]
    stage.at("2026-03-09 00:00")
    assert stage.waiting() == ["ut_hausbesuch_faellig", TALK]
    assert "überfällig" not in stage.show(KIBIZ, "ut_hausbesuch_faellig").text
    stage.at("2026-03-10 00:00")
    assert "überfällig" in stage.show(KIBIZ, "ut_hausbesuch_faellig").text


def test_a_visit_in_time_starts_the_eight_weeks_anew(stage):
    accompany(stage)
    stage.at("2026-02-20 15:00")
    visit(stage, "2026-02-20")
    stage.at("2026-03-09 00:00")
    assert stage.waiting() == [TALK]
    stage.at("2026-04-16 23:59")
    assert stage.waiting() == [TALK]
    stage.at("2026-04-17 00:00")
    assert stage.waiting() == ["ut_hausbesuch_faellig", TALK]


def test_a_visit_on_the_last_day_closes_the_task(stage):
    accompany(stage)
    stage.at("2026-03-09 08:00")
    visit(stage, "2026-03-09", notiz_sgb8="Das Kind hat ein eigenes Zimmer.")
    assert stage.waiting() == [TALK]
    (contact,) = records.rows(stage, Kontakt)
    assert contact.notiz_sgb8_id is not None
    stage.at("2026-05-04 00:00")
    assert stage.waiting() == ["ut_hausbesuch_faellig", TALK]


def test_an_earlier_visit_noted_later_does_not_turn_back_the_clock(stage):
    accompany(stage)
    stage.at("2026-02-20 15:00")
    visit(stage, "2026-02-20")
    visit(stage, "2026-02-01")
    stage.at("2026-04-17 00:00")
    assert stage.waiting() == ["ut_hausbesuch_faellig", TALK]


def test_a_talk_in_the_office_is_no_visit(stage):
    accompany(stage)
    stage.at("2026-03-01 12:00")
    visit(stage, "2026-03-01", kontakt_art="buero")
    stage.at("2026-03-09 00:00")
    assert stage.waiting() == ["ut_hausbesuch_faellig", TALK]


def test_a_contact_does_not_lie_ahead(stage):
    accompany(stage)
    with pytest.raises(Refused, match="in der Zukunft"):
        visit(stage, "2026-01-13")


def test_the_team_lead_learns_of_a_visit_a_week_overdue(stage):
    accompany(stage)
    stage.at("2026-03-15 23:59")
    assert "ut_hb_info_teamleitung" not in stage.waiting()
    stage.at("2026-03-16 00:00")
    assert stage.waiting() == ["ut_hausbesuch_faellig", "ut_hb_info_teamleitung", TALK]
    stage.complete(LEAD, "ut_hb_info_teamleitung", zur_kenntnis=True)
    assert stage.waiting() == ["ut_hausbesuch_faellig", TALK]


@pytest.mark.parametrize(
    "outcome, more, again",
    [
        ("durchgefuehrt", {"datum": "2026-03-09"}, "2026-05-04"),
        ("termin_vereinbart", {"termin": "2026-03-16"}, "2026-03-16"),
        ("entschuldigt_verschoben", {}, "2026-03-23"),
        ("nicht_erreicht", {"begruendung": "Niemand öffnet."}, "2026-03-23"),
        ("abgelehnt_grundsaetzlich", {}, "2026-03-23"),
    ],
)
def test_each_outcome_says_when_to_ask_again(stage, outcome, more, again):
    accompany(stage)
    stage.at("2026-03-09 09:00")
    result(stage, outcome, **more)
    assert "ut_hausbesuch_faellig" not in stage.waiting()
    assert ("ut_klaerendes_gespraech" in stage.waiting()) is (outcome == "abgelehnt_grundsaetzlich")
    stage.at(f"{again} 00:00")
    assert "ut_hausbesuch_faellig" in stage.waiting()
    late = outcome != "durchgefuehrt"
    assert ("überfällig" in stage.show(KIBIZ, "ut_hausbesuch_faellig").text) is late


@pytest.mark.parametrize("day", ["2026-03-09", "2026-03-24"])
def test_a_date_is_agreed_within_two_weeks(stage, day):
    accompany(stage)
    stage.at("2026-03-09 09:00")
    with pytest.raises(Refused, match="höchstens 14 Tage"):
        result(stage, "termin_vereinbart", termin=day)


def test_a_family_that_comes_back_from_the_hand_back_keeps_its_dates(stage):
    numbers = accompany(stage)
    tell(
        stage,
        "msg_start_begleitung",
        teilnahme_beginn="2026-01-12",
        hb_faellig_am="2026-02-16",
        kinder=numbers[1:],
        einwilligungen=[],
        hb_soll_am="2026-02-02",
        erstaufnahme_erledigt=True,
    )
    stage.at("2026-02-16 00:00")
    assert stage.waiting().count("ut_hausbesuch_faellig") == 1
    assert "überfällig" in stage.show(KIBIZ, "ut_hausbesuch_faellig").text


def test_the_hand_over_sets_the_first_date_and_follows_each_child(stage):
    kibiz.until_capacity(stage)
    kibiz.agree(stage)
    kibiz.hand_over(stage)
    assert stage.waiting() == ["ut_erstaufnahme", TALK]
    stage.at("2026-03-09 00:00")
    assert "ut_hausbesuch_faellig" in stage.waiting()
    stage.at("2029-06-10 00:00")
    assert "ut_schulende_klaeren" in stage.waiting()
    assert stage.incidents() == []


# --- the plan ---------------------------------------------------------------------------------

GOAL = {"zielbereich": "arbeit", "ziel_o_ton": "Ich will arbeiten", "rechtskreis": "sgb2"}
STEP = {
    "ziel_ref": "Ich will arbeiten",
    "schritt": "Beim Hort anrufen",
    "verantwortlich": "familie",
    "frist": "2026-03-30",
    "rechtskreis": "sgb8",
    "ressource_art": "sozialraum",
}


def agree(stage, day="2026-01-12", **changes):
    answers = {
        "datum": day,
        "kontakt_art": "buero",
        "ziele": [GOAL],
        "schritte": [STEP],
        "notiz_sgb8": "Vertraulich",
    }
    stage.complete(KIBIZ, TALK, **said(answers | changes))


def reflect(stage, way, day="2026-03-31", **more):
    stage.complete(KIBIZ, "ut_schritte_reflektieren", datum=day, weiteres_vorgehen=way, **more)


def test_steps_are_reflected_the_day_after_their_last_day(stage):
    accompany(stage, due="2026-12-01")
    agree(stage)
    assert (stage.waiting(), stage.incidents()) == ([], [])
    assert letters(stage) == ["L04"]
    stage.at("2026-03-30 23:59")
    assert stage.waiting() == []
    stage.at("2026-03-31 00:00")
    assert stage.waiting() == ["ut_schritte_reflektieren"]
    assert "Beim Hort anrufen" in stage.show(KIBIZ, "ut_schritte_reflektieren").text


def reflecting(stage, **changes):
    accompany(stage, due="2026-12-01")
    agree(stage, **changes)
    stage.at("2026-03-31 00:00")


def test_new_steps_lead_back_to_the_plan(stage):
    reflecting(stage)
    reflect(stage, "neue_schritte", schritt_ergebnisse=[{"schritt_id": "1", "erreicht": "ja"}])
    assert stage.waiting() == [TALK]


def test_more_time_may_be_given(stage):
    reflecting(stage)
    with pytest.raises(Refused, match="Zukunft"):
        reflect(stage, "frist_verlaengern", neue_frist="2026-03-31")
    partly = [{"schritt_id": "1", "erreicht": "teilweise"}]
    reflect(stage, "frist_verlaengern", neue_frist="2026-04-30", schritt_ergebnisse=partly)
    assert (stage.waiting(), stage.incidents()) == ([], [])
    stage.at("2026-04-30 23:59")
    assert stage.waiting() == []
    stage.at("2026-05-01 00:00")
    assert stage.waiting() == ["ut_schritte_reflektieren"]


def test_without_steps_the_next_talk_has_a_day(stage):
    accompany(stage, due="2026-12-01")
    none = {"schritte": None, "keine_schritte_grund": "Umzug"}
    agree(stage, **none, ziele=None, naechste_gespraech="2026-02-01")
    assert letters(stage) == ["L04"]
    stage.at("2026-02-02 00:00")
    assert stage.waiting() == ["ut_schritte_reflektieren"]
    reflect(stage, "frist_verlaengern", day="2026-02-02", neue_frist="2026-02-10")
    stage.at("2026-02-11 00:00")
    reflect(stage, "keine_weiteren", day="2026-02-11", naechste_gespraech="2026-04-01")
    stage.at("2026-04-02 00:00")
    assert (stage.waiting(), stage.incidents()) == (["ut_schritte_reflektieren"], [])


def test_a_family_that_does_not_follow_its_steps_is_asked_why(stage):
    reflecting(stage)
    reflect(
        stage,
        "mitwirkungsproblem",
        naechste_gespraech="2026-05-01",
        schritt_ergebnisse=[{"schritt_id": "1", "erreicht": "nein"}],
    )
    assert stage.waiting() == ["ut_klaerendes_gespraech"]


def test_a_transition_that_comes_up_is_planned(stage):
    reflecting(stage)
    reflect(
        stage,
        "keine_weiteren",
        naechste_gespraech="2026-05-01",
        uebergangsbedarf=True,
        schritt_ergebnisse=[{"schritt_id": "1", "erreicht": "ja"}],
    )
    assert stage.waiting() == ["ut_intensivbegleitung"]


def test_a_talk_opens_the_plan_again_and_earlier_steps_stay(stage):
    accompany(stage, due="2026-12-01")
    agree(stage)
    stage.at("2026-02-02 09:00")
    visit(stage, "2026-02-02", kontakt_art="telefonat", schritte_besprechen=True)
    assert stage.waiting() == [TALK]
    later = STEP | {"frist": "2026-06-30", "schritt": "Bewerbung schreiben"}
    agree(stage, day="2026-02-02", ziele=None, schritte=[later])
    stage.at("2026-03-31 00:00")
    page = stage.show(KIBIZ, "ut_schritte_reflektieren").text
    assert "Beim Hort anrufen" in page


def test_help_that_relieves_needs_a_way_out_of_it(stage):
    accompany(stage)
    with pytest.raises(Refused):
        agree(stage, entlastende_hilfe__aufgabe="Anträge ausfüllen")


# --- the first weeks --------------------------------------------------------------------------


def record_first(stage):
    stage.complete(
        KIBIZ,
        "ut_erstaufnahme",
        unterstuetzungssysteme=[{"art": "Großeltern", "stelle": "nebenan", "status": "vorhanden"}],
    )


def test_what_the_family_has_is_recorded_once(stage):
    accompany(stage, done=False)
    assert stage.waiting() == ["ut_erstaufnahme", TALK]
    record_first(stage)
    assert stage.waiting() == [TALK]


def test_a_birth_is_prepared(stage):
    accompany(stage, done=False, schwanger=True, schwangerschaftswoche=20)
    record_first(stage)
    stage.complete(KIBIZ, "ut_geburt_checkliste", antraege_geburt=["elterngeld", "kindergeld"])
    assert (stage.waiting(), stage.incidents()) == ([TALK], [])


# --- cooperation ------------------------------------------------------------------------------


def talk(stage, **changes):
    answers = {
        "nicht_zustande_gekommen": False,
        "datum": "2026-02-02",
        "teilnehmende": ["ifk_kibiz"],
        "hinweis_beendigung_erfolgt": True,
        "erwartungen": "Wir treffen uns jede Woche.",
    }
    stage.complete(KIBIZ, "ut_klaerendes_gespraech", **said(answers | changes))


def missing(stage, art="nicht_bereit"):
    accompany(stage, due="2026-12-01")
    stage.at("2026-02-02 09:00")
    press(stage, KIBIZ, "Fehlende Mitwirkung melden", art=art)


def judge(stage, better):
    proofs = {"nachweise": ["erreichbar"]} if better == "ja" else {}
    stage.complete(
        KIBIZ, "ut_mitwirkung_bewerten", verbessert=better, begruendung="Gespräch", **proofs
    )


def test_a_family_that_cooperates_again_stays(stage):
    missing(stage)
    talk(stage)
    assert letters(stage) == ["L05"]
    stage.at("2026-02-16 09:00")
    stage.press(KIBIZ, "Mitwirkung hat sich verbessert")
    judge(stage, "ja")
    stage.at("2026-03-03 00:00")
    assert (stage.waiting(), ended(stage, PROCESS)) == ([TALK], [])
    press(stage, KIBIZ, "Fehlende Mitwirkung melden", art="nicht_bereit")
    assert "ut_klaerendes_gespraech" in stage.waiting()


def test_the_hint_to_the_end_must_have_been_given(stage):
    missing(stage)
    with pytest.raises(Refused):
        talk(stage, hinweis_beendigung_erfolgt=None)


def test_only_one_clarification_runs_at_a_time(stage):
    missing(stage)
    press(stage, KIBIZ, "Fehlende Mitwirkung melden", art="nicht_bereit")
    assert stage.waiting().count("ut_klaerendes_gespraech") == 1


@pytest.mark.parametrize(
    "art, ground",
    [("nicht_bereit", "mitwirkung_verweigert"), ("hausbesuch_abgelehnt", "hausbesuch_abgelehnt")],
)
def test_after_four_weeks_without_change_the_family_goes_back(stage, art, ground):
    missing(stage, art)
    talk(stage)
    stage.at("2026-02-10 09:00")
    stage.press(KIBIZ, "Mitwirkung hat sich verbessert")
    judge(stage, "nein")
    assert stage.waiting() == [TALK]
    stage.at("2026-03-02 23:59")
    assert stage.waiting() == [TALK]
    stage.at("2026-03-03 00:00")
    judge(stage, "nein")
    told = handed_back(stage)
    assert (told["grund"], told["klaerung_erfolgt"], told["ausloeser"]) == (
        ground,
        True,
        "ifk_kibiz",
    )


def test_a_talk_that_did_not_happen_begins_the_four_weeks_with_the_letter(stage):
    missing(stage)
    talk(
        stage,
        nicht_zustande_gekommen=True,
        datum=None,
        teilnehmende=None,
        hinweis_beendigung_erfolgt=None,
        einladung_schriftlich_datum="2026-02-02",
    )
    assert letters(stage) == ["L05"]
    stage.at("2026-03-03 00:00")
    assert "ut_mitwirkung_bewerten" in stage.waiting()


# --- how it ends ------------------------------------------------------------------------------


def test_one_parent_is_enough_to_end_it_at_once(stage):
    _, father, _ = accompany(stage, MOTHER, FATHER, SIBLING)
    stage.at("2026-03-04 10:00")
    who = {"person_id": father, "umfang": "erziehungsberechtigter"}
    press(stage, KIBIZ, "Einverständnis widerrufen", **who)
    told = handed_back(stage)
    assert (told["grund"], told["datum"]) == ("widerruf_erziehungsberechtigter", "2026-03-04")
    assert (told["ausloeser"], told["klaerung_erfolgt"]) == ("familie", False)
    assert (stage.waiting(), stage.incidents()) == ([], [])


@pytest.mark.parametrize("reason", [None, "Enge Begleitung durch den ASD"])
def test_the_asd_may_agree_to_go_on_or_the_family_goes_back(stage, reason):
    accompany(stage)
    agreed = {"asd_zustimmung_weiterbetreuung": reason is not None, "ausnahmegrund": reason}
    tell(stage, "msg_asd_kwg_festgestellt", **agreed)
    if reason:
        assert (stage.waiting(), records.kept(stage, "msg_start_rueckgabe")) == ([TALK], [])
        stage.at("2026-03-09 00:00")
        assert "ut_hausbesuch_faellig" in stage.waiting()
        return
    (told,) = records.kept(stage, "msg_start_rueckgabe")
    assert (told["grund"], told["ausloeser"]) == ("kwg_asd", "asd")
    assert set(ended(stage, PROCESS)) == {"end_kwg_gemeldet", "end_rueckgabe"}
    assert stage.waiting() == []


@pytest.mark.parametrize(
    "message, values, ground",
    [
        (
            "msg_asd_ablehnung",
            {"datum": "2026-01-12", "grund_kategorie": "schutzplan"},
            "ablehnung_asd",
        ),
        ("msg_altersgrenze_erreicht", {}, "altersgrenze_alle_kinder"),
    ],
)
def test_what_others_say_ends_it(stage, message, values, ground):
    accompany(stage)
    tell(stage, message, **values)
    assert handed_back(stage)["grund"] == ground


def test_a_professional_may_hand_the_family_back(stage):
    accompany(stage)
    press(stage, KIBIZ, "Rückgabe einleiten", grund="kriterien_entfallen")
    told = handed_back(stage)
    assert (told["klaerung_erfolgt"], told["tl_entscheidung"]) == (False, None)
    assert (told["hb_faellig_am"], told["hb_soll_am"]) == ("2026-03-09", "2026-03-09")


def test_the_end_of_benefits_leads_to_the_after_care(stage):
    numbers = accompany(stage, MOTHER, SIBLING)
    press(
        stage,
        KIBIZ,
        "Ende der Leistungen melden",
        sgb2_bezug_ende="2026-01-31",
        hilfefreiheit=True,
        beendigung_detail="arbeitsaufnahme",
        wohnort_nach_ende="landkreis_goettingen",
    )
    (told,) = records.kept(stage, "msg_start_nachbetreuung")
    assert (told["sgb2_bezug"], told["teil_der_bg"]) == (False, False)
    assert (told["person_ids"], told["sgb2_bezug_ende"]) == (numbers, "2026-01-31")
    assert ended(stage, PROCESS) == ["end_hilfebeduerftigkeit_beendet"]


def test_the_end_reaches_each_child(stage):
    _, child = accompany(stage)
    tell(stage, "msg_start_kind_uebergang", child, kind_id=child)
    tell(stage, "msg_altersgrenze_erreicht")
    assert ended(stage, "kibiz_kind_uebergang") == ["end_entfallen"]


def test_nothing_said_to_an_ended_accompaniment_reaches_the_next(stage):
    accompany(stage)
    tell(stage, "msg_altersgrenze_erreicht")
    assert records.kept(stage, "msg_teilnahme_beendet") == []
