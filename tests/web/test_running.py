"""Running instances as operators see them: found, understood, moved along and ended by hand."""

import pytest
from lxml import html

from engine import running
from engine.casefile import audit
from engine.model.account import Account
from engine.model.history import HistoryRow
from engine.model.instance import Instance
from tests.engine.bpmn import drawing as d
from tests.processes.kibiz import IFK
from tests.processes.stage import token
from tests.web import small
from web.database import db

PLAIN = small.between()
STUCK = small.between(("summe", d.script("summe", "= frage.zahl + fehlt", "summe")))
TWICE = small.between(
    (
        "phase",
        d.sub(
            "phase",
            d.start("innen"),
            small.task("ut_nochmal"),
            d.chain("innen", "ut_nochmal"),
            d.times("= 2"),
            name="Phase",
        ),
    )
)


def text(page):
    return " ".join(html.fromstring(page.text).text_content().split())


def begun(stage, tmp_path, diagram=PLAIN, **forms):
    small.begin(stage, tmp_path, diagram, **forms)
    return newest(stage)


def newest(stage):
    with stage.app.app_context():
        return max(db.session.scalars(db.select(Instance.id)))


def page(stage, instance_id):
    return stage.client("admin").get(f"/laufende-vorgaenge/{instance_id}")


def send(stage, instance_id, action, **fields):
    client = stage.client("admin")
    fields["csrf_token"] = token(client.get("/impressum"))
    return client.post(f"/laufende-vorgaenge/{instance_id}/{action}", data=fields)


def keys(answer):
    """Return the numbers that can be ticked, by the name of their step."""
    root = html.fromstring(answer.text)
    return {
        box.getnext().text_content().partition(": ")[2]: box.get("value")
        for box in root.xpath("//input[@name='weg']")
    }


def history(stage, instance_id):
    with stage.app.app_context():
        query = db.select(HistoryRow).where(HistoryRow.instance_id == instance_id)
        rows = db.session.scalars(query.order_by(HistoryRow.id)).all()
        return [(row.element_id, row.kind, row.detail.get("grund"), row.account) for row in rows]


def audited(stage):
    with stage.app.app_context():
        return [(e.actor, e.action, e.subject) for e in audit.entries(db.session, stage.case)][-1]


def test_nothing_running_is_said_so(stage):
    assert "Zurzeit läuft kein Vorgang" in text(stage.client("admin").get("/laufende-vorgaenge"))


def test_versions_are_counted_with_their_incidents(stage, tmp_path):
    begun(stage, tmp_path, STUCK)
    stage.complete(IFK, "ut_frage", zahl=1)
    stage.start(IFK, small.NAME, "start_probe")
    root = html.fromstring(stage.client("admin").get("/laufende-vorgaenge").text)
    (row,) = root.xpath("//tbody/tr")
    assert [" ".join(cell.text_content().split()) for cell in row][1:] == ["1", "2", "1"]


def test_a_version_lists_its_instances_page_by_page(stage, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "PAGE", 2)
    first = begun(stage, tmp_path)
    others = [stage.start(IFK, small.NAME, "start_probe") and newest(stage) for _ in range(2)]
    client = stage.client("admin")
    (link,) = html.fromstring(client.get("/laufende-vorgaenge").text).xpath("//tbody//a/@href")
    root = html.fromstring(client.get(link).text)
    assert numbers(root) == [first, others[0]]
    (following,) = root.xpath("//nav[@aria-label='Seiten']//a/@href")
    root = html.fromstring(client.get(following).text)
    assert numbers(root) == [others[1]]
    assert "Frage" in root.text_content()
    assert "kein weiterer Vorgang" in text(client.get(f"{link}?nach={others[1]}"))
    assert client.get(f"{link}?nach=unfug").status_code == 200


def numbers(root):
    links = root.xpath("//tbody//a/@href")
    return [int(link.rpartition("/")[2]) for link in links]


def test_an_instance_says_what_waits_for_what_and_holds_nothing_back_but_values(stage, tmp_path):
    instance_id = begun(stage, tmp_path)
    stage.complete(IFK, "ut_frage", zahl=2, notiz="Hofmann")
    said = text(page(stage, instance_id))
    assert "Integrationsfachkraft" in said
    assert "12.01.2026, 09:00 Uhr" in said
    assert "Hofmann" not in said
    assert str(stage.case) not in said


