"""`lotse export`: what leaves can come back, and nobody can be found in it."""

import csv
import stat
from datetime import date
from zipfile import ZipFile

import orjson
import pytest

from engine import clock, deployment
from engine.casefile import counts
from engine.ids import ids
from engine.organisation import deeds
from tests.calling import caller
from web import deploying, figures
from web.database import db, session, write
from web.figures import Cell

EVERYTHING = {each.name for each in deploying.folders()}


@pytest.fixture
def lotse(stage, tmp_path, monkeypatch, capsys):
    return caller(monkeypatch, capsys, LOTSE_DATA=tmp_path / "town")


@pytest.fixture
def other(tmp_path, monkeypatch, capsys):
    """Run a command on an installation that is still empty."""

    def run(*arguments):
        monkeypatch.setattr(ids, "_next", 0)
        monkeypatch.setattr(ids, "_end", 0)
        return caller(monkeypatch, capsys, LOTSE_DATA=tmp_path / "other")(*arguments)

    return run


def test_exported_procedures_pass_the_check_and_begin_elsewhere(lotse, other, tmp_path):
    parcel, again = tmp_path / "a.zip", tmp_path / "b.zip"
    code, said, complaint = lotse("export", "verfahren", parcel, "--json")
    assert code == 0, complaint
    assert set(orjson.loads(said)["ergebnis"]["ordner"]) == EVERYTHING
    assert stat.S_IMODE(parcel.stat().st_mode) == 0o600
    code, said, complaint = lotse("check", parcel)
    assert (code, "kibiz_uebergabe: keine Fehler in" in said) == (0, True), said + complaint
    code, said, complaint = other("deploy", parcel)
    assert (code, "kibiz_uebergabe: Version 1 (neu)\n" in said) == (0, True), said + complaint
    assert "Version 1 (unverändert)" in other("deploy", parcel)[1]
    assert other("export", "verfahren", again)[0] == 0
    assert again.read_bytes() == parcel.read_bytes()


def test_an_old_version_is_exported_with_the_decisions_it_runs_with(lotse, stage, tmp_path):
    (kibiz,) = [each for each in deploying.folders() if each.name == "kibiz_uebergabe"]
    (diagram,) = [name for name in kibiz.files if name.endswith(".bpmn")]
    newer = {**kibiz.files, diagram: kibiz.files[diagram] + b"\n"}
    with stage.app.app_context():
        folder = deployment.Folder(kibiz.name, newer)
        write(lambda s: deploying.deploy(s, folder, now=clock.now()))
    for version, content in (("1", kibiz.files[diagram]), ("2", newer[diagram])):
        target = tmp_path / f"{version}.zip"
        wanted = ("--verfahren", "kibiz_uebergabe", "--version", version)
        assert lotse("export", "verfahren", target, *wanted)[0] == 0
        with ZipFile(target) as packed:
            assert packed.read(f"processes/kibiz_uebergabe/{diagram}") == content
            assert any(name.startswith("processes/gemeinsam/") for name in packed.namelist())


@pytest.mark.parametrize(
    "options, sentence",
    [
        (("--verfahren", "gibt_es_nicht"), "Dieses Verfahren gibt es nicht."),
        (("--verfahren", "kibiz_uebergabe", "--version", "9"), "Dieses Verfahren gibt es nicht."),
        (("--verfahren", "kibiz_uebergabe", "--version", "-1"), "--version ist eine ganze Zahl"),
        (("--version", "1"), "--version gehört zu --verfahren."),
    ],
)
def test_what_there_is_not_is_not_exported(lotse, tmp_path, options, sentence):
    code, _, complaint = lotse("export", "verfahren", tmp_path / "a.zip", *options)
    assert (code, complaint[: len(sentence)]) == (1, sentence)
    assert not (tmp_path / "a.zip").exists()


def test_what_came_over_the_api_is_named_and_exported_by_itself(lotse, stage, tmp_path):
    (kibiz,) = [each for each in deploying.folders() if each.name == "kibiz_uebergabe"]
    (diagram,) = [content for name, content in kibiz.files.items() if name.endswith(".bpmn")]
    sent = {"neu.bpmn": diagram.replace(b'"kibiz_uebergabe"', b'"gesendet"')}
    with stage.app.app_context():
        write(lambda s: deployment.deploy(s, deployment.sent(sent), now=clock.now()))
    code, said, _ = lotse("export", "verfahren", tmp_path / "a.zip")
    assert code == 0
    assert "Hinweis: gesendet kam über die Schnittstelle und ist nicht dabei." in said
    assert lotse("export", "verfahren", tmp_path / "b.zip", "--verfahren", "gesendet")[0] == 0
    with ZipFile(tmp_path / "b.zip") as packed:
        assert packed.read("processes/gesendet/neu.bpmn") == sent["neu.bpmn"]


