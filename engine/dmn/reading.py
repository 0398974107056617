"""The elements of a DMN file's XML, by their names in DMN 1.1 to 1.5."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree

from engine import hostile_xml
from engine.dmn.errors import DecisionInvalid
from engine.errors import Finding
from engine.hostile_xml import XmlRefused

Element: TypeAlias = etree._Element

#: The namespaces of the model in DMN 1.1 to 1.5; some tools wrote 1.1 in another way.
NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)

#: The elements that compute a value.
LOGIC = frozenset(
    {
        "literalExpression",
        "decisionTable",
        "context",
        "functionDefinition",
        "list",
        "relation",
        "invocation",
        "conditional",
        "filter",
        "for",
        "every",
        "some",
    }
)


def read(xml: bytes, *, file: str) -> Element:
    """Return the root of a DMN file; raise DecisionInvalid if it is not one, or is too large."""
    try:
        root = hostile_xml.parsed(xml)
    except XmlRefused as refused:
        raise _refused(file, refused.message) from None
    if etree.QName(root).namespace not in NAMESPACES or local(root) != "definitions":
        raise _refused(file, "Die Datei ist keine DMN-Datei (Version 1.1 bis 1.5).")
    return root


def _refused(file: str, message: str) -> DecisionInvalid:
    return DecisionInvalid([Finding(file=file, message=message, rule="dmn-datei")])


def local(element: Element) -> str:
    """Return the DMN name of an element, "" for one that DMN does not know."""
    name = etree.QName(element)
    return name.localname if name.namespace in NAMESPACES else ""


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """Yield the direct children with one of these DMN names."""
    return (each for each in (() if element is None else element) if local(each) in names)


def child(element: Element | None, *names: str) -> Element | None:
    """Return the first direct child with one of these DMN names, or None."""
    return next(children(element, *names), None)


def key_of(element: Element) -> str:
    """Return the id of an element; the standard lets it go without one, then its name must do."""
    return element.get("id") or element.get("name") or ""


def logic_of(element: Element | None) -> Element | None:
    """Return the boxed expression directly inside an element, or None."""
    return child(element, *LOGIC)


def text_of(element: Element | None) -> str:
    """Return the trimmed content of an element's <text>, "" if there is none."""
    text = child(element, "text")
    return (text.text or "").strip() if text is not None else ""


def description_of(element: Element) -> str:
    """Return the trimmed content of an element's <description>, "" if there is none."""
    text = child(element, "description")
    return (text.text or "").strip() if text is not None else ""


def variable_of(element: Element) -> str:
    """Return the name under which expressions see what this element computes."""
    variable = child(element, "variable")
    named = variable.get("name") if variable is not None else None
    return " ".join((named or element.get("name") or "").split())


def names_of(decision: Element) -> tuple[str, ...]:
    """Return the names under which others see a decision: its variable's, else its id, too."""
    names = (variable_of(decision), decision.get("id") or "")
    return names[:1] if child(decision, "variable") is not None else names


def type_of(element: Element) -> str | None:
    """Return the declared type of an element's variable, or None."""
    variable = child(element, "variable")
    return variable.get("typeRef") if variable is not None else None
