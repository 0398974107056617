"""The decision whether personal data may leave a case, row by row."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.dmn import load

FILE = Path(__file__).resolve().parents[2] / "processes/gemeinsam/datenweitergabe.dmn"
DECISION = load(FILE.read_bytes(), file=FILE.name).decisions["dmn_datenweitergabe"]

QUIET = {
    "daten_art": "zweckgebunden",
    "zweck": "verweis",
    "kwg_anhaltspunkte": False,
    "einwilligung_gueltig": False,
    "mandant": "of",
    "empfaenger": "dritter",
}
NECESSARY = "Begründung; Familie informieren, soweit Schutz nicht gefährdet"
ONLY_NEEDED = "nur, was der Empfänger braucht"
PROTECTION = {"zweck": "kwg_meldung", "kwg_anhaltspunkte": True}
ENTRUSTED = {"daten_art": "anvertraut"}
GOE_51 = {"mandant": "goe", "empfaenger": "fb51"}

# Row, its sources, what differs from the quiet case, decision, extent, condition.
ROWS = [
    (1, "BO-037, HAMM-128, HAMM-134", {"daten_art": "anonym"}, "erlaubt", "anonymisiert", None),
    (2, "BO-121, BO-152, HAMM-073, annahme", PROTECTION, "erlaubt", "erforderlich", NECESSARY),
    (
        2,
        "BO-121, BO-152, HAMM-073, annahme",
        {**PROTECTION, **ENTRUSTED},
        "erlaubt",
        "erforderlich",
        NECESSARY,
    ),
    (3, "BO-145, BO-146", {"empfaenger": "betroffene_person"}, "erlaubt", "eigene Daten", None),
    (
        4,
        "KIBIZ-091, KIBIZ-092, BO-069, BO-070, BO-143",
        {**ENTRUSTED, "einwilligung_gueltig": True},
        "erlaubt",
        "laut_einwilligung",
        "Familie weiß davon",
    ),
    (5, "BO-147", ENTRUSTED, "verweigert", None, "Einwilligung einholen"),
    (5, "BO-147", {**ENTRUSTED, **GOE_51}, "verweigert", None, "Einwilligung einholen"),
    (
        6,
        "KIBIZ-014, KIBIZ-093, annahme U-03, annahme U-04",
        GOE_51,
        "manuell",
        "nur Tatsache",
        "Vereinbarung 51/56, Anlage A",
    ),
    (
        7,
        "KIBIZ-091",
        {"mandant": "goe"},
        "verweigert",
        None,
        "schriftliches Einverständnis einholen",
    ),
    *(
        (8, "annahme", {"mandant": "ham", "zweck": zweck}, "erlaubt", "erforderlich", ONLY_NEEDED)
        for zweck in ("leistungserbringung", "traegerklaerung", "bescheid")
    ),
    (
        9,
        "BO-070, BO-078",
        {"mandant": "bo"},
        "verweigert",
        None,
        "Schweigepflichtentbindung einholen",
    ),
    (10, "annahme", {}, "verweigert", None, "Prüfung durch Fachkraft"),
    (10, "annahme", {"mandant": "ham"}, "verweigert", None, "Prüfung durch Fachkraft"),
    # Where it is not known whether somebody agreed, nobody did.
    (10, "annahme", {**GOE_51, "einwilligung_gueltig": None}, "verweigert", None,
     "Prüfung durch Fachkraft"),
    (10, "annahme", {**ENTRUSTED, "einwilligung_gueltig": None}, "verweigert", None,
     "Prüfung durch Fachkraft"),
    (10, "annahme", {"zweck": "kwg_meldung", "kwg_anhaltspunkte": None}, "verweigert", None,
     "Prüfung durch Fachkraft"),
]  # fmt: skip


@pytest.mark.parametrize("number, source, given, decision, extent, condition", ROWS)
def test_datenweitergabe(number, source, given, decision, extent, condition):
    verdict = DECISION.evaluate({**QUIET, **given}, clock=lambda: datetime(2026, 1, 12, tzinfo=UTC))
    (row,) = verdict.trace.rows
    assert (row.number, row.description) == (number, source)
    assert verdict.value == {"entscheidung": decision, "umfang": extent, "auflage": condition}


def test_every_row_is_reached():
    assert {row[0] for row in ROWS} == set(range(1, FILE.read_text().count("<rule ") + 1))


def test_nothing_known_is_refused():
    verdict = DECISION.evaluate({}, clock=lambda: datetime(2026, 1, 12, tzinfo=UTC))
    assert verdict.value["entscheidung"] == "verweigert"
