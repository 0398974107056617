"""A walk over every command and option: each helps, and each fails with a sentence."""

import os
import pwd
import shlex
import subprocess
import sys
from pathlib import Path

import click
import orjson
import pysqlite3
import pytest

from tests.calling import caller
from web import database
from web.command_line import group
from web.commands.german import Place

#: A call of every command that is right as far as the command line can tell.
CALLS = {
    "backup": ("{new}",),
    "check": ("{processes}",),
    "client anlegen": ("kim", "--zweck", "x", "--umfang", "lesen"),
    "client entsperren": ("kim",),
    "client geheimnis": ("kim",),
    "client liste": (),
    "client sperren": ("kim",),
    "demo": (),
    "deploy": ("{processes}",),
    "doctor": (),
    "export statistik": ("{new}",),
    "export verfahren": ("{new}",),
    "parameter": ("goe", "warteliste", "P5W"),
    "pruefen": (),
    "publish": ("m", "--mandant", "goe", "--schluessel", "1"),
    "restore": ("{backup}", "--ersetzen"),
    "serve": (),
    "tick": (),
    "user anlegen": ("kim", "--anzeigename", "Kim", "--mandant", "goe"),
    "user entsperren": ("goe_ifk.a",),
    "user gruppe": ("goe_ifk.a", "+goe_asd"),
    "user liste": (),
    "user passwort": ("goe_ifk.a",),
    "user sperren": ("goe_ifk.a",),
}
PASSWORD = "Zwölf Monde im Mai\n"
#: They look at files only.
WITHOUT_DATABASE = {"check"}
#: They read the database at most, and what only reads waits for no writer.
ONLY_READ = {"check", "client liste", "doctor", "pruefen", "user liste"}
#: What they are called with here does not exist, and that is found out by reading.
NOTHING_THERE = {
    *("client entsperren", "client geheimnis", "client sperren"),
    *("deploy", "export verfahren", "restore"),
}
SERVERS = {"demo", "serve"}
#: They keep an installation that is there, and begin none.
KEEPING = {
    *("backup", "export statistik", "export verfahren", "parameter", "pruefen"),
    *("client entsperren", "client geheimnis", "client liste", "client sperren"),
    *("user entsperren", "user gruppe", "user liste", "user passwort", "user sperren"),
}


def walk(command=group, path=()):
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from walk(child, (*path, name))
    else:
        yield " ".join(path), command


COMMANDS = dict(walk())


@pytest.fixture
def lotse(settings, monkeypatch, capsys):
    def run(*arguments, **given):
        found = {"LOTSE_DATA": settings.data, **given}
        return caller(monkeypatch, capsys, **found)(*arguments, typed=PASSWORD)

    return run


@pytest.fixture
def call(tmp_path):
    """Return how a command is called here."""
    processes = tmp_path / "processes" / "probe"
    processes.mkdir(parents=True)
    (tmp_path / "backup.zip").write_bytes(b"")
    places = {
        "new": tmp_path / "new.zip",
        "backup": tmp_path / "backup.zip",
        "processes": processes,
    }
    return lambda name: [*name.split(), *(word.format(**places) for word in CALLS[name])]


def refused(ended):
    """Whether a command was refused with sentences and nothing else."""
    code, said, complaint = ended
    assert "Traceback" not in said + complaint
    assert not code or (said + complaint).strip().endswith((".", "“", ")"))
    return code == 1


def test_the_walk_leaves_nothing_out():
    assert set(CALLS) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_helps_in_german(lotse, name):
    code, said, complaint = lotse(*name.split(), "--help")
    assert (code, complaint) == (0, "")
    assert said.startswith(f"Aufruf: lotse {name} ")
    for english in ("Usage", "Options", "Show this", "required", "Error"):
        assert english not in said
    command = COMMANDS[name]
    assert command.get_short_help_str(200).endswith(".")
    assert command.examples
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help.endswith((".", ")")), option.opts
            assert option.opts[0] in said
    assert ("--json" in said) == (name not in SERVERS)


@pytest.mark.parametrize("path", [(), ("user",), ("client",), ("export",)])
def test_every_group_of_commands_lists_them(lotse, path):
    code, said, _ = lotse(*path, "--help")
    assert code == 0
    for name, command in COMMANDS.items():
        if tuple(name.split()[:-1]) == path:
            assert name.split()[-1] in said
            assert " ".join(said.split()).count(command.get_short_help_str(200)) >= 1


@pytest.mark.parametrize("name", COMMANDS)
def test_every_example_is_a_call_that_is_understood(name):
    for example in COMMANDS[name].examples:
        words = shlex.split(example)
        words = words[words.index("lotse") + 1 :]
        assert words[: len(name.split())] == name.split()
        with click.Context(group, info_name="lotse") as parent:
            complained = None
            try:
                COMMANDS[name].make_context(name, words[len(name.split()) :], parent)
            except click.BadParameter as wrong:  # the example's files do not lie here
                complained = wrong.param.type
            assert isinstance(complained, Place | None), example


@pytest.mark.parametrize("name", COMMANDS)
def test_a_wrong_call_is_refused_in_german(lotse, call, name):
    code, said, complaint = lotse(*call(name), "--gibtesnicht")
    # Behind the names of groups stands a minus, so click hands that command everything.
    expected = 1 if name == "user gruppe" else 2
    assert (code, said, "--gibtesnicht" in complaint) == (expected, "", True)
    assert "No such" not in complaint
    code, _, complaint = lotse(*call(name), *(["zuviel"] * 4))
    if name not in ("check", "deploy", "user gruppe"):
        assert (code, complaint.startswith("Das ist zu viel: zuviel")) == (2, True)
    if CALLS[name]:
        code, _, complaint = lotse(*name.split())
        assert (code, complaint.startswith("Es fehlt: ")) == (2, True)


