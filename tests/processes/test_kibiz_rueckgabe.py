"""P5: a family goes back to the IFK, or stays after all, as people walk through it."""

import pytest

from engine import clock
from engine.casefile import places
from engine.model.case import Bg
from engine.model.count import Count
from engine.model.deployment import Definition
from engine.model.einwilligung import Einwilligung
from engine.model.instance import Instance
from engine.model.person import Person
from engine.model.uebermittlung import Uebermittlung
from tests.processes import begleitung, records
from tests.processes.begleitung import change, tell
from tests.processes.kibiz import CHILD, IFK, KIBIZ, LEAD
from tests.processes.participants import TEAM, consent, letters, refuse_all, take_part
from tests.processes.stage import Refused
from web.database import db

pytestmark = pytest.mark.slow

UESB = "goe_ifk_uesb.a"
GIVEN = {
    "ausloeser": "familie",
    "datum": "2026-03-04",
    "belege": None,
    "klaerung_erfolgt": False,
    "tl_entscheidung": None,
    "teilnahme_beginn": "2026-01-12",
    "hb_faellig_am": "2026-04-20",
    "hb_soll_am": "2026-04-13",
}
ELDER = CHILD | {"vorname": "Cem", "geburtsdatum": "2010-02-20", "schulende_datum": "2026-07-14"}


@pytest.fixture(autouse=True)
def in_march(stage):
    stage.at("2026-03-04 09:00")


def give_back(stage, grund, *children, **changes):
    """Let a participating family's accompaniment report a ground."""
    numbers = take_part(stage, *children)
    tell(stage, "msg_start_rueckgabe", **GIVEN | {"grund": grund} | changes)
    assert stage.incidents() == []
    return numbers


def explain(stage, **changes):
    answers = {
        "form": "gespraech",
        "datum": "2026-03-04",
        "teilnehmende": [stage.adult()],
        "hinweis_veraenderung_nicht_verschlechterung": True,
    }
    stage.complete(KIBIZ, "ut_transparenzgespraech", **answers | changes)


def prepare(stage, **changes):
    stage.complete(KIBIZ, "ut_rueckgabe_dossier", **{"sgb2_stand": "Sucht Arbeit"} | changes)


def take_over(stage):
    answers = {"uebernommen_am": clock.today(), "ansprechperson": "Frau Berg"}
    stage.complete(IFK, "ut_ifk_uebernahme", **answers)


def decide_for_asd(stage, freigabe):
    stage.complete(LEAD, "ut_asd_info_pruefen", freigabe=freigabe, begruendung="Anlage A")


def to_the_end(stage):
    explain(stage)
    prepare(stage)
    take_over(stage)


def occupied(stage):
    with stage.app.app_context():
        return places.taken(db.session, TEAM)


def care(stage):
    """Return who is responsible for each person."""
    return {row.vorname: row.zustaendigkeit for row in records.rows(stage, Person)}


def ends(stage):
    return begleitung.ended(stage, "kibiz_rueckgabe")


def sent(stage):
    return [(row.an, row.inhalt_kategorie) for row in records.rows(stage, Uebermittlung)]


# --- the straight way ------------------------------------------------------------------------


def test_a_revocation_ends_the_participation_without_the_team_lead(stage):
    give_back(stage, "widerruf_familie")
    consent(stage, empfaenger="ASD", zweck="rueckmeldung")
    assert stage.waiting() == ["ut_transparenzgespraech"]
    assert "nicht schlechter" in stage.show(KIBIZ, "ut_transparenzgespraech").text
    to_the_end(stage)
    assert ends(stage) == ["end_rueckgabe_widerruf_familie"]
    assert stage.incidents() == []
    assert sent(stage) == [("ASD", "asd_beendigung")]
    assert letters(stage) == ["L06", "L07"]
    assert records.happened(stage, "ut_ruecksprache_teamleitung") == []


