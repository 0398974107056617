"""`lotse doctor`: an installation is broken in every way that it knows, one at a time."""

import os
import shutil
import stat
import tempfile
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pysqlite3
import pytest
import typst
from sqlalchemy import delete, insert, update

from engine import clock, definitions
from engine.casefile import cases, unattached_documents
from engine.casefile.audit import By
from engine.ids import ids
from engine.model.account import Account
from engine.model.api_client import ApiClient
from engine.model.deed import Deed
from engine.model.deployment import Definition, Resource
from engine.model.incident import Incident
from engine.model.instance import Instance
from engine.model.job import Job, JobState
from engine.model.outbox import OutboxEntry
from engine.model.protected_value import CaseKey
from engine.model.timer import Timer
from engine.organisation import clients, deeds, demo, enrolment
from engine.organisation.enrolment import Newcomer
from tests.calling import caller
from web import assets, config, create_app, deploying
from web.command_line import _prepare
from web.commands.installation import alone
from web.database import db, write
from web.doctor import operation
from web.locking import only_process

LONG_AGO = datetime(2020, 1, 12, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """A real installation: every procedure, a keeper, no demo; made once."""
    folder = tmp_path_factory.mktemp("house") / "data"
    before = ids._next, ids._end
    ids._next = ids._end = 0
    settings = config.read({"LOTSE_DATA": str(folder)})
    with alone(settings):
        _prepare(settings)
        keeper = Newcomer("wacht", "Wacht", is_operator=True)
        write(lambda s: enrolment.enrol(s, keeper, "Zwölf Monde im Mai", now=clock.now()))
        db.engine.dispose()
    ids._next, ids._end = before
    return folder


@pytest.fixture
def house(prepared, tmp_path, monkeypatch):
    """The data folder of an installation with which nothing is wrong."""
    monkeypatch.setattr(ids, "_next", 0)
    monkeypatch.setattr(ids, "_end", 0)
    shutil.copytree(prepared, tmp_path / "data")
    os.chmod(tmp_path / "data", 0o700)
    return tmp_path / "data"


@pytest.fixture
def doctor(house, monkeypatch, capsys):
    """Examine; return the exit code and what was found by its rule."""

    def run(**settings):
        lotse = caller(monkeypatch, capsys, **{"LOTSE_DATA": house, **settings})
        code, said, complaint = lotse("doctor", "--json")
        told = orjson.loads(said)
        assert complaint == ""
        assert told["ok"] == (code != 1)
        for remark in told["meldungen"]:
            assert remark["text"].endswith(".")
            assert remark["abhilfe"]
        return int(code), {each["regel"]: each["text"] for each in told["meldungen"]}

    return run


@pytest.fixture
def change(house):
    """Change the database as a whole installation would."""

    def run(work):
        app = create_app(config.read({"LOTSE_DATA": str(house)}))
        with app.app_context():
            done = write(work)
            db.session.remove()
            db.engine.dispose()
        return done

    return run


def test_nothing_is_wrong_with_a_sound_installation(doctor, house, monkeypatch, capsys):
    before = {path: path.read_bytes() for path in house.rglob("*") if path.is_file()}
    assert doctor() == (0, {})
    assert (
        caller(monkeypatch, capsys, LOTSE_DATA=house)("doctor")[1] == "Es ist alles in Ordnung.\n"
    )
    after = {path: path.read_bytes() for path in house.rglob("*") if path.is_file()}
    assert {p: c for p, c in after.items() if p.suffix not in (".sqlite3-wal", ".sqlite3-shm")} == {
        p: c for p, c in before.items() if p.suffix not in (".sqlite3-wal", ".sqlite3-shm")
    }


@pytest.fixture
def open_house(house):
    """The same installation where other accounts of the machine could get to."""
    with tempfile.TemporaryDirectory() as around:
        os.chmod(around, 0o755)
        shutil.copytree(house, Path(around, "data"))
        os.chmod(Path(around, "data", "keys"), 0o700)
        yield Path(around, "data")


def test_people_read_what_is_wrong_and_what_helps(open_house, monkeypatch, capsys):
    os.chmod(open_house, 0o755)
    code, said, _ = caller(monkeypatch, capsys, LOTSE_DATA=open_house)("doctor")
    text = f"Fehler: In den Ordner {open_house} dürfen alle Konten des Rechners hineinsehen."
    assert (code, said) == (1, f"{text}\n    chmod 700 {open_house}\n1 Fehler, 0 Hinweise.\n")


def test_folders_that_others_may_enter(doctor, open_house):
    os.chmod(open_house, 0o700)
    assert doctor(LOTSE_DATA=open_house) == (0, {})
    os.chmod(open_house, 0o750)
    assert (doctor(LOTSE_DATA=open_house)[0], set(doctor(LOTSE_DATA=open_house)[1])) == (
        3,
        {"ordner-offen"},
    )
    os.chmod(open_house, 0o703)
    assert "schreiben" in doctor(LOTSE_DATA=open_house)[1]["ordner-offen"]
    os.chmod(open_house, 0o711)
    os.chmod(open_house / "keys", 0o755)
    assert doctor(LOTSE_DATA=open_house)[0] == 1


def test_what_is_for_trying_only_is_told(doctor):
    assert doctor(LOTSE_TEST_CLOCK="1")[0] == 1
    assert set(doctor(LOTSE_TEST_CLOCK="1")[1]) == {"uhr-verstellbar"}
    code, found = doctor(LOTSE_DEMO="1")
    assert (code, set(found)) == (3, {"demo-eingeschaltet"})


def test_a_server_that_others_reach_without_https(doctor):
    assert doctor(LOTSE_HOST="localhost") == (0, {})
    code, found = doctor(LOTSE_HOST="0.0.0.0")
    assert (code, set(found)) == (3, {"ohne-https"})


def test_pages_without_their_styles(doctor, tmp_path, monkeypatch):
    built = tmp_path / "dist"
    shutil.copytree(assets.FOLDER, built)
    monkeypatch.setattr(assets.load, "__defaults__", (built,))
    assert doctor() == (0, {})
    next(built.glob("*.css")).unlink()
    assert doctor()[1].keys() == {"aussehen-fehlt"}
    (built / "manifest.json").unlink()
    assert doctor()[0] == 1


def test_documents_of_programs_that_fill_their_place(doctor, change, monkeypatch):
    told = unattached_documents.Description(
        name="x", media_type="text/plain", process_id=None, instance_id=None, properties={}
    )
    sent = unattached_documents.Delivery(description=told, content=b"x" * 80, expires_at=None)
    change(lambda s: unattached_documents.store(s, sent, by=By("programm", clock.now())))
    assert doctor() == (0, {})
    size = change(unattached_documents.taken_up)[0]
    monkeypatch.setattr(operation, "MOST_TOGETHER", size * 10 // 8)
    code, found = doctor()
    assert (code, set(found)) == (3, {"dokumente-voll"})
    monkeypatch.setattr(operation, "MOST_TOGETHER", size * 10)
    assert doctor() == (0, {})
    monkeypatch.setattr(operation, "MOST_FILES", 1)
    assert "zu 100 % belegt" in doctor()[1]["dokumente-voll"]


def test_a_missing_folder_is_told_and_not_made(doctor, tmp_path):
    code, found = doctor(LOTSE_DATA=tmp_path / "fehlt")
    assert (code, set(found)) == (1, {"datenordner-fehlt", "datenbank-fehlt"})
    assert not (tmp_path / "fehlt").exists()


def test_keys_that_are_missing_open_or_damaged(doctor, house):
    key = house / "keys" / "master.key"
    content = key.read_bytes()
    os.chmod(key, 0o644)
    assert set(doctor()[1]) == {"hauptschluessel"}
    os.chmod(key, 0o600)
    key.write_bytes(content[:-1])
    assert "beschädigt" in doctor()[1]["hauptschluessel"]
    key.unlink()
    code, found = doctor()
    assert (code, set(found)) == (1, {"hauptschluessel-fehlt"})
    assert not key.exists()
    key.write_bytes(content)
    os.chmod(key, 0o600)
    cookies = house / "keys" / "session.key"
    os.chmod(cookies, 0o640)
    assert set(doctor()[1]) == {"anmeldeschluessel"}


def test_a_key_that_opens_nothing(doctor, house, change):
    change(lambda s: cases.create(s, "goe", now=clock.now()))
    change(lambda s: deeds.record(s, "lotse backup", "gesichert", "datenbank", now=clock.now()))
    assert doctor() == (0, {})
    key = house / "keys" / "master.key"
    kept = key.read_bytes()
    key.write_bytes(bytes(32))
    assert "gehört nicht zu allen Fällen" in doctor()[1]["schluessel-fremd"]
    key.write_bytes(kept)
    change(lambda s: s.execute(update(CaseKey).values(wrapped=b"x" * 60)))
    assert "öffnet die Schlüssel" in doctor()[1]["schluessel-fremd"]


Usage = namedtuple("Usage", "total used free")


def test_a_disk_that_runs_full(doctor, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**10, 0, 5 * 10**8))
    assert (doctor()[0], set(doctor()[1])) == (3, {"platz"})
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**10, 0, 10**8))
    assert "100 MB" in doctor()[1]["platz"]
    assert doctor()[0] == 1


