"""The case as expressions see it: `fall` and `parameter`, read only when one asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, func, select
from sqlalchemy.orm import Session

from engine.bpmn.outcome import State
from engine.casefile import einwilligungen
from engine.casefile.cases import CaseNotFound
from engine.clock import BERLIN
from engine.lazily import Lazily
from engine.model.case import Bg, Case
from engine.model.deployment import Definition
from engine.model.instance import Instance
from engine.model.person import Person
from engine.organisation import parameters

_CASE = ("status", "fallbeginn", "fall_ende_datum", "beendigungsgrund", "zustaendige_person")
_BG = tuple(column.key for column in Bg.__table__.columns if column.key != "case_id")
_PERSON = (
    *("rolle", "vorname", "nachname", "geburtsdatum", "erziehungsberechtigt"),
    *("personensorgeberechtigt", "elb", "zustaendigkeit"),
)
_CHILD = (
    *("besucht_allgemeinbildende_schule", "schulende_datum", "lta_bedarf", "eingeschult"),
    *("betreuung", "stichtag_uesb"),
)
#: The processes that still run in the case, one name for each instance; part of the one query.
_RUNNING = (
    select(func.aggregate_strings(Definition.process_id, ","))
    .join(Instance, Instance.definition_id == Definition.id)
    .where(Instance.case_id == Case.id, Instance.state == State.ACTIVE)
    .correlate(Case)
    .scalar_subquery()
)

_COLUMNS = (
    Case.mandant_id,
    _RUNNING.label("running"),
    *(getattr(Case, name) for name in _CASE),
    Bg.case_id,
    *(getattr(Bg, name) for name in _BG),
    Person.id.label("person_id"),
    *(getattr(Person, name) for name in (*_PERSON, *_CHILD)),
)

#: Built once: it is asked with almost every step and form.
_FALL = (
    select(*_COLUMNS)
    .outerjoin(Bg, Bg.case_id == Case.id)
    .outerjoin(Person, Person.case_id == Case.id)
    .where(Case.id == bindparam("case"))
    .order_by(Person.id)
)


def fall(session: Session, case_id: int, now: datetime) -> Mapping[str, Any]:
    """Return the case as JSON values; never a protected content. Raises `CaseNotFound`.

    The consents are read when somebody asks for them: few expressions do.
    """
    rows = session.execute(_FALL, {"case": case_id}).mappings().all()
    if not rows:
        raise CaseNotFound
    row = rows[0]
    persons = [_person(row) for row in rows if row["person_id"] is not None]
    today = now.astimezone(BERLIN).date()
    values: dict[str, Any] = {
        "fall_id": str(case_id),
        "mandant": row["mandant_id"],
        **_fields(row, _CASE),
        "laufende_verfahren": row["running"].split(",") if row["running"] else [],
        "bg": _fields(row, _BG) if row["case_id"] is not None else None,
        "personen": persons,
        "kinder": [person for person in persons if person["rolle"] == "kind"],
    }
    return Lazily({"einwilligungen": lambda: einwilligungen.of(session, case_id, today)}, values)


def world(
    session: Session,
    case_id: int,
    mandant_id: str,
    *,
    functions: Mapping[str, object],
    now: datetime,
) -> Lazily[object]:
    """Return what every expression may read beside its variables, current as of its reading."""
    readers = {
        "fall": lambda: fall(session, case_id, now),
        "parameter": lambda: parameters.of(session, mandant_id),
    }
    return Lazily(readers, functions)


def _person(row: RowMapping) -> dict[str, Any]:
    values = {"person_id": str(row["person_id"]), **_fields(row, _PERSON)}
    if row["rolle"] != "kind":
        return values
    return {**values, "kind_id": str(row["person_id"]), **_fields(row, _CHILD)}


def _fields(row: RowMapping, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _json(row[name]) for name in names}


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
