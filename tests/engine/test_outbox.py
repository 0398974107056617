"""What leaves the database leaves it after the commit, and is never lost."""

import io
import socketserver
import threading
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import select, update

from engine import outbox
from engine.casefile import audit, letters, outgoing, sealing, transmissions
from engine.casefile.audit import By
from engine.casefile.letters import LetterNotFound, LetterNotReady, LetterOrder
from engine.errors import NotFound
from engine.mail import MailServer
from engine.model.letter import Letter
from engine.model.outbox import OutboxEntry
from engine.model.uebermittlung import Uebermittlung
from engine.outbox import Delivery

PROCESSES = Path(__file__).resolve().parents[2] / "processes"
FILES = {
    "main": (PROCESSES / "kibiz_uebergabe" / "letters" / "L28.typ").read_text(),
    "rahmen.typ": (PROCESSES / "gemeinsam" / "letters" / "rahmen.typ").read_text(),
}
VALUES = {
    "mandant": "Landkreis Göttingen",
    "absender": "Jobcenter",
    "fall_id": "1",
    "datum": "2026-01-12",
    "empfaenger": ["Ayşe Kaya"],
    "angaben": {"teilnahme_beginn": "2026-01-12", "hb_faellig_am": "2026-03-09"},
}


@pytest.fixture
def letter(session, case_id, now):
    return letters.order(session, case_id, LetterOrder("L28", FILES, VALUES), now=now)


@pytest.fixture
def broken(session, case_id, now):
    values = {**VALUES, "angaben": {}}
    return letters.order(session, case_id, LetterOrder("L28", FILES, values), now=now)


@pytest.fixture
def dispatch(session, now):
    """Perform everything that is due after some time and say what of it is done."""

    def run(after=timedelta(), **delivery):
        moment = now + after
        return [
            outbox.dispatch(
                lambda work: work(session), entry, delivery=Delivery(**delivery), now=moment
            )
            for entry in outbox.due(session, now=moment)
        ]

    return run


@pytest.fixture
def entry(session):
    def find():
        session.expire_all()
        return session.scalars(select(OutboxEntry)).one()

    return find


def test_a_letter_is_rendered_once_and_kept_with_its_hash(
    session, case_id, letter, dispatch, now, entry
):
    assert dispatch() == [True]
    assert dispatch(timedelta(days=1)) == []
    assert entry().state == "done"
    (stored,) = letters.of(session, case_id)
    assert (stored.title, stored.rendered_at) == ("Bestätigung der Teilnahme an KiBiZ", now)
    pdf = letters.read(session, case_id, letter, by=By("1", now))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == 1
    assert sha256(pdf).hexdigest() == stored.sha256


def test_reading_a_letter_is_logged(session, case_id, letter, dispatch, now):
    dispatch()
    letters.read(session, case_id, letter, by=By("4711", now))
    (logged,) = audit.entries(session, case_id)
    assert (logged.actor, logged.subject) == ("4711", f"brief {letter}")


def test_a_letter_that_is_not_there_yet_says_so(session, case_id, letter, now):
    with pytest.raises(LetterNotReady):
        letters.read(session, case_id, letter, by=By("1", now))
    with pytest.raises(LetterNotFound):
        letters.read(session, case_id, 1, by=By("1", now))


def test_neither_order_nor_letter_lie_open(session, letter, dispatch):
    for _ in range(2):
        dump = session.connection().connection.dbapi_connection.serialize()
        assert b"Kaya" not in dump
        assert b"%PDF" not in dump
        dispatch()


def test_a_stored_letter_is_never_replaced(session, case_id, letter, dispatch, now, entry):
    dispatch()
    before = letters.read(session, case_id, letter, by=By("1", now))
    session.execute(update(OutboxEntry).values(state="open"))
    assert dispatch(timedelta(days=1)) == [True]
    other = letters.FinishedLetter("Anderer", b"%PDF")
    letters.keep(session, case_id, letter, other, now=now)
    assert letters.read(session, case_id, letter, by=By("1", now)) == before
    assert session.scalars(select(Letter.sealed_order)).one() is None


def test_a_failure_waits_longer_each_time_and_then_for_a_person(
    session, broken, dispatch, now, entry
):
    moment = timedelta()
    for attempt in range(1, outbox.ATTEMPTS + 1):
        assert dispatch(moment) == [False]
        assert entry().attempts == attempt
        waited = entry().due_at - (now + moment)
        assert waited == timedelta(minutes=2 ** (attempt - 1))
        moment += waited
    assert dispatch(moment + timedelta(days=1)) == []
    (given_up,) = outbox.failed(session)
    assert "L28" in given_up.last_error
    assert "Kaya" not in given_up.last_error


