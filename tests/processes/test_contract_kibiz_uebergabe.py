"""What the text of the hand-over names stands in its diagram: tasks, messages, dates, ends."""

from datetime import datetime
from pathlib import Path

import pytest

from engine import bpmn, feel
from engine.clock import BERLIN

FILE = Path(__file__).resolve().parents[2] / "processes/kibiz_uebergabe/kibiz_uebergabe.bpmn"
HANDOVER, ASD = bpmn.parse(FILE.read_bytes(), file=FILE.name)
ELEMENTS = {**HANDOVER.elements, **ASD.elements}

IFK, KIBIZ, LEITUNG = "goe_ifk", "goe_ifk_kibiz", "goe_teamleitung"
BEIDE = f"{IFK},{KIBIZ}"

USER_TASKS = {
    "ut_vorschlag": IFK,
    "ut_nicht_zielgruppe": IFK,
    "ut_angebot_vorstellen": IFK,
    "ut_fallbesprechung": KIBIZ,
    "ut_einwilligung_asd": KIBIZ,
    "ut_asd_erinnern": KIBIZ,
    "ut_einwilligung_klaeren": KIBIZ,
    "ut_weitergabe_entscheiden": "goe_teamleitung,datenschutz",
    "ut_einwilligung_hze": KIBIZ,
    "ut_hze_pruefung_alle": KIBIZ,
    "ut_hze_pruefung_alle_erinnerung": KIBIZ,
    "ut_schwerpunkt_klaeren": "goe_ifk_kibiz,goe_ifk_uesb",
    "ut_einwilligung_klaeren_uesb": KIBIZ,
    "ut_infogespraech": KIBIZ,
    "ut_kapazitaet_entscheiden": LEITUNG,
    "ut_warteliste_pruefen": KIBIZ,
    "ut_einverstaendnis": KIBIZ,
    "ut_einverstaendnis_erinnerung": KIBIZ,
    "ut_uebergabegespraech": BEIDE,
    "ut_asd_entscheidung": "goe_asd",
}

#: Tasks whose names the text gives.
NAMES = {
    "ut_vorschlag": "BG für KiBiZ vorschlagen",
    "ut_angebot_vorstellen": "KiBiZ vorstellen",
    "ut_fallbesprechung": "Kurze Fallbesprechung IFK / IFK KiBiZ",
    "ut_hze_pruefung_alle": "Prüfung durch alle Beteiligten: Ist KiBiZ zielführend?",
    "ut_infogespraech": "Infogespräch führen",
    "ut_einverstaendnis": "Einverständnis einholen",
    "ut_uebergabegespraech": "Übergabegespräch führen",
}

JOBS = {
    "st_fall_aktualisieren": "fall.aktualisieren",
    "st_einwilligung_erfassen": "einwilligung.erfassen",
    "st_einwilligung_erfassen_asd": "einwilligung.erfassen",
    "st_einwilligung_erfassen_hze": "einwilligung.erfassen",
    "st_einwilligung_erfassen_klaeren": "einwilligung.erfassen",
    "st_einwilligung_erfassen_klaeren_uesb": "einwilligung.erfassen",
    "snd_anfrage_asd": "uebermittlung.senden",
    "snd_uebergabe_uesb": "uebermittlung.senden",
    "st_fallzahl": "fallzahl.ermitteln",
    "st_platz_reservieren": "platz.reservieren",
    "st_platz_reservieren_ueber": "platz.reservieren",
    "st_fachkraft_eintragen": "fall.aktualisieren",
    "st_warteliste": "platz.reservieren",
    "st_platz_freigeben": "platz.freigeben",
    "st_fall_beenden": "fall.aktualisieren",
    "st_teilnahme_eintragen": "teilnahme.eintragen",
    "st_brief_teilnahme": "brief.erstellen",
    "snd_start_begleitung": "nachricht.senden",
    "snd_start_kind_uebergang": "nachricht.senden",
    "snd_fall_beendet": "nachricht.senden",
    "snd_asd_entscheidung": "nachricht.senden",
}