HOSTILE = {
    "../evil.bpmn": b"",
    "processes/../../evil.bpmn": b"",
    "/processes/a/b.bpmn": b"",
    "processes/a/..\\evil.bpmn": b"",
    "processes/a//b.bpmn": b"",
    "processes/a/b.py": b"",
    "processes/b.bpmn": b"",
    "processes/a/\u202eb.bpmn": b"",
    "processes/a/riese.bpmn": b" " * 2_100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_parcel_is_refused(other, tmp_path, name):
    with ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr(name, HOSTILE[name])
    for command in ("check", "deploy"):
        code, _, complaint = other(command, tmp_path / "a.zip")
        assert (code, complaint[:9]) == (1, "Im Paket "), complaint
    assert not list(tmp_path.rglob("evil*"))


def test_what_is_no_parcel_is_refused(other, tmp_path):
    (tmp_path / "a.zip").write_text("Das ist kein ZIP.")
    complained = "Diese Datei ist kein Paket von Verfahren, oder sie ist beschädigt.\n"
    assert other("check", tmp_path / "a.zip")[2] == complained
    with ZipFile(tmp_path / "b.zip", "w") as packed:
        packed.writestr("forms/definitions/a/b.form", b"{}")
    assert "liegt kein Ordner „processes“" in other("deploy", tmp_path / "b.zip")[2]
    with ZipFile(tmp_path / "c.zip", "w") as packed:
        for number in range(501):
            packed.writestr(f"processes/a/{number}.bpmn", b"")
    assert other("check", tmp_path / "c.zip")[2].startswith("Das Paket ist zu groß")


def count(stage, merkmal, times):
    def work(database):
        for _ in range(times):
            day = date(2026, 1, 12)
            counts.add(database, "goe", "anlass", merkmal, day=day)

    with stage.app.app_context():
        write(work)


def test_small_figures_are_hidden_together_with_what_they_say(lotse, stage, tmp_path):
    count(stage, "umzug", 7)
    count(stage, "zwillinge", 1)
    count(stage, "=HYPERLINK(1)", 5)
    stage.start("goe_ifk.a")
    assert lotse("export", "statistik", tmp_path / "a.csv")[0] == 0
    text = (tmp_path / "a.csv").read_text("utf-8-sig")
    assert list(csv.reader(text.splitlines(), delimiter=";")) == [
        ["mandant", "monat", "kennzahl", "merkmal", "anzahl"],
        ["goe", "2026-01", "anlass", "'=HYPERLINK(1)", "5"],
        ["goe", "2026-01", "anlass", "umzug", "7"],
        ["goe", "2026-01", "anlass", "übrige", "<5"],
        ["goe", "2026-01", "verfahren.begonnen", "übrige", "<5"],
    ]
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o600


def test_exact_figures_are_wanted_expressly_and_noted_as_such(lotse, stage, tmp_path):
    count(stage, "zwillinge", 1)
    stage.start("goe_ifk.a")
    exact = lotse("export", "statistik", tmp_path / "a.json", "--format", "json", "--genau")
    assert exact[0] == 0, exact
    told = orjson.loads((tmp_path / "a.json").read_bytes())
    begun = {"mandant": "goe", "monat": "2026-01", "kennzahl": "verfahren.begonnen"}
    assert {**begun, "merkmal": "kibiz_uebergabe Version 1", "anzahl": 1} in told
    assert "zwillinge" in {each["merkmal"] for each in told}
    lotse("export", "statistik", tmp_path / "b.json", "--format", "json")
    told = orjson.loads((tmp_path / "b.json").read_bytes())
    assert {**begun, "merkmal": "übrige", "anzahl": None} in told
    assert "zwillinge" not in {each["merkmal"] for each in told}
    lotse("export", "verfahren", tmp_path / "c.zip")
    lotse("export", "statistik", tmp_path / "c.zip")
    with stage.app.app_context():
        done = [(each.action, each.subject) for each in deeds.latest(session())][::-1]
    assert done == [
        ("exportiert", "statistik: mit kleinen Zahlen"),
        ("exportiert", "statistik: ohne kleine Zahlen"),
        ("exportiert", "verfahren: alle"),
    ]


def test_small_numbers_that_are_many_together_are_said():
    cells = [(Cell("goe", "2026-01", "anlass", name), 2) for name in "abc"]
    (rest,) = figures.safe(cells)
    assert (rest.cell.merkmal, rest.anzahl) == ("übrige", 6)


def test_nothing_about_people_stands_in_the_figures(lotse, stage, tmp_path):
    stage.start("goe_ifk.a")
    lotse("export", "statistik", tmp_path / "a.csv", "--genau")
    text = (tmp_path / "a.csv").read_text("utf-8-sig")
    for number in (stage.case, "goe_ifk", "12."):
        assert str(number) not in text


def test_formats_and_targets_are_checked(lotse, stage, tmp_path):
    code, _, complaint = lotse("export", "statistik", tmp_path / "a", "--format", "xlsx")
    assert (code, complaint[:31]) == (1, "Das Format xlsx gibt es nicht. ")
    assert not (tmp_path / "a").exists()
    assert lotse("export", "statistik", tmp_path / "gibt" / "es" / "nicht")[0] == 1
    with stage.app.app_context():
        db.engine.dispose()
