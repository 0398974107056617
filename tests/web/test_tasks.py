"""The task list and the task in front of a person."""

import pytest
from lxml import html

from engine import user_tasks
from engine.casefile import family
from engine.model.user_task import UserTask
from tests.engine.bpmn import drawing as d
from tests.processes import kibiz
from tests.processes.kibiz import IFK, KIBIZ
from tests.processes.stage import token
from tests.web import small
from web.database import db, write

COLLEAGUE = "goe_ifk.b"


def text(page):
    return " ".join(html.fromstring(page.text).text_content().split())


def lines(page):
    """Return the tasks of an inbox page: address, and the words of the line."""
    rows = html.fromstring(page.text).xpath("//main//tbody/tr")
    return {row.xpath(".//a/@href")[0]: " ".join(" ".join(row.itertext()).split()) for row in rows}


def do(stage, person, path):
    client = stage.client(person)
    answer = client.post(path, data={"csrf_token": token(client.get("/aufgaben"))})
    return client, answer


# --- the list -----------------------------------------------------------------------------------


def test_the_list_shows_what_the_groups_of_a_person_may_do(stage):
    stage.start(IFK)
    path = f"/aufgaben/{stage.task('ut_vorschlag')}"
    for person in (IFK, COLLEAGUE):
        line = lines(stage.client(person).get("/aufgaben"))[path]
        assert "BG für KiBiZ vorschlagen" in line
        assert "Übergabe an IFK KiBiZ" in line
        assert "Integrationsfachkraft" in line
    for person in (KIBIZ, "goe_asd.a", "bo_ksa.a", "admin"):
        assert lines(stage.client(person).get("/aufgaben")) == {}


def test_a_task_that_was_taken_over_is_only_the_taker_s(stage):
    stage.start(IFK)
    path = f"/aufgaben/{stage.task('ut_vorschlag')}"
    assert lines(stage.client(IFK).get("/aufgaben?nur=meine")) == {}
    client, answer = do(stage, IFK, f"{path}/uebernehmen")
    assert answer.location == path
    assert "Von Ihnen übernommen" in text(client.get(path))
    assert "Sie" in lines(client.get("/aufgaben?nur=meine"))[path]
    assert path in lines(client.get("/aufgaben"))
    assert path not in lines(stage.client(COLLEAGUE).get("/aufgaben"))


def test_a_colleague_sees_who_has_a_task_and_cannot_take_or_return_it(stage):
    stage.start(IFK)
    path = f"/aufgaben/{stage.task('ut_vorschlag')}"
    do(stage, IFK, f"{path}/uebernehmen")
    page = stage.client(COLLEAGUE).get(path)
    assert "Diese Aufgabe hat Anke Ahrens übernommen" in text(page)
    assert not html.fromstring(page.text).xpath("//form[contains(@class, 'lotse-formular')]")
    _, taken = do(stage, COLLEAGUE, f"{path}/uebernehmen")
    assert taken.status_code == 409
    assert "schon jemand anderes übernommen" in text(taken)
    _, returned = do(stage, COLLEAGUE, f"{path}/zurueckgeben")
    assert returned.status_code == 404


def test_a_task_that_is_given_back_is_open_to_all_again(stage):
    stage.start(IFK)
    path = f"/aufgaben/{stage.task('ut_vorschlag')}"
    do(stage, IFK, f"{path}/uebernehmen")
    _, answer = do(stage, IFK, f"{path}/zurueckgeben")
    assert answer.status_code == 303
    assert path in lines(stage.client(COLLEAGUE).get("/aufgaben"))
    _, taken = do(stage, COLLEAGUE, f"{path}/uebernehmen")
    assert taken.status_code == 303


def test_the_list_goes_on_page_by_page_without_gaps_or_repetitions(stage):
    for _ in range(27):
        stage.start(IFK)
    client = stage.client(IFK)
    first = client.get("/aufgaben")
    onward = html.fromstring(first.text).xpath("//nav[@aria-label='Weitere Aufgaben']//a/@href")
    second = client.get(onward[0])
    assert len(lines(first)) == 25
    assert len(lines(second)) == 2
    with stage.app.app_context():
        everything = set(db.session.scalars(db.select(UserTask.id)))
    assert {f"/aufgaben/{key}" for key in everything} == lines(first).keys() | lines(second).keys()
    back = html.fromstring(second.text).xpath("//nav[@aria-label='Weitere Aufgaben']//a/@href")
    assert lines(client.get(back[0])) == lines(first)
    assert "Weitere anzeigen" not in second.text


@pytest.fixture
def due(stage, tmp_path):
    """A procedure whose question is due on the 15th."""
    task = small.task("ut_frage").replace(
        "<zeebe:userTask></zeebe:userTask>",
        '<zeebe:userTask/><zeebe:taskSchedule dueDate="2026-01-15T12:00:00+01:00"/>',
    )
    assert "taskSchedule" in task
    nodes = (small.START, task, d.end("end"))
    chain = d.chain("start_probe", "ut_frage", "end")
    small.begin(stage, tmp_path, d.diagram(*nodes, chain, process=small.NAME))
    return f"/aufgaben/{stage.task('ut_frage')}"


