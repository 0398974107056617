"""Whatever goes wrong in front of a person: one clear German page, and nothing typed is lost."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from lxml import html

from engine.model.document import Document
from engine.model.instance import Instance
from engine.organisation import demo, parameters
from tests.engine.bpmn import drawing as d
from tests.processes import kibiz
from tests.processes.kibiz import IFK, KIBIZ
from tests.processes.stage import controls, flattened, token
from tests.web import small
from web.database import db, write

pytestmark = pytest.mark.slow

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
OFFER = {
    "datum": "2026-01-12",
    "gespraech_form": "ifk_allein",
    "interesse_familie": "ja",
}


def text(page):
    return " ".join(html.fromstring(page.text).text_content().split())


def opened(stage, person, element_id, **answers):
    """Open a task's page and type; return how it would be sent."""
    client, path = stage.client(person), f"/aufgaben/{stage.task(element_id)}"
    fields = controls(client.get(path)) | flattened(answers)
    return client, path, {**fields, "_aktion": "abschliessen"}


# --- two people, twice the same ---------------------------------------------------------------


def test_of_two_people_the_second_learns_who_was_faster_and_sees_what_was_typed(stage):
    kibiz.propose(stage)
    first, path, fields = opened(stage, IFK, "ut_angebot_vorstellen", **OFFER)
    second, _, others = opened(stage, "goe_ifk.b", "ut_angebot_vorstellen", **OFFER)
    others["interesse_familie"] = "bedenkzeit"
    assert first.post(path, data=fields).status_code == 303
    late = second.post(path, data=others)
    assert late.status_code == 409
    assert "Anke Ahrens war schneller: Die Aufgabe wurde am 12.01.2026, 09:00 Uhr" in text(late)
    assert "bedenkzeit" in late.text
    assert stage.waiting() == ["ut_fallbesprechung"]


def test_of_two_people_at_the_same_moment_exactly_one_succeeds(stage):
    kibiz.propose(stage)
    people = [opened(stage, who, "ut_angebot_vorstellen", **OFFER) for who in (IFK, "goe_ifk.b")]
    ready = Barrier(len(people))

    def send(client, path, fields):
        ready.wait()
        return client.post(path, data=fields).status_code

    with ThreadPoolExecutor(len(people)) as pool:
        answers = pool.map(lambda person: send(*person), people)
    assert sorted(answers) == [303, 409]
    assert stage.waiting() == ["ut_fallbesprechung"]


def test_sending_twice_counts_once(stage):
    kibiz.propose(stage)
    client, path, fields = opened(stage, IFK, "ut_angebot_vorstellen", **OFFER)
    assert client.post(path, data=fields).status_code == 303
    again = client.post(path, data=fields)
    assert again.status_code == 409
    assert "Diese Aufgabe haben Sie schon erledigt" in text(again)
    assert stage.waiting() == ["ut_fallbesprechung"]


def test_going_back_to_an_old_page_changes_nothing(stage):
    """The page of a task that is done, sent again later and with other answers."""
    kibiz.propose(stage)
    client, path, fields = opened(stage, IFK, "ut_angebot_vorstellen", **OFFER)
    client.post(path, data=fields)
    kibiz.discuss(stage)
    old = client.post(path, data={**fields, "interesse_familie": "nein"})
    assert old.status_code == 409
    assert "ifk_allein" in old.text  # what was typed can be read and copied
    assert stage.waiting() == ["ut_infogespraech"]
    assert client.get(path).status_code == 409


def test_a_task_that_is_no_longer_needed_says_so(stage):
    kibiz.until_capacity(stage)
    client, path, fields = opened(stage, KIBIZ, "ut_einverstaendnis", einverstaendnis="erteilt")
    kibiz.hint(stage)  # a second proposal keeps the case open
    stage.press(KIBIZ, "Familie zieht zurück")
    late = client.post(path, data=fields)
    assert late.status_code == 409
    assert "nicht mehr nötig" in text(late)
    assert "erteilt" in late.text


