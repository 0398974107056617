"""P2: a danger to a child is reported and worked on, as people of Bochum walk through it."""

from datetime import date

import pytest
from lxml import html

from engine.casefile import letters
from engine.model.uebermittlung import Uebermittlung
from tests.processes import records
from tests.processes.kwg import (
    HEAD,
    KITA,
    KSA,
    LEAD,
    SD,
    accept,
    assess,
    assess_in_kita,
    begin,
    judge,
    name_family,
    report,
    write_report,
)
from tests.processes.stage import Refused
from web.database import write

#: What the Kita social work gets to know of a family, beside how to reach it.
REFERRAL = {
    "zugangsweg": "sd",
    "vermittler_stelle": "Sozialer Dienst",
    "vermittler_person": None,
    "zustimmung_familie": True,
    "kwg_ausgeschlossen": True,
}


def offered(stage, who, element, field):
    page = html.fromstring(stage.show(who, element).text)
    found = page.xpath(f"//select[@name='{field}']/option/@value")
    return {value for value in found if value}


def orders(stage):
    """Return what the letters that are still to be printed say, the oldest first."""

    def read(session):
        rows = reversed(letters.of(session, stage.case))
        return [letters.ordered(session, stage.case, row.id) for row in rows]

    with stage.app.app_context():
        return [each.values for each in write(read) if each]


def sent(stage):
    return records.rows(stage, Uebermittlung)


# --- who reports ----------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["ksa", "andere", "tagespflege"])
def test_the_report_is_written_by_who_is_in_charge_of_it(stage, source):
    report(stage, source)
    assert stage.incidents() == []
    assert stage.waiting() == ["ut_meldung_annehmen"]
    assert [row.an for row in sent(stage)] == ["bo_sd"]


def test_a_kita_that_can_help_itself_reports_nothing(stage):
    begin(stage, "kita")
    assess_in_kita(stage, eigene_mittel_ausreichend=True)
    assert stage.ends() == ["end_kita_eigene_mittel"]
    assert stage.waiting() == []
    assert sent(stage) == []
    assert records.kept(stage, "msg_fall_beendet")[0]["grund"] == "kita_eigene_mittel"


def test_a_kita_without_danger_reports_nothing(stage):
    begin(stage, "kita")
    assess_in_kita(stage, kwg_liegt_vor="nein")
    assert stage.ends() == ["end_kita_eigene_mittel"]


def test_the_insofa_never_comes_from_the_kita_social_work(stage):
    begin(stage, "kita")
    assert offered(stage, KITA, "ut_insofa_einschaetzung", "insofa") == {KITA, "bo_kita.b"}
    with pytest.raises(Refused):
        assess_in_kita(stage, insofa=KSA)


def test_an_assessment_of_tomorrow_is_refused(stage):
    begin(stage, "kita")
    with pytest.raises(Refused, match="liegt in der Zukunft"):
        assess_in_kita(stage, einschaetzung_datum="2026-03-10")


# --- the report -----------------------------------------------------------------------------


def test_silence_about_why_the_parents_do_not_know_is_refused(stage):
    begin(stage)
    name_family(stage)
    with pytest.raises(Refused, match="Grund"):
        write_report(stage, eltern_informiert=False)
    write_report(
        stage, eltern_informiert=False, grund_eltern_nicht_informiert="Sie würden fliehen."
    )
    assert sent(stage)[0].familie_informiert is False


@pytest.mark.parametrize(
    "change, complaint",
    [
        ({"zeitpunkt_beobachtung": "2026-03-09T09:01"}, "Zukunft"),
        ({"anhaltspunkte": []}, "Anhaltspunkt"),
        ({"beobachtungen": ""}, "Beobachtungen"),
        ({"erforderlichkeit_begruendung": ""}, "Begründung"),
        ({"sd_fachkraft": KSA}, "angebotenen Antworten"),
    ],
)
def test_an_unfit_report_is_shown_again(stage, change, complaint):
    begin(stage)
    name_family(stage)
    with pytest.raises(Refused, match=complaint):
        write_report(stage, **change)


def test_the_report_is_about_a_child(stage):
    begin(stage)
    name_family(stage)
    with pytest.raises(Refused, match="nicht als Kind"):
        write_report(stage, kind=stage.adult())


