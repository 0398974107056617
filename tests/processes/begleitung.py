"""Families in the accompaniment by KiBiZ, and what other procedures tell them."""

from datetime import date

from lxml import html

from engine import clock, messages
from engine.casefile import cases, family
from engine.casefile import letters as casefile
from engine.handlers import OutgoingMessage
from engine.instances import Advance, Letter
from engine.letters import render
from engine.model.deployment import Definition
from engine.model.instance import Instance
from engine.model.message import Subscription
from engine.model.uebermittlung import Uebermittlung
from tests.processes import records
from tests.processes.stage import Refused, fill_in, problems
from web.database import db, write

KIBIZ, LEAD, ASD = "goe_ifk_kibiz.a", "goe_teamleitung.a", "goe_asd.a"
REHA, UESB = "goe_ifk_reha.a", "goe_ifk_uesb.a"

MOTHER = {
    "rolle": "elternteil",
    "vorname": "Alice",
    "nachname": "Ahrens",
    "geburtsdatum": date(1988, 4, 2),
    "erziehungsberechtigt": True,
    "personensorgeberechtigt": True,
    "elb": True,
    "zustaendigkeit": "kibiz",
}
#: Turns fifteen on 15 August 2025 and leaves school in summer 2027.
TEEN = {
    "rolle": "kind",
    "vorname": "Ben",
    "nachname": "Ahrens",
    "geburtsdatum": date(2010, 8, 15),
    "besucht_allgemeinbildende_schule": True,
    "schulende_datum": date(2027, 7, 15),
    "lta_bedarf": "nein",
    "zustaendigkeit": "kibiz",
}
SIBLING = TEEN | {
    "vorname": "Cem",
    "geburtsdatum": date(2019, 4, 3),
    "schulende_datum": None,
}
BG = {"bg_nummer": "25411BG0001234", "jobcenter_standort": "56.8", "sgb2_bezug": True}


def family_of(stage, *persons, **bg):
    """Open a case with these persons; return their numbers."""

    def work(session):
        case_id = cases.create(session, "goe", now=clock.now())
        family.save_bg(session, case_id, {**BG, **bg}, today=clock.today())
        saved = family.save_persons(session, case_id, persons, complete=[])
        return case_id, [str(each.person_id) for each in saved]

    with stage.app.app_context():
        stage.case, numbers = write(work)
    return numbers


def change(stage, person_id, **fields):
    """Change a child behind the back of all procedures."""
    entry = {"person_id": person_id, "rolle": "kind", **fields}
    with stage.app.app_context():
        write(lambda session: family.save_persons(session, stage.case, [entry], complete=[]))


def tell(stage, name, key=None, **values):
    """Let another procedure or office send a message; return whether somebody waited."""
    message = OutgoingMessage(
        name=name,
        correlation=str(key or stage.case),
        variables={"fall_id": str(stage.case), **values},
    )
    letter = Letter(message=message, case_id=stage.case, mandant_id="goe")

    def work(session):
        return messages.publish(session, letter, by=Advance(account=None, now=clock.now()))

    with stage.app.app_context():
        return write(work)


def stop_before(stage, *processes):
    """Let nothing begin with the messages to these procedures, so that they can be read."""
    begins = (Subscription.process_id.in_(processes), Subscription.instance_id.is_(None))
    with stage.app.app_context():
        write(lambda session: session.execute(db.delete(Subscription).where(*begins)))


def accompany(stage, *persons, due="2026-03-09", done=True, **bg):
    """Begin the accompaniment of a family on 12 January; return the persons' numbers."""
    stop_before(stage, "kibiz_rueckgabe", "kibiz_nachbetreuung")
    numbers = family_of(stage, *(persons or (MOTHER, SIBLING)), **bg)
    tell(
        stage,
        "msg_start_begleitung",
        teilnahme_beginn="2026-01-12",
        hb_faellig_am=due,
        kinder=numbers[1:],
        einwilligungen=[],
        hb_soll_am=None,
        erstaufnahme_erledigt=done or None,
    )
    return numbers


def press(stage, person, label, /, **answers):
    """Use a button of the case page that asks something."""
    client = stage.client(person)
    page = html.fromstring(client.get(f"/faelle/{stage.case}").text)
    links = [a.get("href") for a in page.iter("a") if a.text_content().strip() == label]
    assert links, f"{person} has no button „{label}“"
    answer = fill_in(client, links[0], client.get(links[0]), answers)
    if answer.status_code != 303:
        raise Refused(problems(answer))


def child_changed(stage, person_id, **fields):
    """Change a child as the button of the case page does."""
    change(stage, person_id, **fields)
    tell(stage, "msg_kind_daten_geaendert", person_id, kind_id=person_id)


def ended(stage, process):
    """Return where the case's instances of a process ended."""
    with stage.app.app_context():
        query = db.select(Instance.ended_in).join(Definition).order_by(Instance.id)
        found = query.where(Instance.case_id == stage.case, Definition.process_id == process)
        return [end for ends in db.session.scalars(found) for end in ends or []]


def letters(stage):
    """Typeset the letters that the case ordered; return their templates, the oldest first."""

    def work(session):
        orders = [
            casefile.ordered(session, stage.case, letter.id)
            for letter in reversed(casefile.of(session, stage.case))
        ]
        return [order.vorlage for order in orders if order is not None and render(order).pdf]

    with stage.app.app_context():
        return write(work)


def sent_to(stage):
    """Return who got what for which purpose."""
    return [(row.an, row.zweck) for row in records.rows(stage, Uebermittlung)]


def said(answers):
    """Leave out what a page does not ask in this story."""
    return {name: value for name, value in answers.items() if value is not None}
