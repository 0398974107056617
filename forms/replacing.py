"""Exchanging values on their way out: protected ones for references, new files for documents.

What is left becomes variables, which keep the types of the fields.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine import feel
from forms.parts import Form
from forms.surroundings import Submission, Upload
from forms.tree import Path, name_of


def replace_protected(
    form: Form, values: Mapping[str, Any], store: Callable[[str, object], object]
) -> dict[str, Any]:
    """Return the values with every protected one replaced by what `store(path, value)` returns.

    Empty answers stay as they are. Works for drafts (`typed`) as well as for validated values.
    """
    tree = copy.deepcopy(dict(values))
    for holder, step, path in slots(tree, form.protected):
        if holder[step] not in (None, "", []):
            holder[step] = store(name_of(path), holder[step])
    return tree


def replace_files(
    form: Form,
    values: Mapping[str, Any],
    submission: Submission,
    store: Callable[[Upload], object],
) -> dict[str, Any]:
    """Return validated values with every new file replaced by what `store(upload)` returns."""
    tree = copy.deepcopy(dict(values))
    for holder, step, _ in slots(tree, form.file_paths):
        value = holder[step]
        if isinstance(value, list):
            holder[step] = [stored(item, submission, store) for item in value]
        else:
            holder[step] = stored(value, submission, store)
    return tree


def as_variables(form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return validated values as variables keep them: a typed text is no date, even if it looks so.

    Everything else is JSON already, in which a date is its ISO text.
    """
    tree = copy.deepcopy(dict(values))
    for holder, step, _ in slots(tree, form.text_paths):
        if isinstance(holder[step], str):
            holder[step] = feel.to_exact(holder[step])
    return tree


def stored(value: Any, submission: Submission, store: Callable[[Upload], object]) -> object:
    """Store one new file; files that were kept earlier stay as they are."""
    if not isinstance(value, dict) or "upload" not in value:
        return value
    name, position = value["upload"]
    return store(submission.files[name][position])


def slots(tree: Any, patterns: frozenset[str]) -> Iterator[tuple[Any, Any, Path]]:
    """Yield every existing place that matches a path of the form, as holder and step."""
    for pattern in patterns:
        yield from matching(tree, tuple(pattern.split(".")), ())


def matching(tree: Any, steps: tuple[str, ...], path: Path) -> Iterator[tuple[Any, Any, Path]]:
    """Yield the places below one tree that match the remaining steps."""
    if steps[0] == "*" and isinstance(tree, list):
        keys: list[Any] = list(range(len(tree)))
    elif isinstance(tree, dict) and steps[0] in tree:
        keys = [steps[0]]
    else:
        return
    for key in keys:
        if len(steps) == 1:
            yield tree, key, (*path, key)
        else:
            yield from matching(tree[key], steps[1:], (*path, key))
