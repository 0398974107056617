"""What is refused at deployment: one function per rule, each with an id and a German sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.bpmn.diagram import Diagram
from engine.bpmn.rules import (
    ad_hoc,
    attributes,
    events,
    extensions,
    flows,
    joins,
    loops,
    names,
    pairs,
    references,
    texts,
    triggers,
    work,
)
from engine.errors import Finding

Rule = Callable[[Diagram], Iterator[Finding]]

#: Checked first: the others rely on sound ids and known elements.
GROUND: tuple[Rule, ...] = (
    names.executable,
    names.identified,
    attributes.switches,
    names.unknown_elements,
    names.fixed_attributes,
)
RULES: tuple[Rule, ...] = (
    ad_hoc.contents,
    ad_hoc.settings,
    attributes.attributes_in_place,
    attributes.known_attributes,
    attributes.languages,
    events.attachments,
    events.event_subprocesses,
    events.places,
    events.several_definitions,
    events.starts,
    extensions.effective_extensions,
    extensions.foreign_attributes,
    extensions.inputs_at_events,
    extensions.known_extensions,
    flows.allowed_ends,
    flows.conditions,
    flows.connected_flows,
    flows.continued,
    flows.defaults,
    flows.races,
    flows.reachable,
    joins.meeting,
    loops.in_places,
    loops.multi_instances,
    loops.own_lists,
    loops.repeated,
    loops.standard_loops,
    pairs.compensations,
    pairs.links,
    references.known,
    references.message_ends,
    texts.expressions,
    triggers.conditions,
    triggers.errors,
    triggers.escalations,
    triggers.messages,
    triggers.signals,
    triggers.timer_rules,
    work.bindings,
    work.calls,
    work.decisions,
    work.forms,
    work.jobs,
    work.scripts,
    work.variable_names,
)


def findings_in(diagram: Diagram) -> list[Finding]:
    """Return every complaint about a diagram, the fundamental ones first and alone."""
    found = [finding for rule in GROUND for finding in rule(diagram)]
    return found or [finding for rule in RULES for finding in rule(diagram)]