HEADERS = {
    ("st_brief_teilnahme", "vorlage"): "L28",
    ("snd_anfrage_asd", "nachricht"): "msg_anfrage_asd",
    ("snd_anfrage_asd", "empfaenger"): "fb51",
    ("snd_anfrage_asd", "empfaenger_art"): "fb51",
    ("snd_anfrage_asd", "daten_art"): "zweckgebunden",
    ("snd_uebergabe_uesb", "zweck"): "uebergabe",
    ("snd_uebergabe_uesb", "nachricht"): "msg_uebergabe_uesb",
    ("snd_uebergabe_uesb", "empfaenger"): "goe_ifk_uesb",
    ("snd_uebergabe_uesb", "empfaenger_art"): "dritter",
    ("snd_uebergabe_uesb", "daten_art"): "zweckgebunden",
    ("snd_start_begleitung", "nachricht"): "msg_start_begleitung",
    ("snd_start_kind_uebergang", "nachricht"): "msg_start_kind_uebergang",
    ("snd_start_kind_uebergang", "korrelation"): "kind_id",
    ("snd_fall_beendet", "nachricht"): "msg_fall_beendet",
    ("snd_asd_entscheidung", "nachricht"): "msg_asd_entscheidung",
    ("st_warteliste", "warteliste"): "true",
}

PAYLOADS = {
    "snd_start_begleitung": "fall_id teilnahme_beginn hb_faellig_am kinder einwilligungen "
    "hb_soll_am erstaufnahme_erledigt",
    "snd_start_kind_uebergang": "fall_id kind_id",
    "snd_fall_beendet": "fall_id mandant verfahren fall_ende_datum grund",
    "snd_asd_entscheidung": "fall_id asd_zustimmung ausnahmegrund fachkraft datum",
}

#: What leaves the case, and no more.
CONTENTS = {
    "snd_anfrage_asd": {
        "familie": {"person_id", "rolle", "vorname", "nachname", "geburtsdatum"},
        "frage": None,
        "meldung_8a": None,
    },
    "snd_uebergabe_uesb": {
        "sgb2_bezug": None,
        "jobcenter_standort": None,
        "kinder": {"person_id", "vorname", "nachname", "geburtsdatum"},
    },
}

MESSAGES = {
    "start_mehrbedarf_schwangerschaft": "msg_mehrbedarf_schwangerschaft",
    "start_nb_wiederaufnahme": "msg_nb_wiederaufnahme",
    "bd_vorschlag_zurueckgezogen": "msg_familie_zieht_zurueck",
    "bd_familie_zieht_zurueck": "msg_familie_zieht_zurueck",
    "rcv_asd_entscheidung": "msg_asd_entscheidung",
    "rcv_platz_frei": "msg_platz_frei",
    "start_anfrage_asd": "msg_anfrage_asd",
}

BUTTONS = {
    "start_vorschlag": ("Familie für KiBiZ vorschlagen", IFK),
    "start_mehrbedarf_schwangerschaft": ("Mehrbedarf bei Schwangerschaft melden", IFK),
    "bd_vorschlag_zurueckgezogen": ("Vorschlag zurückziehen", BEIDE),
    "bd_familie_zieht_zurueck": ("Familie zieht zurück", BEIDE),
}

DECISIONS = {
    "brt_zielgruppe": ("dmn_kibiz_zielgruppe", "zielgruppe_ok grund wiedervorlage"),
    "brt_ausschluss": ("dmn_kibiz_ausschluss", "weg hinweis"),
    "brt_kapazitaet": ("dmn_kibiz_kapazitaet", "kapazitaet freie_plaetze"),
    "brt_prioritaet": ("dmn_kibiz_prioritaet", "prioritaet"),
}

TOP_ENDS = [
    "uebernommen",
    "nicht_zielgruppe",
    "kein_interesse",
    "ausschluss_kwg",
    "hze_vorrang",
    "uesb",
    "kein_wunsch",
    "keine_kapazitaet",
    "kein_einverstaendnis",
    "zurueckgezogen",
]

OUTCOMES = {
    "aus_zielgruppe": "zielgruppe",
    "aus_nicht_zielgruppe": "nicht_zielgruppe",
    "aus_kein_interesse": "kein_interesse",
    "aus_ausschluss_kwg": "ausschluss_kwg",
    "aus_hze_vorrang": "hze_vorrang",
    "aus_uesb": "uesb",
    "aus_kein_wunsch": "kein_wunsch",
    "aus_platz": "platz",
    "aus_erneut": "erneut",
    "aus_keine_kapazitaet": "keine_kapazitaet",
    "aus_warteliste_kein_interesse": "kein_interesse",
    "aus_kein_einverstaendnis": "kein_einverstaendnis",
    "aus_weiter": "weiter",
    "bd_vorschlag_zurueckgezogen": "zurueckgezogen",
    "bd_familie_zieht_zurueck": "zurueckgezogen",
}

