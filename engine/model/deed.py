"""What operators did to the installation itself: accounts, programs, exports. Only appended."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped

from engine.model.base import Base, Key


class Deed(Base):
    """One thing that somebody did to an account, a program or the installation as a whole."""

    __tablename__ = "deed"

    id: Mapped[Key]
    at: Mapped[datetime]
    actor: Mapped[str]  # an account's name, or the command that was run
    action: Mapped[str]
    subject: Mapped[str]
