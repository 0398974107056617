"""The pages about the installation itself, and the frame around every page."""

import re

import pytest

STATIC = ("/barrierefreiheit", "/datenschutz", "/impressum")


@pytest.mark.parametrize("path", STATIC)
def test_static_pages_are_open_to_everybody(client, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", STATIC)
def test_static_pages_name_who_runs_the_installation(client, path):
    assert "Landkreis Göttingen" in client.get(path).text


def test_imprint_says_that_a_demo_is_one(client):
    assert "Diese Installation ist eine Demo." in client.get("/impressum").text


def test_every_page_links_the_legal_pages(client):
    page = client.get("/anmelden").text
    assert all(f'href="{path}"' in page for path in STATIC)


def test_every_page_has_one_heading_a_title_and_a_language(client):
    for path in ("/anmelden", *STATIC, "/gibt-es-nicht"):
        page = client.get(path).text
        assert len(re.findall("<h1", page)) == 1
        assert re.search("<title>.+ – Lotse</title>", page)
        assert '<html lang="de"' in page


def test_the_menu_is_for_signed_in_people_only(client):
    assert "Hauptmenü" not in client.get("/impressum").text


@pytest.mark.parametrize("name, first", [("goe_ifk.a", "/aufgaben"), ("admin", "/vorfaelle")])
def test_home_is_the_first_page_of_one_s_menu(client, sign_in, name, first):
    sign_in(name)
    assert client.get("/").location == first


@pytest.mark.parametrize(
    "name, menu",
    [
        ("goe_ifk.a", ["Aufgaben", "Vorgang starten", "Fälle", "Regeln"]),
        ("goe_asd.a", ["Aufgaben", "Regeln"]),  # the portal: only its tasks, never a case page
        (
            "admin",
            [
                *("Vorfälle", "Laufende Vorgänge", "Entscheidungen", "API-Zugänge"),
                *("Regeln", "Uhr"),
            ],
        ),  # operates, sees no case
    ],
)
def test_the_menu_offers_what_concerns_a_person(client, sign_in, name, menu):
    sign_in(name)
    page = client.get("/", follow_redirects=True).text
    lines = page.partition('aria-label="Hauptmenü"')[2].partition("</nav>")[0]
    assert re.findall(r">([^<>]+)</a>", lines) == menu


def test_the_menu_marks_where_one_is(client, sign_in):
    sign_in("goe_ifk.a")
    assert 'href="/aufgaben" aria-current="page"' in client.get("/aufgaben").text
