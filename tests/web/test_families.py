"""Families: what cases are called, and whom a task is about."""

import pytest

from tests.processes import kibiz
from tests.processes.kibiz import FAMILY, KIBIZ, MOTHER
from web import families
from web.database import db


@pytest.fixture
def family(stage):
    father = MOTHER | {"vorname": "Carl", "nachname": "Brandt"}
    kibiz.propose(stage, erwachsene=[MOTHER, father], familienform="paar")
    with stage.app.app_context():
        return families.of_cases(db.session(), [stage.case])[stage.case]


def test_a_family_is_called_by_every_surname_once(family):
    assert family.name == "Ahrens, Brandt"
    assert families.NOBODY.name == ""


def test_a_task_is_about_the_person_that_its_input_names(family):
    (key,) = [key for key, name in family.persons.items() if name == "Carl Brandt"]
    assert family.subject({"anzahl": 3, "item": key}) == "Carl Brandt"
    assert family.subject({"item": "1"}) == ""
    assert family.subject({}) == ""


def test_cases_without_people_are_left_out(stage):
    stage.start("goe_ifk.a")
    with stage.app.app_context():
        assert families.of_cases(db.session(), [stage.case]) == {}


def test_tasks_of_the_same_name_say_whom_they_are_about(stage):
    father = MOTHER | {"vorname": "Carl", "geburtsdatum": "1986-01-05"}
    kibiz.until_capacity(stage, **FAMILY | {"erwachsene": [MOTHER, father]})
    page = stage.case_page(KIBIZ)
    assert "Einverständnis einholen: Alice Ahrens" in page
    assert "Einverständnis einholen: Carl Ahrens" in page
