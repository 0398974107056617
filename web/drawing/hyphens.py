"""Breaks a German word that is too long for its shape where a reader would break it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise

SOFT_HYPHEN = "\u00ad"

# Endings after which the next word of a compound begins, and words that compounds of this field
# end in. A dictionary would know more; these carry the labels of administrative procedures.
_ENDINGS = "ungs heits keits schafts tions täts lings ments nis"
_TAILS = (
    "abfrage akte anfrage angebot anspruch antrag arbeit aufgabe aufnahme auftrag ausschluss "
    "begleitung beratung bericht bescheid besprechung besuch beteiligung betreuung bogen "
    "datum dienst einschätzung entbindung entscheidung erklärung ermittlung fachkraft feststellung "
    "frist gefährdung gemeinschaft gespräch gremium gruppe hilfe konferenz kontakt leistung "
    "leitung liste löschung mappe meldung nachweis pflicht plan protokoll prüfung rückgabe "
    "rückmeldung schein schreiben schutz schwerpunkt sitzung stelle statistik termin träger "
    "übergabe übermittlung vereinbarung verfahren vermittlung vermerk vorlage vorschlag weitergabe "
    "wohnung zeugnis ziel zirkel zusage zustimmung"
)
_COMPOUND = re.compile(
    rf"(?<=[a-zäöüß]{{2}})(?:(?<={')|(?<='.join(_ENDINGS.split())})|(?={_TAILS.replace(' ', '|')}))"
)
_UNIT = re.compile(r"sch|ch|ck|ph|th|qu|.", re.DOTALL)
_VOWELS = frozenset("aeiouyäöü")
_LEAST = 3


def pieces(word: str, fits: Callable[[str], bool]) -> list[str]:
    """Break a word into parts that fit, each but the last with a hyphen at its end."""
    parts: list[str] = []
    while not fits(word):
        place = _place(word, fits)
        head = word[:place]
        parts.append(head if head.endswith(("-", "/")) else f"{head}-")
        word = word[place:]
    return [*parts, word]


def _place(word: str, fits: Callable[[str], bool]) -> int:
    lower = word.lower()
    soft = [at + 1 for at, letter in enumerate(word) if letter == SOFT_HYPHEN]
    compound = [match.start() for match in _COMPOUND.finditer(lower)]
    for places in (soft, compound, _syllables(lower)):
        fitting = [at for at in _inner(places, len(word)) if fits(f"{word[:at]}-")]
        if fitting:
            return max(fitting)
    fallback = [at for at in range(1, len(word)) if fits(f"{word[:at]}-")]
    return max(fallback, default=1)


def _inner(places: Iterable[int], length: int) -> list[int]:
    return [at for at in places if _LEAST <= at <= length - _LEAST]


def _syllables(lower: str) -> list[int]:
    """Before the last consonant in front of a vowel; ch, ck, sch, ph, th and qu count as one."""
    units = list(_UNIT.finditer(lower))
    places: list[int] = []
    seen_vowel = False
    for unit, following in pairwise(units):
        is_consonant = unit.group()[0] not in _VOWELS and unit.group().isalpha()
        if seen_vowel and is_consonant and following.group() in _VOWELS:
            places.append(unit.start())
        seen_vowel = seen_vowel or unit.group() in _VOWELS
    return places
