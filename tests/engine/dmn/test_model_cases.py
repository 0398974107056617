"""Whole models of the DMN Technology Compatibility Kit, where its cases lie beside the project."""

import importlib.util
import json
import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from engine.dmn import DecisionFailed, examine
from engine.feel import YearsMonths
from engine.feel.values.moment_texts import write_datetime, write_duration, write_time
from engine.feel.values.moments import parse_duration

FOLDER = Path(__file__).resolve().parents[3].parent / "shared" / "acceptance" / "feel"
#: Beyond what a date of Python can hold: years outside 1..9999, and nanoseconds.
BEYOND = re.compile(r"(?<![\d.])-\d{4,}-\d\d-\d\d|\d{5,}-\d\d-\d\d|\.\d{7,}")

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="Die Prüffälle für FEEL und DMN liegen nicht neben dem Projekt."
)


@cache
def canon():
    spec = importlib.util.spec_from_file_location("canon", FOLDER / "canon.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lines(name):
    return [json.loads(line) for line in (FOLDER / name).read_text().splitlines()]


@cache
def texts():
    return {one["path"]: one["xml"] for one in lines("tck_models.jsonl")}


@cache
def model(path):
    return examine(texts()[path].encode(), file=path)[0]


def clock():
    return datetime(2026, 11, 23, 12, tzinfo=UTC)


def taken(value):
    """Return the FEEL value of a typed JSON value."""
    if isinstance(value, list):
        return [taken(item) for item in value]
    if isinstance(value, dict) and "$duration" in value:
        return parse_duration(value["$duration"])
    if isinstance(value, dict) and "$context" in value:
        return {key: taken(item) for key, item in value["$context"].items()}
    return canon().from_typed(value)


WRITERS = {
    Decimal: lambda value: {"$number": str(value)},
    timedelta: lambda value: {"$duration": write_duration(value)},
    YearsMonths: lambda value: {"$duration": str(value)},
    datetime: lambda value: {"$datetime": write_datetime(value)},
    date: lambda value: {"$date": value.isoformat()},
    time: lambda value: {"$time": write_time(value)},
    list: lambda value: [given(item) for item in value],
    dict: lambda value: {"$context": {key: given(item) for key, item in value.items()}},
}


def given(value):
    """Return the typed JSON value of a FEEL value."""
    write = WRITERS.get(type(value))
    return value if write is None else write(value)


def asked(case):
    """Return what a case's model answers; a decision that fails has no value."""
    loaded = model(case["model"])
    inputs = {name: taken(value) for name, value in case["inputs"].items()}
    if case["invoke"] == "decisionService":
        name, offered = case["invocable"], loaded.services
    else:
        name = case["result"]
        offered = {**{d.name: d for d in loaded.decisions.values()}, **loaded.decisions}
    try:
        value = offered[name].evaluate(inputs, clock=clock).value
    except DecisionFailed:
        return None
    if case["invoke"] == "decisionService" and isinstance(value, dict) and case["result"] in value:
        value = value[case["result"]]
    return given(value)


def passes(case):
    got = asked(case)
    if case["error"] and got is None:
        return True
    return canon().equal(canon().canon(got), canon().canon(case["expected"]))


def cases(**wanted):
    """Return the cases that the standard demands and a date of Python can hold."""
    return [
        case
        for case in lines("tck_models_cases.jsonl")
        if case["level"] != "non-compliant"
        and not BEYOND.search(json.dumps(case["expected"]))
        and all(case[key] == value for key, value in wanted.items())
    ]


def test_every_case_of_a_model_with_tables_passes():
    failing = [case["id"] for case in cases(table=True) if not passes(case)]
    assert failing == []


def test_nearly_every_case_of_all_models_passes():
    asked_for = cases()
    failing = [case["id"] for case in asked_for if not passes(case)]
    assert len(asked_for) > 2_300
    assert len(failing) <= 0.01 * len(asked_for), failing


def test_nearly_every_value_is_right():
    # A program that finds nothing passes every case that wants an error; these want a value.
    asked_for = [case for case in cases(error=False) if case["expected"] is not None]
    failing = [case["id"] for case in asked_for if not passes(case)]
    assert len(asked_for) > 1_000
    assert len(failing) <= 0.01 * len(asked_for), failing