@pytest.mark.parametrize(
    "words, sentence",
    [
        (("loslegen",), "Den Befehl loslegen gibt es nicht."),
        (("user", "loslegen"), "Den Befehl loslegen gibt es nicht."),
        (("publish", "m", "--mandant"), "Die Option --mandant ist nicht richtig angegeben"),
        (("tick", "--json=1"), "Die Option --json ist nicht richtig angegeben"),
        (("tick", "--jso"), "Die Option --jso gibt es hier nicht. Gemeint ist vielleicht --json."),
        (("backup", "/tmp"), "ZIEL: „/tmp“ ist ein Ordner"),
        (("restore", "/tmp/gibtesnicht.zip"), "SICHERUNG: „/tmp/gibtesnicht.zip“ gibt es nicht"),
        (("check", "/tmp/gibtesnicht"), "ORDNER…: „/tmp/gibtesnicht“ gibt es nicht"),
    ],
)
def test_what_is_wrong_with_a_call_is_said(lotse, words, sentence):
    code, said, complaint = lotse(*words)
    assert (code, said, complaint[: len(sentence)]) == (2, "", sentence)
    assert "\nHilfe: lotse" in complaint


def test_without_a_command_the_help_is_shown(lotse):
    for path in ((), ("user",)):
        code, said, complaint = lotse(*path)
        assert (code, "Befehle:" in said + complaint) == (2, True)


def broken_setting(settings):
    return {"LOTSE_PORT": "achtzig"}


def no_server(settings):
    return {"LOTSE_DATABASE_URL": "postgresql+psycopg://lotse:geheim@127.0.0.1:9/lotse"}


def no_database(settings):
    for path in settings.data.glob("lotse.sqlite3*"):
        path.unlink()
    settings.database_file.write_bytes(b"Das ist keine Datenbank. " * 1000)
    return {}


def no_folder(settings):
    (settings.data / "datei").write_text("")
    return {"LOTSE_DATA": settings.data / "datei" / "ordner"}


def no_key(settings):
    (settings.keys / "master.key").write_bytes(b"zu kurz")
    return {}


@pytest.mark.parametrize("breaking", [broken_setting, no_server, no_database, no_folder, no_key])
@pytest.mark.parametrize("name", sorted(set(COMMANDS) - WITHOUT_DATABASE))
def test_a_broken_installation_is_told_in_sentences(lotse, call, settings, name, breaking):
    given = breaking(settings)
    ended = lotse(*call(name), **given)
    assert refused(ended), ended
    assert "geheim" not in ended[1] + ended[2].replace("geheimnis", "")
    if name not in SERVERS:
        code, said, complaint = lotse(*call(name), "--json", **given)
        told = orjson.loads(said)
        assert (code, complaint, told["ok"]) == (1, "", False)
        assert told["meldungen"][0]["stufe"] == "fehler"


@pytest.fixture
def locked(settings, monkeypatch):
    """A database into which somebody else writes for longer than anybody waits."""
    patient = "busy_timeout=10000"
    assert patient in database.PRAGMAS
    hurried = tuple("busy_timeout=0" if each == patient else each for each in database.PRAGMAS)
    monkeypatch.setattr(database, "PRAGMAS", hurried)
    connection = pysqlite3.connect(str(settings.database_file), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.close()


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - ONLY_READ - NOTHING_THERE))
def test_a_locked_database_is_told(lotse, call, locked, name):
    ended = lotse(*call(name))
    assert refused(ended), ended
    assert ended[2].startswith("Die Datenbank ist gesperrt"), ended


@pytest.mark.parametrize("name", sorted(ONLY_READ - WITHOUT_DATABASE))
def test_whoever_only_reads_does_not_wait_for_a_writer(lotse, call, locked, name):
    code, said, complaint = lotse(*call(name))
    assert "gesperrt: " not in said + complaint
    assert name == "doctor" or code == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("name", ["tick", "doctor", "user liste", "backup", "serve"])
def test_whoever_has_no_right_is_told_so(settings, call, name):
    nobody = pwd.getpwnam("nobody").pw_uid
    command = f"import os; from web.command_line import main; os.setuid({nobody}); main()"
    ended = subprocess.run(
        [sys.executable, "-c", command, *call(name)],
        env={"PATH": os.environ["PATH"], "LOTSE_DATA": str(settings.data)},
        capture_output=True,
        text=True,
    )
    assert refused((ended.returncode, ended.stdout, ended.stderr)), ended


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_manual(name):
    manual = (Path(__file__).parents[2] / "docs" / "betrieb.md").read_text(encoding="utf-8")
    first, *rest = name.split()
    (row,) = [line for line in manual.splitlines() if line.startswith(f"| `lotse {first}")]
    assert all(f"{word}`" in row for word in rest)


@pytest.mark.parametrize("name", sorted(KEEPING))
def test_a_mistyped_folder_is_told_and_not_made(lotse, call, tmp_path, name):
    nowhere = tmp_path / "vertippt"
    code, said, complaint = lotse(*call(name), LOTSE_DATA=nowhere)
    assert (code, said) == (1, "")
    assert complaint.startswith("Hier gibt es noch keine Installation. Prüfen Sie LOTSE_DATA")
    assert not nowhere.exists()
    assert not (tmp_path / "new.zip").exists()


def test_broken_json_is_told_with_its_place(lotse):
    where = ("--mandant", "goe", "--schluessel", "1", "--werte", '{"ja": }')
    code, _, complaint = lotse("publish", "m", *where)
    assert (code, complaint) == (1, "--werte ist kein gültiges JSON (Zeile 1, Spalte 8).\n")
