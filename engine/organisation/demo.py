"""A house full of people to try Lotse with; never part of a real installation."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.ids import ids
from engine.model.account import Account
from engine.model.group import Membership
from engine.model.inserting import insert_absent
from engine.organisation import accounts, capacity, catalogue

PASSWORD = "lotse-demo"
#: Groups that every Mandant has work for Göttingen in the demo.
HOME = "goe"
TEAM = "goe_ifk_kibiz"

FIRST_NAMES = (
    *("Anke", "Bernd", "Carla", "Dirk", "Elif", "Frank", "Gesa", "Holger", "Ines", "Jan"),
    *("Katrin", "Lars", "Meike", "Nils", "Olga", "Paul", "Petra", "Rainer", "Sabine", "Timo"),
)
LAST_NAMES = (
    *("Ahrens", "Brandt", "Ceylan", "Dreyer", "Ebeling", "Falk", "Grote", "Hartmann", "Ibrahim"),
    *("Jürgens", "Kowalski", "Lindner", "Meinecke", "Nolte", "Özdemir", "Peters", "Quast"),
    *("Rohde", "Siebert", "Thiele", "Ullrich", "Vogt", "Wagner", "Ziegler"),
)


def seed(session: Session, *, now: datetime) -> None:
    """Create whatever of the demo does not exist yet; a second call changes nothing."""
    catalogue.establish(session)
    if not capacity.history(session, TEAM):
        capacity.record(session, TEAM, date(2020, 1, 1), Decimal(1))
    known = set(session.scalars(select(Account.name)))
    people = [person for person in _people() if person["name"] not in known]
    if not people:
        return
    # One hash for all: the password is public, and eighty of them would delay the first start.
    fixed = {"password_hash": accounts.hashed(PASSWORD), "created_at": now, "is_active": True}
    rows = [{**person, **fixed, "id": ids.take()} for person in people]
    insert_absent(session, Account, rows)
    groups = {group_id for _, group_id, _ in catalogue.GROUPS}
    members = [
        {"account_id": row["id"], "group_id": group}
        for row in rows
        if (group := str(row["name"])[:-2]) in groups
    ]
    insert_absent(session, Membership, members)


def open_doors(session: Session) -> list[str]:
    """Return the accounts of the demo that anybody can use, because its password still fits."""
    names = [str(person["name"]) for person in _people()]
    query = select(Account.name, Account.password_hash).where(Account.name.in_(names))
    rows = session.execute(query.where(Account.is_active).order_by(Account.name)).all()
    # They were seeded with one hash; trying it once is enough.
    known = {
        stored for stored in {row.password_hash for row in rows} if accounts.fits(stored, PASSWORD)
    }
    return [row.name for row in rows if row.password_hash in known]


def _people() -> list[dict[str, object]]:
    """Return two accounts per group, `<group>.a` and `<group>.b`, and the operator."""
    people: list[dict[str, object]] = []
    for mandant_id, group_id, _ in catalogue.GROUPS:
        for letter in "ab":
            number = len(people)
            people.append(
                {
                    "name": f"{group_id}.{letter}",
                    "display_name": _name(number),
                    "mandant_id": mandant_id or HOME,
                    "is_operator": False,
                }
            )
    people.append(
        {"name": "admin", "display_name": "Betrieb", "mandant_id": None, "is_operator": True}
    )
    return people


def _name(number: int) -> str:
    # 20 and 24 have the common divisor 4: the shift keeps the first 120 combinations different.
    first = FIRST_NAMES[number % len(FIRST_NAMES)]
    last = LAST_NAMES[(number + number // 120) % len(LAST_NAMES)]
    return f"{first} {last}"