START = {
    "asd_zustimmung": "offen",
    "hze_zielfuehrend": "offen",
    "hze_status": "unbekannt",
    "kwg_status": "keine",
}

P3, BG = "kibiz_uebergabe", {"teilnahme_status": None}

#: Gateways that only bring ways together; the others decide.
MERGES = {"gw_asd_warten", "gw_warteliste_warten", "gw_beendet", "gw_abgeschlossen"}
#: Gateways that wait for what happens first.
RACES = {"ebg_asd", "ebg_warteliste"}

#: Where an answer leads: gateway, what holds there, next element.
WAYS = [
    ("gw_anlass", {"einstieg": "neu"}, "ut_vorschlag"),
    ("gw_anlass", {"einstieg": "wiederaufnahme"}, "brt_zielgruppe"),
    ("gw_anlass", {"einstieg": "warteliste"}, "brt_zielgruppe"),
    ("gw_vorschlag", {"ausgang": "zielgruppe"}, "sub_uebergabe"),
    ("gw_vorschlag", {"ausgang": "nicht_zielgruppe"}, "gw_beendet"),
    ("gw_zielgruppe", {"zielgruppe_ok": True}, "aus_zielgruppe"),
    ("gw_zielgruppe", {"grund": "vor_13_ssw", "wiedervorlage": True}, "tm_ssw13"),
    ("gw_zielgruppe", {"grund": "angaben_unvollstaendig"}, "ut_vorschlag"),
    ("gw_zielgruppe", {"grund": "kein_sgb2_bezug"}, "ut_nicht_zielgruppe"),
    ("gw_einstieg", {"einstieg": "neu"}, "ut_angebot_vorstellen"),
    ("gw_einstieg", {"einstieg": "wiederaufnahme"}, "ut_fallbesprechung"),
    ("gw_einstieg", {"einstieg": "warteliste"}, "sub_kapazitaet"),
    ("gw_interesse", {"interesse_familie": "ja"}, "ut_fallbesprechung"),
    ("gw_interesse", {"interesse_familie": "nein"}, "aus_kein_interesse"),
    ("gw_interesse", {"interesse_familie": "bedenkzeit"}, "tm_bedenkzeit"),
    ("gw_ausschluss", {"weg": "asd_anfragen"}, "sub_asd"),
    ("gw_ausschluss", {"weg": "ausschluss_kwg"}, "aus_ausschluss_kwg"),
    ("gw_ausschluss", {"weg": "hze_pruefen"}, "sub_hze"),
    ("gw_ausschluss", {"weg": "ausschluss_hze"}, "aus_hze_vorrang"),
    ("gw_ausschluss", {"weg": "uesb"}, "sub_uesb"),
    ("gw_ausschluss", {"weg": "fallbesprechung_uesb"}, "ut_schwerpunkt_klaeren"),
    ("gw_ausschluss", {"weg": "weiter"}, "ut_infogespraech"),
    ("gw_asd_zulaessig", {"einverstaendnis_asd": "verweigert"}, "ende_asd_nicht_gefragt"),
    ("gw_asd_zulaessig", {"einverstaendnis_asd": "erteilt"}, "snd_anfrage_asd"),
    ("gw_asd_zulaessig", {"meldung_8a": True}, "snd_anfrage_asd"),
    ("gw_uebermittelt", {"uebermittlung_entscheidung": "erlaubt"}, "gw_asd_warten"),
    ("gw_uebermittelt", {"uebermittlung_entscheidung": "manuell"}, "ut_weitergabe_entscheiden"),
    ("gw_weitergabe", {"weitergabe_entscheidung": "senden"}, "snd_anfrage_asd"),
    ("gw_weitergabe", {"weitergabe_entscheidung": "nicht_senden"}, "ende_asd_nicht_freigegeben"),
    ("gw_asd_erinnert", {"asd_erinnerungen": 1}, "ut_asd_erinnern"),
    ("gw_asd_erinnert", {"asd_erinnerungen": 2}, "ende_asd_ohne_antwort"),
    ("gw_einwilligung_geklaert", {"einwilligung_ergebnis": "verweigert"}, "ende_asd_nicht_gefragt"),
    ("gw_einwilligung_geklaert", {"einwilligung_ergebnis": "entfaellt"}, "ende_asd_nicht_gefragt"),
    (
        "gw_einwilligung_geklaert",
        {"einwilligung_ergebnis": "eingeholt"},
        "st_einwilligung_erfassen_klaeren",
    ),
    (
        "gw_einwilligung_geklaert_uesb",
        {"einwilligung_ergebnis": "eingeholt"},
        "st_einwilligung_erfassen_klaeren_uesb",
    ),
    (
        "gw_einwilligung_geklaert_uesb",
        {"einwilligung_ergebnis": "verweigert"},
        "ende_uesb_ohne_daten",
    ),
    ("gw_hze_einwilligung", {"einverstaendnis_hze": "erteilt"}, "ut_hze_pruefung_alle"),
    ("gw_hze_einwilligung", {"einverstaendnis_hze": "verweigert"}, "ende_hze_ohne_einwilligung"),
    ("gw_wunsch", {"aktiver_wunsch": True}, "aus_kein_wunsch"),
    ("gw_wunsch", {"aktiver_wunsch": True, "bereitschaft_zusammenarbeit": True}, "gw_hze"),
    ("gw_hze", {"hze_status": "keine"}, "sub_kapazitaet"),
    ("gw_hze", {"hze_status": "anbahnend"}, "brt_ausschluss"),
    ("gw_hze", {"hze_status": "installiert", "hze_zielfuehrend": "ja"}, "sub_kapazitaet"),
    ("gw_kapazitaet", {"kapazitaet": "frei"}, "st_platz_reservieren"),
    ("gw_kapazitaet", {"kapazitaet": "ueberbelegt"}, "ut_kapazitaet_entscheiden"),
    ("gw_reserviert", {"reservierung": "voll"}, "ut_kapazitaet_entscheiden"),
    ("gw_reserviert", {"reservierung": "reserviert"}, "aus_platz"),
    (
        "gw_kapazitaet_entscheidung",
        {"kapazitaet_entscheidung": "andere_fachkraft"},
        "st_fachkraft_eintragen",
    ),
    (
        "gw_kapazitaet_entscheidung",
        {"kapazitaet_entscheidung": "ueberbelegung"},
        "st_platz_reservieren_ueber",
    ),
    ("gw_kapazitaet_entscheidung", {"kapazitaet_entscheidung": "warteliste"}, "brt_prioritaet"),
    ("gw_kapazitaet_entscheidung", {"kapazitaet_entscheidung": "ablehnen"}, "aus_keine_kapazitaet"),
    ("gw_warteliste", {"interesse_weiter": True}, "gw_warteliste_warten"),
    ("gw_warteliste", {"interesse_weiter": False}, "aus_warteliste_kein_interesse"),
    ("gw_platz", {"ausgang": "platz"}, "sub_einverstaendnis"),
    ("gw_platz", {"ausgang": "erneut"}, "ende_ohne_platz"),
    ("gw_ausgang", {"ausgang": "weiter"}, "scr_teilnahme_start"),
    ("gw_ausgang", {"ausgang": "erneut"}, "sub_vorschlag"),
    ("gw_ausgang", {"ausgang": "kein_wunsch"}, "gw_beendet"),
    ("gw_fall_weiter", {"fall": {"bg": None, "laufende_verfahren": [P3]}}, "st_platz_freigeben"),
    ("gw_fall_weiter", {"fall": {"bg": BG, "laufende_verfahren": [P3]}}, "st_platz_freigeben"),
    (
        "gw_fall_weiter",
        {"fall": {"bg": BG, "laufende_verfahren": [P3, "kibiz_asd_anfrage"]}},
        "st_platz_freigeben",
    ),
    (
        "gw_fall_weiter",
        {"fall": {"bg": BG, "laufende_verfahren": [P3, P3]}},
        "gw_abgeschlossen",
    ),
    (
        "gw_fall_weiter",
        {"fall": {"bg": {"teilnahme_status": "teilnahme"}, "laufende_verfahren": [P3]}},
        "gw_abgeschlossen",
    ),
    *(("gw_ende", {"ausgang": name}, f"end_{name}") for name in TOP_ENDS[1:]),
]
BLANK = {
    "zielgruppe_ok": False,
    "wiedervorlage": False,
    "meldung_8a": False,
    "einverstaendnis_asd": "verweigert",
    "aktiver_wunsch": False,
    "bereitschaft_zusammenarbeit": False,
    "hze_zielfuehrend": "offen",
}