def test_a_report_needs_no_consent_but_a_reason(stage):
    report(stage)
    (row,) = sent(stage)
    assert row.einwilligung_id is None
    assert "§ 4 KKG" in row.rechtsgrundlage
    assert row.rechtsgrundlage.endswith("Sonst bleibt das Kind ohne Schutz.")


def test_the_report_is_a_letter_to_the_person_in_charge(stage):
    report(stage)
    (order,) = orders(stage)
    assert order["angaben"]["kind"] == [{"name": "Tim Muster", "geburtsdatum": "2022-03-01"}]
    assert order["angaben"]["beobachtet_um"] == "08:30"
    assert "Frühstück" not in str(order)
    assert order["empfaenger"][1] == "Sozialer Dienst"
    stage.tick()
    assert stage.incidents() == []
    assert "(PDF)" in stage.case_page(SD)


def test_an_unknown_person_in_charge_is_named_by_the_lead(stage):
    report(stage, sd_fachkraft="unbekannt")
    assert stage.waiting() == ["ut_zustaendigkeit_sd_leitung"]
    assert sent(stage) == []
    stage.complete(LEAD, "ut_zustaendigkeit_sd_leitung", sd_fachkraft="bo_sd.b")
    assert stage.waiting() == ["ut_meldung_annehmen"]
    assert len(sent(stage)) == 1


def test_acute_danger_is_also_told_by_telephone(stage):
    report(stage, akute_gefahr=True)
    assert stage.waiting() == ["ut_meldung_annehmen", "ut_telefonische_sofortmeldung"]
    call = {"zeitpunkt": "2026-03-09T09:00", "gesprochen_mit": "Frau Falk"}
    with pytest.raises(Refused, match="Zukunft"):
        stage.complete(
            KSA, "ut_telefonische_sofortmeldung", **call | {"zeitpunkt": "2026-03-09T09:05"}
        )
    stage.complete(KSA, "ut_telefonische_sofortmeldung", **call)
    assert stage.waiting() == ["ut_meldung_annehmen"]


# --- acceptance -----------------------------------------------------------------------------


def test_a_report_that_is_accepted_in_time_is_not_escalated(stage):
    report(stage)
    stage.at("2026-03-09 10:30")
    accept(stage, eingang_zeitpunkt="2026-03-09T10:15")
    stage.at("2026-03-10 12:00")
    assert stage.waiting() == ["ut_ksa_hinzuziehen_entscheiden"]
    assert stage.incidents() == []


def test_a_report_that_nobody_accepts_goes_to_the_leads(stage):
    report(stage)
    stage.at("2026-03-09 12:59")
    assert stage.waiting() == ["ut_meldung_annehmen"]
    stage.at("2026-03-09 13:00")
    assert stage.waiting() == ["ut_eskalation_sd_leitung", "ut_meldung_annehmen"]
    stage.complete(LEAD, "ut_eskalation_sd_leitung", erledigt=True)
    stage.at("2026-03-10 09:00")
    assert stage.waiting() == ["ut_eskalation_abtl", "ut_meldung_annehmen"]
    stage.show(HEAD, "ut_eskalation_abtl")
    accept(stage)
    assert stage.waiting() == ["ut_ksa_hinzuziehen_entscheiden"]


def test_two_people_must_work_together(stage):
    report(stage)
    with pytest.raises(Refused, match="andere Person"):
        accept(stage, zweite_fachkraft=SD)
    with pytest.raises(Refused, match="Zukunft"):
        accept(stage, eingang_zeitpunkt="2026-03-09T09:01")


# --- the Kita hears that its report has come --------------------------------------------------


def test_the_kita_hears_only_that_its_report_has_come(stage):
    report(stage, "kita")
    accept(stage)
    assert [row.an for row in sent(stage)] == ["bo_sd", "bo_kita"]
    receipt = orders(stage)[-1]
    assert receipt["empfaenger"] == ["Kindertageseinrichtung"]
    assert set(receipt["angaben"]) == {"eingegangen_am", "eingegangen_um", "ansprechperson"}
    assert stage.waiting() == ["ut_absprachen_kita", "ut_ksa_hinzuziehen_entscheiden"]
    stage.tick()
    assert stage.incidents() == []
    stage.complete(SD, "ut_absprachen_kita")
    assert stage.waiting() == ["ut_ksa_hinzuziehen_entscheiden"]


