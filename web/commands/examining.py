"""`lotse doctor`: what is wrong with an installation, and what helps."""

from __future__ import annotations

import os

import click

from web import config
from web.commands import progress
from web.commands.answering import Answer, Code
from web.commands.german import Command
from web.doctor.examining import examine


@click.command(name="doctor", cls=Command, examples=("lotse doctor", "lotse doctor --json"))
def command() -> Answer:
    """Sagt in Sätzen, was an der Installation nicht stimmt; ändert nichts.

    Rufen Sie es mit denselben Einstellungen (LOTSE_*) und demselben Konto des Rechners auf wie den
    Server; er darf dabei laufen. Rückgabewert 0: alles in Ordnung, 3: nur Hinweise, 1: Fehler.
    """
    settings = config.read(os.environ)
    with progress.shown("Untersuchen") as bar:
        remarks = tuple(examine(settings, bar))
    broken = sum(remark.stage == "fehler" for remark in remarks)
    result = {"fehler": broken, "hinweise": len(remarks) - broken}
    if broken:
        line = f"{broken} Fehler, {len(remarks) - broken} Hinweise."
        return Answer((line,), result, remarks, Code.REFUSED)
    if remarks:
        line = f"Kein Fehler, {len(remarks)} Hinweise."
        return Answer((line,), result, remarks, Code.REMARKED)
    return Answer(("Es ist alles in Ordnung.",), result)
