"""XML from outside becomes a tree of elements that nothing can be smuggled into."""

from __future__ import annotations

import re

from lxml import etree

from engine.errors import Invalid

LARGEST = 2 * 1024 * 1024
MOST_ELEMENTS = 20_000
DEEPEST = 100
#: Bytes that are parsed before depth and number of elements are looked at again.
PIECE = 65_536
DECLARED = re.compile(r"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"'<>]{1,40})["']""")
READABLE = frozenset({"ascii", "us-ascii", "utf-8", "utf8"})


class XmlRefused(Invalid):
    """Die Datei ist kein gültiges XML."""


def parsed(xml: bytes) -> etree._Element:
    """Return the root of a file without comments; raise `XmlRefused` with what is wrong.

    No document type, no entities, no network, no exotic encoding; size, depth and number of
    elements are limited, the last two while parsing, so that a small file cannot grow large.
    """
    if len(xml) > LARGEST:
        raise XmlRefused("Die Datei ist zu groß. Erlaubt sind höchstens 2 MB.")
    try:
        text = xml.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise XmlRefused("Die Datei ist kein Text in UTF-8.") from None
    _same_encoding(text)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise XmlRefused(
            "Die Datei hat eine Dokumenttyp-Angabe (DOCTYPE). Bitte entfernen Sie sie."
        )
    return _tree(text.encode())


def _same_encoding(text: str) -> None:
    """Refuse a file that says to be written in another way than it is read.

    By its declaration every umlaut would be two other letters; which of the two its author meant,
    nobody can tell.
    """
    declared = DECLARED.match(text)
    if declared is not None and declared[1].lower() not in READABLE:
        raise XmlRefused(
            f"Die Datei gibt die Zeichenkodierung „{declared[1]}“ an. "
            "Bitte speichern Sie sie in UTF-8."
        )


def _tree(encoded: bytes) -> etree._Element:
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
    depth = elements = 0
    try:
        for start in range(0, len(encoded), PIECE):
            parser.feed(encoded[start : start + PIECE])
            for event, _ in parser.read_events():
                depth += 1 if event == "start" else -1
                elements += event == "start"
                _measure(depth, elements)
        root: etree._Element = parser.close()
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        raise XmlRefused(f"Die Datei ist kein gültiges XML (Zeile {line}).") from None
    return root


def _measure(depth: int, elements: int) -> None:
    if depth > DEEPEST:
        raise XmlRefused("Die Datei ist zu tief verschachtelt.")
    if elements > MOST_ELEMENTS:
        raise XmlRefused("Die Datei enthält zu viele Elemente (höchstens 20.000).")
