"""P4: what may happen at any time while a family is accompanied, and ends with it."""

from datetime import date

import pytest

from engine import clock
from engine.casefile import einwilligungen
from tests.processes import records
from tests.processes.begleitung import (
    ASD,
    KIBIZ,
    LEAD,
    MOTHER,
    REHA,
    SIBLING,
    TEEN,
    accompany,
    ended,
    letters,
    press,
    said,
    sent_to,
    tell,
)
from tests.processes.stage import Refused, token
from web.database import write

PROCESS = "kibiz_begleitung"
TALK = "ut_kooperationsplan"


def handed_back(stage):
    """Return why the family goes back, or None while it stays."""
    told = records.kept(stage, "msg_start_rueckgabe")
    assert bool(told) is ("end_rueckgabe" in ended(stage, PROCESS))
    return told[0]["grund"] if told else None


def consent(stage, person_id, recipient, purpose, art="kommunikation"):
    """Record a written consent; return its number."""
    answer = {
        "person_id": int(person_id),
        "art": art,
        "einverstaendnis": "erteilt",
        "empfaenger": recipient,
        "zweck": purpose,
        "datenumfang": None,
        "datum": clock.today(),
        "schriftlich": True,
        "gueltig_bis": None,
    }
    with stage.app.app_context():
        (number,) = write(lambda s: einwilligungen.record(s, stage.case, [answer]))
    return str(number)


# --- referral ---------------------------------------------------------------------------------


def refer(stage, partner="schuldnerberatung", send=True, **changes):
    answers = {
        "beratungsthema": "finanzen",
        "netzwerkpartner": partner,
        "hinweis_beratungsansatz": True,
        "mit_datenuebermittlung": send,
        "daten_art": "zweckgebunden" if send else None,
    }
    stage.press(KIBIZ, "An Netzwerkpartner verweisen")
    stage.complete(KIBIZ, "ut_verweis", **said(answers | changes))


def test_a_family_best_goes_itself(stage):
    accompany(stage)
    refer(stage, send=False)
    assert (stage.waiting(), sent_to(stage)) == ([TALK], [])


def test_a_consent_lets_the_partner_know(stage):
    mother, _ = accompany(stage)
    consent(stage, mother, "schuldnerberatung", "verweis")
    refer(stage)
    assert (sent_to(stage), letters(stage)) == ([("schuldnerberatung", "verweis")], ["L03_verweis"])


def settle(stage, outcome, **more):
    stage.complete(KIBIZ, "ut_einwilligung_klaeren", ergebnis=outcome, **more)


def test_without_a_consent_it_is_asked_for(stage):
    mother, _ = accompany(stage)
    refer(stage)
    assert sent_to(stage) == []
    settle(stage, "eingeholt", person=mother, datum="2026-01-12", schriftlich=True)
    assert (stage.waiting(), sent_to(stage)) == ([TALK], [("schuldnerberatung", "verweis")])


def test_a_refused_consent_sends_nothing(stage):
    accompany(stage)
    refer(stage)
    settle(stage, "verweigert")
    assert (stage.waiting(), sent_to(stage)) == ([TALK], [])


def test_what_was_entrusted_needs_the_consent_of_who_entrusted_it(stage):
    mother, child = accompany(stage)
    consent(stage, child, "schuldnerberatung", "verweis")
    refer(stage, daten_art="anvertraut", anvertraut_von=mother)
    assert "ut_einwilligung_klaeren" in stage.waiting()


@pytest.mark.parametrize("decision", ["senden", "nicht_senden"])
def test_what_goes_to_the_youth_office_may_be_decided(stage, decision):
    accompany(stage)
    refer(stage, partner="fb51")
    stage.complete(LEAD, "ut_weitergabe_entscheiden", entscheidung=decision, begruendung="Anlage A")
    expected = [("fb51", "verweis")] if decision == "senden" else []
    assert (stage.waiting(), sent_to(stage)) == ([TALK], expected)


# --- transitions ------------------------------------------------------------------------------


def plan(stage, child=None, **changes):
    answers = {
        "uebergang_art": "einschulung",
        "uebergang_datum": "2026-09-03",
        "kind_id": child,
        "unterstuetzungsplan": "Gemeinsam zur Schule",
    }
    stage.press(KIBIZ, "Übergang melden")
    stage.complete(KIBIZ, "ut_intensivbegleitung", **said(answers | changes))


def test_a_transition_without_contacts_needs_nothing_more(stage):
    _, child = accompany(stage)
    plan(stage, child)
    assert (stage.waiting(), stage.incidents()) == ([TALK], [])


