"""A diagram broken at random is refused or runs; it never breaks the engine."""

from pathlib import Path
from random import Random

import orjson
import pytest
from lxml import etree

from engine import bpmn
from engine.bpmn import migration
from engine.errors import DefinitionInvalid, OrchestrationError
from tests.engine.bpmn.story import Story

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
SAVED = ("activities_1", "events_1", "format_1")
SOURCES = {name: (HERE / "snapshots" / f"{name}.bpmn").read_bytes() for name in SAVED}
VALUES = ["", "=", "= (", "= fehlt", "= 1", "[]", "teilen", "aufgabe", "ü", "P1D"]


def broken(source, seed):
    """Return the diagram after one to four accidents."""
    random = Random(seed)
    root = etree.fromstring(SOURCES[source])
    for _ in range(random.randint(1, 4)):
        node = random.choice(list(root.iter("*"))[1:])
        accident = random.randrange(5)
        if accident == 0:
            node.getparent().remove(node)
        elif accident == 1 and node.attrib:
            del node.attrib[random.choice(list(node.attrib))]
        elif accident == 2 and node.attrib:
            node.set(random.choice(list(node.attrib)), random.choice(VALUES))
        elif accident == 3:
            others = list(root.iter("*"))[1:]
            node.tag = random.choice(others).tag
        else:
            node.text = random.choice(VALUES)
    return etree.tostring(root)


def play(xml, random):
    """Start what was accepted and do what can be done."""
    run = Story(xml)
    starts = [each.id for each in run.process.starts]
    run.begin(random.choice(starts), fall_nr=7, fall_id="1", personen=["p1"])
    for _ in range(6):
        waits = dict(bpmn.waits(run.outcome.snapshot))
        if not waits:
            break
        key = random.choice(sorted(waits))
        signals = {each.key for each in run.outcome.subscriptions if each.kind == "signal"}
        deliver = bpmn.DeliverSignal if key in signals else bpmn.DeliverMessage
        choices = {each.key: each.choices[:1] for each in run.outcome.ad_hoc}
        commands = {
            "ad_hoc": bpmn.ActivateElements(key, choices.get(key, ())),
            "call": bpmn.CompleteCall(key, {}),
            "incident": bpmn.Retry(key),
            "job": bpmn.CompleteJob(key, {}),
            "subscription": deliver(key, {}),
            "timer": bpmn.FireTimer(key),
            "user_task": bpmn.CompleteUserTask(key, {}),
        }
        run.command(commands[waits[key]])
    return run


@pytest.mark.parametrize("first", range(0, 400, 100))
@pytest.mark.parametrize("source", sorted(SOURCES))
def test_accidents_end_in_findings_or_incidents(source, first):
    accepted = 0
    for seed in range(first, first + 100):
        xml = broken(source, seed)
        findings = bpmn.check(xml, file="x.bpmn")
        if findings:
            with pytest.raises(DefinitionInvalid):
                bpmn.parse(xml, file="x.bpmn")
            continue
        try:
            play(xml, Random(seed))
            accepted += 1
        except OrchestrationError as error:
            pytest.fail(f"seed {seed}: {error}")
    assert 5 < accepted < 95


#: With so few elements, hardly any accident is left that a check lets through.
TOO_SMALL = {"types_2"}


@pytest.mark.parametrize("source", sorted(SOURCES.keys() - TOO_SMALL))
def test_instance_moves_to_a_version_with_accidents_or_is_refused_as_a_whole(source):
    run = Story(SOURCES[source])
    saved = (HERE / "snapshots" / f"{source}.json").read_bytes()
    moved = refused = 0
    for seed in range(400):
        xml = broken(source, seed)
        if bpmn.check(xml, file="x.bpmn"):
            continue
        new = Story(xml)
        moment = bpmn.Moment(now=run.now, ids=iter(range(2**52, 2**53)).__next__)
        given = run.process, saved, new.process, {}
        preview = migration.plan(*given, moment=moment)
        if not preview.is_possible:
            with pytest.raises(migration.MigrationRefused):
                migration.migrate(*given, moment=moment)
            refused += 1
            continue
        new.outcome = migration.migrate(*given, moment=moment)
        kept = {each.key for each in preview.passages}
        assert kept <= {row[0] for row in orjson.loads(saved)["rows"]}
        moved += 1
        new.correct(n=2)
    assert moved > 5
    assert refused > 0