def test_the_end_frees_the_place_and_closes_the_case(stage):
    give_back(stage, "kriterien_entfallen")
    assert occupied(stage) == 1
    to_the_end(stage)
    decide_for_asd(stage, freigabe=False)
    assert occupied(stage) == 0
    case = records.case(stage)
    assert (case.status, case.beendigungsgrund) == ("beendet", "kriterien_entfallen")
    assert str(case.fall_ende_datum) == "2026-03-04"
    (told,) = records.kept(stage, "msg_fall_beendet")
    assert told == {
        "fall_id": str(stage.case),
        "mandant": "goe",
        "verfahren": "P5",
        "fall_ende_datum": "2026-03-04",
        "grund": "kriterien_entfallen",
    }
    with stage.app.app_context():
        assert db.session.get_one(Bg, stage.case).teilnahme_status == "beendet"
        counted = db.session.scalars(db.select(Count)).one()
        assert (counted.kennzahl, counted.merkmal) == ("kibiz_rueckgabe", "kriterien_entfallen")
    assert care(stage) == {"Alice": "ifk", "Ben": "ifk"}


def test_after_the_end_the_ifk_sees_nothing_of_the_case(stage):
    give_back(stage, "kwg_asd")
    explain(stage, absprache_asd_datum="2026-03-04")
    prepare(stage)
    assert "Sucht Arbeit" in stage.show(IFK, "ut_ifk_uebernahme").text
    assert stage.client(IFK).get(f"/faelle/{stage.case}").status_code == 200
    take_over(stage)
    assert stage.client(IFK).get(f"/faelle/{stage.case}").status_code == 404


@pytest.mark.parametrize(
    "grund",
    [
        "widerruf_erziehungsberechtigter",
        "altersgrenze_alle_kinder",
        "etwas_anderes",
        "stagnation",
        "hze_nicht_zielfuehrend",
    ],
)
def test_each_ground_has_its_own_end(stage, grund):
    give_back(stage, grund, tl_entscheidung="rueckgabe")
    to_the_end(stage)
    decide_for_asd(stage, freigabe=False)
    end = "sonstiges" if grund == "etwas_anderes" else grund
    assert ends(stage) == [f"end_rueckgabe_{end}"]
    assert sent(stage) == []


@pytest.mark.parametrize("grund", ["mitwirkung_verweigert", "hausbesuch_abgelehnt"])
def test_after_the_talk_the_way_is_free(stage, grund):
    give_back(stage, grund, klaerung_erfolgt=True)
    to_the_end(stage)
    decide_for_asd(stage, freigabe=False)
    assert ends(stage) == [f"end_rueckgabe_{grund}"]


# --- the talk comes first --------------------------------------------------------------------


@pytest.mark.parametrize("grund", ["mitwirkung_verweigert", "hausbesuch_abgelehnt"])
def test_without_the_talk_the_family_stays_and_the_talk_is_asked_for(stage, grund):
    give_back(stage, grund)
    assert stage.waiting() == ["ut_rueckgabe_unzulaessig"]
    stage.complete(KIBIZ, "ut_rueckgabe_unzulaessig", zur_kenntnis=True)
    assert ends(stage) == ["end_zurueckverwiesen"]
    assert occupied(stage) == 1
    assert "ut_klaerendes_gespraech" in stage.waiting()
    assert "ut_erstaufnahme" not in stage.waiting()
    assert records.kept(stage, "msg_fall_beendet") == []


def test_a_return_that_a_professional_begins_comes_back_to_the_talk(stage):
    take_part(stage)
    tell(
        stage,
        "msg_start_begleitung",
        teilnahme_beginn="2026-01-12",
        hb_faellig_am="2026-04-20",
        hb_soll_am="2026-04-13",
        erstaufnahme_erledigt=True,
        kinder=[],
        einwilligungen=[],
    )
    begleitung.press(stage, KIBIZ, "Rückgabe einleiten", grund="mitwirkung_verweigert")
    assert stage.waiting() == ["ut_rueckgabe_unzulaessig"]
    stage.complete(KIBIZ, "ut_rueckgabe_unzulaessig", zur_kenntnis=True)
    assert ends(stage) == ["end_zurueckverwiesen"]
    assert "ut_klaerendes_gespraech" in stage.waiting()
    assert occupied(stage) == 1


