"""The Pratt parser: walks the tokens and asks a grammar what may start and what may follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from engine.feel.errors import FeelSyntaxError, Place
from engine.feel.syntax.names import KEYWORDS, KnownNames
from engine.feel.syntax.nodes import Name, Node
from engine.feel.syntax.tokens import Token, tokenize

Parsed = TypeVar("Parsed")

LONGEST = 20_000  # characters
DEEPEST = 100  # levels of nesting
LONGEST_CHAIN = 250  # operators in a row


@dataclass(frozen=True, slots=True)
class Following:
    """What may follow an expression: how strongly it binds, when it applies, what it makes."""

    power: int
    make: Callable[[Cursor, Node], Node]
    applies: Callable[[Cursor, Node], bool] = lambda _cursor, _left: True


@dataclass(frozen=True, slots=True)
class Grammar:
    """What each word or sign means at the start of an expression and after one."""

    starting: Mapping[str, Callable[[Cursor], Node]]
    following: Mapping[str, Following]


class Cursor:
    """A place in the tokens of one text."""

    __slots__ = ("_depth", "_grammar", "names", "position", "text", "token", "tokens")

    def __init__(self, text: str, names: KnownNames, grammar: Grammar) -> None:
        if len(text) > LONGEST:
            raise FeelSyntaxError(f"Der Ausdruck ist zu lang (mehr als {LONGEST} Zeichen).")
        self.text = text
        self.tokens = tokenize(text)
        self.names = KnownNames(base=names)
        self.position = 0
        self.token: Token = self.tokens[0]
        self._grammar = grammar
        self._depth = 0

    def expression(self, power: int = 0) -> Node:
        """Parse what binds more strongly than the given power."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise FeelSyntaxError("Der Ausdruck ist zu tief verschachtelt", self.place(self.token))
        whole = self.going_on(self._start(), power)
        self._depth -= 1
        return whole

    def going_on(self, left: Node, power: int) -> Node:
        """Parse what may follow a value and binds more strongly than the given power."""
        for _ in range(LONGEST_CHAIN):
            following = self._following(left, power)
            if following is None:
                return left
            left = following.make(self, left)
        raise FeelSyntaxError(
            f"Hier stehen mehr als {LONGEST_CHAIN} Verknüpfungen hintereinander",
            self.place(self.token),
            "Teilen Sie den Ausdruck auf oder benutzen Sie eine Liste.",
        )

    def _start(self) -> Node:
        token = self.token
        if token.kind == "name":
            name = self.names.match(self.tokens, self.position)
            if name is not None:
                self.jump(name[1])
                return Name(self.since(token), name[0])
        if token.kind == "quoted" or (token.kind == "name" and token.text not in KEYWORDS):
            self.advance()
            return Name(self.place(token), token.text)
        key = token.kind if token.kind in ("number", "text") else token.text
        start = self._grammar.starting.get(key)
        if start is None:
            raise self.unexpected("Hier fehlt ein Wert")
        return start(self)

    def _following(self, left: Node, power: int) -> Following | None:
        if self.token.kind not in ("sign", "name"):
            return None
        following = self._grammar.following.get(self.token.text)
        if following is None or following.power <= power or not following.applies(self, left):
            return None
        return following

    def advance(self) -> Token:
        """Return the token here and move to the next."""
        token = self.token
        self.jump(self.position + 1)
        return token

    def jump(self, position: int) -> None:
        """Move to a token."""
        self.position = position
        self.token = self.tokens[position]

    def ahead(self, by: int = 1) -> Token:
        """Return a token further on."""
        return self.tokens[min(self.position + by, len(self.tokens) - 1)]

    def at(self, word: str) -> bool:
        """Tell whether this keyword or sign stands here."""
        return self.token.is_word(word)

    def accept(self, word: str) -> bool:
        """Move on if this keyword or sign stands here."""
        if not self.token.is_word(word):
            return False
        self.advance()
        return True

    def expect(self, word: str, missing: str = "", hint: str = "") -> Token:
        """Move past this keyword or sign, or say what is missing."""
        if not self.token.is_word(word):
            raise self.unexpected(missing or f"Hier fehlt „{word}“", hint=hint)
        return self.advance()

    def unexpected(
        self, missing: str, token: Token | None = None, hint: str = ""
    ) -> FeelSyntaxError:
        """Return the error that something is missing here."""
        found = token or self.token
        end = found.kind == "end"
        rest = "der Ausdruck ist hier zu Ende" if end else f"gefunden wurde „{found.text}“"
        return FeelSyntaxError(f"{missing}; {rest}", self.place(found), hint or hint_for(found))

    def attempt(self, parse: Callable[[], Parsed | None]) -> Parsed | None:
        """Parse tentatively: where that fails or gives None, stay here and return None."""
        position, depth = self.position, self._depth
        try:
            parsed = parse()
        except FeelSyntaxError:
            parsed = None
        if parsed is None:
            self.jump(position)
            self._depth = depth
        return parsed

    def place(self, token: Token) -> Place:
        """Return the place of a token."""
        return Place(self.text, token.start, token.end)

    def since(self, start: Token | Node) -> Place:
        """Return the place from a token or node up to here."""
        first = start.place.start if isinstance(start, Node) else start.start
        return Place(self.text, first, self.tokens[self.position - 1].end)

    def words_since(self, position: int) -> str:
        """Return the text from a token up to here as one name; know it if it has several parts."""
        name = " ".join(self.text[self.tokens[position].start : self.since(self.token).end].split())
        if self.position - position > 1:
            self.names.add(name)
        return name


def hint_for(token: Token) -> str:
    """Return what to write instead of a sign that FEEL does not know."""
    return _HINTS.get(token.text, "") if token.kind == "sign" else ""


_QUOTES = 'Schreiben Sie Texte in geraden doppelten Anführungszeichen: "Text".'
_HINTS = {
    **dict.fromkeys(("'", "`", "“", "”", "„", "‚", "’"), _QUOTES),
    "!": "Verneinen Sie mit not(...).",
    "=": "Vergleichen Sie mit einem einzelnen =.",
    "&": "Verknüpfen Sie Bedingungen mit „and“.",
    "|": "Verknüpfen Sie Bedingungen mit „or“.",
    "%": "Den Rest einer Division gibt modulo(a, b).",
    ";": "Trennen Sie Werte mit einem Komma.",
}