def test_contacts_follow_their_interval_until_the_phase_is_over(stage):
    _, child = accompany(stage)
    plan(stage, child, kontaktintervall_wochen=2)
    stage.at("2026-01-25 23:59")
    assert stage.waiting() == [TALK]
    stage.at("2026-01-26 00:00")
    stage.complete(KIBIZ, "ut_intensiv_kontakt", intensivphase_weiter=True)
    assert stage.waiting() == [TALK]
    stage.at("2026-02-09 00:00")
    stage.complete(KIBIZ, "ut_intensiv_kontakt", intensivphase_weiter=False)
    stage.at("2026-02-23 00:00")
    assert stage.waiting() == [TALK]


def test_two_transitions_keep_their_own_intervals(stage):
    _, child = accompany(stage)
    plan(stage, child, kontaktintervall_wochen=2)
    plan(stage, child, kontaktintervall_wochen=4)
    stage.at("2026-01-26 00:00")
    assert stage.waiting() == ["ut_intensiv_kontakt", TALK]
    stage.complete(KIBIZ, "ut_intensiv_kontakt", intensivphase_weiter=False)
    stage.at("2026-02-09 00:00")
    assert stage.waiting() == ["ut_intensiv_kontakt", TALK]


def test_an_interval_has_its_bounds(stage):
    _, child = accompany(stage)
    with pytest.raises(Refused):
        plan(stage, child, kontaktintervall_wochen=9)


def test_a_child_that_is_born_is_followed_from_then_on(stage):
    accompany(stage, schwanger=True)
    plan(
        stage,
        uebergang_art="geburt",
        uebergang_datum="2026-01-10",
        kind__vorname="Finn",
        kind__geburtsdatum="2026-01-10",
    )
    assert (stage.waiting(), stage.incidents()) == ([TALK], [])
    assert "Finn" in stage.case_page(KIBIZ)
    stage.at("2040-01-10 00:00")
    assert "ut_schulende_klaeren" in stage.waiting()


# --- other help, and standstill ---------------------------------------------------------------


def check(stage, useful):
    stage.press(KIBIZ, "Hilfe zur Erziehung bekannt geworden")
    stage.complete(
        KIBIZ,
        "ut_hze_pruefung_alle",
        datum="2026-01-12",
        beteiligte=["familie", "ifk_kibiz", "asd"],
        ersatz_fuer_familienhilfe=False,
        tueroeffner_fuer_hze=False,
        teilnahme_zielfuehrend=useful,
        begruendung="Gemeinsam besprochen",
    )


@pytest.mark.parametrize("useful, ground", [("ja", None), ("nein", "hze_nicht_zielfuehrend")])
def test_all_involved_check_whether_kibiz_helps_beside_other_help(stage, useful, ground):
    accompany(stage)
    check(stage, useful)
    assert handed_back(stage) == ground


@pytest.mark.parametrize("advice, ground", [("fortfuehren", None), ("rueckgabe", "stagnation")])
def test_a_standstill_is_talked_over_with_family_and_lead(stage, advice, ground):
    accompany(stage)
    stage.press(KIBIZ, "Stillstand melden")
    stage.complete(
        KIBIZ,
        "ut_stagnation_abstimmung",
        stagnation_seit="2025-06-01",
        veraenderung_absehbar=False,
        haltung_familie="Wir sind müde",
    )
    assert "Wir sind müde" in stage.show(LEAD, "ut_ruecksprache_teamleitung").text
    stage.complete(LEAD, "ut_ruecksprache_teamleitung", empfehlung=advice, begruendung="Lage")
    assert handed_back(stage) == ground
    if ground:
        (told,) = records.kept(stage, "msg_start_rueckgabe")
        assert (told["tl_entscheidung"], told["ausloeser"]) == ("rueckgabe", "teamleitung")


# --- Reha for an adult ------------------------------------------------------------------------


def hint(stage, *persons):
    mother, *_ = accompany(stage, *persons)
    press(stage, KIBIZ, "Hinweis auf Reha-Bedarf melden", person_id=mother)
    return mother


def claim(stage, answer):
    stage.complete(REHA, "ut_reha_pruefung", reha_anspruch=answer, datum="2026-01-12")


def talk_over(stage):
    stage.complete(
        REHA, "ut_fallbesprechung_reha", datum="2026-01-12", teilnehmende=["ifk_kibiz", "ifk_reha"]
    )


