"""Processes, requirement graphs, decisions and forms have versions, counted for each id."""

import pytest

from engine import versions
from engine.deployment import SHARED, Folder
from engine.errors import DefinitionInvalid
from engine.model.decision import DecisionDefinition, DecisionRequirements
from engine.model.deployment import Definition
from engine.model.form import FormDefinition
from tests.engine.bpmn.drawing import chain, diagram, start
from tests.engine.office import task

PLAIN = diagram(start(), task("a"), chain("start", "a"))
MODEL = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="Wahlen"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" namespace="t" {id}>
 <decision id="wahl" name="Wahl">{tag}<literalExpression><text>{value}</text></literalExpression>
 </decision>
 <decision id="rest" name="Rest"><literalExpression><text>1</text></literalExpression></decision>
 </definitions>"""


def model(value=1, tag="", key="wahlen"):
    tagged = f'<extensionElements><zeebe:versionTag value="{tag}"/></extensionElements>'
    given = f'id="{key}"' if key else ""
    return MODEL.format(value=value, tag=tagged if tag else "", id=given).encode()


def form(tag="", key="f"):
    more = f', "versionTag": "{tag}"' if tag else ""
    return f'{{"type": "default", "id": "{key}"{more}}}'.encode()


#: Other decisions in a graph of the same id.
OTHER = model().replace(b'id="rest"', b'id="rest2"').replace(b'id="wahl"', b'id="wahl2"')


def deployed(office, name="p", **files):
    return office.take_over(Folder(name, files)).deployment_id


def test_everything_that_a_deployment_brings_gets_a_row(office):
    files = {"p.bpmn": PLAIN, "d.dmn": model(tag="v1"), "forms/p.a.form": form("2026")}
    number = deployed(office, **files)
    [graph] = office.rows(DecisionRequirements)
    assert (graph.deployment_id, graph.requirements_id, graph.name, graph.version, graph.file) == (
        (number, "wahlen", "Wahlen", 1, "d.dmn")
    )
    assert [
        (row.requirements_key, row.decision_id, row.name, row.version, row.version_tag)
        for row in office.rows(DecisionDefinition)
    ] == [(graph.id, "wahl", "Wahl", 1, "v1"), (graph.id, "rest", "Rest", 1, None)]
    [asked] = office.rows(FormDefinition)
    assert (asked.deployment_id, asked.form_id, asked.version, asked.version_tag, asked.file) == (
        (number, "p.a", 1, "2026", "forms/p.a.form")
    )


def test_a_deployment_that_changed_gives_each_of_its_members_a_new_version(office, session):
    deployed(office, **{"p.bpmn": PLAIN, "d.dmn": model(1), "forms/p.a.form": form()})
    deployed(office, **{"p.bpmn": PLAIN, "d.dmn": model(2), "forms/p.a.form": form()})
    for table, name in (
        (Definition, "p"),
        (DecisionRequirements, "wahlen"),
        (DecisionDefinition, "rest"),
        (FormDefinition, "p.a"),
    ):
        newest = versions.newest(session, table, name)
        assert newest.version == 2
        assert versions.numbered(session, table, name, 2) is newest
        assert versions.by_key(session, table, newest.id) is newest
        assert versions.numbered(session, table, name, 1).version == 1
        assert versions.numbered(session, table, name, 3) is None
        assert versions.newest(session, table, "fremd") is None


def test_what_has_not_changed_keeps_its_version(office):
    for _ in range(2):
        deployed(office, **{"d.dmn": model(), "x.form": form()})
    assert [row.version for row in office.rows(FormDefinition)] == [1]
    assert [row.version for row in office.rows(DecisionRequirements)] == [1]


def test_versions_are_counted_over_all_folders(office, session):
    deployed(office, "eins", **{"d.dmn": model(1)})
    second = deployed(office, "zwei", **{"e.dmn": model(2)})
    newest = versions.newest(session, DecisionDefinition, "wahl")
    assert (newest.deployment_id, newest.version) == (second, 2)


def test_shared_decisions_belong_to_their_own_folder_alone(office):
    shared = deployed(office, SHARED, **{"d.dmn": model()})
    deployed(office, **{"p.bpmn": PLAIN})
    assert [row.deployment_id for row in office.rows(DecisionRequirements)] == [shared]


def test_the_newest_with_a_tag_is_not_the_newest_of_all(office, session):
    for value, tag in ((1, "alt"), (2, "alt"), (3, "")):
        deployed(office, **{"d.dmn": model(value, tag), "x.form": form(tag)})
    for table, name in ((DecisionDefinition, "wahl"), (FormDefinition, "f")):
        assert versions.tagged(session, table, name, "alt").version == 2
        assert versions.newest(session, table, name).version == 3
        assert versions.tagged(session, table, name, "neu") is None


def test_a_graph_without_an_id_goes_by_its_name(office):
    deployed(office, **{"d.dmn": model(key="")})
    assert [row.requirements_id for row in office.rows(DecisionRequirements)] == ["Wahlen"]


def test_a_form_beside_the_diagram_says_its_id_itself(office):
    deployed(office, **{"p.bpmn": PLAIN, "irgendwie.form": form(key="antrag")})
    assert [(row.form_id, row.file) for row in office.rows(FormDefinition)] == [
        ("antrag", "irgendwie.form")
    ]


@pytest.mark.parametrize("content", [b"", b"kaputt", b"[1]", b"{}", b'{"id": 7}', b"[" * 100_000])
def test_a_form_that_does_not_say_its_id_is_none(office, content):
    deployed(office, **{"p.bpmn": PLAIN, "x.form": content})
    assert office.rows(FormDefinition) == []


@pytest.mark.parametrize(
    ("rule", "files"),
    [
        ("form-id", {"forms/f.form": form(), "x.form": form()}),
        ("dmn-name", {"a.dmn": model(), "x.dmn": OTHER}),
    ],
)
def test_two_files_of_one_id_are_refused(office, rule, files):
    with pytest.raises(DefinitionInvalid) as refused:
        deployed(office, **files)
    [finding] = refused.value.findings
    assert (finding.rule, finding.file[0]) == (rule, "x")
