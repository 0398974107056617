"""A backup brings everything back, protected contents included; a wrong one changes nothing."""

import shutil
import stat
from functools import partial
from zipfile import ZipFile

import orjson
import pytest
from sqlalchemy import MetaData, func, select

from engine import clock
from engine.casefile import evaluations, protection, unattached_documents
from engine.casefile.audit import By
from engine.casefile.evaluations import Made
from engine.casefile.keyring import FILE, Keyring
from engine.casefile.unattached_documents import Delivery, Description
from engine.ids import ids
from engine.model.decision import DecisionDefinition
from engine.model.protected_value import ProtectedValue
from engine.organisation import deeds
from tests.calling import caller
from tests.processes import kibiz
from tests.processes.kibiz import KIBIZ
from tests.processes.stage import Stage
from web import config, create_app
from web.database import db, session, write
from web.locking import only_process

NOTE = {"notiz": "Zirbelkiefer am Fenster"}


@pytest.fixture
def lotse(stage, tmp_path, monkeypatch, capsys):
    """Run a command on the installation of the stage, and return code, words and complaint."""
    url = stage.app.config["SQLALCHEMY_DATABASE_URI"].render_as_string(hide_password=False)
    return caller(monkeypatch, capsys, LOTSE_DATA=tmp_path, LOTSE_DATABASE_URL=url)


@pytest.fixture
def away(tmp_path_factory):
    """A folder outside the installation."""
    return tmp_path_factory.mktemp("away")


@pytest.fixture
def backup(stage, lotse, away):
    """A backup of a family that went all the way, with its key beside it."""
    kibiz.until_capacity(stage)
    kibiz.agree(stage)
    with stage.app.app_context():
        note = partial(protection.divert, values=NOTE, paths=["notiz"], now=clock.now())
        kept = write(lambda s: note(s, stage.case))
        stage.document = write(_keep_document)
        stage.evaluation = write(_keep_evaluation)
    assert protection.is_reference(kept["notiz"])
    stage.kept = kept
    made = lotse("backup", away / "a.zip", "--schluessel", away / "a.key")
    assert made[0] == 0, made
    return away / "a.zip"


def _keep_document(database):
    told = Description(
        name="notiz.txt", media_type="text/plain", process_id=None, instance_id=None, properties={}
    )
    delivery = Delivery(description=told, content=b"Zirbelkiefer", expires_at=None)
    return unattached_documents.store(database, delivery, by=By("probe", clock.now()))


def _keep_evaluation(database):
    version = database.scalars(select(DecisionDefinition).limit(1)).one()
    account = {"decision_id": version.decision_id, "kind": "x", "required": [], "value": "Lärche"}
    return evaluations.keep(database, Made(version=version, account=account, at=clock.now()))


def rows(app):
    """Return how many rows each table has."""
    with app.app_context():
        found = MetaData()
        found.reflect(db.engine)
        with db.engine.connect() as connection:
            return {
                table.name: connection.scalar(select(func.count()).select_from(table))
                for table in found.sorted_tables
                if table.name not in ("deed", "sign_in", "id_block")
            }


def destroy(stage, tmp_path):
    """Lose the database and the keys."""
    with stage.app.app_context():
        db.session.remove()
        if db.engine.dialect.name == "postgresql":
            found = MetaData()
            found.reflect(db.engine)
            found.drop_all(db.engine)
        db.engine.dispose()
    for path in tmp_path.glob("lotse.sqlite3*"):
        path.unlink()
    shutil.rmtree(tmp_path / "keys")


@pytest.fixture
def again(stage, tmp_path, monkeypatch):
    """Open what lies there afterwards as a newly started server does."""
    opened = []

    def start():
        monkeypatch.setattr(ids, "_next", 0)
        monkeypatch.setattr(ids, "_end", 0)
        url = stage.app.config["SQLALCHEMY_DATABASE_URI"].render_as_string(hide_password=False)
        app = create_app(config.read({"LOTSE_DATA": str(tmp_path), "LOTSE_DATABASE_URL": url}))
        opened.append(app)
        return app

    yield start
    for app in opened:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def test_a_lost_installation_comes_back_with_all_it_knew(
    stage, lotse, backup, away, tmp_path, again
):
    before, case = rows(stage.app), stage.case
    destroy(stage, tmp_path)
    restored = lotse("restore", backup, "--schluessel", away / "a.key")
    assert restored[0] == 0, restored
    app = again()
    assert rows(app) == before
    assert revealed(app, case, stage.kept) == NOTE
    assert document(app, stage.document) == ("notiz.txt", b"Zirbelkiefer")
    with app.app_context():
        (told,) = evaluations.accounts(session(), stage.evaluation)
        assert told["value"] == "Lärche"
    later = Stage(app)
    later.at("2026-01-12 09:00")
    assert later.client(KIBIZ).get(f"/faelle/{case}").status_code == 200
    with app.app_context():
        assert [each.action for each in deeds.latest(session())] == ["zurückgespielt"]


def revealed(app, case, kept):
    by = By("probe", clock.now())
    with app.app_context():
        return write(lambda s: protection.reveal(s, case, kept, by=by))


def document(app, kept):
    with app.app_context():
        found = unattached_documents.read(session(), kept.document_id, kept.sha256, now=clock.now())
        return found[0].name, found[1]


def test_what_happened_after_the_backup_is_gone_only_if_wanted(stage, lotse, backup, again):
    before = rows(stage.app)
    stage.start("goe_ifk.a")
    later = rows(stage.app)
    assert later != before
    code, _, complaint = lotse("restore", backup)
    assert (code, "--ersetzen" in complaint) == (1, True)
    assert rows(stage.app) == later
    with stage.app.app_context():
        db.session.remove()
        db.engine.dispose()
    assert lotse("restore", backup, "--ersetzen")[0] == 0
    assert rows(again()) == before


