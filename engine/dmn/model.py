"""Decision models: what a DMN file offers, loaded whole or refused with all that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.dmn.decisions import Decision, OfferedDecisions
from engine.dmn.errors import DecisionInvalid
from engine.dmn.reading import read
from engine.dmn.requirements import assemble
from engine.errors import Finding
from engine.feel import FeelFunction


@dataclass(frozen=True)
class DecisionModel:
    """The decisions of a file by id, its functions and its decision services by name."""

    decisions: Mapping[str, Decision]
    functions: Mapping[str, FeelFunction]
    services: Mapping[str, OfferedDecisions]

    def merge(self, other: DecisionModel) -> DecisionModel:
        """Return a model that offers what both offer; raise DecisionInvalid if names clash."""
        clashes = (self.decisions.keys() & other.decisions.keys()) | (
            self.functions.keys() & other.functions.keys()
        )
        if clashes:
            message = "Dieser Name ist schon in einer anderen Datei vergeben."
            raise DecisionInvalid(
                [
                    Finding(file="", element_id=name, message=message, rule="dmn-name")
                    for name in sorted(clashes)
                ]
            )
        return DecisionModel(
            {**self.decisions, **other.decisions},
            {**self.functions, **other.functions},
            {**self.services, **other.services},
        )


def load(xml: bytes, *, file: str) -> DecisionModel:
    """Return the model of a DMN file; raise DecisionInvalid with everything that is wrong."""
    model, findings = examine(xml, file=file)
    if findings:
        raise DecisionInvalid(findings)
    return model


def examine(xml: bytes, *, file: str) -> tuple[DecisionModel, list[Finding]]:
    """Return the model as far as it can be used, and all findings, for editors to mark.

    What a finding is about fails when it is reached. Raises DecisionInvalid if the file is not
    DMN at all.
    """
    parts, services, findings = assemble(read(xml, file=file), file)
    return DecisionModel(parts.decisions, parts.functions, services), findings
