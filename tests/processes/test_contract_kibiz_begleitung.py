"""What the text of the accompaniment names stands in its diagram and its forms."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from engine import bpmn, feel
from engine.clock import BERLIN

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "processes" / "kibiz_begleitung" / "kibiz_begleitung.bpmn"
FORMS = ROOT / "forms" / "definitions" / "kibiz_begleitung"
(PROCESS,) = bpmn.parse(FILE.read_bytes(), file=FILE.name)
ELEMENTS = PROCESS.elements
KIBIZ, LEAD, REHA, ASD = "goe_ifk_kibiz", "goe_teamleitung", "goe_ifk_reha", "goe_asd"

NAMES = {
    "ut_hausbesuch_faellig": "Hausbesuch fällig (8-Wochen-Grenze)",
    "ut_kooperationsplan": "Gespräch führen und Schritte vereinbaren",
    "ut_schritte_reflektieren": "Schritte mit der Familie reflektieren",
    "ut_erstaufnahme": "Erstaufnahme: Unterstützungssysteme und Ressourcen erfassen",
    "ut_intensiv_kontakt": "Kontakt in der Intensivphase",
    "ut_kwg_vermutung": "Anhaltspunkte bewerten (InsoFa-Beratung)",
    "ut_stagnation_abstimmung": "Mit Familie abstimmen",
    "ut_klaerendes_gespraech": "Klärendes Gespräch führen",
    "ut_hze_pruefung_alle": "Prüfung durch alle Beteiligten: Ist KiBiZ zielführend?",
}
#: Tasks of other groups than the IFK KiBiZ.
GROUPS = {
    "ut_hb_info_teamleitung": LEAD,
    "ut_ruecksprache_teamleitung": LEAD,
    "ut_mischung_entscheiden": LEAD,
    "ut_weitergabe_entscheiden": f"{LEAD},datenschutz",
    "ut_reha_pruefung": REHA,
    "ut_reha_pruefung_erinnerung": REHA,
    "ut_fallbesprechung_reha": f"{KIBIZ},{REHA}",
}
JOBS = {
    "brief.erstellen": "st_brief_kooperationsplan st_brief_klaerung",
    "einwilligung.erfassen": "st_einwilligung_erfassen st_einwilligung_erfassen_klaeren"
    " st_einwilligung_erfassen_widerruf",
    "fall.aktualisieren": "st_kwg_ausnahme st_kwg_speichern st_zustaendigkeit"
    " st_fall_aktualisieren_geburt st_fall_aktualisieren_kind",
    "kontakt.erfassen": "st_kontakt st_kontakt_plan st_kontakt_hausbesuch",
    "statistik.zaehlen": "st_statistik",
    "uebermittlung.senden": "snd_verweis snd_info_reha snd_meldung_asd",
}
#: What is sent inside Lotse: the payload beside the case's number, and whether it is kept.
SENT = {
    "msg_hausbesuch_dokumentiert": ("datum", False),
    "msg_gespraech_dokumentiert": ("", False),
    "msg_uebergang_gemeldet": ("", False),
    "msg_mitwirkungsproblem": ("art", False),
    "msg_rueckgabe": ("grund klaerung_erfolgt tl_entscheidung", False),
    "msg_widerruf": ("person_id umfang", False),
    "msg_zustaendigkeit_geaendert": ("person_id zustaendigkeit", False),
    "msg_teilnahme_beendet": ("kind_id", False),
    "msg_start_kind_uebergang": ("kind_id", True),
    "msg_start_rueckgabe": (
        "grund ausloeser datum belege klaerung_erfolgt tl_entscheidung teilnahme_beginn"
        " hb_faellig_am hb_soll_am",
        True,
    ),
    "msg_start_nachbetreuung": (
        "sgb2_bezug sgb2_bezug_ende hilfefreiheit teil_der_bg mischung_ausnahme person_ids"
        " beendigung_detail wohnort_nach_ende",
        True,
    ),
}
CAUGHT = {
    "start_begleitung": "msg_start_begleitung",
    "rcv_hausbesuch": "msg_hausbesuch_dokumentiert",
    "bd_hausbesuch_dokumentiert": "msg_hausbesuch_dokumentiert",
    "rcv_gespraech": "msg_gespraech_dokumentiert",
    "start_austausch": "msg_zustaendigkeit_geaendert",
    "rcv_mitwirkung_verbessert": "msg_mitwirkung_verbessert",
    "rcv_asd_entscheidung": "msg_asd_entscheidung",
    "bd_altersgrenze": "msg_altersgrenze_erreicht",
    "start_kontakt_erfassen": "msg_kontakt_erfassen",
    "start_verweis": "msg_verweis",
    "start_uebergang_gemeldet": "msg_uebergang_gemeldet",
    "start_mitwirkungsproblem": "msg_mitwirkungsproblem",
    "start_hze_bekannt": "msg_hze_bekannt",
    "start_kwg_vermutung": "msg_kwg_vermutung",
    "start_stagnation": "msg_stagnation",
    "start_hinweis_lta_elb": "msg_hinweis_lta_elb",
    "start_einwilligung_geaendert": "msg_einwilligung_geaendert",
    "start_teil_bg_leistungsende": "msg_teil_bg_leistungsende",
    "start_umzug": "msg_umzug",
    "start_kind_daten_aendern": "msg_kind_daten_aendern",
    "bd_rueckgabe": "msg_rueckgabe",
    "bd_widerruf": "msg_widerruf",
    "bd_asd_kwg": "msg_asd_kwg_festgestellt",
    "bd_asd_ablehnung": "msg_asd_ablehnung",
    "bd_leistungsende": "msg_leistungsende",
}
#: Caught without a button.
INTERNAL = {
    *("start_begleitung", "rcv_hausbesuch", "bd_hausbesuch_dokumentiert", "rcv_gespraech"),
    *("start_austausch", "rcv_asd_entscheidung", "bd_altersgrenze"),
}
#: Buttons of other groups than the IFK KiBiZ.
BUTTON_GROUPS = {
    "bd_rueckgabe": f"{KIBIZ},{LEAD}",
    "bd_asd_kwg": ASD,
    "bd_asd_ablehnung": ASD,
    "bd_leistungsende": f"{KIBIZ},goe_ifk",
    "start_umzug": f"{KIBIZ},goe_ifk",
}
BUTTON_LABELS = {
    "bd_rueckgabe": "Rückgabe einleiten",
    "start_umzug": "Umzug",
    "start_kind_daten_aendern": "Daten des Kindes ändern",
}
#: Written on 20 March 2026, before the clock changes.
TIMERS = {
    "tm_hausbesuch": "2026-05-04",
    "tm_hb_eskalation": "2026-05-11",
    "tm_schritt_frist": "2026-03-31",
    "tm_mitwirkung": "2026-04-18",
    "tm_kontaktintervall": "2026-04-03",
    "tm_austausch": "2026-05-15",
    "tm_asd_antwort": "2026-04-03",
    "tm_reha_pruefung": "2026-04-17",
}
ENDS = {
    *("end_rueckgabe", "end_hilfebeduerftigkeit_beendet"),
    *("end_kwg_ausnahme", "end_kwg_gemeldet"),
}
ART = "hausbesuch|telefonat|terminbegleitung|buero|video"
LAW, YN, TF = "sgb2|sgb8", "ja|nein", "True|False"
PROBLEM = "schritte_nicht_verfolgt|nicht_bereit|hausbesuch_abgelehnt"
DETAIL = "arbeitsaufnahme|vorrangige_leistungen|abmeldung|umzug"
PLACE = "landkreis_goettingen|stadt_goettingen|ausserhalb"
#: Field, "!" where it must be answered, options, and its class where it has one.
FIELDS = {
    "hausbesuch_faellig": "ergebnis!:durchgefuehrt|termin_vereinbart|entschuldigt_verschoben"
    "|nicht_erreicht|abgelehnt_grundsaetzlich datum! termin! begruendung@S2",
    "hb_info_teamleitung": f"zur_kenntnis!:{TF}",
    "kooperationsplan": f"datum! kontakt_art!:{ART}"
    " ziele.zielbereich!:bildung_kind|erziehungsauftrag|arbeit ziele.ziel_o_ton!"
    f" ziele.rechtskreis!:{LAW} schritte.ziel_ref! schritte.schritt!"
    " schritte.verantwortlich!:familie|ifk|gemeinsam|dritte schritte.frist!"
    f" schritte.rechtskreis!:{LAW} schritte.ressource_art!:persoenlich|sozialraum|foerderleistung"
    " schritte.begruendung_foerderleistung! keine_schritte_grund! naechste_gespraech!"
    " notiz_sgb2@S2 notiz_sgb8@S8 entlastende_hilfe.aufgabe@S8"
    " entlastende_hilfe.verselbstaendigung_plan!@S8",
    "schritte_reflektieren": "datum! schritt_ergebnisse.schritt_id!"
    " schritt_ergebnisse.erreicht!:ja|teilweise|nein schritt_ergebnisse.grund"
    " weiteres_vorgehen!:neue_schritte|frist_verlaengern|keine_weiteren|mitwirkungsproblem"
    " neue_frist! naechste_gespraech! uebergangsbedarf",
    "erstaufnahme": "unterstuetzungssysteme.art!@S8 unterstuetzungssysteme.stelle@S8"
    " unterstuetzungssysteme.status!:vorhanden|bedarf@S2"
    " sozialraum_angebote:familienzentrum|spielgruppe|verein|beratungsstelle|nachbarschaft"
    "|sonstiges ressourcen_persoenlich@S2 schritte_je_elb.elb_id!"
    " schritte_je_elb.integrationsziel_o_ton",
    "geburt_checkliste": "antraege_geburt:mutterschaftsgeld|elterngeld|kindergeld|erstausstattung"
    "|unterhaltsvorschuss|vaterschaft_sorge|sonstige kindgerechtes_umfeld@S2",
    "austausch_ifk": "mit!:ifk_uesb|ifk_reha datum! inhalt@S2",
    "kontakt": f"kontakt_art!:{ART} datum!"
    " beratungsthema:bildung|erziehung|finanzen|arbeit|gesundheit|wohnen"
    f" schritte_besprechen!:{TF} notiz_sgb2@S2 eindruck_haeusliches_umfeld@S8"
    " kontakt_zum_kind@S8 beobachtete_interaktion@S8 notiz_sgb8@S8",
    "verweis": "beratungsthema!:bildung|erziehung|finanzen|sonstiges"
    " netzwerkpartner!:fb51|erziehungsberatung|fruehe_hilfen|familienzentrum|kita|schule"
    "|schuldnerberatung|suchtberatung|gesundheitsamt|andere hinweis_beratungsansatz"
    f" mit_datenuebermittlung!:{TF} daten_art!:zweckgebunden|anvertraut anvertraut_von!",
    "intensivbegleitung": "uebergang_art!:kita_aufnahme|kindergarten|tagesmutter|einschulung"
    "|weiterfuehrende_schule|schulwechsel|geburt uebergang_datum! kind_id! kind.vorname"
    " kind.geburtsdatum! unterstuetzungsplan!@S8 kontaktintervall_wochen",
    "intensiv_kontakt": f"erledigt_am intensivphase_weiter!:{TF}",
    "klaerendes_gespraech": f"nicht_zustande_gekommen!:{TF} datum! teilnehmende!"
    f" mitwirkungsproblem_art!:{PROBLEM} hinweis_beendigung_erfolgt! erwartungen!@S2"
    " naechster_hausbesuch_zugesagt einladung_schriftlich_datum!",
    "mitwirkung_bewerten": f"verbessert!:{YN} nachweise!:termine_wahrgenommen|schritte_umgesetzt"
    "|hausbesuch_ermoeglicht|erreichbar begruendung!@S2",
    "hze_pruefung_alle": "datum! beteiligte!:familie|ifk|ifk_kibiz|asd|hze_traeger"
    f" ersatz_fuer_familienhilfe!:{TF}@S8-Status tueroeffner_fuer_hze!:{TF}@S8-Status"
    f" teilnahme_zielfuehrend!:{YN}@S8-Status begruendung!@S8",
    "stagnation_abstimmung": f"stagnation_seit! veraenderung_absehbar!:{TF} haltung_familie!",
    "ruecksprache_teamleitung": "empfehlung!:fortfuehren|rueckgabe begruendung!",
    "reha_pruefung": f"reha_anspruch!:{YN} datum!",
    "reha_pruefung_erinnerung": "erledigt",
    "fallbesprechung_reha": "datum! teilnehmende!",
    "mischung_entscheiden": f"ausnahme!:{TF} begruendung!",
    "kind_daten_aendern": f"kind_id! geburtsdatum! besucht_allgemeinbildende_schule!:{TF}"
    " schulende_datum lta_bedarf!:ja|nein|unklar",
    "kwg_vermutung": f"anhaltspunkte!@S8 insofa_beratung_datum meldung_asd!:{TF}@S8-Status",
    "asd_erinnern": f"erledigt!:{TF}",
    "einwilligung_klaeren": "ergebnis!:eingeholt|verweigert|entfaellt person! datum!"
    f" schriftlich!:{TF} datenumfang gueltig_bis dokument",
    "weitergabe_entscheiden": "entscheidung!:senden|nicht_senden begruendung!",
    # buttons
    "mitwirkungsproblem": f"art!:{PROBLEM}",
    "hinweis_lta_elb": "person_id!",
    "einwilligung_geaendert": "einwilligung_id! widerrufen_am!",
    "teil_bg_leistungsende": f"person_ids! sgb2_bezug_ende! hilfefreiheit!:{TF}"
    f" beendigung_detail!:{DETAIL} wohnort_nach_ende!:{PLACE}",
    "umzug": f"umzug_datum! betrifft!:ganze_bg|teil ausserhalb_altkreis!:{TF}"
    f" ausserhalb_landkreis!:{TF}",
    "kind_daten_aendern_wahl": "kind_id!",
    "rueckgabe": "grund!:mitwirkung_verweigert|hausbesuch_abgelehnt|stagnation"
    "|hze_nicht_zielfuehrend|kriterien_entfallen|sonstiges",
    "widerruf": "person_id! umfang!:familie|erziehungsberechtigter",
    "asd_kwg_festgestellt": f"asd_zustimmung_weiterbetreuung!:{TF}@S8-Status"
    " ausnahmegrund!@S8-Status",
    "asd_ablehnung": "datum!"
    " grund_kategorie!:hze_vorrang|schutzplan|sonstiger_wichtiger_grund@S8-Status",
    "leistungsende": f"sgb2_bezug_ende! hilfefreiheit!:{TF} beendigung_detail!:{DETAIL}"
    f" wohnort_nach_ende!:{PLACE}",
}


def clock():
    return datetime(2026, 3, 20, 17, 30, tzinfo=BERLIN)


def of_type(*types):
    return {key for key, element in ELEMENTS.items() if element.type in types}


def asked(components, path=""):
    """Write the fields of a form as the tables above do."""
    for part in components:
        inner = f"{path}{part['path']}." if part.get("path") else path
        yield from asked(part.get("components", ()), inner)
        if "key" in part:
            must = "!" if part.get("validate", {}).get("required") else ""
            options = "|".join(str(each["value"]) for each in part.get("values", ()))
            kept = part.get("properties", {}).get("datenklasse")
            yield (
                f"{path}{part['key']}{must}"
                + (f":{options}" if options else "")
                + (f"@{kept}" if kept else "")
            )


def test_the_engine_has_nothing_to_object_to():
    assert bpmn.check(FILE.read_bytes(), file=FILE.name) == []


def test_tasks_have_their_names_groups_and_forms():
    tasks = of_type("userTask")
    assert {key: ELEMENTS[key].name for key in NAMES} == NAMES
    assert {key: ELEMENTS[key].candidate_groups for key in tasks} == {
        key: GROUPS.get(key, KIBIZ) for key in tasks
    }
    for key in tasks:
        assert ELEMENTS[key].form.id == f"kibiz_begleitung.{key.removeprefix('ut_')}"


def test_the_system_does_exactly_the_named_work():
    found = {}
    for key in of_type("serviceTask", "sendTask"):
        found.setdefault(ELEMENTS[key].job_type, set()).add(key)
    found.pop("nachricht.senden")
    assert found == {kind: set(names.split()) for kind, names in JOBS.items()}


def test_letters():
    vorlagen = {e.headers["vorlage"] for e in ELEMENTS.values() if "vorlage" in e.headers}
    assert vorlagen == {"L03_verweis", "L04", "L05", "L08"}


def test_messages_carry_what_they_may_and_are_kept_only_for_other_procedures():
    senders = [e for e in ELEMENTS.values() if e.job_type == "nachricht.senden"]
    assert {e.headers["nachricht"] for e in senders} == set(SENT)
    for each in senders:
        payload, kept = SENT[each.headers["nachricht"]]
        assert {line.target for line in each.inputs} == {"fall_id", *payload.split()}, each.id
        assert each.headers.get("ttl") == (None if kept else "PT0M"), each.id


def test_messages_are_caught_where_they_are_named():
    assert {key: e.message for key, e in ELEMENTS.items() if e.message} == CAUGHT
    assert {ELEMENTS[key].correlation for key in CAUGHT} == {"=fall_id"}


def test_only_what_people_notice_is_a_button():
    found = {key: e.properties for key, e in ELEMENTS.items() if "knopf" in e.properties}
    assert set(found) == set(CAUGHT) - INTERNAL
    assert {key: p["knopf_gruppen"] for key, p in found.items()} == {
        key: BUTTON_GROUPS.get(key, KIBIZ) for key in found
    }
    assert {key: found[key]["knopf"] for key in BUTTON_LABELS} == BUTTON_LABELS


def test_what_interrupts_and_what_does_not():
    outer = {key for key, e in ELEMENTS.items() if e.attached_to == "sub_aktiv"}
    assert outer - {"bd_asd_kwg"} == {
        *("bd_rueckgabe", "bd_widerruf", "bd_asd_ablehnung", "bd_leistungsende"),
        "bd_altersgrenze",
    }
    gentle = {"bd_asd_kwg", "tm_hb_eskalation", "tm_reha_pruefung"}
    starts = {key for key in CAUGHT if key.startswith("start_")} - {"start_begleitung"}
    events = of_type("boundaryEvent") | starts
    assert {key for key in events if not ELEMENTS[key].interrupting} == gentle | starts


def test_what_outlives_the_accompaniment_lies_on_the_top_plane():
    handlers = {key: e.scope for key, e in ELEMENTS.items() if e.triggered_by_event}
    top = {key for key, scope in handlers.items() if scope != "sub_aktiv"}
    assert top == {"esp_kwg_vermutung", "esp_einwilligung"}
    assert len(handlers) == 13


def test_ends():
    assert {key for key in of_type("endEvent") if key.startswith("end_")} == ENDS


@pytest.mark.parametrize("element_id", TIMERS)
def test_deadlines_fall_on_the_first_minute_of_their_day(element_id):
    context = {
        "hb_faellig_am": date(2026, 5, 4),
        "naechste_frist": date(2026, 3, 30),
        "frist_ende": date(2026, 4, 17),
        "austausch_am": date(2026, 5, 15),
        "kontaktintervall_wochen": 2,
        "parameter": {"hb_eskalation": "P7D", "asd_antwort": "P14D", "reha_pruefung": "P4W"},
    }
    raw = ELEMENTS[element_id].timer.expression
    moment = feel.compile(raw.removeprefix("=")).require(context, clock=clock)
    assert moment.astimezone(BERLIN).isoformat()[:16] == f"{TIMERS[element_id]}T00:00"


def test_there_is_no_further_timer():
    assert {key for key, e in ELEMENTS.items() if e.timer} == set(TIMERS)


@pytest.mark.parametrize("name", FIELDS)
def test_forms_ask_what_the_text_names(name):
    form = json.loads((FORMS / f"{name}.form").read_text(encoding="utf-8"))
    assert sorted(asked(form["components"])) == sorted(FIELDS[name].split())


def test_there_is_no_further_form():
    assert {path.stem for path in FORMS.glob("*.form")} == set(FIELDS)


def test_no_rule_stands_at_more_than_eight_elements():
    sources = [e.properties.get("quelle", "").split(",") for e in ELEMENTS.values()]
    rules = {rule for each in sources for rule in each if rule}
    assert {rule for rule in rules if sum(rule in each for each in sources) > 8} == set()
