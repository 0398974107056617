"""What the text of the return names stands in its diagram, its table and its forms."""

import pytest

from tests.processes.contract import Contract

RETURN = Contract("kibiz_rueckgabe")
ELEMENTS = RETURN.elements
IFK, KIBIZ, LEAD, UESB = "goe_ifk", "goe_ifk_kibiz", "goe_teamleitung", "goe_ifk_uesb"

USER_TASKS = {
    "ut_rueckgabe_unzulaessig": KIBIZ,
    "ut_ruecksprache_teamleitung": LEAD,
    "ut_transparenzgespraech": KIBIZ,
    "ut_rueckgabe_dossier": KIBIZ,
    "ut_annahme_uesb": UESB,
    "ut_ifk_uebernahme": IFK,
    "ut_ifk_uebernahme_erinnerung": IFK,
    "ut_asd_info_pruefen": LEAD,
}
JOBS = {
    "st_platz_reservieren": "platz.reservieren",
    "snd_start_begleitung": "nachricht.senden",
    "snd_start_kind_uebergang": "nachricht.senden",
    "snd_mitwirkungsproblem": "nachricht.senden",
    "st_brief_transparenz": "brief.erstellen",
    "st_einwilligung_erfassen": "einwilligung.erfassen",
    "snd_dossier_sgb8": "uebermittlung.senden",
    "st_zustaendigkeit_uesb": "fall.aktualisieren",
    "st_zustaendigkeit_ifk": "fall.aktualisieren",
    "snd_asd_beendigung": "uebermittlung.senden",
    "st_platz_freigeben": "platz.freigeben",
    "st_statistik": "statistik.zaehlen",
    "st_brief_beendigung": "brief.erstellen",
    "st_fall_beenden": "fall.aktualisieren",
    "snd_fall_beendet": "nachricht.senden",
}
HEADERS = {
    ("st_platz_reservieren", "ueberbelegung"): "true",
    ("st_platz_freigeben", "auch_teilnahme"): "true",
    ("st_brief_transparenz", "vorlage"): "L07",
    ("st_brief_beendigung", "vorlage"): "L07",
    ("snd_asd_beendigung", "vorlage"): "L06",
    ("snd_asd_beendigung", "zweck"): "rueckmeldung",
    ("snd_asd_beendigung", "empfaenger_art"): "fb51",
    ("snd_dossier_sgb8", "zweck"): "uebergabe",
    ("snd_dossier_sgb8", "empfaenger_art"): "dritter",
    ("snd_mitwirkungsproblem", "nachricht"): "msg_mitwirkungsproblem",
    ("snd_mitwirkungsproblem", "ttl"): "P1D",
    ("snd_start_begleitung", "nachricht"): "msg_start_begleitung",
    ("snd_start_kind_uebergang", "korrelation"): "kind_id",
    ("snd_fall_beendet", "nachricht"): "msg_fall_beendet",
}
PAYLOADS = {
    "snd_start_begleitung": "fall_id teilnahme_beginn hb_faellig_am kinder einwilligungen "
    "hb_soll_am erstaufnahme_erledigt",
    "snd_start_kind_uebergang": "fall_id kind_id",
    "snd_mitwirkungsproblem": "fall_id art",
    "snd_fall_beendet": "fall_id mandant verfahren fall_ende_datum grund",
}
#: Ground: kind, talk first, team lead, transparency, the ASD.
GROUNDS = {
    "widerruf_familie": ("zwingend", False, False, "angebot_brief", "ja"),
    "widerruf_erziehungsberechtigter": ("zwingend", False, False, "ja", "ja"),
    "mitwirkung_verweigert": ("zwingend", True, False, "ja", "ja"),
    "hausbesuch_abgelehnt": ("zwingend", True, False, "ja", "ja"),
    "kwg_asd": ("zwingend", False, False, "asd_absprache", "nein"),
    "ablehnung_asd": ("zwingend", False, False, "asd_absprache", "nein"),
    "stagnation": ("ermessen", False, True, "ja", "ja"),
    "altersgrenze_alle_kinder": ("regulaer", False, False, "ja", "ja"),
    "hze_nicht_zielfuehrend": ("zwingend", False, True, "ja", "ja"),
    "kriterien_entfallen": ("regulaer", False, False, "ja", "ja"),
    "sonstiges": ("ermessen", False, True, "ja", "pruefen"),
}
OUTPUTS = ("art", "klaerung_vorausgesetzt", "ruecksprache_tl", "transparenz", "asd_info")
CLARIFY = {"klaerung_vorausgesetzt": True, "klaerung_erfolgt": False}
ASK = {"ruecksprache_tl": True, "tl_entscheidung": None}
ASD = {"asd_info": "ja", "einwilligung_asd": True}
WAYS = [
    ("gw_vorbedingung", CLARIFY, "ut_rueckgabe_unzulaessig"),
    ("gw_vorbedingung", CLARIFY | {"klaerung_erfolgt": True}, "gw_ermessen"),
    ("gw_vorbedingung", CLARIFY | {"klaerung_vorausgesetzt": False}, "gw_ermessen"),
    ("gw_ermessen", ASK, "ut_ruecksprache_teamleitung"),
    ("gw_ermessen", ASK | {"tl_entscheidung": "rueckgabe"}, "gw_beraten"),
    ("gw_ermessen", ASK | {"ruecksprache_tl": False}, "gw_beraten"),
    ("gw_entscheidung", {"tl_entscheidung": "fortfuehren"}, "sub_zurueck"),
    ("gw_entscheidung", {"tl_entscheidung": "rueckgabe"}, "sub_transparenz"),
    ("gw_entscheidung", {"tl_entscheidung": None}, "sub_transparenz"),
    ("gw_zurueck", CLARIFY, "snd_mitwirkungsproblem"),
    ("gw_zurueck", CLARIFY | {"klaerung_vorausgesetzt": False}, "end_fortgefuehrt"),
    ("gw_frist", {"transparenz": "asd_absprache"}, "ut_transparenzgespraech"),
    ("gw_frist", {"transparenz": "ja"}, "gw_erklaert"),
    ("gw_form", {"form": "brief"}, "st_brief_transparenz"),
    ("gw_form", {"form": "gespraech"}, "ende_transparenz"),
    ("gw_sgb8", {"sgb8_teil": "weitergeben_mit_einwilligung"}, "snd_dossier_sgb8"),
    ("gw_sgb8", {"sgb8_teil": "nicht_weitergeben"}, "ende_dossier"),
    ("gw_kinder", {"grund": "stagnation", "kinder_uesb": [{}]}, "ut_annahme_uesb"),
    ("gw_kinder", {"grund": "stagnation", "kinder_uesb": []}, "sub_ifk"),
    ("gw_kinder", {"grund": "altersgrenze_alle_kinder", "kinder_uesb": [{}]}, "sub_ifk"),
    ("gw_asd_info", ASD, "snd_asd_beendigung"),
    ("gw_asd_info", ASD | {"einwilligung_asd": False}, "ut_asd_info_pruefen"),
    ("gw_asd_info", ASD | {"asd_info": "pruefen"}, "ut_asd_info_pruefen"),
    ("gw_asd_info", ASD | {"asd_info": "nein"}, "ende_asd_info"),
    ("gw_asd_gesendet", {"asd_entscheidung": "manuell"}, "ut_asd_info_pruefen"),
    ("gw_asd_gesendet", {"asd_entscheidung": "erlaubt"}, "ende_asd_info"),
    ("gw_asd_freigabe", {"asd_freigabe": True}, "snd_asd_beendigung"),
    ("gw_asd_freigabe", {"asd_freigabe": False}, "ende_asd_nicht_informiert"),
    *(("gw_ende", {"grund": ground}, f"end_rueckgabe_{ground}") for ground in GROUNDS),
]
YES_NO = (True, False)
FIELDS = {
    "rueckgabe_unzulaessig": {"zur_kenntnis": ("radio", True, YES_NO)},
    "ruecksprache_teamleitung": {
        "entscheidung": ("radio", True, ("rueckgabe", "fortfuehren")),
        "begruendung": ("textarea", True),
    },
    "transparenzgespraech": {
        "absprache_asd_datum": ("datetime", True),
        "form": ("radio", True, ("gespraech", "brief")),
        "datum": ("datetime", True),
        "teilnehmende": ("checklist", True),
        "hinweis_veraenderung_nicht_verschlechterung": ("checkbox", True),
        "fragen_familie": ("textarea", False),
    },
    "rueckgabe_dossier": {
        "sgb2_stand": ("textarea", True),
        "schritt": ("textfield", True),
        "sgb8_teil": ("radio", True, ("nicht_weitergeben", "weitergeben_mit_einwilligung")),
        "einwilligung_id": ("select", True),
        "kind_id": ("select", True),
        "eigene_einwilligung": ("radio", True, ("ja", "nein")),
    },
    "annahme_uesb": {"uebernommen_am": ("datetime", True)},
    "ifk_uebernahme": {
        "uebernommen_am": ("datetime", True),
        "ansprechperson": ("textfield", True),
    },
    "ifk_uebernahme_erinnerung": {"erledigt": ("checkbox", False)},
    "asd_info_pruefen": {
        "freigabe": ("radio", True, YES_NO),
        "begruendung": ("textarea", True),
    },
}


