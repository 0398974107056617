"""`lotse tick` and `lotse publish`: what else the server does, once and by hand."""

from __future__ import annotations

import os
from typing import Any

import click
import orjson
from sqlalchemy.orm import Session

from engine import clock, messages
from engine.errors import Invalid
from engine.handlers import OutgoingMessage
from engine.instances import Advance, Letter
from engine.organisation import catalogue, enrolment
from web import config, scheduler
from web.commands import progress
from web.commands.answering import Answer
from web.commands.german import Command
from web.commands.installation import alone
from web.database import write


@click.command(cls=Command, examples=("lotse tick",))
def tick() -> Answer:
    """Erledigt einmal alles, was jetzt fällig ist."""
    with alone(config.read(os.environ)), progress.shown("Erledigen") as bar:
        done = scheduler.tick(bar(scheduler.count_due()))
    return Answer((f"{done} Fristen und Sendungen erledigt.",), {"erledigt": done})


@click.command(
    cls=Command,
    examples=(
        "lotse publish msg_antwort --mandant goe --schluessel 4711",
        """lotse publish msg_antwort --mandant goe --schluessel 4711 --werte '{"ja": true}'""",
    ),
)
@click.argument("name")
@click.option("--mandant", required=True, help="Wessen Fall es ist, zum Beispiel goe.")
@click.option("--schluessel", required=True, help="Zuordnungsschlüssel, meist die fall_id.")
@click.option("--werte", default="{}", help="Was die Nachricht mitbringt, als JSON-Objekt.")
@click.option("--kennung", help="Kennung der Nachricht; dieselbe zählt einmal.")
def publish(name: str, mandant: str, schluessel: str, werte: str, kennung: str | None) -> Answer:
    """Gibt eine Nachricht von außen an das Verfahren, das auf sie wartet."""
    letter = Letter(
        message=OutgoingMessage(name=name, correlation=schluessel, variables=_values(werte)),
        case_id=None,
        mandant_id=mandant,
        message_id=kennung,
    )

    def work(database: Session) -> bool:
        catalogue.establish(database)
        enrolment.require_mandant(database, mandant)
        by = Advance(account=None, now=clock.now())
        return bool(messages.publish(database, letter, by=by))

    with alone(config.read(os.environ)):
        taken = write(work)
    waits = "Darauf wartet noch niemand. Die Nachricht bleibt liegen."
    return Answer(("Angekommen." if taken else waits,), {"angekommen": taken})


def _values(text: str) -> dict[str, Any]:
    try:
        values = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        where = f"Zeile {error.lineno}, Spalte {error.colno}"
        raise Invalid(f"--werte ist kein gültiges JSON ({where}).") from error
    if not isinstance(values, dict):
        raise Invalid('--werte ist ein JSON-Objekt, zum Beispiel {"datum": "2026-01-12"}.')
    return values