def test_a_task_that_somebody_else_took_over_keeps_what_was_typed(stage):
    kibiz.propose(stage)
    client, path, fields = opened(stage, IFK, "ut_angebot_vorstellen", **OFFER)
    other = stage.client("goe_ifk.b")
    other.post(f"{path}/uebernehmen", data={"csrf_token": token(other.get(path))})
    refused = client.post(path, data=fields)
    assert refused.status_code == 409
    assert "übernommen" in text(refused)
    assert "ifk_allein" in refused.text
    assert stage.waiting() == ["ut_angebot_vorstellen"]


# --- sessions and tokens ------------------------------------------------------------------------


def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing(stage):
    kibiz.propose(stage)
    client, path, fields = opened(stage, IFK, "ut_angebot_vorstellen", **OFFER)
    stage.travel(days=2)
    own = {"Sec-Fetch-Site": "same-origin"}
    stopped = client.post(path, data=fields, headers=own)
    assert stopped.status_code == 403
    asked = {**inputs(stopped), "name": IFK, "passwort": demo.PASSWORD}
    back = client.post("/anmelden", data=asked, headers=own)
    assert back.status_code == 200
    assert "Sie sind wieder angemeldet" in text(back)
    (form,) = html.fromstring(back.text).xpath(f"//form[@action='{path}']")
    kept = sent_by(form)
    assert kept["gespraech_form"] == "ifk_allein"
    assert client.post(path, data=kept, headers=own).status_code == 303
    assert stage.waiting() == ["ut_fallbesprechung"]


def sent_by(form):
    """Return what a browser would send; it drops the line break that begins a text area."""
    fields = form.xpath(".//*[@name]")
    return {node.get("name"): (node.value or "").removeprefix("\n") for node in fields}


def inputs(page):
    """Return the hidden fields of the sign-in form."""
    (form,) = html.fromstring(page.text).xpath("//form[@action='/anmelden']")
    return sent_by(form)


def test_a_broken_token_asks_to_send_again_and_loses_nothing(stage):
    kibiz.propose(stage)
    client, path, fields = opened(stage, IFK, "ut_angebot_vorstellen", **OFFER)
    own = {"Sec-Fetch-Site": "same-origin"}
    broken = client.post(path, data={**fields, "csrf_token": "kaputt"}, headers=own)
    assert broken.status_code == 400
    assert stage.waiting() == ["ut_angebot_vorstellen"]
    (form,) = html.fromstring(broken.text).xpath(f"//form[@action='{path}']")
    kept = sent_by(form)
    assert client.post(path, data=kept, headers=own).status_code == 303
    assert stage.waiting() == ["ut_fallbesprechung"]


