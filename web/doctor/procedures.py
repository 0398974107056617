"""The procedures of an installation: as they lie on the disk, and whether what runs is whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import bindings, clock, deployment
from engine.deployment import SHARED, Folder
from engine.errors import DefinitionInvalid, Finding
from engine.model.job import Job, JobState
from engine.organisation import groups
from web import deploying, parcels
from web.remarks import Remark, broken, notable

#: A job that no worker took for so long is one that none asks for.
LONGEST_WAIT = timedelta(hours=24)


def on_disk(session: Session) -> Iterator[Remark]:
    """Complain of folders that are not deployed as they lie there."""
    try:
        lying = deploying.folders()
    except DefinitionInvalid as refused:
        text = f"Ein Verfahrensordner lässt sich nicht lesen: {refused}"
        yield broken("ordner-defekt", text, "„lotse check ORDNER“ sagt mehr.")
        return
    for folder in lying:
        if deployment.unchanged(session, folder) is None:
            text = f"Der Ordner {folder.name} ist nicht so übernommen, wie er auf der Platte liegt."
            remedy = f"lotse deploy processes/{folder.name} (bei beendetem Server), oder Neustart"
            yield notable("ordner-anders", text, remedy)


def deployed(session: Session) -> Iterator[Remark]:
    """Complain of deployed procedures that lack a form or a decision, or are broken otherwise."""
    found = parcels.deployed(session)
    if not found:
        text = "Es ist noch kein Verfahren übernommen."
        yield broken("verfahren-fehlen", text, "Starten Sie den Server, oder: lotse deploy ORDNER")
    for folder in found:
        yield from _broken_parts(session, folder)


def _broken_parts(session: Session, folder: Folder) -> Iterator[Remark]:
    try:
        shared = deployment.shared_bundle(session) if folder.name != SHARED else None
        unknown = partial(groups.unknown, session)
        beside = deployment.neighbours(session, folder.name)
        elsewhere = bindings.deployed(session)
        findings = deploying.check(folder, shared, unknown, beside, elsewhere)
    except DefinitionInvalid as refused:
        findings = refused.findings
    except KeyError as lost:
        message = f"{lost.args[0]} ist übernommen, aber die Datei dazu fehlt in der Datenbank."
        findings = [Finding(file=folder.name, message=message)]
    for finding in findings:
        if finding.level == "error":
            text = f"Im übernommenen Verfahren {folder.name} stimmt etwas nicht: {finding}"
            remedy = "Berichtigen Sie den Ordner und übernehmen Sie ihn noch einmal: lotse deploy"
            yield broken("verfahren-defekt", text, remedy)


def without_worker(session: Session) -> Iterator[Remark]:
    """Complain of kinds of jobs that no worker asks for."""
    now = clock.now()
    where = (
        Job.state == JobState.CREATED,
        Job.available_at.is_not(None),
        Job.available_at < now - LONGEST_WAIT,
    )
    query = select(Job.type, func.count(), func.min(Job.created_at)).where(*where)
    for kind, number, since in session.execute(query.group_by(Job.type).order_by(Job.type)):
        day = since.astimezone(clock.BERLIN)
        text = (
            f"{number} Aufträge der Art „{kind}“ holt niemand ab, der älteste vom {day:%d.%m.%Y}."
        )
        remedy = "Prüfen Sie, ob das Programm läuft, das diese Aufträge erledigt."
        yield notable("auftrag-wartet", text, remedy)
