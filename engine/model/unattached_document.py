"""Files that programs handed in and that belong to no case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Key


class UnattachedDocument(Base):
    """One file; all that was said about it and its contents are encrypted with its own key."""

    __tablename__ = "unattached_document"

    id: Mapped[Key]
    document_id: Mapped[str] = mapped_column(unique=True)  #: given by the sender, or the number
    master_id: Mapped[str]
    wrapped: Mapped[bytes]  #: the file's key, wrapped by the master key
    sealed_description: Mapped[bytes]
    sha256: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)  #: None: kept until deleted
    actor: Mapped[str]  #: who handed it in: an account's name
    sealed_content: Mapped[bytes] = mapped_column(deferred=True)
