"""Colleagues that a form offers: by group, without those who may not, or nobody known."""

import pytest

from web.database import session
from web.directories import Directories


@pytest.fixture
def directories(stage):
    with stage.app.app_context():
        yield lambda mandant_id: Directories(session(), mandant_id, {"personen": list})


@pytest.mark.parametrize(
    "name, values",
    [
        ("gruppe:bo_sd", {"bo_sd.a", "bo_sd.b"}),
        ("gruppe:bo_sd, bo_abtl", {"bo_sd.a", "bo_sd.b", "bo_abtl.a", "bo_abtl.b"}),
        ("gruppe:bo_sd*,!bo_sd", {"bo_sd_leitung.a", "bo_sd_leitung.b"}),
        ("gruppe:bo_sd,?", {"bo_sd.a", "bo_sd.b", "unbekannt"}),
        ("gruppe:goe_ifk", set()),
        ("gruppe:gibt_es_nicht", set()),
        ("gruppe:", set()),
    ],
)
def test_colleagues_are_found_by_their_group(directories, name, values):
    found = directories("bo")
    assert name in found
    assert {choice.value for choice in found.get(name)} == values


def test_other_directories_are_as_they_were(directories):
    found = directories("goe")
    assert found["personen"] == []
    assert {each.value for each in found["fachkraefte"]} == {"goe_ifk_kibiz.a", "goe_ifk_kibiz.b"}
    assert found.get("erfunden") is None