def test_a_foreign_page_completes_nothing(stage):
    kibiz.propose(stage)
    client, path, fields = opened(stage, IFK, "ut_angebot_vorstellen", **OFFER)
    del fields["csrf_token"]
    foreign = client.post(path, data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 400
    assert not html.fromstring(foreign.text).xpath(f"//form[@action='{path}']")
    assert stage.waiting() == ["ut_angebot_vorstellen"]


# --- addresses and odd values -------------------------------------------------------------------


@pytest.mark.parametrize("number", ["1", "0", str(2**63), str(10**30), "-1", "abc", "1.5", "%00"])
def test_unknown_numbers_are_one_plain_page(stage, number):
    client = stage.client(IFK)
    for place in ("/aufgaben", "/faelle", "/vorfaelle"):
        answer = client.get(f"{place}/{number}")
        assert answer.status_code == 404
        assert "Diese Seite gibt es nicht" in text(answer)


@pytest.mark.parametrize("cursor", ["", "x", "1", "1-", f"{10**30}-1", "1-1-1", "-1--1"])
def test_odd_places_in_the_inbox_show_its_first_page(stage, cursor):
    stage.start(IFK)
    answer = stage.client(IFK).get("/aufgaben", query_string={"nach": cursor})
    assert answer.status_code == 200
    assert "BG für KiBiZ vorschlagen" in answer.text


def test_fields_that_the_form_does_not_know_are_refused(stage):
    kibiz.propose(stage)
    client, path, fields = opened(stage, IFK, "ut_angebot_vorstellen", **OFFER)
    answer = client.post(path, data={**fields, "kwg_status": "keine"})
    assert answer.status_code == 422
    assert "Formular hat sich geändert" in text(answer)
    assert stage.waiting() == ["ut_angebot_vorstellen"]


# --- files --------------------------------------------------------------------------------------


def agreeing(stage):
    kibiz.until_capacity(stage)
    return opened(
        stage,
        KIBIZ,
        "ut_einverstaendnis",
        einverstaendnis="erteilt",
        datum="2026-01-12",
        schriftlich=True,
    )


def documents(stage):
    with stage.app.app_context():
        return list(db.session.scalars(db.select(Document.id)))


def test_a_file_that_came_with_a_refused_form_need_not_be_chosen_again(stage):
    client, path, fields = agreeing(stage)
    wrong = {**fields, "datum": "", "dokument": (io.BytesIO(PDF), "zustimmung.pdf")}
    refused = client.post(path, data=wrong)
    assert refused.status_code == 422
    assert "Bereits hochgeladen: zustimmung.pdf" in text(refused)
    assert "Bereits hochgeladen: zustimmung.pdf" in text(client.get(path))  # the draft has it too
    (kept,) = documents(stage)
    done = client.post(path, data={**fields, "dokument": str(kept)})
    assert done.status_code == 303
    assert documents(stage) == [kept]
    assert "zustimmung.pdf" in stage.case_page(KIBIZ)


def test_a_file_is_kept_with_a_draft_that_is_saved_by_hand(stage):
    client, path, fields = agreeing(stage)
    saved = {**fields, "_aktion": "speichern", "dokument": (io.BytesIO(PDF), "zustimmung.pdf")}
    assert "Bereits hochgeladen: zustimmung.pdf" in text(client.post(path, data=saved))


def test_a_page_that_redraws_itself_stores_no_file(stage):
    """With JavaScript the file stays in its field; it would be stored with every answer."""
    client, path, fields = agreeing(stage)
    changed = {**fields, "_aktion": "auffrischen", "dokument": (io.BytesIO(PDF), "a.pdf")}
    assert client.post(path, data=changed, headers={"HX-Request": "true"}).status_code == 200
    assert documents(stage) == []


def test_kept_files_are_offered_to_nobody_else(stage):
    client, path, fields = agreeing(stage)
    client.post(path, data={**fields, "datum": "", "dokument": (io.BytesIO(PDF), "z.pdf")})
    (kept,) = documents(stage)
    other, _, theirs = opened(stage, "goe_ifk_kibiz.b", "ut_einverstaendnis")
    answer = other.post(path, data={**theirs, "dokument": str(kept)})
    assert answer.status_code == 422
    assert "z.pdf" not in answer.text


def post_heavy(client, path, fields):
    """Send more than the test client keeps in memory, and close its file."""
    answer = client.post(path, data=fields)
    answer.request.environ["wsgi.input"].close()
    return answer


def zipped(**names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("programm.exe", b"MZ", "Bitte wählen Sie eine Datei dieser Art"),
        ("bild.pdf", b"\x89PNG\r\n\x1a\n", "Der Inhalt der Datei passt nicht zu ihrer Endung"),
        ("brief.docx", zipped(a="b"), "kann nicht angenommen werden"),
        ("leer.pdf", b"", "Die Datei ist leer"),
    ],
)
def test_a_wrong_file_is_named_at_its_field_and_the_rest_stays(stage, name, content, complaint):
    client, path, fields = agreeing(stage)
    answer = client.post(path, data={**fields, "dokument": (io.BytesIO(content), name)})
    assert answer.status_code == 422
    assert complaint in text(answer)
    assert 'value="2026-01-12"' in answer.text
    assert documents(stage) == []
    assert stage.waiting() == ["ut_einverstaendnis"]


def test_a_file_of_more_than_25_mb_is_named_at_its_field(stage):
    client, path, fields = agreeing(stage)
    heavy = PDF + bytes(25 * 1024 * 1024)
    answer = post_heavy(client, path, {**fields, "dokument": (io.BytesIO(heavy), "gross.pdf")})
    assert answer.status_code == 422
    assert "größer als 25 MB" in text(answer)
    assert documents(stage) == []


