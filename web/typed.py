"""What a person typed into the form of this request, so that no refusal loses it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from flask import request
from werkzeug.exceptions import HTTPException

# Fields of the machinery and secrets are never shown again.
NEVER = frozenset({"csrf_token", "passwort", "behalten"})
LONGEST = 2_000_000  # characters of a kept form; a form's own limit is lower


@dataclass(frozen=True)
class Typed:
    """The fields of a submitted form and where it was to go."""

    path: str
    fields: list[tuple[str, str]]
    files: list[str] = field(default_factory=list)

    @property
    def answers(self) -> list[tuple[str, str]]:
        """What the person entered, without what the form keeps for itself (`_aktion` …)."""
        own = ((name, value) for name, value in self.fields if value)
        return [(n, v) for n, v in own if not n.rpartition(".")[2].startswith("_")]

    def as_json(self) -> str:
        """Pack the form into one hidden field, for the detour over the sign-in page."""
        return json.dumps({"path": self.path, "fields": self.fields, "files": self.files})


def submitted() -> Typed | None:
    """Return what this request's form holds; None when it has none or cannot be read."""
    if request.method != "POST":
        return None
    try:
        fields = [pair for pair in request.form.items(multi=True) if pair[0] not in NEVER]
        files = list(dict.fromkeys(request.files))
    except HTTPException:
        # Too large or broken: that very refusal is being shown.
        return None
    return Typed(request.full_path.removesuffix("?"), fields, files) if fields or files else None


def from_json(text: str) -> Typed | None:
    """Unpack a kept form; None when it is none."""
    if not text or len(text) > LONGEST:
        return None
    try:
        kept = json.loads(text)
        fields = [(str(name), str(value)) for name, value in kept["fields"]]
        return Typed(str(kept["path"]), fields, [str(name) for name in kept["files"]])
    except (ValueError, KeyError, TypeError):
        return None


def is_own() -> bool:
    """Tell whether the browser sent this request from one of our own pages.

    A form that comes from elsewhere must not be shown again ready to be sent: one click would then
    do what the stranger's page wanted.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == request.host_url.removesuffix("/")


def label(name: str) -> str:
    """Make a readable label of a field's path, where the form that knows better is not at hand."""
    words = name.rpartition(".")[2].replace("_", " ").strip()
    return words[:1].upper() + words[1:]
