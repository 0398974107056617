"""Pages whose statements differ from database to database, on the other one, too."""

import pytest

from tests.web import test_cases, test_clients, test_doors, test_faults, test_tasks

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("app", ["postgresql"], indirect=True),
]


def test_the_task_list_goes_on_page_by_page(stage):
    test_tasks.test_the_list_goes_on_page_by_page_without_gaps_or_repetitions(stage)


def test_of_two_people_the_second_learns_who_was_faster(stage):
    test_faults.test_of_two_people_the_second_learns_who_was_faster_and_sees_what_was_typed(stage)


def test_a_file_of_a_refused_form_is_kept(stage):
    test_faults.test_a_file_that_came_with_a_refused_form_need_not_be_chosen_again(stage)


def test_a_procedure_begins_once(stage):
    test_faults.test_a_double_click_on_start_begins_one_procedure(stage)


def test_a_letter_is_opened(stage):
    test_cases.test_a_letter_can_be_opened_and_its_reading_is_written_down(stage)


def test_status_codes_stay_with_who_may_see_them(stage):
    test_doors.test_the_status_codes_are_shown_only_to_those_who_carry_the_sgb8_part(stage)


def test_an_incident_is_raised_and_settled(stage, tmp_path):
    test_faults.test_an_expression_that_fails_becomes_an_incident_and_the_person_need_not_worry(
        stage, tmp_path / "procedure"
    )


def test_a_sign_that_only_one_database_stores_is_no_accident(stage):
    client = stage.client("admin")
    asked = {**test_clients.ASKED, "zweck": "a\0b"}
    assert test_clients.send(client, "/api-zugaenge/neu", **asked).status_code in (200, 400)