def test_an_incident_leads_to_its_instance_and_back(stage, tmp_path):
    instance_id = begun(stage, tmp_path, STUCK)
    stage.complete(IFK, "ut_frage", zahl=1)
    client = stage.client("admin")
    (incident,) = html.fromstring(page(stage, instance_id).text).xpath(
        "//main//a[starts-with(@href, '/vorfaelle/')]/@href"
    )
    assert f"/laufende-vorgaenge/{instance_id}" in client.get(incident).text


def test_tokens_are_moved_with_a_reason_that_is_written_down(stage, tmp_path):
    instance_id = begun(stage, tmp_path)
    away = keys(page(stage, instance_id))["Frage"]
    answer = send(
        stage, instance_id, "verschieben", weg=away, beginnt=["ut_danach", "", ""], grund="Doppelt"
    )
    assert answer.status_code == 303
    assert stage.waiting() == ["ut_danach"]
    assert ("ut_danach", "entered", "Doppelt", "admin") in history(stage, instance_id)
    assert ("ut_frage", "cancelled", "Doppelt", "admin") in history(stage, instance_id)
    assert audited(stage) == ("admin", "verschoben", f"vorgang {instance_id}")
    assert "Frage: von Hand beendet (Grund: Doppelt)" in stage.case_page(IFK)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"beginnt": ["ut_danach"]}, "geben Sie einen Grund an"),
        ({"beginnt": ["ut_danach"], "grund": "x" * 501}, "höchstens 500 Zeichen"),
        ({"grund": "Anders"}, "nicht angegeben, was geändert"),
        ({"grund": "Anders", "beginnt": ["start_probe"]}, "kann nicht von Hand begonnen werden"),
        ({"grund": "Anders", "beginnt": ["gibt_es_nicht"]}, "gibt es in diesem Verfahren nicht"),
        ({"grund": "Anders", "beginnt": ["ut_danach@7"]}, "liegt nicht im Abschnitt"),
        ({"grund": "Anders", "weg": ["7", "x"]}, "läuft in diesem Vorgang nicht"),
    ],
)
def test_a_refused_move_changes_nothing(stage, tmp_path, fields, complaint):
    instance_id = begun(stage, tmp_path)
    before = history(stage, instance_id)
    answer = send(stage, instance_id, "verschieben", **fields)
    assert answer.status_code == 422
    assert complaint in text(answer)
    assert stage.waiting() == ["ut_frage"]
    assert history(stage, instance_id) == before


def test_a_refused_move_loses_nothing_that_was_chosen(stage, tmp_path):
    instance_id = begun(stage, tmp_path)
    away = keys(page(stage, instance_id))["Frage"]
    answer = send(
        stage, instance_id, "verschieben", weg=away, beginnt=["ut_danach"], grund="x" * 501
    )
    root = html.fromstring(answer.text)
    assert root.xpath("//input[@name='weg'][@checked]/@value") == [away]
    assert root.xpath("//select[1]//option[@selected]/@value") == ["ut_danach"]
    assert root.xpath("//input[@name='grund']/@value") == ["x" * 501]


def test_the_last_token_is_not_moved_away(stage, tmp_path):
    instance_id = begun(stage, tmp_path)
    away = keys(page(stage, instance_id))["Frage"]
    answer = send(stage, instance_id, "verschieben", weg=away, grund="Ende")
    assert answer.status_code == 422
    assert stage.waiting() == ["ut_frage"]


def test_a_section_that_runs_several_times_offers_each_of_its_rounds(stage, tmp_path):
    instance_id = begun(stage, tmp_path, TWICE, nochmal=small.form("nochmal", small.NOTE))
    stage.complete(IFK, "ut_frage", zahl=1)
    shown = page(stage, instance_id)
    assert "Phase, Durchlauf 2" in text(shown)
    root = html.fromstring(shown.text)
    offered = root.xpath("(//select)[1]//option[starts-with(@value, 'ut_nochmal@')]/@value")
    assert len(offered) == 2
    answer = send(stage, instance_id, "verschieben", beginnt=offered[1:], grund="Fehlt noch")
    assert answer.status_code == 303
    assert stage.waiting() == ["ut_nochmal"] * 3


