"""`lotse parameter`: the adjustable values of a Mandant are listed, shown and set."""

from __future__ import annotations

from datetime import timedelta

import click

from engine import clock, feel
from engine.errors import Invalid
from engine.feel import YearsMonths
from engine.organisation import enrolment, parameters
from engine.organisation.parameters import DEFAULTS, Value
from web.commands.installation import beside_server
from web.database import session, write

LARGEST = 10_000


@click.command(name="parameter")
@click.argument("mandant")
@click.argument("name", required=False)
@click.argument("wert", required=False)
@click.option("--vorgabe", is_flag=True, help="Lässt wieder die Vorgabe gelten.")
def command(mandant: str, name: str | None, wert: str | None, *, vorgabe: bool) -> None:
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
            write(lambda s: parameters.forget(s, mandant, name))
        elif name is not None and wert is not None:
            value = checked(name, wert)
            write(lambda s: parameters.set_value(s, mandant, name, value))
        found = parameters.of(session(), mandant)
    for key in sorted(DEFAULTS) if name is None else [name]:
        click.echo(f"{key} = {found[key]}{_origin(key, found[key])}")


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
