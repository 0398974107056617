"""Which files are taken: by the ending, by the first bytes and by size."""

from __future__ import annotations

import hashlib
import re

from forms.surroundings import Upload

MOST_BYTES = 25 * 1024 * 1024
MOST_FILES = 10

SIGNATURES: dict[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF-",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".tif": (b"II*\x00", b"MM\x00*"),
    ".tiff": (b"II*\x00", b"MM\x00*"),
    ".docx": (b"PK\x03\x04",),
    ".odt": (b"PK\x03\x04",),
}
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
}
KNOWN = frozenset(SIGNATURES)


def complaint(upload: Upload, accept: tuple[str, ...]) -> str:
    """Say in German what is wrong with a file, or nothing."""
    ending = ending_of(upload)
    if ending not in accept:
        wanted = ", ".join(item.lstrip(".").upper() for item in accept)
        return f"Bitte wählen Sie eine Datei dieser Art: {wanted}."
    if not upload.content:
        return "Die Datei ist leer. Bitte wählen Sie eine andere Datei."
    if len(upload.content) > MOST_BYTES:
        return "Die Datei ist größer als 25 MB. Bitte wählen Sie eine kleinere Datei."
    if not upload.content.startswith(SIGNATURES[ending]):
        return (
            "Der Inhalt der Datei passt nicht zu ihrer Endung."
            " Bitte speichern Sie die Datei neu und wählen Sie sie noch einmal aus."
        )
    return ""


def described(upload: Upload) -> dict[str, object]:
    """Return what is known about a file as JSON; the bytes are stored by whoever asked."""
    return {
        "name": safe_name(upload.name),
        "groesse": len(upload.content),
        "typ": MEDIA_TYPES[ending_of(upload)],
        "pruefsumme": hashlib.sha256(upload.content).hexdigest(),
    }


def ending_of(upload: Upload) -> str:
    """Return the ending of the file's name in small letters."""
    return "." + upload.name.rsplit(".", 1)[-1].lower() if "." in upload.name else ""


def safe_name(name: str) -> str:
    """Return the last part of a name without control characters and path signs."""
    last = re.split(r"[/\\]", name)[-1]
    return re.sub(r'[\x00-\x1f\x7f<>:"|?*]', "_", last)[-120:]
