"""Orders effects outside the database; they are performed after the transaction is committed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from engine.model.outbox import OutboxEntry


def order(session: Session, kind: str, number: int, *, case_id: int | None, now: datetime) -> None:
    """Order an effect for one row; `kind` and the row's number are its key for ever."""
    session.execute(
        insert(OutboxEntry).values(
            kind=kind,
            key=f"{kind}-{number}",
            case_id=case_id,
            payload={"id": str(number)},
            state="open",
            attempts=0,
            due_at=now,
        )
    )
