"""`lotse` at the command line: what it does, what it says, and the exit code."""

import pysqlite3
import pytest
from sqlalchemy import make_url

from engine.ids import ids
from engine.model.deployment import Definition
from engine.model.message import BufferedMessage
from tests.calling import caller
from tests.engine.bpmn.drawing import awaits, catch, chain, diagram, message, node, start, user
from web import config, create_app
from web.database import SqliteUnsafe, db, engine_options
from web.locking import AlreadyRunning, only_process

WAITS = diagram(
    start(),
    catch("warten", awaits("m")),
    user("z"),
    node("endEvent", "end"),
    chain("start", "warten", "z", "end"),
    process="probe",
    around=[message("m", "msg_antwort")],
)


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setattr(ids, "_next", 0)
    monkeypatch.setattr(ids, "_end", 0)
    return tmp_path / "data"


@pytest.fixture
def lotse(data, monkeypatch, capsys):
    return caller(monkeypatch, capsys, LOTSE_DATA=data)


@pytest.fixture
def folder(tmp_path):
    """A process folder without forms, so nothing but its diagram is asked for."""
    path = tmp_path / "processes" / "probe"
    path.mkdir(parents=True)
    (path / "probe.bpmn").write_bytes(WAITS.replace(b"userTask", b"task"))
    return path


def rows(data, table):
    app = create_app(config.read({"LOTSE_DATA": str(data)}))
    with app.app_context():
        found = list(db.session.scalars(db.select(table)))
        db.session.expunge_all()
        db.engine.dispose()
    return found


def test_check_finds_nothing_wrong_with_a_sound_folder(lotse, folder, data):
    code, said, _ = lotse("check", folder)
    assert (code, said) == (0, "probe: keine Fehler in 1 Dateien.\n")
    assert not data.exists()


def test_check_names_file_element_and_fault(lotse, folder):
    (folder / "probe.bpmn").write_bytes(WAITS)
    code, said, _ = lotse("check", folder)
    assert code == 1
    assert "Fehler: probe.bpmn, Element „z“: Die Aufgabe nennt kein Formular." in said


def test_check_refuses_an_empty_folder_with_a_sentence(lotse, tmp_path):
    (tmp_path / "leer").mkdir()
    code, _, complaint = lotse("check", tmp_path / "leer")
    assert (code, complaint) == (1, "leer: In diesem Ordner liegt kein Verfahren.\n")


def test_check_refuses_a_file_that_is_no_xml(lotse, folder):
    (folder / "probe.bpmn").write_text("Das ist kein Diagramm.")
    code, said, complaint = lotse("check", folder)
    assert code == 1
    assert "probe.bpmn" in said + complaint
    assert "Traceback" not in said + complaint


GAP = (
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" namespace="x">'
    b'<decision id="dmn_alter" name="Alter"><decisionTable id="tab"><input id="ein" label="Alter">'
    b'<inputExpression typeRef="number"><text>alter</text></inputExpression></input>'
    b'<output id="aus" name="x"/><rule id="r1"><description>annahme</description>'
    b"<inputEntry><text>&lt; 18</text></inputEntry><outputEntry><text>1</text></outputEntry>"
    b"</rule></decisionTable></decision></definitions>"
)


@pytest.mark.parametrize("command", ["check", "deploy"])
def test_a_weak_table_is_shown_and_refuses_nothing(lotse, folder, command):
    (folder / "alter.dmn").write_bytes(GAP)
    code, said, _ = lotse(command, folder)
    assert code == 0
    assert "Hinweis: alter.dmn, Element „tab“: Für manche Eingaben trifft" in said
    assert "Alter = 18" in said


def test_deploy_makes_a_version_and_a_second_time_none(lotse, folder, data):
    assert lotse("deploy", folder)[:2] == (0, "probe: Version 1 (neu)\n")
    assert lotse("deploy", folder)[:2] == (0, "probe: Version 1 (unverändert)\n")
    assert [row.version for row in rows(data, Definition)] == [1]


