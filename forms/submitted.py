"""What was typed, as a tree in the shape of the form; nothing is judged here and nothing raises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from forms.parts import Field, Form, Group, Part, Rows
from forms.surroundings import Submission
from forms.tree import Path, name_of, put

SHOWN = "_gezeigt"
COUNT = "_anzahl"
RESERVED = frozenset({"csrf_token"})
MOST_ENTRIES = 5_000
MOST_ROWS = 101  # one more than a list may have, so that it can say so
MOST_LISTS = 200
MOST_STEPS = 20
ROW = re.compile(r"[0-9]{1,3}")

Rowcounts = dict[str, int]


def typed(form: Form, submission: Submission) -> dict[str, Any]:
    """Return everything that was typed: texts, lists of texts, and files that were kept earlier.

    A field that the page did not show stays out, so that its default applies once it is shown.
    """
    tree: dict[str, Any] = {}
    shown = shown_names(submission)
    for place in places(form, submission):
        name = name_of(place.path)
        if isinstance(place.part, Rows):
            if place.count or f"{name}.{COUNT}" in submission.fields:
                put(tree, place.path, [{} for _ in range(place.count)])
            continue
        answers = submission.fields.get(name)
        if answers is not None or name in shown:
            put(tree, place.path, answer(place.part, list(answers or ())))
    return tree


@dataclass(frozen=True)
class Place:
    """A field or a list at its concrete path in a submission."""

    part: Field | Rows
    path: Path
    count: int = 0


def places(form: Form, submission: Submission) -> Iterator[Place]:
    """Yield every field and list of the form as often as the submission repeats it."""
    counts = row_counts(submission)
    yield from inside(form.parts, (), counts)


def inside(parts: tuple[Part, ...], around: Path, counts: Rowcounts) -> Iterator[Place]:
    """Yield the fields of a container, with the rows of its lists."""
    for part in parts:
        if isinstance(part, Group):
            yield from inside(part.parts, (*around, *part.keys), counts)
        elif isinstance(part, Rows):
            path = (*around, *part.keys)
            count = counts.get(name_of(path), 0)
            yield Place(part, path, count)
            for index in range(count):
                yield from inside(part.parts, (*path, index), counts)
        elif isinstance(part, Field) and part.kind != "expression":
            yield Place(part, (*around, *part.keys))


def row_counts(submission: Submission) -> Rowcounts:
    """Return how many rows each list has: what the page says, or the highest row that came."""
    counts: Rowcounts = {}
    for path, count in mentioned(submission):
        counts[path] = max(counts.get(path, 0), min(count, MOST_ROWS))
    return dict(islice(counts.items(), MOST_LISTS))


def mentioned(submission: Submission) -> Iterator[tuple[str, int]]:
    """Yield every list that a name speaks of, with the rows it must at least have."""
    for name in islice((*submission.fields, *submission.files), MOST_ENTRIES):
        steps = name.split(".")[:MOST_STEPS]
        for index, step in enumerate(steps):
            if index and ROW.fullmatch(step):
                yield ".".join(steps[:index]), int(step) + 1
        said = "".join(submission.fields.get(name, ()))
        if steps[-1] == COUNT and ROW.fullmatch(said):
            yield ".".join(steps[:-1]), int(said)


def shown_names(submission: Submission) -> frozenset[str]:
    """Return the fields that the page had shown; browsers leave out boxes without a tick."""
    return frozenset(" ".join(submission.fields.get(SHOWN, ())).split())


def answer(part: Field | Rows, answers: list[str]) -> object:
    """Return what was typed in one field."""
    if part.kind in {"checklist", "filepicker"}:
        return answers
    if part.kind == "checkbox" and not answers:
        return False
    return answers[-1] if answers else ""


def unknown_names(form: Form, submission: Submission) -> list[str]:
    """Return the names that the form does not know."""
    known = set(RESERVED)
    for place in places(form, submission):
        name = name_of(place.path)
        known |= {f"{name}.{COUNT}"} if isinstance(place.part, Rows) else {name}
    sent = {*submission.fields, *submission.files}
    return sorted(name for name in sent - known if not name.startswith("_"))