def test_a_failed_entry_can_be_tried_again(session, broken, dispatch, now, entry):
    session.execute(update(OutboxEntry).values(state="failed", attempts=8))
    outbox.retry(session, entry().id, now=now)
    assert (entry().state, entry().attempts) == ("open", 0)
    assert dispatch() == [False]
    with pytest.raises(NotFound):
        outbox.retry(session, entry().id, now=now)


def test_an_order_of_a_deleted_case_content_fails_and_blocks_nobody(
    session, case_id, letter, dispatch, now, entry
):
    sealing.destroy_key(session, case_id, now=now)
    assert dispatch() == [False]
    assert entry().last_error == "Diese Angaben wurden gelöscht."


def test_an_entry_that_was_claimed_is_not_claimed_again(session, letter, now, entry):
    claimed = []

    def crash(work):
        claimed.append(work(session))
        raise KeyboardInterrupt

    number = entry().id
    with pytest.raises(KeyboardInterrupt):
        outbox.dispatch(crash, number, delivery=Delivery(), now=now)
    assert claimed
    assert claimed[0] is not None
    assert not outbox.dispatch(lambda w: w(session), number, delivery=Delivery(), now=now)
    assert outbox.due(session, now=now) == []
    assert outbox.due(session, now=now + outbox.CLAIMED_FOR) == [number]


def test_next_wake_is_the_earliest_open_entry(session, case_id, now, letter, dispatch):
    assert outbox.next_wake(session) == now
    dispatch()
    assert outbox.next_wake(session) is None


@pytest.fixture
def notice(session, case_id, now):
    entry = {
        "zeitpunkt": now,
        "von": "Jobcenter",
        "an": "kita",
        "kanal": "mail",
        "zweck": "anfrage",
        "inhalt_kategorie": "anfrage",
        "rechtsgrundlage": "laut_einwilligung",
        "familie_informiert": True,
        "adresse": "kita@example.org",
    }
    number = transmissions.record(session, case_id, entry)
    outgoing.order(session, "mail", number, case_id=case_id, now=now)
    return number


class Answering(socketserver.StreamRequestHandler):
    """A mail server that accepts everything, or refuses the recipient."""

    def handle(self):
        self.say("220 ready")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "DATA":
                self.say("354 go on")
                self.server.mails.append(self.until_dot())
            refused = verb == "RCPT" and self.server.refuses
            self.say("550 no" if refused else "221 bye" if verb == "QUIT" else "250 ok")

    def until_dot(self):
        lines = iter(self.rfile.readline, b".\r\n")
        return b"".join(lines).decode()

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def server():
    with socketserver.TCPServer(("127.0.0.1", 0), Answering) as server:
        server.mails, server.refuses = [], False
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def mail_of(server):
    host, port = server.server_address
    return MailServer(host=host, port=port, sender="lotse@example.org", starttls=False)


def test_a_mail_waits_with_a_sentence_while_there_is_no_server(notice, dispatch, now, entry):
    for hour in range(12):
        assert dispatch(timedelta(hours=hour)) == [False]
    assert (entry().state, entry().attempts) == ("open", 0)
    assert "kein Mailserver" in entry().last_error


def test_a_mail_says_only_that_something_waits(notice, dispatch, server, entry):
    assert dispatch(mail=mail_of(server), address="https://lotse.example.org") == [True]
    (mail,) = server.mails
    assert f"Message-ID: <mail-{notice}@example.org>" in mail
    assert "To: kita@example.org" in mail
    assert "https://lotse.example.org" in mail
    assert entry().state == "done"


def test_a_refused_mail_is_tried_again(notice, dispatch, server, entry):
    server.refuses = True
    assert dispatch(mail=mail_of(server)) == [False]
    assert (entry().attempts, "Mailserver" in entry().last_error) == (1, True)
    server.refuses = False
    assert dispatch(timedelta(minutes=1), mail=mail_of(server)) == [True]


def test_a_mail_without_encryption_is_not_sent(notice, dispatch, server, entry):
    host, port = server.server_address
    strict = MailServer(host=host, port=port, sender="lotse@example.org")
    assert dispatch(mail=strict) == [False]
    assert server.mails == []


def test_an_address_cannot_add_headers(session, notice, dispatch, server):
    address = "a@example.org\nBcc: b@example.org"
    session.execute(update(Uebermittlung).values(adresse=address))
    assert dispatch(mail=mail_of(server)) == [False]
    assert server.mails == []
