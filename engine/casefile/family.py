"""Changes the family of a case: its persons and its Bedarfsgemeinschaft."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, exists, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from engine.casefile.cases import number_of
from engine.casefile.values import Converter, ValueUnfit, day, flag, known, number, one_of, text
from engine.ids import ids
from engine.model.base import table_of
from engine.model.case import Bg, Case
from engine.model.einwilligung import Einwilligung
from engine.model.inserting import insert_rows
from engine.model.person import Person

PERSON: Mapping[str, Converter] = {
    "rolle": one_of("elternteil", "kind", "sonstige"),
    "vorname": text,
    "nachname": text,
    "geburtsdatum": day,
    "personensorgeberechtigt": flag,
    "erziehungsberechtigt": flag,
    "elb": flag,
    "zustaendigkeit": one_of("kibiz", "ifk", "uesb", "reha"),
}
CHILD: Mapping[str, Converter] = {
    "besucht_allgemeinbildende_schule": flag,
    "schulende_datum": day,
    "lta_bedarf": one_of("ja", "nein", "unklar"),
    "eingeschult": flag,
    "betreuung": one_of("kita", "tagespflege", "keine", "schule"),
    "stichtag_uesb": day,
}
BG: Mapping[str, Converter] = {
    "bg_nummer": text,
    "jobcenter_standort": one_of("56.7", "56.8", "andere"),
    "sgb2_bezug": flag,
    "sgb2_bezug_ende": day,
    "familienform": one_of("alleinerziehend", "paar", "patchwork", "werdende_eltern"),
    "junger_elternteil": flag,
    "schwanger": flag,
    "schwangerschaftswoche": number,
    "mehrbedarf_schwangerschaft_ab": day,
    "teilnahme_status": one_of(
        "vorgeschlagen", "teilnahme", "nachbetreuung_aktiv", "nachbetreuung_passiv", "beendet"
    ),
}
CASE: Mapping[str, Converter] = {
    "status": one_of("offen", "beendet"),
    "fall_ende_datum": day,
    "beendigungsgrund": text,
    "zustaendige_person": text,
}
_FIELDS: Mapping[str, Converter] = {**PERSON, **CHILD}
#: When one of these changes, whoever follows the child's path must look again.
WATCHED = (*("geburtsdatum", "besucht_allgemeinbildende_schule", "schulende_datum", "lta_bedarf"),)
_NAMES = ("vorname", "nachname", "geburtsdatum")


@dataclass(frozen=True)
class Saved:
    """A person as it was saved, and whether something watched changed on a known child."""

    person_id: int
    rolle: str
    is_changed_child: bool


@dataclass
class _Row:
    """A person on the way into the table."""

    values: dict[str, Any]
    before: Mapping[str, Any] | None

    def saved(self) -> Saved:
        before = self.before
        changed = before is not None and any(before[w] != self.values[w] for w in WATCHED)
        is_child = self.values["rolle"] == "kind"
        return Saved(self.values["id"], self.values["rolle"], is_child and changed)


def save_bg(session: Session, case_id: int, values: Mapping[str, Any], *, today: date) -> None:
    """Change the Bedarfsgemeinschaft, only in the given fields; a week is dated with today."""
    changes = dict(values)
    if "schwangerschaftswoche" in changes:
        known_week = changes["schwangerschaftswoche"] is not None
        changes["schwangerschaftswoche_am"] = today if known_week else None
    if not changes:
        return
    result = session.execute(update(table_of(Bg)).where(Bg.case_id == case_id), changes)
    assert isinstance(result, CursorResult)
    if not result.rowcount:
        insert_rows(session, Bg, [{"case_id": case_id, **changes}])


def save_case(session: Session, case_id: int, values: Mapping[str, Any]) -> None:
    """Change the head of the case in the given fields."""
    if values:
        session.execute(update(Case).where(Case.id == case_id).values(**values))


def save_persons(
    session: Session, case_id: int, entries: Sequence[Mapping[str, Any]], *, complete: Iterable[str]
) -> list[Saved]:
    """Create or change persons and return them in order.

    An entry finds its person by number, else by name and birth date, else by name, within its
    role. Persons of the roles in `complete` whom no entry names are removed, unless an answer of
    theirs is on record. Raises `ValueUnfit`.
    """
    present = _present(session, case_id)
    free = dict(present)
    rows = [_merge(case_id, entry, free) for entry in entries]
    _write(session, rows)
    gone = [key for key, row in free.items() if row["rolle"] in set(complete)]
    if gone:
        answered = exists().where(Einwilligung.person_id == Person.id)
        session.execute(delete(Person).where(Person.id.in_(gone), ~answered))
    return [row.saved() for row in rows]


def hand_over(session: Session, case_id: int, *, before: str, after: str) -> None:
    """Move the persons of one responsibility to another."""
    moved = update(Person).where(Person.case_id == case_id, Person.zustaendigkeit == before)
    session.execute(moved.values(zustaendigkeit=after))


def person_ids(session: Session, case_id: int) -> set[int]:
    """Return the numbers of the persons of a case."""
    return set(session.scalars(select(Person.id).where(Person.case_id == case_id)))


def _present(session: Session, case_id: int) -> dict[int, dict[str, Any]]:
    rows = session.execute(_PRESENT, {"case": case_id}).mappings()
    return {row["id"]: dict(row) for row in rows}


_PRESENT = (
    select(*(getattr(Person, name) for name in ("id", "case_id", *_FIELDS)))
    .where(Person.case_id == bindparam("case"))
    .order_by(Person.id)
)


def _merge(case_id: int, entry: Mapping[str, Any], free: dict[int, dict[str, Any]]) -> _Row:
    """Match an entry with a person that no earlier entry took, or make a new one."""
    given = known(entry, _FIELDS, "person")
    if not given.get("rolle"):
        raise ValueUnfit("rolle", "eines von: elternteil, kind, sonstige")
    key = entry.get("person_id") or entry.get("kind_id")
    found = _named(key, free) if key else _alike(given, free)
    if found is None:
        empty: dict[str, Any] = dict.fromkeys(_FIELDS)
        fresh = {"id": ids.take(), "case_id": case_id, "zustaendigkeit": "ifk"}
        return _Row({**empty, **fresh, **given}, None)
    before = free.pop(found)
    return _Row({**before, **given}, before)


def _named(key: Any, free: Mapping[int, Mapping[str, Any]]) -> int:
    found = number_of(key)
    if found is None or found not in free:
        raise ValueUnfit("person_id", "eine Person dieses Falls")
    return found


def _alike(given: Mapping[str, Any], free: Mapping[int, Mapping[str, Any]]) -> int | None:
    for names in (_NAMES, _NAMES[:2], _NAMES[:1]):
        wanted = [_plain(given.get(name)) for name in ("rolle", *names)]
        same = [
            k for k, row in free.items() if [_plain(row[n]) for n in ("rolle", *names)] == wanted
        ]
        if same and given.get("vorname"):
            return same[0]
    return None


def _plain(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _write(session: Session, rows: Sequence[_Row]) -> None:
    fresh = [row.values for row in rows if row.before is None]
    changed = [row.values for row in rows if row.before is not None and row.values != row.before]
    insert_rows(session, Person, fresh)
    if changed:
        session.execute(update(Person), changed)
