"""Bounds for whatever is done with a hostile file: two seconds, 256 MB, and nothing run."""

import os
import resource
import signal
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

SECONDS = 2
WHILE_MEASURED = 5  #: times as long may it take while coverage is measured
MEMORY = 256 * 1024 * 1024
#: How many times as much is tried: LOTSE_TEST_FUZZ=100 for a long run.
MORE = int(os.environ.get("LOTSE_TEST_FUZZ", "1"))
MARK = "lotse_falle"
RUNS_CODE = ("exec", "compile", "os.", "subprocess.", "open", "import", "socket.", "ctypes.")


class TooSlow(BaseException):
    """Passes every `except Exception` on its way out."""


def too_slow(*_):
    raise TooSlow(f"more than {SECONDS} seconds of processor time")


@contextmanager
def bounded():
    """Stop what takes more than two seconds of processor time."""
    before = signal.signal(signal.SIGPROF, too_slow)
    slower = 1 if sys.gettrace() is None else WHILE_MEASURED
    signal.setitimer(signal.ITIMER_PROF, SECONDS * slower)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@pytest.fixture(autouse=True)
def _memory():
    """Let nothing take more than 256 MB beyond what the tests have already."""
    limits = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    allowed = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (allowed, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, limits)


class Watch:
    """Notes every act of the interpreter that carries the mark of an attack."""

    def __init__(self):
        self.seen = []
        self.active = False

    def __call__(self, event, given):
        if self.active and event.startswith(RUNS_CODE) and MARK in repr(given):
            self.seen.append((event, given))


WATCH = Watch()
sys.addaudithook(WATCH)


@pytest.fixture
def acts():
    """What attacks made the interpreter do; must stay empty."""
    WATCH.seen, WATCH.active = [], True
    yield WATCH.seen
    WATCH.active = False
