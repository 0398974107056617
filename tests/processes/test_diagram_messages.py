"""The catalogue of messages in the documentation knows every message of the diagrams."""

import re
from pathlib import Path

import pytest

from engine import bpmn

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = (ROOT / "docs" / "nachrichten.md").read_text(encoding="utf-8")
ELEMENTS = [
    element
    for path in sorted(ROOT.glob("processes/*/*.bpmn"))
    for process in bpmn.parse(path.read_bytes(), file=path.name)
    for element in process.elements.values()
]
SENDERS = [element for element in ELEMENTS if element.job_type == "nachricht.senden"]


def row(message):
    """Return the line of the catalogue that describes a message."""
    found = re.findall(rf"^\| `{message}` \|.*$", CATALOGUE, re.MULTILINE)
    assert len(found) == 1, message
    return found[0]


@pytest.mark.parametrize(
    "message", sorted({e.message or e.headers.get("nachricht") for e in ELEMENTS} - {None})
)
def test_message_is_in_the_catalogue(message):
    assert row(message)


@pytest.mark.parametrize("sender", SENDERS, ids=lambda sender: sender.id)
def test_catalogue_names_all_that_is_sent(sender):
    line = row(sender.headers["nachricht"])
    sent = {each.target for each in sender.inputs} - {"fall_id"}
    assert {name for name in sent if f"`{name}`" not in line} == set()


def test_catalogue_names_no_message_that_no_diagram_has():
    rows = set(re.findall(r"^\| `(msg_\w+)` \|", CATALOGUE, re.MULTILINE))
    assert rows == {e.message or e.headers.get("nachricht") for e in ELEMENTS} - {None}
