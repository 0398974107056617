"""`lotse user`, `lotse parameter` and `lotse pruefen`, also beside a running server."""

import os
import pty
import subprocess
import sys
from contextlib import contextmanager

import orjson
import pytest

from engine import clock
from engine.casefile import audit, cases
from engine.casefile.audit import By
from engine.model.account import Account
from engine.model.audit import AuditEntry
from engine.organisation import catalogue, clients, deeds, groups, parameters
from tests.calling import caller
from tests.conftest import csrf_token
from web import config
from web.command_line import _prepare, main
from web.commands.installation import alone
from web.database import db, session, write

PASSWORD = "Zwölf Monde im Mai"


@pytest.fixture
def lotse(settings, monkeypatch, capsys):
    return caller(monkeypatch, capsys, LOTSE_DATA=settings.data)


@pytest.fixture
def kim(lotse):
    """An account that was made at the command line."""
    member = ("--mandant", "goe", "--gruppe", "goe_ifk", "--gruppe", "goe_ifk_kibiz")
    code, said, complaint = lotse(
        "user", "anlegen", "kim", "--anzeigename", "Kim Keller", *member, typed=PASSWORD + "\n"
    )
    assert (code, said) == (0, "Das Konto kim ist angelegt.\n"), complaint
    return "kim"


def enters(app, name, password):
    """Whether name and password open a session."""
    client = app.test_client()
    fields = {"csrf_token": csrf_token(client.get("/anmelden")), "name": name}
    answer = client.post("/anmelden", data={**fields, "passwort": password})
    return client if answer.status_code == 303 else None


@contextmanager
def inside(app):
    with app.app_context():
        yield session()


def test_a_new_account_can_sign_in_and_belongs_to_its_groups(app, kim):
    client = enters(app, kim, PASSWORD)
    assert "Kim Keller" in client.get("/aufgaben").text
    with inside(app) as database:
        account = database.scalars(db.select(Account).where(Account.name == kim)).one()
        assert [group.id for group in groups.of(database, account.id)] == [
            "goe_ifk",
            "goe_ifk_kibiz",
        ]
        assert not account.is_operator
        assert PASSWORD not in account.password_hash


def test_operators_have_neither_office_nor_groups(lotse, app):
    create = ("user", "anlegen", "wacht", "--anzeigename", "Wacht", "--betrieb")
    assert lotse(*create, "--mandant", "goe", typed=PASSWORD)[0] == 1
    assert lotse(*create, typed=PASSWORD)[0] == 0
    assert enters(app, "wacht", PASSWORD).get("/vorfaelle").status_code == 200
    code, _, complaint = lotse("user", "gruppe", "wacht", "+goe_ifk")
    assert (code, "ein Konto des Betriebs hat keine Gruppen" in complaint) == (1, True)


GOE = ("--mandant", "goe")


@pytest.mark.parametrize(
    "wanted, options, password, sentence",
    [
        (("Kim Keller", "Kim"), GOE, PASSWORD, "Ein Kontoname hat höchstens"),
        (("goe_ifk.a", "Kim"), GOE, PASSWORD, "Ein Konto mit diesem Namen gibt es schon."),
        (("kim", " "), GOE, PASSWORD, "Der Anzeigename fehlt."),
        (("kim", "Kim"), GOE, "elfZeichen!", "Das Passwort braucht mindestens 12 Zeichen."),
        (("kim", "Kim"), GOE, "", "Das Passwort braucht mindestens 12 Zeichen."),
        (("kim", "Kim"), (), PASSWORD, "Bitte nennen Sie mit --mandant die Stelle"),
        (("kim", "Kim"), ("--mandant", "xy"), PASSWORD, "Den Mandanten xy gibt es nicht. Es gibt:"),
        (("kim", "Kim"), (*GOE, "--gruppe", "bo_sd"), PASSWORD, "Die Gruppe bo_sd gibt es für"),
        (("kim", "Kim"), (*GOE, "--gruppe", "goe_xx"), PASSWORD, "Die Gruppe goe_xx gibt es für"),
    ],
)
def test_what_makes_no_account_is_refused_as_a_whole(
    lotse, app, wanted, options, password, sentence
):
    name, shown = wanted
    with inside(app) as database:
        before = database.scalars(db.select(Account.name)).all()
    create = ("user", "anlegen", name, "--anzeigename", shown, *options)
    code, _, complaint = lotse(*create, typed=password + "\n")
    assert (code, complaint[: len(sentence)]) == (1, sentence)
    with inside(app) as database:
        assert database.scalars(db.select(Account.name)).all() == before


