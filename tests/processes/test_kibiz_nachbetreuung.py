"""P6: a family without benefits is followed up, actively and then on its own request."""

from datetime import date

import pytest
from lxml import html

from engine import clock
from engine.casefile import places
from engine.model.case import Bg
from engine.model.kontakt import Kontakt
from engine.model.person import Person
from tests.processes import begleitung, records
from tests.processes.begleitung import tell
from tests.processes.kibiz import ASD, CHILD, IFK, KIBIZ, LEAD, fill_team
from tests.processes.participants import TEAM, letters, refuse_all, take_part
from tests.processes.stage import Refused, fill_in
from web.database import db

pytestmark = pytest.mark.slow

GIVEN = {
    "sgb2_bezug": False,
    "sgb2_bezug_ende": "2026-01-31",
    "hilfefreiheit": True,
    "teil_der_bg": False,
    "mischung_ausnahme": False,
    "beendigung_detail": "arbeitsaufnahme",
    "wohnort_nach_ende": "landkreis_goettingen",
}
PART = {"teil_der_bg": True, "mischung_ausnahme": True, "sgb2_bezug": True}
ABROAD = {"ausserhalb_altkreis": True, "ausserhalb_landkreis": True, "betrifft": "ganze_bg"}


@pytest.fixture(autouse=True)
def in_february(stage):
    stage.at("2026-02-01 09:00")


def begin(stage, *children, **changes):
    take_part(stage, *children)
    given = GIVEN | {"person_ids": [stage.adult()]} | changes
    tell(stage, "msg_start_nachbetreuung", **given)
    assert stage.incidents() == []


def agree(stage, **changes):
    answers = {
        "gewuenscht": True,
        "nachbetreuung_ziel": "In Arbeit bleiben",
        "nachbetreuung_aufgaben": [{"aufgabe": "Kita-Zeiten klären", "wer": "Familie"}],
    }
    stage.complete(KIBIZ, "ut_nb_vereinbarung", **answers | changes)
    assert stage.incidents() == []


def active(stage, **changes):
    begin(stage, **changes)
    agree(stage)


def passive(stage, **changes):
    active(stage, **changes)
    stage.at("2026-08-01 00:00")


def decide_duration(stage, months=None, phase="aktiv"):
    answers = {"phase": phase, "begruendung": "Umzug in eine neue Schule"}
    if months is None:
        stage.complete(LEAD, "ut_dauer_entscheiden", entscheidung="abgelehnt", **answers)
    else:
        answers |= {"entscheidung": "genehmigt", "neue_dauer_monate": months}
        stage.complete(LEAD, "ut_dauer_entscheiden", **answers)


def push(stage, person, label, **answers):
    """Use a button that asks something first."""
    client = stage.client(person)
    page = html.fromstring(client.get(f"/faelle/{stage.case}").text)
    (link,) = {a.get("href") for a in page.iter("a") if a.text_content().strip() == label}
    answer = fill_in(client, link, client.get(link), answers)
    if answer.status_code != 303:
        raise Refused(answer.text)


def move(stage, **changes):
    answers = ABROAD | {"umzug_datum": "2026-05-10"} | changes
    push(stage, KIBIZ, "Umzug melden", **answers)


def benefits_again(stage, who=IFK):
    push(stage, who, "Erneuten Leistungsbezug melden", datum=clock.today())


def touch(stage, **changes):
    stage.press(KIBIZ, "Kontakt in der Nachbetreuung erfassen")
    answers = {"kontakt_art": "telefonat", "datum": clock.today()}
    stage.complete(KIBIZ, "ut_nb_kontakt", **answers | changes)


def status(stage):
    with stage.app.app_context():
        return db.session.get_one(Bg, stage.case).teilnahme_status


def occupied(stage):
    with stage.app.app_context():
        return places.taken(db.session, TEAM)


def contacts(stage):
    return [(row.kontakt_art, row.datum) for row in records.rows(stage, Kontakt)]


def ends(stage):
    """Return the ends of the after-care itself; its side paths have ends of their own."""
    found = begleitung.ended(stage, "kibiz_nachbetreuung")
    return [end for end in found if end.startswith("end_")]


