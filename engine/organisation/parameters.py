"""The adjustable values of a Mandant; expressions read them as `parameter.<name>`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.model.parameter import Parameter

Value = int | float | str

#: What holds until a Mandant decides otherwise: numbers, and durations as ISO text.
DEFAULTS: Mapping[str, Value] = MappingProxyType(
    {
        "hausbesuch_intervall": "P8W",
        "mitwirkung_frist": "P4W",
        "uesb_vorlauf": "P12M",
        "uesb_mindestalter": 15,
        "ssw_min": 13,
        "bg_je_vzae": 20,
        "nb_aktiv": "P6M",
        "nb_passiv": "P12M",
        "bo_loeschung": "P1Y",
        "bo_kopien": "P3M",
        "hb_eskalation": "P7D",
        "asd_antwort": "P14D",
        "bedenkzeit": "P14D",
        "warteliste": "P4W",
        "einverstaendnis": "P14D",
        "hze_pruefung": "P4W",
        "ifk_uebernahme": "P7D",
        "reha_pruefung": "P4W",
        "uesb_vorbereitung": "P4W",
        "austausch_ifk": "P8W",
        "nb_kontakt": "P6W",
        "kwg_annahme": "PT4H",
        "eb_rueckmeldung": "P14D",
        "bo_dauerpruefung": "P6M",
        "bo_kontaktpause": "P8W",
        "hamm_erstkontakt": "P1D",
        "hamm_traeger_antwort": "P7D",
        "hamm_vorlaeufig": "P4W",
        "hamm_ueberpruefung": "P4W",
        "ehrenamt_austausch": "P4W",
        "stat_abgabe": "P10D",
        "qz_rhythmus": "P3M",
        "wirkungskontrolle": "P6M",
        "konferenz_zusage": "P7D",
    }
)


class UnknownParameter(Invalid):
    """Diesen Parameter gibt es nicht."""


def of(session: Session, mandant_id: str) -> dict[str, Value]:
    """Return all parameters of a Mandant: the defaults and what it has set itself."""
    rows = session.connection().execute(_SET, {"mandant": mandant_id})
    return {**DEFAULTS, **{name: value for name, value in rows}}


#: Built once: it is asked with almost every deadline.
_SET = select(Parameter.name, Parameter.value).where(Parameter.mandant_id == bindparam("mandant"))


def set_value(session: Session, mandant_id: str, name: str, value: Value) -> None:
    """Set one parameter of a Mandant; timers that run keep the value they were armed with."""
    if name not in DEFAULTS:
        raise UnknownParameter
    forget(session, mandant_id, name)
    session.execute(insert(Parameter).values(mandant_id=mandant_id, name=name, value=value))


def forget(session: Session, mandant_id: str, name: str) -> None:
    """Let the default hold again."""
    session.execute(
        delete(Parameter).where(Parameter.mandant_id == mandant_id, Parameter.name == name)
    )
