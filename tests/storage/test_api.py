"""Searches of the API whose statements differ from database to database, on the other one, too."""

import pytest

from tests.web.api import (
    test_decision_instances,
    test_element_instances,
    test_incidents,
    test_removal,
    test_statistics,
)
from tests.web.api.calling import Api

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("app", ["postgresql"], indirect=True),
]


@pytest.fixture
def api(stage):
    return Api(stage)


@pytest.fixture
def key(api):
    return test_element_instances.begun(api)


def test_runs_are_found_by_the_run_around_them(api, key):
    test_element_instances.test_runs_are_found_by_the_run_around_them(api, key)


def test_what_ran_when_the_instance_was_ended_is_terminated(api, key):
    test_element_instances.test_what_ran_when_the_instance_was_ended_is_terminated(api, key)


def test_a_step_that_failed_has_its_incident(api, key):
    test_element_instances.test_a_step_that_failed_has_its_incident(api, key)


def test_the_ways_that_were_taken(api, key):
    test_element_instances.test_the_ways_that_were_taken(api, key)


def test_strangers_find_nothing(stage, api, key):
    test_element_instances.test_strangers_find_nothing(stage, api, key)


@pytest.fixture
def asks(api):
    return test_decision_instances.asking(api)


def test_a_step_leaves_the_decisions_that_it_took(asks):
    test_decision_instances.test_a_step_leaves_the_decisions_that_it_took(asks)


def test_pages_and_orders(asks):
    test_decision_instances.test_pages_and_orders(asks)


@pytest.mark.parametrize(("wanted", "number"), test_decision_instances.WANTED)
def test_decisions_are_found_by_what_they_are(asks, wanted, number):
    test_decision_instances.test_decisions_are_found_by_what_they_are(asks, wanted, number)


def test_a_decision_asked_over_the_api_is_told_again(asks):
    test_decision_instances.test_a_decision_asked_over_the_api_is_told_again(asks)


def test_what_is_forgotten_is_gone_with_its_account(stage, asks):
    test_decision_instances.test_what_is_forgotten_is_gone_with_its_account(stage, asks)


def test_counts_and_pages_of_counts(stage, api):
    keys = test_statistics.two_versions(api)
    test_statistics.test_running_instances_are_counted_for_each_process(api, keys)
    test_statistics.test_running_instances_are_counted_for_each_version(api, keys)
    test_statistics.test_the_steps_of_a_version_are_counted_over_its_instances(api, keys)
    test_statistics.test_an_error_is_counted_by_the_instances_it_holds_up(api, keys)


def test_waits_are_counted(api):
    test_statistics.test_what_waits_for_messages_is_counted_for_each_version(api)


def test_incidents_are_found_from_what_is_around_them(stage, api, tmp_path):
    stuck = test_incidents.failed(stage, api, tmp_path)
    test_incidents.test_incidents_are_found_from_the_steps_and_instances_around_them(
        stage, api, stuck
    )


def test_files_are_found_by_what_they_are(api):
    test_removal.test_files_are_found_by_what_they_are(api)


def test_the_version_before_is_the_newest_again(api):
    test_removal.test_the_version_before_is_the_newest_again(api)


def test_a_form_stays_while_its_task_is_open(api):
    test_removal.test_a_form_stays_while_its_task_is_open(api)
