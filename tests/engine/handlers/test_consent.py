"""einwilligung.erfassen: answers, further recipients, documents, revocation."""

import pytest

from engine.casefile import cases, documents
from engine.casefile.audit import By
from engine.errors import HandlerFailed

PDF = b"%PDF-1.7\n%%EOF\n"
GIVEN = {"einverstaendnis": "erteilt", "datum": "2026-01-12", "schriftlich": True}
HEADERS = {"art": "kommunikation", "empfaenger": "fb51", "zweck": "anfrage"}


def test_a_consent_is_in_the_case_file(perform, fall, mother):
    outputs = perform("einwilligung.erfassen", HEADERS, person_id=mother, **GIVEN)
    (consent,) = fall()["einwilligungen"]
    assert outputs == {
        "einwilligung_id": consent["einwilligung_id"],
        "einwilligung_ids": [consent["einwilligung_id"]],
    }
    assert (consent["person_id"], consent["gueltig"]) == (mother, True)
    assert (consent["empfaenger"], consent["zweck"]) == ("fb51", "anfrage")


def test_a_refusal_is_recorded_too_and_opens_nothing_further(perform, fall, mother):
    refused = {**GIVEN, "einverstaendnis": "verweigert", "schriftlich": False}
    further = [{"empfaenger": "kita", "zweck": "anfrage"}]
    perform(
        "einwilligung.erfassen",
        {"art": "teilnahme"},
        person=mother,
        kommunikation_einwilligungen=further,
        **refused,
    )
    (consent,) = fall()["einwilligungen"]
    assert (consent["einverstaendnis"], consent["gueltig"]) == ("verweigert", False)


def test_further_recipients_become_consents_of_their_own(perform, fall, mother):
    further = [
        {"empfaenger": "kita", "zweck": "rueckmeldung", "datenumfang": "Termine"},
        {"empfaenger": "schule", "zweck": "anfrage"},
    ]
    outputs = perform(
        "einwilligung.erfassen",
        {"art": "teilnahme"},
        person_id=mother,
        kommunikation_einwilligungen=further,
        **GIVEN,
    )
    assert len(outputs["einwilligung_ids"]) == 3
    arten = [(c["art"], c["empfaenger"], c["datenumfang"]) for c in fall()["einwilligungen"]]
    assert arten == [
        ("teilnahme", None, None),
        ("kommunikation", "kita", "Termine"),
        ("kommunikation", "schule", None),
    ]


def test_repeating_the_job_records_nothing_more(perform, fall, mother):
    for _ in range(2):
        perform("einwilligung.erfassen", HEADERS, key=910, person_id=mother, **GIVEN)
    assert len(fall()["einwilligungen"]) == 1


def test_a_revocation_ends_the_consent(perform, fall, mother):
    number = perform("einwilligung.erfassen", HEADERS, person_id=mother, **GIVEN)
    perform(
        "einwilligung.erfassen",
        einwilligung_id=number["einwilligung_id"],
        widerrufen_am="2026-01-12",
    )
    (consent,) = fall()["einwilligungen"]
    assert (consent["gueltig"], consent["widerrufen_am"]) == (False, "2026-01-12")


@pytest.mark.parametrize("wrap", [str, lambda n: {"dokument_id": str(n)}, lambda n: [str(n)]])
def test_a_document_of_the_case_is_attached(perform, session, case_id, mother, now, wrap):
    number = documents.store(session, case_id, "a.pdf", PDF, by=By("1", now))
    assert perform(
        "einwilligung.erfassen", HEADERS, person_id=mother, dokument=wrap(number), **GIVEN
    )


def test_a_document_of_another_case_is_refused(perform, session, mother, now):
    other = cases.create(session, "goe", now=now)
    number = documents.store(session, other, "a.pdf", PDF, by=By("1", now))
    with pytest.raises(HandlerFailed, match="„dokument“"):
        perform("einwilligung.erfassen", HEADERS, person_id=mother, dokument=str(number), **GIVEN)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"person_id": "1"}, "person_id"),
        ({"person_id": None}, "person_id"),
        ({"einverstaendnis": None}, "einverstaendnis"),
        ({"einverstaendnis": "vielleicht"}, "einverstaendnis"),
        ({"datum": None}, "datum"),
        ({"art": "egal"}, "art"),
        ({"kommunikation_einwilligungen": [{"empfaenger": "kita"}]}, "zweck"),
        ({"einwilligung_id": "x"}, "einwilligung_id"),
        ({"einwilligung_id": "17"}, "widerrufen_am"),
    ],
)
def test_what_is_missing_or_wrong_is_named(perform, mother, changes, name):
    with pytest.raises(HandlerFailed, match=name):
        perform("einwilligung.erfassen", HEADERS, **{"person_id": mother, **GIVEN, **changes})


def test_revoking_what_is_not_there_becomes_an_incident(perform):
    with pytest.raises(HandlerFailed, match="Einwilligung"):
        perform("einwilligung.erfassen", einwilligung_id="17", widerrufen_am="2026-01-12")
