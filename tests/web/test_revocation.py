"""A consent is revoked on the case page; from then on nothing goes out on it."""

import pytest
from lxml import html

from engine import clock
from engine.casefile import audit
from engine.model.einwilligung import Einwilligung
from engine.model.message import BufferedMessage
from engine.model.uebermittlung import Uebermittlung
from tests.engine.bpmn import drawing as d
from tests.processes import kibiz
from tests.processes.kibiz import ASD, IFK, KIBIZ, LEAD
from tests.processes.stage import problems, token
from tests.web import small
from web.database import db

PROBE = small.NAME


def path_of(stage, consent=None):
    number = consent or all_of(stage, Einwilligung.id)[0]
    return f"/faelle/{stage.case}/einwilligungen/{number}/widerrufen"


def all_of(stage, column):
    with stage.app.app_context():
        return list(db.session.scalars(db.select(column)))


def links(stage, who):
    """Return where the case page offers to revoke a consent."""
    page = html.fromstring(stage.client(who).get(f"/faelle/{stage.case}").text)
    return page.xpath("//section[@aria-labelledby='einwilligungen']//a/@href")


def revoke(stage, am, who=KIBIZ):
    """Revoke the one consent that the page offers."""
    (path,) = links(stage, who)
    client = stage.client(who)
    return client.post(path, data={"csrf_token": token(client.get(path)), "am": am})


@pytest.fixture
def asked(stage):
    """The youth office was asked, with a written consent."""
    kibiz.suspected(stage)
    kibiz.ask_asd(stage)
    return stage


# --- the page -----------------------------------------------------------------------------------


def test_a_revocation_is_dated_logged_and_shown(asked):
    asked.at("2026-01-20 10:00")
    answer = revoke(asked, "2026-01-19")
    assert answer.status_code == 303, problems(answer)
    page = asked.case_page(KIBIZ)
    assert "Widerrufen am 19.01.2026: Austausch mit anderen Stellen, mit FB 51" in page
    assert "widerrufen am 19.01.2026" in page
    assert links(asked, KIBIZ) == []
    number = all_of(asked, Einwilligung.id)[0]
    with asked.app.app_context():
        entries = audit.entries(db.session, asked.case)
        done = [(e.actor, e.action, e.subject, e.at) for e in entries if e.action == "widerrufen"]
        assert audit.first_broken(db.session, asked.case) is None
    assert done == [(KIBIZ, "widerrufen", f"einwilligung {number}", clock.now())]
    assert all_of(asked, BufferedMessage.name) == []  # nobody waited for the news


@pytest.mark.parametrize("am", ["2026-01-11", "2026-01-21", "", "gestern", "20.01.2026"])
def test_a_day_before_the_consent_or_after_today_is_refused(asked, am):
    asked.at("2026-01-20 10:00")
    answer = revoke(asked, am)
    assert answer.status_code == 422
    wrong = html.fromstring(answer.text).xpath("//*[@id='am-error']")[0].text_content()
    assert "vom 12.01.2026 bis heute" in wrong
    assert all_of(asked, Einwilligung.widerrufen_am) == [None]


def test_a_second_revocation_changes_nothing(asked):
    path = path_of(asked)
    assert revoke(asked, "2026-01-12").status_code == 303
    asked.at("2026-01-20 10:00")
    client = asked.client(KIBIZ)
    fields = {"csrf_token": token(client.get("/impressum")), "am": "2026-01-20"}
    assert client.get(path).status_code == 409
    assert client.post(path, data=fields).status_code == 409
    (revoked_on,) = all_of(asked, Einwilligung.widerrufen_am)
    assert revoked_on.isoformat() == "2026-01-12"


def test_a_refusal_is_nothing_to_revoke(stage):
    kibiz.suspected(stage)
    kibiz.ask_asd(stage, consent="verweigert", report=True)
    assert links(stage, KIBIZ) == []
    assert stage.client(KIBIZ).get(path_of(stage)).status_code == 409


def test_who_may_not_see_a_consent_cannot_revoke_it(asked):
    """That the youth office was asked is hidden from the IFK, and so is the way to end it."""
    path = path_of(asked)
    assert links(asked, IFK) == []
    for who in (IFK, ASD, LEAD, "bo_ksa.a", "admin"):
        client = asked.client(who)
        fields = {"csrf_token": token(client.get("/impressum")), "am": "2026-01-12"}
        assert client.get(path).status_code == 404, who
        assert client.post(path, data=fields).status_code == 404, who
    assert all_of(asked, Einwilligung.widerrufen_am) == [None]


