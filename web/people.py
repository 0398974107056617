"""Names of the people behind accounts, as colleagues know them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.model.account import Account


def called(session: Session, names: Iterable[str | None]) -> dict[str, str]:
    """Return the display names of accounts by account name."""
    wanted = {name for name in names if name}
    if not wanted:
        return {}
    query = select(Account.name, Account.display_name).where(Account.name.in_(wanted))
    return {name: display_name for name, display_name in session.execute(query)}


def display_name(session: Session, name: str | None) -> str:
    """Return how an account's person is called, or nothing where there is none."""
    return called(session, [name]).get(name or "", "")
