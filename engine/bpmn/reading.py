"""The hostile XML of a diagram becomes a tree of elements that nothing can be smuggled into."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree

from engine.errors import DefinitionInvalid, Finding

Node: TypeAlias = etree._Element

LARGEST = 2 * 1024 * 1024
MOST_ELEMENTS = 20_000
DEEPEST = 100

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_PREFIX = f"{{{BPMN}}}"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"


def read(xml: bytes, *, file: str) -> Node:
    """Return the root of a BPMN file; raise DefinitionInvalid if it is not one, or is too large."""
    if len(xml) > LARGEST:
        raise _refused(file, "Die Datei ist zu groß. Erlaubt sind höchstens 2 MB.")
    try:
        text = xml.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(file, "Die Datei ist kein Text in UTF-8.") from None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise _refused(
            file, "Die Datei hat eine Dokumenttyp-Angabe (DOCTYPE). Bitte entfernen Sie sie."
        )
    root = _parsed(text, file)
    if namespace(root) != BPMN or local(root) != "definitions":
        raise _refused(file, "Die Datei ist kein BPMN-Diagramm (BPMN 2.0).")
    return root


def _parsed(text: str, file: str) -> Node:
    # The encoding is given, so that a declared exotic one cannot hide what was looked for above.
    parser = etree.XMLPullParser(
        events=("start", "end"),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    encoded = text.encode()
    depth = elements = 0
    try:
        for start in range(0, len(encoded), 65_536):
            parser.feed(encoded[start : start + 65_536])
            for event, _ in parser.read_events():
                depth += 1 if event == "start" else -1
                elements += event == "start"
                _measure(depth, elements, file)
        return parser.close()
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        raise _refused(file, f"Die Datei ist kein gültiges XML (Zeile {line}).") from None


def _measure(depth: int, elements: int, file: str) -> None:
    if depth > DEEPEST:
        raise _refused(file, "Die Datei ist zu tief verschachtelt.")
    if elements > MOST_ELEMENTS:
        raise _refused(file, "Die Datei enthält zu viele Elemente (höchstens 20.000).")


def _refused(file: str, message: str) -> DefinitionInvalid:
    return DefinitionInvalid([Finding(file=file, message=message, rule="bpmn-datei")])


def namespace(node: Node) -> str:
    """Return the namespace of an element, "" for none."""
    uri, brace, _ = str(node.tag).rpartition("}")
    return uri[1:] if brace else ""


def local(node: Node) -> str:
    """Return the name of an element without its namespace."""
    return str(node.tag).rpartition("}")[2]


def is_bpmn(node: Node, *names: str) -> bool:
    """Whether a node is one of these BPMN elements; without names, any BPMN element."""
    tag = str(node.tag)
    return tag.startswith(_PREFIX) and (not names or tag[len(_PREFIX) :] in names)


def children(node: Node, *names: str) -> Iterator[Node]:
    """Yield the direct children that are one of these BPMN elements."""
    return (child for child in node if is_bpmn(child, *names))


def child(node: Node, *names: str) -> Node | None:
    """Return the first direct child that is one of these BPMN elements, or None."""
    return next(children(node, *names), None)


def text_of(node: Node | None) -> str:
    """Return the trimmed text of an element, "" where there is none."""
    return (node.text or "").strip() if node is not None else ""


def extension_nodes(node: Node) -> Iterator[Node]:
    """Yield what stands directly in the element's extensionElements."""
    for extensions in children(node, "extensionElements"):
        yield from extensions