#: Reminder days start at 00:00 of the last day, also over the change of the clock in March.
TIMERS = {
    "tm_ssw13": "2026-04-03",
    "tm_bedenkzeit": "2026-04-03",
    "tm_asd_antwort": "2026-04-04",
    "tm_hze_pruefung": "2026-04-17",
    "tm_warteliste": "2026-04-24",
    "tm_einverstaendnis": "2026-04-05",
}
PARAMETERS = {
    "bedenkzeit": "P14D",
    "asd_antwort": "P15D",
    "hze_pruefung": "P4W",
    "warteliste": "P5W",
    "einverstaendnis": "P16D",
}


def clock():
    return datetime(2026, 3, 20, 17, 30, tzinfo=BERLIN)


def value(raw, **context):
    return feel.compile(raw.removeprefix("=")).require(context, clock=clock)


def outputs(element_id):
    return {line.target: line.source for line in ELEMENTS[element_id].outputs}


def of_type(*types):
    return {key for key, element in ELEMENTS.items() if element.type in types}


def test_the_engine_has_nothing_to_object_to():
    assert bpmn.check(FILE.read_bytes(), file=FILE.name) == []


def test_both_offices_have_their_own_procedure():
    assert (HANDOVER.id, ASD.id) == ("kibiz_uebergabe", "kibiz_asd_anfrage")
    assert [start.id for start in ASD.starts] == ["start_anfrage_asd"]
    names = {"start_vorschlag", "start_mehrbedarf_schwangerschaft", "start_nb_wiederaufnahme"}
    assert {start.id for start in HANDOVER.starts} == names


