"""Built-ins on texts."""

from __future__ import annotations

from decimal import Decimal

from engine.feel.budget import check_length
from engine.feel.builtins.registry import Family, Refused
from engine.feel.values.kinds import german

FAMILY = Family()


def index(position: Decimal, length: int) -> int:
    """Return the index from 0 of a position from 1, or from the end where it is negative."""
    place = int(position)
    if place == 0 or abs(place) > length:
        raise Refused(
            f"die Position muss zwischen 1 und {length} liegen, oder negativ vom Ende her zählen"
        )
    return place - 1 if place > 0 else length + place


@FAMILY.add("substring(string: string, start position: number, length?: number)")
def substring(text: str, position: Decimal, length: Decimal | None = None) -> str:
    """Return a part of the text."""
    start = index(position, len(text))
    if length is None:
        return text[start:]
    if length < 1:
        raise Refused("die Länge muss mindestens 1 sein")
    return text[start : start + int(length)]


@FAMILY.add("string length(string: string)")
def string_length(text: str) -> Decimal:
    """Return how many characters the text has."""
    return Decimal(len(text))


@FAMILY.add("upper case(string: string)")
def upper_case(text: str) -> str:
    """Return the text in capital letters."""
    return text.upper()


@FAMILY.add("lower case(string: string)")
def lower_case(text: str) -> str:
    """Return the text in small letters."""
    return text.lower()


@FAMILY.add("substring before(string: string, match: string)")
def substring_before(text: str, match: str) -> str:
    """Return what stands before the match, or nothing where there is none."""
    before, found, _ = text.partition(match) if match else ("", "", "")
    return before if found else ""


@FAMILY.add("substring after(string: string, match: string)")
def substring_after(text: str, match: str) -> str:
    """Return what stands behind the match, or nothing where there is none."""
    return text.partition(match)[2] if match else text


@FAMILY.add("contains(string: string, match: string)")
def contains(text: str, match: str) -> bool:
    """Tell whether the match occurs in the text."""
    return match in text


@FAMILY.add("starts with(string: string, match: string)")
def starts_with(text: str, match: str) -> bool:
    """Tell whether the text begins with the match."""
    return text.startswith(match)


@FAMILY.add("ends with(string: string, match: string)")
def ends_with(text: str, match: str) -> bool:
    """Tell whether the text ends with the match."""
    return text.endswith(match)


@FAMILY.add("string join(list: list, delimiter?: any)")
def string_join(items: list[object], delimiter: object = None) -> str:
    """Return the texts of a list as one text; null entries are left out."""
    if delimiter is not None and not isinstance(delimiter, str):
        raise Refused(f"für „delimiter“ braucht es einen Text, hier steht: {german(delimiter)}")
    texts = [item for item in items if isinstance(item, str)]
    if len(texts) != sum(item is not None for item in items):
        raise Refused("jeder Eintrag der Liste muss ein Text sein")
    between = delimiter or ""
    check_length(sum(map(len, texts)) + len(between) * len(texts))
    return between.join(texts)
