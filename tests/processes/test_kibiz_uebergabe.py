"""P3: from the proposal of the IFK to the hand-over to KiBiZ, as people walk through it."""

import pytest

from tests.processes.stage import Refused

IFK, KIBIZ, LEAD, ASD = "goe_ifk.a", "goe_ifk_kibiz.a", "goe_teamleitung.a", "goe_asd.a"

MOTHER = {
    "vorname": "Alice",
    "nachname": "Ahrens",
    "geburtsdatum": "1988-04-02",
    "erziehungsberechtigt": True,
    "personensorgeberechtigt": True,
    "elb": True,
}
CHILD = {
    "vorname": "Ben",
    "nachname": "Ahrens",
    "geburtsdatum": "2015-06-10",
    "besucht_allgemeinbildende_schule": True,
}
FAMILY = {
    "bg_nummer": "25411BG0001234",
    "jobcenter_standort": "56.8",
    "sgb2_bezug": True,
    "familienform": "alleinerziehend",
    "erwachsene": [MOTHER],
    "schwanger": False,
    "kinder": [CHILD],
    "junger_elternteil": False,
}


def propose(stage, **changes):
    stage.start(IFK)
    stage.complete(IFK, "ut_vorschlag", **FAMILY | changes)


def present(stage):
    stage.complete(
        IFK,
        "ut_angebot_vorstellen",
        datum="2026-01-12",
        gespraech_form="gemeinsam_mit_kibiz",
        interesse_familie="ja",
    )


def discuss(stage, **changes):
    answers = {
        "datum": "2026-01-12",
        "teilnehmende": person_names(stage, "ut_fallbesprechung", "teilnehmende"),
        "hze_status": "keine",
        "kwg_status": "keine",
    }
    stage.complete(KIBIZ, "ut_fallbesprechung", **answers | changes)


def person_names(stage, element, field, who=KIBIZ):
    """Return the values a checklist or select offers."""
    from lxml import html

    page = html.fromstring(stage.show(who, element).text)
    found = page.xpath(f"//input[@name='{field}']/@value | //select[@name='{field}']/option/@value")
    return [value for value in found if value]


def inform(stage, **changes):
    answers = {
        "datum": "2026-01-12",
        "info_freiwilligkeit": True,
        "info_zusammenarbeit_erforderlich": True,
        "info_hausbesuche_mind_8_wochen": True,
        "info_sgb2_und_sgb8": True,
        "datenschutzinfo_datum": "2026-01-12",
        "aktiver_wunsch": True,
        "bereitschaft_zusammenarbeit": True,
    }
    stage.complete(KIBIZ, "ut_infogespraech", **answers | changes)


def agree(stage, **changes):
    answers = {"einverstaendnis": "erteilt", "datum": "2026-01-12", "schriftlich": True}
    stage.complete(KIBIZ, "ut_einverstaendnis", **answers | changes)


def hand_over(stage):
    stage.complete(KIBIZ, "ut_uebergabegespraech", datum="2026-01-12", form="gemeinsam")


def test_a_family_is_handed_over_to_kibiz(stage):
    propose(stage)
    present(stage)
    discuss(stage)
    inform(stage)
    agree(stage)
    hand_over(stage)
    assert stage.incidents() == []
    assert stage.ends() == ["end_uebernommen"]
    assert "nimmt teil" in stage.case_page(KIBIZ)
