"""`lotse export`: procedures and figures leave the house; nothing about a person does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from engine import clock
from engine.errors import Invalid
from engine.organisation import deeds
from web import figures, parcels
from web.backups.archive import new_file
from web.commands import progress
from web.commands.answering import Answer
from web.commands.german import TARGET, Group
from web.commands.installation import beside_server
from web.database import session, write
from web.figures import FEWEST, Figure
from web.remarks import Remark

FORMATS: dict[str, Callable[[list[Figure]], bytes]] = {
    "csv": figures.as_csv,
    "json": figures.as_json,
}


@click.group(name="export", cls=Group)
def group() -> None:
    """Schreibt Verfahren oder Zahlen in eine Datei; auch während der Server läuft.

    Angaben über Personen verlassen Lotse so nicht. Jeder Export steht danach im Protokoll der
    Verwaltung.
    """


@group.command(
    name="verfahren",
    examples=(
        "lotse export verfahren verfahren.zip",
        "lotse export verfahren alt.zip --verfahren kibiz_uebergabe --version 3",
    ),
)
@click.argument("ziel", type=TARGET)
@click.option("--verfahren", help="Nur dieses Verfahren mit dem, was es braucht.")
@click.option("--version", help="Diese Version statt der neuesten.")
def procedures(ziel: Path, verfahren: str | None, version: str | None) -> Answer:
    """Schreibt Diagramme, Entscheidungen, Formulare und Schreiben als ZIP.

    „lotse check“ und „lotse deploy“ nehmen es wieder an. Ohne --verfahren sind es alle Ordner in
    ihrem jetzigen Stand.
    """
    if version is not None and verfahren is None:
        raise Invalid("--version gehört zu --verfahren.")
    number = _number(version) if version is not None else None
    with beside_server():
        if verfahren is not None:
            folders, left_out = parcels.deployed_with(session(), verfahren, number), []
        else:
            folders = parcels.deployed(session())
            left_out = parcels.sent_over_the_api(session())
        if not folders:
            raise Invalid("Es ist noch kein Verfahren übernommen.")
        with new_file(ziel) as file:
            _note("verfahren", verfahren or "alle")
            parcels.pack(file, folders)
    names = [folder.name for folder in folders]
    remarks = tuple(
        Remark(
            stage="hinweis",
            text=f"{process_id} kam über die Schnittstelle und ist nicht dabei.",
            remedy=f"Einzeln: lotse export verfahren DATEI --verfahren {process_id}",
        )
        for process_id in left_out
    )
    line = f"Geschrieben: {ziel} ({', '.join(names)})."
    return Answer((line,), {"datei": str(ziel), "ordner": names}, remarks)


@group.command(
    name="statistik",
    examples=(
        "lotse export statistik zahlen.csv",
        "lotse export statistik zahlen.json --format json",
    ),
)
@click.argument("ziel", type=TARGET)
@click.option("--format", "kind", default="csv", help="csv (ohne Angabe) oder json.")
@click.option(
    "--genau", is_flag=True, help=f"Auch Zahlen unter {FEWEST}; solche können auf Personen deuten."
)
def statistics(ziel: Path, kind: str, *, genau: bool) -> Answer:
    """Schreibt Zahlen je Monat: was Verfahren gezählt haben, und wie viele begannen und endeten.

    Was seltener als fünfmal vorkommt, steht zusammen unter „übrige“ und ohne genaue Zahl.
    Durchläufe gelöschter Fälle zählen nicht mehr mit, die Zähler der Verfahren schon.
    """
    if kind not in FORMATS:
        raise Invalid(f"Das Format {kind} gibt es nicht. Es gibt: {', '.join(FORMATS)}.")
    with beside_server(), progress.shown("Zählen") as bar:
        database = session()
        told = bar(figures.number_of_runs(database))
        counted = [*figures.of_counters(database), *figures.of_runs(database, told).items()]
        said = figures.exact(counted) if genau else figures.safe(counted)
        with new_file(ziel) as file:
            _note("statistik", "mit kleinen Zahlen" if genau else "ohne kleine Zahlen")
            file.write(FORMATS[kind](said))
    line = f"Geschrieben: {ziel} ({len(said)} Zahlen)."
    return Answer((line,), {"datei": str(ziel), "zahlen": len(said), "genau": genau})


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise Invalid(f"--version ist eine ganze Zahl ab 1, nicht „{text}“.")
    return int(text)


def _note(what: str, how: str) -> None:
    """Note an export before a byte of it is written: nothing leaves that nobody noted."""
    actor, subject = f"lotse export {what}", f"{what}: {how}"
    write(lambda s: deeds.record(s, actor, "exportiert", subject, now=clock.now()))
