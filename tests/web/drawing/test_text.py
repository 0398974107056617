"""Text is broken into lines that fit, whole words first, hyphens where a reader expects them."""

import pytest

from web.drawing import text
from web.drawing.hyphens import pieces

LABELS = [
    "Infogespräch führen",
    "Kurze Fallbesprechung IFK / IFK KiBiZ",
    "Einwilligungsprüfung",
    "Kindeswohlgefährdungsmeldung bestätigen",
    "Prüfung durch alle Beteiligten: Ist KiBiZ zielführend?",
    "Donaudampfschifffahrtsgesellschaftskapitänspatent",
    "W" * 40,
    "漢字" * 20,
    "a-b/c" * 30,
]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("width", [20, 60, 90, 300])
def test_wrap_keeps_every_line_within_the_width(label, width):
    broken = text.wrap(label, width, 12)
    assert broken.lines
    assert broken.width <= width


@pytest.mark.parametrize("label", LABELS)
def test_wrap_loses_no_letter(label):
    written = "".join(text.wrap(label, 60, 12).lines)
    letters = [letter for letter in written if letter not in " -"]
    assert letters == [letter for letter in label if letter not in " -"]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("room", [(90, 70), (90, 20), (40, 40)])
def test_fit_stays_inside_the_shape(label, room):
    broken = text.fit(label, *room)
    assert broken.width <= room[0]
    assert broken.height <= room[1]


def test_fit_prefers_the_largest_size_that_keeps_words_whole():
    assert text.fit("Hausbesuch dokumentieren", 90, 70).size == 12
    smaller = text.fit("Einwilligungserklärung", 125, 70)
    assert smaller.lines == ("Einwilligungserklärung",)
    assert smaller.size < 12


def test_fit_cuts_with_an_ellipsis_at_last():
    broken = text.fit("Alle Unterlagen zusammenstellen und prüfen", 60, 20)
    assert broken.lines[-1].endswith("…")
    assert not broken.is_whole


def test_wrap_breaks_behind_hyphen_and_slash_without_adding_one():
    assert text.wrap("Kita-Sozialarbeit", 70, 12).lines == ("Kita-", "Sozialarbeit")
    assert text.wrap("Jobcenter/Jugendamt", 75, 12).lines == ("Jobcenter/", "Jugendamt")


def test_wrap_does_not_break_a_word_that_fits():
    assert text.wrap("Zusammenarbeit", 100, 12).lines == ("Zusammenarbeit",)


@pytest.mark.parametrize(
    ("word", "letters", "parts"),
    [
        ("Einwilligungsprüfung", 16, ["Einwilligungs-", "prüfung"]),
        ("Übergabegespräch", 12, ["Übergabe-", "gespräch"]),
        ("Familienkonferenz", 12, ["Familien-", "konferenz"]),
        ("Kindeswohlgefährdung", 14, ["Kindeswohl-", "gefährdung"]),
        ("Bedarfsgemeinschaft", 14, ["Bedarfs-", "gemeinschaft"]),
        ("Zuckerbäcker", 8, ["Zucker-", "bäcker"]),
        ("Einschulungen", 8, ["Einschu-", "lungen"]),
        ("Sozial\u00adarbeiterin", 10, ["Sozial\u00ad-", "arbeiterin"]),
        ("xxxxxxxx", 5, ["xxxx-", "xxxx"]),
    ],
)
def test_pieces_break_where_a_reader_would(word, letters, parts):
    assert pieces(word, lambda part: len(part.replace("\u00ad", "")) <= letters) == parts


def test_soft_hyphens_are_never_written():
    assert text.wrap("Sozial\u00adarbeiterin", 60, 12).lines == ("Sozial-", "arbeiterin")
    assert text.wrap("Sozial\u00adarbeit", 200, 12).lines == ("Sozialarbeit",)


def test_write_puts_each_line_under_the_one_before():
    markup = text.write(text.wrap("erste zweite", 40, 10), (5, 100))
    assert 'y="109.5"' in markup
    assert 'y="121.5"' in markup
    assert text.write(text.wrap("", 40, 10), (5, 100)) == ""
