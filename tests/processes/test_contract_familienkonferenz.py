"""What the text of the family conference names stands in its diagram and its forms."""

from pathlib import Path

import pytest

import forms
from engine import bpmn
from forms.parts import walk

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "processes/familienkonferenz/familienkonferenz.bpmn"
ELEMENTS = {
    key: element
    for process in bpmn.parse(FILE.read_bytes(), file=FILE.name)
    for key, element in process.elements.items()
}
AK, OFFICE, LEAD = "ak_koordination", "ak_rechtskreis", "ak_leitung"
USER_TASKS = {
    "ut_bedarf": AK,
    "ut_teilnehmende": AK,
    "ut_einwilligungen": AK,
    "ut_termin": AK,
    "ut_telefonisch_nachfassen": AK,
    "ut_verschieben": AK,
    "ut_konferenz": AK,
    "ut_vereinbarung_bestaetigen": OFFICE,
    "ut_klaeren": AK,
    "ut_umsetzung_pruefen": AK,
    "ut_leitung_informieren": LEAD,
    "ut_verweis": AK,
    "ut_projektstempel": AK,
}
NAMES = {
    "ut_bedarf": "Bedarf feststellen",
    "ut_konferenz": "Familienkonferenz durchführen und vereinbaren",
    "ut_projektstempel": "Antrag mit Projektstempel kennzeichnen",
}
JOBS = {
    "snd_einladung": "uebermittlung.senden",
    "st_luecken_ablegen": "statistik.zaehlen",
    "st_stempel": "brief.erstellen",
    "snd_fall_beendet": "nachricht.senden",
}
MESSAGES = {
    "rcv_zusage": "msg_zusage",
    "rcv_absage": "msg_absage",
    "start_verweis": "msg_verweis",
    "start_antrag": "msg_antrag_unterstuetzt",
}
FIELDS = {
    "bedarf": "anlass themen familie_wuenscht_konferenz",
    "teilnehmende": "einzuladen.*.organisation einzuladen.*.rechtskreis "
    "einzuladen.*.ansprechperson einzuladen.*.thema",
    "einwilligungen": "je_stelle.*.einwilligung je_stelle.*.datenumfang",
    "termin": "termin ort barrierefrei_sprachmittlung",
    "konferenz": "anwesende familie_anwesend vereinbarungen.*.unterstuetzung "
    "vereinbarungen.*.verantwortlich_organisation vereinbarungen.*.rechtskreis "
    "vereinbarungen.*.frist vereinbarungen.*.verbindlich luecken.*.thema luecken.*.rechtskreis "
    "luecken.*.beschreibung",
    "vereinbarung_bestaetigen": "bestaetigt vorbehalt",
    "umsetzung_pruefen": "umgesetzt neue_frist hindernis",
    "projektstempel": "antrag_art empfaenger_stelle absprache_mit_rechtskreis einwilligung_stempel",
}


@pytest.mark.parametrize("key, group", USER_TASKS.items())
def test_tasks_go_to_their_groups(key, group):
    assert ELEMENTS[key].type == "userTask"
    assert ELEMENTS[key].candidate_groups == group


def test_names_are_those_of_the_text():
    assert {key: ELEMENTS[key].name for key in NAMES} == NAMES


def test_jobs_and_messages_are_those_of_the_text():
    assert {key: ELEMENTS[key].job_type for key in JOBS} == JOBS
    assert {key: ELEMENTS[key].message for key in MESSAGES} == MESSAGES


def test_ends_are_those_of_the_text():
    assert {"end_abgeschlossen", "end_nicht_gewuenscht"} <= ELEMENTS.keys()


@pytest.mark.parametrize("name, fields", FIELDS.items())
def test_forms_ask_what_the_text_names(name, fields):
    path = ROOT / "forms/definitions/familienkonferenz" / f"{name}.form"
    form = forms.load(path.read_bytes(), file=path.name)
    asked = {getattr(part, "path", None) for part in walk(form.parts)}
    assert set(fields.split()) <= asked