def test_people_get_exactly_the_named_tasks():
    found = {key: ELEMENTS[key].candidate_groups for key in of_type("userTask")}
    assert found == USER_TASKS


def test_tasks_are_called_what_the_text_calls_them():
    assert {key: ELEMENTS[key].name for key in NAMES} == NAMES


def test_tasks_show_the_form_of_their_name():
    for key in USER_TASKS:
        process = ASD.id if key in ASD.elements else HANDOVER.id
        name = key.removeprefix("ut_").replace("klaeren_uesb", "klaeren")
        assert ELEMENTS[key].form.id == f"{process}.{name}"


def test_the_system_does_exactly_the_named_work():
    found = {key: ELEMENTS[key].job_type for key in of_type("serviceTask", "sendTask")}
    assert found == JOBS
    assert of_type("scriptTask") == {"scr_teilnahme_start"}


@pytest.mark.parametrize("element_id, header", HEADERS)
def test_work_is_told_what_it_needs(element_id, header):
    assert ELEMENTS[element_id].headers[header] == HEADERS[element_id, header]


@pytest.mark.parametrize("element_id", PAYLOADS)
def test_messages_carry_only_what_the_catalogue_allows(element_id):
    sent = {line.target for line in ELEMENTS[element_id].inputs}
    assert sent == set(PAYLOADS[element_id].split())


@pytest.mark.parametrize("element_id", CONTENTS)
def test_what_leaves_the_case_is_what_its_receiver_needs(element_id):
    (line,) = (each for each in ELEMENTS[element_id].inputs if each.target == "inhalt")
    someone = dict.fromkeys(("person_id", "rolle", "vorname", "nachname", "lta_bedarf"), "x")
    family = {"personen": [someone], "kinder": [someone]}
    facts = {"meldung_8a": False, "sgb2_bezug": True, "jobcenter_standort": "56.8"}
    sent = value(line.source, fall=family, **facts)
    shape = {key: set(each[0]) if isinstance(each, list) else None for key, each in sent.items()}
    assert shape == CONTENTS[element_id]


