"""What a folder may hold to be read and taken over."""

import os
import sys

import pytest

from engine.errors import DefinitionInvalid
from engine.ids import ids
from tests.web import small
from web import config, deploying, folder_files
from web.command_line import main


@pytest.fixture
def directory(tmp_path):
    return small.put(tmp_path, small.between())


def refused(directory):
    """Return what is said about a folder that cannot be read."""
    with pytest.raises(DefinitionInvalid) as caught:
        deploying.folder(directory)
    return [(finding.file, finding.message) for finding in caught.value.findings]


def test_a_folder_is_named_as_it_lies_there(directory, monkeypatch):
    monkeypatch.chdir(directory)
    folder = deploying.folder(directory.relative_to(directory))
    assert folder.name == small.NAME
    assert sorted(folder.files) == [
        "forms/probe.danach.form",
        "forms/probe.frage.form",
        "probe.bpmn",
    ]


@pytest.mark.parametrize("name", ["fremd.bpmn", "fremd.txt", "unterordner"])
def test_a_link_that_leads_outside(directory, tmp_path, name):
    outside = tmp_path / "geheim"
    outside.write_text("geheim")
    (directory / name).symlink_to(outside)
    assert refused(directory) == [(name, "Der Verweis führt aus dem Ordner hinaus oder ins Leere.")]


@pytest.mark.parametrize("target", ["kreis.bpmn", "nirgends.bpmn"])
def test_a_link_that_leads_nowhere(directory, target):
    (directory / "kreis.bpmn").symlink_to(directory / target)
    [(file, message)] = refused(directory)
    assert file == "kreis.bpmn"
    assert "ins Leere" in message


def test_a_link_within_the_folder_is_fine(directory):
    (directory / "zwei.typ").symlink_to(directory / "probe.bpmn")
    assert "zwei.typ" in deploying.folder(directory).files


def test_a_form_that_lies_outside_is_not_there(directory, tmp_path):
    place = tmp_path / "forms" / "definitions" / "probe" / "frage.form"
    outside = tmp_path / "frage.form"
    place.rename(outside)
    place.symlink_to(outside)
    assert "forms/probe.frage.form" not in deploying.folder(directory).files


@pytest.mark.parametrize(
    "form_id", ["../../../etc.passwd", "a.b/../c", "x" * 5_000 + ".y", ".", ""]
)
def test_a_form_is_named_by_its_id_alone(tmp_path, form_id):
    assert folder_files.form(tmp_path, form_id) is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"zwei\n.bpmn", "zwei\\n.bpmn"),
        (b"\x1b[31mrot.bpmn", "\\x1b[31mrot.bpmn"),
        ("umge\u202enpmb.bpmn".encode(), "umge\\u202enpmb.bpmn"),
        (b"latin\xe4.bpmn", "latin\\udce4.bpmn"),
    ],
)
def test_a_name_that_does_not_show_what_it_is(directory, name, shown):
    with open(os.path.join(os.fsencode(directory), name), "wb") as file:
        file.write(small.between())
    [(file, message)] = refused(directory)
    assert (file, "unsichtbare" in message) == (shown, True)


def test_a_name_that_is_too_long(directory):
    name = "x" * 220 + ".bpmn"
    (directory / name).write_bytes(small.between())
    assert refused(directory) == [(name, "Der Name hat mehr als 200 Zeichen.")]


def test_too_many_files(directory, monkeypatch):
    monkeypatch.setattr(folder_files, "MOST_FILES", 3)
    for number in range(3):
        (directory / f"{number}.typ").write_text("")
    assert refused(directory) == [("probe", "Der Ordner hat mehr als 3 Dateien.")]


def test_too_many_entries(directory, monkeypatch):
    monkeypatch.setattr(folder_files, "MOST_ENTRIES", 3)
    for number in range(3):
        (directory / str(number)).mkdir()
    assert refused(directory) == [("probe", "Der Ordner hat mehr als 3 Einträge.")]


def test_too_large_together(directory, monkeypatch):
    size = sum(len(content) for content in deploying.folder(directory).files.values())
    monkeypatch.setattr(folder_files, "MOST_IN_ALL", size)
    deploying.folder(directory)
    monkeypatch.setattr(folder_files, "MOST_IN_ALL", size - 1)
    assert refused(directory) == [("probe", "Alle Dateien zusammen sind größer als 30 MB.")]
    monkeypatch.setattr(folder_files, "MOST_IN_ALL", 10)
    assert refused(directory) == [("probe", "Alle Dateien zusammen sind größer als 30 MB.")]


def test_a_file_that_is_too_large(directory):
    (directory / "probe.bpmn").write_bytes(b" " * (folder_files.MOST_BYTES + 1))
    assert refused(directory) == [("probe.bpmn", "Die Datei ist größer als 2 MB.")]


def test_what_is_no_file_is_left_out(directory):
    os.mkfifo(directory / "rohr.bpmn")
    (directory / "ordner.bpmn").mkdir()
    assert [name for name in deploying.folder(directory).files if name.endswith(".bpmn")] == [
        "probe.bpmn"
    ]


def test_a_new_installation_knows_the_groups_that_come_with_lotse(
    directory, tmp_path, monkeypatch, capsys
):
    for name in config.NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LOTSE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(ids, "_next", 0)
    monkeypatch.setattr(ids, "_end", 0)
    monkeypatch.setattr(sys, "argv", ["lotse", "deploy", str(directory)])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().out.splitlines()
    assert (ended.value.code or 0, said[-1]) == (0, "probe: Version 1 (neu)")
