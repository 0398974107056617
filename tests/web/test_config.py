"""Settings: defaults that work on a laptop, and a sentence for everything wrong."""

from pathlib import Path

import pytest

from web import config
from web.database import folder_of


def test_read_has_defaults_that_work_on_a_laptop(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = config.read({})
    assert settings.data == tmp_path / "data"
    assert settings.database_url.database == str(tmp_path / "data" / "lotse.sqlite3")
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert not settings.demo
    assert not settings.test_clock


def test_read_takes_what_is_given(tmp_path):
    settings = config.read(
        {
            "LOTSE_DATA": str(tmp_path),
            "LOTSE_DATABASE_URL": "postgresql+psycopg://lotse:geheim@db/lotse",
            "LOTSE_HOST": "0.0.0.0",
            "LOTSE_PORT": "9000",
            "LOTSE_DEMO": "1",
            "LOTSE_TEST_CLOCK": "ja",
            "PATH": "/bin",
        }
    )
    assert settings.data == tmp_path
    assert settings.database_url.host == "db"
    assert settings.port == 9000
    assert settings.demo
    assert settings.test_clock


@pytest.mark.parametrize(
    "name, value",
    [
        ("LOTSE_DATA", ""),
        ("LOTSE_DATABASE_URL", "keine adresse"),
        ("LOTSE_DATABASE_URL", "mysql://rechner/lotse"),  # a kind nobody tests
        ("LOTSE_DATABASE_URL", "sqlite://"),  # would live in memory
        ("LOTSE_DATABASE_URL", "sqlite:///:memory:"),
        ("LOTSE_HOST", "http://rechner"),
        ("LOTSE_PORT", "achtzig"),
        ("LOTSE_PORT", "65536"),
        ("LOTSE_PORT", "-1"),
        ("LOTSE_PORT", "²"),  # a digit for Python, not for a port
        ("LOTSE_DEMO", "vielleicht"),
        ("LOTSE_TEST_CLOCK", "2"),
    ],
)
def test_read_refuses_a_wrong_value_in_a_sentence(name, value):
    with pytest.raises(config.SettingWrong, match=name) as refused:
        config.read({name: value})
    assert "hat den Wert" in str(refused.value)


def test_read_refuses_a_file_where_a_folder_belongs(tmp_path):
    file = tmp_path / "datei"
    file.write_text("")
    with pytest.raises(config.SettingWrong, match="LOTSE_DATA"):
        config.read({"LOTSE_DATA": str(file)})


def test_read_refuses_an_unknown_setting_and_names_the_known_ones():
    with pytest.raises(config.SettingWrong, match="LOTSE_PROT gibt es nicht") as refused:
        config.read({"LOTSE_PROT": "80"})
    assert "LOTSE_PORT" in str(refused.value)


def test_read_never_shows_a_password():
    with pytest.raises(config.SettingWrong) as refused:
        config.read({"LOTSE_DATABASE_URL": "mysql://lotse:streng-geheim@db/lotse"})
    assert "streng-geheim" not in str(refused.value)


def test_every_setting_is_in_the_readme():
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    missing = [name for name in config.NAMES if f"`{name}`" not in readme]
    assert not missing


def test_a_data_folder_that_cannot_be_made_is_refused_with_a_sentence():
    settings = config.read({"LOTSE_DATA": "/proc/lotse"})
    with pytest.raises(config.SettingWrong, match="LOTSE_DATA"):
        folder_of(settings)
