"""What a form's file says about itself; what the form asks is none of the engine's business."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

#: Where the forms of a process folder lie, each in a file named after its id.
FOLDER, ENDING = "forms/", ".form"


@dataclass(frozen=True)
class FormHead:
    """A form, the version that its owner wrote into it, and the file that holds it."""

    id: str
    version_tag: str | None
    file: str


def heads(files: Mapping[str, bytes]) -> tuple[FormHead, ...]:
    """Return the forms among some files, those in the folder of forms first.

    A form that lies elsewhere says its id itself.
    """
    names = (name for name in files if name.endswith(ENDING))
    ordered = sorted(names, key=lambda name: (not name.startswith(FOLDER), name))
    found = (_head(name, files[name]) for name in ordered)
    return tuple(head for head in found if head is not None)


def _head(file: str, content: bytes) -> FormHead | None:
    try:
        document = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        document = None
    said = document if isinstance(document, dict) else {}
    in_folder = file.startswith(FOLDER)
    form_id = file.removeprefix(FOLDER).removesuffix(ENDING) if in_folder else said.get("id")
    tag = said.get("versionTag")
    if not isinstance(form_id, str) or not form_id:
        return None
    return FormHead(form_id, tag if isinstance(tag, str) and tag else None, file)