def test_an_instance_is_ended_with_a_reason(stage, tmp_path):
    instance_id = begun(stage, tmp_path)
    refused = send(stage, instance_id, "beenden", grund_ende=" ")
    assert refused.status_code == 422
    assert "geben Sie einen Grund an" in text(refused)
    assert send(stage, instance_id, "beenden", grund_ende="Irrtum").location == (
        "/laufende-vorgaenge"
    )
    assert stage.waiting() == []
    assert ("ut_frage", "cancelled", "Irrtum", "admin") in history(stage, instance_id)
    assert audited(stage) == ("admin", "beendet", f"vorgang {instance_id}")
    assert "Von Hand weiterführen" not in page(stage, instance_id).text
    assert send(stage, instance_id, "beenden", grund_ende="Irrtum").status_code == 404


def test_a_called_instance_ends_at_its_caller_only(stage, tmp_path):
    calling = small.between(("ruf", d.call("ruf", "kind")))
    child = d.diagram(
        d.start(), small.task("ut_danach"), d.chain("start", "ut_danach"), process="kind"
    )
    directory = small.put(tmp_path, calling)
    (directory / "kind.bpmn").write_bytes(child)
    small.deploy(stage, directory)
    stage.start(IFK, small.NAME, "start_probe")
    parent = newest(stage)
    stage.complete(IFK, "ut_frage", zahl=1)
    called = newest(stage)
    assert f"/laufende-vorgaenge/{called}" in page(stage, parent).text
    assert f"/laufende-vorgaenge/{parent}" in page(stage, called).text
    answer = send(stage, called, "beenden", grund_ende="Irrtum")
    assert answer.status_code == 422
    assert "Bitte ändern Sie dort" in text(answer)
    away = keys(page(stage, parent))["ruf"]
    send(stage, parent, "verschieben", weg=away, beginnt=["ut_danach"], grund="Ohne Kind")
    assert "wurde beendet, ehe" in page(stage, called).text
    assert stage.waiting() == ["ut_danach"]


def test_an_operator_of_one_mandant_sees_no_other(stage, tmp_path):
    instance_id = begun(stage, tmp_path)
    with stage.app.app_context():
        db.session.scalars(db.select(Account).filter_by(name="admin")).one().mandant_id = "bo"
        db.session.commit()
    assert page(stage, instance_id).status_code == 404
    assert "kein Vorgang" in text(stage.client("admin").get("/laufende-vorgaenge"))


def test_the_case_shows_what_was_called_under_its_caller(stage, tmp_path):
    calling = small.between(("ruf", d.call("ruf", "kind")))
    child = d.diagram(
        d.start(), small.task("ut_danach"), d.chain("start", "ut_danach"), process="kind"
    )
    directory = small.put(tmp_path, calling)
    (directory / "kind.bpmn").write_bytes(child)
    small.deploy(stage, directory)
    stage.start(IFK, small.NAME, "start_probe")
    stage.complete(IFK, "ut_frage", zahl=1)
    root = html.fromstring(stage.client(IFK).get(f"/faelle/{stage.case}").text)
    above, below = root.xpath("//section[@aria-labelledby='verfahren']/article")
    assert (above.get("aria-label"), below.get("aria-label")) == (small.NAME, "kind")
    assert "Es gehört zu" not in above.text_content()
    assert "Es gehört zu „probe“." in below.text_content()


def test_a_refusal_does_not_blame_a_sound_reason(stage, tmp_path):
    instance_id = begun(stage, tmp_path)
    answer = send(stage, instance_id, "verschieben", grund="Anders")
    assert html.fromstring(answer.text).xpath("//input[@aria-invalid]") == []
    answer = send(stage, instance_id, "verschieben", beginnt=["ut_danach"], grund="")
    assert html.fromstring(answer.text).xpath("//input[@aria-invalid]/@name") == ["grund"]
