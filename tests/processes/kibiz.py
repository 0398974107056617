"""How people of the demo walk a family through the hand-over to KiBiZ."""

from decimal import Decimal

from lxml import html

from engine import clock
from engine.casefile import cases, places
from engine.organisation import capacity
from web.database import write

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
#: The row that the page offers, left as it is.
NO_CHILD = [{}]
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


def hint(stage, **changes):
    """Let the benefits office point out a pregnancy in a family it knows."""
    answers = {
        "bg_nummer": FAMILY["bg_nummer"],
        "schwangerschaftswoche": 14,
        "mehrbedarf_schwangerschaft_ab": "2026-01-01",
    }
    stage.start(IFK, element="start_mehrbedarf_schwangerschaft", **answers | changes)


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


def until_capacity(stage, **changes):
    """Walk the straight way up to the information talk, which asks for a place."""
    propose(stage, **changes)
    present(stage)
    discuss(stage)
    inform(stage)


def fill_team(stage, taken, vzae=1.0):
    """Let the team have this many cases already, and this capacity."""

    def work(session):
        capacity.record(session, "goe_ifk_kibiz", clock.today(), Decimal(str(vzae)))
        for _ in range(taken):
            case_id = cases.create(session, "goe", now=clock.now())
            place = places.Place(case_id, "goe_ifk_kibiz")
            places.reserve(session, place, most=None, beyond=True, now=clock.now())

    with stage.app.app_context():
        write(work)


def ask_asd(stage, consent="erteilt", report=False):
    person = person_names(stage, "ut_einwilligung_asd", "person")[0]
    stage.complete(
        KIBIZ,
        "ut_einwilligung_asd",
        person=person,
        einverstaendnis=consent,
        datum="2026-01-12",
        schriftlich=True,
        meldung_8a=report,
    )


def suspected(stage, **changes):
    propose(stage)
    present(stage)
    discuss(stage, kwg_status="vermutet", **changes)


def agree_to_check(stage, consent="erteilt"):
    person = person_names(stage, "ut_einwilligung_hze", "person")[0]
    stage.complete(
        KIBIZ,
        "ut_einwilligung_hze",
        person=person,
        einverstaendnis=consent,
        datum="2026-01-12",
        schriftlich=True,
    )


def check_together(stage, useful="ja", **changes):
    answers = {
        "datum": "2026-01-12",
        "beteiligte": ["familie", "ifk_kibiz", "asd"],
        "ersatz_fuer_familienhilfe": False,
        "tueroeffner_fuer_hze": False,
        "teilnahme_zielfuehrend": useful,
        "begruendung": "Die Familie braucht beides.",
    }
    stage.complete(KIBIZ, "ut_hze_pruefung_alle", **answers | changes)


def decide(stage, decision, **more):
    stage.complete(
        LEAD, "ut_kapazitaet_entscheiden", entscheidung=decision, begruendung="Lage im Team", **more
    )