def test_the_engine_has_nothing_to_object_to():
    assert RETURN.complaints() == []


def test_people_get_exactly_the_named_tasks():
    assert RETURN.tasks() == USER_TASKS
    assert ELEMENTS["ut_rueckgabe_dossier"].name == "Übergabe an IFK vorbereiten"


def test_the_system_does_exactly_the_named_work():
    assert RETURN.jobs() == JOBS
    assert RETURN.decisions() == {"brt_rueckgabe": "dmn_rueckgabe"}


@pytest.mark.parametrize(("element_id", "header"), HEADERS)
def test_work_is_told_what_it_needs(element_id, header):
    assert ELEMENTS[element_id].headers[header] == HEADERS[element_id, header]


@pytest.mark.parametrize("element_id", PAYLOADS)
def test_messages_carry_only_what_the_catalogue_allows(element_id):
    assert RETURN.sent(element_id) == set(PAYLOADS[element_id].split())


def test_only_the_accompaniment_starts_it():
    assert RETURN.messages() == {"start_rueckgabe": "msg_start_rueckgabe"}
    assert RETURN.buttons() == {}


def test_every_ground_has_its_end():
    expected = {f"end_rueckgabe_{ground}" for ground in GROUNDS}
    assert RETURN.ends() == expected | {"end_zurueckverwiesen", "end_fortgefuehrt"}