def noted(stage):
    """Whether the only contact has a protected note."""
    (row,) = records.rows(stage, Kontakt)
    return row.notiz_sgb8_id is not None


def closed(stage, reason):
    """Whether the case was closed and its end was told."""
    (told,) = records.kept(stage, "msg_fall_beendet")
    assert (told["verfahren"], told["grund"]) == ("P6", reason)
    return records.case(stage).status == "beendet"


def ended_part(stage):
    """Whether the case of the others goes on."""
    return records.kept(stage, "msg_fall_beendet") == [] and occupied(stage) == 1


# --- whether there is one --------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{"hilfefreiheit": False}, {"wohnort_nach_ende": "ausserhalb"}])
def test_without_after_care_the_place_is_free_and_the_case_ends(stage, changes):
    begin(stage, **changes)
    assert ends(stage) == ["end_ohne_nachbetreuung"]
    assert occupied(stage) == 0
    assert letters(stage) == ["L09"]
    assert closed(stage, "ohne_nachbetreuung")
    assert status(stage) == "beendet"


@pytest.mark.parametrize(
    "changes",
    [
        {"sgb2_bezug": True, "hilfefreiheit": False},
        {"sgb2_bezug": True, "teil_der_bg": True},
        {"teil_der_bg": True, "wohnort_nach_ende": "stadt_goettingen"},
    ],
)
def test_whoever_belongs_to_the_others_stays_in_the_participation(stage, changes):
    begin(stage, **changes)
    assert ends(stage) == ["end_bleibt_teilnahme"]
    assert letters(stage) == []
    assert ended_part(stage)


@pytest.mark.parametrize(("choice", "end"), [("aktiv", None), ("keine", "end_ohne_nachbetreuung")])
def test_the_team_lead_decides_what_is_unclear(stage, choice, end):
    begin(stage, hilfefreiheit=None)
    stage.complete(
        LEAD, "ut_nachbetreuung_entscheiden", nachbetreuung=choice, begruendung="Nach Gespräch"
    )
    assert ends(stage) == ([end] if end else [])
    assert stage.waiting() == ([] if end else ["ut_nb_vereinbarung"])


def test_a_whole_family_cannot_stay_in_the_participation(stage):
    answers = {"nachbetreuung": "keine_bleibt_teilnahme", "begruendung": "Nach Gespräch"}
    begin(stage, hilfefreiheit=None)
    with pytest.raises(Refused, match="noch Leistungen"):
        stage.complete(LEAD, "ut_nachbetreuung_entscheiden", **answers)


def test_a_part_of_a_family_can(stage):
    begin(stage, hilfefreiheit=None, **PART)
    stage.complete(
        LEAD,
        "ut_nachbetreuung_entscheiden",
        nachbetreuung="keine_bleibt_teilnahme",
        begruendung="Nach Gespräch",
    )
    assert ends(stage) == ["end_bleibt_teilnahme"]


def test_the_family_may_do_without(stage):
    begin(stage)
    stage.complete(KIBIZ, "ut_nb_vereinbarung", gewuenscht=False)
    assert ends(stage) == ["end_verzicht"]
    assert occupied(stage) == 0
    assert letters(stage) == ["L09"]
    assert closed(stage, "verzicht")


def test_a_goal_is_needed(stage):
    begin(stage)
    with pytest.raises(Refused):
        agree(stage, nachbetreuung_ziel="")


def test_the_end_of_the_benefits_leads_from_the_accompaniment_to_the_after_care(stage):
    numbers = take_part(stage)
    tell(
        stage,
        "msg_start_begleitung",
        teilnahme_beginn="2026-01-12",
        hb_faellig_am="2026-03-09",
        hb_soll_am=None,
        erstaufnahme_erledigt=True,
        kinder=numbers,
        einwilligungen=[],
    )
    push(
        stage,
        KIBIZ,
        "Ende der Leistungen melden",
        sgb2_bezug_ende="2026-01-31",
        hilfefreiheit=True,
        beendigung_detail="arbeitsaufnahme",
        wohnort_nach_ende="landkreis_goettingen",
    )
    assert stage.waiting() == ["ut_nb_vereinbarung"]
    agree(stage)
    assert (occupied(stage), status(stage)) == (0, "nachbetreuung_aktiv")


