"""Places of a team: its leads see how they stand and record the posts; nobody else does."""

import pytest
from lxml import html

from engine import clock
from engine.casefile import cases, places
from tests.processes import kibiz
from tests.processes.kibiz import IFK, KIBIZ, LEAD
from tests.processes.stage import problems, token
from web.database import write

TEAM = "goe_ifk_kibiz"
PATH = f"/plaetze/{TEAM}"


def put(stage, ab, vzae, who=LEAD):
    client = stage.client(who)
    fields = {"csrf_token": token(client.get(PATH)), "ab": ab, "vzae": vzae}
    return client.post(PATH, data=fields)


def shown(stage):
    """Return the facts and the rows of the page."""
    page = html.fromstring(stage.client(LEAD).get("/plaetze").text)
    terms, values = (page.xpath(f"//{tag}/text()") for tag in ("dt", "dd"))
    rows = [[cell.text_content().strip() for cell in row] for row in page.xpath("//tbody/tr")]
    return dict(zip(terms, values, strict=True)), rows


def test_the_page_says_how_the_places_stand(stage):
    kibiz.fill_team(stage, 4, vzae=0.25)

    def more(session):
        now = clock.now()
        numbers = [cases.create(session, "goe", now=now) for _ in range(2)]
        first, second = (places.Place(number, TEAM) for number in numbers)
        places.reserve(session, first, most=None, beyond=True, now=now)
        places.participate(session, first, beginn=clock.today())
        places.wait(session, second, priority=0, now=now)

    with stage.app.app_context():
        write(more)
    facts, rows = shown(stage)
    assert facts == {
        "Plätze insgesamt": "5",
        "Davon in Teilnahme": "1",
        "Davon reserviert": "4",
        "Frei": "0",
        "Familien auf der Warteliste": "1",
    }
    assert rows == [["12.01.2026", "0,25", "gilt heute"], ["01.01.2020", "1", "galt früher"]]


def test_new_posts_hold_from_their_day_on(stage):
    assert shown(stage)[0]["Plätze insgesamt"] == "20"
    answer = put(stage, "2026-02-01", "1,75")
    assert answer.status_code == 303, problems(answer)
    facts, rows = shown(stage)
    assert facts["Plätze insgesamt"] == "20"
    assert rows[0] == ["01.02.2026", "1,75", "gilt später"]
    stage.at("2026-02-01 08:00")
    facts, rows = shown(stage)
    assert facts["Plätze insgesamt"] == "35"
    assert rows[0] == ["01.02.2026", "1,75", "gilt heute"]
    assert put(stage, "2026-02-01", "2").status_code == 303
    assert [row[1] for row in shown(stage)[1]] == ["2", "1"]


def test_a_recorded_cap_decides_who_gets_a_place(stage):
    """The lead closes the team; the next family has to wait for the lead's decision."""
    assert put(stage, "2026-01-12", "0").status_code == 303
    kibiz.until_capacity(stage)
    assert stage.waiting() == ["ut_kapazitaet_entscheiden"]


@pytest.mark.parametrize("vzae", ["", "viel", "-1", "1,234", "1e2", "1000", "NaN", "1,", "١"])
def test_posts_that_are_no_number_are_refused_and_kept(stage, vzae):
    answer = put(stage, "2026-02-01", vzae)
    assert answer.status_code == 422
    page = html.fromstring(answer.text)
    assert "zwei Nachkommastellen" in page.xpath("//*[@id='vzae-error']")[0].text_content()
    assert page.xpath("//input[@name='vzae']/@value") == [vzae]
    assert not page.xpath("//*[@id='ab-error']")
    assert len(shown(stage)[1]) == 1


@pytest.mark.parametrize("ab", ["", "morgen", "2026-02-30", "1999-12-31", "01.02.2026"])
def test_a_day_that_is_none_is_refused(stage, ab):
    answer = put(stage, ab, "1,5")
    assert answer.status_code == 422
    assert html.fromstring(answer.text).xpath("//*[@id='ab-error']")
    assert len(shown(stage)[1]) == 1


def test_only_leads_find_the_door(stage):
    for who in (IFK, KIBIZ, "bo_abtl.a", "admin"):
        client = stage.client(who)
        assert "/plaetze" not in client.get("/", follow_redirects=True).text
        assert [client.get(path).status_code for path in ("/plaetze", PATH)] == [404, 404]
    menu = stage.client(LEAD).get("/aufgaben").text
    assert 'href="/plaetze"' in menu
    assert stage.client(LEAD).get("/plaetze/goe_ifk").status_code == 404


def test_without_the_page_s_token_nothing_is_recorded(stage):
    answer = stage.client(LEAD).post(PATH, data={"ab": "2026-02-01", "vzae": "3"})
    assert answer.status_code == 400
    assert len(shown(stage)[1]) == 1