def test_a_request_that_is_far_too_large_is_not_even_read(stage):
    client, path, fields = agreeing(stage)
    limit = stage.app.config["MAX_CONTENT_LENGTH"]
    heavy = PDF + bytes(limit)
    answer = post_heavy(client, path, {**fields, "dokument": (io.BytesIO(heavy), "riesig.pdf")})
    assert answer.status_code == 413
    assert "Das war zu groß" in text(answer)
    assert stage.waiting() == ["ut_einverstaendnis"]


# --- procedures that fail at run time -----------------------------------------------------------

STORED = "Ihre Angaben sind gespeichert. Lotse kommt an dieser Stelle aber gerade nicht weiter"


def incident_page(stage):
    """Return the only incident's page and address, as the operator finds it."""
    client = stage.client("admin")
    page = html.fromstring(client.get("/vorfaelle").text)
    (link,) = page.xpath("//main//a[starts-with(@href, '/vorfaelle/')]/@href")
    return client, link, text(client.get(link))


def retry(stage, **fields):
    client, link, _ = incident_page(stage)
    send = {"csrf_token": token(client.get(link)), **fields}
    return client.post(f"{link}/wiederholen", data=send, follow_redirects=True)


def test_an_expression_that_fails_becomes_an_incident_and_the_person_need_not_worry(
    stage, tmp_path
):
    broken = d.script("teilen", "= if nenner = 0 then [1][5] + 1 else 10 / nenner", "ergebnis")
    ask = d.script("nenner", "= frage.zahl", "nenner")
    small.begin(stage, tmp_path, small.between(("nenner", ask), ("teilen", broken)))
    client, path, fields = opened(stage, IFK, "ut_frage", zahl="0", notiz="Hofmann")
    answer = client.post(path, data=fields, follow_redirects=True)
    assert STORED in text(answer)
    assert "Erledigt: Frage" in text(answer)
    assert stage.waiting() == []
    assert "kommt gerade nicht weiter" in stage.case_page(IFK)
    _, _, shown = incident_page(stage)
    assert "teilen" in shown
    assert "Hofmann" not in shown
    assert "noch einmal gescheitert" in text(retry(stage))
    assert stage.waiting() == []
    assert "noch einmal angelaufen" in text(retry(stage, variable="nenner", wert="5"))
    assert stage.waiting() == ["ut_danach"]
    assert stage.incidents() == []
    stage.complete(IFK, "ut_danach")
    assert stage.ends() == ["end"]


def test_a_corrected_parameter_is_enough(stage, tmp_path):
    needs = "= if parameter.bg_je_vzae > 30 then frage.zahl else frage.zahl + null"
    small.begin(stage, tmp_path, small.between(("pruefen", d.script("pruefen", needs, "x"))))
    stage.complete(IFK, "ut_frage", zahl=1)
    assert stage.waiting() == []
    with stage.app.app_context():
        write(lambda session: parameters.set_value(session, "goe", "bg_je_vzae", 40))
    assert "noch einmal angelaufen" in text(retry(stage))
    assert stage.waiting() == ["ut_danach"]


def test_a_service_that_fails_becomes_an_incident_and_leaves_nothing_half_done(stage, tmp_path):
    """A letter without its template cannot be ordered; nor can a consent of a stranger be kept."""
    inputs = {"person": "= frage.notiz", "einverstaendnis": '= "erteilt"', "art": '= "teilnahme"'}
    mapping = d.mapping({**inputs, "datum": '= "2026-01-12"', "schriftlich": "= true"})
    job = d.job("eintragen", mapping, type="einwilligung.erfassen")
    small.begin(stage, tmp_path, small.between(("eintragen", job)))
    client, path, fields = opened(stage, IFK, "ut_frage", zahl="1", notiz="Hofmann")
    answer = client.post(path, data=fields, follow_redirects=True)
    assert STORED in text(answer)
    _, _, shown = incident_page(stage)
    assert "eine Person dieses Falls" in shown
    assert "Hofmann" not in shown
    assert stage.waiting() == []
    assert "Bisher hat niemand um eine Einwilligung gebeten" in stage.case_page(IFK)


# --- starting -----------------------------------------------------------------------------------


def begun(stage):
    with stage.app.app_context():
        return len(db.session.scalars(db.select(Instance.id)).all())


