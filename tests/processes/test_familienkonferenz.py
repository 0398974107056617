"""P9: one table for a family and all the offices it needs, as people play it."""

import pytest

from engine.casefile import counts
from engine.model.letter import Letter
from tests.processes.kibiz import person_names
from tests.processes.stage import Refused
from web.database import db

AK, OFFICE, LEAD = "ak_koordination.a", "ak_rechtskreis.a", "ak_leitung.a"
MOTHER = {
    "vorname": "Alice",
    "nachname": "Ahrens",
    "rolle": "elternteil",
    "erziehungsberechtigt": True,
}
GUEST = {
    "organisation": "Jobcenter",
    "rechtskreis": "sgb2",
    "ansprechperson": "Kim Otto",
    "thema": "arbeit",
    "entscheidungsnotwendig": True,
}
PROMISE = {
    "unterstuetzung": "Weiterbildung",
    "verantwortlich_organisation": "Jobcenter",
    "rechtskreis": "sgb2",
    "frist": "2026-05-29",
    "verbindlich": True,
}


def need(stage, *themes, wish=True):
    stage.start(AK, process="familienkonferenz", element="start_bedarf")
    stage.complete(
        AK,
        "ut_bedarf",
        familie=[MOTHER],
        anlass="Die Familie braucht zwei Stellen zugleich.",
        themen=list(themes) or ["arbeit"],
        familie_wuenscht_konferenz=wish,
    )


def consent(stage, answer="erteilt", written=True):
    stage.complete(AK, "ut_teilnehmende", einzuladen=[GUEST], familie_einverstanden=True)
    row = {"einwilligung": answer}
    if answer == "erteilt":
        row["datenumfang"] = "Namen, Thema und Termin"
    stage.complete(
        AK,
        "ut_einwilligungen",
        person=person_names(stage, "ut_einwilligungen", "person", AK)[0],
        datum="2026-01-12",
        schriftlich=written,
        je_stelle=[row],
    )


def invite(stage):
    stage.complete(AK, "ut_termin", termin="2026-04-20T10:00", ort="Rathaus")


def until_conference(stage):
    need(stage)
    consent(stage)
    invite(stage)
    stage.complete(OFFICE, "ut_einladung_beantworten", antwort="zusage")
    stage.at("2026-04-20 10:00")


def confer(stage, **changes):
    people = person_names(stage, "ut_konferenz", "anwesende", AK)
    answers = {"anwesende": people, "familie_anwesend": True, "vereinbarungen": [PROMISE]}
    stage.complete(AK, "ut_konferenz", **answers | changes)


def test_a_conference_is_held_and_its_agreement_kept(stage):
    until_conference(stage)
    confer(stage)
    stage.complete(OFFICE, "ut_vereinbarung_bestaetigen", bestaetigt=True)
    stage.at("2026-05-28 23:59")
    assert stage.waiting() == []
    stage.at("2026-05-29 00:00")
    stage.complete(AK, "ut_umsetzung_pruefen", umgesetzt="ja")
    assert stage.incidents() == []
    assert stage.ends() == ["end_abgeschlossen", "end_beantwortet"]


def test_without_the_familys_wish_there_is_no_conference(stage):
    need(stage, wish=False)
    assert stage.ends() == ["end_nicht_gewuenscht"]


def test_themes_propose_the_offices(stage):
    need(stage, "arbeit", "erziehung")
    page = stage.show(AK, "ut_teilnehmende").text
    assert "Jobcenter" in page
    assert "Jugendamt" in page


def test_who_does_not_answer_is_called_seven_days_before(stage):
    need(stage)
    consent(stage)
    invite(stage)
    stage.at("2026-04-12 23:59")
    assert "ut_telefonisch_nachfassen" not in stage.waiting()
    stage.at("2026-04-13 00:00")
    stage.complete(AK, "ut_telefonisch_nachfassen", ergebnis="nicht_erreicht")
    assert "ut_verschieben" in stage.waiting()


def test_a_refused_office_is_not_invited(stage):
    need(stage)
    consent(stage, "verweigert")
    invite(stage)
    assert stage.waiting() == ["ut_verschieben"]
    stage.complete(AK, "ut_verschieben", grund="Niemand kommt.", weiter="beenden")
    assert stage.ends() == ["end_nicht_gewuenscht"]


def test_without_written_consent_the_invitation_waits(stage):
    need(stage)
    consent(stage, written=False)
    invite(stage)
    assert stage.waiting() == ["ut_einwilligung_klaeren"]
    stage.complete(
        AK,
        "ut_einwilligung_klaeren",
        ergebnis="eingeholt",
        person=stage.adult(),
        datum="2026-01-12",
        schriftlich=True,
    )
    assert stage.waiting() == ["ut_einladung_beantworten"]


