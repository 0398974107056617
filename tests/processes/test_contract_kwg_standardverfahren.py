"""What the text of the report names stands in its diagram and forms: tasks, fields, dates, ends."""

import json
from datetime import datetime
from pathlib import Path

import pytest

import forms
from engine import bpmn, dmn, feel
from engine.clock import BERLIN
from engine.organisation.parameters import DEFAULTS
from forms.parts import Field, Rows, walk

ROOT = Path(__file__).resolve().parents[2]
NAME = "kwg_standardverfahren"
FILE = ROOT / "processes" / NAME / f"{NAME}.bpmn"
(PROCESS,) = bpmn.parse(FILE.read_bytes(), file=FILE.name)
ELEMENTS = PROCESS.elements
TABLE = FILE.with_name("dmn_kwg_ergebnis.dmn")

SD, LEITUNG = "bo_sd", "bo_sd_leitung"
MELDEND = "=gruppe_meldung"

USER_TASKS = {
    "ut_quelle": "bo_ksa,bo_kita,bo_fachberatung_ktp",
    "ut_insofa_einschaetzung": "bo_kita",
    "ut_personen_erfassen": MELDEND,
    "ut_meldebogen": MELDEND,
    "ut_meldung_kita": "bo_kita",
    "ut_zustaendigkeit_sd_leitung": LEITUNG,
    "ut_einwilligung_klaeren": MELDEND,
    "ut_telefonische_sofortmeldung": MELDEND,
    "ut_meldung_annehmen": SD,
    "ut_eskalation_sd_leitung": LEITUNG,
    "ut_eskalation_abtl": "bo_abtl",
    "ut_absprachen_kita": SD,
    "ut_einwilligung_klaeren_kita": SD,
    "ut_ksa_hinzuziehen_entscheiden": SD,
    "ut_kollegiale_reflexion": "bo_ksa",
    "ut_gefaehrdungseinschaetzung": SD,
    "ut_massnahmen_sd": SD,
    "ut_hze_einleiten": SD,
    "ut_zustimmung_familie": SD,
}
NAMES = {
    "ut_quelle": "Wer meldet?",
    "ut_insofa_einschaetzung": "Gefährdungsrisiko mit InsoFa abschätzen",
    "ut_meldebogen": "Meldebogen KWG ausfüllen",
    "ut_meldung_annehmen": "Eingang bestätigen und Zuständigkeit übernehmen",
    "ut_kollegiale_reflexion": "An kollegialer Reflexion teilnehmen",
    "ut_massnahmen_sd": "Weitere Maßnahmen nach Standardverfahren",
}
JOBS = {
    "st_fall_aktualisieren": "fall.aktualisieren",
    "st_fall_beenden": "fall.aktualisieren",
    "st_einwilligung_erfassen": "einwilligung.erfassen",
    "st_einwilligung_erfassen_kita": "einwilligung.erfassen",
    "snd_meldung_sd": "uebermittlung.senden",
    "snd_eingangsbestaetigung_kita": "uebermittlung.senden",
    "snd_bo_vermittlung": "nachricht.senden",
    "snd_fall_beendet": "nachricht.senden",
}
PAYLOADS = {
    "snd_fall_beendet": "fall_id mandant verfahren fall_ende_datum grund",
    "snd_bo_vermittlung": "fall_id zugangsweg vermittler_stelle vermittler_person "
    "zustimmung_familie kontaktdaten konkrete_problemlage kwg_ausgeschlossen",
}
HEADERS = {
    ("snd_meldung_sd", "vorlage"): "L13",
    ("snd_meldung_sd", "zweck"): "kwg_meldung",
    ("snd_meldung_sd", "empfaenger"): SD,
    ("snd_eingangsbestaetigung_kita", "vorlage"): "L13b",
    ("snd_eingangsbestaetigung_kita", "empfaenger"): "bo_kita",
    ("snd_bo_vermittlung", "nachricht"): "msg_bo_vermittlung",
    ("snd_fall_beendet", "nachricht"): "msg_fall_beendet",
}
ENDS = {
    *("end_kita_eigene_mittel", "end_uebernahme_sd", "end_hze"),
    *("end_niedrigschwellig", "end_vermittlung_ksa", "end_kein_bedarf"),
}

