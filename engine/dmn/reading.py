"""The hostile XML of a DMN file becomes a tree of elements that nothing can be smuggled into."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree

from engine.dmn.errors import DecisionInvalid
from engine.errors import Finding

Element: TypeAlias = etree._Element

LARGEST = 2 * 1024 * 1024
MOST_ELEMENTS = 20_000
DEEPEST = 100

#: The namespaces of the model in DMN 1.1 to 1.5.
NAMESPACES = frozenset(
    {
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
    if len(xml) > LARGEST:
        raise _refused(file, "Die Datei ist zu groß. Erlaubt sind höchstens 2 MB.")
    try:
        text = xml.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(file, "Die Datei ist kein Text in UTF-8.") from None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise _refused(file, "Die Datei hat eine Dokumenttyp-Angabe (DOCTYPE). Bitte entfernen.")
    root = _parsed(text, file)
    if etree.QName(root).namespace not in NAMESPACES or local(root) != "definitions":
        raise _refused(file, "Die Datei ist keine DMN-Datei (Version 1.1 bis 1.5).")
    _measure(root, file)
    return root


def _parsed(text: str, file: str) -> Element:
    # The encoding is given, so that a declared exotic one cannot hide what was looked for above.
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        raise _refused(file, f"Die Datei ist kein gültiges XML (Zeile {line}).") from None


def _measure(root: Element, file: str) -> None:
    depth = elements = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        if depth > DEEPEST:
            raise _refused(file, "Die Datei ist zu tief verschachtelt.")
        if elements > MOST_ELEMENTS:
            raise _refused(file, "Die Datei enthält zu viele Elemente (höchstens 20.000).")


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


def type_of(element: Element) -> str | None:
    """Return the declared type of an element's variable, or None."""
    variable = child(element, "variable")
    return variable.get("typeRef") if variable is not None else None
