"""Files of a case: checked when they come in, encrypted with the case's key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

import puremagic
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.casefile import audit
from engine.casefile.audit import By
from engine.casefile.sealing import case_key, seal_with, unseal_with
from engine.errors import Invalid, NotFound
from engine.ids import ids
from engine.model.document import Document

LARGEST = 25 * 1024 * 1024
LONGEST_NAME = 200
#: What may come in: ending of the name, and the type that its first bytes must show.
ALLOWED = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
}
#: Text processors' files are archives; what must lie in them, for any archive starts the same.
INSIDE = {
    "docx": ("[Content_Types].xml", "word/document.xml"),
    "odt": ("mimetype", "content.xml"),
}


class DocumentNotFound(NotFound):
    """Dieses Dokument gibt es nicht, oder Sie dürfen es nicht sehen."""


class DocumentRefused(Invalid):
    """Diese Datei kann nicht angenommen werden."""


@dataclass(frozen=True)
class StoredDocument:
    """What is known of a file without its contents."""

    id: int
    name: str
    media_type: str
    size: int
    sha256: str
    created_at: datetime


def media_type(name: str, content: bytes) -> str:
    """Return the type of an acceptable file; raise `DocumentRefused` with what to do."""
    if not content:
        raise DocumentRefused("Die Datei ist leer. Bitte wählen Sie eine andere.")
    if len(content) > LARGEST:
        raise DocumentRefused("Die Datei ist größer als 25 MB. Bitte verkleinern Sie sie.")
    stem, _, ending = name.rpartition(".")
    expected = ALLOWED.get(ending.lower())
    fits = expected in _shown(content) and _holds(content, INSIDE.get(ending.lower(), ()))
    if not stem or expected is None or not fits:
        allowed = "PDF, PNG, JPEG, DOCX oder ODT"
        raise DocumentRefused(
            f"Diese Art von Datei kann nicht angenommen werden. Erlaubt sind {allowed};"
            " Inhalt und Endung des Namens müssen zusammenpassen."
        )
    return expected


def store(session: Session, case_id: int, name: str, content: bytes, *, by: By) -> int:
    """Keep a file and return its number; raise `DocumentRefused`."""
    kind = media_type(name, content)
    document_id = ids.take()
    key = case_key(session, case_id)
    shown_name = name.replace("\\", "/").rpartition("/")[2][-LONGEST_NAME:]
    values = {
        "id": document_id,
        "case_id": case_id,
        "sealed_name": seal_with(key, f"document|{document_id}|name", shown_name.encode()),
        "media_type": kind,
        "size": len(content),
        "sha256": sha256(content).digest(),
        "created_at": by.now,
        "actor": by.actor,
        "sealed_content": seal_with(key, f"document|{document_id}", content),
    }
    session.execute(insert(Document).values(**values))
    return document_id


def of(session: Session, case_id: int, *, actor: str | None = None) -> list[StoredDocument]:
    """Return the files of a case, or those that one person handed in, the newest first."""
    query = select(*_COLUMNS).where(Document.case_id == case_id)
    if actor is not None:
        query = query.where(Document.actor == actor)
    rows = session.execute(query.order_by(Document.id.desc())).all()
    key = case_key(session, case_id) if rows else b""
    return [_stored(row, key) for row in rows]


def read(
    session: Session, case_id: int, document_id: int, *, by: By
) -> tuple[StoredDocument, bytes]:
    """Return a file with its contents; the reading is logged. Raises `DocumentNotFound`."""
    query = select(*_COLUMNS, Document.sealed_content)
    where = (Document.id == document_id, Document.case_id == case_id)
    row = session.execute(query.where(*where)).first()
    if row is None:
        raise DocumentNotFound
    key = case_key(session, case_id)
    content = unseal_with(key, f"document|{document_id}", row.sealed_content)
    subject = f"dokument {document_id}"
    audit.record(session, case_id, "gelesen", subject, by=by)
    return _stored(row, key), content


_COLUMNS = (
    Document.id,
    Document.sealed_name,
    Document.media_type,
    Document.size,
    Document.sha256,
    Document.created_at,
)


def _stored(row: Any, key: bytes) -> StoredDocument:
    name = unseal_with(key, f"document|{row.id}|name", row.sealed_name).decode()
    return StoredDocument(row.id, name, row.media_type, row.size, row.sha256.hex(), row.created_at)


def _shown(content: bytes) -> set[str]:
    """Return the types that the first bytes of a file show."""
    try:
        return {match.mime_type for match in puremagic.magic_string(content)}
    except puremagic.PureError:
        return set()


def _holds(content: bytes, names: Iterable[str]) -> bool:
    wanted = set(names)
    if not wanted:
        return True
    try:
        with ZipFile(BytesIO(content)) as archive:
            return wanted <= set(archive.namelist())
    except BadZipFile:
        return False
