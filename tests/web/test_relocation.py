"""Moving instances to another version through the page: mapped, previewed, all or none."""

import pytest
from lxml import html

from engine.casefile import audit
from engine.model.deployment import Definition
from engine.model.instance import Instance
from tests.engine.bpmn import drawing as d
from tests.processes.kibiz import IFK
from tests.processes.stage import token
from tests.web import small
from web import relocation
from web.database import db

#: The second version calls the last task differently.
RENAMED = d.diagram(
    small.START,
    small.task("ut_frage"),
    small.task("ut_neu"),
    d.chain("start_probe", "ut_frage", "ut_neu"),
    process=small.NAME,
)


def text(page):
    return " ".join(html.fromstring(page.text).text_content().split())


@pytest.fixture
def numbers(stage, tmp_path):
    """Two instances of the first version, one in each task; a second version is there."""
    small.begin(stage, tmp_path, small.between())
    stage.complete(IFK, "ut_frage", zahl=1)
    stage.start(IFK, small.NAME, "start_probe")
    forms = {"neu": small.form("neu", small.NOTE)}
    small.deploy(stage, small.put(tmp_path, RENAMED, **forms))
    return column(stage, Instance.id)


def column(stage, wanted):
    with stage.app.app_context():
        return list(db.session.scalars(db.select(wanted).order_by(wanted)))


def versions(stage):
    with stage.app.app_context():
        query = db.select(Definition.version).join(
            Instance, Instance.definition_id == Definition.id
        )
        return list(db.session.scalars(query.order_by(Instance.id)))


def address(stage):
    with stage.app.app_context():
        query = db.select(Definition.id).where(Definition.process_id == small.NAME)
        return f"/umzug/{min(db.session.scalars(query))}"


def look(stage, **asked):
    return stage.client("admin").get(address(stage), query_string=asked)


def send(stage, chosen, **fields):
    client = stage.client("admin")
    given = {"csrf_token": token(client.get("/impressum")), "vorgang": chosen, **fields}
    return client.post(address(stage), data=given)


def fields_of(page):
    """Return what the page would send for the move."""
    form = html.fromstring(page.text).xpath("//form[@method='post'][.//h2]")[0]
    return {node.get("name"): node.get("value") for node in form.xpath(".//input[@type='hidden']")}


def test_a_version_leads_to_its_move(stage, numbers):
    client = stage.client("admin")
    (link,) = html.fromstring(client.get("/laufende-vorgaenge").text).xpath("//tbody//a/@href")
    assert address(stage) in client.get(link).text


def test_what_waits_is_mapped_by_its_id_and_the_rest_is_asked_for(stage, numbers):
    page = look(stage)
    root = html.fromstring(page.text)
    assert root.xpath("//select[@name='ziel.ut_frage']/option[@selected]/@value") == ["ut_frage"]
    assert root.xpath("//select[@name='ziel.ut_danach']/option[@selected]/@value") == [""]
    offered = root.xpath("//select[@name='ziel.ut_danach']/option/@value")
    assert offered == ["", "ut_frage", "ut_neu"]
    assert root.xpath("//select[starts-with(@name, 'ziel.')]/@name") == [
        "ziel.ut_danach",
        "ziel.ut_frage",
    ]
    assert "Danach: Dieses Element gibt es dort nicht" in text(page)
    assert "Frage: bleibt, wo es ist" in text(page)
    assert root.xpath("//input[@name='vorgang']/@value") == [str(numbers[1])]


def test_a_mapping_is_previewed_and_changes_nothing(stage, numbers):
    page = look(stage, **{"ziel.ut_danach": "ut_neu"})
    assert "Danach: weiter bei Neu" in text(page)
    root = html.fromstring(page.text)
    assert root.xpath("//input[@name='vorgang'][@checked]/@value") == [str(n) for n in numbers]
    assert versions(stage) == [1, 1]


def test_the_chosen_ones_move_and_it_is_written_down(stage, numbers):
    page = look(stage, **{"ziel.ut_danach": "ut_neu"})
    answer = send(stage, numbers, **fields_of(page) | {"csrf_token": token(page)})
    assert answer.status_code == 303
    assert "2 Vorgänge laufen jetzt nach Version 2 weiter" in text(
        stage.client("admin").get(answer.location)
    )
    assert versions(stage) == [2, 2]
    assert stage.waiting() == ["ut_frage", "ut_neu"]
    with stage.app.app_context():
        last = audit.entries(db.session, stage.case)[-1]
    assert (last.actor, last.action, last.subject) == (
        "admin",
        "umgezogen",
        f"vorgang {numbers[1]}",
    )
    assert "läuft jetzt nach Version 2 weiter" in stage.case_page(IFK)
    stage.complete(IFK, "ut_frage", zahl=3)
    assert stage.waiting() == ["ut_neu", "ut_neu"]


def test_only_the_chosen_one_moves(stage, numbers):
    assert send(stage, numbers[1:]).status_code == 303
    assert versions(stage) == [1, 2]


