"""Which values an expression reads: dotted paths, as far as its text shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from engine.feel.builtins.library import BUILT_IN_NAMES
from engine.feel.syntax.nodes import Filter, Name, Path
from engine.feel.syntax.parser import parse_expression


def paths(text: str) -> frozenset[tuple[str, ...]]:
    """Return every path that an expression reads, e.g. ("vorschlag", "kinder").

    Filters and positions on the way are passed over. A path that does not begin with a name, but
    with a call or a value written out, begins with "".
    """
    return frozenset(_paths(parse_expression(text, BUILT_IN_NAMES)))


def _paths(node: object) -> Iterator[tuple[str, ...]]:
    if isinstance(node, Name | Path):
        yield _chain(node)
    for child in _children(node):
        yield from _paths(child)


def _chain(node: object) -> tuple[str, ...]:
    if isinstance(node, Name):
        return (node.name,)
    if isinstance(node, Path):
        return (*_chain(node.source), node.name)
    return _chain(node.source) if isinstance(node, Filter) else ("",)


def _children(node: object) -> Iterator[object]:
    if isinstance(node, tuple | list):
        yield from node
    elif is_dataclass(node):
        yield from (getattr(node, field.name) for field in fields(node))
