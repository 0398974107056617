"""Answers as a tree of dicts and lists, reached by paths such as ("kinder", 0, "vorname")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Path = tuple[str | int, ...]

MISSING = object()


def name_of(path: Path) -> str:
    """Write a path the way input fields are named: `kinder.0.vorname`."""
    return ".".join(str(step) for step in path)


def get(tree: object, path: Path) -> object:
    """Return what stands at a path, or MISSING."""
    for step in path:
        if isinstance(step, int):
            if not isinstance(tree, list) or step >= len(tree):
                return MISSING
            tree = tree[step]
        elif isinstance(tree, Mapping) and step in tree:
            tree = tree[step]
        else:
            return MISSING
    return tree


def put(tree: dict[str, Any], path: Path, value: object) -> None:
    """Store a value at a path; dicts on the way are made, rows of lists must exist."""
    here: Any = tree
    for step in path[:-1]:
        here = here[step] if isinstance(step, int) else here.setdefault(step, {})
    here[path[-1]] = value
