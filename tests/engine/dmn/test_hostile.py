"""Broken and hostile files do no harm: no crash, no hang, no memory, nothing of Python reached.

FUZZ_RUNS=5000 in the environment gives that many broken files instead of a few, and all bombs.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
RUNS = int(os.environ.get("FUZZ_RUNS", "0"))
pytestmark = pytest.mark.slow


def report(kind, count, canary):
    command = [sys.executable, "-m", "tests.engine.dmn.hostile", kind, "0", str(count), canary]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.parametrize(("kind", "count"), [("mutants", RUNS or 200), ("attacks", RUNS or 19)])
def test_hostile_files_end_in_our_own_errors_only(kind, count, tmp_path):
    canary = tmp_path / "kanarie"
    seen = report(kind, count, str(canary))
    assert seen["faults"] == []
    assert seen["megabytes"] < 256
    assert seen["answered"] > seen["files"] > seen["refused"] > 0
    assert not canary.exists()