# --- discretion ------------------------------------------------------------------------------


def consult(stage, decision):
    stage.complete(
        LEAD, "ut_ruecksprache_teamleitung", entscheidung=decision, begruendung="Beraten am Montag"
    )


def test_a_standstill_goes_to_the_team_lead_who_may_keep_the_family(stage):
    give_back(stage, "stagnation", CHILD, ELDER)
    consult(stage, "fortfuehren")
    assert ends(stage) == ["end_fortgefuehrt"]
    assert occupied(stage) == 1
    assert "ut_klaerendes_gespraech" not in stage.waiting()
    assert records.case(stage).status == "offen"


def test_the_team_lead_may_give_the_family_back(stage):
    give_back(stage, "hze_nicht_zielfuehrend")
    consult(stage, "rueckgabe")
    assert stage.waiting() == ["ut_transparenzgespraech"]


def test_what_the_team_lead_has_decided_is_not_asked_again(stage):
    give_back(stage, "stagnation", tl_entscheidung="fortfuehren")
    assert ends(stage) == ["end_fortgefuehrt"]


def test_the_deadline_for_the_next_visit_is_kept(stage):
    give_back(stage, "stagnation", tl_entscheidung="fortfuehren")
    stage.at("2026-04-19 23:59")
    assert "ut_hausbesuch_faellig" not in stage.waiting()
    stage.at("2026-04-20 00:00")
    assert "ut_hausbesuch_faellig" in stage.waiting()


def test_only_a_child_that_kibiz_is_responsible_for_goes_on(stage):
    _, elder = take_part(stage, CHILD, ELDER)
    change(stage, elder, zustaendigkeit="uesb")
    given = GIVEN | {"grund": "stagnation", "tl_entscheidung": "fortfuehren"}
    tell(stage, "msg_start_rueckgabe", **given)
    with stage.app.app_context():
        query = db.select(Instance).join(Definition)
        followed = query.where(Definition.process_id == "kibiz_kind_uebergang")
        assert len(db.session.scalars(followed).all()) == 1


# --- transparency ----------------------------------------------------------------------------


@pytest.mark.parametrize("grund", ["kwg_asd", "ablehnung_asd"])
def test_the_asd_is_asked_before_the_family_hears_of_it(stage, grund):
    give_back(stage, grund)
    assert "Absprache mit ASD" in stage.show(KIBIZ, "ut_transparenzgespraech").text
    with pytest.raises(Refused):
        explain(stage)
    explain(stage, absprache_asd_datum="2026-03-04")
    prepare(stage)
    take_over(stage)
    assert ends(stage) == [f"end_rueckgabe_{grund}"]
    assert sent(stage) == []


def test_the_family_must_have_heard_that_it_changes(stage):
    give_back(stage, "widerruf_familie")
    with pytest.raises(Refused):
        explain(stage, hinweis_veraenderung_nicht_verschlechterung=None)


@pytest.mark.parametrize("datum", ["2026-03-05", ""])
def test_a_talk_has_a_day_that_is_over(stage, datum):
    give_back(stage, "widerruf_familie")
    with pytest.raises(Refused):
        explain(stage, datum=datum)


def test_the_family_may_get_a_letter_instead(stage):
    give_back(stage, "widerruf_familie")
    answers = {"form": "brief", "hinweis_veraenderung_nicht_verschlechterung": True}
    stage.complete(KIBIZ, "ut_transparenzgespraech", **answers)
    assert letters(stage) == ["L07"]
    assert stage.waiting() == ["ut_rueckgabe_dossier"]


