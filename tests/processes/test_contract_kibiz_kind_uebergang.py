"""What the text of the children's transition names stands in its diagram and its forms."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from engine import bpmn, dmn, feel
from engine.clock import BERLIN

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "processes" / "kibiz_kind_uebergang"
FORMS = ROOT / "forms" / "definitions" / "kibiz_kind_uebergang"
FILE = FOLDER / "kibiz_kind_uebergang.bpmn"
(PROCESS,) = bpmn.parse(FILE.read_bytes(), file=FILE.name)
ELEMENTS = PROCESS.elements
KIBIZ, REHA, UESB = "goe_ifk_kibiz", "goe_ifk_reha", "goe_ifk_uesb"

USER_TASKS = {
    "ut_schulende_klaeren": KIBIZ,
    "ut_uebergang_vorbereiten": KIBIZ,
    "ut_uebergang_entscheiden": "goe_teamleitung",
    "ut_meldung_reha": KIBIZ,
    "ut_reha_pruefung": REHA,
    "ut_reha_pruefung_erinnerung": REHA,
    "ut_fallbesprechung_reha": f"{KIBIZ},{REHA}",
    "ut_uebergabe_uesb": KIBIZ,
    "ut_annahme_uesb": UESB,
    "ut_annahme_uesb_erinnerung": UESB,
}
JOBS = {
    "st_fall_aktualisieren": "fall.aktualisieren",
    "st_fall_aktualisieren_vorbereitung": "fall.aktualisieren",
    "st_einwilligung_erfassen": "einwilligung.erfassen",
    "st_einwilligung_erfassen_reha": "einwilligung.erfassen",
    "st_einwilligung_erfassen_uesb": "einwilligung.erfassen",
    "snd_meldung_reha": "uebermittlung.senden",
    "snd_uebergabe_uesb": "uebermittlung.senden",
    "st_zustaendigkeit_reha": "fall.aktualisieren",
    "st_zustaendigkeit_uesb": "fall.aktualisieren",
    "snd_zustaendigkeit_geaendert": "nachricht.senden",
    "snd_zustaendigkeit_geaendert_reha": "nachricht.senden",
    "snd_altersgrenze_erreicht": "nachricht.senden",
}
MESSAGES = {
    "start_kind_uebergang": "msg_start_kind_uebergang",
    "bd_kind_daten_geaendert": "msg_kind_daten_geaendert",
    "rcv_kind_daten_geaendert": "msg_kind_daten_geaendert",
    "bd_teilnahme_beendet": "msg_teilnahme_beendet",
    "bd_teilnahme_beendet_stichtag": "msg_teilnahme_beendet",
}
#: Written on 20 March 2026, before the clock changes, for a Stichtag on 15 July.
TIMERS = {
    "tm_geburtstag_14": "2026-08-15",
    "tm_vorbereitung": "2026-06-17",
    "tm_stichtag": "2026-07-15",
    "tm_stichtag_2": "2026-07-15",
    "tm_reha_pruefung": "2026-04-17",
    "tm_annahme_uesb": "2026-03-27",
}
LTA = {"ja", "nein", "unklar"}
#: Field: kind, whether it must be answered, options.
FIELDS = {
    "schulende_klaeren": {
        "schulende_bekannt": ("radio", True, {True, False}),
        "schulende_datum": ("datetime", True, None),
        "wiedervorlage": ("datetime", True, None),
        "besucht_allgemeinbildende_schule": ("radio", True, {True, False}),
        "schulart": ("textfield", False, None),
        "lta_bedarf": ("radio", True, LTA),
    },
    "uebergang_vorbereiten": {
        "transparenzgespraech_datum": ("datetime", True, None),
        "hinweis_veraenderung_nicht_verschlechterung": ("checkbox", True, None),
        "lta_bedarf": ("radio", True, LTA),
        "einwilligung_weitergabe": ("radio", True, {"ja", "nein", "teilweise"}),
        "einwilligung_schriftlich": ("radio", True, {True, False}),
    },
    "uebergang_entscheiden": {
        "weg": ("radio", True, {"uesb", "reha_meldung", "verbleib_kibiz"}),
        "begruendung": ("textarea", True, None),
    },
    "meldung_reha": {
        "eigene_einwilligung": ("radio", True, {"ja", "nein"}),
        "schriftlich": ("radio", True, {True, False}),
        "datum": ("datetime", True, None),
    },
    "reha_pruefung": {
        "reha_anspruch": ("radio", True, {"ja", "nein"}),
        "datum": ("datetime", True, None),
        "begruendung": ("textarea", False, None),
    },
    "fallbesprechung_reha": {
        "datum": ("datetime", True, None),
        "teilnehmende": ("checklist", True, None),
    },
    "uebergabe_uesb": {
        "datum": ("datetime", True, None),
        "sgb2_stand": ("textarea", False, None),
        "transparenz_datum": ("datetime", True, None),
        "eigene_einwilligung": ("radio", True, {"ja", "nein"}),
        "schriftlich": ("radio", True, {True, False}),
        "sgb8_weitergabe": ("checkbox", False, None),
    },
    "annahme_uesb": {"uebernommen_am": ("datetime", True, None)},
    "reha_pruefung_erinnerung": {"erledigt": ("checkbox", False, None)},
    "annahme_uesb_erinnerung": {"erledigt": ("checkbox", False, None)},
}


def clock():
    return datetime(2026, 3, 20, 17, 30, tzinfo=BERLIN)


def of_type(*types):
    return {key for key, element in ELEMENTS.items() if element.type in types}


def fields(components):
    for part in components:
        yield from fields(part.get("components", ()))
        if "key" in part:
            options = {each["value"] for each in part.get("values", ())} or None
            yield (
                part["key"],
                (
                    part["type"],
                    part.get("validate", {}).get("required", False),
                    options,
                ),
            )


def test_the_engine_has_nothing_to_object_to():
    assert bpmn.check(FILE.read_bytes(), file=FILE.name) == []


def test_people_get_exactly_the_named_tasks():
    found = {key: ELEMENTS[key].candidate_groups for key in of_type("userTask")}
    assert found == USER_TASKS


def test_the_system_does_exactly_the_named_work():
    found = {key: ELEMENTS[key].job_type for key in of_type("serviceTask", "sendTask")}
    assert found == JOBS


def test_messages_are_caught_where_they_are_named_and_by_the_child():
    found = {key: element.message for key, element in ELEMENTS.items() if element.message}
    assert found == MESSAGES
    assert {ELEMENTS[key].correlation for key in MESSAGES} == {"=kind_id"}
    assert not any("knopf" in element.properties for element in ELEMENTS.values())


def test_what_it_tells_others_is_not_kept():
    sent = {key for key, job in JOBS.items() if job == "nachricht.senden"}
    assert {ELEMENTS[key].headers["ttl"] for key in sent} == {"PT0M"}


@pytest.mark.parametrize("element_id", TIMERS)
def test_deadlines_fall_on_the_first_minute_of_their_day(element_id):
    context = {
        "stichtag": date(2026, 7, 15),
        "schulende_klaeren_am": date(2026, 8, 15),
        "parameter": {"uesb_vorbereitung": "P4W", "reha_pruefung": "P4W", "ifk_uebernahme": "P7D"},
    }
    raw = ELEMENTS[element_id].timer.expression
    moment = feel.compile(raw.removeprefix("=")).require(context, clock=clock)
    assert moment.astimezone(BERLIN).isoformat()[:16] == f"{TIMERS[element_id]}T00:00"


def test_the_ends():
    found = {key for key in of_type("endEvent") if key.startswith("end_")}
    assert found == {"end_uebergeben", "end_entfallen"}


@pytest.mark.parametrize("name", FIELDS)
def test_forms_ask_what_the_text_names(name):
    form = json.loads((FORMS / f"{name}.form").read_text(encoding="utf-8"))
    assert dict(fields(form["components"])) == FIELDS[name]


def test_there_is_no_further_form():
    assert {path.stem for path in FORMS.glob("*.form")} == set(FIELDS)


def decided(name, *values):
    decision = dmn.load((FOLDER / f"{name}.dmn").read_bytes(), file=name).decisions[name]
    keys = INPUTS[name]
    return decision.evaluate(dict(zip(keys, values, strict=True)), clock=clock).value


INPUTS = {
    "dmn_kind_uebergang": (
        *("alter_jahre", "hoechstens_12_monate", "besucht_allgemeinbildende_schule", "lta_bedarf"),
    ),
    "dmn_familie_verbleib": (
        *("kinder_offen", "kinder_unter_15", "kinder_ab15_ueber12m", "schwanger_ab_13"),
    ),
}


@pytest.mark.parametrize(
    "age, within_a_year, at_school, need, way",
    [
        (14, True, True, "ja", "verbleib_kibiz"),
        (15, False, True, "nein", "verbleib_kibiz"),
        (15, True, True, "ja", "reha_meldung"),
        (15, True, True, "unklar", "reha_meldung"),
        (15, True, True, "nein", "uesb"),
        (16, False, False, "ja", "reha_meldung"),
        (16, None, False, "unklar", "reha_meldung"),
        (16, None, False, "nein", "uesb"),
        (16, None, True, "nein", "manuell"),
        (16, False, None, "nein", "manuell"),
    ],
)
def test_way_of_the_child(age, within_a_year, at_school, need, way):
    assert decided("dmn_kind_uebergang", age, within_a_year, at_school, need) == way


@pytest.mark.parametrize(
    "pending, under_15, longer, pregnant, stays, disputed",
    [
        (1, 0, 0, False, True, False),
        (0, 1, 1, False, True, False),
        (0, 0, 1, False, True, True),
        (0, 0, 0, True, True, False),
        (0, 0, 0, False, False, False),
    ],
)
def test_whether_the_family_stays(pending, under_15, longer, pregnant, stays, disputed):
    verdict = decided("dmn_familie_verbleib", pending, under_15, longer, pregnant)
    assert verdict == {"verbleib": stays, "auslegung_u01": disputed}
