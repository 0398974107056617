"""Expressions over the API: their results, their warnings and what they are refused for."""

import pytest
from camunda_orchestration_sdk.models import ExpressionEvaluationResult

from tests.web.api.calling import program

PATH = "/expression/evaluation"


def ask(api, expression, **variables):
    return api.post(PATH, {"expression": expression, "variables": variables})


def test_an_expression_reads_the_variables(api):
    answer = ask(api, "=x + count(list)", x=1.5, list=[1, 2])
    assert answer.status_code == 200
    assert answer.json == {
        "expression": "=x + count(list)",
        "result": 3.5,
        "warnings": [],
        "referencedSecrets": [],
    }
    assert ExpressionEvaluationResult.from_dict(answer.json).result == 3.5


@pytest.mark.parametrize(
    ("expression", "result"),
    (
        ('= duration("P1D") * 2', "P2D"),
        ('= date("2026-01-31") + duration("P1M")', "2026-02-28"),
        ('= {a: [1, null], b: "ä"}', {"a": [1, None], "b": "ä"}),
    ),
)
def test_results_are_plain_json(api, expression, result):
    assert ask(api, expression).json["result"] == result


def test_what_came_out_as_null_says_why(api):
    answer = ask(api, "=a.b + 1").json
    assert answer["result"] is None
    (warning, *_) = answer["warnings"]
    assert "Spalte 2" in warning["message"]


def test_a_context_from_outside_stands_for_nothing_else(api):
    assert ask(api, '=a = duration("P1D")', a={"@duration": "P1D"}).json["result"] is not True


@pytest.mark.parametrize(
    ("expression", "part"),
    (
        ("1 + 1", "expression"),
        ("=1 +", "Spalte"),
        ("=" + "(" * 5000, "expression"),
        ("=count(for a in 1..1000, b in 1..1000, c in 1..1000 return a)", "braucht zu"),
        ("=function(a) a", "Funktion"),
        ("=" + "1" * 10_001, "expression"),
    ),
)
def test_what_cannot_be_computed_is_refused_with_a_sentence(api, expression, part):
    answer = ask(api, expression)
    assert answer.status_code == 400
    assert part in answer.json["detail"]


def test_a_program_needs_the_scope(stage):
    assert ask(program(stage, scopes=("aufgaben",)), "=1").status_code == 403
    assert ask(program(stage, "leser", scopes=("lesen",)), "=1").json["result"] == 1