def test_after_two_weeks_a_letter_goes_out(stage):
    give_back(stage, "widerruf_familie")
    stage.at("2026-03-18 23:59")
    assert letters(stage) == []
    stage.at("2026-03-19 00:00")
    assert letters(stage) == ["L07"]
    assert stage.waiting() == ["ut_rueckgabe_dossier"]


def test_no_letter_goes_out_without_the_asd(stage):
    give_back(stage, "ablehnung_asd")
    first = stage.task("ut_transparenzgespraech")
    stage.at("2026-03-19 00:00")
    assert stage.task("ut_transparenzgespraech") != first
    assert letters(stage) == []


# --- what the IFK gets -----------------------------------------------------------------------


def test_the_protected_part_needs_a_consent(stage):
    give_back(stage, "widerruf_familie")
    explain(stage)
    with pytest.raises(Refused):
        prepare(stage, sgb8_teil="weitergeben_mit_einwilligung")


def test_the_protected_part_goes_with_a_consent(stage):
    give_back(stage, "widerruf_familie")
    number = consent(stage, empfaenger="goe_ifk")
    explain(stage)
    prepare(stage, sgb8_teil="weitergeben_mit_einwilligung", einwilligung_id=number)
    assert sent(stage) == [("goe_ifk", "dossier_sgb8")]
    assert "hat eingewilligt" in stage.show(IFK, "ut_ifk_uebernahme").text


def test_a_consent_that_was_refused_since_keeps_the_protected_part_back(stage):
    give_back(stage, "widerruf_familie")
    number = consent(stage, empfaenger="goe_ifk")
    consent(stage, empfaenger="goe_ifk", einverstaendnis="verweigert")
    explain(stage)
    prepare(stage, sgb8_teil="weitergeben_mit_einwilligung", einwilligung_id=number)
    assert sent(stage) == []
    assert stage.waiting() == ["ut_ifk_uebernahme"]
    assert "hat eingewilligt" not in stage.show(IFK, "ut_ifk_uebernahme").text


def test_a_young_person_goes_to_the_uesb(stage):
    _, elder = give_back(stage, "widerruf_familie", CHILD, ELDER)
    explain(stage)
    prepare(
        stage,
        offene_schritte_sgb2=[{"schritt": "Praktikum suchen"}],
        kinder_uesb=[{"kind_id": elder, "eigene_einwilligung": "ja"}],
    )
    page = stage.show(UESB, "ut_annahme_uesb").text
    assert "Cem Ahrens" in page
    assert "Praktikum suchen" in page
    assert "SGB VIII" in page
    stage.complete(UESB, "ut_annahme_uesb", uebernommen_am="2026-03-04")
    assert care(stage)["Cem"] == "uesb"
    (own,) = records.rows(stage, Einwilligung)
    assert (own.empfaenger, own.einverstaendnis, own.person_id) == (
        "goe_ifk_uesb",
        "erteilt",
        int(elder),
    )
    take_over(stage)
    assert care(stage) == {"Alice": "ifk", "Ben": "ifk", "Cem": "uesb"}


def test_without_own_consent_the_uesb_sees_the_part_of_the_sgb_2(stage):
    children = give_back(stage, "widerruf_familie", CHILD, ELDER)
    explain(stage)
    rows = [{"kind_id": child, "eigene_einwilligung": "nein"} for child in children]
    prepare(stage, kinder_uesb=rows)
    assert stage.waiting() == ["ut_annahme_uesb", "ut_annahme_uesb"]
    assert "SGB VIII" not in stage.show(UESB, "ut_annahme_uesb").text


