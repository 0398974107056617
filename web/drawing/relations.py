"""What connects elements without a flow: links, undoing, calling. Told in words, as nobody sees it.

Links join by name inside one section, compensation by an association, calls by a process id.
"""

from __future__ import annotations

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CALLED = "{http://camunda.org/schema/zeebe/1.0}calledElement"
LINK = f"{BPMN}linkEventDefinition"
UNDO = f"{BPMN}compensateEventDefinition"
LONGEST_NAME = 400
UNNAMED = "Schritt ohne Namen"


class Relations:
    """All such connections of a file."""

    def __init__(self, root: etree._Element) -> None:
        self._found = {node.get("id", ""): node for node in root.iter(f"{BPMN}*") if node.get("id")}
        self._catching = {
            (_scope(event), link.get("name", "")): event.get("id", "")
            for event in root.iter(f"{BPMN}intermediateCatchEvent")
            for link in event.iterchildren(LINK)
        }
        self._undoing = {
            line.get("sourceRef", ""): line.get("targetRef", "")
            for line in root.iter(f"{BPMN}association")
            if self._undoes(line)
        }
        self._undone = {
            handler: self._found[event].get("attachedToRef", "")
            for event, handler in self._undoing.items()
        }

    def _undoes(self, line: etree._Element) -> bool:
        event = self._found.get(line.get("sourceRef", ""))
        if event is None or event.tag != f"{BPMN}boundaryEvent":
            return False
        return event.find(UNDO) is not None

    def link_target(self, node: etree._Element) -> str:
        """Return the id of the event that a throwing link leads to, or nothing."""
        link = node.find(LINK)
        if link is None or node.tag != f"{BPMN}intermediateThrowEvent":
            return ""
        return self._catching.get((_scope(node), link.get("name", "")), "")

    def told(self, node: etree._Element) -> tuple[str, ...]:
        """Say how an element is connected with others, beside its flows."""
        key, phrases = node.get("id", ""), []
        if key in self._undoing:
            phrases.append(f"rückgängig gemacht durch „{self._named(self._undoing[key])}“")
        if key in self._undone:
            phrases.append(f"macht „{self._named(self._undone[key])}“ rückgängig")
        if target := self.link_target(node):
            phrases.append(f"springt zu „{self._named(target)}“")
        phrases += self._thrown(node)
        phrases += [self._calls(called.get("processId", "")) for called in _called(node)]
        return tuple(phrases)

    def _thrown(self, node: etree._Element) -> list[str]:
        undo = node.find(UNDO)
        if undo is None or etree.QName(node).localname not in (
            "intermediateThrowEvent",
            "endEvent",
        ):
            return []
        activity = undo.get("activityRef")
        what = f"„{self._named(activity)}“" if activity else "alles bisher Erledigte"
        return [f"macht {what} rückgängig"]

    def _calls(self, process_id: str) -> str:
        if process_id.startswith("=") or not process_id:
            return "welches, ergibt sich im Lauf"
        process = self._found.get(process_id)
        name = process.get("name") if process is not None else None
        return f"ruft „{words(name) or process_id[:LONGEST_NAME]}“ auf"

    def _named(self, key: str) -> str:
        node = self._found.get(key)
        if node is None:
            return UNNAMED
        link = node.find(LINK)
        return (
            words(node.get("name"))
            or words(link.get("name") if link is not None else "")
            or UNNAMED
        )


def words(text: str | None) -> str:
    """Cut hostile lengths before anything measures them; keep line breaks as spaces."""
    return " ".join((text or "")[:LONGEST_NAME].split())


def _scope(node: etree._Element) -> str:
    parent = node.getparent()
    return (parent.get("id") or "") if parent is not None else ""


def _called(node: etree._Element) -> list[etree._Element]:
    if node.tag != f"{BPMN}callActivity":
        return []
    extensions = node.find(f"{BPMN}extensionElements")
    return list(extensions.iterchildren(CALLED)) if extensions is not None else []
