"""What the text of the after-care names stands in its diagram, its table and its forms."""

from datetime import date

import pytest

from engine import feel
from tests.processes.contract import Contract, value

CARE = Contract("kibiz_nachbetreuung")
ELEMENTS = CARE.elements
IFK, KIBIZ, LEAD = "goe_ifk", "goe_ifk_kibiz", "goe_teamleitung"

USER_TASKS = {
    "ut_nachbetreuung_entscheiden": LEAD,
    "ut_nb_vereinbarung": KIBIZ,
    "ut_dauer_entscheiden": LEAD,
    "ut_dauer_abgelehnt": KIBIZ,
    "ut_nb_kontakt": KIBIZ,
    "ut_nb_kontakt_aufnehmen": KIBIZ,
    "ut_anfrage_bearbeiten": KIBIZ,
    "ut_ausnahme_teamleitung": LEAD,
    "ut_ausnahme_abgelehnt": KIBIZ,
    "ut_vor_ort_termin": KIBIZ,
    "ut_nb_ifk_uebernahme": IFK,
    "ut_kwg_vermutung": KIBIZ,
    "ut_asd_erinnern": KIBIZ,
}
NAMES = {
    "ut_nb_vereinbarung": "Ziel und Aufgaben der Nachbetreuung vereinbaren",
    "ut_kwg_vermutung": "Anhaltspunkte bewerten (InsoFa-Beratung)",
}
JOBS = {
    "st_brief_vereinbarung": "brief.erstellen",
    "st_platz_freigeben": "platz.freigeben",
    "st_platz_freigeben_ende": "platz.freigeben",
    "st_teilnahme_aktiv": "teilnahme.eintragen",
    "st_teilnahme_passiv": "teilnahme.eintragen",
    "st_kontakt": "kontakt.erfassen",
    "st_kontakt_aufgenommen": "kontakt.erfassen",
    "st_kontakt_anfrage": "kontakt.erfassen",
    "st_kontakt_vor_ort": "kontakt.erfassen",
    "snd_nb_wiederaufnahme": "nachricht.senden",
    "st_zustaendigkeit_ifk": "fall.aktualisieren",
    "st_brief_ende": "brief.erstellen",
    "st_brief_abschluss": "brief.erstellen",
    "st_fall_beenden": "fall.aktualisieren",
    "snd_fall_beendet": "nachricht.senden",
    "snd_nb_beenden_umzug": "nachricht.senden",
    "snd_nb_beenden_kwg": "nachricht.senden",
    "snd_meldung_asd": "uebermittlung.senden",
    "st_kwg_speichern": "fall.aktualisieren",
    "st_fall_schliessen": "fall.aktualisieren",
}
HEADERS = {
    ("st_brief_vereinbarung", "vorlage"): "L09",
    ("st_brief_ende", "vorlage"): "L09",
    ("st_brief_abschluss", "vorlage"): "L09",
    ("st_platz_freigeben", "auch_teilnahme"): "true",
    ("st_platz_freigeben_ende", "auch_teilnahme"): "true",
    ("snd_nb_beenden_umzug", "ttl"): "PT0S",
    ("snd_nb_beenden_kwg", "ttl"): "PT0S",
    ("snd_nb_beenden_umzug", "nachricht"): "msg_nachbetreuung_beenden",
    ("snd_nb_beenden_kwg", "nachricht"): "msg_nachbetreuung_beenden",
    ("snd_nb_wiederaufnahme", "nachricht"): "msg_nb_wiederaufnahme",
    ("snd_fall_beendet", "nachricht"): "msg_fall_beendet",
    ("snd_meldung_asd", "zweck"): "kwg_meldung",
    ("snd_meldung_asd", "kwg_anhaltspunkte"): "true",
    ("snd_meldung_asd", "nachricht"): "msg_anfrage_asd",
}
PAYLOADS = {
    "snd_nb_wiederaufnahme": "fall_id",
    "snd_nb_beenden_umzug": "fall_id grund",
    "snd_nb_beenden_kwg": "fall_id grund",
    "snd_fall_beendet": "fall_id mandant verfahren fall_ende_datum grund",
}
MESSAGES = {
    "start_nachbetreuung": "msg_start_nachbetreuung",
    "bd_erneuter_bezug": "msg_erneuter_sgb2_bezug",
    "bd_verzicht": "msg_verzicht",
    "bd_nb_beenden": "msg_nachbetreuung_beenden",
    "rcv_kontakt": "msg_kontakt",
    "rcv_familie_meldet_sich": "msg_familie_meldet_sich",
    "rcv_dauer_abweichung": "msg_dauer_abweichung",
    "rcv_dauer_abweichung_passiv": "msg_dauer_abweichung",
    "start_umzug": "msg_umzug",
    "start_kwg_vermutung": "msg_kwg_vermutung",
    "rcv_asd_entscheidung": "msg_asd_entscheidung",
}
BUTTONS = {
    "bd_erneuter_bezug": f"{IFK},{KIBIZ}",
    "bd_verzicht": KIBIZ,
    "rcv_kontakt": KIBIZ,
    "rcv_familie_meldet_sich": KIBIZ,
    "rcv_dauer_abweichung": KIBIZ,
    "rcv_dauer_abweichung_passiv": KIBIZ,
    "start_umzug": KIBIZ,
    "start_kwg_vermutung": KIBIZ,
}
ENDS = {
    "end_ohne_nachbetreuung",
    "end_bleibt_teilnahme",
    "end_verzicht",
    "end_nachbetreuung_abgeschlossen",
    "end_erneuter_bezug",
    "end_erneuter_bezug_ifk",
    "end_umzug",
    "end_nachbetreuung_kwg",
}
NEAR, CITY, FAR = "landkreis_goettingen", "stadt_goettingen", "ausserhalb"
#: Benefits go on, free of help, where, a part only, exception; what follows.
TABLE = [
    (True, False, NEAR, True, True, "keine_bleibt_teilnahme"),
    (False, False, NEAR, False, False, "keine"),
    (False, True, FAR, False, False, "keine_umzug"),
    (True, True, FAR, True, True, "keine_umzug"),
    (True, True, NEAR, True, False, "keine_bleibt_teilnahme"),
    (True, True, CITY, True, True, "aktiv"),
    (False, True, NEAR, False, False, "aktiv"),
    (False, True, CITY, False, None, "aktiv"),
    (None, None, NEAR, False, False, "manuell"),
    (False, True, None, False, False, "manuell"),
]
AWAY = {"ausserhalb_landkreis": True, "betrifft": "ganze_bg", "teil_der_bg": False}
AGREED = {"asd_zustimmung": "ja", "ausnahmegrund": "Vertrauen"}
WAYS = [
    ("gw_nachbetreuung", {"nb_weg": "aktiv"}, "ut_nb_vereinbarung"),
    ("gw_nachbetreuung", {"nb_weg": "keine"}, "sub_abschluss"),
    ("gw_nachbetreuung", {"nb_weg": "keine_umzug"}, "sub_abschluss"),
    ("gw_nachbetreuung", {"nb_weg": "keine_bleibt_teilnahme"}, "end_bleibt_teilnahme"),
    ("gw_nachbetreuung", {"nb_weg": "manuell"}, "ut_nachbetreuung_entscheiden"),
    ("gw_gewuenscht", {"ausgang": "verzicht"}, "sub_abschluss"),
    ("gw_gewuenscht", {"ausgang": "nachbetreuung_abgeschlossen"}, "st_brief_vereinbarung"),
    ("gw_dauer", {"dauer_abweichung": True}, "sub_dauer"),
    ("gw_dauer", {"dauer_abweichung": False}, "scr_fristen"),
    ("gw_phase", {"nb_phase": None}, "gw_platz"),
    ("gw_phase", {"nb_phase": "aktiv"}, "sub_nb_aktiv"),
    ("gw_phase", {"nb_phase": "passiv"}, "sub_nb_passiv"),
    ("gw_platz", {"teil_der_bg": True}, "st_teilnahme_aktiv"),
    ("gw_platz", {"teil_der_bg": False}, "st_platz_freigeben"),
    ("gw_dauer_genehmigt", {"dauer_entscheidung": "abgelehnt"}, "ut_dauer_abgelehnt"),
    ("gw_dauer_genehmigt", {"dauer_entscheidung": "genehmigt"}, "ende_dauer"),
    ("gw_aktiv", {"nb_ausgang": "dauer"}, "sub_dauer"),
    ("gw_aktiv", {"nb_ausgang": "weiter"}, "st_teilnahme_passiv"),
    ("gw_passiv", {"nb_ausgang": "dauer"}, "sub_dauer"),
    ("gw_passiv", {"nb_ausgang": "weiter"}, "aus_nachbetreuung_abgeschlossen"),
    ("gw_ausnahme", {"ausnahme_vor_ort": False}, "st_kontakt_anfrage"),
    ("gw_ausnahme", {"ausnahme_vor_ort": True}, "ut_ausnahme_teamleitung"),
    ("gw_ausnahme_genehmigt", {"ausnahme_entscheidung": "genehmigt"}, "ut_vor_ort_termin"),
    ("gw_ausnahme_genehmigt", {"ausnahme_entscheidung": "abgelehnt"}, "ut_ausnahme_abgelehnt"),
    ("gw_teil_bezug", {"teil_der_bg": True}, "aus_erneuter_bezug_teil"),
    ("gw_teil_bezug", {"teil_der_bg": False}, "brt_zielgruppe"),
    ("gw_zielgruppe", {"zielgruppe_ok": True}, "snd_nb_wiederaufnahme"),
    ("gw_zielgruppe", {"zielgruppe_ok": False}, "ut_nb_ifk_uebernahme"),
    ("gw_bezug", {"ausgang": "erneuter_bezug"}, "end_erneuter_bezug"),
    ("gw_bezug", {"ausgang": "erneuter_bezug_ifk"}, "sub_abschluss"),
    ("gw_noch_platz", {"teil_der_bg": False, "platz_frei": False}, "st_platz_freigeben_ende"),
    ("gw_noch_platz", {"teil_der_bg": False, "platz_frei": True}, "gw_platz_geklaert"),
    ("gw_noch_platz", {"teil_der_bg": True, "platz_frei": False}, "gw_platz_geklaert"),
    ("gw_schreiben", {"schreiben": "ende"}, "st_brief_ende"),
    ("gw_schreiben", {"schreiben": "abschluss"}, "st_brief_abschluss"),
    ("gw_schreiben", {"schreiben": "keines"}, "gw_geschrieben"),
    ("gw_teil", {"teil_der_bg": True}, "ende_abschluss_teil"),
    ("gw_teil", {"teil_der_bg": False}, "st_fall_beenden"),
    ("gw_umzug", AWAY, "snd_nb_beenden_umzug"),
    ("gw_umzug", AWAY | {"betrifft": "teil"}, "ende_umzug_bleibt"),
    ("gw_umzug", AWAY | {"betrifft": "teil", "teil_der_bg": True}, "snd_nb_beenden_umzug"),
    ("gw_umzug", AWAY | {"ausserhalb_landkreis": False}, "ende_umzug_bleibt"),
    ("gw_teil_kwg", {"teil_der_bg": True}, "ende_kwg_begleitung"),
    ("gw_teil_kwg", {"teil_der_bg": False}, "ut_kwg_vermutung"),
    ("gw_meldung_asd", {"meldung_asd": True}, "scr_kwg_status"),
    ("gw_meldung_asd", {"meldung_asd": False}, "gw_kwg_geklaert"),
    ("gw_asd_zustimmung", AGREED, "st_kwg_speichern"),
    ("gw_asd_zustimmung", AGREED | {"ausnahmegrund": None}, "snd_nb_beenden_kwg"),
    ("gw_asd_zustimmung", AGREED | {"asd_zustimmung": "nein"}, "snd_nb_beenden_kwg"),
    ("gw_kwg_danach", {"abgeschlossen": True, "kwg_offen": 1}, "st_fall_schliessen"),
    ("gw_kwg_danach", {"abgeschlossen": True, "kwg_offen": 2}, "ende_kwg"),
    ("gw_kwg_danach", {"abgeschlossen": False, "kwg_offen": 1}, "ende_kwg"),
    ("gw_asd_erinnert", {"asd_erinnerungen": 1}, "ut_asd_erinnern"),
    ("gw_asd_erinnert", {"asd_erinnerungen": 2}, "snd_nb_beenden_kwg"),
    *(
        ("gw_ende", {"ausgang": end.removeprefix("end_")}, end)
        for end in sorted(ENDS - {"end_bleibt_teilnahme", "end_erneuter_bezug"})
    ),
]
#: End of the benefits, months of both phases if agreed; begin and last days.
PERIODS = [
    ("2026-01-31", None, None, "2026-02-01", "2026-07-31", "2027-07-31"),
    ("2025-08-31", None, None, "2025-09-01", "2026-02-28", "2027-02-28"),
    ("2025-08-30", None, None, "2025-08-31", "2026-02-28", "2027-02-28"),
    ("2026-01-31", 9, None, "2026-02-01", "2026-10-31", "2027-10-31"),
    ("2026-01-31", None, 3, "2026-02-01", "2026-07-31", "2026-10-31"),
]
PARAMETERS = {"nb_aktiv": "P6M", "nb_passiv": "P12M", "nb_kontakt": "P6W", "asd_antwort": "P14D"}
ENDING = {"nb_aktiv_ende": date(2026, 7, 31), "nb_passiv_ende": date(2027, 7, 31)}
DUE = [
    ("tm_aktiv_ende", {}, "2026-08-01T00:00"),
    ("bd_aktiv_ende", {}, "2026-08-01T00:00"),
    ("bd_aktiv_ende_aufnehmen", {}, "2026-08-01T00:00"),
    ("bd_aktiv_ende_dauer", {"nb_phase": "aktiv"}, "2026-08-01T00:00"),
    ("tm_passiv_ende", {}, "2027-08-01T00:00"),
    ("tm_nb_kontakt", {"nb_kontakt_am": date(2026, 3, 29)}, "2026-03-29T00:00"),
    ("tm_asd_antwort", {}, "2026-04-03T00:00"),
]
YES_NO = (True, False)
ALL_WAYS = ("hausbesuch", "telefonat", "terminbegleitung", "buero", "video")
GRANT = ("genehmigt", "abgelehnt")
SEEN = {"zur_kenntnis": ("radio", True, YES_NO)}
FIELDS = {
    "nachbetreuung_entscheiden": {
        "nachbetreuung": ("radio", True, ("aktiv", "keine", "keine_bleibt_teilnahme")),
        "begruendung": ("textarea", True),
    },
    "nb_vereinbarung": {
        "gewuenscht": ("radio", True, YES_NO),
        "nachbetreuung_ziel": ("textarea", True),
        "aufgabe": ("textfield", False),
        "wer": ("textfield", False),
        "dauer_abweichung": ("radio", True, YES_NO),
    },
    "dauer_entscheiden": {
        "entscheidung": ("radio", True, GRANT),
        "phase": ("radio", True, ("aktiv", "passiv")),
        "neue_dauer_monate": ("number", True),
        "begruendung": ("textarea", True),
    },
    "dauer_abgelehnt": SEEN,
    "nb_kontakt": {
        "kontakt_art": ("select", True, ALL_WAYS),
        "datum": ("datetime", True),
        "begruendung": ("textarea", True),
        "entwicklung_kinder": ("textarea", False),
    },
    "nb_kontakt_aufnehmen": {
        "ergebnis": ("radio", True, ("erreicht", "nicht_erreicht")),
        "datum": ("datetime", True),
        "kontakt_art": ("select", True, ALL_WAYS),
    },
    "anfrage_bearbeiten": {
        "anliegen": ("textarea", True),
        "kontakt_art": ("radio", True, ("telefonat", "buero", "video")),
        "ausnahme_vor_ort": ("radio", True, YES_NO),
    },
    "ausnahme_teamleitung": {
        "entscheidung": ("radio", True, GRANT),
        "grund": ("textarea", True),
    },
    "ausnahme_abgelehnt": SEEN,
    "vor_ort_termin": {
        "kontakt_art": ("radio", True, ("hausbesuch", "terminbegleitung")),
        "datum": ("datetime", True),
        "notiz_sgb8": ("textarea", False),
    },
    "nb_ifk_uebernahme": {
        "uebernommen_am": ("datetime", True),
        "ansprechperson": ("textfield", True),
    },
    "kwg_vermutung": {
        "anhaltspunkte": ("textarea", True),
        "insofa_beratung_datum": ("datetime", False),
        "meldung_asd": ("radio", True, YES_NO),
    },
    "asd_erinnern": {"erledigt": ("radio", True, YES_NO)},
    "umzug": {
        "umzug_datum": ("datetime", True),
        "betrifft": ("radio", True, ("ganze_bg", "teil")),
        "ausserhalb_altkreis": ("radio", True, YES_NO),
        "ausserhalb_landkreis": ("radio", True, YES_NO),
    },
    "erneuter_sgb2_bezug": {"datum": ("datetime", True)},
}


