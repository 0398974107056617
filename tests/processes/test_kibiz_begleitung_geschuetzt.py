"""P4: what is entered about the children's care and safety lies nowhere in the clear."""

from pathlib import Path

import forms
from tests.processes.begleitung import KIBIZ, accompany
from web.database import db
from web.deploying import ROOT

MARKER = "Zirbelkiefer48Geheim"
#: Every field of class S8 in the forms, but for the tick whether the child was seen.
REACHED = {
    ("kooperationsplan", "notiz_sgb8"),
    ("kooperationsplan", "entlastende_hilfe.aufgabe"),
    ("kooperationsplan", "entlastende_hilfe.verselbstaendigung_plan"),
    ("erstaufnahme", "unterstuetzungssysteme.*.art"),
    ("erstaufnahme", "unterstuetzungssysteme.*.stelle"),
    ("intensivbegleitung", "unterstuetzungsplan"),
    ("kontakt", "eindruck_haeusliches_umfeld"),
    ("kontakt", "beobachtete_interaktion"),
    ("kontakt", "notiz_sgb8"),
    ("kwg_vermutung", "anhaltspunkte"),
    ("hze_pruefung_alle", "begruendung"),
}
TICKED = {("kontakt", "kontakt_zum_kind")}


def test_every_protected_field_is_entered_below():
    found = set()
    for path in sorted((ROOT / "forms" / "definitions" / "kibiz_begleitung").glob("*.form")):
        form = forms.load(path.read_bytes(), file=path.name)
        found |= {(path.stem, name) for name in form.protected}
    assert found == REACHED | TICKED


def walk(stage):
    """Enter the marker into every protected field."""
    _, child = accompany(stage, done=False)
    stage.complete(
        KIBIZ,
        "ut_kooperationsplan",
        datum="2026-01-12",
        kontakt_art="buero",
        keine_schritte_grund="Erst ankommen",
        naechste_gespraech="2026-02-01",
        notiz_sgb8=MARKER,
        entlastende_hilfe__aufgabe=MARKER,
        entlastende_hilfe__verselbstaendigung_plan=MARKER,
    )
    system = {"art": MARKER, "stelle": MARKER, "status": "bedarf"}
    stage.complete(KIBIZ, "ut_erstaufnahme", unterstuetzungssysteme=[system])
    stage.press(KIBIZ, "Übergang melden")
    stage.complete(
        KIBIZ,
        "ut_intensivbegleitung",
        uebergang_art="schulwechsel",
        uebergang_datum="2026-08-01",
        kind_id=child,
        unterstuetzungsplan=MARKER,
    )
    stage.press(KIBIZ, "Kontakt festhalten")
    stage.complete(
        KIBIZ,
        "ut_kontakt",
        kontakt_art="hausbesuch",
        datum="2026-01-12",
        schritte_besprechen=False,
        eindruck_haeusliches_umfeld=MARKER,
        kontakt_zum_kind=True,
        beobachtete_interaktion=MARKER,
        notiz_sgb8=MARKER,
    )
    stage.press(KIBIZ, "Anhaltspunkte für Gefährdung")
    stage.complete(KIBIZ, "ut_kwg_vermutung", anhaltspunkte=MARKER, meldung_asd=True)
    stage.press(KIBIZ, "Hilfe zur Erziehung bekannt geworden")
    stage.complete(
        KIBIZ,
        "ut_hze_pruefung_alle",
        datum="2026-01-12",
        beteiligte=["familie", "ifk_kibiz", "asd"],
        ersatz_fuer_familienhilfe=False,
        tueroeffner_fuer_hze=False,
        teilnahme_zielfuehrend="ja",
        begruendung=MARKER,
    )


def test_the_marker_lies_nowhere_in_the_clear(stage):
    walk(stage)
    stage.tick()
    assert stage.incidents() == []
    with stage.app.app_context():
        folder = Path(db.engine.url.database).parent
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    assert [path.name for path in files if MARKER.encode() in path.read_bytes()] == []
