"""`lotse parameter`: the adjustable values of a Mandant are listed, shown and set."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import click
from sqlalchemy.orm import Session

from engine import clock, feel
from engine.errors import Invalid
from engine.feel import YearsMonths
from engine.organisation import deeds, enrolment, parameters
from engine.organisation.parameters import DEFAULTS, Value
from web.commands.answering import Answer
from web.commands.german import Command
from web.commands.installation import beside_server
from web.database import session, write

LARGEST = 10_000


@click.command(
    name="parameter",
    cls=Command,
    examples=(
        "lotse parameter goe",
        "lotse parameter goe warteliste P5W",
        "lotse parameter goe warteliste --vorgabe",
    ),
)
@click.argument("mandant")
@click.argument("name", required=False)
@click.argument("wert", required=False)
@click.option("--vorgabe", is_flag=True, help="Lässt wieder die Vorgabe gelten.")
def command(mandant: str, name: str | None, wert: str | None, *, vorgabe: bool) -> Answer:
    """Zeigt die Werte eines Mandanten oder setzt einen.

    Fristen sind Dauern wie P4W, P14D oder PT4H. Laufende Fristen behalten ihren Wert.
    """
    if name is not None and name not in DEFAULTS:
        raise Invalid(f"Den Parameter {name} gibt es nicht. Alle nennt: lotse parameter {mandant}")
    if vorgabe and (name is None or wert is not None):
        raise Invalid("--vorgabe steht hinter dem Namen eines Parameters und ohne Wert.")
    with beside_server():
        enrolment.require_mandant(session(), mandant)
        if name is not None and vorgabe:
            write(partial(_reset, mandant=mandant, name=name))
        elif name is not None and wert is not None:
            write(partial(_set, mandant=mandant, name=name, value=checked(name, wert)))
        found = parameters.of(session(), mandant)
    names = sorted(DEFAULTS) if name is None else [name]
    lines = [f"{key} = {found[key]}{_origin(key, found[key])}" for key in names]
    result = {key: {"wert": found[key], "vorgabe": DEFAULTS[key]} for key in names}
    return Answer(tuple(lines), result)


def _reset(database: Session, *, mandant: str, name: str) -> None:
    parameters.forget(database, mandant, name)
    _note(database, mandant, name, "auf Vorgabe gesetzt")


def _set(database: Session, *, mandant: str, name: str, value: Value) -> None:
    parameters.set_value(database, mandant, name, value)
    _note(database, mandant, name, f"auf {value} gesetzt")


def _note(database: Session, mandant: str, name: str, action: str) -> None:
    subject = f"parameter {mandant} {name}"
    deeds.record(database, "lotse parameter", action, subject, now=clock.now())


def checked(name: str, text: str) -> Value:
    """Read a value of the kind that the parameter has; raise `Invalid` for any other."""
    if isinstance(DEFAULTS[name], str):
        return _duration(name, text)
    if not (text.isascii() and text.isdigit() and int(text[:6]) <= LARGEST >= len(text)):
        raise Invalid(f"{name} ist eine ganze Zahl von 0 bis {LARGEST}, nicht „{text}“.")
    return int(text)


def _duration(name: str, text: str) -> str:
    result = feel.compile("duration(wert)", names=("wert",)).evaluate(
        {"wert": text}, clock=clock.now
    )
    length = result.value
    positive = (isinstance(length, timedelta) and length > timedelta()) or (
        isinstance(length, YearsMonths) and length.months > 0
    )
    if not positive:
        raise Invalid(f"{name} ist eine Dauer wie P4W, P14D, P6M oder PT4H, nicht „{text}“.")
    return text


def _origin(name: str, value: Value) -> str:
    return " (Vorgabe)" if value == DEFAULTS[name] else f" (Vorgabe: {DEFAULTS[name]})"
