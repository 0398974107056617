"""The page for process owners says what the code does, and leaves no function out."""

import re
from pathlib import Path

import pytest

from engine import feel
from engine.feel import budget
from engine.feel.builtins.library import LIBRARY
from engine.feel.builtins.registry import Bound
from engine.feel.syntax import cursor
from tests.engine.feel.test_camunda_built_ins import EXAMPLES

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "feel.md").read_text()
ROW = re.compile(r"^\| `([^`]+)\(([^`]*)\)` \| (.+) \| `([^`]+)` \| `([^`]+)` \|$", re.MULTILINE)
ROWS = ROW.findall(PAGE)


def test_every_row_of_the_tables_is_read():
    assert len(ROWS) == PAGE.count("\n| `")


def test_names_every_function_of_ours_and_of_camunda():
    named = {name for name, *_ in ROWS}
    assert named == set(LIBRARY.names)
    assert {signature.partition("(")[0] for signature, _ in EXAMPLES} <= named


@pytest.mark.parametrize("name, parameters", [row[:2] for row in ROWS])
def test_parameters_are_what_the_page_says(name, parameters):
    listed = [one for one in parameters.split(", ") if one]
    plain = [one.rstrip("?*") for one in listed]
    needed = [one for one in plain if f"{one}?" not in listed]
    for given in (plain, needed):
        assert isinstance(LIBRARY.bind(name, len(given), None), Bound)
        assert isinstance(LIBRARY.bind(name, len(given), given), Bound)
    assert isinstance(LIBRARY.bind(name, len(plain) + 9, None), Bound) is ("*" in parameters)


@pytest.mark.parametrize("text, result", [row[3:] for row in ROWS])
def test_examples_come_out_as_the_page_says(text, result, clock):
    found = feel.compile(text).require({}, clock=clock)
    expected = feel.compile(result).require({}, clock=clock)
    assert (type(found), found) == (type(expected), expected)


def test_every_example_calls_its_function():
    for name, _, _, text, _ in ROWS:
        assert f"{name}(" in text


@pytest.mark.parametrize(
    "what, limit",
    [
        ("Länge eines Ausdrucks", f"{cursor.LONGEST:,} Zeichen"),
        ("Tiefe der Verschachtelung", f"{cursor.DEEPEST} Ebenen"),
        ("Verknüpfungen hintereinander", f"{cursor.LONGEST_CHAIN}"),
        ("Schritte einer Auswertung", f"{budget.STEPS:,}"),
        ("Zeit einer Auswertung", f"{budget.SECONDS} Sekunden"),
        ("Zeit eines regulären Ausdrucks", f"{budget.REGEX_SECONDS} Sekunden"),
        ("Länge eines Textes, der entsteht", f"{budget.TEXT:,} Zeichen"),
        ("Tiefe von Aufrufen", f"{budget.CALLS}"),
    ],
)
def test_limits_are_those_of_the_code(what, limit):
    german = limit.translate(str.maketrans(",.", ".,"))
    assert f"| {what} | {german} |" in PAGE
