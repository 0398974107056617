"""Reads what a procedure's diagram, forms and tables offer, to be held against its text."""

import json
from datetime import datetime
from pathlib import Path

from engine import bpmn, dmn, feel
from engine.clock import BERLIN

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 3, 20, 17, 30, tzinfo=BERLIN)


def clock():
    return NOW


class Contract:
    """One procedure as its files say it."""

    def __init__(self, process):
        self.folder = ROOT / "processes" / process
        self.forms = ROOT / "forms" / "definitions" / process
        self.source = (self.folder / f"{process}.bpmn").read_bytes()
        (self.process,) = bpmn.parse(self.source, file=f"{process}.bpmn")
        self.elements = self.process.elements

    def complaints(self):
        return bpmn.check(self.source, file=f"{self.process.id}.bpmn")

    def of_type(self, *types):
        return {key: each for key, each in self.elements.items() if each.type in types}

    def tasks(self):
        return {key: each.candidate_groups for key, each in self.of_type("userTask").items()}

    def jobs(self):
        found = self.of_type("serviceTask", "sendTask")
        return {key: each.job_type for key, each in found.items()}

    def messages(self):
        return {key: each.message for key, each in self.elements.items() if each.message}

    def buttons(self):
        properties = {key: each.properties for key, each in self.elements.items()}
        return {
            key: (each["knopf"], each["knopf_gruppen"])
            for key, each in properties.items()
            if "knopf" in each
        }

    def decisions(self):
        return {key: e.decision.id for key, e in self.of_type("businessRuleTask").items()}

    def sent(self, element_id):
        return {line.target for line in self.elements[element_id].inputs}

    def ends(self):
        return {
            key for key, each in self.of_type("endEvent").items() if not each.scope
        }  # those of the top plane

    def way(self, gateway, **facts):
        """Return where a gateway leads with these variables."""
        element = self.elements[gateway]
        for flow in element.outgoing:
            if flow.condition and value(flow.condition, **facts):
                return flow.target
        (default,) = (flow.target for flow in element.outgoing if not flow.condition)
        return default

    def due(self, element_id, **facts):
        """Return the moment at which a timer rings, in Germany."""
        moment = value(self.elements[element_id].timer.expression, **facts)
        return moment.astimezone(BERLIN).isoformat()[:16]

    def asked(self, form):
        """Return kind, need and options of each field of a form."""
        path = self.forms / f"{form}.form"
        return dict(_fields(json.loads(path.read_text(encoding="utf-8"))["components"]))

    def classes(self):
        """Return the data class of each field that has one."""
        found = {}
        for path in self.forms.glob("*.form"):
            for part in _parts(json.loads(path.read_text(encoding="utf-8"))["components"]):
                kind = part.get("properties", {}).get("datenklasse")
                if kind and "key" in part:
                    found[f"{path.stem}.{part['key']}"] = kind
        return found

    def decide(self, name, **facts):
        source = (self.folder / f"{name}.dmn").read_bytes()
        decision = dmn.load(source, file=f"{name}.dmn").decisions[name]
        return feel.to_json(decision.evaluate(facts, clock=clock).value)


def value(raw, **facts):
    return feel.compile(raw.removeprefix("=")).require(facts, clock=clock)


def _parts(components):
    for part in components:
        yield part
        yield from _parts(part.get("components", ()))


def _fields(components):
    for part in _parts(components):
        if "key" in part:
            options = tuple(each["value"] for each in part.get("values", ()))
            must = part.get("validate", {}).get("required", False)
            yield part["key"], (part["type"], must, *([options] if options else []))
