"""Days on which something was done do not lie ahead; planned days may."""

from pathlib import Path

import pytest

import forms
from forms.parts import Field, walk

DEFINITIONS = Path(__file__).resolve().parents[2] / "forms" / "definitions"
FILES = sorted(DEFINITIONS.glob("*/*.form"))
#: What is planned, or known beforehand.
AHEAD = {
    "erster_hausbesuch_termin",
    "gueltig_bis",
    "kinder.*.schulende_datum",
    "mehrbedarf_schwangerschaft_ab",
    "schulende_datum",
    "sgb2_bezug_ende",
    "uebergang_datum",
    "umzug_datum",
}
#: What must still come.
LATER = {
    "frist",
    "naechste_gespraech",
    "neue_frist",
    "schritte.*.frist",
    "termin",
    "vereinbarungen.*.frist",
    "wiedervorlage",
}
NOT_YET = ("wert > today()", "wert >= today()", "date and time(wert) > now()")

#: A day may be today; a moment may not even be later today.
LATEST = {"date": "wert <= today()", "datetime": "wert <= now()"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_was_done_does_not_lie_ahead(path):
    form = forms.load(path.read_bytes(), file=path.name)
    dates = [p for p in walk(form.parts) if isinstance(p, Field) and p.kind == "datetime"]
    checks = {date.path: date.limits.check.text if date.limits.check else "" for date in dates}
    later = {path for path in checks if path in LATER and checks[path].startswith(NOT_YET)}
    latest = {date.path: LATEST[date.subtype] for date in dates}
    expected = {path: "" if path in AHEAD else latest[path] for path in checks.keys() - later}
    assert {path: check for path, check in checks.items() if path not in later} == expected
    told = [date.limits.check_message for date in dates if date.limits.check]
    assert all("Zukunft" in message or "Vergangenheit" in message for message in told)
