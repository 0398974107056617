"""Finding a Chromium: where none is, a sentence says how to get one; nothing is skipped."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.slow
def test_find_says_in_a_sentence_what_is_missing(tmp_path):
    folder = tmp_path / "tests" / "browser"
    folder.mkdir(parents=True)
    shutil.copy(HERE / "chromium.py", folder)
    bare = {**os.environ, "PATH": "", "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}
    command = [sys.executable, "-c", "import chromium; chromium.find()"]
    run = subprocess.run(command, cwd=folder, env=bare, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "Für die Browsertests fehlt Chromium." in run.stderr
