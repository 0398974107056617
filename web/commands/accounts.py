"""`lotse user`: accounts are made, put into groups, locked and given passwords."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import click
from sqlalchemy.orm import Session

from engine import clock
from engine.casefile.audit import By
from engine.errors import Invalid
from engine.organisation import catalogue, deeds, enrolment, groups
from engine.organisation.enrolment import Enrolled, Newcomer
from web import accounts_closing
from web.commands.answering import Answer
from web.commands.german import Group
from web.commands.installation import beside_server
from web.database import session, write

T = TypeVar("T")
#: For names after a minus: "-h" would be found inside them.
SIGNED = {"ignore_unknown_options": True, "help_option_names": ["--help"]}


@click.group(name="user", cls=Group)
def group() -> None:
    """Legt Konten an und pflegt sie; auch während der Server läuft.

    Passwörter werden ohne Anzeige erfragt oder als Zeile von der Standardeingabe gelesen. Jede
    Änderung steht danach im Protokoll der Verwaltung.
    """


@group.command(
    name="anlegen",
    examples=(
        'lotse user anlegen anna.ott --anzeigename "Anna Ott" --mandant goe --gruppe goe_ifk',
        'lotse user anlegen wacht --anzeigename "Betrieb" --betrieb',
    ),
)
@click.argument("name")
@click.option("--anzeigename", required=True, help="So sehen andere die Person.")
@click.option("--mandant", help="Zu welcher Stelle das Konto gehört, zum Beispiel goe.")
@click.option("--gruppe", "gruppen", multiple=True, help="Eine Gruppe; mehrfach möglich.")
@click.option("--betrieb", is_flag=True, help="Ein Konto für den Betrieb statt für Fälle.")
def create(
    name: str, anzeigename: str, mandant: str | None, gruppen: tuple[str, ...], *, betrieb: bool
) -> Answer:
    """Legt ein Konto an."""
    if betrieb and (mandant or gruppen):
        raise Invalid("Ein Konto des Betriebs gehört zu keinem Mandanten und zu keiner Gruppe.")
    if not betrieb and not mandant:
        raise Invalid("Bitte nennen Sie mit --mandant die Stelle, oder --betrieb.")
    newcomer = Newcomer(name, anzeigename, mandant, gruppen, is_operator=betrieb)
    with beside_server(may_begin=True):
        write(catalogue.establish)
        password = _password()
        enrol = partial(enrolment.enrol, newcomer=newcomer, password=password, now=clock.now())
        write(_noted(enrol, "anlegen", "angelegt", name))
    return Answer((f"Das Konto {name} ist angelegt.",), {"konto": name})


@group.command(name="passwort", examples=("lotse user passwort anna.ott",))
@click.argument("name")
def change_password(name: str) -> Answer:
    """Gibt einem Konto ein neues Passwort und meldet es überall ab."""
    with beside_server():
        account_id = enrolment.number_of(session(), name)
        password = _password()
        change = partial(enrolment.change_password, account_id=account_id, password=password)
        write(_noted(change, "passwort", "neues Passwort", name))
    line = f"Das Konto {name} hat ein neues Passwort. Offene Sitzungen sind beendet."
    return Answer((line,), {"konto": name})


@group.command(
    name="gruppe",
    context_settings=SIGNED,
    examples=("lotse user gruppe anna.ott +goe_teamleitung -goe_ifk",),
)
@click.argument("name")
@click.argument("changes", metavar="+GRUPPE/-GRUPPE", nargs=-1, required=True)
def regroup(name: str, changes: tuple[str, ...]) -> Answer:
    """Nimmt ein Konto in Gruppen auf (+) oder aus ihnen heraus (-)."""
    wrong = [each for each in changes if each[:1] not in ("+", "-") or each[1:2] == "-"]
    if wrong:
        raise Invalid(f"Vor {wrong[0]} fehlt das Zeichen: + nimmt auf, - nimmt heraus.")

    def change_all(database: Session) -> list[str]:
        account_id = enrolment.number_of(database, name)
        for change in changes:
            turn = enrolment.join if change[0] == "+" else groups.leave
            turn(database, account_id, change[1:])
        return [group.id for group in groups.of(database, account_id)]

    with beside_server():
        left = write(_noted(change_all, "gruppe", f"Gruppen {' '.join(changes)}", name))
    line = f"Das Konto {name} ist jetzt in: {', '.join(left) or 'keiner Gruppe'}."
    return Answer((line,), {"konto": name, "gruppen": left})


@group.command(name="sperren", examples=("lotse user sperren anna.ott",))
@click.argument("name")
def lock(name: str) -> Answer:
    """Sperrt ein Konto sofort; seine übernommenen Aufgaben gehen an die Gruppe zurück."""
    with beside_server():
        close = partial(accounts_closing.close, name=name, by=By("lotse user sperren", clock.now()))
        given_back = write(_noted(close, "sperren", "gesperrt", name))
    line = f"Das Konto {name} ist gesperrt. Zurückgegebene Aufgaben: {given_back}."
    return Answer((line,), {"konto": name, "zurueckgegeben": given_back})


@group.command(name="entsperren", examples=("lotse user entsperren anna.ott",))
@click.argument("name")
def unlock(name: str) -> Answer:
    """Lässt ein gesperrtes Konto wieder zu; das Passwort bleibt."""

    def work(database: Session) -> None:
        enrolment.unlock(database, enrolment.number_of(database, name))

    with beside_server():
        write(_noted(work, "entsperren", "entsperrt", name))
    return Answer((f"Das Konto {name} ist wieder offen.",), {"konto": name})


@group.command(name="liste", examples=("lotse user liste", "lotse user liste --json"))
def listing() -> Answer:
    """Nennt alle Konten von Menschen mit Stelle, Gruppen und Zustand."""
    with beside_server():
        found = enrolment.enrolled(session())
    lines = [
        f"{each.name}  {each.mandant_id or ('Betrieb' if each.is_operator else 'keine Stelle')}  "
        f"{', '.join(each.group_ids) or 'keine Gruppe'}{'' if each.is_active else '  gesperrt'}"
        for each in found
    ]
    return Answer(tuple(lines) or ("Es gibt noch kein Konto.",), [_plain(each) for each in found])


def _plain(account: Enrolled) -> dict[str, object]:
    return {
        "konto": account.name,
        "mandant": account.mandant_id,
        "gruppen": list(account.group_ids),
        "betrieb": account.is_operator,
        "gesperrt": not account.is_active,
    }


def _noted(
    work: Callable[[Session], T], command: str, action: str, name: str
) -> Callable[[Session], T]:
    """Return the work together with the note of it, for one transaction."""

    def both(database: Session) -> T:
        done = work(database)
        actor, subject = f"lotse user {command}", f"konto {name}"
        deeds.record(database, actor, action, subject, now=clock.now())
        return done

    return both


def _password() -> str:
    """Ask twice without showing it, or read one line where nobody sits at the keyboard."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password: str = click.prompt(
        "Passwort", hide_input=True, confirmation_prompt="Noch einmal", err=True
    )
    return password