# --- the two phases --------------------------------------------------------------------------


def test_six_and_twelve_months(stage):
    active(stage)
    assert (occupied(stage), status(stage)) == (0, "nachbetreuung_aktiv")
    assert letters(stage) == ["L09"]
    stage.at("2026-07-31 23:59")
    assert status(stage) == "nachbetreuung_aktiv"
    stage.at("2026-08-01 00:00")
    assert status(stage) == "nachbetreuung_passiv"
    assert stage.waiting() == []
    stage.at("2027-07-31 23:59")
    assert ends(stage) == []
    stage.at("2027-08-01 00:00")
    assert ends(stage) == ["end_nachbetreuung_abgeschlossen"]
    assert stage.waiting() == []
    assert letters(stage) == ["L09", "L09"]
    assert closed(stage, "nachbetreuung_abgeschlossen")


def test_a_phase_ends_with_a_short_month(stage):
    stage.at("2025-09-01 09:00")
    active(stage, sgb2_bezug_ende="2025-08-30")
    stage.at("2026-02-28 23:59")
    assert status(stage) == "nachbetreuung_aktiv"
    stage.at("2026-03-01 00:00")
    assert status(stage) == "nachbetreuung_passiv"


def test_from_the_first_of_a_month_to_its_last_day(stage):
    stage.at("2025-09-01 09:00")
    active(stage, sgb2_bezug_ende="2025-08-31")
    stage.at("2026-02-28 23:59")
    assert status(stage) == "nachbetreuung_aktiv"
    stage.at("2026-03-01 00:00")
    assert status(stage) == "nachbetreuung_passiv"


def test_families_in_after_care_take_no_place(stage):
    fill_team(stage, taken=20)
    for _ in range(6):
        active(stage)
    assert occupied(stage) == 20


def test_a_place_that_is_free_goes_to_the_next_family_once(stage):
    active(stage)
    stage.press(KIBIZ, "Familie verzichtet auf Nachbetreuung")
    assert records.happened(stage, "st_platz_freigeben") != []
    assert records.happened(stage, "st_platz_freigeben_ende") == []


# --- contacts in the active phase ------------------------------------------------------------


def test_a_contact_is_kept_and_moves_the_next_reminder(stage):
    active(stage)
    stage.at("2026-03-01 09:00")
    touch(stage, entwicklung_kinder="Ben liest gern.")
    assert contacts(stage) == [("telefonat", date(2026, 3, 1))]
    assert noted(stage)
    stage.at("2026-04-11 23:59")
    assert stage.waiting() == []
    stage.at("2026-04-12 00:00")
    assert stage.waiting() == ["ut_nb_kontakt_aufnehmen"]


@pytest.mark.parametrize("art", ["hausbesuch", "terminbegleitung"])
def test_a_visit_needs_a_reason(stage, art):
    active(stage)
    stage.press(KIBIZ, "Kontakt in der Nachbetreuung erfassen")
    answers = {"kontakt_art": art, "datum": "2026-02-01"}
    with pytest.raises(Refused):
        stage.complete(KIBIZ, "ut_nb_kontakt", begruendung="", **answers)
    stage.complete(KIBIZ, "ut_nb_kontakt", begruendung="Ämtergang", **answers)
    assert contacts(stage) == [(art, date(2026, 2, 1))]


def test_after_six_weeks_somebody_gets_in_touch(stage):
    active(stage)
    stage.at("2026-03-14 23:59")
    assert stage.waiting() == []
    stage.at("2026-03-15 00:00")
    stage.complete(
        KIBIZ,
        "ut_nb_kontakt_aufnehmen",
        ergebnis="nicht_erreicht",
        datum="2026-03-15",
        kontakt_art="telefonat",
    )
    assert contacts(stage) == [("telefonat", date(2026, 3, 15))]
    stage.at("2026-04-26 00:00")
    assert stage.waiting() == ["ut_nb_kontakt_aufnehmen"]


