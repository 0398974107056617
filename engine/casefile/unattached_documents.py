"""Files that belong to no case: each encrypted with a key of its own, gone with its row.

What came in is never interpreted. Any type is taken, since it is only ever handed out as a
download.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from engine.casefile.audit import By
from engine.casefile.documents import LARGEST, LONGEST_NAME, DocumentNotFound, DocumentRefused
from engine.casefile.sealing import new_key, open_key, seal_with, unseal_with
from engine.errors import Conflict, Invalid
from engine.ids import ids
from engine.model.inserting import insert_absent
from engine.model.unattached_document import UnattachedDocument

#: What a sender may call a file: it stands in addresses.
DOCUMENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
ANY_TYPE = "application/octet-stream"
#: What all files may take up together, in bytes, and how many they may be, so that no program
#: fills the disk.
MOST_TOGETHER, MOST_FILES = 2**30, 50_000
#: A file is not kept for longer than that once somebody says how long.
LONGEST = timedelta(days=100 * 365)
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,99}/[a-z0-9][a-z0-9.+-]{0,99}")
_NAMELESS = "dokument"


class DocumentIdTaken(Conflict):
    """Ein Dokument mit dieser documentId gibt es schon."""


class StoreFull(Conflict):
    """Für Dokumente von Programmen ist kein Platz mehr. Bitte löschen Sie, was keiner braucht."""


class HashMissing(Invalid):
    """Bitte nennen Sie contentHash; er steht in dem Verweis, den Sie beim Hochladen bekamen."""


class HashWrong(Invalid):
    """Der contentHash passt nicht zu diesem Dokument."""


@dataclass(frozen=True, kw_only=True)
class Description:
    """What the sender says about a file; it is sealed with the contents."""

    name: str
    media_type: str
    process_id: str | None
    instance_id: int | None
    properties: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A file that is to be kept."""

    description: Description
    content: bytes
    expires_at: datetime | None
    document_id: str | None = None


@dataclass(frozen=True)
class Kept:
    """What a file can be asked for by."""

    document_id: str
    sha256: str


def plain_name(name: str) -> str:
    """Return a file's name without folders and without what cannot be printed."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(each for each in last if each.isprintable()).strip(" .")
    return shown[-LONGEST_NAME:] or _NAMELESS


def plain_type(told: str) -> str:
    """Return a told type in its plain form; one that is none could be anything."""
    kind = told.partition(";")[0].strip().lower()
    return kind if _TYPE.fullmatch(kind) else ANY_TYPE


def require_acceptable(delivery: Delivery, *, now: datetime) -> None:
    """Raise `Invalid` with what to do where a file cannot be kept."""
    if len(delivery.content) > LARGEST:
        raise DocumentRefused("Die Datei ist größer als 25 MB. Bitte verkleinern Sie sie.")
    if delivery.document_id is not None and not DOCUMENT_ID.fullmatch(delivery.document_id):
        raise Invalid(
            "Eine documentId hat höchstens 200 Zeichen: Buchstaben ohne Umlaute, Ziffern, Punkt,"
            " Unterstrich und Bindestrich; vorn steht ein Buchstabe oder eine Ziffer."
        )
    until = delivery.expires_at
    if until is not None and not now < until < now + LONGEST:
        raise Invalid("expiresAt muss in der Zukunft liegen, höchstens 100 Jahre entfernt.")


def store(session: Session, delivery: Delivery, *, by: By) -> Kept:
    """Keep a file; raise `Invalid`, `DocumentIdTaken` or `StoreFull`."""
    require_acceptable(delivery, now=by.now)
    forget_expired(session, now=by.now)  # what is over takes nobody's documentId, and no room
    size, number = taken_up(session)
    if size + len(delivery.content) > MOST_TOGETHER or number >= MOST_FILES:
        raise StoreFull
    key_id = ids.take()
    document_id = delivery.document_id or str(key_id)
    master_id, wrapped = new_key(session, _key_place(key_id))
    key = open_key(session, _key_place(key_id), master_id, wrapped)
    digest = sha256(delivery.content).digest()
    description = orjson.dumps(asdict(delivery.description))
    row = {
        "id": key_id,
        "document_id": document_id,
        "master_id": master_id,
        "wrapped": wrapped,
        "sealed_description": seal_with(key, _description_place(key_id), description),
        "sha256": digest,
        "created_at": by.now,
        "expires_at": delivery.expires_at,
        "actor": by.actor,
        "sealed_content": seal_with(key, _content_place(key_id), delivery.content),
    }
    insert_absent(session, UnattachedDocument, [row])
    taken = select(UnattachedDocument.id).where(UnattachedDocument.document_id == document_id)
    if session.scalar(taken) != key_id:
        raise DocumentIdTaken
    return Kept(document_id, digest.hex())


def taken_up(session: Session) -> tuple[int, int]:
    """Return how many bytes all files take up, and how many they are."""
    size = func.coalesce(func.sum(func.length(UnattachedDocument.sealed_content)), 0)
    row = session.execute(select(size, func.count(UnattachedDocument.id))).one()
    return int(row[0]), int(row[1])


def read(
    session: Session, document_id: str, content_hash: str | None, *, now: datetime
) -> tuple[Description, bytes]:
    """Return a file; raise `DocumentNotFound`, `HashMissing` or `HashWrong`."""
    row = session.execute(
        select(
            UnattachedDocument.id,
            UnattachedDocument.master_id,
            UnattachedDocument.wrapped,
            UnattachedDocument.sha256,
            UnattachedDocument.sealed_description,
            UnattachedDocument.sealed_content,
        ).where(*_living(document_id, now))
    ).first()
    if row is None:
        raise DocumentNotFound
    if not content_hash:
        raise HashMissing
    if content_hash.lower() != row.sha256.hex():
        raise HashWrong
    key = open_key(session, _key_place(row.id), row.master_id, row.wrapped)
    told = orjson.loads(unseal_with(key, _description_place(row.id), row.sealed_description))
    content = unseal_with(key, _content_place(row.id), row.sealed_content)
    return Description(**told), content


def remove(session: Session, document_id: str, *, now: datetime) -> None:
    """Delete a file with its key; raise `DocumentNotFound`."""
    where = _living(document_id, now)
    gone = session.execute(
        delete(UnattachedDocument).where(*where).returning(UnattachedDocument.id)
    ).first()
    if gone is None:
        raise DocumentNotFound


def forget_expired(session: Session, *, now: datetime) -> None:
    """Delete the files whose time is over."""
    session.execute(delete(UnattachedDocument).where(UnattachedDocument.expires_at <= now))


def _living(document_id: str, now: datetime) -> tuple[Any, ...]:
    """Return the conditions for one file whose time is not over."""
    if not DOCUMENT_ID.fullmatch(document_id):
        raise DocumentNotFound
    until = UnattachedDocument.expires_at
    return UnattachedDocument.document_id == document_id, or_(until.is_(None), until > now)


def _key_place(number: int) -> str:
    return f"unattached_key|{number}"


def _description_place(number: int) -> str:
    return f"unattached_document|{number}|description"


def _content_place(number: int) -> str:
    return f"unattached_document|{number}"
