"""The case page: the family, what it agreed to, what went out, what happened, where it stands."""

import io

import pytest
from lxml import html

from engine.casefile import audit
from engine.model.document import Document
from engine.model.letter import Letter
from tests.processes import kibiz
from tests.processes.begleitung import tell
from tests.processes.kibiz import ASD, IFK, KIBIZ
from tests.processes.stage import controls, flattened, token
from web.database import db

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def page_of(stage, person):
    return html.fromstring(stage.client(person).get(f"/faelle/{stage.case}").text)


def section(stage, person, key):
    """Return what a section of the case page says."""
    (found,) = page_of(stage, person).xpath(f"//section[@aria-labelledby='{key}']")
    return " ".join(" ".join(found.itertext()).split())


def only(stage, column):
    with stage.app.app_context():
        return db.session.scalars(db.select(column)).one()


def actions(stage):
    with stage.app.app_context():
        found = audit.entries(db.session(), stage.case)
        assert audit.first_broken(db.session(), stage.case) is None
        return [(entry.actor, entry.action, entry.subject) for entry in found]


def agree_on_paper(stage):
    client, path = stage.client(KIBIZ), f"/aufgaben/{stage.task('ut_einverstaendnis')}"
    answers = {"einverstaendnis": "erteilt", "datum": "2026-01-12", "schriftlich": True}
    fields = {**controls(client.get(path)), **flattened(answers)}
    paper = (io.BytesIO(PDF), "zustimmung.pdf")
    answer = client.post(path, data={**fields, "dokument": paper, "_aktion": "abschliessen"})
    assert answer.status_code == 303


def handed_over(stage):
    kibiz.until_capacity(stage)
    agree_on_paper(stage)
    kibiz.hand_over(stage)
    stage.tick()


# --- what the page says -------------------------------------------------------------------------


def test_a_case_that_has_just_begun_says_what_is_not_there_yet(stage):
    stage.start(IFK)
    assert "Noch sind keine Personen erfasst" in section(stage, IFK, "familie")
    assert "niemand um eine Einwilligung gebeten" in section(stage, IFK, "einwilligungen")
    assert "nichts weitergegeben" in section(stage, IFK, "uebermittlungen")
    assert "Es gibt noch keine" in section(stage, IFK, "schreiben")
    assert "BG für KiBiZ vorschlagen" in section(stage, IFK, "offen")


def test_the_family_is_shown_with_roles_and_birthdays(stage):
    kibiz.propose(stage)
    said = section(stage, IFK, "familie")
    assert "Alice Ahrens Elternteil 02.04.1988 ja IFK" in said
    assert "Ben Ahrens Kind 10.06.2015" in said
    assert "25411BG0001234" in said


def test_consents_say_who_agreed_to_what_and_whether_it_holds(stage):
    kibiz.until_capacity(stage)
    kibiz.agree(stage)
    said = section(stage, KIBIZ, "einwilligungen")
    assert "Alice Ahrens" in said
    assert "erteilt" in said
    assert "12.01.2026" in said


def test_transmissions_say_to_whom_why_and_on_what_ground(stage):
    kibiz.suspected(stage)
    kibiz.ask_asd(stage)
    said = section(stage, KIBIZ, "uebermittlungen")
    assert "FB 51 Jugend (ASD)" in said
    assert "Einwilligung" in said
    assert "nichts weitergegeben" in section(stage, IFK, "uebermittlungen")
    assert "niemand um eine Einwilligung gebeten" in section(stage, IFK, "einwilligungen")


def test_the_history_names_what_happened_and_who_did_it(stage):
    kibiz.propose(stage)
    said = section(stage, IFK, "verlauf")
    assert "BG für KiBiZ vorschlagen" in said
    assert "Anke Ahrens" in said
    assert "Zielgruppe prüfen: geprüft Lotse" in said


def test_the_diagram_marks_where_the_case_stands_and_says_it_in_words(stage):
    kibiz.propose(stage)
    page = page_of(stage, IFK)
    (drawing, *_) = page.xpath("//section[@aria-labelledby='verfahren']//*[local-name()='svg']")
    assert drawing.xpath(".//*[local-name()='title']")
    current = page.xpath("//section[@aria-labelledby='verfahren']//li/strong")
    names = [" ".join(each.text_content().split()) for each in current]
    assert names == ["Übergabe vorbereiten (hier)", "KiBiZ vorstellen (hier)"]


def test_a_message_that_nobody_has_fetched_yet_is_announced(stage):
    handed_over(stage)
    tell(stage, "msg_platz_frei")
    said = " ".join(page_of(stage, KIBIZ).text_content().split())
    assert "Eine Nachricht wartet auf ihren Empfänger" in said
    assert "„Platz Frei“" in said


# --- letters and documents ----------------------------------------------------------------------


