"""What a DMN file says about itself: its requirement graph, and the decisions in it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dmn.reading import Element, child, children, key_of, read

#: The element by which Camunda 8 tags a version of a decision.
VERSION_TAG = "{http://camunda.org/schema/zeebe/1.0}versionTag"


@dataclass(frozen=True)
class DecisionHead:
    """A decision, and the version that its owner wrote into it."""

    id: str
    name: str
    version_tag: str | None
    file: str


@dataclass(frozen=True)
class Outline:
    """The requirement graph of a file, with its decisions."""

    id: str
    name: str
    file: str
    decisions: tuple[DecisionHead, ...]


def outline(xml: bytes, *, file: str) -> Outline:
    """Return the outline of a DMN file; raise DecisionInvalid if it is not one."""
    root = read(xml, file=file)
    graph_id = key_of(root) or file
    heads = (_head(each, file) for each in children(root, "decision"))
    return Outline(graph_id, root.get("name") or graph_id, file, tuple(heads))


def _head(decision: Element, file: str) -> DecisionHead:
    key = key_of(decision)
    extensions = child(decision, "extensionElements")
    tag = extensions.find(VERSION_TAG) if extensions is not None else None
    version_tag = tag.get("value") if tag is not None else None
    return DecisionHead(key, decision.get("name") or key, version_tag or None, file)
