"""What a file declares about the values of its columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.dmn.analysis.atoms import KINDS
from engine.dmn.draft import EMPTY, SIMPLE, SPELLINGS, spelled
from engine.dmn.reading import (
    Element,
    child,
    children,
    local,
    names_of,
    text_of,
    type_of,
    variable_of,
)

WHOLE = frozenset({"integer", "long", "int"})
#: The names that a value comes from; None where nobody can tell.
Origins = frozenset[str] | None
STRUCTURED = "structured"


@dataclass(frozen=True)
class Declared:
    """A kind of values ("" for any), the texts of tests that all values pass, and if they count."""

    kind: str = ""
    allowed: tuple[str, ...] = ()
    whole: bool = False

    def joined(self, other: Declared) -> Declared:
        """Return what holds where both are declared of the same values."""
        if self.kind and other.kind and self.kind != other.kind:
            return self
        allowed = dict.fromkeys((*self.allowed, *other.allowed))
        return Declared(self.kind or other.kind, tuple(allowed), self.whole or other.whole)

    def restricted(self, tests: str) -> Declared:
        """Return the same with further tests that all values pass."""
        return replace(self, allowed=(*self.allowed, tests))


class Names:
    """The types of a file, and what its decisions are asked with."""

    def __init__(self, root: Element) -> None:
        definitions = children(root, "itemDefinition")
        self._types = {each.get("name"): each for each in definitions if each.get("name")}
        parts = children(root, "inputData", "decision", "businessKnowledgeModel")
        self._parts = {each.get("id"): each for each in parts}
        self._traced: dict[str | None, Origins] = {}

    def declared(self, name: str | None) -> Declared:
        """Return what a typeRef says."""
        found = Declared()
        seen: set[str] = set()
        while (element := self._type(name)) is not None and name not in seen:
            seen.add(str(name))
            found = found.joined(Declared(allowed=tuple(_allowed(element))))
            if _is_structured(element):
                return found.joined(Declared(STRUCTURED))
            named = child(element, "typeRef")
            name = (named.text or "").strip() if named is not None else None
        plain = (name or "").rpartition(":")[2]
        kind = SPELLINGS.get(plain, plain)
        if kind in SIMPLE:
            kind = kind if kind in KINDS else STRUCTURED
            return found.joined(Declared(kind, whole=plain in WHOLE))
        return found

    def _type(self, name: str | None) -> Element | None:
        plain = (name or "").rpartition(":")[2]
        return self._types.get(name, self._types.get(plain))

    def around(self, table: Element) -> dict[str, tuple[Declared, Origins]]:
        """Return names that a table sees: what they hold, and which names that comes from."""
        found: dict[str, tuple[Declared, Origins]] = {}
        for box in table.iterancestors():
            for name, (kind, origins) in self._given(box):
                found.setdefault(name, (self.declared(kind), origins))
        return found

    def _given(self, box: Element) -> Iterator[tuple[str, tuple[str | None, Origins]]]:
        """Yield the names that one of the boxes around a table gives to values."""
        for parameter in children(box, "formalParameter"):
            name = spelled(parameter.get("name"))
            yield name, (parameter.get("typeRef"), frozenset({name}))
        if local(box) == "contextEntry":
            for entry in box.itersiblings("{*}contextEntry", preceding=True):
                yield variable_of(entry), (type_of(entry), None)
        for part in self._required(box):
            for name in names_of(part):
                yield name, (type_of(part), self._origins(part))

    def _required(self, decision: Element) -> Iterator[Element]:
        for requirement in children(decision, "informationRequirement"):
            for each in children(requirement, "requiredInput", "requiredDecision"):
                part = self._parts.get((each.get("href") or "").rpartition("#")[2])
                if part is not None:
                    yield part

    def _origins(self, part: Element) -> Origins:
        if local(part) == "inputData":
            return frozenset({variable_of(part)})
        key = part.get("id")
        if key not in self._traced:
            self._traced[key] = None  # what goes in circles comes from nowhere
            below = [self._origins(each) for each in self._required(part)]
            known = [each for each in below if each is not None]
            whole = known and len(known) == len(below)
            self._traced[key] = frozenset[str]().union(*known) if whole else None
        return self._traced[key]


def _is_structured(element: Element) -> bool:
    parts = child(element, "itemComponent", "functionItem")
    return parts is not None or element.get("isCollection") == "true"


def _allowed(element: Element) -> Iterator[str]:
    for each in children(element, "allowedValues", "typeConstraint"):
        if text_of(each) not in EMPTY:
            yield text_of(each)
