"""How the diagrams look: nothing covers, crosses or hides anything else."""

from pathlib import Path

import pytest

from tests.processes import layout

ROOT = Path(__file__).resolve().parents[2]
DIAGRAMS = sorted(ROOT.glob("processes/*/*.bpmn"))
PAGES = [
    pytest.param(plane, id=f"{path.stem}-{plane.id}")
    for path in DIAGRAMS
    for plane in layout.read(path)[1].values()
]
MEASURES = [
    layout.overlaps,
    layout.outside,
    layout.diagonals,
    layout.crossings,
    layout.through_shapes,
    layout.bends,
    layout.directions,
    layout.label_conflicts,
    layout.far_labels,
    layout.off_grid,
    layout.odd_sizes,
]
LONGEST_LABEL = 30
#: Names that the procedure's text gives; they fit their shape all the same.
GIVEN = {
    "ut_hausbesuch_faellig": "Hausbesuch fällig (8-Wochen-Grenze)",
    "ut_kooperationsplan": "Gespräch führen und Schritte vereinbaren",
    "ut_schritte_reflektieren": "Schritte mit der Familie reflektieren",
    "ut_erstaufnahme": "Erstaufnahme: Unterstützungssysteme und Ressourcen erfassen",
    "ut_kwg_vermutung": "Anhaltspunkte bewerten (InsoFa-Beratung)",
    "ut_fallbesprechung": "Kurze Fallbesprechung IFK / IFK KiBiZ",
    "ut_nb_vereinbarung": "Ziel und Aufgaben der Nachbetreuung vereinbaren",
    "ut_hze_pruefung_alle": "Prüfung durch alle Beteiligten: Ist KiBiZ zielführend?",
    "ut_insofa_einschaetzung": "Gefährdungsrisiko mit InsoFa abschätzen",
    "ut_meldung_annehmen": "Eingang bestätigen und Zuständigkeit übernehmen",
    "ut_kollegiale_reflexion": "An kollegialer Reflexion teilnehmen",
    "ut_massnahmen_sd": "Weitere Maßnahmen nach Standardverfahren",
    "ut_konferenz": "Familienkonferenz durchführen und vereinbaren",
    "ut_projektstempel": "Antrag mit Projektstempel kennzeichnen",
}


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_everything_is_drawn_once(path):
    assert list(layout.missing(*layout.read(path))) == []


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.__name__)
@pytest.mark.parametrize("plane", PAGES)
def test_plane_is_readable(plane, measure):
    assert list(measure(plane)) == []


@pytest.mark.parametrize("plane", PAGES)
def test_plane_fits_one_glance(plane):
    assert 0 < len(plane.nodes) <= 40


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_labels_are_short(path):
    model, planes = layout.read(path)
    nodes = {node.id for plane in planes.values() for node in plane.nodes}
    names = {key: model[key].get("name", "") for key in nodes}
    names = {key: name for key, name in names.items() if GIVEN.get(key) != name}
    assert {key: name for key, name in names.items() if len(name) > LONGEST_LABEL} == {}


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_gateways_that_decide_ask_a_question_and_name_their_answers(path):
    model, _ = layout.read(path)
    flows = [each for each in model.values() if layout.local(each) == "sequenceFlow"]
    for key, element in model.items():
        answers = [flow for flow in flows if flow.get("sourceRef") == key]
        if layout.local(element) == "exclusiveGateway" and len(answers) > 1:
            assert element.get("name", "").endswith("?"), key
            assert element.get("default"), key
            assert all(flow.get("name") for flow in answers), key