def test_a_double_click_on_start_begins_one_procedure(stage):
    client = stage.client(IFK)
    page = html.fromstring(client.get("/vorgaenge").text)
    path = "/vorgaenge/kibiz_uebergabe/start_vorschlag"
    fields = sent_by(page.xpath(f"//form[@action='{path}']")[0])
    assert client.post(path, data=fields).status_code == 303
    second = client.post(path, data=fields, follow_redirects=True)
    assert "Der Vorgang ist schon begonnen" in text(second)
    assert begun(stage) == 1
    again = html.fromstring(client.get("/vorgaenge").text).xpath(f"//form[@action='{path}']")
    assert client.post(path, data=sent_by(again[0])).status_code == 303
    assert begun(stage) == 2


def test_a_start_that_asks_something_counts_once_too(stage):
    client, path = stage.client(IFK), "/vorgaenge/kibiz_uebergabe/start_mehrbedarf_schwangerschaft"
    fields = {**controls(client.get(path)), "bg_nummer": "", "schwangerschaftswoche": "14"}
    refused = client.post(path, data={**fields, "_aktion": "abschliessen"})
    assert refused.status_code == 422
    assert 'value="14"' in refused.text
    assert begun(stage) == 0
    ready = {**controls(refused), "bg_nummer": "25411BG0001234", "_aktion": "abschliessen"}
    ready["mehrbedarf_schwangerschaft_ab"] = "2026-01-01"
    for _ in range(2):
        assert client.post(path, data=ready).status_code == 303
    assert begun(stage) == 1


# --- forms whose formulas fail ------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        {"conditional": {"hide": "=gibt_es_nicht + 1 > 2"}},
        {"properties": {"vorbelegung": "=[1][5] + 1"}},
        {"properties": {"pruefung": "=wert / 0 > 1", "pruefung_meldung": "Bitte prüfen."}},
    ],
)
def test_a_formula_of_a_form_that_fails_stops_nobody_from_seeing_the_form(stage, tmp_path, more):
    form = small.form("frage", small.NUMBER, small.question("notiz", "Notiz", **more))
    small.begin(stage, tmp_path, small.between(), frage=form)
    client, path, fields = opened(stage, IFK, "ut_frage", zahl="1", notiz="Text")
    assert client.get(path).status_code == 200
    answer = client.post(path, data=fields)
    assert answer.status_code in (303, 422)
    if answer.status_code == 422:
        assert 'value="1"' in answer.text


TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
 namespace="t"><decision id="dmn_probe" name="Probe"><variable name="probe"/>
<decisionTable id="t1" hitPolicy="UNIQUE"><input id="i1" label="Zahl"><inputExpression id="e1">
<text>frage.zahl</text></inputExpression></input><output id="o1" name="x"/>
<rule id="r1"><inputEntry id="n1"><text>&gt; 1</text></inputEntry>
<outputEntry id="x1"><text>1</text></outputEntry></rule>
<rule id="r2"><inputEntry id="n2"><text>&gt; 2</text></inputEntry>
<outputEntry id="x2"><text>2</text></outputEntry></rule></decisionTable></decision></definitions>"""


def test_a_table_whose_rows_contradict_each_other_becomes_an_incident(stage, tmp_path):
    """It is corrected by another answer; a new version of the table is for new cases."""
    decide = d.decide("entscheiden", "dmn_probe", "probe")
    directory = small.put(tmp_path, small.between(("entscheiden", decide)))
    (directory / "probe.dmn").write_text(TABLE)
    small.deploy(stage, directory)
    stage.start(IFK, small.NAME, "start_probe")
    client, path, fields = opened(stage, IFK, "ut_frage", zahl="3", notiz="Hofmann")
    assert STORED in text(client.post(path, data=fields, follow_redirects=True))
    _, _, shown = incident_page(stage)
    assert "Probe" in shown or "dmn_probe" in shown
    assert "Hofmann" not in shown
    assert "noch einmal gescheitert" in text(retry(stage))
    corrected = retry(stage, variable="frage", wert='{"zahl": 2}')
    assert "noch einmal angelaufen" in text(corrected)
    assert stage.waiting() == ["ut_danach"]
