"""The candidate groups of the diagrams and who belongs to them."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class CandidateGroup(Base):
    """A role that tasks are offered to, and what its members may see."""

    __tablename__ = "candidate_group"

    id: Mapped[str] = mapped_column(primary_key=True)  #: as in the diagrams: goe_ifk_kibiz
    mandant_id: Mapped[str | None] = mapped_column(ForeignKey("mandant.id"))  #: None: every Mandant
    name: Mapped[str]
    sees_sgb8: Mapped[bool] = mapped_column(default=False)  #: protected contents of SGB VIII
    sees_status: Mapped[bool] = mapped_column(default=False)  #: codes of class S8-Status
    portal_only: Mapped[bool] = mapped_column(default=False)  #: only its tasks, never a case page


class Membership(Base):
    """An account belongs to a group."""

    __tablename__ = "membership"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[str] = mapped_column(ForeignKey("candidate_group.id"), primary_key=True)