def test_one_that_cannot_move_keeps_all_where_they_are(stage, numbers):
    answer = send(stage, numbers)
    assert answer.status_code == 422
    assert "Kein Vorgang ist umgezogen" in text(answer)
    assert "Dieses Element gibt es dort nicht" in text(answer)
    root = html.fromstring(answer.text)
    assert root.xpath("//input[@name='vorgang'][@checked]/@value") == [str(numbers[1])]
    assert versions(stage) == [1, 1]
    assert stage.waiting() == ["ut_danach", "ut_frage"]


@pytest.mark.parametrize("chosen", [[], ["x"], [""]])
def test_choosing_none_is_said_so(stage, numbers, chosen):
    answer = send(stage, chosen)
    assert answer.status_code == 422
    assert "Bitte kreuzen Sie die Vorgänge an" in text(answer)


def test_one_that_has_moved_before_stays(stage, numbers):
    send(stage, numbers[1:])
    answer = send(stage, numbers[1:])
    assert answer.status_code == 422
    assert "schon umgezogen" in text(answer)
    assert versions(stage) == [1, 2]


def test_one_of_a_version_that_was_not_previewed_stays(stage, tmp_path, numbers):
    send(stage, numbers[1:])
    small.deploy(stage, small.put(tmp_path, RENAMED.replace(b"Probe", b"Andere Probe")))
    with stage.app.app_context():
        newest = max(db.session.scalars(db.select(Definition.id)))
    answer = send(stage, numbers[1:], auf=str(newest))
    assert answer.status_code == 422
    assert "inzwischen nach einer anderen Version" in text(answer)
    assert versions(stage) == [1, 2]


def test_what_does_not_belong_here_is_refused(stage, numbers):
    assert look(stage, auf="1").status_code == 404
    assert look(stage, auf="x").status_code == 200
    assert send(stage, ["1"]).status_code == 404
    strange = look(stage, **{"ziel.ut_danach": "gibt_es_nicht", "ziel.unbekannt": "ut_neu"})
    assert "Danach: Dieses Element gibt es dort nicht" in text(strange)


def test_many_are_planned_page_by_page(stage, numbers, monkeypatch):
    monkeypatch.setattr(relocation, "MOST_AT_ONCE", 1)
    page = look(stage)
    (link,) = html.fromstring(page.text).xpath("//nav[@aria-label='Seiten']//a/@href")
    following = stage.client("admin").get(link)
    (box,) = html.fromstring(following.text).xpath("//input[@name='vorgang']/@value")
    assert box == str(numbers[1])
    last = stage.client("admin").get(f"{link.partition('nach=')[0]}nach={numbers[1]}")
    assert "mehr auf dieser Seite" in text(last)


def test_the_only_version_offers_no_move(stage, tmp_path):
    small.begin(stage, tmp_path, small.between())
    assert look(stage).status_code == 404


def test_steps_that_only_the_old_version_knew_are_told_to_nobody_who_may_not_see_all(
    stage, tmp_path
):
    """The new version no longer says whether they were about a danger to a child."""
    small.begin(stage, tmp_path, small.between())
    stage.complete(IFK, "ut_frage", zahl=1)
    assert "Frage: erledigt" in stage.case_page(IFK)
    newer = d.diagram(
        small.START,
        small.task("ut_anfrage"),
        small.task("ut_danach"),
        d.chain("start_probe", "ut_anfrage", "ut_danach"),
        process=small.NAME,
    )
    small.deploy(stage, small.put(tmp_path, newer, anfrage=small.form("anfrage", small.NOTE)))
    assert send(stage, column(stage, Instance.id)).status_code == 303
    told = stage.case_page(IFK)
    assert "läuft jetzt nach Version 2 weiter" in told
    assert "Frage: erledigt" not in told


def test_a_join_asks_for_the_ways_that_are_called_differently(stage, tmp_path):
    def forked(first):
        return d.diagram(
            small.START,
            d.parallel("teilen"),
            small.task("ut_frage"),
            small.task("ut_danach"),
            d.parallel("sammeln"),
            d.end("end", name="Fertig"),
            d.chain("start_probe", "teilen", "ut_frage"),
            d.flow("ut_frage", "sammeln", id=first),
            d.chain("teilen", "ut_danach", "sammeln", "end"),
            process=small.NAME,
        )

    small.begin(stage, tmp_path, forked("weg_alt"))
    stage.complete(IFK, "ut_frage", zahl=1)
    small.deploy(stage, small.put(tmp_path, forked("weg_neu")))
    page = look(stage)
    assert "führt dort nicht mehr hierher (weg_alt)" in text(page)
    root = html.fromstring(page.text)
    (label,) = root.xpath("//label[@for='zuordnung-weg_alt']")
    assert label.text_content() == "Der Weg von „Frage“ zu „sammeln“"
    moved = look(stage, **{"ziel.weg_alt": "weg_neu"})
    numbers = column(stage, Instance.id)
    assert send(stage, numbers, **fields_of(moved)).status_code == 303
    stage.complete(IFK, "ut_danach")
    assert stage.waiting() == []
    with stage.app.app_context():
        assert db.session.scalars(db.select(Instance.state)).all() == ["completed"]