ANHALT = (
    *("vernachlaessigung", "koerperliche_gewalt", "psychische_gewalt", "sexualisierte_gewalt"),
    *("haeusliche_gewalt", "suchtmittel", "sonstiges"),
)
YES = (True, False)
#: The sheet of the Kita asks the same.
REPORT = {
    "kind": "select!",
    "personensorgeberechtigte": "list!",
    "personensorgeberechtigte.*.person": "select!",
    "aufenthaltsort_kind": "textfield!",
    "anhaltspunkte": ("checklist!", ANHALT),
    "beobachtungen": "textarea! S8",
    "zeitpunkt_beobachtung": "datetime!",
    "akute_gefahr": ("radio!", YES),
    "bisherige_hilfen": "textarea S8",
    "eltern_informiert": ("radio!", YES),
    "grund_eltern_nicht_informiert": "textarea!",
    "erforderlichkeit_begruendung": "textarea!",
    "sd_fachkraft": "select!",
}
#: Fields: kind, ! where an answer is needed, S8 where it is protected; options.
FIELDS = {
    "quelle": {"quelle": ("radio!", ("ksa", "kita", "tagespflege", "andere"))},
    "insofa_einschaetzung": {
        "insofa": "select!",
        "einschaetzung_datum": "date!",
        "anhaltspunkte": ("checklist!", ANHALT),
        "kwg_liegt_vor": ("radio!", ("ja", "nein")),
        "eigene_mittel_ausreichend": ("radio!", YES),
    },
    "personen_erfassen": {
        "familie": "list!",
        "familie.*.vorname": "textfield!",
        "familie.*.nachname": "textfield!",
        "familie.*.geburtsdatum": "date",
        "familie.*.rolle": ("radio!", ("kind", "elternteil", "sonstige")),
        "familie.*.personensorgeberechtigt": ("radio!", YES),
    },
    "meldebogen": REPORT,
    "meldung_kita": REPORT,
    "telefonische_sofortmeldung": {"zeitpunkt": "datetime!", "gesprochen_mit": "textfield!"},
    "zustaendigkeit_sd_leitung": {"sd_fachkraft": "select!"},
    "meldung_annehmen": {
        "eingang_zeitpunkt": "datetime!",
        "fachkraft": "select!",
        "zweite_fachkraft": "select!",
        "dringlichkeit": ("radio!", ("sofort", "heute", "binnen_woche")),
    },
    "eskalation_sd_leitung": {"erledigt": "checkbox"},
    "eskalation_abtl": {"erledigt": "checkbox"},
    "absprachen_kita": {"absprachen": "textarea"},
    "ksa_hinzuziehen_entscheiden": {"ksa_hinzuziehen": ("radio!", YES)},
    "kollegiale_reflexion": {"datum": "date!", "beitrag": "textarea S8"},
    "gefaehrdungseinschaetzung": {
        "beteiligte_fachkraefte": "checklist!",
        "eltern_einbezogen": ("radio!", ("ja", "nein_schutz")),
        "unmittelbarer_eindruck": ("radio!", ("ja", "nicht_erforderlich")),
        "ergebnis": (
            "radio!",
            (
                *("kwg", "latente_kwg", "keine_kwg_hilfebedarf_hze"),
                *("keine_kwg_niedrigschwellig", "kein_hilfebedarf"),
            ),
        ),
        "begruendung": "textarea! S8",
    },
    "massnahmen_sd": {
        "massnahmen": (
            "checklist!",
            ("schutzplan", "hze", "familiengericht", "inobhutnahme", "sonstige"),
        )
    },
    "hze_einleiten": {"datum": "date!", "begruendung": "textarea! S8"},
    "zustimmung_familie": {
        "zustimmung_familie": ("radio!", YES),
        "kontaktdaten": "textfield!",
        "konkrete_problemlage": "textarea",
    },
}
STATUS = {
    ("gefaehrdungseinschaetzung", "ergebnis"),
    ("insofa_einschaetzung", "kwg_liegt_vor"),
    ("meldebogen", "anhaltspunkte"),
    ("massnahmen_sd", "massnahmen"),
}

