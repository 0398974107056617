"""`lotse client`: what the page „API-Zugänge“ does, at the command line."""

import orjson
import pytest

from engine.organisation import deeds
from tests.calling import caller
from tests.web.api.calling import token
from web.commands.installation import alone
from web.database import session

ASKED = ("--zweck", "überträgt Termine", "--umfang", "lesen", "--umfang", "auftraege")
GOE = ("--mandant", "goe", "--gruppe", "goe_ifk")


@pytest.fixture
def lotse(settings, monkeypatch, capsys):
    return caller(monkeypatch, capsys, LOTSE_DATA=settings.data)


@pytest.fixture
def secret(lotse):
    code, said, complaint = lotse("client", "anlegen", "termine", *ASKED, *GOE, "--json")
    assert code == 0, complaint
    return orjson.loads(said)["ergebnis"]["geheimnis"]


def opens(app, secret):
    stage = type("Stage", (), {"app": app})
    return token(stage, "termine", secret).status_code == 200


def test_a_program_gets_in_with_the_secret_that_is_shown_once(lotse, app, secret):
    assert opens(app, secret)
    for told in (lotse("client", "liste"), lotse("client", "liste", "--json")):
        assert (told[0], "termine" in told[1], secret in told[1]) == (0, True, False)
    (one,) = orjson.loads(told[1])["ergebnis"]
    del one["angelegt"]
    assert one == {
        "zugang": "termine",
        "zweck": "überträgt Termine",
        "mandant": "goe",
        "umfang": ["auftraege", "lesen"],
        "gruppen": ["goe_ifk"],
        "gesperrt": False,
    }


def test_a_new_secret_ends_the_old_one(lotse, app, secret):
    code, said, _ = lotse("client", "geheimnis", "termine")
    newer = said.splitlines()[-1]
    assert (code, opens(app, secret), opens(app, newer)) == (0, False, True)


def test_a_locked_program_is_out_until_it_is_unlocked(lotse, app, secret):
    assert lotse("client", "sperren", "termine")[0] == 0
    assert not opens(app, secret)
    assert "gesperrt" in lotse("client", "liste")[1]
    assert lotse("client", "entsperren", "termine")[0] == 0
    assert opens(app, secret)


def test_every_deed_is_noted_without_the_secret(lotse, app, secret):
    for command in ("geheimnis", "sperren", "entsperren"):
        lotse("client", command, "termine")
    with app.app_context():
        done = deeds.latest(session(), about="api-zugang ")
    assert [(each.actor, each.action) for each in done[::-1]] == [
        ("lotse client anlegen", "angelegt"),
        ("lotse client geheimnis", "neues Geheimnis"),
        ("lotse client sperren", "gesperrt"),
        ("lotse client entsperren", "entsperrt"),
    ]
    assert {each.subject for each in done} == {"api-zugang termine"}


@pytest.mark.parametrize(
    "options, sentence",
    [
        (("--zweck", "x", "--umfang", "alles"), "Den Umfang alles gibt es für Programme nicht."),
        (("--zweck", "x", "--umfang", "verwalten"), "Den Umfang verwalten gibt es für Programme"),
        (("--zweck", " ", "--umfang", "lesen"), "Bitte sagen Sie in 1 bis 200 Zeichen"),
        ((*ASKED, "--mandant", "xy"), "Den Mandanten xy gibt es nicht."),
        ((*ASKED, "--mandant", "goe", "--gruppe", "bo_sd"), "Die Gruppe bo_sd gibt es für"),
    ],
)
def test_what_makes_no_access_is_refused(lotse, options, sentence):
    code, said, complaint = lotse("client", "anlegen", "termine", *options)
    assert (code, said, complaint[: len(sentence)]) == (1, "", sentence)
    assert lotse("client", "liste")[1] == "Es gibt keinen Zugang.\n"


def test_names_are_given_once_and_must_be_known(lotse, secret):
    code, _, complaint = lotse("client", "anlegen", "termine", *ASKED)
    assert (code, "gibt es schon" in complaint) == (1, True)
    for command in ("geheimnis", "sperren", "entsperren"):
        complained = (1, "", "Diesen API-Zugang gibt es nicht.\n")
        assert lotse("client", command, "goe_ifk.a") == complained


def test_programs_are_kept_while_the_server_runs(lotse, settings, app, secret):
    with alone(settings):
        assert lotse("client", "sperren", "termine")[0] == 0
    assert not opens(app, secret)
