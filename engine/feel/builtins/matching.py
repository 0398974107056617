"""Built-ins that search texts with regular expressions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from engine.feel.budget import check_length
from engine.feel.builtins.patterns import compile_pattern, within_time
from engine.feel.builtins.registry import Family, Refused
from engine.feel.evaluation import Evaluation

FAMILY = Family()
_PARTS = re.compile(r"(\\[\\$]|\$\d+)", re.ASCII)


@FAMILY.add("matches(input: string, pattern: string, flags?: string)", evaluation=True)
def matches(evaluation: Evaluation, text: str, pattern: str, flags: str | None = None) -> bool:
    """Tell whether the pattern is found in the text."""
    compiled = compile_pattern(pattern, flags or "")
    return within_time(evaluation.budget, compiled.search, text) is not None


@FAMILY.add(
    "replace(input: string, pattern: string, replacement: string, flags?: string)", evaluation=True
)
def replace(
    evaluation: Evaluation, text: str, pattern: str, replacement: str, flags: str | None = None
) -> str:
    """Replace all matches; $1 in the replacement stands for the first group."""
    compiled = compile_pattern(pattern, flags or "")
    if within_time(evaluation.budget, compiled.search, "") is not None:
        raise Refused("der reguläre Ausdruck darf nicht auf den leeren Text passen")
    if "q" in (flags or ""):
        write: Callable[[Any], str] = lambda _match: replacement  # noqa: E731
    else:
        write = _writer(replacement, compiled.groups)
    size = len(text)

    def substitute(match: Any) -> str:
        nonlocal size
        written = write(match)
        size += len(written)
        check_length(size)
        return written

    return within_time(  # type: ignore[no-any-return]
        evaluation.budget, compiled.sub, substitute, text
    )


def _writer(replacement: str, groups: int) -> Callable[[Any], str]:
    parts = _PARTS.split(replacement)
    if any("\\" in part or "$" in part for part in parts[::2]):
        raise Refused("im Ersatztext schreibt man \\$ für ein Dollarzeichen und \\\\ für \\")

    def write(match: Any) -> str:
        return "".join(_expand(part, match, groups) for part in parts)

    return write


def _expand(part: str, match: Any, groups: int) -> str:
    if part.startswith("\\"):
        return part[1:]
    if not part.startswith("$"):
        return part
    digits = part[1:]
    while len(digits) > 1 and int(digits) > groups:
        digits = digits[:-1]  # $12 is group 1 and a 2 where there are fewer than 12
    number = int(digits)
    return ((match.group(number) or "") if number <= groups else "") + part[1 + len(digits) :]


@FAMILY.add("split(string: string, delimiter: string)", evaluation=True)
def split(evaluation: Evaluation, text: str, delimiter: str) -> list[str]:
    """Return the parts of a text between the matches of a pattern."""
    parts: list[str] = []
    position = 0
    for match in _found(evaluation, text, delimiter):
        if match.end() > match.start():
            parts.append(text[position : match.start()])
            position = match.end()
    return [*parts, text[position:]]


@FAMILY.add(
    "extract(input: string, pattern: string)",
    "extract(string: string, pattern: string)",
    evaluation=True,
)
def extract(evaluation: Evaluation, text: str, pattern: str) -> list[str]:
    """Return all parts of a text that match a pattern."""
    return [match[0] for match in _found(evaluation, text, pattern)]


def _found(evaluation: Evaluation, text: str, pattern: str) -> list[Any]:
    compiled = compile_pattern(pattern, "")

    def search(timeout: float) -> list[Any]:
        return list(compiled.finditer(text, timeout=timeout))

    return within_time(evaluation.budget, search)