def test_the_engine_has_nothing_to_object_to():
    assert CARE.complaints() == []


def test_people_get_exactly_the_named_tasks():
    assert CARE.tasks() == USER_TASKS
    assert {key: ELEMENTS[key].name for key in NAMES} == NAMES


def test_the_system_does_exactly_the_named_work():
    assert CARE.jobs() == JOBS
    expected = {"brt_nachbetreuung": "dmn_nachbetreuung", "brt_zielgruppe": "dmn_kibiz_zielgruppe"}
    assert CARE.decisions() == expected


@pytest.mark.parametrize(("element_id", "header"), HEADERS)
def test_work_is_told_what_it_needs(element_id, header):
    assert ELEMENTS[element_id].headers[header] == HEADERS[element_id, header]


@pytest.mark.parametrize("element_id", PAYLOADS)
def test_messages_carry_only_what_the_catalogue_allows(element_id):
    assert CARE.sent(element_id) == set(PAYLOADS[element_id].split())


def test_messages_are_caught_where_they_are_named():
    assert CARE.messages() == MESSAGES
    caught = MESSAGES.keys() - {"start_nachbetreuung"}
    assert {ELEMENTS[key].correlation for key in caught} == {"=fall_id"}


def test_only_what_people_notice_is_a_button():
    assert {key: groups for key, (_, groups) in CARE.buttons().items()} == BUTTONS