def test_a_backup_holds_no_key_and_is_private(stage, lotse, backup, away, tmp_path):
    master = (tmp_path / "keys" / FILE).read_bytes()
    for path in (backup, away / "a.key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with ZipFile(backup) as packed:
        assert not any(master in packed.read(name) for name in packed.namelist())
        manifest = orjson.loads(packed.read("manifest.json"))
    assert manifest["master_key"] == Keyring(master).id
    assert (away / "a.key").read_bytes() == master
    with stage.app.app_context():
        assert session().scalar(select(func.count(ProtectedValue.id))) > 0
    assert sorted(path.name for path in away.iterdir()) == ["a.key", "a.zip"]


def test_a_backup_overwrites_nothing(lotse, backup, away):
    kept = backup.read_bytes()
    code, _, complaint = lotse("backup", backup)
    assert (code, "gibt es schon" in complaint) == (1, True)
    code, _, complaint = lotse("backup", away / "b.zip", "--schluessel", away / "a.key")
    assert (code, "gibt es schon" in complaint) == (1, True)
    assert backup.read_bytes() == kept
    assert not (away / "b.zip").exists()


def test_the_word_about_the_key_is_said_and_the_result_is_told_as_json(lotse, backup, away):
    code, said, _ = lotse("backup", away / "b.zip")
    assert (code, "ohne ihn bleiben geschützte Angaben" in said) == (0, True)
    code, said, _ = lotse("backup", away / "c.zip", "--json")
    assert orjson.loads(said)["ergebnis"]["format"] == 1


def test_a_running_server_is_left_alone(stage, lotse, backup, tmp_path, away):
    with only_process(tmp_path):
        assert lotse("backup", away / "b.zip")[0] == 0
        code, _, complaint = lotse("restore", backup, "--ersetzen")
    assert (code, complaint[:18]) == (1, "Lotse läuft schon ")


@pytest.mark.parametrize("other", ("none", "wrong", "short"))
def test_a_key_that_does_not_fit_changes_nothing(stage, lotse, backup, tmp_path, away, other):
    destroy(stage, tmp_path)
    key = away / "other.key"
    key.write_bytes(bytes(31 if other == "short" else 32))
    given = () if other == "none" else ("--schluessel", key)
    code, _, complaint = lotse("restore", backup, *given)
    assert (code, "schlüssel" in complaint.lower()) == (1, True)
    assert not (tmp_path / "keys").exists()
    assert not (tmp_path / "lotse.sqlite3").exists()


def repacked(path, change, also=None):
    """Write a backup anew with a changed manifest or member."""
    with ZipFile(path) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    manifest = orjson.loads(files["manifest.json"])
    change(manifest, files)
    files["manifest.json"] = orjson.dumps(manifest)
    with ZipFile(path, "w") as packed:
        for name, content in [*files.items(), *(also or [])]:
            packed.writestr(name, content)


def first(manifest):
    return next(iter(manifest["files"]))


def _foreign_byte(manifest, files):
    name = first(manifest)
    files[name] = files[name][:-1] + bytes([files[name][-1] ^ 1])


def _slip(manifest, files):
    name = first(manifest)
    manifest["files"]["../../evil.sqlite3"] = manifest["files"].pop(name)
    files["../../evil.sqlite3"] = files.pop(name)


def _left_out(manifest, files):
    del files[first(manifest)]


def _newer(manifest, files):
    manifest["migration"] = "9999"


HOSTILE = {
    "a changed byte": (_foreign_byte, "verändert oder beschädigt"),
    "a name that leads elsewhere": (_slip, "keine Sicherung"),
    "a file that is missing": (_left_out, "keine Sicherung"),
    "an unknown field": (lambda m, f: m.update(mehr=1), "keine Sicherung"),
    "another format": (lambda m, f: m.update(format=2), "keine Sicherung"),
    "a newer migration": (_newer, "neueren Tabellen"),
    "another migration than noted": (lambda m, f: m.update(migration="0001"), "keine Sicherung"),
    "another kind of database": (
        lambda m, f: m.update(database="sqlite" if m["database"] == "postgresql" else "postgresql"),
        "ist von",
    ),
    "an extra file": (lambda m, f: f.update({"mehr.sqlite3": b""}), "keine Sicherung"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_backup_is_refused_and_changes_nothing(stage, lotse, backup, kind, tmp_path):
    change, sentence = HOSTILE[kind]
    before, there = rows(stage.app), sorted(tmp_path.rglob("*"))
    repacked(backup, change)
    code, _, complaint = lotse("restore", backup, "--ersetzen")
    assert (code, sentence in complaint) == (1, True), complaint
    assert rows(stage.app) == before
    kept = {path for path in there if not path.name.endswith(("-wal", "-shm"))}
    assert kept <= set(tmp_path.rglob("*"))
    assert not (tmp_path.parent / "evil.sqlite3").exists()


def test_no_archive_at_all_and_a_cut_one_are_refused(stage, lotse, backup):
    backup.write_bytes(backup.read_bytes()[:-100])
    assert lotse("restore", backup, "--ersetzen")[0] == 1
    backup.write_bytes(b"")
    code, _, complaint = lotse("restore", backup, "--ersetzen")
    assert (code, "keine Sicherung" in complaint) == (1, True)
    assert lotse("restore", backup.with_name("fehlt.zip"))[0] == 2
