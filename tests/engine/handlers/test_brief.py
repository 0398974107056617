"""brief.erstellen: a letter is ordered with everything it will need, and comes once."""

import pytest

from engine import outbox
from engine.casefile import letters
from engine.casefile.audit import By
from engine.errors import HandlerFailed
from engine.outbox import Delivery

L28 = {"vorlage": "L28"}
DAYS = {"teilnahme_beginn": "2026-01-12", "hb_faellig_am": "2026-03-09"}


@pytest.fixture
def dispatch(session, now):
    def run():
        return [
            outbox.dispatch(lambda work: work(session), entry, delivery=Delivery(), now=now)
            for entry in outbox.due(session, now=now)
        ]

    return run


def test_an_order_knows_sender_recipients_and_values(perform, mother, session, case_id):
    number = perform("brief.erstellen", L28, **DAYS)["brief_id"]
    (letter,) = letters.of(session, case_id)
    assert (str(letter.id), letter.vorlage, letter.rendered_at) == (number, "L28", None)
    order = letters.ordered(session, case_id, letter.id)
    assert order.values == {
        "mandant": "Landkreis Göttingen",
        "absender": "Landkreis Göttingen · Fachbereich Jobcenter (56)",
        "fall_id": str(case_id),
        "datum": "2026-01-12",
        "empfaenger": ["Ayşe Kaya"],
        "angaben": DAYS,
    }
    assert set(order.files) == {"main", "rahmen.typ"}


def test_the_pdf_follows_from_the_outbox(perform, mother, session, case_id, now, dispatch):
    number = int(perform("brief.erstellen", L28, **DAYS)["brief_id"])
    assert dispatch() == [True]
    assert letters.read(session, case_id, number, by=By("1", now)).startswith(b"%PDF")


def test_a_family_nobody_has_care_of_yet_still_gets_its_letter(perform, dispatch):
    perform("brief.erstellen", L28, **DAYS)
    assert dispatch() == [True]


def test_a_repeated_job_orders_nothing_more(perform, mother, session, case_id):
    first = perform("brief.erstellen", L28, key=940, **DAYS)
    assert perform("brief.erstellen", L28, key=940, **DAYS) == first
    assert len(letters.of(session, case_id)) == 1


def test_the_letter_keeps_what_was_known_when_it_was_ordered(
    perform, mother, session, case_id, dispatch
):
    perform("brief.erstellen", L28, **DAYS)
    married = {"person_id": mother, "rolle": "elternteil", "nachname": "Neu"}
    perform("fall.aktualisieren", personen=[married])
    (letter,) = letters.of(session, case_id)
    assert letters.ordered(session, case_id, letter.id).values["empfaenger"] == ["Ayşe Kaya"]


@pytest.mark.parametrize(
    "vorlage", ["L99", "rahmen", "../geheim", "L28.typ", "l28", "L28/../rahmen", ""]
)
def test_a_template_that_the_procedure_does_not_have_becomes_an_incident(perform, vorlage):
    with pytest.raises(HandlerFailed, match=r"[Vv]orlage"):
        perform("brief.erstellen", {"vorlage": vorlage}, **DAYS)


def test_a_protected_value_is_not_put_into_a_letter(perform):
    with pytest.raises(HandlerFailed, match="geschützte Angabe"):
        perform("brief.erstellen", L28, **DAYS, eindruck={"geschuetzt": "1"})