#: Where an answer leads: gateway, what holds there, next element.
WAYS = [
    ("gw_start", {"quelle": None}, "ut_quelle"),
    ("gw_start", {"quelle": "ksa"}, "scr_gruppe_meldung"),
    ("gw_gemeldet", {"ausgang": "kita_eigene_mittel"}, "gw_beendet"),
    ("gw_gemeldet", {"ausgang": "gemeldet"}, "sub_bearbeitung"),
    ("gw_quelle", {"quelle": "kita"}, "ut_insofa_einschaetzung"),
    *(("gw_quelle", {"quelle": q}, "gw_melden") for q in ("ksa", "tagespflege", "andere")),
    ("gw_kita_meldung", {"kwg_liegt_vor": "ja", "genug": False}, "gw_melden"),
    ("gw_kita_meldung", {"kwg_liegt_vor": "ja", "genug": True}, "aus_kita_eigene_mittel"),
    ("gw_kita_meldung", {"kwg_liegt_vor": "nein", "genug": False}, "aus_kita_eigene_mittel"),
    ("gw_personen", {"fall": {"personen": []}}, "ut_personen_erfassen"),
    ("gw_personen", {"fall": {"personen": [{"person_id": "1"}]}}, "gw_erfasst"),
    ("gw_bogen", {"quelle": "kita"}, "ut_meldung_kita"),
    ("gw_bogen", {"quelle": "tagespflege"}, "ut_meldebogen"),
    ("gw_einwilligung_geklaert", {"einwilligung_ergebnis": "entfaellt"}, "aus_gemeldet"),
    (
        "gw_einwilligung_geklaert",
        {"einwilligung_ergebnis": "eingeholt"},
        "st_einwilligung_erfassen",
    ),
    ("gw_akut", {"akute_gefahr": True}, "ut_telefonische_sofortmeldung"),
    ("gw_akut", {"akute_gefahr": False}, "ende_sofortmeldung"),
    ("gw_kita_rueck", {"quelle": "kita"}, "sub_kita_rueck"),
    ("gw_kita_rueck", {"quelle": "andere"}, "end_kita_rueck"),
    ("gw_ksa", {"ksa_hinzuziehen": True, "quelle": "ksa"}, "ut_kollegiale_reflexion"),
    ("gw_ksa", {"ksa_hinzuziehen": True, "quelle": "kita"}, "ut_gefaehrdungseinschaetzung"),
    ("gw_ksa", {"ksa_hinzuziehen": False, "quelle": "ksa"}, "ut_gefaehrdungseinschaetzung"),
    ("gw_ergebnis", {"weg": "massnahmen"}, "ut_massnahmen_sd"),
    ("gw_ergebnis", {"weg": "hze"}, "ut_hze_einleiten"),
    ("gw_ergebnis", {"weg": "vermittlung_ksa"}, "gw_aufruf"),
    ("gw_ergebnis", {"weg": "ende"}, "aus_kein_bedarf"),
    ("gw_aufruf", {"aufruf_p1": True}, "aus_niedrigschwellig"),
    ("gw_aufruf", {"aufruf_p1": False}, "ut_zustimmung_familie"),
    ("gw_zustimmung", {"familie_stimmt_zu": True}, "snd_bo_vermittlung"),
    ("gw_zustimmung", {"familie_stimmt_zu": False}, "aus_kein_bedarf"),
    ("gw_fall_weiter", {"aufruf_p1": True}, "gw_abgeschlossen"),
    ("gw_fall_weiter", {"ausgang": "vermittlung_ksa"}, "gw_abgeschlossen"),
    ("gw_fall_weiter", {"fall": {"laufende_verfahren": [NAME, "p1"]}}, "gw_abgeschlossen"),
    ("gw_fall_weiter", {"ausgang": "hze"}, "st_fall_beenden"),
    *(("gw_ausgang", {"ausgang": end.removeprefix("end_")}, end) for end in sorted(ENDS)),
]
BLANK = {"aufruf_p1": False, "fall": {"laufende_verfahren": [NAME]}}


