"""Broken and hostile texts, whatever they are: only FEEL's own errors, soon, in little memory."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
#: More for a longer search: LOTSE_FUZZ=100000 python -m pytest tests/engine/feel/test_mutations.py
MUTANTS = int(os.environ.get("LOTSE_FUZZ", "1000"))
SECONDS, MEGABYTES = 2, 256


def test_mutants_end_soon_in_little_memory_with_our_own_errors_only():
    seed = random.randrange(10**9)  # pytest-randomly prints where it comes from
    ran = subprocess.run(
        [sys.executable, "-m", "tests.engine.feel.mutations", str(MUTANTS), str(seed)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2_000:]
    measured = json.loads(ran.stdout)
    assert measured["slowest"][0] < SECONDS, measured
    assert measured["peak_mb"] < MEGABYTES, measured
    assert {"value", "null", "True", "False", "FeelSyntaxError", "FeelLimitReached"} <= set(
        measured["outcomes"]
    )
