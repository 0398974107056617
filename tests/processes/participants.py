"""Families that take part in KiBiZ already, and messages as other procedures send them."""

from datetime import date

from engine import clock, messages
from engine.casefile import access, cases, einwilligungen, family, places
from engine.handlers.call import OutgoingMessage
from engine.instances import Advance, Letter
from tests.processes.kibiz import CHILD, MOTHER
from web.database import write

TEAM = "goe_ifk_kibiz"
BG = {"bg_nummer": "25411BG0001234", "jobcenter_standort": "56.8", "sgb2_bezug": True}


def take_part(stage, *children, **bg):
    """Let a mother and her children take part in KiBiZ; return the children's numbers."""

    def work(session):
        case_id = cases.create(session, "goe", now=clock.now())
        access.involve(session, case_id, ["goe_ifk", TEAM, "goe_teamleitung"])
        family.save_bg(session, case_id, BG | bg, today=clock.today())
        persons = [MOTHER | {"rolle": "elternteil"}]
        persons += [{"rolle": "kind"} | child for child in children or [CHILD]]
        entries = [{**person, "zustaendigkeit": "kibiz"} for person in persons]
        saved = family.save_persons(session, case_id, entries, complete=[])
        place = places.Place(case_id, TEAM)
        places.reserve(session, place, most=None, beyond=True, now=clock.now())
        places.participate(session, place, beginn=date(2026, 1, 12))
        return case_id, [str(person.person_id) for person in saved if person.rolle == "kind"]

    with stage.app.app_context():
        stage.case, numbers = write(work)
    return numbers


def consent(stage, *, empfaenger, zweck="uebergabe", **changes):
    """Write down a communication consent of the mother; return its number."""
    answer = {
        "person_id": int(stage.adult()),
        "art": "kommunikation",
        "einverstaendnis": "erteilt",
        "empfaenger": empfaenger,
        "zweck": zweck,
        "datenumfang": "Ziele und Termine",
        "datum": clock.today(),
        "schriftlich": True,
        "gueltig_bis": None,
    }
    with stage.app.app_context():
        numbers = write(
            lambda session: einwilligungen.record(session, stage.case, [answer | changes])
        )
    return str(numbers[0])


def tell(stage, name, **variables):
    """Publish a message of the case; return whether somebody took it."""
    message = OutgoingMessage(
        name=name,
        correlation=str(stage.case),
        variables={"fall_id": str(stage.case), **variables},
    )
    letter = Letter(message=message, case_id=stage.case, mandant_id="goe")

    def work(session):
        return messages.publish(session, letter, by=Advance(account=None, now=clock.now()))

    with stage.app.app_context():
        taken = write(work)
    stage.tick()
    return taken