def test_a_consent_of_another_case_is_not_reached_through_ones_own(asked):
    foreign = all_of(asked, Einwilligung.id)[0]
    kibiz.until_capacity(asked, bg_nummer="25411BG0007777")
    assert asked.client(KIBIZ).get(path_of(asked, foreign)).status_code == 404


def test_a_consent_to_participate_says_what_its_revocation_does_not_do(stage):
    kibiz.until_capacity(stage)
    kibiz.agree(stage)
    (path,) = links(stage, IFK)
    assert "Das Verfahren läuft weiter." in stage.client(IFK).get(path).text


# --- what goes out ------------------------------------------------------------------------------

#: Entrusted contents for the youth office: only a consent of the person themselves opens them.
HEADERS = {
    "daten_art": "anvertraut",
    "zweck": "anfrage",
    "empfaenger": "fb51",
    "empfaenger_art": "fb51",
    "inhalt_kategorie": "notiz",
    "kanal": "portal",
    "nachricht": "msg_anvertraut",
}


def sending():
    """A procedure that hands something on once a task is done, if it may."""
    headers = d.zeebe(
        "taskHeaders", *(d.zeebe("header", key=k, value=v) for k, v in HEADERS.items())
    )
    who = d.zeebe("input", source="= fall.personen[1].person_id", target="person_id")
    what = d.zeebe("input", source='= {notiz: "x"}', target="inhalt")
    send = d.node(
        "sendTask",
        "senden",
        d.zeebe("taskDefinition", type="uebermittlung.senden"),
        headers,
        d.zeebe("ioMapping", who, what),
    )
    fails = '<bpmn:errorEventDefinition errorRef="err"/>'
    return probe(
        send,
        d.boundary("fehlt", "senden", fails),
        small.task("ut_klaeren"),
        d.end("ende_ungesendet", name="Nicht gesendet"),
        d.chain("start_probe", "ut_frage", "senden", "ut_danach", "end"),
        d.chain("fehlt", "ut_klaeren", "ende_ungesendet"),
        around=[d.error("err", "err_einwilligung_fehlt")],
    )


def probe(*body, around):
    start = small.properties(
        knopf="Probe beginnen",
        knopf_gruppen="goe_ifk",
        annahme="ja",
    )
    asked = d.zeebe("formDefinition", formId=f"{PROBE}.beginn")
    fixed = (
        d.start("start_probe", start, asked, name="Probe"),
        small.task("ut_frage"),
        small.task("ut_danach"),
        d.end("end", name="Fertig"),
    )
    return d.diagram(*fixed, *body, process=PROBE, around=around)


def begin(stage, tmp_path, diagram):
    """Begin the small procedure in the case that is there."""
    family = small.form("beginn", small.question("bg_nummer", "BG-Nummer"))
    more = {"klaeren": small.form("klaeren", small.NOTE)}
    small.deploy(stage, small.put(tmp_path, diagram, beginn=family, **more))
    case = stage.case
    number = kibiz.FAMILY["bg_nummer"]
    assert stage.start(IFK, PROBE, "start_probe", bg_nummer=number) == case


def test_a_consent_opens_what_is_sent_on_it(asked, tmp_path):
    begin(asked, tmp_path, sending())
    asked.complete(IFK, "ut_frage", zahl=1)
    assert "ut_danach" in asked.waiting()
    assert all_of(asked, Uebermittlung.inhalt_kategorie) == ["anfrage_asd", "notiz"]


def test_a_revocation_between_task_and_sending_blocks_it(asked, tmp_path):
    begin(asked, tmp_path, sending())
    assert revoke(asked, "2026-01-12").status_code == 303
    asked.complete(IFK, "ut_frage", zahl=1)
    assert "ut_klaeren" in asked.waiting()
    assert "ut_danach" not in asked.waiting()
    assert all_of(asked, Uebermittlung.inhalt_kategorie) == ["anfrage_asd"]
    assert all_of(asked, BufferedMessage.name) == []


def test_what_waits_for_the_news_hears_it(asked, tmp_path):
    diagram = probe(
        d.catch("warten", d.awaits("geaendert")),
        d.chain("start_probe", "ut_frage", "warten", "ut_danach", "end"),
        around=[d.message("geaendert", "msg_einwilligung_geaendert")],
    )
    begin(asked, tmp_path, diagram)
    asked.complete(IFK, "ut_frage", zahl=1)
    assert "ut_danach" not in asked.waiting()
    assert revoke(asked, "2026-01-12").status_code == 303
    assert "ut_danach" in asked.waiting()
    assert all_of(asked, BufferedMessage.name) == []
