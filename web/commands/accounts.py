"""`lotse user`: accounts are made, put into groups, locked and given passwords."""

from __future__ import annotations

import sys
from functools import partial

import click
from sqlalchemy.orm import Session

from engine import clock
from engine.casefile.audit import By
from engine.errors import Invalid
from engine.organisation import catalogue, enrolment, groups
from engine.organisation.enrolment import Newcomer
from web import accounts_closing
from web.commands.installation import beside_server
from web.database import session, write

#: For names after a minus: "-h" would be found inside them.
SIGNED = {"ignore_unknown_options": True, "help_option_names": ["--help"]}


@click.group(name="user")
def group() -> None:
    """Legt Konten an und pflegt sie; auch während der Server läuft.

    Passwörter werden ohne Anzeige erfragt oder als Zeile von der Standardeingabe gelesen.
    """


@group.command(name="anlegen")
@click.argument("name")
@click.option("--anzeigename", required=True, help="So sehen andere die Person.")
@click.option("--mandant", help="Zu welcher Stelle das Konto gehört, zum Beispiel goe.")
@click.option("--gruppe", "gruppen", multiple=True, help="Eine Gruppe; mehrfach möglich.")
@click.option("--betrieb", is_flag=True, help="Ein Konto für den Betrieb statt für Fälle.")
def create(
    name: str, anzeigename: str, mandant: str | None, gruppen: tuple[str, ...], *, betrieb: bool
) -> None:
    """Legt ein Konto an."""
    if betrieb and (mandant or gruppen):
        raise Invalid("Ein Konto des Betriebs gehört zu keinem Mandanten und zu keiner Gruppe.")
    if not betrieb and not mandant:
        raise Invalid("Bitte nennen Sie mit --mandant die Stelle, oder --betrieb.")
    newcomer = Newcomer(name, anzeigename, mandant, gruppen, is_operator=betrieb)
    with beside_server():
        write(catalogue.establish)
        password = _password()
        write(partial(enrolment.enrol, newcomer=newcomer, password=password, now=clock.now()))
    click.echo(f"Das Konto {name} ist angelegt.")


@group.command(name="passwort")
@click.argument("name")
def change_password(name: str) -> None:
    """Gibt einem Konto ein neues Passwort und meldet es überall ab."""
    with beside_server():
        account_id = enrolment.number_of(session(), name)
        password = _password()
        write(partial(enrolment.change_password, account_id=account_id, password=password))
    click.echo(f"Das Konto {name} hat ein neues Passwort. Offene Sitzungen sind beendet.")


@group.command(name="gruppe", context_settings=SIGNED)
@click.argument("name")
@click.argument("changes", metavar="+GRUPPE/-GRUPPE", nargs=-1, required=True)
def regroup(name: str, changes: tuple[str, ...]) -> None:
    """Nimmt ein Konto in Gruppen auf (+) oder aus ihnen heraus (-)."""
    wrong = [change for change in changes if change[:1] not in ("+", "-")]
    if wrong:
        raise Invalid(f"Vor {wrong[0]} fehlt das Zeichen: + nimmt auf, - nimmt heraus.")

    def change_all(database: Session) -> str:
        account_id = enrolment.number_of(database, name)
        for change in changes:
            turn = enrolment.join if change[0] == "+" else groups.leave
            turn(database, account_id, change[1:])
        return ", ".join(group.id for group in groups.of(database, account_id))

    with beside_server():
        left = write(change_all)
    click.echo(f"Das Konto {name} ist jetzt in: {left or 'keiner Gruppe'}.")


@group.command(name="sperren")
@click.argument("name")
def lock(name: str) -> None:
    """Sperrt ein Konto sofort; seine übernommenen Aufgaben gehen an die Gruppe zurück."""
    with beside_server():
        by = By("lotse user sperren", clock.now())
        given_back = write(lambda s: accounts_closing.close(s, name, by=by))
    click.echo(f"Das Konto {name} ist gesperrt. Zurückgegebene Aufgaben: {given_back}.")


@group.command(name="entsperren")
@click.argument("name")
def unlock(name: str) -> None:
    """Lässt ein gesperrtes Konto wieder zu; das Passwort bleibt."""
    with beside_server():
        write(lambda s: enrolment.unlock(s, enrolment.number_of(s, name)))
    click.echo(f"Das Konto {name} ist wieder offen.")


def _password() -> str:
    """Ask twice without showing it, or read one line where nobody sits at the keyboard."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password: str = click.prompt(
        "Passwort", hide_input=True, confirmation_prompt="Noch einmal", err=True
    )
    return password