def test_without_the_family_the_conference_is_put_off(stage):
    until_conference(stage)
    with pytest.raises(Refused):
        confer(stage, familie_anwesend=None)
    stage.press(AK, "Konferenz verschieben")
    stage.complete(AK, "ut_verschieben", grund="Krank.", weiter="neuer_termin")
    assert stage.waiting() == ["ut_termin"]


def test_an_agreement_that_fails_goes_to_the_management_and_becomes_a_gap(stage):
    until_conference(stage)
    confer(stage)
    stage.complete(OFFICE, "ut_vereinbarung_bestaetigen", bestaetigt=True)
    stage.at("2026-05-29 00:00")
    stage.complete(AK, "ut_umsetzung_pruefen", umgesetzt="nein", thema="arbeit")
    stage.complete(LEAD, "ut_leitung_informieren", entscheidung="neue_konferenz")
    assert stage.incidents() == []
    assert stage.waiting() == ["ut_bedarf"], stage.ends()


def test_a_gap_names_nobody(stage):
    until_conference(stage)
    gap = {"thema": "arbeit", "rechtskreis": "sgb2", "beschreibung": "Frau Ahrens fehlt ein Kurs."}
    with pytest.raises(Refused, match="Name aus der Familie"):
        confer(stage, luecken=[gap])


def test_an_objection_is_settled_or_becomes_a_gap(stage):
    until_conference(stage)
    confer(stage)
    for answer in ({"ergebnis": "erneut"}, {"ergebnis": "luecke", "thema": "arbeit"}):
        refusal = {"bestaetigt": False, "vorbehalt": "Kein Platz."}
        stage.complete(OFFICE, "ut_vereinbarung_bestaetigen", **refusal)
        more = {"beschreibung": "Es fehlen Plätze."} if "thema" in answer else {}
        stage.complete(AK, "ut_klaeren", **answer | more)
    assert stage.incidents() == []
    assert "end_abgeschlossen" in stage.ends()


@pytest.mark.parametrize(
    "answer, written, left",
    [("erteilt", True, []), ("verweigert", True, ["ut_einwilligung_klaeren_verweis"])],
)
def test_a_family_is_referred_only_with_its_consent(stage, answer, written, left):
    need(stage)
    before = stage.waiting()
    stage.press(AK, "An Partner verweisen")
    more = {"datenumfang": "Namen und Anliegen"} if answer == "erteilt" else {}
    stage.complete(
        AK,
        "ut_verweis",
        organisation="Schuldnerberatung",
        ansprechperson="Uli Kern",
        anliegen="Beratung zu Raten",
        person=stage.adult(),
        einwilligung=answer,
        datum="2026-01-12",
        schriftlich=written,
        **more,
    )
    assert stage.waiting() == sorted([*before, *left])
    if left:
        stage.complete(AK, left[0], ergebnis="verweigert")
    assert stage.waiting() == before
    assert stage.incidents() == []


@pytest.mark.parametrize("agreed", [True, False])
def test_an_application_gets_the_stamp_only_if_all_agree(stage, agreed):
    need(stage)
    stage.press(AK, "Antrag mit Projektstempel")
    stage.complete(
        AK,
        "ut_projektstempel",
        antrag_art="Wohngeld",
        empfaenger_stelle="Wohngeldstelle",
        absprache_mit_rechtskreis=agreed,
        einwilligung_stempel=True,
    )
    stage.press(AK, "Rückfrage zum Antrag zählen")
    with stage.app.app_context():
        letters = [row.vorlage for row in db.session.scalars(db.select(Letter))]
        counted = [f.kennzahl for f in counts.every(db.session)]
    assert ("L24" in letters) is agreed
    assert counted == ["projektstempel_rueckfrage"]
    assert stage.incidents() == []


def test_an_invitation_ends_with_the_day_of_the_conference(stage):
    need(stage)
    consent(stage)
    invite(stage)
    stage.at("2026-04-13 00:00")
    stage.complete(AK, "ut_telefonisch_nachfassen", ergebnis="zusage")
    stage.at("2026-04-20 10:00")
    assert stage.waiting() == ["ut_konferenz"]
    assert stage.ends() == ["end_verfallen"]


def test_a_part_that_is_missing_gets_a_new_day(stage):
    until_conference(stage)
    confer(stage)
    stage.complete(OFFICE, "ut_vereinbarung_bestaetigen", bestaetigt=True)
    stage.at("2026-05-29 00:00")
    stage.complete(AK, "ut_umsetzung_pruefen", umgesetzt="teilweise", neue_frist="2026-06-30")
    assert stage.waiting() == []
    stage.at("2026-06-30 00:00")
    stage.complete(AK, "ut_umsetzung_pruefen", umgesetzt="nein", thema="arbeit")
    stage.complete(LEAD, "ut_leitung_informieren", entscheidung="selbst_klaeren")
    assert "end_abgeschlossen" in stage.ends()
    with stage.app.app_context():
        found = [(f.kennzahl, f.merkmal, f.anzahl) for f in counts.every(db.session)]
    assert found == [("versorgungsluecke", "arbeit/sgb2", 1)]
