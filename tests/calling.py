"""`lotse` as a test calls it: in this process, with what was typed, as a script would see it."""

import io
import sys

import pytest

from web import config
from web.command_line import main


def caller(monkeypatch, capsys, **settings):
    """Return what runs a command with these settings: exit code, words and complaint."""
    for name in config.NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, str(value))

    def run(*arguments, typed=""):
        monkeypatch.setattr(sys, "argv", ["lotse", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return run