def test_open_tasks_do_not_delay_the_passive_phase(stage):
    active(stage)
    stage.at("2026-07-30 09:00")
    assert stage.waiting() == ["ut_nb_kontakt_aufnehmen"]
    stage.at("2026-08-01 00:00")
    assert (stage.waiting(), status(stage)) == ([], "nachbetreuung_passiv")


def test_a_contact_that_is_being_written_down_does_not_either(stage):
    active(stage)
    stage.press(KIBIZ, "Kontakt in der Nachbetreuung erfassen")
    stage.at("2026-08-01 00:00")
    assert (stage.waiting(), status(stage)) == ([], "nachbetreuung_passiv")


# --- another duration ------------------------------------------------------------------------


def test_nine_months_move_both_ends(stage):
    active(stage)
    stage.at("2026-06-01 09:00")
    stage.complete(
        KIBIZ,
        "ut_nb_kontakt_aufnehmen",
        ergebnis="erreicht",
        datum="2026-06-01",
        kontakt_art="telefonat",
    )
    stage.press(KIBIZ, "Andere Dauer beantragen")
    decide_duration(stage, months=9)
    stage.at("2026-10-31 23:59")
    assert status(stage) == "nachbetreuung_aktiv"
    stage.at("2026-11-01 00:00")
    assert status(stage) == "nachbetreuung_passiv"
    stage.at("2027-10-31 23:59")
    assert ends(stage) == []
    stage.at("2027-11-01 00:00")
    assert ends(stage) == ["end_nachbetreuung_abgeschlossen"]


def test_what_is_refused_changes_nothing(stage):
    active(stage)
    stage.press(KIBIZ, "Andere Dauer beantragen")
    decide_duration(stage)
    assert "neue Schule" in stage.show(KIBIZ, "ut_dauer_abgelehnt").text
    stage.complete(KIBIZ, "ut_dauer_abgelehnt", zur_kenntnis=True)
    stage.at("2026-08-01 00:00")
    assert status(stage) == "nachbetreuung_passiv"


def test_a_duration_may_be_agreed_at_once(stage):
    begin(stage)
    agree(stage, dauer_abweichung=True)
    assert (stage.waiting(), occupied(stage)) == (["ut_dauer_entscheiden"], 1)
    decide_duration(stage, months=1)
    assert (occupied(stage), status(stage)) == (0, "nachbetreuung_aktiv")
    stage.at("2026-03-01 00:00")
    assert status(stage) == "nachbetreuung_passiv"


def test_the_first_decision_waits_as_long_as_it_takes(stage):
    begin(stage)
    agree(stage, dauer_abweichung=True)
    stage.at("2026-09-01 09:00")
    assert stage.waiting() == ["ut_dauer_entscheiden"]


def test_doing_without_before_the_first_decision_frees_the_place(stage):
    begin(stage)
    agree(stage, dauer_abweichung=True)
    stage.press(KIBIZ, "Familie verzichtet auf Nachbetreuung")
    assert (ends(stage), occupied(stage)) == (["end_verzicht"], 0)


def test_an_open_decision_does_not_delay_the_passive_phase(stage):
    active(stage)
    stage.press(KIBIZ, "Andere Dauer beantragen")
    stage.at("2026-08-01 00:00")
    assert (stage.waiting(), status(stage)) == ([], "nachbetreuung_passiv")


def test_the_passive_phase_can_only_change_itself(stage):
    passive(stage)
    stage.press(KIBIZ, "Andere Dauer beantragen")
    with pytest.raises(Refused, match="schon vorbei"):
        decide_duration(stage, months=9)
    decide_duration(stage, months=3, phase="passiv")
    stage.at("2026-10-31 23:59")
    assert ends(stage) == []
    stage.at("2026-11-01 00:00")
    assert ends(stage) == ["end_nachbetreuung_abgeschlossen"]


@pytest.mark.parametrize("months", [0, 37, "viele"])
def test_a_duration_is_one_to_thirty_six_months(stage, months):
    active(stage)
    stage.press(KIBIZ, "Andere Dauer beantragen")
    with pytest.raises(Refused):
        decide_duration(stage, months=months)


# --- the passive phase -----------------------------------------------------------------------


