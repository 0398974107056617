"""Families that take part in KiBiZ already, with a place and the groups that know them."""

import shutil
from datetime import date
from pathlib import Path

from engine import clock
from engine.casefile import access, einwilligungen, places
from engine.model.letter import Letter
from tests.processes import begleitung, records
from tests.processes.begleitung import MOTHER, family_of
from tests.processes.kibiz import CHILD
from web import deploying
from web.database import db, write

TEAM = "goe_ifk_kibiz"


def take_part(stage, *children, **bg):
    """Let a mother and her children take part in KiBiZ; return the children's numbers."""
    young = [{"rolle": "kind", "zustaendigkeit": "kibiz"} | child for child in children or [CHILD]]
    numbers = family_of(stage, MOTHER, *young, **bg)

    def work(session):
        access.involve(session, stage.case, ["goe_ifk", TEAM, "goe_teamleitung"])
        place = places.Place(stage.case, TEAM)
        places.reserve(session, place, most=None, beyond=True, now=clock.now())
        places.participate(session, place, beginn=date(2026, 1, 12))

    with stage.app.app_context():
        write(work)
    return numbers[1:]


def consent(stage, *, empfaenger, zweck="uebergabe", **changes):
    """Write down a communication consent of the mother; return its number."""
    answer = {
        "person_id": int(stage.adult()),
        "art": "kommunikation",
        "einverstaendnis": "erteilt",
        "empfaenger": empfaenger,
        "zweck": zweck,
        "datenumfang": "Ziele und Termine",
        "datum": clock.today(),
        "schriftlich": True,
        "gueltig_bis": None,
    }
    with stage.app.app_context():
        numbers = write(
            lambda session: einwilligungen.record(session, stage.case, [answer | changes])
        )
    return str(numbers[0])


def letters(stage):
    """Return the templates of all letters of the case; those still to be typeset can be."""
    begleitung.letters(stage)
    return [row.vorlage for row in records.rows(stage, Letter)]


def refuse_all(stage):
    """Deploy tables by which nothing may leave a case."""
    with stage.app.app_context():
        root = Path(db.engine.url.database).parent / "strenger"
    shutil.copytree(deploying.PROCESSES, root / "processes")
    shutil.copytree(deploying.ROOT / "forms", root / "forms")
    table = root / "processes" / "gemeinsam" / "datenweitergabe.dmn"
    text = table.read_text(encoding="utf-8")
    for answer in ("erlaubt", "manuell"):
        text = text.replace(f'<text>"{answer}"</text>', '<text>"verweigert"</text>')
    table.write_text(text, encoding="utf-8")
    for folder in deploying.folders(root / "processes"):
        with stage.app.app_context():
            write(lambda session, f=folder: deploying.deploy(session, f, now=clock.now()))