def test_a_password_is_never_an_argument(lotse):
    assert lotse("user", "passwort", "goe_ifk.a", PASSWORD)[0] == 2
    assert lotse("user", "passwort", "goe_ifk.a", "--passwort", PASSWORD)[0] == 2


def test_a_new_password_ends_all_sessions(lotse, app, kim):
    client = enters(app, kim, PASSWORD)
    assert lotse("user", "passwort", kim, typed="Dreizehn Monde im Mai\n")[0] == 0
    assert client.get("/aufgaben").status_code == 302
    assert enters(app, kim, PASSWORD) is None
    assert enters(app, kim, "Dreizehn Monde im Mai")
    code, _, complaint = lotse("user", "passwort", "niemand", typed=PASSWORD)
    assert (code, complaint) == (1, "Dieses Konto gibt es nicht.\n")


def test_groups_come_and_go(lotse, kim):
    code, said, _ = lotse("user", "gruppe", kim, "-goe_ifk", "+goe_teamleitung", "+qz_mitglied")
    there = "goe_ifk_kibiz, goe_teamleitung, qz_mitglied"
    assert (code, said) == (0, f"Das Konto kim ist jetzt in: {there}.\n")
    code, _, complaint = lotse("user", "gruppe", kim, "-goe_teamleitung", "+ham_eb_stadt")
    assert (code, "ham_eb_stadt gibt es für dieses Konto nicht" in complaint) == (1, True)
    # The refusal undid the first half; and "-h" in a name is no cry for help.
    code, said, _ = lotse("user", "gruppe", kim, "-ham_eb_stadt")
    assert (code, said) == (0, f"Das Konto kim ist jetzt in: {there}.\n")
    code, _, complaint = lotse("user", "gruppe", kim, "goe_ifk")
    assert (code, complaint[:15]) == (1, "Vor goe_ifk feh")


def test_a_locked_account_is_out_at_once_and_comes_back(lotse, app, kim):
    client = enters(app, kim, PASSWORD)
    code, said, _ = lotse("user", "sperren", kim)
    assert (code, said) == (0, "Das Konto kim ist gesperrt. Zurückgegebene Aufgaben: 0.\n")
    assert client.get("/aufgaben").status_code == 302
    assert enters(app, kim, PASSWORD) is None
    assert lotse("user", "sperren", kim)[0] == 0
    assert lotse("user", "entsperren", kim)[0] == 0
    assert enters(app, kim, PASSWORD)


def test_tasks_of_a_locked_account_go_back_to_the_group(stage, tmp_path, monkeypatch, capsys):
    stage.start("goe_ifk.a")
    client, task = stage.client("goe_ifk.a"), stage.task("ut_vorschlag")
    page = client.get(f"/aufgaben/{task}")
    claimed = client.post(f"/aufgaben/{task}/uebernehmen", data={"csrf_token": csrf_token(page)})
    assert claimed.status_code == 303
    monkeypatch.setenv("LOTSE_DATA", str(tmp_path / "town"))
    monkeypatch.setattr(sys, "argv", ["lotse", "user", "sperren", "goe_ifk.a"])
    with pytest.raises(SystemExit):
        main()
    assert "Zurückgegebene Aufgaben: 1." in capsys.readouterr().out
    with inside(stage.app) as database:
        last = audit.entries(database, stage.case)[-1]
    assert (last.actor, last.action) == ("lotse user sperren", "zurückgegeben")
    colleague = stage.client("goe_ifk.b").get(f"/aufgaben/{task}")
    assert f"/aufgaben/{task}/uebernehmen" in colleague.text