def test_a_claim_moves_the_adult_and_the_rest_stays(stage):
    hint(stage)
    assert sent_to(stage) == []
    assert "keine Einwilligung" in stage.show(REHA, "ut_reha_pruefung").text
    claim(stage, "ja")
    talk_over(stage)
    assert (handed_back(stage), stage.waiting(), stage.incidents()) == (None, [TALK], [])
    stage.at("2026-03-08 23:59")
    assert stage.waiting() == [TALK]
    stage.at("2026-03-09 00:00")
    assert "ut_austausch_ifk" in stage.waiting()


def test_the_professionals_meet_every_eight_weeks(stage):
    mother, _ = accompany(stage, due="2026-12-01")
    for who in (mother, "7"):
        values = {"person_id": who, "zustaendigkeit": "uesb"}
        tell(stage, "msg_zustaendigkeit_geaendert", **values)
    stage.at("2026-03-09 00:00")
    assert stage.waiting() == ["ut_austausch_ifk", "ut_austausch_ifk", TALK]
    stage.at("2026-03-11 10:00")
    stage.complete(KIBIZ, "ut_austausch_ifk", datum="2026-03-10", inhalt="Schule läuft")
    assert stage.waiting() == ["ut_austausch_ifk", TALK]
    stage.at("2026-05-04 23:59")
    assert stage.waiting() == ["ut_austausch_ifk", TALK]
    stage.at("2026-05-05 00:00")
    assert stage.waiting() == ["ut_austausch_ifk", "ut_austausch_ifk", TALK]


def test_without_a_claim_nothing_changes(stage):
    hint(stage)
    claim(stage, "nein")
    assert (handed_back(stage), stage.waiting()) == (None, [TALK])


def test_a_rest_without_a_child_in_reach_goes_back(stage):
    old = TEEN | {"geburtsdatum": date(2009, 5, 1), "schulende_datum": date(2026, 7, 15)}
    hint(stage, MOTHER, old)
    claim(stage, "ja")
    talk_over(stage)
    assert handed_back(stage) == "kriterien_entfallen"


def test_a_consent_sends_the_hint_as_a_letter(stage):
    mother, _ = accompany(stage)
    consent(stage, mother, "goe_ifk_reha", "uebergabe")
    press(stage, KIBIZ, "Hinweis auf Reha-Bedarf melden", person_id=mother)
    assert (sent_to(stage), letters(stage)) == ([("goe_ifk_reha", "uebergabe")], ["L08"])


def test_the_ifk_reha_is_reminded(stage):
    hint(stage)
    stage.at("2026-02-09 00:00")
    stage.complete(REHA, "ut_reha_pruefung_erinnerung", erledigt=True)
    stage.complete(REHA, "ut_reha_pruefung", reha_anspruch="nein", datum="2026-02-09")
    assert stage.waiting() == [TALK]


# --- a part of the family, a move, a child ----------------------------------------------------


@pytest.mark.parametrize("allowed", [True, False])
def test_only_by_exception_a_part_of_the_family_goes_ahead(stage, allowed):
    mother, _ = accompany(stage)
    press(
        stage,
        KIBIZ,
        "Leistungen enden für einen Teil",
        person_ids=[mother],
        sgb2_bezug_ende="2026-01-31",
        hilfefreiheit=True,
        beendigung_detail="arbeitsaufnahme",
        wohnort_nach_ende="stadt_goettingen",
    )
    stage.complete(LEAD, "ut_mischung_entscheiden", ausnahme=allowed, begruendung="Einzelfall")
    told = records.kept(stage, "msg_start_nachbetreuung")
    assert (stage.waiting(), bool(told)) == ([TALK], allowed)
    if allowed:
        assert (told[0]["teil_der_bg"], told[0]["mischung_ausnahme"]) == (True, True)
        assert (told[0]["person_ids"], told[0]["sgb2_bezug"]) == ([mother], True)


@pytest.mark.parametrize(
    "who, outside, ground",
    [
        ("ganze_bg", True, "kriterien_entfallen"),
        ("ganze_bg", False, None),
        ("teil", True, None),
    ],
)
def test_a_move_out_of_the_area_ends_it(stage, who, outside, ground):
    accompany(stage)
    press(
        stage,
        KIBIZ,
        "Umzug",
        umzug_datum="2026-03-01",
        betrifft=who,
        ausserhalb_altkreis=outside,
        ausserhalb_landkreis=False,
    )
    assert handed_back(stage) == ground


