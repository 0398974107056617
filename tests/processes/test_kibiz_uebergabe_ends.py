"""P3: a hand-over that ends closes the case, unless the case goes on without it."""

from datetime import date

import pytest

from engine.model.participation import Participation
from engine.model.user_task import UserTask
from tests.processes import records
from tests.processes.kibiz import (
    ASD,
    IFK,
    KIBIZ,
    LEAD,
    agree,
    ask_asd,
    hand_over,
    hint,
    propose,
    suspected,
    until_capacity,
)


def decline(stage):
    return stage.complete(
        IFK,
        "ut_angebot_vorstellen",
        datum="2026-01-12",
        gespraech_form="ifk_allein",
        interesse_familie="nein",
    )


def test_the_end_closes_the_case_and_starts_its_retention(stage):
    propose(stage)
    decline(stage)
    case = records.case(stage)
    assert (case.status, case.fall_ende_datum) == ("beendet", date(2026, 1, 12))
    assert case.beendigungsgrund == "kein_interesse"
    (report,) = records.kept(stage, "msg_fall_beendet")
    assert report == {
        "fall_id": str(stage.case),
        "mandant": "goe",
        "verfahren": "P3",
        "fall_ende_datum": "2026-01-12",
        "grund": "kein_interesse",
    }


@pytest.mark.parametrize("who", [IFK, KIBIZ, ASD, LEAD])
def test_nobody_opens_the_pages_of_an_ended_case(stage, who):
    until_capacity(stage)
    case, tasks = stage.case, [task.id for task in records.rows(stage, UserTask)]
    assert len(tasks) == 5
    stage.press(KIBIZ, "Familie zieht zurück")
    client = stage.client(who)
    for page in (f"/faelle/{case}", f"/faelle/{case}/angaben"):
        assert client.get(page).status_code == 404
    assert {client.get(f"/aufgaben/{task}").status_code for task in tasks} == {404}
    assert str(case) not in client.get("/faelle").text


def test_who_ends_a_case_lands_on_the_task_list_and_reads_what_was_done(stage):
    propose(stage)
    shown = stage.client(IFK).get(decline(stage).location)
    assert shown.request.path == "/aufgaben"
    assert "Erledigt: KiBiZ vorstellen" in shown.text
    propose(stage, bg_nummer="25411BG0005555")
    answer = stage.press(IFK, "Familie zieht zurück")
    shown = stage.client(IFK).get(answer.location)
    assert shown.request.path == "/aufgaben"
    assert "Eingetragen: Familie zieht zurück" in shown.text


def test_a_participation_outlives_a_withdrawn_proposal(stage):
    until_capacity(stage)
    agree(stage)
    hand_over(stage)
    case = stage.case
    hint(stage)
    assert stage.case == case
    stage.press(IFK, "Vorschlag zurückziehen")
    assert stage.ends() == ["end_uebernommen", "end_zurueckgezogen"]
    (place,) = records.rows(stage, Participation)
    assert (place.state, place.ende) == ("teilnahme", None)
    assert records.case(stage).status == "offen"
    assert records.kept(stage, "msg_fall_beendet") == []
    assert "nimmt teil" in stage.case_page(KIBIZ)


def test_a_second_proposal_that_ends_leaves_the_first_one_alone(stage):
    until_capacity(stage)
    hint(stage)
    stage.press(IFK, "Vorschlag zurückziehen")
    assert stage.ends() == ["end_zurueckgezogen"]
    (place,) = records.rows(stage, Participation)
    assert place.state == "reserviert"
    assert records.case(stage).status == "offen"
    agree(stage)
    hand_over(stage)
    assert stage.ends() == ["end_uebernommen", "end_zurueckgezogen"]


def test_the_last_hand_over_of_a_case_closes_it(stage):
    until_capacity(stage)
    hint(stage)
    stage.press(IFK, "Vorschlag zurückziehen")
    stage.press(KIBIZ, "Familie zieht zurück")
    (place,) = records.rows(stage, Participation)
    assert place.state == "frei"
    assert records.case(stage).status == "beendet"


def test_an_open_question_to_the_asd_keeps_no_case_open(stage):
    suspected(stage)
    ask_asd(stage)
    question = stage.task("ut_asd_entscheidung")
    stage.press(KIBIZ, "Familie zieht zurück")
    assert records.case(stage).status == "beendet"
    assert stage.client(ASD).get(f"/aufgaben/{question}").status_code == 404
