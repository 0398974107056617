"""No door opens for strangers to a case, and none says whether something lies behind it."""

import io
import json
from dataclasses import dataclass

import pytest
from lxml import html

import forms
from engine.casefile import family
from engine.model.case import Case
from engine.model.decision import DecisionDefinition
from engine.model.deployment import Definition
from engine.model.document import Document
from engine.model.einwilligung import Einwilligung
from engine.model.incident import Incident
from engine.model.instance import Instance
from engine.model.letter import Letter
from engine.model.message import Subscription
from engine.model.outbox import OutboxEntry
from engine.model.user_task import UserTask
from tests.engine.bpmn import drawing as d
from tests.processes import kibiz
from tests.processes.kibiz import ASD, IFK, KIBIZ, LEAD
from tests.processes.stage import token
from tests.web import small
from tests.web.api import calling
from tests.web.test_app import pages
from web.database import db, write
from web.deploying import ROOT

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
UNKNOWN = 2**52 + 4321
OTHER_MANDANT, OTHER_GROUP, OPERATOR = "bo_ksa.a", "goe_ifk_reha.a", "admin"

#: Pages about nobody: each is open to every account, or to strangers too.
ABOUT_NOBODY = {
    "assets.serve",
    "cases.index",
    "interface.section",
    "interface.show",
    "pages.accessibility",
    "pages.home",
    "pages.imprint",
    "pages.privacy",
    "rules.index",
    "rules.show",
    "sign_in.enter",
    "sign_in.leave",
    "sign_in.show",
    "starting.choose",
    "tasks.inbox",
}
#: Pages about one thing, and where their address names it.
ABOUT = {
    "answers.reveal": "/faelle/{case}/angaben",
    "answers.show": "/faelle/{case}/angaben",
    "cases.ask": "/faelle/{case}/ereignis/{button}",
    "cases.document": "/faelle/{case}/dokumente/{document}",
    "cases.letter": "/faelle/{case}/schreiben/{letter}",
    "cases.press": "/faelle/{case}/ereignis/{button}",
    "cases.show": "/faelle/{case}",
    "deployed_decisions.show": "/entscheidungen/{decision}",
    "further_steps.begin": "/faelle/{case}/schritt/{task}/ut_vorschlag",
    "incidents.resend": "/vorfaelle/sendungen/{sending}/wiederholen",
    "incidents.retry": "/vorfaelle/{incident}/wiederholen",
    "incidents.show": "/vorfaelle/{incident}",
    "modeler_links.instance": "/processes/{instance}",
    "relocation.move": "/umzug/{definition}",
    "relocation.show": "/umzug/{definition}",
    "revocation.ask": "/faelle/{case}/einwilligungen/{consent}/widerrufen",
    "revocation.revoke": "/faelle/{case}/einwilligungen/{consent}/widerrufen",
    "running.end": "/laufende-vorgaenge/{instance}/beenden",
    "running.move": "/laufende-vorgaenge/{instance}/verschieben",
    "running.show": "/laufende-vorgaenge/{instance}",
    "running.version": "/laufende-vorgaenge/version/{definition}",
    "starting.ask": "/vorgaenge/{process}/{start}",
    "starting.start": "/vorgaenge/{process}/{start}",
    "tasks.claim": "/aufgaben/{task}/uebernehmen",
    "tasks.release": "/aufgaben/{task}/zurueckgeben",
    "tasks.show": "/aufgaben/{task}",
    "tasks.submit": "/aufgaben/{task}",
}
#: Pages for operators alone.
OPERATING = {
    "clients.ask": "/api-zugaenge/neu",
    "clients.index": "/api-zugaenge",
    "clients.lock": "/api-zugaenge/{program}/sperren",
    "clients.register": "/api-zugaenge/neu",
    "clients.renew": "/api-zugaenge/{program}/geheimnis",
    "clients.show": "/api-zugaenge/{program}",
    "clients.unlock": "/api-zugaenge/{program}/entsperren",
    "deployed_decisions.index": "/entscheidungen",
    "incidents.index": "/vorfaelle",
    "incidents.retry_many": "/vorfaelle/wiederholen",
    "incidents.retry_start": "/vorfaelle/beginn",
    "modeler_links.decision": "/decisions?name={decision_id}",
    "modeler_links.version": "/processes?process={process}",
    "running.index": "/laufende-vorgaenge",
}
#: Pages about a thing that operators may open.
OPERATORS = ("deployed_decisions", "incidents", "relocation", "running")
#: Pages for who leads a team.
LEADING = {
    "capacity.ask": "/plaetze/{team}",
    "capacity.index": "/plaetze",
    "capacity.record": "/plaetze/{team}",
}
#: What changes more than a single try may change.
CHANGING = {
    "further_steps.begin",
    "cases.press",
    "incidents.resend",
    "relocation.move",
    "running.end",
    "running.move",
    "starting.start",
}
#: The first part of the addresses that are open to operators and to team leads.
OWN = {
    OPERATOR: (
        *("vorfaelle", "laufende-vorgaenge", "umzug", "api-zugaenge", "processes"),
        *("entscheidungen", "decisions"),
    ),
    LEAD: ("plaetze",),
}
#: What a stranger may post: nothing, a draft, a redrawn form, a finished one.
POSTED = ({}, {"_aktion": "entwurf"}, {"_aktion": "auffrischen"}, {"_aktion": "abschliessen"})


