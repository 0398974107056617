"""The cases of the DMN technology compatibility kit, where the collection lies beside the project.

The product does not carry them; the tables of the other modules here stand on their own.
"""

import importlib.util
import json
import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from engine import feel
from engine.feel.values.far import FarDate
from engine.feel.values.texts import write
from engine.feel.values.types import ContextOf, ListOf, Restricted, coerce

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "acceptance" / "feel"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
KINDS = {Decimal: "$number", datetime: "$datetime", date: "$date", time: "$time"}
# What the design leaves out: nanoseconds and Java functions.
LEFT_OUT = re.compile(r"\.\d{9}|external")
LONG_NAME = re.compile(r"[{,]\s*([A-Za-z]\w*(?: \w+)+)\s*:")


@pytest.fixture(scope="module")
def canon():
    if not FOLDER.exists():
        pytest.skip("The cases of the compatibility kit are not beside this project.")
    spec = importlib.util.spec_from_file_location("canon", FOLDER / "canon.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cases():
    lines = (FOLDER / "tck_expressions.jsonl").read_text().splitlines()
    read = [json.loads(line) for line in lines]
    return [case for case in read if case["level"] != "non-compliant"]


def value_of(canon, typed):
    if isinstance(typed, list):
        return [value_of(canon, item) for item in typed]
    if not isinstance(typed, dict):
        return typed
    if "$duration" in typed:
        kind, length = canon.canon_duration(typed["$duration"])
        return feel.YearsMonths(length) if kind == "ym" else timedelta(seconds=float(length))
    if "$context" in typed:
        return {key: value_of(canon, item) for key, item in typed["$context"].items()}
    return canon.from_typed(typed)


def typed_of(value):
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, list):
        return [typed_of(item) for item in value]
    if isinstance(value, dict):
        return {"$context": {key: typed_of(item) for key, item in value.items()}}
    if isinstance(value, timedelta | feel.YearsMonths):
        return {"$duration": write(value)}
    if isinstance(value, FarDate):
        return {"$datetime" if isinstance(value.near, datetime) else "$date": str(value)}
    if type(value) in KINDS:
        return {KINDS[type(value)]: write(value)}
    return {"$other": write(value)}


def type_of(described):
    if isinstance(described, str) or described is None:
        return described
    if "list" in described:
        return ListOf(type_of(described["list"]))
    if "context" in described:
        return ContextOf({key: type_of(one) for key, one in described["context"].items()})
    allowed = feel.compile_unary_tests(described["allowed"])
    return Restricted(
        type_of(described["type"]),
        lambda value: allowed.matches(value, {}, clock=lambda: NOON),
    )


def names_in(described, found):
    if isinstance(described, dict):
        for key, part in described.items():
            found.add(key)
            names_in(part, found)
    elif isinstance(described, list):
        for part in described:
            names_in(part, found)
    return found


def run(canon, case):
    context = {name: value_of(canon, typed) for name, typed in case["context"].items()}
    types = {name: type_of(one) for name, one in case.get("types", {}).items()}
    names = {name for name, *_ in case["let"]} | names_in(case["context"], set())
    names |= names_in([case.get("types", {}), case["type"], case["input_types"]], set())
    names |= set(LONG_NAME.findall(" ".join(one[1] for one in case["let"])))

    def evaluate(expression, wanted):
        evaluation = feel.Evaluation(lambda: NOON, types=types)
        value = feel.compile(expression, names=names).run(context, evaluation)
        return feel.settle(coerce(value, type_of(wanted), types)[0])

    for name, expression, *wanted in case["let"]:
        context[name] = evaluate(expression, wanted[0] if wanted else None)
    return typed_of(evaluate(case["expression"], case["type"]))


def passes(canon, case):
    try:
        result = run(canon, case)
    except feel.FeelError:
        return case["error"]
    if case["error"] and result is None:
        return True
    return canon.equal(canon.canon(result), canon.canon(case["expected"]))


def test_the_compatibility_kit_passes(canon, record_property):
    every = cases()
    failed = [case["id"] for case in every if not passes(canon, case)]
    asked = [case for case in every if not LEFT_OUT.search(case["expression"])]
    valued = [case for case in asked if case["expected"] is not None]
    shares = [passed_share(chosen, failed) for chosen in (every, asked, valued)]
    record_property("passed: all, all but what is left out, those with a value", shares)
    assert shares[0] >= 0.989, failed
    assert shares[1] >= 0.998, failed
    assert shares[2] >= 0.997, failed


def passed_share(chosen, failed):
    return 1 - len({case["id"] for case in chosen} & set(failed)) / len(chosen)