def ask(stage, on_site):
    stage.press(KIBIZ, "Familie meldet sich")
    stage.complete(
        KIBIZ,
        "ut_anfrage_bearbeiten",
        anliegen="Streit mit der Schule",
        kontakt_art="telefonat",
        ausnahme_vor_ort=on_site,
    )


def test_a_request_is_answered_without_a_visit(stage):
    passive(stage)
    ask(stage, on_site=False)
    assert contacts(stage) == [("telefonat", date(2026, 8, 1))]
    assert noted(stage)
    assert stage.waiting() == []


def test_a_visit_is_an_exception_of_the_team_lead(stage):
    passive(stage)
    ask(stage, on_site=True)
    stage.complete(LEAD, "ut_ausnahme_teamleitung", entscheidung="genehmigt", grund="Einmalig")
    stage.complete(
        KIBIZ,
        "ut_vor_ort_termin",
        kontakt_art="hausbesuch",
        datum="2026-08-01",
        notiz_sgb8="Ruhig verlaufen.",
    )
    assert contacts(stage) == [("hausbesuch", date(2026, 8, 1))]
    assert noted(stage)


def test_a_refused_visit_leaves_the_telephone(stage):
    passive(stage)
    ask(stage, on_site=True)
    stage.complete(LEAD, "ut_ausnahme_teamleitung", entscheidung="abgelehnt", grund="Telefon")
    assert "Telefon" in stage.show(KIBIZ, "ut_ausnahme_abgelehnt").text
    stage.complete(KIBIZ, "ut_ausnahme_abgelehnt", zur_kenntnis=True)
    assert contacts(stage) == [("telefonat", date(2026, 8, 1))]
    stage.at("2027-08-01 00:00")
    assert ends(stage) == ["end_nachbetreuung_abgeschlossen"]


# --- ends on the way -------------------------------------------------------------------------


@pytest.mark.parametrize("reach", [active, passive])
def test_the_family_may_do_without_at_any_time(stage, reach):
    reach(stage)
    stage.press(KIBIZ, "Familie verzichtet auf Nachbetreuung")
    assert ends(stage) == ["end_verzicht"]
    assert letters(stage) == ["L09", "L09"]


def test_whoever_moves_to_the_city_goes_on(stage):
    active(stage)
    move(stage, ausserhalb_landkreis=False)
    assert ends(stage) == []
    assert status(stage) == "nachbetreuung_aktiv"


def test_whoever_moves_away_ends(stage):
    active(stage)
    stage.at("2026-05-10 09:00")
    move(stage)
    assert ends(stage) == ["end_umzug"]
    assert letters(stage) == ["L09"]
    assert closed(stage, "umzug")


@pytest.mark.parametrize(("part", "ended"), [({}, []), (PART, ["end_umzug"])])
def test_a_part_that_moves_away_ends_only_its_own(stage, part, ended):
    active(stage, **part)
    move(stage, betrifft="teil")
    assert ends(stage) == ended


def test_a_part_of_a_family_leaves_the_others_alone(stage):
    active(stage, **PART)
    assert status(stage) is None
    stage.press(KIBIZ, "Familie verzichtet auf Nachbetreuung")
    assert ends(stage) == ["end_verzicht"]
    assert ended_part(stage)


# --- benefits again --------------------------------------------------------------------------


@pytest.mark.parametrize("who", [IFK, KIBIZ])
def test_with_benefits_again_the_family_comes_back(stage, who):
    active(stage)
    benefits_again(stage, who)
    assert "end_erneuter_bezug" in ends(stage)
    assert records.kept(stage, "msg_fall_beendet") == []
    assert stage.waiting() == ["ut_fallbesprechung"]


def test_a_part_comes_back_into_its_participation(stage):
    active(stage, **PART)
    benefits_again(stage)
    assert ends(stage) == ["end_erneuter_bezug"]
    assert stage.waiting() == []


