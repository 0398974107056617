"""Says in German words what kind of thing an element is."""

from __future__ import annotations

from web.drawing.values import Element

KINDS = {
    "task": "Aufgabe",
    "userTask": "Aufgabe",
    "manualTask": "Aufgabe ohne Lotse",
    "serviceTask": "Schritt von Lotse",
    "sendTask": "Nachricht senden",
    "receiveTask": "Nachricht abwarten",
    "scriptTask": "Berechnung",
    "businessRuleTask": "Entscheidung nach Regeln",
    "callActivity": "eigenes Verfahren",
    "subProcess": "Abschnitt",
    "adHocSubProcess": "Abschnitt in freier Reihenfolge",
    "transaction": "Abschnitt",
    "startEvent": "Start",
    "endEvent": "Ende",
    "intermediateCatchEvent": "Ereignis",
    "intermediateThrowEvent": "Ereignis",
    "boundaryEvent": "Ereignis am Rand",
    "exclusiveGateway": "Frage mit einer Antwort",
    "parallelGateway": "gleichzeitig weiter",
    "inclusiveGateway": "Frage mit mehreren Antworten",
    "eventBasedGateway": "Warten auf eines von mehreren Ereignissen",
    "complexGateway": "Verzweigung",
    "participant": "Beteiligte",
    "lane": "Rolle",
    "group": "Bereich",
    "textAnnotation": "Anmerkung",
    "dataObjectReference": "Unterlage",
    "dataStoreReference": "Ablage",
    "sequenceFlow": "Weg",
    "messageFlow": "Nachrichtenweg",
    "association": "Verbindung",
}
EVENTS = {
    "message": "Nachricht",
    "timer": "Frist",
    "error": "Fehler",
    "escalation": "Eskalation",
    "signal": "Signal",
    "link": "Sprung",
    "conditional": "Bedingung",
    "compensate": "Rückabwicklung",
    "cancel": "Abbruch",
    "terminate": "beendet alles",
    "multiple": "eines von mehreren",
    "parallelMultiple": "mehrere zusammen",
}
MARKERS = {
    "parallel": "mehrfach gleichzeitig",
    "sequential": "mehrfach nacheinander",
    "loop": "wiederholt",
    "compensation": "Rückabwicklung",
}


def kind(element: Element) -> str:
    """Return kind, event and repetition as one phrase, e.g. „Ereignis am Rand, Frist“."""
    phrase = [KINDS.get(element.kind, "Element")]
    if element.kind == "subProcess" and element.dashed:
        phrase = ["Abschnitt, der durch ein Ereignis beginnt"]
    if element.kind == "intermediateCatchEvent" and element.event == "link":
        phrase = ["Ziel eines Sprungs"]
    elif element.event in EVENTS:
        phrase.append(EVENTS[element.event])
    phrase += [MARKERS[marker] for marker in element.markers if marker in MARKERS]
    if element.kind == "boundaryEvent" and element.event != "compensate":
        phrase.append("ohne Abbruch" if element.dashed else "bricht ab")
    if element.kind == "startEvent" and element.dashed:
        phrase.append("ohne Abbruch")
    phrase += element.relations
    return ", ".join(phrase)


def title(element: Element) -> str:
    """Return the name, or the kind where an element has none."""
    return element.name or KINDS.get(element.kind, "Element")