@dataclass(frozen=True)
class Things:
    """Numbers of real things, as addresses name them."""

    case: int
    task: int
    button: int
    letter: int
    document: int
    incident: int
    sending: int
    consent: int
    instance: int
    definition: int
    decision: int
    decision_id: str = "dmn_kibiz_prioritaet"
    process: str = "kibiz_uebergabe"
    start: str = "start_vorschlag"
    team: str = "goe_ifk_kibiz"
    program: str = "worker"


NOTHING = Things(
    *[UNKNOWN] * 11,
    decision_id="dmn_kibiz_prioritxt",
    process="kibiz_xbergabe",
    start="start_vxrschlag",
    team="goe_ifk_kixiz",
    program="wxrker",
)


@pytest.fixture
def things(stage, tmp_path):
    """A case with all that a case can have: tasks, buttons, a letter, a document, an incident."""
    kibiz.until_capacity(stage)
    attach(stage)
    kibiz.hand_over(stage)
    stage.tick()
    kibiz.hint(stage)
    case = stage.case
    calling.register(stage)
    found = Things(
        case=case,
        task=stage.task("ut_vorschlag"),
        button=only(stage, Subscription.id, Subscription.instance_id.is_not(None)),
        letter=only(stage, Letter.id),
        document=only(stage, Document.id),
        incident=broken(stage, tmp_path),
        sending=only(stage, OutboxEntry.id),
        consent=only(stage, Einwilligung.id),
        instance=only(stage, Instance.id, Instance.state == "active"),
        definition=only(stage, Definition.id, Definition.process_id == small.NAME),
        decision=only(stage, DecisionDefinition.id),
    )
    stage.case = case
    return found


def attach(stage):
    """Let the mother agree with a signed sheet of paper."""
    client, path = stage.client(KIBIZ), f"/aufgaben/{stage.task('ut_einverstaendnis')}"
    page = client.get(path)
    fields = {
        "csrf_token": token(page),
        "person": html.fromstring(page.text).xpath("//input[@name='person']/@value")[:1],
        "einverstaendnis": "erteilt",
        "datum": "2026-01-12",
        "schriftlich": "true",
        "dokument": (io.BytesIO(PDF), "zustimmung.pdf"),
    }
    answer = client.post(path, data={k: v for k, v in fields.items() if v != []})
    assert answer.status_code == 303, answer.text


def broken(stage, tmp_path):
    """Let a procedure fail, and mend it in another version; return its incident."""
    stop = ("falsch", d.script("falsch", "= frage.gibt_es_nicht + 1", "x"))
    small.begin(stage, tmp_path, small.between(stop))
    stage.complete(IFK, "ut_frage", zahl=0)
    small.deploy(stage, small.put(tmp_path, small.between()))  # it could move to this version
    return only(stage, Incident.id)


def only(stage, column, *where):
    with stage.app.app_context():
        return db.session.scalars(db.select(column).where(*where).order_by(column)).first()


def browser(stage, person):
    """Return a person's browser in which no message of an earlier step is left to be shown."""
    client = stage.client(person)
    client.get("/impressum")
    return client


def requests(app):
    """Return every method and address pattern that the application answers about something."""
    places = {**ABOUT, **OPERATING, **LEADING}
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            if rule.endpoint in places:
                yield method, places[rule.endpoint]


def ask(client, method, address):
    """Return what a person sees for every way to ask for an address: status and visible text."""
    if method == "GET":
        return [seen(client.get(address))]
    page = client.get("/impressum")
    answers = []
    for fields in POSTED:
        answers.append(seen(client.post(address, data={"csrf_token": token(page), **fields})))
    return answers


def seen(answer):
    return answer.status_code, " ".join(html.fromstring(answer.text).text_content().split())


def test_every_route_is_asked(stage):
    assert {
        rule.endpoint for rule in pages(stage.app)
    } == ABOUT_NOBODY | ABOUT.keys() | OPERATING.keys() | LEADING.keys()


