"""What snapshots say about tasks, as far as the saved ones show it."""

from functools import cache
from pathlib import Path

import orjson

SAVED = Path(__file__).parent / "snapshots"


def facts(saved):
    """The names of all that a snapshot says about its tasks, and the kinds of waiting."""
    found = set()
    for _, _, _, _, said in orjson.loads(saved)["rows"]:
        found |= set(_names(said, ""))
    return found


def _names(said, path):
    for name, value in said.items():
        yield path + name
        if path + name in {"wait", "kind"}:
            yield f"{name}={value}"
        if name in {"cycle", "incident"}:
            yield from _names(value, f"{path}{name}.")
        if name in {"undo", "todo"}:
            for record in value:
                yield from _names(record, f"{name}.")


@cache
def kept():
    """What the saved snapshots say between them: everything that a snapshot may say."""
    return frozenset().union(*(facts(path.read_bytes()) for path in SAVED.glob("*.json")))