def test_where_all_children_are_old_enough_they_went_already(stage):
    numbers = take_part(stage, ELDER, ELDER | {"vorname": "Dana", "geburtsdatum": "2009-05-05"})

    for number in numbers:
        change(stage, number, zustaendigkeit="uesb")
    tell(stage, "msg_start_rueckgabe", **GIVEN | {"grund": "altersgrenze_alle_kinder"})
    to_the_end(stage)
    assert care(stage) == {"Alice": "ifk", "Cem": "uesb", "Dana": "uesb"}


def test_the_ifk_is_reminded_after_seven_days(stage):
    give_back(stage, "kwg_asd")
    explain(stage, absprache_asd_datum="2026-03-04")
    prepare(stage)
    stage.at("2026-03-10 23:59")
    assert stage.waiting() == ["ut_ifk_uebernahme"]
    stage.at("2026-03-11 00:00")
    stage.complete(IFK, "ut_ifk_uebernahme_erinnerung", erledigt=True)
    assert stage.waiting() == ["ut_ifk_uebernahme"]
    take_over(stage)
    assert stage.waiting() == []
    assert ends(stage) == ["end_rueckgabe_kwg_asd"]


def test_the_case_stays_open_for_a_hand_over_that_has_begun(stage):
    _, elder = take_part(stage, CHILD, ELDER)
    tell(stage, "msg_start_kind_uebergang", elder, kind_id=elder)
    stage.tick()
    (begun,) = stage.waiting()
    tell(stage, "msg_start_rueckgabe", **GIVEN | {"grund": "kwg_asd"})
    explain(stage, absprache_asd_datum="2026-03-04")
    prepare(stage)
    take_over(stage)
    assert ends(stage) == ["end_rueckgabe_kwg_asd"]
    assert records.case(stage).status == "offen"
    assert stage.waiting() == [begun]
    assert stage.show(KIBIZ, begun).status_code == 200


# --- the ASD ---------------------------------------------------------------------------------


def test_without_a_consent_the_team_lead_decides_about_the_asd(stage):
    give_back(stage, "widerruf_familie")
    to_the_end(stage)
    assert stage.waiting() == ["ut_asd_info_pruefen"]
    decide_for_asd(stage, freigabe=True)
    (row,) = records.rows(stage, Uebermittlung)
    assert (row.an, row.zweck, row.rechtsgrundlage) == ("fb51", "rueckmeldung", "Anlage A")
    assert ends(stage) == ["end_rueckgabe_widerruf_familie"]


def test_a_consent_for_something_else_is_looked_at_by_the_team_lead(stage):
    give_back(stage, "widerruf_familie")
    consent(stage, empfaenger="fb51", zweck="anfrage")
    to_the_end(stage)
    assert stage.waiting() == ["ut_asd_info_pruefen"]
    assert sent(stage) == []
    decide_for_asd(stage, freigabe=False)
    assert ends(stage) == ["end_rueckgabe_widerruf_familie"]


def test_an_unknown_ground_leaves_the_asd_to_the_team_lead(stage):
    give_back(stage, "etwas_anderes", tl_entscheidung="rueckgabe")
    consent(stage, empfaenger="ASD", zweck="rueckmeldung")
    to_the_end(stage)
    assert stage.waiting() == ["ut_asd_info_pruefen"]


def test_where_nothing_may_leave_the_case_the_asd_is_not_told(stage):
    refuse_all(stage)
    give_back(stage, "widerruf_familie")
    consent(stage, empfaenger="ASD", zweck="rueckmeldung")
    to_the_end(stage)
    assert ends(stage) == ["end_rueckgabe_widerruf_familie"]
    assert sent(stage) == []


def test_the_reminder_goes_with_its_task(stage):
    give_back(stage, "kwg_asd")
    explain(stage, absprache_asd_datum="2026-03-04")
    prepare(stage)
    stage.at("2026-03-11 00:00")
    assert stage.waiting() == ["ut_ifk_uebernahme", "ut_ifk_uebernahme_erinnerung"]
    take_over(stage)
    assert stage.waiting() == []