def test_a_letter_can_be_opened_and_its_reading_is_written_down(stage):
    handed_over(stage)
    letter = only(stage, Letter.id)
    address = f"/faelle/{stage.case}/schreiben/{letter}"
    assert page_of(stage, KIBIZ).xpath(f"//a[@href='{address}']")
    answer = stage.client(KIBIZ).get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert (KIBIZ, "gelesen", f"brief {letter}") in actions(stage)


def test_a_letter_that_is_not_made_yet_is_no_accident(stage):
    kibiz.until_capacity(stage)
    kibiz.agree(stage)
    kibiz.hand_over(stage)
    letter = only(stage, Letter.id)
    assert "wird gerade erstellt" in section(stage, KIBIZ, "schreiben")
    answer = stage.client(KIBIZ).get(f"/faelle/{stage.case}/schreiben/{letter}")
    assert answer.status_code in (404, 409)


def test_a_document_is_for_those_who_carry_the_sgb8_part(stage):
    handed_over(stage)
    document = only(stage, Document.id)
    address = f"/faelle/{stage.case}/dokumente/{document}"
    answer = stage.client(KIBIZ).get(address)
    assert (answer.status_code, answer.data) == (200, PDF)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (KIBIZ, "gelesen", f"dokument {document}") in actions(stage)
    assert "zustimmung.pdf" in section(stage, KIBIZ, "schreiben")
    assert "zustimmung.pdf" not in section(stage, IFK, "schreiben")
    assert stage.client(IFK).get(address).status_code == 404


# --- buttons ------------------------------------------------------------------------------------


def labels(stage, person):
    links = page_of(stage, person).xpath("//a[contains(@href, '/ereignis/')]")
    return [" ".join(link.text_content().split()) for link in links]


def test_buttons_are_there_while_somebody_waits(stage):
    stage.start(IFK)
    assert labels(stage, IFK) == ["Vorschlag zurückziehen"]
    stage.complete(IFK, "ut_vorschlag", **kibiz.FAMILY)
    assert labels(stage, IFK) == ["Familie zieht zurück"]
    kibiz.hint(stage)
    stage.press(IFK, "Familie zieht zurück")
    assert labels(stage, IFK) == ["Vorschlag zurückziehen"]  # of the second procedure


def test_a_button_asks_before_anything_happens(stage):
    kibiz.propose(stage)
    (link,) = page_of(stage, IFK).xpath("//a[contains(@href, '/ereignis/')]/@href")
    kibiz.hint(stage)
    client = stage.client(IFK)
    asked = client.get(link)
    assert asked.status_code == 200
    assert stage.waiting() == ["ut_angebot_vorstellen", "ut_vorschlag"]
    assert client.post(link, data={"csrf_token": token(asked)}).status_code == 303
    assert stage.waiting() == ["ut_vorschlag"]
    again = client.post(link, data={"csrf_token": token(asked)})
    assert again.status_code == 409
    assert "wartet gerade niemand" in " ".join(html.fromstring(again.text).text_content().split())


# --- the list of cases --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "sees"),
    [(IFK, True), ("goe_ifk.b", True), (KIBIZ, False), (ASD, False), ("bo_ksa.a", False)],
)
def test_the_list_shows_cases_in_which_a_group_had_a_task(stage, person, sees):
    kibiz.propose(stage)
    page = html.fromstring(stage.client(person).get("/faelle").text)
    assert bool(page.xpath(f"//a[@href='/faelle/{stage.case}']")) is sees


def test_a_group_sees_a_case_from_its_first_task_on(stage):
    kibiz.propose(stage)
    assert stage.client(KIBIZ).get(f"/faelle/{stage.case}").status_code == 404
    kibiz.present(stage)
    assert stage.client(KIBIZ).get(f"/faelle/{stage.case}").status_code == 200


def test_what_is_open_in_the_protected_phase_reads_the_same_whatever_it_is(stage):
    """The IFK must not learn from a missing name that the youth office was asked."""
    kibiz.propose(stage)
    kibiz.present(stage)
    kibiz.discuss(stage)
    neutral = open_part(stage)
    kibiz.propose(stage, bg_nummer="25411BG0005555")
    kibiz.present(stage)
    kibiz.discuss(stage, kwg_status="vermutet")
    assert open_part(stage) == neutral
    assert "Übergabe vorbereiten" in neutral


def open_part(stage):
    page = page_of(stage, IFK)
    parts = page.xpath("//section[@aria-labelledby='offen'] | //strong")
    return " ".join(" ".join(part.text_content().split()) for part in parts)


def test_what_people_type_is_never_read_as_a_page(stage):
    name = "<script>alert(1)</script>"
    mother = kibiz.MOTHER | {"vorname": name, "nachname": '"><img src=x onerror=alert(2)>'}
    kibiz.propose(stage, erwachsene=[mother])
    client = stage.client(IFK)
    paths = ("/aufgaben", "/faelle", f"/faelle/{stage.case}", f"/faelle/{stage.case}/angaben")
    for path in (*paths, f"/aufgaben/{stage.task('ut_angebot_vorstellen')}"):
        page = client.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
    assert name in section(stage, IFK, "familie")
