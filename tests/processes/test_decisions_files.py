"""All decision files: they load, open in the editors, and say where each row comes from."""

import re
from pathlib import Path

import pytest
from lxml import etree

from engine.dmn import load
from engine.dmn.reading import local

FILES = sorted((Path(__file__).resolve().parents[2] / "processes").glob("*/*.dmn"))
#: Ids of rules of the sources, and assumptions with or without their number.
SOURCES = re.compile(r"((KIBIZ|BO|FAM|HAMM|AKTIF)-\d{3}|annahme( U-\d{2})?)(, |$)")
DRAWN = ("decision", "inputData", "businessKnowledgeModel", "informationRequirement")

pytestmark = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def elements(path, *names):
    return [each for each in etree.parse(path).iter() if local(each) in names]


def test_the_file_loads_and_offers_something(path):
    model = load(path.read_bytes(), file=path.name)
    assert model.decisions or model.functions


def test_ids_are_unique(path):
    ids = [each.get("id") for each in etree.parse(path).iter() if each.get("id")]
    assert len(ids) == len(set(ids))


def test_every_element_is_drawn(path):
    drawn = {
        each.get("dmnElementRef") for each in etree.parse(path).iter() if each.get("dmnElementRef")
    }
    assert drawn == {each.get("id") for each in elements(path, *DRAWN)}


def test_every_rule_names_its_source(path):
    rules = elements(path, "rule", "businessKnowledgeModel")
    assert rules
    for rule in rules:
        description = next(each.text for each in rule if local(each) == "description")
        assert SOURCES.sub("", description) == "", description


def test_every_column_has_a_german_label(path):
    for each in elements(path, "input", "output"):
        assert re.fullmatch(r"[A-ZÄÖÜ][\w \-.]+", each.get("label")), each.get("id")