def test_parameters_are_listed_shown_set_and_given_back(lotse, app):
    code, said, _ = lotse("parameter", "goe")
    assert code == 0
    assert said.splitlines() == [
        f"{name} = {value} (Vorgabe)" for name, value in sorted(parameters.DEFAULTS.items())
    ]
    changed = "warteliste = P6W (Vorgabe: P4W)\n"
    assert lotse("parameter", "goe", "warteliste", "P6W")[:2] == (0, changed)
    assert lotse("parameter", "goe", "warteliste")[:2] == (0, changed)
    assert lotse("parameter", "bo", "warteliste")[1] == "warteliste = P4W (Vorgabe)\n"
    assert lotse("parameter", "goe", "bg_je_vzae", "18")[0] == 0
    with inside(app) as database:
        assert parameters.of(database, "goe")["bg_je_vzae"] == 18
    back = lotse("parameter", "goe", "warteliste", "--vorgabe")
    assert back[:2] == (0, "warteliste = P4W (Vorgabe)\n")


@pytest.mark.parametrize(
    "name, value",
    [
        *[("warteliste", value) for value in ("4 Wochen", "28", "P", "-P4W", "P0D", "P4W\n", "")],
        *[("bg_je_vzae", value) for value in ("viele", "-1", "2.5", "P4W", "99999", "1e3", "²")],
    ],
)
def test_a_parameter_takes_only_what_it_can_be(lotse, name, value):
    code, _, complaint = lotse("parameter", "--", "goe", name, value)
    assert (code, complaint.startswith(f"{name} ist eine ")) == (1, True), complaint
    assert "(Vorgabe)\n" in lotse("parameter", "goe", name)[1]


def test_unknown_parameters_and_mandanten_are_refused(lotse):
    code, _, complaint = lotse("parameter", "goe", "kaffeepause", "P1D")
    assert (code, complaint[:42]) == (1, "Den Parameter kaffeepause gibt es nicht. A")
    code, _, complaint = lotse("parameter", "xy")
    assert (code, complaint[:32]) == (1, "Den Mandanten xy gibt es nicht. ")


def test_every_change_of_an_account_is_noted(lotse, app, kim):
    lotse("user", "passwort", kim, typed="Dreizehn Monde im Mai\n")
    lotse("user", "gruppe", kim, "-goe_ifk", "+goe_teamleitung")
    lotse("user", "sperren", kim)
    lotse("user", "entsperren", kim)
    lotse("user", "gruppe", kim, "+ham_eb_stadt")
    with inside(app) as database:
        done = [(each.actor, each.action, each.subject) for each in deeds.latest(database)]
    assert done[::-1] == [
        ("lotse user anlegen", "angelegt", "konto kim"),
        ("lotse user passwort", "neues Passwort", "konto kim"),
        ("lotse user gruppe", "Gruppen -goe_ifk +goe_teamleitung", "konto kim"),
        ("lotse user sperren", "gesperrt", "konto kim"),
        ("lotse user entsperren", "entsperrt", "konto kim"),
    ]


def test_a_changed_parameter_is_noted(lotse, app):
    lotse("parameter", "goe", "warteliste", "P5W")
    lotse("parameter", "goe", "warteliste")
    lotse("parameter", "goe", "warteliste", "--vorgabe")
    with inside(app) as database:
        done = [(each.action, each.subject) for each in deeds.latest(database)]
    assert done[::-1] == [
        ("auf P5W gesetzt", "parameter goe warteliste"),
        ("auf Vorgabe gesetzt", "parameter goe warteliste"),
    ]


def test_accounts_are_listed_without_names_of_people_and_without_programs(lotse, app, kim):
    wanted = clients.Wanted("melder", "meldet", [clients.Scope.READ], "goe")
    with app.app_context():
        write(lambda s: clients.register(s, wanted, now=clock.now()))
    lotse("user", "sperren", kim)
    code, said, _ = lotse("user", "liste")
    assert code == 0
    assert "kim  goe  goe_ifk, goe_ifk_kibiz  gesperrt\n" in said
    assert "Kim Keller" not in said
    assert "melder" not in said
    told = orjson.loads(lotse("user", "liste", "--json")[1])
    (one,) = [each for each in told["ergebnis"] if each["konto"] == kim]
    assert one == {
        "konto": "kim",
        "mandant": "goe",
        "gruppen": ["goe_ifk", "goe_ifk_kibiz"],
        "betrieb": False,
        "gesperrt": True,
    }


