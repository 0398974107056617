"""No text of a diagram is ever run as Python, whichever way SpiffWorkflow reaches for it."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest

from engine import bpmn
from engine.bpmn.failures import Failure
from engine.bpmn.instance import Instance
from engine.bpmn.script_engine import FeelEngine
from engine.bpmn.snapshot import load
from tests.engine.bpmn.drawing import chain, diagram, end, flow, script, start, user, xor
from tests.engine.bpmn.stock import Stock
from tests.engine.bpmn.story import Story

MOMENT = bpmn.Moment(now=datetime(2026, 1, 1, tzinfo=UTC), ids=lambda: 1)
XML = diagram(start(), user("a"), flow("start", "a"))

ATTACKS = [
    "__import__('os').system('touch {trap}')",
    "open('{trap}', 'w')",
    "().__class__.__base__.__subclasses__()",
    "[c for c in ().__class__.__mro__]",
    "exec(\"open('{trap}', 'w')\")",
    "eval('1+1')",
    "(lambda: open('{trap}', 'w'))()",
    "globals()",
    "a.__class__",
    "zahlen.append(1) is None",
    "f'{{open}}'",
    "import os",
]


@pytest.fixture
def engine():
    return FeelEngine(MOMENT)


@pytest.fixture
def task():
    run = Story(XML).begin(a={"b": 1}, zahlen=[1])
    instance = load(run.outcome.snapshot, run.process, MOMENT)
    return next(task for task in instance.tasks.values() if task.task_spec.name == "a")


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_is_never_run(attack, engine, task, tmp_path):
    trap = tmp_path / "trap"
    text = attack.format(trap=trap)
    for door in (
        lambda: engine.evaluate(task, text),
        lambda: engine.evaluate(task, f"={text}"),
        lambda: engine.environment.evaluate(text, {"a": {"b": 1}}),
        lambda: engine.execute(task, text),
        lambda: engine.environment.execute(text, {}),
        lambda: engine.call_service(task, operation_name=text),
        lambda: engine.environment.call_service({}, operation_name=text),
    ):
        with pytest.raises(Failure):
            door()
    assert not trap.exists()


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_as_the_condition_of_an_event_is_never_run(attack, engine, task, tmp_path):
    trap = tmp_path / "trap"
    with suppress(Failure):
        assert engine.is_true(task, f"={attack.format(trap=trap)}", "Bedingung") is False
    assert not trap.exists()


def test_validation_compiles_feel_and_not_python(engine):
    engine.validate("if a then 1 else 2")
    with pytest.raises(Failure):
        engine.validate("lambda: 1")


def test_doors_of_spiffworkflow_evaluate_feel(engine, task):
    assert engine.evaluate(task, "= count(zahlen) + 1") == 2
    assert engine.environment.evaluate("a + b", {"a": 1}, {"b": 2}) == 3


def test_engine_is_still_feel_after_loading():
    run = Story(XML).begin()
    instance = load(run.outcome.snapshot, run.process, MOMENT)
    assert isinstance(instance.script_engine, FeelEngine)
    assert isinstance(Instance(run.process, MOMENT).script_engine, FeelEngine)


def test_condition_of_stock_spiffworkflow_runs_code(tmp_path):
    trap = tmp_path / "trap"
    xml = diagram(
        start(),
        xor("g", default="g_end"),
        user("a"),
        end(),
        chain("start", "g", "end"),
        flow("g", "a", f"= __import__('pathlib').Path('{trap}').touch() is None"),
    )
    Stock(xml).begin()
    assert trap.exists()
    trap.unlink()
    assert bpmn.check(xml, file="x.bpmn")
    assert not trap.exists()


def test_values_are_data_and_never_expressions():
    xml = diagram(start(), script("s", "= wert", "kopie"), user("a"), chain("start", "s", "a"))
    run = Story(xml).begin(wert="= 1 + 1")
    assert run.variables["kopie"] == "= 1 + 1"