def test_who_may_open_the_things_opens_them(stage, things):
    """The tests below try real things: those who may open them can."""
    for endpoint, pattern in sorted(ABOUT.items(), key=lambda door: door[0].endswith("retry")):
        who = OPERATOR if endpoint.startswith(OPERATORS) else KIBIZ
        who = IFK if endpoint.startswith(("tasks", "starting")) else who
        if endpoint in CHANGING:
            continue
        address = pattern.format(**vars(things))
        method = "POST" if endpoint.endswith(("claim", "release", "retry")) else None
        client = browser(stage, who)
        answer = (
            client.post(address, data={"csrf_token": token(client.get("/impressum"))})
            if method
            else client.get(address)
        )
        assert answer.status_code in (200, 302, 303), endpoint


@pytest.mark.parametrize("who", [OTHER_MANDANT, OTHER_GROUP, ASD, OPERATOR, LEAD])
def test_what_is_forbidden_looks_like_what_is_missing(stage, things, who):
    client = browser(stage, who)
    for method, pattern in requests(stage.app):
        if pattern.split("/")[1].partition("?")[0] in OWN.get(who, ()):
            continue
        real = ask(client, method, pattern.format(**vars(things)))
        missing = ask(client, method, pattern.format(**vars(NOTHING)))
        assert {status for status, _ in real} == {404}, (method, pattern)
        assert real == missing, (method, pattern)


def test_the_ways_of_a_case_do_not_lead_into_another(stage, things):
    """A person's own case opens no letter, document or button of somebody else's."""
    own = stage.start(IFK)
    client = browser(stage, IFK)
    for pattern in ("schreiben/{letter}", "dokumente/{document}"):
        address = f"/faelle/{own}/{pattern}"
        real = client.get(address.format(**vars(things)))
        assert real.status_code == 404
        assert seen(real) == seen(client.get(address.format(**vars(NOTHING))))
    for method in ("GET", "POST"):
        real = ask(client, method, f"/faelle/{own}/ereignis/{things.button}")
        assert real == ask(client, method, f"/faelle/{own}/ereignis/{UNKNOWN}")


@pytest.mark.parametrize("who", [IFK, KIBIZ])
def test_an_ended_case_is_closed_to_all(stage, things, who):
    end(stage, things.case)
    client = browser(stage, who)
    for method, pattern in requests(stage.app):
        if not pattern.startswith(("/faelle", "/aufgaben")):
            continue
        real = ask(client, method, pattern.format(**vars(things)))
        missing = ask(client, method, pattern.format(**vars(NOTHING)))
        assert {status for status, _ in real} == {404}, (method, pattern)
        assert real == missing, (method, pattern)
    for place in ("/faelle", "/aufgaben", "/aufgaben?nur=meine"):
        (_, shown) = seen(client.get(place))
        assert str(things.case) not in shown
        assert "Ahrens" not in shown.replace("Anke Ahrens", "")  # who is signed in


def test_a_finished_task_of_an_ended_case_is_closed_too(stage, things):
    done = only(stage, UserTask.id, UserTask.state != "open", UserTask.case_id == things.case)
    end(stage, things.case)
    client = browser(stage, IFK)
    for method in ("GET", "POST"):
        real = ask(client, method, f"/aufgaben/{done}")
        assert real == ask(client, method, f"/aufgaben/{UNKNOWN}")


def end(stage, case):
    with stage.app.app_context():
        write(lambda session: family.save_case(session, case, {"status": "beendet"}))
        assert db.session.get(Case, case).status == "beendet"


def test_a_finished_task_takes_nothing_more(stage, things):
    """Not from those who may know it; to all others it does not exist."""
    done = only(stage, UserTask.id, UserTask.element_id == "ut_vorschlag", UserTask.state != "open")
    client = browser(stage, IFK)
    for method in ("GET", "POST"):
        for status, text in ask(client, method, f"/aufgaben/{done}"):
            assert status == 409
            assert "haben Sie schon erledigt" in text
    for action in ("uebernehmen", "zurueckgeben"):
        (status, _), *_ = ask(client, "POST", f"/aufgaben/{done}/{action}")
        assert status in (404, 409)
    stranger = browser(stage, OTHER_GROUP)
    for method in ("GET", "POST"):
        real = ask(stranger, method, f"/aufgaben/{done}")
        assert real == ask(stranger, method, f"/aufgaben/{UNKNOWN}")


def test_buttons_go_with_what_waited_for_them(stage):
    kibiz.until_capacity(stage)
    gone = only(stage, Subscription.id, Subscription.element_id == "bd_familie_zieht_zurueck")
    kibiz.hint(stage)  # a second proposal keeps the case open
    stage.press(KIBIZ, "Familie zieht zurück")
    client = browser(stage, KIBIZ)
    for method in ("GET", "POST"):
        real = ask(client, method, f"/faelle/{stage.case}/ereignis/{gone}")
        missing = ask(client, method, f"/faelle/{stage.case}/ereignis/{UNKNOWN}")
        assert {status for status, _ in real} == {409}
        assert real == missing


# --- who sees what ------------------------------------------------------------------------------