def test_changed_data_of_a_child_move_its_day(stage):
    _, child = accompany(stage, MOTHER, TEEN, due="2027-12-01")
    tell(stage, "msg_start_kind_uebergang", child, kind_id=child)
    press(stage, KIBIZ, "Daten des Kindes ändern", kind_id=child)
    page = stage.show(KIBIZ, "ut_kind_daten_aendern").text
    assert 'value="2027-07-15"' in page
    stage.complete(KIBIZ, "ut_kind_daten_aendern", schulende_datum="2028-07-31")
    stage.at("2026-07-15 00:00")
    assert (stage.waiting(), stage.incidents()) == ([TALK], [])
    stage.at("2027-07-03 00:00")
    assert stage.waiting() == [TALK, "ut_uebergang_vorbereiten"]


# --- suspected danger -------------------------------------------------------------------------


def suspect(stage, report=True):
    accompany(stage, due="2026-12-01")
    stage.press(KIBIZ, "Anhaltspunkte für Gefährdung")
    answers = {"anhaltspunkte": "Blaue Flecken", "insofa_beratung_datum": "2026-01-12"}
    stage.complete(KIBIZ, "ut_kwg_vermutung", meldung_asd=report, **answers)


def answer(stage, agreed):
    reason = {"ausnahmegrund": "Der ASD begleitet eng"} if agreed == "ja" else {}
    stage.complete(
        ASD,
        "ut_asd_entscheidung",
        asd_zustimmung=agreed,
        fachkraft="goe_asd.a",
        datum="2026-01-12",
        **reason,
    )


def test_a_worry_that_is_none_ends_with_the_advice(stage):
    suspect(stage, report=False)
    assert (stage.waiting(), sent_to(stage)) == ([TALK], [])


@pytest.mark.parametrize("agreed, ground", [("ja", None), ("nein", "kwg_asd")])
def test_the_asd_is_told_without_consent_and_decides(stage, agreed, ground):
    suspect(stage)
    assert sent_to(stage) == [("fb51", "kwg_meldung")]
    answer(stage, agreed)
    assert (handed_back(stage), stage.incidents()) == (ground, [])


def test_a_silent_asd_is_reminded_twice_and_then_the_family_goes_back(stage):
    suspect(stage)
    for day in ("2026-01-26", "2026-02-09"):
        stage.at(f"{day} 00:00")
        stage.complete(KIBIZ, "ut_asd_erinnern", erledigt=True)
    assert handed_back(stage) is None
    stage.at("2026-02-23 00:00")
    assert handed_back(stage) == "kwg_asd"


def test_a_suspicion_is_settled_even_after_the_end(stage):
    suspect(stage)
    tell(stage, "msg_altersgrenze_erreicht")
    assert stage.waiting() == ["ut_asd_entscheidung"]
    answer(stage, "nein")
    (told,) = records.kept(stage, "msg_start_rueckgabe")
    assert told["grund"] == "altersgrenze_alle_kinder"
    assert ended(stage, PROCESS) == ["end_rueckgabe", "ende_kwg_rueckgabe"]


# --- consents ---------------------------------------------------------------------------------


def revoke(stage, number):
    values = {"einwilligung_id": number, "widerrufen_am": "2026-01-12"}
    press(stage, KIBIZ, "Einwilligung ändern", **values)


def test_a_revoked_consent_to_take_part_ends_it(stage):
    mother, _ = accompany(stage)
    revoke(stage, consent(stage, mother, None, None, art="teilnahme"))
    assert handed_back(stage) == "widerruf_erziehungsberechtigter"
    assert stage.incidents() == []


def test_the_page_for_revocations_ends_it_as_well(stage):
    mother, _ = accompany(stage)
    number = consent(stage, mother, None, None, art="teilnahme")
    client, path = stage.client(KIBIZ), f"/faelle/{stage.case}/einwilligungen/{number}/widerrufen"
    fields = {"csrf_token": token(client.get(path)), "am": "2026-01-12"}
    assert client.post(path, data=fields).status_code == 303
    assert handed_back(stage) == "widerruf_erziehungsberechtigter"
    assert stage.incidents() == []


def test_a_revoked_consent_to_talk_only_stops_the_sending(stage):
    mother, _ = accompany(stage)
    revoke(stage, consent(stage, mother, "schuldnerberatung", "verweis"))
    assert handed_back(stage) is None
    refer(stage)
    assert "ut_einwilligung_klaeren" in stage.waiting()


def test_the_whole_family_revokes_all_its_consents(stage):
    mother, _ = accompany(stage, MOTHER, SIBLING)
    consent(stage, mother, None, None, art="teilnahme")
    press(stage, KIBIZ, "Einverständnis widerrufen", person_id=mother, umfang="familie")
    assert handed_back(stage) == "widerruf_familie"
    with stage.app.app_context():
        (found,) = write(lambda s: einwilligungen.consents(s, stage.case))
    assert found.widerrufen_am == date(2026, 1, 12)