def test_the_ends():
    assert CARE.ends() == ENDS


@pytest.mark.parametrize("row", TABLE)
def test_what_follows_the_end_of_the_benefits(row):
    names = ("sgb2_bezug", "hilfefreiheit", "wohnort_nach_ende", "teil_der_bg")
    facts = dict(zip((*names, "mischung_ausnahme"), row, strict=False))
    assert CARE.decide("dmn_nachbetreuung", **facts) == row[-1]


@pytest.mark.parametrize(("gateway", "facts", "target"), WAYS)
def test_answers_lead_where_the_text_says(gateway, facts, target):
    assert CARE.way(gateway, **facts) == target


@pytest.mark.parametrize("row", PERIODS)
def test_periods_are_counted_as_the_law_counts(row):
    ended, active, passive, begin, active_end, passive_end = row
    facts = {
        "sgb2_bezug_ende": date.fromisoformat(ended),
        "nb_aktiv_monate": active,
        "nb_passiv_monate": passive,
        "nb_kontakt_am": None,
        "parameter": PARAMETERS,
    }
    found = feel.to_json(value(ELEMENTS["scr_fristen"].script, **facts))
    assert (found["beginn"], found["aktiv_ende"], found["passiv_ende"]) == (
        begin,
        active_end,
        passive_end,
    )
    assert found["kontakt_am"] == "2026-05-01"


@pytest.mark.parametrize(("element_id", "facts", "moment"), DUE)
def test_deadlines_ring_on_the_first_minute_of_their_day(element_id, facts, moment):
    facts = {"parameter": PARAMETERS, "nb_phase": None, **ENDING, **facts}
    assert CARE.due(element_id, **facts) == moment


def test_before_the_active_phase_no_end_of_it_rings():
    assert CARE.due("bd_aktiv_ende_dauer", nb_phase=None, **ENDING) > "2100"


@pytest.mark.parametrize("name", FIELDS)
def test_forms_ask_what_the_text_names(name):
    assert CARE.asked(name) == FIELDS[name]


def test_there_is_no_further_form():
    assert {path.stem for path in CARE.forms.glob("*.form")} == set(FIELDS)


def test_data_classes_are_those_of_the_text():
    assert CARE.classes() == {
        "nb_kontakt.entwicklung_kinder": "S8",
        "anfrage_bearbeiten.anliegen": "S8",
        "vor_ort_termin.notiz_sgb8": "S8",
        "kwg_vermutung.anhaltspunkte": "S8",
        "kwg_vermutung.meldung_asd": "S8-Status",
    }