def test_the_youth_office_sees_its_task_and_nothing_else(stage):
    kibiz.suspected(stage)
    kibiz.ask_asd(stage)
    client = browser(stage, ASD)
    inbox = client.get("/aufgaben").text
    assert f'href="/aufgaben/{stage.task("ut_asd_entscheidung")}"' in inbox
    assert "Fall öffnen" not in stage.show(ASD, "ut_asd_entscheidung").text
    assert client.get(f"/faelle/{stage.case}").status_code == 404
    assert str(stage.case) not in seen(client.get("/faelle"))[1]
    assert "/vorgaenge/" not in client.get("/vorgaenge").text


def test_operators_see_incidents_and_no_personal_values(stage, things):
    client = browser(stage, OPERATOR)
    addresses = ("/vorfaelle", f"/vorfaelle/{things.incident}", "/aufgaben", "/faelle")
    shown = "".join(seen(client.get(address))[1] for address in (*addresses, "/vorgaenge"))
    assert "gibt_es_nicht" in shown
    for secret in ("Ahrens", "Alice", "25411BG0001234", str(things.case)):
        assert secret not in shown


#: What the page says of a family whose children may be in danger; the youth office answered.
STATUS_WORDS = (
    "vermutet",
    "Ausschluss prüfen: geprüft",
    "ASD",
    "Anfrage des Jobcenters: Verfahren begonnen",
    "Anfrage an den ASD Beendet",
)


def test_the_status_codes_are_shown_only_to_those_who_carry_the_sgb8_part(stage):
    kibiz.suspected(stage)
    kibiz.ask_asd(stage)
    stage.complete(
        ASD,
        "ut_asd_entscheidung",
        asd_zustimmung="ja",
        ausnahmegrund="Die Familie wird schon eng begleitet.",
        fachkraft="Frau Brandt",
        datum="2026-01-12",
    )
    allowed, others = main_of(stage, KIBIZ), main_of(stage, IFK)
    for word in STATUS_WORDS:
        assert word in allowed, word
        assert word not in others, word


def test_how_a_danger_was_settled_stays_with_those_who_settled_it(stage):
    """Neither the task that is open, nor the end, nor a position says why others wait."""
    kibiz.suspected(stage)
    assert "Einwilligung für ASD holen" in main_of(stage, KIBIZ)
    assert "Einwilligung für ASD holen" not in main_of(stage, IFK)
    kibiz.hint(stage)  # a second proposal keeps the case open
    kibiz.ask_asd(stage, consent="verweigert")
    assert "Beendet am 12.01.2026, 09:00 Uhr: Ausgeschlossen" in main_of(stage, KIBIZ)
    assert "Beendet am 12.01.2026, 09:00 Uhr." in main_of(stage, IFK)
    for word in ("Ausgeschlossen: Kindeswohl: Verfahren beendet", "Ausschluss prüfen: geprüft"):
        assert word in main_of(stage, KIBIZ)
        assert word not in main_of(stage, IFK)


def test_answers_are_shown_by_class(stage):
    """Codes of class S8-Status to who carries the SGB VIII part, S8 only there and on request."""
    kibiz.propose(stage)
    kibiz.present(stage)
    kibiz.discuss(stage, hze_status="installiert", hze_art="Erziehungsbeistand")
    path = f"/faelle/{stage.case}/angaben"
    ((_, ifk),) = ask(browser(stage, IFK), "GET", path)
    assert "Familienform" in ifk
    ((_, kibiz_staff),) = ask(browser(stage, KIBIZ), "GET", path)
    for question in status_questions():
        assert question in kibiz_staff
        assert question not in ifk
    assert "Erziehungsbeistand" not in kibiz_staff + ifk
    assert "Erziehungsbeistand" in ask(browser(stage, KIBIZ), "POST", path)[0][1]
    refused = ask(browser(stage, IFK), "POST", path)
    assert refused == ask(browser(stage, IFK), "POST", f"/faelle/{UNKNOWN}/angaben")
    assert {status for status, _ in refused} == {404}


def status_questions():
    path = ROOT / "forms" / "definitions" / "kibiz_uebergabe" / "fallbesprechung.form"
    form = forms.load(path.read_bytes(), file=path.name)
    assert form.status_paths == {"hze_status", "kwg_status"}
    parts = json.loads(path.read_bytes())["components"]
    return [part["label"] for part in parts if part.get("key") in form.status_paths]


def main_of(stage, person):
    """Return what the case page says of the case, without the diagram and its words."""
    page = html.fromstring(browser(stage, person).get(f"/faelle/{stage.case}").text)
    for drawing in page.xpath(
        "//*[contains(@class, 'lo-more')]//*[contains(@class, 'lo-diagram')] | //ol"
    ):
        drawing.drop_tree()
    return " ".join(page.xpath("//main")[0].text_content().split())