def test_the_end_waits_for_the_agreements_with_the_kita(stage):
    report(stage, "kita")
    accept(stage)
    assess(stage, "kein_hilfebedarf")
    assert stage.waiting() == ["ut_absprachen_kita"]
    stage.complete(SD, "ut_absprachen_kita", absprachen="Die Kita achtet auf das Frühstück.")
    assert stage.ends() == ["end_kein_bedarf"]


def test_a_kita_sees_no_page_of_the_case(stage):
    report(stage, "kita")
    assert stage.client(KITA).get(f"/faelle/{stage.case}").status_code == 404


# --- assessment and what follows ---------------------------------------------------------------


def test_who_reported_may_take_part_in_the_reflection(stage):
    report(stage)
    accept(stage)
    stage.complete(SD, "ut_ksa_hinzuziehen_entscheiden", ksa_hinzuziehen=True)
    assert stage.waiting() == ["ut_kollegiale_reflexion"]
    stage.complete(KSA, "ut_kollegiale_reflexion", datum="2026-03-09", beitrag="Wir kennen Tim.")
    judge(stage, "kein_hilfebedarf")
    assert stage.ends() == ["end_kein_bedarf"]


def test_the_kita_social_work_is_not_asked_about_the_report_of_another(stage):
    report(stage, "tagespflege")
    accept(stage)
    assess(stage, "kein_hilfebedarf", with_ksa=True)
    assert stage.ends() == ["end_kein_bedarf"]


def test_nobody_assesses_alone(stage):
    report(stage)
    accept(stage)
    with pytest.raises(Refused, match="mindestens zwei"):
        assess(stage, "kwg", beteiligte_fachkraefte=[SD])


@pytest.mark.parametrize("result", ["kwg", "latente_kwg"])
def test_a_danger_is_met_with_measures(stage, result):
    report(stage)
    accept(stage)
    assess(stage, result)
    stage.complete(SD, "ut_massnahmen_sd", massnahmen=["schutzplan", "familiengericht"])
    assert stage.ends() == ["end_uebernahme_sd"]


def test_help_with_education_is_begun(stage):
    report(stage)
    accept(stage)
    assess(stage, "keine_kwg_hilfebedarf_hze")
    stage.complete(SD, "ut_hze_einleiten", datum="2026-03-09", begruendung="Entlastung.")
    assert stage.ends() == ["end_hze"]


def test_the_end_closes_the_case_and_starts_its_retention(stage):
    report(stage)
    accept(stage)
    assess(stage, "kein_hilfebedarf")
    case = records.case(stage)
    assert (case.status, case.fall_ende_datum) == ("beendet", date(2026, 3, 9))
    (told,) = records.kept(stage, "msg_fall_beendet")
    assert told == {
        "fall_id": str(stage.case),
        "mandant": "bo",
        "verfahren": "P2",
        "fall_ende_datum": "2026-03-09",
        "grund": "kein_bedarf",
    }


def test_a_family_that_agrees_is_referred_to_the_kita_social_work(stage):
    report(stage, "kita")
    accept(stage)
    stage.complete(SD, "ut_absprachen_kita")
    stage.at("2026-03-24 10:00")
    assess(stage, "keine_kwg_niedrigschwellig")
    contact = {"kontaktdaten": "0234 5550100", "konkrete_problemlage": "Schlafen"}
    stage.complete(SD, "ut_zustimmung_familie", zustimmung_familie=True, **contact)
    assert "end_vermittlung_ksa" in stage.ends()
    assert records.case(stage).status == "offen"
    assert records.kept(stage, "msg_fall_beendet") == []
    kept = records.kept(stage, "msg_bo_vermittlung")
    assert kept in ([], [REFERRAL | contact | {"fall_id": str(stage.case)}])
    assert kept or records.happened(stage, "start_bo_vermittlung")


def test_a_family_that_does_not_agree_is_left_alone(stage):
    report(stage)
    accept(stage)
    assess(stage, "keine_kwg_niedrigschwellig")
    stage.complete(SD, "ut_zustimmung_familie", zustimmung_familie=False)
    assert stage.ends() == ["end_kein_bedarf"]
    assert records.kept(stage, "msg_bo_vermittlung") == []