def test_messages_wait_for_ever():
    kept = {key: element.headers.get("ttl") for key, element in ELEMENTS.items()}
    assert set(kept.values()) == {None}


def test_messages_are_caught_where_they_are_named():
    found = {key: element.message for key, element in ELEMENTS.items() if element.message}
    assert found == MESSAGES
    others = {key for key in MESSAGES if key != "start_mehrbedarf_schwangerschaft"}
    assert {ELEMENTS[key].correlation for key in others} == {"=fall_id"}


def test_only_what_people_notice_is_a_button():
    properties = {key: element.properties for key, element in ELEMENTS.items()}
    found = {
        key: (each["knopf"], each["knopf_gruppen"])
        for key, each in properties.items()
        if "knopf" in each
    }
    assert found == BUTTONS


@pytest.mark.parametrize("element_id", DECISIONS)
def test_decisions_fill_variables_of_their_outputs(element_id):
    decision, names = DECISIONS[element_id]
    element = ELEMENTS[element_id]
    assert element.decision.id == decision
    assert element.result_variable == decision.removeprefix("dmn_")
    assert set(outputs(element_id)) == set(names.split())


def test_all_rules_are_decided_by_tables():
    assert of_type("businessRuleTask") == set(DECISIONS)


def test_every_end_stands_on_the_top_plane():
    found = {key for key in of_type("endEvent") if HANDOVER.elements.get(key)}
    assert {key for key in found if ELEMENTS[key].scope is None} == {f"end_{n}" for n in TOP_ENDS}


@pytest.mark.parametrize("element_id", OUTCOMES)
def test_leaving_a_phase_says_how(element_id):
    assert value(outputs(element_id)["ausgang"]) == OUTCOMES[element_id]


def test_nothing_else_leaves_a_phase():
    found = {key for key in ELEMENTS if "ausgang" in outputs(key)}
    assert found == set(OUTCOMES)


def test_every_end_but_the_hand_over_closes_the_case_and_reports_it():
    steps = ["st_platz_freigeben", "st_fall_beenden", "snd_fall_beendet"]
    ways = [[flow.target for flow in ELEMENTS[step].outgoing] for step in steps]
    assert ways == [["st_fall_beenden"], ["snd_fall_beendet"], ["gw_abgeschlossen"]]
    assert {flow.target for flow in ELEMENTS["gw_abgeschlossen"].outgoing} == {"gw_ende"}
    assert {flow.target for flow in ELEMENTS["gw_ende"].outgoing} == {
        f"end_{name}" for name in TOP_ENDS if name != "uebernommen"
    }


def test_closing_a_case_says_when_and_why():
    (given,) = ELEMENTS["st_fall_beenden"].inputs
    assert given.target == "fallangaben"
    assert feel.to_json(value(given.source, ausgang="kein_wunsch")) == {
        "status": "beendet",
        "fall_ende_datum": "2026-03-20",
        "beendigungsgrund": "kein_wunsch",
    }


@pytest.mark.parametrize("start", HANDOVER.starts, ids=lambda start: start.id)
def test_starts_set_the_initial_values(start):
    found = outputs(start.id)
    assert {name: value(found[name]) for name in START} == START


@pytest.mark.parametrize("gateway, facts, target", WAYS)
def test_answers_lead_where_the_text_says(gateway, facts, target):
    element = ELEMENTS[gateway]
    names = {flow.condition for flow in element.outgoing if flow.condition}
    expressions = {raw: feel.compile(raw.removeprefix("=")) for raw in names}
    context = {name: BLANK.get(name) for each in expressions.values() for name in each.names}
    context |= facts
    taken = [
        flow.target
        for flow in element.outgoing
        if flow.condition and expressions[flow.condition].condition(context, clock=clock)
    ]
    default = [flow.target for flow in element.outgoing if flow.is_default]
    assert (taken or default) == [target]


def test_every_gateway_is_in_the_table():
    decisions = {gateway for gateway, _, _ in WAYS} | {"gw_alle"}
    assert of_type("exclusiveGateway") == decisions | MERGES
    assert of_type("eventBasedGateway") == RACES
    assert {key for key in ELEMENTS if key.startswith("gw_")} == decisions | MERGES


