"""Lotse as a process of its own: started, asked over HTTP, stopped and killed."""

import os
import signal
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
LOTSE = (sys.executable, "-c", "from web.command_line import main; main()")
#: Seconds that a process may take to start or to end on a busy machine.
PATIENCE = 60


def environment(data, **settings):
    """Return the environment of a process that works on a data folder."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("LOTSE_")}
    return own | {"LOTSE_DATA": str(data), "LOTSE_PORT": "0"} | settings


def lotse(data, *arguments, **settings):
    """Run a command to its end; return its exit code, its output and its complaints."""
    run = subprocess.run(
        [*LOTSE, *map(str, arguments)],
        cwd=ROOT,
        env=environment(data, **settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    return run.returncode, run.stdout, run.stderr


class Server:
    """A running server on a free port."""

    def __init__(self, data, command="demo", **settings):
        self.log = Path(data).with_suffix(".log")
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*LOTSE, command],
                cwd=ROOT,
                env=environment(data, **settings),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        line = self.process.stdout.readline()
        if not line.startswith("Lotse läuft: "):
            self.kill()
            raise AssertionError(line + self.log.read_text())
        self.port = urlsplit(line.split()[-1]).port

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def connect(self, timeout=30):
        return HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def get(self, path):
        """Ask for a page and return its status."""
        connection = self.connect()
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    def terminate(self):
        """Ask the process to end and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self):
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        return code

    def kill(self):
        """End the process in the middle of whatever it does."""
        if self.process.poll() is None:
            self.process.kill()
            self.wait()
