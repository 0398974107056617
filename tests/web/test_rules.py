"""The concepts' rules are found by words, and each says where the procedures follow it."""

import re

import pytest
from lxml import html

from tests.processes.kibiz import ASD, IFK


@pytest.fixture
def page(stage):
    """Return the visible text of an address as an IFK sees it."""

    def seen(address, who=IFK):
        answer = stage.client(who).get(address)
        assert answer.status_code == 200
        (main,) = html.fromstring(answer.text).xpath("//main")
        return " ".join(main.text_content().split())

    return seen


def test_nothing_is_listed_before_something_is_asked(page):
    text = page("/regeln")
    assert "gefunden" not in text
    assert "Konzept KiBiZ (Landkreis Göttingen), 121 Regeln" in text


def test_rules_are_found_by_words_and_by_their_number(page):
    assert "Eine Regel gefunden." in page("/regeln?suche=KIBIZ-032")
    many = page("/regeln?suche=hausbesuch")
    number = int(re.search(r"(\d+) Regeln gefunden", many)[1])
    assert number == len(re.findall(r"Regel [A-Z]+-\d{3}", many)) > 3


def test_a_search_stays_in_the_concept_that_was_chosen(page):
    everywhere = set(re.findall(r"Regel ([A-Z]+)-\d{3}", page("/regeln?suche=familie")))
    assert len(everywhere) > 2
    concept = page("/regeln?suche=familie&konzept=Konzept KiBiZ (Landkreis Göttingen)")
    assert set(re.findall(r"Regel ([A-Z]+)-\d{3}", concept)) == {"KIBIZ"}


def test_a_concept_is_read_as_a_whole(page):
    assert "121 Regeln gefunden." in page("/regeln?konzept=Konzept KiBiZ (Landkreis Göttingen)")


@pytest.mark.parametrize("words", ["xyzzy", "<script>", "%00", "x" * 5000, "KIBIZ-999"])
def test_words_that_no_rule_has_find_nothing(page, words):
    assert "Keine Regel passt." in page(f"/regeln?suche={words}")


def test_a_rule_says_which_steps_rows_and_questions_follow_it(page):
    text = page("/regeln/KIBIZ-060")
    assert "Schritt: Übergabe vorbereiten › Platz klären" in text
    assert "Entscheidung: Wie dringend ist ein Platz?, Zeile" in text
    assert "Schritt: " in page("/regeln/KIBIZ-032")
    assert "Frage: " in page("/regeln/KIBIZ-036")


def test_a_rule_that_nothing_follows_says_so(page):
    assert "Kein Schritt, keine Entscheidung" in page("/regeln/HAMM-148")


def test_offices_that_only_use_the_portal_may_read_rules(page):
    assert "Regel KIBIZ-032" in page("/regeln/KIBIZ-032", ASD)


def test_an_unknown_rule_does_not_exist(stage):
    assert stage.client(IFK).get("/regeln/KIBIZ-999").status_code == 404


def test_strangers_sign_in_first(client):
    assert client.get("/regeln/KIBIZ-032").status_code == 302
