"""Encrypts contents with the key of their case, so that destroying one key deletes them all."""

from __future__ import annotations

from datetime import datetime
from secrets import token_bytes
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine.casefile.keyring import KeyUnsafe, keyring_of
from engine.errors import NotFound
from engine.model.protected_value import CaseKey

#: The first byte says how the rest is made, so that another way can follow one day.
FORMAT = b"\x01"
NONCE = 12


class ContentsDestroyed(NotFound):
    """Diese Angaben wurden gelöscht."""


class ContentsDamaged(NotFound):
    """Diese Angaben lassen sich nicht mehr lesen. Bitte wenden Sie sich an den Betrieb."""


def create_key(session: Session, case_id: int) -> None:
    """Give a new case its key."""
    master_id, wrapped = new_key(session, f"case_key|{case_id}")
    values = {"case_id": case_id, "master_id": master_id, "wrapped": wrapped}
    session.execute(insert(CaseKey).values(**values))


def new_key(session: Session, place: str) -> tuple[str, bytes]:
    """Make a key for one place; return the name of the master key, and the key wrapped by it."""
    keyring = keyring_of(session)
    return keyring.id, _encrypt(keyring.master, token_bytes(32), place)


def open_key(session: Session, place: str, master_id: str, wrapped: bytes) -> bytes:
    """Return a key that `new_key` made for this place."""
    keyring = keyring_of(session)
    if master_id != keyring.id:
        raise KeyUnsafe("Der Hauptschlüssel passt nicht zu dieser Datenbank.")
    return _decrypt(keyring.master, wrapped, place)


def destroy_key(session: Session, case_id: int, *, now: datetime) -> None:
    """Make everything that was sealed for the case unreadable for ever."""
    gone = update(CaseKey).where(CaseKey.case_id == case_id)
    session.execute(gone.values(wrapped=None, destroyed_at=now))


def case_key(session: Session, case_id: int) -> bytes:
    """Return the case's key; raise `ContentsDestroyed` when there is none any more."""
    query = select(CaseKey.wrapped, CaseKey.master_id).where(CaseKey.case_id == case_id)
    row = session.execute(query).first()
    if row is None or row.wrapped is None:
        raise ContentsDestroyed
    return open_key(session, f"case_key|{case_id}", row.master_id, row.wrapped)


def seal(session: Session, case_id: int, place: str, content: bytes) -> bytes:
    """Encrypt a content for one place, e.g. "draft|<task>"; elsewhere it cannot be opened."""
    return seal_with(case_key(session, case_id), place, content)


def unseal(session: Session, case_id: int, place: str, sealed: bytes) -> bytes:
    """Return what was sealed for this place; raise `ContentsDestroyed` or `ContentsDamaged`."""
    return unseal_with(case_key(session, case_id), place, sealed)


def seal_json(session: Session, case_id: int, place: str, value: Any) -> bytes:
    """Encrypt a JSON value as a whole, e.g. a draft."""
    return seal(session, case_id, place, orjson.dumps(value))


def unseal_json(session: Session, case_id: int, place: str, sealed: bytes) -> Any:
    """Return the JSON value that was sealed for this place."""
    return orjson.loads(unseal(session, case_id, place, sealed))


def seal_with(key: bytes, place: str, content: bytes) -> bytes:
    """Encrypt with a key that `case_key` gave, where many contents are sealed at once."""
    return _encrypt(key, content, place)


def unseal_with(key: bytes, place: str, sealed: bytes) -> bytes:
    """Decrypt with a key that `case_key` gave."""
    return _decrypt(key, sealed, place)


def _encrypt(key: bytes, content: bytes, place: str) -> bytes:
    nonce = token_bytes(NONCE)
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, content, place.encode())


def _decrypt(key: bytes, sealed: bytes, place: str) -> bytes:
    nonce = sealed[1 : 1 + NONCE]
    if sealed[:1] != FORMAT or len(nonce) != NONCE:
        raise ContentsDamaged
    try:
        return AESGCM(key).decrypt(nonce, sealed[1 + NONCE :], place.encode())
    except InvalidTag as problem:
        raise ContentsDamaged from problem