def test_a_family_that_has_grown_up_goes_to_the_ifk(stage):
    begin(stage, CHILD | {"geburtsdatum": "2008-03-01", "schulende_datum": "2026-07-14"})
    agree(stage)
    benefits_again(stage)
    answers = {"uebernommen_am": "2026-02-01", "ansprechperson": "Frau Berg"}
    stage.complete(IFK, "ut_nb_ifk_uebernahme", **answers)
    assert ends(stage) == ["end_erneuter_bezug_ifk"]
    assert {row.zustaendigkeit for row in records.rows(stage, Person)} == {"ifk"}
    assert closed(stage, "erneuter_bezug_ifk")


def test_benefits_that_have_not_begun_are_not_reported(stage):
    active(stage)
    with pytest.raises(Refused):
        push(stage, IFK, "Erneuten Leistungsbezug melden", datum="2026-02-02")


# --- child protection ------------------------------------------------------------------------


def suspect(stage, report=True):
    stage.press(KIBIZ, "Anhaltspunkte für Gefährdung")
    if stage.open_tasks().get("ut_kwg_vermutung"):
        stage.complete(
            KIBIZ,
            "ut_kwg_vermutung",
            anhaltspunkte="Blaue Flecken",
            insofa_beratung_datum="2026-02-01",
            meldung_asd=report,
        )
    assert stage.incidents() == []


def answer(stage, agreement, **more):
    answers = {"asd_zustimmung": agreement, "fachkraft": "Frau Kurz", "datum": "2026-02-01"}
    stage.complete(ASD, "ut_asd_entscheidung", **answers | more)


def test_without_a_report_the_after_care_goes_on(stage):
    active(stage)
    suspect(stage, report=False)
    assert (ends(stage), stage.waiting()) == ([], [])


def test_the_asd_may_agree_with_a_reason(stage):
    active(stage)
    suspect(stage)
    answer(stage, "ja", ausnahmegrund="Vertrauen der Familie")
    assert "end_nachbetreuung_kwg" not in ends(stage)
    touch(stage)


def test_without_the_asd_the_after_care_ends(stage):
    active(stage)
    suspect(stage)
    answer(stage, "nein")
    assert "end_nachbetreuung_kwg" in ends(stage)
    assert closed(stage, "nachbetreuung_kwg")


def test_the_asd_is_reminded_twice(stage):
    active(stage)
    suspect(stage)
    for day in ("2026-02-15", "2026-03-01"):
        stage.at(f"{day} 00:00")
        stage.complete(KIBIZ, "ut_asd_erinnern", erledigt=True)
    assert ends(stage) == []
    stage.at("2026-03-14 23:59")
    assert "end_nachbetreuung_kwg" not in ends(stage)
    stage.at("2026-03-15 00:00")
    assert "end_nachbetreuung_kwg" in ends(stage)


@pytest.mark.parametrize("agreement", ["ja", "nein"])
def test_a_suspicion_is_settled_even_after_the_end(stage, agreement):
    active(stage)
    suspect(stage)
    stage.press(KIBIZ, "Familie verzichtet auf Nachbetreuung")
    assert stage.waiting() == ["ut_asd_entscheidung"]
    assert not closed(stage, "verzicht")
    reason = {"ausnahmegrund": "Vertrauen der Familie"} if agreement == "ja" else {}
    answer(stage, agreement, **reason)
    assert (ends(stage), closed(stage, "verzicht")) == (["end_verzicht"], True)


def test_of_two_suspicions_the_last_one_closes_the_case(stage):
    active(stage)
    suspect(stage)
    stage.press(KIBIZ, "Anhaltspunkte für Gefährdung")
    stage.press(KIBIZ, "Familie verzichtet auf Nachbetreuung")
    answer(stage, "nein")
    assert not closed(stage, "verzicht")
    stage.complete(KIBIZ, "ut_kwg_vermutung", anhaltspunkte="Nichts", meldung_asd=False)
    assert closed(stage, "verzicht")


def test_beside_a_participation_the_accompaniment_looks_after_it(stage):
    active(stage, **PART)
    suspect(stage)
    assert (ends(stage), stage.waiting()) == ([], [])


def test_a_report_that_is_refused_stays_with_the_professional(stage):
    refuse_all(stage)
    active(stage)
    suspect(stage)
    assert stage.waiting() == ["ut_kwg_vermutung"]
