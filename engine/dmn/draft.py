"""A model while it is being read: its names and types, and what is wrong with it so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.dmn import texts
from engine.dmn.errors import DecisionFailed, Place
from engine.dmn.reading import Element, local, logic_of, text_of
from engine.dmn.recording import Logic, Test, note
from engine.errors import Finding
from engine.feel import FeelSyntaxError
from engine.feel.compiler.core import Scope
from engine.feel.syntax.names import KnownNames
from engine.feel.values.types import ANY, coerce, type_name

SIMPLE = frozenset(
    {
        "number",
        "string",
        "boolean",
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
        "list",
        "context",
        "function",
    }
)
#: Spellings of types in files of other tools and of older versions.
SPELLINGS = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    **dict.fromkeys(("integer", "long", "int", "double", "float", "decimal"), "number"),
}
#: Contents of a cell that say nothing: any value will do, no value comes out.
EMPTY = frozenset({"", "-"})
#: Letters of all expressions of a file together; reading that many takes about a second.
MOST_LETTERS = 300_000


@dataclass
class Draft:
    """What the parts of a model need from each other while they are compiled.

    A broken text becomes a finding, and logic that fails when it is reached: so one look at a
    file reports everything.
    """

    file: str
    known: KnownNames
    boxes: Mapping[str, Callable[[Element, Draft], Logic]]
    types: dict[str, object] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    letters: int = 0

    def complain(self, element: Element, message: str, *, rule: str = "dmn-aufbau") -> None:
        """Add a finding about an element, or the one around it that has an id."""
        above: Element | None = element
        while above is not None and not above.get("id"):
            above = above.getparent()
        place = None if above is None else above.get("id")
        self.findings.append(Finding(file=self.file, message=message, element_id=place, rule=rule))

    def logic(self, element: Element | None) -> Logic:
        """Compile a boxed expression; nothing there means null."""
        if element is None:
            return nothing
        run = self.boxes[local(element)](element, self)
        return self.typed(run, element.get("typeRef"), element)

    def inner(self, element: Element | None) -> Logic:
        """Compile the boxed expression directly inside an element."""
        return self.logic(logic_of(element))

    def expression(self, text: str, owner: Element, *, where: str = "") -> Logic:
        """Compile a text; an empty one means null. Findings point at the owner."""
        if text in EMPTY or not self._has_room(text, owner):
            return nothing
        try:
            return texts.expression(text, self.known)
        except FeelSyntaxError as error:
            return self._broken(owner, error, where)

    def tests(self, element: Element | None, *, where: str = "") -> Test | None:
        """Compile the text of a condition's cell; None means that every value will do."""
        text = text_of(element)
        if element is None or text in EMPTY or not self._has_room(text, element):
            return None
        try:
            return texts.cell(text, self.known)
        except FeelSyntaxError as error:
            fail = self._broken(element, error, where)
            return lambda _value, scope: bool(fail(scope))

    def _has_room(self, text: str, owner: Element) -> bool:
        before, self.letters = self.letters, self.letters + len(text)
        if before <= MOST_LETTERS < self.letters:
            message = (
                "Die Ausdrücke dieser Datei sind zusammen zu lang. Bitte teilen Sie die Datei."
            )
            self.complain(owner, message)
        return self.letters <= MOST_LETTERS

    def _broken(self, owner: Element, error: FeelSyntaxError, where: str) -> Logic:
        message = f"{where}{error}"
        self.complain(owner, message, rule="dmn-feel")
        return failing(message, Place(owner.get("id") or "", error.line, error.column))

    def type(self, name: str | None, element: Element) -> object:
        """Return the type that a typeRef names, or None where everything is allowed."""
        if not name or name in self.types:
            return name or None
        plain = name.rpartition(":")[2]
        plain = SPELLINGS.get(plain, plain)
        if plain in SIMPLE or plain in self.types:
            return plain
        if plain != ANY:
            self.complain(element, f"Den Typ „{name}“ gibt es nicht.")
        return None

    def typed(self, run: Logic, name: str | None, element: Element) -> Logic:
        """Let what the logic computes be fitted to a type; what does not fit becomes null."""
        wanted = self.type(name, element)
        if wanted is None:
            return run
        types = self.types

        def fitted(scope: Scope) -> object:
            value, fits = coerce(run(scope), wanted, types)
            if not fits:
                note(scope.evaluation, f"Ein Wert passt nicht zum Typ „{type_name(wanted)}“.")
            return value

        return fitted


def nothing(_scope: Scope) -> object:
    """Compute null."""
    return None


def failing(message: str, place: Place) -> Logic:
    """Return logic that fails when it is reached."""

    def fail(_scope: Scope) -> object:
        raise DecisionFailed(message, position=place)

    return fail


def spelled(name: str | None) -> str:
    """Return a name as expressions know it: with single spaces between its words."""
    return " ".join((name or "").split())
