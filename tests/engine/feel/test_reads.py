"""What an expression reads, as far as its text shows."""

import pytest

from engine.feel.reads import paths


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("vorschlag.kinder[1].vorname", ("vorschlag", "kinder", "vorname")),
        ("some k in fall.kinder satisfies k.notiz = null", ("k", "notiz")),
        ("{a: x.y}", ("x", "y")),
        ('get value(task, "a")', ("task",)),
        ("if a.b then c else d.e", ("d", "e")),
        ("f(x).y", ("", "y")),
    ],
)
def test_paths_names_what_is_read(text, read):
    assert read in paths(text)


def test_paths_leaves_out_what_is_only_written():
    assert paths("{kwg: true}") == frozenset()
