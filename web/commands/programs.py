"""`lotse client`: programs get access, new secrets, and are locked."""

from __future__ import annotations

from functools import partial

import click
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.organisation import catalogue, clients
from engine.organisation.clients import FOR_PROGRAMS, Registered, Scope, Wanted
from web import programs
from web.commands.answering import Answer
from web.commands.german import Group
from web.commands.installation import beside_server
from web.database import session, write

ONCE = "Das Geheimnis steht nur hier und lässt sich nicht noch einmal zeigen. Bewahren Sie es auf:"


@click.group(name="client", cls=Group)
def group() -> None:
    """Gibt Programmen Zugang zur Schnittstelle; auch während der Server läuft.

    Dasselbe kann die Seite „API-Zugänge“. Jede Änderung steht danach im Protokoll der Verwaltung.
    """


@group.command(
    name="anlegen",
    examples=(
        'lotse client anlegen termine --zweck "überträgt Termine" --umfang lesen --umfang auftraege'
        " --mandant goe --gruppe goe_ifk",
        'lotse client anlegen modeler --zweck "Camunda Modeler" --umfang verfahren',
    ),
)
@click.argument("name")
@click.option("--zweck", required=True, help="Wofür der Zugang ist.")
@click.option(
    "--umfang",
    "umfaenge",
    multiple=True,
    required=True,
    help=f"Was er darf; mehrfach möglich: {', '.join(FOR_PROGRAMS)}.",
)
@click.option("--mandant", help="Wessen Fälle er sieht; ohne: was zu keinem Mandanten gehört.")
@click.option("--gruppe", "gruppen", multiple=True, help="Eine Gruppe; mehrfach möglich.")
def create(
    name: str, zweck: str, umfaenge: tuple[str, ...], mandant: str | None, gruppen: tuple[str, ...]
) -> Answer:
    """Legt einen Zugang an und zeigt sein Geheimnis, einmal."""
    scopes = [_scope(word) for word in umfaenge]
    wanted = Wanted(name, zweck.strip(), scopes, mandant, gruppen)

    def work(database: Session) -> str:
        catalogue.establish(database)
        return programs.register(database, wanted, actor="lotse client anlegen")

    with beside_server(may_begin=True):
        secret = write(work)
    return _shown(name, f"Der Zugang {name} ist angelegt.", secret)


@group.command(name="geheimnis", examples=("lotse client geheimnis termine",))
@click.argument("name")
def renew(name: str) -> Answer:
    """Gibt einem Zugang ein neues Geheimnis und zeigt es, einmal; das alte gilt nicht mehr."""
    with beside_server():
        secret = write(partial(programs.renew, name=name, actor="lotse client geheimnis"))
    return _shown(name, f"Der Zugang {name} hat ein neues Geheimnis.", secret)


@group.command(name="sperren", examples=("lotse client sperren termine",))
@click.argument("name")
def lock(name: str) -> Answer:
    """Sperrt einen Zugang sofort; sein Name bleibt vergeben, damit das Protokoll eindeutig ist."""
    with beside_server():
        write(partial(programs.lock, name=name, actor="lotse client sperren"))
    line = f"Der Zugang {name} ist gesperrt. Seine Tokens gelten nicht mehr."
    return Answer((line,), {"zugang": name})


@group.command(name="entsperren", examples=("lotse client entsperren termine",))
@click.argument("name")
def unlock(name: str) -> Answer:
    """Lässt einen gesperrten Zugang wieder zu; das Geheimnis bleibt."""
    with beside_server():
        write(partial(programs.unlock, name=name, actor="lotse client entsperren"))
    return Answer((f"Der Zugang {name} ist wieder offen.",), {"zugang": name})


@group.command(name="liste", examples=("lotse client liste", "lotse client liste --json"))
def listing() -> Answer:
    """Nennt alle Zugänge mit dem, was sie dürfen."""
    with beside_server():
        found = clients.registered(session())
    lines = tuple(_line(each) for each in found)
    return Answer(lines or ("Es gibt keinen Zugang.",), [_plain(each) for each in found])


def _scope(word: str) -> Scope:
    if word not in FOR_PROGRAMS:
        known = ", ".join(FOR_PROGRAMS)
        raise Invalid(f"Den Umfang {word} gibt es für Programme nicht. Es gibt: {known}.")
    return Scope(word)


def _shown(name: str, line: str, secret: str) -> Answer:
    return Answer((line, ONCE, secret), {"zugang": name, "geheimnis": secret})


def _line(program: Registered) -> str:
    parts = (
        program.name,
        program.mandant_id or "kein Mandant",
        f"darf: {', '.join(program.scopes)}",
        f"Gruppen: {', '.join(program.group_ids) or 'keine'}",
        program.display_name,
        *(() if program.is_active else ("gesperrt",)),
    )
    return "  ".join(parts)


def _plain(program: Registered) -> dict[str, object]:
    return {
        "zugang": program.name,
        "zweck": program.display_name,
        "mandant": program.mandant_id,
        "umfang": list(program.scopes),
        "gruppen": list(program.group_ids),
        "gesperrt": not program.is_active,
        "angelegt": program.created_at.isoformat(),
    }
