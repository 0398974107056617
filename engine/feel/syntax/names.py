"""Names of several words: the longest known one is meant, as the standard asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.feel.errors import FeelSyntaxError
from engine.feel.syntax.tokens import Token, tokenize

KEYWORDS = frozenset(
    [
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "and",
        "or",
        "between",
        "instance",
        "function",
        "true",
        "false",
        "null",
    ]
)


class KnownNames:
    """The names that consist of more than one token; one that is derived adds to a base."""

    __slots__ = ("_by_first",)

    def __init__(self, names: Iterable[str] = (), base: KnownNames | None = None) -> None:
        self._by_first: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = (
            dict(base._by_first) if base else {}
        )
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Know a name from now on."""
        try:
            words = tuple(token.text for token in tokenize(name)[:-1])
        except FeelSyntaxError:
            return  # no expression can write this name
        if len(words) < 2:
            return
        known = self._by_first.get(words[0], ())
        if all(words != other for other, _ in known):
            entry = (words, " ".join(name.split()))
            ranked = sorted((*known, entry), key=lambda one: -len(one[0]))
            self._by_first[words[0]] = tuple(ranked)

    def match(self, tokens: Sequence[Token], start: int) -> tuple[str, int] | None:
        """Return the longest known name that starts here and the place after it."""
        for words, name in self._by_first.get(tokens[start].text, ()):
            end = start + len(words)
            if end < len(tokens) and all(
                token.text == word for token, word in zip(tokens[start:end], words, strict=True)
            ):
                return name, end
        return None
