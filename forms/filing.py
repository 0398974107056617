"""Files among the answers: new ones are checked and described, kept ones are looked up."""

from __future__ import annotations

from dataclasses import dataclass

from forms import files
from forms.conversion import NotMeant
from forms.parts import Field, Form, Rows
from forms.submitted import places
from forms.surroundings import Submission, Surroundings, Upload
from forms.tree import name_of

KEPT = "dokumente"  # the directory of files that were kept from an earlier attempt


@dataclass(frozen=True)
class Attached:
    """A new file in the tree of answers, with the place where the submission holds it."""

    name: str
    position: int
    upload: Upload


def attached(name: str, submission: Submission) -> list[Attached]:
    """Return the new files of a field; browsers send an empty one where none was chosen."""
    sent = submission.files.get(name, ())
    return [
        Attached(name, position, upload)
        for position, upload in enumerate(sent)
        if upload.name or upload.content
    ]


def acceptable(form: Form, submission: Submission) -> dict[str, list[Upload]]:
    """Return the new files by field that are of a wanted kind and size, whatever else is wrong."""
    pickers = [place for place in places(form, submission) if place.part.kind == "filepicker"]
    return {
        name: [one.upload for one in attached(name, submission) if _fits(place.part, one)]
        for place in pickers
        if (name := name_of(place.path)) in submission.files
    }


def _fits(part: Field | Rows, new: Attached) -> bool:
    return isinstance(part, Field) and not files.complaint(new.upload, part.accept)


def filed(field: Field, raw: object, surroundings: Surroundings) -> object:
    """Return the file of a field, or the list of its files; raises NotMeant."""
    entries = raw if isinstance(raw, list) else [raw]
    found = [described(field, entry, surroundings) for entry in entries if entry not in (None, "")]
    if len(found) > (files.MOST_FILES if field.multiple else 1):
        most = f"höchstens {files.MOST_FILES} Dateien" if field.multiple else "nur eine Datei"
        raise NotMeant(f"Bitte wählen Sie bei {field.quoted} {most}.")
    if field.multiple:
        return found or None
    return found[0] if found else None


def described(field: Field, entry: object, surroundings: Surroundings) -> dict[str, object]:
    """Return what is known about one file."""
    if isinstance(entry, Attached):
        if complaint := files.complaint(entry.upload, field.accept):
            raise NotMeant(complaint)
        return {**files.described(entry.upload), "upload": [entry.name, entry.position]}
    if isinstance(entry, dict):
        entry = entry.get("dokument_id")
    for kept in surroundings.choices.get(KEPT, ()):
        if kept.value == entry:
            return {"dokument_id": kept.value, "name": kept.label}
    raise NotMeant(f"Bitte wählen Sie die Datei bei {field.quoted} noch einmal aus.")
