"""The page „Schnittstelle“ tells what the document of the API says, whole and for everybody."""

from urllib.parse import unquote

import pytest
from lxml import html

from web.api import document, doors

WHOLE = document.written(doors.OPERATIONS)
TAGS = sorted({each.tag for each in doors.OPERATIONS})


def test_every_operation_is_listed_with_its_sentence(client):
    page = client.get("/schnittstelle").text
    text = " ".join(html.fromstring(page).text_content().split())
    for path, methods in WHOLE["paths"].items():
        for method, told in methods.items():
            assert f"{method.upper()} {path}{told['summary']}" in text.replace(" \n", ""), path


@pytest.mark.parametrize("tag", TAGS)
def test_a_section_tells_fields_and_statuses_and_links_lead_somewhere(client, tag):
    page = html.fromstring(client.get(f"/schnittstelle/{tag}").text)
    text = " ".join(page.text_content().split())
    ids = set(page.xpath("//@id"))
    for target in page.xpath("//main//a/@href[starts-with(., '#')]"):
        assert unquote(target.removeprefix("#")) in ids
    for each in (each for each in doors.OPERATIONS if each.tag == tag):
        assert each.name in ids
        assert each.summary in text
        for model in [each.body, *each.answers.values()]:
            for name, field in getattr(model, "model_fields", {}).items():
                shown = field.serialization_alias or field.alias
                assert name == "root" or shown in text  # a plain list has no names


def test_what_an_answer_may_be_is_told_in_words(client):
    page = html.fromstring(client.get("/schnittstelle/Verfahren").text)
    text = " ".join(" ".join(page.xpath("//tr//text()")).split())
    assert "versionTag Text oder null ja" in text
    assert "hasStartForm ja oder nein ja" in text
    assert "items Liste aus DefinitionShown ja" in text
    assert "limit ganze Zahl nein" in text
    assert "404 Das gibt es nicht, oder Sie dürfen es nicht sehen. Problem" in text


def test_the_index_leads_to_each_operation(client):
    links = html.fromstring(client.get("/schnittstelle").text).xpath("//main//li/a/@href")
    assert len(links) == len(doors.OPERATIONS)
    path, _, anchor = links[0].partition("#")
    assert f'id="{anchor}"' in client.get(path).text


def test_a_section_that_does_not_exist(client):
    assert client.get("/schnittstelle/Nichts").status_code == 404