def clock():
    return datetime(2026, 3, 9, 9, 0, tzinfo=BERLIN)


def value(raw, **context):
    return feel.compile(raw.removeprefix("=")).require(context, clock=clock)


def of_type(*types):
    return {key for key, element in ELEMENTS.items() if element.type in types}


def fields_of(name):
    path = ROOT / "forms" / "definitions" / NAME / f"{name}.form"
    form = forms.load(path.read_bytes(), file=path.name)
    return {p.path: p for p in walk(form.parts) if isinstance(p, Field | Rows)}


def told(part):
    """Write a field as the table above does."""
    if isinstance(part, Rows):
        return "list!" if part.at_least else "list"
    kind = part.subtype if part.kind == "datetime" else part.kind
    protected = " S8" if part.properties.get("datenklasse") == "S8" else ""
    text = f"{kind}{'!' if part.required else ''}{protected}"
    options = part.options and tuple(each.value for each in part.options.fixed)
    return (text, options) if options else text


def test_people_get_exactly_the_named_tasks():
    found = {key: ELEMENTS[key].candidate_groups for key in of_type("userTask")}
    assert found == USER_TASKS


def test_tasks_are_called_what_the_text_calls_them():
    assert {key: ELEMENTS[key].name for key in NAMES} == NAMES


def test_the_system_does_exactly_the_named_work():
    found = {key: ELEMENTS[key].job_type for key in of_type("serviceTask", "sendTask")}
    assert found == JOBS


@pytest.mark.parametrize("element_id, header", HEADERS)
def test_work_is_told_what_it_needs(element_id, header):
    assert ELEMENTS[element_id].headers[header] == HEADERS[element_id, header]


@pytest.mark.parametrize("element_id", PAYLOADS)
def test_messages_carry_only_what_the_catalogue_allows(element_id):
    sent = {line.target for line in ELEMENTS[element_id].inputs}
    assert sent == set(PAYLOADS[element_id].split())


@pytest.mark.parametrize("name", FIELDS)
def test_forms_ask_what_the_text_names(name):
    found = {path: told(part) for path, part in fields_of(name).items()}
    assert found == FIELDS[name]


@pytest.mark.parametrize("name, field", sorted(STATUS))
def test_codes_about_the_danger_are_of_their_class(name, field):
    assert fields_of(name)[field].properties["datenklasse"] == "S8-Status"


def test_every_end_stands_on_the_top_plane():
    found = {key for key in of_type("endEvent") if ELEMENTS[key].scope is None}
    assert found == ENDS
    assert ELEMENTS["end_kita_rueck"].scope == "sub_bearbeitung"


def test_one_start_that_people_and_the_kita_social_work_use():
    (start,) = PROCESS.starts
    assert (start.id, start.event) == ("start_kwg", "none")
    assert start.properties["knopf_gruppen"] == USER_TASKS["ut_quelle"]
    found = {line.target: value(line.source) for line in start.outputs}
    assert found == {"quelle": None, "aufruf_p1": False, "kwg_ergebnis": None, "ausgang": None}