@pytest.mark.parametrize("ground", GROUNDS)
def test_each_ground_is_decided_by_its_row(ground):
    verdict = RETURN.decide("dmn_rueckgabe", grund=ground)
    assert tuple(verdict[name] for name in OUTPUTS) == GROUNDS[ground]
    assert verdict["nachbetreuung"] == "nein"
    mapped = {line.target for line in ELEMENTS["brt_rueckgabe"].outputs}
    assert mapped == {*OUTPUTS, "nachbetreuung"}


@pytest.mark.parametrize(("gateway", "facts", "target"), WAYS)
def test_answers_lead_where_the_text_says(gateway, facts, target):
    assert RETURN.way(gateway, **facts) == target


def test_deadlines():
    parameters = {"parameter": {"ifk_uebernahme": "P7D"}}
    assert RETURN.due("tm_ifk_uebernahme", **parameters) == "2026-03-27T00:00"
    assert RETURN.due("tm_transparenz") == "2026-04-04T00:00"
    assert ELEMENTS["tm_transparenz"].interrupting
    assert not ELEMENTS["tm_ifk_uebernahme"].interrupting


@pytest.mark.parametrize("name", FIELDS)
def test_forms_ask_what_the_text_names(name):
    assert RETURN.asked(name) == FIELDS[name]


def test_there_is_no_further_form():
    assert {path.stem for path in RETURN.forms.glob("*.form")} == set(FIELDS)


def test_data_classes_are_those_of_the_text():
    assert RETURN.classes() == {
        "rueckgabe_dossier.sgb2_stand": "S2",
        "rueckgabe_dossier.schritt": "S2",
    }