@pytest.fixture
def logged(app):
    """A case in whose log three things stand."""

    def work(database):
        case_id = cases.create(database, "goe", now=clock.now())
        for number in range(3):
            by = By("kim", clock.now())
            audit.record(database, case_id, "gelesen", f"schreiben {number}", by=by)
        return case_id

    with app.app_context():
        return write(work)


def test_a_whole_installation_passes_the_check(lotse, logged):
    said = "Die Datenbank ist in Ordnung, die Protokolle von 1 Fällen auch.\n"
    assert lotse("pruefen")[:2] == (0, said)


def test_a_changed_log_is_named_with_its_case(lotse, app, logged):
    change = db.update(AuditEntry).where(AuditEntry.position == 2).values(actor="niemand")
    with app.app_context():
        write(lambda database: database.execute(change))
    said = f"Fehler: Fall {logged}: Das Zugriffsprotokoll ist ab Eintrag 2 verändert.\n"
    assert lotse("pruefen")[:2] == (1, said)


def test_a_damaged_database_is_told(lotse, app, settings):
    """An index that lost its rows, as after a crash of the disk."""
    with app.app_context():
        write(
            lambda s: [
                s.execute(db.text(statement))
                for statement in (
                    "PRAGMA writable_schema=ON",
                    "UPDATE sqlite_schema SET sql=replace(sql,'(\"mandant_id\")','(\"status\")'),"
                    " sql=replace(sql,'(mandant_id)','(status)') WHERE name='ix_case_mandant_id'",
                )
            ]
        )
        write(lambda database: cases.create(database, "goe", now=clock.now()))
        db.engine.dispose()
    code, said, _ = lotse("pruefen")
    assert (code, "Die Datenbank ist beschädigt: " in said) == (1, True)


def test_accounts_are_kept_while_the_server_runs(lotse, settings, kim):
    with alone(settings):
        assert lotse("user", "sperren", kim)[0] == 0
        assert lotse("parameter", "goe", "warteliste", "P5W")[0] == 0
        assert lotse("pruefen")[0] == 0
        assert lotse("tick")[0] == 1


def test_a_server_of_another_version_is_left_alone(lotse, settings, app):
    with alone(settings):
        with app.app_context():
            write(lambda s: s.execute(db.text("UPDATE alembic_version SET version_num='alt'")))
        code, _, complaint = lotse("user", "sperren", "goe_ifk.a")
        assert (code, complaint[:42]) == (1, "Lotse läuft noch in einer anderen Version.")


def test_an_empty_installation_knows_its_groups_once_the_server_prepared_it(tmp_path):
    settings = config.read({"LOTSE_DATA": str(tmp_path / "neu")})
    with alone(settings):
        _prepare(settings)
        known = set(groups.names(session()))
        assert session().scalars(db.select(Account.id)).all() == []
        db.engine.dispose()
    assert known == {group_id for _, group_id, _ in catalogue.GROUPS}


def test_a_first_account_can_be_made_before_the_server_ever_ran(lotse, tmp_path, monkeypatch):
    monkeypatch.setenv("LOTSE_DATA", str(tmp_path / "neu"))
    create = ("user", "anlegen", "kim", "--anzeigename", "Kim", *GOE)
    assert lotse(*create, "--gruppe", "goe_ifk", typed=PASSWORD)[0] == 0


def test_a_password_typed_at_a_terminal_is_asked_twice_and_not_shown(settings, app):
    command = "import sys; sys.argv[0] = 'lotse'; from web.command_line import main; main()"
    keyboard, screen = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-c", command, "user", "passwort", "goe_ifk.a"],
        stdin=screen,
        stdout=screen,
        stderr=screen,
        env={**os.environ, "LOTSE_DATA": str(settings.data)},
        start_new_session=True,
    )
    os.close(screen)
    shown = b""
    for question in (b"Passwort: ", b"Noch einmal: "):
        while not shown.endswith(question):
            shown += os.read(keyboard, 1000)
        os.write(keyboard, f"{PASSWORD}\n".encode())
    while b"neues Passwort" not in shown:
        shown += os.read(keyboard, 1000)
    assert running.wait(timeout=20) == 0
    os.close(keyboard)
    assert "Monde" not in shown.decode()
    assert enters(app, "goe_ifk.a", PASSWORD)