@pytest.mark.parametrize(
    "source, group",
    [
        ("kita", "bo_kita"),
        ("tagespflege", "bo_fachberatung_ktp"),
        ("ksa", "bo_ksa"),
        ("andere", "bo_ksa"),
    ],
)
def test_the_reporting_group_follows_from_who_reports(source, group):
    script = ELEMENTS["scr_gruppe_meldung"]
    assert script.result_variable == "gruppe_meldung"
    assert value(script.script, quelle=source) == group


@pytest.mark.parametrize(
    "timer, hours, task",
    [
        ("tm_annahme", "=duration(parameter.kwg_annahme)", "ut_eskalation_sd_leitung"),
        ("tm_annahme2", "PT24H", "ut_eskalation_abtl"),
    ],
)
def test_hours_without_acceptance_escalate(timer, hours, task):
    element = ELEMENTS[timer]
    assert (element.attached_to, element.interrupting) == ("ut_meldung_annehmen", False)
    assert element.timer.expression == hours
    assert DEFAULTS["kwg_annahme"] == "PT4H"
    assert [flow.target for flow in element.outgoing] == [task]


def test_there_are_no_other_timers_and_no_caught_messages():
    timers = {key for key, element in ELEMENTS.items() if element.event == "timer"}
    assert timers == {"tm_annahme", "tm_annahme2"}
    assert {element.message for element in ELEMENTS.values()} == {None}


@pytest.mark.parametrize("task", ["snd_meldung_sd", "snd_eingangsbestaetigung_kita"])
def test_a_refused_transmission_is_cleared_by_a_person(task):
    boundary = ELEMENTS[f"bd_einwilligung_fehlt_{task}"]
    assert (boundary.attached_to, boundary.error_code) == (task, "err_einwilligung_fehlt")


def test_an_unknown_recipient_is_named_by_the_lead():
    boundary = ELEMENTS["bd_empfaenger_unbekannt"]
    assert boundary.attached_to == "snd_meldung_sd"
    assert boundary.error_code == "err_empfaenger_unbekannt"
    assert boundary.outgoing[0].target == "ut_zustaendigkeit_sd_leitung"


@pytest.mark.parametrize("gateway, facts, target", WAYS)
def test_answers_lead_where_the_text_says(gateway, facts, target):
    facts = dict(facts)
    if "genug" in facts:
        facts["eigene_mittel_ausreichend"] = facts.pop("genug")
        facts = {"insofa_einschaetzung": facts}
    element = ELEMENTS[gateway]
    context = {"quelle": None, "ausgang": None, **BLANK, **facts}
    taken = [
        flow.target
        for flow in element.outgoing
        if flow.condition
        and feel.compile(flow.condition.removeprefix("=")).condition(context, clock=clock)
    ]
    default = [flow.target for flow in element.outgoing if flow.is_default]
    assert (taken or default) == [target]


@pytest.mark.parametrize(
    "result, way, outcome",
    [
        ("kwg", "massnahmen", "uebernahme_sd"),
        ("latente_kwg", "massnahmen", "uebernahme_sd"),
        ("keine_kwg_hilfebedarf_hze", "hze", "hze"),
        ("keine_kwg_niedrigschwellig", "vermittlung_ksa", "niedrigschwellig"),
        ("kein_hilfebedarf", "ende", "kein_bedarf"),
        ("etwas_neues", "massnahmen", "uebernahme_sd"),
        (None, "massnahmen", "uebernahme_sd"),
    ],
)
def test_the_table_keeps_to_the_safe_side(result, way, outcome):
    decision = dmn.load(TABLE.read_bytes(), file=TABLE.name).decisions["dmn_kwg_ergebnis"]
    found = feel.to_json(decision.evaluate({"ergebnis": result}, clock=clock).value)
    assert found == {"weg": way, "kwg_ergebnis": outcome}


def test_forms_are_those_of_the_tasks():
    folder = ROOT / "forms" / "definitions" / NAME
    ids = {json.loads(path.read_text(encoding="utf-8"))["id"] for path in folder.glob("*.form")}
    assert ids == {ELEMENTS[key].form.id for key in USER_TASKS}
