"""nachricht.senden and uebermittlung.senden: who gets what, and what is never sent."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.casefile import einwilligungen, letters, transmissions
from engine.errors import BpmnErrorThrown, HandlerFailed
from engine.model.outbox import OutboxEntry
from engine.organisation import accounts, catalogue, groups

MESSAGE = {"nachricht": "msg_start_begleitung"}
TO_ASD = {
    "zweck": "anfrage",
    "daten_art": "zweckgebunden",
    "empfaenger": "fb51",
    "empfaenger_art": "fb51",
    "inhalt_kategorie": "anfrage_asd",
    "kanal": "portal",
    "nachricht": "msg_anfrage_asd",
}
TO_KITA = {**TO_ASD, "empfaenger": "kita", "empfaenger_art": "dritter"}
ASKED = {"inhalt": {"frage": "Stimmen Sie zu?"}}


@pytest.fixture
def consent(perform, mother):
    def give(empfaenger="fb51", zweck="anfrage", **changes):
        given = {"einverstaendnis": "erteilt", "datum": "2026-01-12", "schriftlich": True}
        headers = {"art": "kommunikation", "empfaenger": empfaenger, "zweck": zweck}
        values = {"person_id": mother, **given, **changes}
        return perform("einwilligung.erfassen", headers, **values)["einwilligung_id"]

    return give


@pytest.fixture
def transmit(perform):
    def send(headers=TO_ASD, **variables):
        return perform("uebermittlung.senden", headers, **{**ASKED, **variables})

    return send


def test_a_message_carries_its_inputs_and_the_case(perform, sent, case_id):
    perform("nachricht.senden", MESSAGE, teilnahme_beginn="2026-01-12", hb_soll_am=None)
    (message,) = sent
    assert (message.name, message.correlation) == ("msg_start_begleitung", str(case_id))
    assert message.variables == {
        "teilnahme_beginn": "2026-01-12",
        "hb_soll_am": None,
        "fall_id": str(case_id),
    }


def test_a_message_is_correlated_by_a_named_input(perform, sent):
    perform("nachricht.senden", {**MESSAGE, "korrelation": "kind_id"}, kind_id="77")
    assert (sent[0].correlation, sent[0].variables["kind_id"]) == ("77", "77")


def test_no_input_can_speak_for_another_case(perform, sent, case_id):
    perform("nachricht.senden", MESSAGE, fall_id="4711")
    assert (sent[0].correlation, sent[0].variables["fall_id"]) == (str(case_id), str(case_id))


@pytest.mark.parametrize(
    ("text", "ttl"),
    [
        ("P14D", timedelta(days=14)),
        ("P2W", timedelta(weeks=2)),
        ("PT4H", timedelta(hours=4)),
        ("P1DT30M", timedelta(days=1, minutes=30)),
        ("PT0M", timedelta()),
        ("PT0S", timedelta()),
        ("PT90S", timedelta(seconds=90)),
    ],
)
def test_a_time_to_live_is_understood(perform, sent, text, ttl):
    perform("nachricht.senden", {**MESSAGE, "ttl": text})
    assert sent[0].ttl == ttl


@pytest.mark.parametrize("text", ["P", "PT", "P1M", "14 Tage", "P99999D"])
def test_a_wrong_time_to_live_becomes_an_incident(perform, text):
    with pytest.raises(HandlerFailed, match="P14D"):
        perform("nachricht.senden", {**MESSAGE, "ttl": text})


@pytest.mark.parametrize(
    ("headers", "variables"),
    [
        ({}, {}),
        ({**MESSAGE, "korrelation": "kind_id"}, {}),
        (MESSAGE, {"notiz": {"geschuetzt": "1"}}),
        (MESSAGE, {"liste": [{"tief": {"geschuetzt": "x"}}]}),
    ],
)
def test_a_message_without_name_key_or_with_a_secret_becomes_an_incident(
    perform, headers, variables, sent
):
    with pytest.raises(HandlerFailed, match="Angabe"):
        perform("nachricht.senden", headers, **variables)
    assert sent == []


def test_a_consent_opens_the_transmission_and_is_named_in_the_log(
    transmit, consent, session, case_id, sent
):
    given = consent()
    outputs = transmit()
    assert outputs["entscheidung"] == "erlaubt"
    assert outputs["umfang"] == "laut_einwilligung"
    (entry,) = transmissions.of(session, case_id)
    assert str(entry.id) == outputs["uebermittlung_id"]
    assert (entry.an, entry.zweck, entry.kanal) == ("fb51", "anfrage", "portal")
    assert (str(entry.einwilligung_id), entry.rechtsgrundlage) == (given, "laut_einwilligung")
    assert (entry.von, entry.familie_informiert) == ("Übergabe an KiBiZ", True)
    (message,) = sent
    assert message.name == "msg_anfrage_asd"
    assert message.variables == {"frage": "Stimmen Sie zu?", "fall_id": str(case_id)}


def test_a_consent_revoked_before_it_is_sent_blocks_it(transmit, consent, perform, sent):
    number = consent("kita")
    perform("einwilligung.erfassen", einwilligung_id=number, widerrufen_am="2026-01-12")
    with pytest.raises(BpmnErrorThrown) as refused:
        transmit(TO_KITA)
    assert refused.value.code == "err_einwilligung_fehlt"
    assert "schriftliches Einverständnis einholen" in refused.value.message
    assert sent == []


def test_nothing_is_recorded_of_what_was_refused(transmit, session, case_id):
    with pytest.raises(BpmnErrorThrown):
        transmit(TO_KITA)
    assert transmissions.of(session, case_id) == []


@pytest.mark.parametrize(
    "change",
    [{"schriftlich": False}, {"einverstaendnis": "verweigert"}, {"gueltig_bis": "2026-01-11"}],
)
def test_a_consent_that_does_not_hold_opens_nothing(transmit, consent, change):
    consent("kita", **change)
    with pytest.raises(BpmnErrorThrown):
        transmit(TO_KITA)


def test_the_asd_without_consent_is_a_persons_decision(transmit, sent, session, case_id):
    outputs = transmit()
    assert (outputs["entscheidung"], outputs["uebermittlung_id"]) == ("manuell", None)
    assert outputs["auflage"] == "Vereinbarung 51/56, Anlage A"
    assert (sent, transmissions.of(session, case_id)) == ([], [])


def test_a_person_may_decide_what_was_left_to_a_person(transmit, sent, session, case_id):
    outputs = transmit(freigegeben=True, begruendung="Mit der Familie besprochen")
    assert outputs["entscheidung"] == "erlaubt"
    (entry,) = transmissions.of(session, case_id)
    assert entry.rechtsgrundlage == "Mit der Familie besprochen"
    assert len(sent) == 1


def test_a_persons_decision_needs_its_reason(transmit):
    with pytest.raises(HandlerFailed, match="„begruendung“"):
        transmit(freigegeben=True)


def test_a_person_cannot_open_what_is_refused(transmit):
    with pytest.raises(BpmnErrorThrown):
        transmit(TO_KITA, freigegeben=True, begruendung="trotzdem")


def test_child_protection_needs_no_consent(transmit, sent):
    headers = {**TO_ASD, "zweck": "kwg_meldung"}
    outputs = transmit(headers, kwg_anhaltspunkte=True, familie_informiert=False)
    assert (outputs["entscheidung"], outputs["umfang"]) == ("erlaubt", "erforderlich")
    assert len(sent) == 1


def test_entrusted_data_go_only_with_the_consent_of_whom_they_come_from(
    transmit, consent, session, case_id, mother
):
    consent("kita")
    entrusted = {**TO_KITA, "daten_art": "anvertraut"}
    with pytest.raises(HandlerFailed, match="„person_id“"):
        transmit(entrusted)
    with pytest.raises(BpmnErrorThrown):
        transmit(entrusted, person_id="4711")
    assert transmit(entrusted, person_id=mother)["entscheidung"] == "erlaubt"
    assert len(einwilligungen.consents(session, case_id)) == 1


def test_repeating_a_transmission_sends_and_records_nothing_more(
    transmit, consent, sent, session, case_id
):
    consent()
    assert transmit(key=931) == transmit(key=931)
    assert (len(sent), len(transmissions.of(session, case_id))) == (1, 1)


def test_a_letter_goes_through_the_outbox(transmit, mother, session, case_id):
    headers = {**TO_ASD, "empfaenger_art": "betroffene_person", "kanal": "brief", "vorlage": "L28"}
    content = {"teilnahme_beginn": "2026-01-12", "hb_faellig_am": "2026-03-09"}
    transmit(headers, inhalt=content)
    (letter,) = letters.of(session, case_id)
    order = letters.ordered(session, case_id, letter.id)
    assert order.values["empfaenger"] == ["Ayşe Kaya"]
    assert order.values["angaben"] == content


def test_a_letter_to_an_office_names_the_office(transmit, consent, session, case_id):
    consent("kita")
    transmit({**TO_KITA, "kanal": "brief", "vorlage": "L28"})
    (letter,) = letters.of(session, case_id)
    assert letters.ordered(session, case_id, letter.id).values["empfaenger"] == ["kita"]


def test_a_letter_names_the_person_in_charge_and_whom_to_ask(
    transmit, consent, member, session, case_id
):
    consent("goe_asd")
    headers = {**TO_KITA, "empfaenger": "goe_asd", "kanal": "brief", "vorlage": "L28"}
    transmit(headers, empfaenger_person=member, ansprechperson=member)
    (letter,) = letters.of(session, case_id)
    said = letters.ordered(session, case_id, letter.id).values
    assert said["empfaenger"] == ["Birte Brandt", "Allgemeiner Sozialer Dienst (Fachbereich 51)"]
    assert said["angaben"]["ansprechperson"] == "Birte Brandt"


@pytest.mark.parametrize("person", ["niemand", "unbekannt", None])
def test_a_person_outside_of_the_office_gets_nothing(transmit, consent, member, person, session):
    consent("goe_asd")
    headers = {**TO_KITA, "empfaenger": "goe_asd", "kanal": "brief", "vorlage": "L28"}
    with pytest.raises(BpmnErrorThrown) as thrown:
        transmit(headers, empfaenger_person=person)
    assert thrown.value.code == "err_empfaenger_unbekannt"
    assert session.scalars(select(OutboxEntry)).all() == []


def test_the_log_names_the_law_and_the_reason(transmit, consent, session, case_id):
    consent()
    transmit(rechtsgrundlage="§ 4 KKG", begruendung="Sonst fehlt Schutz.")
    (row,) = transmissions.of(session, case_id)
    assert row.rechtsgrundlage == "§ 4 KKG: Sonst fehlt Schutz."


@pytest.fixture
def member(session, now):
    """Return the account of a person in the youth office."""
    catalogue.establish(session)
    key = accounts.create(
        session, name="brandt", display_name="Birte Brandt", mandant_id="goe", now=now
    )
    groups.join(session, key, "goe_asd")
    return "brandt"


def test_a_mail_order_holds_numbers_only(transmit, consent, session):
    consent("kita")
    headers = {**TO_KITA, "kanal": "mail"}
    with pytest.raises(HandlerFailed, match="„adresse“"):
        transmit(headers)
    outputs = transmit(headers, adresse="kita@example.org")
    entry = session.scalars(select(OutboxEntry)).one()
    assert (entry.kind, entry.payload) == ("mail", {"id": outputs["uebermittlung_id"]})


@pytest.mark.parametrize(
    "change",
    [
        {"zweck": "neugier"},
        {"zweck": None},
        {"daten_art": "alles"},
        {"empfaenger": None},
        {"empfaenger_art": "irgendwer"},
        {"kanal": "fax"},
        {"inhalt": ["Liste"]},
        {"inhalt": {"notiz": {"geschuetzt": "1"}}},
        {"nachricht": None},
        {"inhalt_kategorie": None},
    ],
)
def test_what_is_missing_or_wrong_becomes_an_incident(transmit, consent, change, sent):
    consent()
    with pytest.raises(HandlerFailed, match="Angabe"):
        transmit(**change)
    assert sent == []


def test_without_the_shared_decision_nothing_is_sent(transmit, definition, monkeypatch):
    monkeypatch.setattr(definition.bundle, "decisions", {})
    with pytest.raises(HandlerFailed, match="gemeinsam"):
        transmit()