@pytest.mark.parametrize("gateway", sorted({gateway for gateway, _, _ in WAYS}))
def test_every_way_out_of_a_gateway_is_in_the_table(gateway):
    ways = {target for key, _, target in WAYS if key == gateway}
    assert ways == {flow.target for flow in ELEMENTS[gateway].outgoing}


@pytest.mark.parametrize("element_id", TIMERS)
def test_dates_are_days_in_germany(element_id):
    timer = ELEMENTS[element_id].timer
    assert timer.kind == "timeDate"
    week = {"ssw_erfasst_am": "2026-03-20", "schwangerschaftswoche": 11}
    due = value(timer.expression, parameter=PARAMETERS, **week)
    assert due == datetime.fromisoformat(TIMERS[element_id]).replace(tzinfo=BERLIN)


def test_there_are_no_other_timers():
    found = {key for key, element in ELEMENTS.items() if element.event == "timer"}
    assert found == set(TIMERS)


@pytest.mark.parametrize("task", ["ut_hze_pruefung_alle", "ut_einverstaendnis"])
def test_reminders_end_with_their_task(task):
    (timer,) = (e for e in ELEMENTS.values() if e.attached_to == task)
    assert not timer.interrupting
    (way,) = timer.outgoing
    assert way.target == f"{task}_erinnerung"
    assert ELEMENTS[way.target].name.startswith("Erinnerung:")
    assert ELEMENTS[way.target].candidate_groups == ELEMENTS[task].candidate_groups
    scope = ELEMENTS[task].scope
    inside = {key for key, element in ELEMENTS.items() if element.scope == scope}
    assert {ELEMENTS[key].event for key in inside} >= {"terminate"}


def test_families_can_withdraw_at_any_time():
    for key, phase in (
        ("bd_vorschlag_zurueckgezogen", "sub_vorschlag"),
        ("bd_familie_zieht_zurueck", "sub_uebergabe"),
    ):
        assert (ELEMENTS[key].attached_to, ELEMENTS[key].interrupting) == (phase, True)


@pytest.mark.parametrize("task", ["snd_anfrage_asd", "snd_uebergabe_uesb"])
def test_a_refused_transmission_is_cleared_by_a_person(task):
    boundary = ELEMENTS[f"bd_einwilligung_fehlt_{task}"]
    assert (boundary.attached_to, boundary.error_code) == (task, "err_einwilligung_fehlt")
    assert boundary.outgoing[0].target.startswith("ut_einwilligung_klaeren")


def test_each_parent_is_asked_at_the_same_time():
    loop = ELEMENTS["sub_einverstaendnis"].loop
    assert not loop.sequential
    parents = [
        {"person_id": "1", "erziehungsberechtigt": True},
        {"person_id": "2", "erziehungsberechtigt": False},
        {"person_id": "3", "erziehungsberechtigt": True},
    ]
    assert value(loop.collection, fall={"personen": parents}) == ["1", "3"]
    assert value(loop.collection, fall={"personen": parents[1:2]}) is None


AGREED = {"person": "1", "einverstaendnis": "erteilt", "schriftlich": True}


@pytest.mark.parametrize(
    "answers, everybody_agrees",
    [
        ([AGREED, {**AGREED, "person": "3"}], True),
        ([AGREED], False),
        ([AGREED, AGREED], False),
        ([AGREED, {**AGREED, "person": "3", "schriftlich": False}], False),
        ([AGREED, {**AGREED, "person": "3", "einverstaendnis": "verweigert"}], False),
        ([], False),
    ],
)
def test_only_written_consent_of_all_opens_the_hand_over(answers, everybody_agrees):
    people = [{"person_id": key, "erziehungsberechtigt": True} for key in ("1", "3")]
    (flow,) = (f for f in ELEMENTS["gw_alle"].outgoing if f.condition)
    context = {"fall": {"personen": people}, "einverstaendnisse": answers}
    assert flow.target == "ut_uebergabegespraech"
    assert value(flow.condition, **context) is everybody_agrees


def test_the_last_step_counts_from_the_talk():
    script = ELEMENTS["scr_teilnahme_start"].script
    talk = {"datum": "2026-01-12"}
    found = value(script, uebergabegespraech=talk, parameter={"hausbesuch_intervall": "P8W"})
    assert feel.to_json(found) == {"teilnahme_beginn": "2026-01-12", "hb_faellig_am": "2026-03-09"}