@pytest.mark.parametrize(
    ("now", "mark"),
    [
        ("2026-01-11 09:00", "Fällig am 15.01.2026"),
        ("2026-01-14 23:59", "Fällig am 15.01.2026"),
        ("2026-01-15 00:00", "Heute fällig"),
        ("2026-01-15 23:59", "Heute fällig"),
        ("2026-01-16 00:00", "Überfällig seit 15.01.2026"),
    ],
)
def test_a_deadline_is_marked_on_list_and_task(stage, due, now, mark):
    stage.at(now)
    client = stage.client(IFK)
    assert mark in lines(client.get("/aufgaben"))[due]
    assert mark in text(client.get(due))


def test_what_is_due_comes_before_what_is_not(stage, due):
    stage.start(IFK)
    found = list(lines(stage.client(IFK).get("/aufgaben")))
    assert found == [due, f"/aufgaben/{stage.task('ut_vorschlag')}"]


# --- the task -----------------------------------------------------------------------------------


def test_a_task_names_its_rule_with_document_and_section(stage):
    stage.start(IFK)
    page = stage.show(IFK, "ut_vorschlag")
    (card,) = html.fromstring(page.text).xpath("//section[h2='Die Regel dahinter']")
    said = " ".join(card.text_content().split())
    assert "Konzept KiBiZ (Landkreis Göttingen), § " in said
    assert "KIBIZ-" in said
    assert "Wo im Verfahren: Übergabe an IFK KiBiZ › Vorschlag prüfen" in said


def test_a_task_says_why_it_came_to_it(stage):
    kibiz.propose(stage, sgb2_bezug=False)
    said = text(stage.show(IFK, "ut_nicht_zielgruppe"))
    assert "Warum ging es so weiter?" in said
    assert "Gehört die Familie zur Zielgruppe von KiBiZ?" in said
    assert "Bezieht SGB IInein" in said
    assert "trifft zu" in said


def test_a_task_is_about_a_family(stage):
    kibiz.propose(stage)
    said = text(stage.show(IFK, "ut_angebot_vorstellen"))
    assert "Alice Ahrens (Elternteil, geboren am 02.04.1988)" in said
    assert "Ben Ahrens (Kind, geboren am 10.06.2015)" in said
    assert "Fall öffnen" in said


def test_after_a_task_the_person_goes_on_with_the_same_case(stage):
    stage.start(IFK)
    answer = stage.complete(IFK, "ut_vorschlag", **kibiz.FAMILY)
    assert answer.location == f"/aufgaben/{stage.task('ut_angebot_vorstellen')}"
    kibiz.present(stage)
    assert stage.client(IFK).get("/aufgaben").status_code == 200


def test_after_the_last_own_task_the_person_goes_to_the_list(stage):
    kibiz.propose(stage)
    answer = stage.complete(
        IFK,
        "ut_angebot_vorstellen",
        datum="2026-01-12",
        gespraech_form="ifk_allein",
        interesse_familie="ja",
    )
    assert answer.location == "/aufgaben"


def test_a_draft_is_one_person_s_and_goes_with_the_task(stage):
    kibiz.propose(stage)
    client, path = stage.client(IFK), f"/aufgaben/{stage.task('ut_angebot_vorstellen')}"
    fields = {"csrf_token": token(client.get(path)), "gespraech_form": "ifk_allein"}
    saved = client.post(path, data={**fields, "_aktion": "entwurf"})
    assert "Zuletzt gespeichert: 12.01.2026, 09:00 Uhr" in text(saved)
    assert chosen(client.get(path)) == ["ifk_allein"]
    assert chosen(stage.client(COLLEAGUE).get(path)) == []


def test_a_draft_that_was_overtaken_replaces_nothing(stage):
    """The browser sends while people type; what left first may arrive last."""
    kibiz.propose(stage)
    client, path = stage.client(IFK), f"/aufgaben/{stage.task('ut_angebot_vorstellen')}"
    fields = {"csrf_token": token(client.get(path)), "_aktion": "entwurf"}

    def send(page, turn, answer):
        sent = {"_seite": page, "_stand": turn, "gespraech_form": answer}
        assert client.post(path, data=fields | sent).status_code == 200
        return chosen(client.get(path))

    assert send("a", "2", "ifk_allein") == ["ifk_allein"]
    assert send("a", "1", "gemeinsam_mit_kibiz") == ["ifk_allein"]
    assert send("a", "2", "gemeinsam_mit_kibiz") == ["gemeinsam_mit_kibiz"]
    assert send("b", "1", "ifk_allein") == ["ifk_allein"]
    assert send("b", "kein Stand", "gemeinsam_mit_kibiz") == ["ifk_allein"]


def test_each_page_names_itself(stage):
    kibiz.propose(stage)
    client, path = stage.client(IFK), f"/aufgaben/{stage.task('ut_angebot_vorstellen')}"
    names = {html.fromstring(client.get(path).text).xpath("//input[@name='_seite']/@value")[0]}
    names |= {html.fromstring(client.get(path).text).xpath("//input[@name='_seite']/@value")[0]}
    assert len(names) == 2


def chosen(page):
    return html.fromstring(page.text).xpath("//input[@name='gespraech_form'][@checked]/@value")


def test_after_the_last_task_of_a_case_the_person_is_not_sent_to_a_closed_door(stage):
    """Something of the case is still open, but the case is not any more."""
    kibiz.propose(stage)
    with stage.app.app_context():
        ended = {"status": "beendet"}
        write(lambda session: family.save_case(session, stage.case, ended))
        tasks = user_tasks.of_case(db.session(), stage.case)
    assert stage.waiting() == ["ut_angebot_vorstellen"]
    assert tasks == []
