"""What a person is told after a step."""

from tests.processes import kibiz
from tests.processes.kibiz import ASD, IFK, KIBIZ


def told(stage, person):
    return " ".join(stage.client(person).get("/aufgaben").text.split())


def test_the_page_says_which_procedure_a_step_has_ended_and_how(stage):
    kibiz.propose(stage)
    stage.complete(
        IFK,
        "ut_angebot_vorstellen",
        datum="2026-01-12",
        gespraech_form="ifk_allein",
        interesse_familie="nein",
    )
    assert "Damit ist „Übergabe an IFK KiBiZ“ abgeschlossen: Kein Interesse." in told(stage, IFK)


def test_an_office_that_answers_is_told_of_its_own_procedure_only(stage):
    kibiz.suspected(stage)
    kibiz.ask_asd(stage)
    stage.complete(
        ASD,
        "ut_asd_entscheidung",
        asd_zustimmung="nein",
        fachkraft="Frau Brandt",
        datum="2026-01-12",
    )
    page = told(stage, ASD)
    assert "abgeschlossen: Anfrage beantwortet." in page
    assert "Übergabe an IFK KiBiZ" not in page


def test_the_hand_over_says_that_the_family_has_arrived(stage):
    kibiz.until_capacity(stage)
    kibiz.agree(stage)
    kibiz.hand_over(stage)
    assert "abgeschlossen: An KiBiZ übergeben." in told(stage, KIBIZ)
