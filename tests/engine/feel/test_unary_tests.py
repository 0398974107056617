"""What the input cells of decision tables may say."""

import pytest

from engine import feel

CELLS = [
    ("-", 5, True),
    ("", None, True),
    ("5", 5, True),
    ("5", 6, False),
    ("1, 5", 5, True),
    ('"a", "b"', "b", True),
    ("< 5", 5, False),
    ("<= 5", 5, True),
    ("= 5", 5, True),
    ("!= 5", 5, False),
    ("> grenze", 11, True),
    ("grenze", 10, True),
    ("[1..5]", 5, True),
    ("[1..5)", 5, False),
    ("]1..5]", 1, False),
    ("[1..5], > 10", 11, True),
    ("not(5)", 5, False),
    ("not(5, 6)", 7, True),
    ("not([1..3])", 5, True),
    ("not(null)", 5, True),
    ("null", None, True),
    ("null", 5, False),
    ("true", True, True),
    ("false", True, False),
    ("? > 5 and ? < grenze", 7, True),
    ("? > 5 and ? < grenze", 5, False),
    ('contains(?, "b")', "abc", True),
    ('ort = "Hamm"', 5, True),
    ("liste", 2, True),
    ("[1, 2]", 2, True),
    ("[1, 2]", [1, 2], True),
    ("2", [1, 2], True),
    ('date("2026-01-01")', "2026-01-01", True),
    ('< date("2026-01-01")', "2025-12-31", True),
    ("< 5", "a", False),
    ("< 5", None, False),
    ("[1..5]", None, False),
    ("? = null", None, True),
    ("not(? = null)", None, False),
    ("? in (1, 2)", 2, True),
    ("some x in ? satisfies x > 1", [1, 2], True),
]
FALL = {"grenze": 10, "ort": "Hamm", "liste": [1, 2]}


@pytest.mark.parametrize("cell, value, expected", CELLS)
def test_matches(cell, value, expected, clock):
    assert feel.compile_unary_tests(cell).matches(value, FALL, clock=clock) is expected


def test_knows_which_names_it_reads():
    assert feel.compile_unary_tests("> grenze, liste").names == {"grenze", "liste"}


@pytest.mark.parametrize("cell", ["<", "1,", "not(", "1 2", "> > 1"])
def test_refuses_what_is_no_test(cell):
    with pytest.raises(feel.FeelSyntaxError):
        feel.compile_unary_tests(cell)


def test_says_why_a_test_is_undecided(clock):
    evaluation = feel.Evaluation(clock)
    assert feel.compile_unary_tests("< 5").run("a", {}, evaluation) is None
    assert "lässt sich nicht vergleichen" in evaluation.problems[0].message
