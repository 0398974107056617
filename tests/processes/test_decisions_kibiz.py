"""The decisions of the hand-over to KiBiZ, row by row, and the stories that turn on them."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine.dmn import DecisionFailed, load
from engine.feel import compile

FOLDER = Path(__file__).resolve().parents[2] / "processes"
HINT = "HzE im Infogespräch erfragen"


def model(path):
    return load((FOLDER / path).read_bytes(), file=path)


ZIELGRUPPE = model("gemeinsam/dmn_kibiz_zielgruppe.dmn").decisions["dmn_kibiz_zielgruppe"]
AUSSCHLUSS = model("kibiz_uebergabe/dmn_kibiz_ausschluss.dmn").decisions["dmn_kibiz_ausschluss"]
KAPAZITAET = model("kibiz_uebergabe/dmn_kibiz_kapazitaet.dmn").decisions["dmn_kibiz_kapazitaet"]
PRIORITAET = model("kibiz_uebergabe/dmn_kibiz_prioritaet.dmn").decisions["dmn_kibiz_prioritaet"]
FUNCTIONS = model("gemeinsam/kibiz.dmn").functions


def at(day):
    return lambda: datetime.combine(day, datetime.min.time(), UTC).replace(hour=9)


JANUARY = at(date(2026, 1, 12))


def decided(decision, *, clock=JANUARY, **values):
    return decision.evaluate(values, clock=clock)


def row_of(verdict):
    (row,) = verdict.trace.rows
    return row.rule_id.rpartition("_")[2], row.description


def feel(text, *, clock=JANUARY, **values):
    """Evaluate as an input mapping of the diagram does: a null out of a problem would fail."""
    return compile(text).require({**FUNCTIONS, **values}, clock=clock)


# Row, its source, the answers (bezug, standort, kind, schwanger, woche), ok, reason, again later.
ZIELGRUPPE_ROWS = [
    ("1", "KIBIZ-038", (False, "56.7", True, True, 20), False, "kein_sgb2_bezug", False),
    ("1", "KIBIZ-038", (False, None, None, None, None), False, "kein_sgb2_bezug", False),
    ("2", "KIBIZ-003, KIBIZ-039", (True, "andere", True, None, None), False,
     "oertlich_nicht_zustaendig", False),
    ("3", "KIBIZ-053", (True, "56.7", True, None, None), True, "kind_in_altersgrenze", False),
    ("3", "KIBIZ-053", (True, "56.8", True, False, None), True, "kind_in_altersgrenze", False),
    ("4", "KIBIZ-043, KIBIZ-055", (True, "56.8", False, True, 13), True,
     "schwangerschaft_ab_13", False),
    ("5", "KIBIZ-043", (True, "56.7", False, True, 12), False, "vor_13_ssw", True),
    ("6", "KIBIZ-053, KIBIZ-111", (True, "56.7", False, False, None), False,
     "kein_kind_in_altersgrenze", False),
    # Whatever is not known leads to the last row, never to a refusal.
    ("7", "annahme", (None, "56.7", True, None, None), False, "angaben_unvollstaendig", False),
    ("7", "annahme", (True, None, True, None, None), False, "angaben_unvollstaendig", False),
    ("7", "annahme", (True, "Göttingen", True, None, None), False, "angaben_unvollstaendig", False),
    ("7", "annahme", (True, "56.7", None, False, None), False, "angaben_unvollstaendig", False),
    ("7", "annahme", (True, "56.7", None, True, 20), False, "angaben_unvollstaendig", False),
    ("7", "annahme", (True, "56.7", False, None, None), False, "angaben_unvollstaendig", False),
    ("7", "annahme", (True, "56.7", False, True, None), False, "angaben_unvollstaendig", False),
]  # fmt: skip


@pytest.mark.parametrize("row, source, given, ok, reason, again", ZIELGRUPPE_ROWS)
def test_zielgruppe(row, source, given, ok, reason, again):
    names = ("sgb2_bezug", "jobcenter_standort", "kind_passend", "schwanger", "ssw")
    verdict = decided(ZIELGRUPPE, **dict(zip(names, given, strict=True)))
    assert row_of(verdict) == (row, source)
    assert verdict.value == {"zielgruppe_ok": ok, "grund": reason, "wiedervorlage": again}


def test_zielgruppe_with_nothing_known_asks_for_the_answers():
    assert decided(ZIELGRUPPE).value["grund"] == "angaben_unvollstaendig"


# Row, its source, the answers that differ from the quiet case, the way, the hint.
SUSPECTED, PROVEN = {"kwg_status": "vermutet"}, {"kwg_status": "festgestellt"}
AGREED = {"asd_zustimmung": "ja"}
REASON = {"ausnahmegrund": "Die Hilfe wirkt."}
YOUNG = {"junger_elternteil": True}
AUSSCHLUSS_ROWS = [
    ("1", "KIBIZ-052", SUSPECTED, "asd_anfragen", None),
    ("1", "KIBIZ-052", {**PROVEN, "asd_zustimmung": None}, "asd_anfragen", None),
    ("2", "KIBIZ-051", {**PROVEN, "asd_zustimmung": "nein"}, "ausschluss_kwg", None),
    ("2a", "KIBIZ-052", {**SUSPECTED, **AGREED}, "ausschluss_kwg", None),
    ("2a", "KIBIZ-052", {**PROVEN, **AGREED, "ausnahmegrund": ""}, "ausschluss_kwg", None),
    ("2a", "KIBIZ-052", {**PROVEN, **AGREED, "ausnahmegrund": " \n "}, "ausschluss_kwg", None),
    ("3", "KIBIZ-048", {"hze_status": "installiert"}, "hze_pruefen", None),
    ("3", "KIBIZ-048", {"hze_status": "anbahnend", "hze_zielfuehrend": None}, "hze_pruefen", None),
    (
        "3",
        "KIBIZ-048",
        {**SUSPECTED, **AGREED, **REASON, "hze_status": "anbahnend"},
        "hze_pruefen",
        None,
    ),
    (
        "4",
        "KIBIZ-048, KIBIZ-049",
        {"hze_status": "anbahnend", "hze_zielfuehrend": "nein"},
        "ausschluss_hze",
        None,
    ),
    ("5", "KIBIZ-072", {**YOUNG, "schwerpunkt": "ausbildung"}, "uesb", None),
    ("5a", "KIBIZ-071", {**YOUNG, "schwerpunkt": "sgb8"}, "weiter", None),
    ("6", "annahme", {**YOUNG, "schwerpunkt": "unklar"}, "fallbesprechung_uesb", None),
    ("7", "annahme", {"hze_status": "unbekannt"}, "weiter", HINT),
    ("8", "annahme", {}, "weiter", None),
    ("8", "annahme", {"hze_status": "installiert", "hze_zielfuehrend": "ja"}, "weiter", None),
    ("8", "annahme", {**PROVEN, **AGREED, **REASON}, "weiter", None),
    ("8", "annahme", {"schwerpunkt": "ausbildung"}, "weiter", None),
]
QUIET = {
    "kwg_status": "keine",
    "asd_zustimmung": "offen",
    "ausnahmegrund": None,
    "hze_status": "keine",
    "hze_zielfuehrend": "offen",
    "junger_elternteil": False,
    "schwerpunkt": None,
}


@pytest.mark.parametrize("row, source, given, way, hint", AUSSCHLUSS_ROWS)
def test_ausschluss(row, source, given, way, hint):
    verdict = decided(AUSSCHLUSS, **{**QUIET, **given})
    assert row_of(verdict) == (row, source)
    assert verdict.value == {"weg": way, "hinweis": hint}
    assert verdict.trace.warnings == []


@pytest.mark.parametrize(
    "misspelt", [{"kwg_status": "Vermutet"}, {"hze_status": "ja"}, {"schwerpunkt": "schule"}]
)
def test_ausschluss_refuses_a_code_that_it_does_not_know(misspelt):
    with pytest.raises(DecisionFailed, match="nicht vorgesehen"):
        decided(AUSSCHLUSS, **{**QUIET, **misspelt})


# Row, its source, places taken, places there are, capacity, free places.
KAPAZITAET_ROWS = [
    ("1", "KIBIZ-027, KIBIZ-028", 19, 20, "frei", 1),
    ("1", "KIBIZ-027, KIBIZ-028", 0, 20, "frei", 20),
    ("2", "KIBIZ-027", 20, 20, "voll", 0),
    ("2", "KIBIZ-027", 0, 0, "voll", 0),
    ("3", "annahme U-14", 22, 20, "ueberbelegt", 0),
    ("4", "annahme U-14", 5, None, "voll", None),
    ("4", "annahme U-14", None, None, "voll", None),
]


@pytest.mark.parametrize("row, source, taken, places, capacity, free", KAPAZITAET_ROWS)
def test_kapazitaet(row, source, taken, places, capacity, free):
    verdict = decided(KAPAZITAET, belegt=taken, max_bg=places)
    assert row_of(verdict) == (row, source)
    assert verdict.value == {"kapazitaet": capacity, "freie_plaetze": free}


PRIORITAET_ROWS = [
    ({"1", "6"}, {"alleinerziehend": True}, 2),
    ({"2", "6"}, {"juengstes_kind_alter": 2}, 3),
    ({"3", "6"}, {"juengstes_kind_alter": 3}, 2),
    ({"3", "6"}, {"juengstes_kind_alter": 5}, 2),
    ({"6"}, {"juengstes_kind_alter": 6}, 0),
    ({"4", "6"}, {"schwanger": True}, 3),
    ({"5", "6"}, {"praeventionspotenzial": True}, 2),
    ({"6"}, {"alleinerziehend": False, "schwanger": False, "praeventionspotenzial": False}, 0),
    ({"6"}, {}, 0),
    (
        {"1", "2", "4", "5", "6"},
        {
            "alleinerziehend": True,
            "juengstes_kind_alter": 0,
            "schwanger": True,
            "praeventionspotenzial": True,
        },
        10,
    ),
]


@pytest.mark.parametrize("rows, given, points", PRIORITAET_ROWS)
def test_prioritaet(rows, given, points):
    verdict = decided(PRIORITAET, **given)
    assert {row.rule_id.rpartition("_")[2] for row in verdict.trace.rows} == rows
    assert verdict.value == points


@pytest.mark.parametrize(
    "path, reached",
    [
        ("zielgruppe", {row[0] for row in ZIELGRUPPE_ROWS}),
        ("ausschluss", {row[0] for row in AUSSCHLUSS_ROWS}),
        ("kapazitaet", {row[0] for row in KAPAZITAET_ROWS}),
        ("prioritaet", set().union(*(row[0] for row in PRIORITAET_ROWS))),
    ],
)
def test_every_row_is_reached(path, reached):
    (file,) = FOLDER.glob(f"*/dmn_kibiz_{path}.dmn")
    text = file.read_text(encoding="utf-8")
    assert text.count("<rule ") == len(reached)


def child(born, school=None, attends=True):
    return {
        "geburtsdatum": born,
        "besucht_allgemeinbildende_schule": attends,
        "schulende_datum": school,
    }


@pytest.mark.parametrize(
    "given, expected",
    [
        (child("2015-06-10"), True),
        (child("2011-01-13"), True),  # one day short of 15
        (child("2011-01-12", "2026-07-14"), False),  # 15 today
        (child("2010-02-20", "2027-01-12"), False),  # exactly 12 months are not more than 12
        (child("2010-02-20", "2027-01-13"), True),
        (child("2010-02-20", "2028-07-14", attends=False), False),
        (child("2010-02-20"), None),  # at school, its end unknown
        (child("2010-02-20", attends=False), False),
        (child("2010-02-20", "2026-07-14", attends=None), False),
        (child("2010-02-20", "2028-07-14", attends=None), None),
        (child(None, "2028-07-14"), True),
        (child(None, "2026-07-14"), None),
        ({"geburtsdatum": "2010-02-20"}, None),
        ({"geburtsdatum": "2015-06-10"}, True),
    ],
)
def test_kind_in_zielgruppe(given, expected):
    assert feel("kind_in_zielgruppe(kind, today())", kind=given) is expected


@pytest.mark.parametrize(
    "children, expected",
    [
        ([], False),
        ([child("2010-02-20", "2026-07-14"), child("2015-06-10")], True),
        ([child("2010-02-20", "2026-07-14"), child("2010-02-20")], None),
        ([child("2010-02-20", "2026-07-14")], False),
    ],
)
def test_one_unknown_child_leaves_the_answer_open(children, expected):
    text = "some k in fall.kinder satisfies kind_in_zielgruppe(k, today())"
    assert feel(text, fall={"kinder": children}) is expected


@pytest.mark.parametrize(
    "given, expected",
    [
        (child("2011-05-01", "2027-07-14"), date(2026, 7, 14)),  # 15 by then
        (child("2011-05-01", "2026-07-14"), date(2026, 5, 1)),  # waits for the 15th birthday
        (child("2012-02-29", "2027-01-31"), date(2027, 3, 1)),  # born on a leap day
        (child("2008-03-01", "2025-02-28"), date(2024, 2, 28)),
        (child("2011-05-01"), None),
        (child(None, "2027-07-14"), None),
        ({"geburtsdatum": "2011-05-01"}, None),
    ],
)
def test_stichtag_uesb(given, expected):
    assert feel("stichtag_uesb(kind)", kind=given) == expected


MAX_BG = "if vzae = null then null else floor(parameter.bg_je_vzae * vzae)"
SSW = 'schwangerschaftswoche + floor((today() - erfasst_am) / duration("P7D"))'


def capacity(taken, vzae):
    places = feel(MAX_BG, vzae=vzae, parameter={"bg_je_vzae": 20})
    return decided(KAPAZITAET, belegt=taken, max_bg=places).value["kapazitaet"]


def test_t02_twenty_families_fill_a_full_post():
    assert capacity(20, 1.0) == "voll"


def test_t04_three_quarters_of_a_post_have_fifteen_places():
    assert capacity(14, 0.75) == "frei"
    assert capacity(15, 0.75) == "voll"
    assert capacity(15, 0.79) == "voll"  # a place is not rounded up
    assert capacity(3, None) == "voll"


def test_t05_an_only_child_of_15_with_less_than_12_months_of_school():
    case = {"kinder": [child("2010-02-20", "2026-07-14")]}
    fits = feel("some k in fall.kinder satisfies kind_in_zielgruppe(k, today())", fall=case)
    verdict = decided(
        ZIELGRUPPE, sgb2_bezug=True, jobcenter_standort="56.8", kind_passend=fits, schwanger=False
    )
    assert verdict.value["grund"] == "kein_kind_in_altersgrenze"


def test_t07_a_pregnancy_waits_for_its_13th_week():
    def asked_on(day):
        entered = {"schwangerschaftswoche": 12, "erfasst_am": "2026-01-05"}
        week = feel(SSW, clock=at(day), **entered)
        return decided(
            ZIELGRUPPE,
            sgb2_bezug=True,
            jobcenter_standort="56.7",
            kind_passend=False,
            schwanger=True,
            ssw=week,
        )

    assert asked_on(date(2026, 1, 5)).value["wiedervorlage"] is True
    assert row_of(asked_on(date(2026, 1, 11)))[0] == "5"
    later = asked_on(date(2026, 1, 12))
    assert row_of(later)[0] == "4"
    assert later.value["zielgruppe_ok"] is True


def test_t08_help_that_is_installed_and_all_say_no():
    assert (
        decided(AUSSCHLUSS, **{**QUIET, "hze_status": "installiert"}).value["weg"] == "hze_pruefen"
    )
    given = {**QUIET, "hze_status": "installiert", "hze_zielfuehrend": "nein"}
    assert decided(AUSSCHLUSS, **given).value["weg"] == "ausschluss_hze"


def test_t13_a_young_parent_in_training():
    given = {**QUIET, "junger_elternteil": True, "schwerpunkt": "ausbildung"}
    assert decided(AUSSCHLUSS, **given).value["weg"] == "uesb"


@pytest.mark.parametrize("flag", ["schulden", "sucht", "leistungsdauer"])
def test_t14_debts_and_addiction_change_nothing(flag):
    given = {"sgb2_bezug": True, "jobcenter_standort": "56.7", "kind_passend": True}
    plain, flagged = decided(ZIELGRUPPE, **given), decided(ZIELGRUPPE, **given, **{flag: True})
    assert flagged.value == plain.value
    assert flagged.trace.as_json() == plain.trace.as_json()
    for decision in (ZIELGRUPPE, AUSSCHLUSS, KAPAZITAET, PRIORITAET):
        asked = {each.name for each in decision.parts.inputs.values()}
        assert flag not in asked