def test_deploy_of_a_changed_folder_makes_the_next_version(lotse, folder, data):
    lotse("deploy", folder)
    path = folder / "probe.bpmn"
    path.write_bytes(path.read_bytes().replace(b"msg_antwort", b"msg_absage"))
    assert lotse("deploy", folder)[1] == "probe: Version 2 (neu)\n"


def test_deploy_refuses_a_faulty_folder_as_a_whole(lotse, folder, data):
    (folder / "probe.bpmn").write_bytes(WAITS)
    code, said, _ = lotse("deploy", folder)
    assert code == 1
    assert "Element „z“" in said
    assert rows(data, Definition) == []


def test_tick_says_how_much_was_done(lotse):
    assert lotse("tick")[:2] == (0, "0 Fristen und Sendungen erledigt.\n")


def test_publish_keeps_a_message_that_nobody_waits_for(lotse, data):
    lotse("tick")
    mandant = ("--mandant", "goe", "--schluessel", "4711", "--kennung", "a1")
    code, said, _ = lotse("publish", "msg_antwort", *mandant, "--werte", '{"datum": "2026-01-12"}')
    assert (code, said) == (0, "Darauf wartet noch niemand. Die Nachricht bleibt liegen.\n")
    assert lotse("publish", "msg_antwort", *mandant)[1] == "Angekommen.\n"
    (kept,) = rows(data, BufferedMessage)
    assert kept.variables == {"datum": "2026-01-12"}


@pytest.mark.parametrize("values", ["{", "[1]"])
def test_publish_refuses_what_is_no_json_object(lotse, values):
    code, _, complaint = lotse(
        "publish", "m", "--mandant", "goe", "--schluessel", "1", "--werte", values
    )
    assert code == 1
    assert complaint.startswith("--werte ist")


@pytest.mark.parametrize(
    "name, value, sentence",
    [
        ("LOTSE_PORT", "achtzig", "Die Einstellung LOTSE_PORT hat den Wert „achtzig“."),
        ("LOTSE_DEMO", "vielleicht", "Die Einstellung LOTSE_DEMO hat den Wert „vielleicht“."),
        ("LOTSE_DATENBANK", "x", "Die Einstellung LOTSE_DATENBANK gibt es nicht."),
    ],
)
def test_a_wrong_setting_stops_with_a_sentence(lotse, monkeypatch, name, value, sentence):
    monkeypatch.setenv(name, value)
    for command in ("serve", "demo", "tick"):
        code, _, complaint = lotse(command)
        assert code == 1
        assert complaint.startswith(sentence)


def test_a_second_process_is_refused_with_a_sentence(lotse, data):
    data.mkdir()
    with only_process(data):
        code, _, complaint = lotse("tick")
    assert code == 1
    assert complaint.startswith("Lotse läuft schon mit dem Datenordner")
    assert lotse("tick")[0] == 0


def test_the_lock_is_free_again_after_a_failure(data):
    data.mkdir()
    with pytest.raises(ZeroDivisionError), only_process(data):
        raise ZeroDivisionError
    with only_process(data), pytest.raises(AlreadyRunning), only_process(data):
        pass


def test_an_old_sqlite_is_refused_with_a_sentence(lotse, monkeypatch):
    monkeypatch.setattr(pysqlite3, "sqlite_version_info", (3, 51, 2))
    with pytest.raises(SqliteUnsafe):
        engine_options("sqlite")
    code, _, complaint = lotse("tick")
    assert code == 1
    assert "3.51.3" in complaint


def test_the_version_of_sqlite_does_not_matter_to_postgresql(monkeypatch):
    monkeypatch.setattr(pysqlite3, "sqlite_version_info", (3, 40, 0))
    assert engine_options(make_url("postgresql+psycopg://db/lotse").drivername)


def test_an_unknown_command_is_refused(lotse):
    code, _, complaint = lotse("loslegen")
    assert code == 2
    assert "loslegen" in complaint