def test_a_dangerous_sqlite(doctor, monkeypatch):
    monkeypatch.setattr(pysqlite3, "sqlite_version_info", (3, 40, 0))
    assert "3.40.0" in doctor()[1]["sqlite-alt"]


def test_a_machine_that_does_not_know_the_time_in_germany(doctor, monkeypatch):
    monkeypatch.setattr(clock, "BERLIN", UTC)
    assert "zeitzone" in doctor()[1]


def test_letters_that_cannot_be_typeset(doctor, monkeypatch):
    def refuse(*_, **__):
        raise typst.TypstError("no")

    monkeypatch.setattr(typst, "compile", refuse)
    assert set(doctor()[1]) == {"briefe"}


def test_a_database_that_is_missing_damaged_or_closed(doctor, house):
    database = house / "lotse.sqlite3"
    content = database.read_bytes()
    database.unlink()
    assert set(doctor()[1]) == {"datenbank-fehlt"}
    assert not database.exists()
    database.write_bytes(b"Das ist keine Datenbank. " * 100)
    assert "not a database" in doctor()[1]["datenbank-zu"]
    database.write_bytes(content[: len(content) // 2])
    assert set(doctor()[1]) & {"datenbank-beschaedigt", "datenbank-zu"}


def test_a_database_server_that_does_not_answer(doctor):
    url = "postgresql+psycopg://lotse:geheim@127.0.0.1:9/lotse"
    code, found = doctor(LOTSE_DATABASE_URL=url)
    assert (code, set(found)) == (1, {"datenbank-zu"})
    assert "geheim" not in found["datenbank-zu"]


def test_tables_of_another_version(doctor, change):
    change(lambda s: s.execute(db.text("UPDATE alembic_version SET version_num='0003'")))
    assert set(doctor()[1]) == {"tabellen-alt"}
    change(lambda s: s.execute(db.text("UPDATE alembic_version SET version_num='9999'")))
    assert set(doctor()[1]) == {"tabellen-neu"}


def test_folders_that_are_not_deployed_as_they_lie_there(doctor, tmp_path, monkeypatch):
    processes = tmp_path / "here" / "processes"
    shutil.copytree(deploying.PROCESSES, processes)
    shutil.copytree(deploying.ROOT / "forms" / "definitions", tmp_path / "here/forms/definitions")
    monkeypatch.setattr(deploying.folders, "__defaults__", (processes,))
    assert doctor() == (0, {})
    diagram = next((processes / "kibiz_uebergabe").glob("*.bpmn"))
    diagram.write_bytes(diagram.read_bytes() + b"\n")
    code, found = doctor()
    assert (code, set(found)) == (3, {"ordner-anders"})
    (processes / "kibiz_uebergabe" / "x\u202e.bpmn").write_text("")
    assert set(doctor()[1]) == {"ordner-defekt"}


def test_nothing_deployed_at_all(doctor, house, tmp_path, monkeypatch):
    empty = config.read({"LOTSE_DATA": str(tmp_path / "empty")})
    with alone(empty):
        db.engine.dispose()
    assert "verfahren-fehlen" in doctor(LOTSE_DATA=tmp_path / "empty")[1]


@pytest.mark.parametrize("ending", ("forms/%", "%.dmn"))
def test_a_deployed_procedure_that_lacks_a_form_or_a_decision(doctor, change, ending, monkeypatch):
    monkeypatch.setattr(definitions, "_bundles", definitions._Cache())  # as a new process has it
    change(lambda s: s.execute(delete(Resource).where(Resource.name.like(ending))))
    code, found = doctor()
    assert (code, "stimmt etwas nicht" in found["verfahren-defekt"]) == (1, True)


@pytest.fixture
def running(change):
    """An instance in a case, and a backup after it."""

    def work(database):
        case_id = cases.create(database, "goe", now=clock.now())
        definition = database.scalar(db.select(Definition.id).limit(1))
        number = ids.take()
        row = {
            "id": number,
            "definition_id": definition,
            "case_id": case_id,
            "mandant_id": "goe",
            "state": "active",
            "version": 1,
            "snapshot": b"",
            "started_at": clock.now(),
        }
        database.execute(insert(Instance).values(**row))
        deeds.record(database, "lotse backup", "gesichert", "datenbank", now=clock.now())
        return number, case_id

    return change(work)


def test_due_work_that_nobody_does(doctor, change, running, house):
    row = {
        "id": 1,
        "instance_id": running[0],
        "element_id": "frist",
        "due_at": LONG_AGO,
        "wake_at": LONG_AGO,
        "attempts": 0,
    }
    change(lambda s: s.execute(insert(Timer).values(**row)))
    assert set(doctor()[1]) == {"server-aus"}
    with only_process(house):
        code, found = doctor()
    assert (code, set(found)) == (1, {"wecker-steht"})
    change(lambda s: s.execute(update(Timer).values(wake_at=clock.now())))
    assert doctor() == (0, {})


def test_a_start_that_failed(doctor, change):
    later = clock.now() + timedelta(hours=1)
    row = {"id": 1, "element_id": "s", "due_at": later, "wake_at": later, "attempts": 1}
    change(lambda s: s.execute(insert(Timer).values(**row)))
    assert set(doctor()[1]) == {"beginn-gescheitert"}


def test_open_incidents_are_counted(doctor, change, running):
    number, case_id = running
    row = {
        "id": 1,
        "instance_id": number,
        "case_id": case_id,
        "mandant_id": "goe",
        "element_id": "x",
        "kind": "dienst",
        "message": "Das ging nicht.",
        "position": "",
        "created_at": clock.now(),
    }
    change(lambda s: s.execute(insert(Incident).values(**row)))
    assert doctor() == (3, {"vorfaelle": "Es gibt 1 offene Vorfälle."})
    change(lambda s: s.execute(update(Incident).values(resolved_at=clock.now())))
    assert doctor() == (0, {})


def test_sendings_that_do_not_go_out(doctor, change):
    later = clock.now() + timedelta(hours=1)
    row = {"kind": "mail", "payload": {"id": 1}, "due_at": later, "attempts": 0}
    unset = "Es ist kein Mailserver eingerichtet. Die Nachricht wartet, bis es einen gibt."
    waits = {**row, "id": 1, "key": "a", "state": "open", "last_error": unset}
    change(lambda s: s.execute(insert(OutboxEntry).values(**waits)))
    assert set(doctor()[1]) == {"mail"}
    failed = {**row, "id": 2, "key": "b", "state": "failed"}
    change(lambda s: s.execute(insert(OutboxEntry).values(**failed)))
    assert set(doctor()[1]) == {"mail", "sendung-gescheitert"}


def test_jobs_that_no_worker_takes(doctor, change, running):
    row = {
        "id": 1,
        "instance_id": running[0],
        "element_id": "x",
        "type": "rechnen",
        "retries": 3,
        "headers": {},
        "rank": 0,
        "state": JobState.CREATED,
        "created_at": LONG_AGO,
        "changed_at": LONG_AGO,
        "available_at": LONG_AGO,
    }
    change(lambda s: s.execute(insert(Job).values(**row)))
    code, found = doctor()
    assert (code, set(found)) == (3, {"auftrag-wartet"})
    assert "„rechnen“" in found["auftrag-wartet"]
    assert "12.01.2020" in found["auftrag-wartet"]
    change(lambda s: s.execute(update(Job).values(available_at=clock.now())))
    assert doctor() == (0, {})


def test_a_clock_that_goes_behind(doctor, change):
    tomorrow = clock.now() + timedelta(days=1)
    change(lambda s: deeds.record(s, "lotse backup", "gesichert", "datenbank", now=tomorrow))
    assert set(doctor()[1]) == {"uhr-geht-nach"}


def test_accounts_of_the_demo_with_the_password_that_all_know(doctor, change):
    change(lambda s: demo.seed(s, now=clock.now()))
    code, found = doctor()
    assert (code, set(found)) == (1, {"demo-konten"})
    assert "demo-konten" not in doctor(LOTSE_DEMO="1")[1]
    change(
        lambda s: s.execute(update(Account).where(Account.name != "wacht").values(is_active=False))
    )
    assert doctor() == (0, {})


def test_a_house_without_a_keeper(doctor, change):
    change(lambda s: s.execute(update(Account).values(is_active=False)))
    assert set(doctor()[1]) == {"betrieb-fehlt"}


def test_secrets_of_programs_that_are_old(doctor, change):
    wanted = clients.Wanted("termine", "Termine", [clients.Scope.READ])
    change(lambda s: clients.register(s, wanted, now=clock.now()))
    assert doctor() == (0, {})
    change(lambda s: s.execute(update(ApiClient).values(created_at=LONG_AGO)))
    assert set(doctor()[1]) == {"geheimnis-alt"}
    renewed = ("lotse client geheimnis", "neues Geheimnis", "api-zugang termine")
    change(lambda s: deeds.record(s, *renewed, now=clock.now()))
    assert doctor() == (0, {})


def test_backups_that_are_missing_or_old(doctor, change):
    change(lambda s: cases.create(s, "goe", now=clock.now()))
    assert "von keiner Sicherung" in doctor()[1]["sicherung"]
    change(lambda s: deeds.record(s, "lotse backup", "gesichert", "datenbank", now=LONG_AGO))
    assert "vom 12.01.2020" in doctor()[1]["sicherung"]
    change(lambda s: s.execute(update(Deed).values(at=clock.now())))
    assert doctor() == (0, {})


def test_the_examination_leaves_no_open_file_and_no_right_behind(doctor, house):
    doctor()
    assert stat.S_IMODE(house.stat().st_mode) == 0o700
    with only_process(house):
        pass
