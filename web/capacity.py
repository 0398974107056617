"""Places of a team: how they stand, and the posts that its leads record from a day on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import floor

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine import clock
from engine.casefile import places
from engine.casefile.places import Standing
from engine.errors import NotFound
from engine.organisation import capacity, catalogue, groups, parameters
from engine.organisation.accounts import User
from web.database import session, write
from web.guard import current_account
from web.wording import day

blueprint = Blueprint("capacity", __name__, url_prefix="/plaetze")

#: Posts as people write them: 1,5 or 0.75.
POSTS = re.compile(r"\d{1,3}([.,]\d{1,2})?", re.ASCII)
EARLIEST = date(2000, 1, 1)
POSTS_WRONG = "Bitte geben Sie eine Zahl mit höchstens zwei Nachkommastellen an, zum Beispiel 1,5."
DAY_WRONG = "Bitte geben Sie einen Tag ab dem Jahr 2000 an, zum Beispiel 2026-02-01."


class TeamNotFound(NotFound):
    """Dieses Team gibt es nicht, oder Sie leiten es nicht."""


@dataclass(frozen=True)
class Record:
    """The posts of a team from a day on."""

    valid_from: date
    posts: Decimal
    when: str  # gilt heute, gilt später, galt früher


@dataclass(frozen=True)
class Team:
    """A team as its lead sees it."""

    id: str
    name: str
    standing: Standing
    most: int | None  # None: nobody has recorded any posts yet
    records: list[Record]

    @property
    def free(self) -> int:
        """How many places can still be given without going beyond the cap."""
        return max(0, (self.most or 0) - self.standing.reserved - self.standing.participating)


@dataclass(frozen=True)
class Typed:
    """What stands in the fields, and what is wrong with it."""

    ab: str
    vzae: str = ""
    ab_wrong: str = ""
    vzae_wrong: str = ""


@blueprint.get("")
def index() -> str:
    """Show how the places of the person's teams stand."""
    user, database = current_account(), session()
    names = groups.names(database)
    teams = [_team(database, team, names[team], user) for team in _led(user)]
    return render_template("capacity/index.html", teams=teams)


@blueprint.get("/<team>")
def ask(team: str) -> str:
    """Ask for new posts."""
    return _page(_own(team), Typed(ab=clock.today().isoformat()))


@blueprint.post("/<team>")
def record(team: str) -> Response | tuple[str, int]:
    """Record the posts of a team from a day on."""
    team = _own(team)
    ab, vzae = (request.form.get(name, "").strip() for name in ("ab", "vzae"))
    valid_from, posts = _day(ab), _posts(vzae)
    if valid_from is None or posts is None:
        ab_wrong = DAY_WRONG if valid_from is None else ""
        vzae_wrong = POSTS_WRONG if posts is None else ""
        return _page(team, Typed(ab, vzae, ab_wrong, vzae_wrong)), 422
    write(lambda s: capacity.record(s, team, valid_from, posts))
    flash(f"Eingetragen: {in_german(posts)} Stellen (VZÄ) ab {day(valid_from)}.", "success")
    return redirect(url_for("capacity.index"), code=303)


@blueprint.app_template_filter("posts")
def in_german(posts: Decimal) -> str:
    """Write posts as 1,5."""
    return f"{posts.normalize():f}".replace(".", ",")


def _led(user: User) -> list[str]:
    """Return the teams that the person leads; for everybody else there is no such page."""
    teams = [team for lead, team in catalogue.LEADS.items() if lead in user.group_ids]
    if not teams:
        raise TeamNotFound
    return teams


def _own(team: str) -> str:
    if team not in _led(current_account()):
        raise TeamNotFound
    return team


def _team(database: Session, team: str, name: str, user: User) -> Team:
    today = clock.today()
    posts = capacity.vzae(database, team, today)
    each = Decimal(str(parameters.of(database, user.mandant_id or "")["bg_je_vzae"]))
    return Team(
        id=team,
        name=name,
        standing=places.standing(database, team),
        most=None if posts is None else floor(posts * each),
        records=_records(capacity.history(database, team), today),
    )


def _records(history: list[tuple[date, Decimal]], today: date) -> list[Record]:
    """Say of each record when it holds; the newest come first."""
    begun = [valid_from for valid_from, _ in history if valid_from <= today]
    found = []
    for valid_from, posts in history:
        past = "gilt heute" if valid_from == max(begun, default=None) else "galt früher"
        found.append(Record(valid_from, posts, "gilt später" if valid_from > today else past))
    return found


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found >= EARLIEST else None


def _posts(text: str) -> Decimal | None:
    return Decimal(text.replace(",", ".")) if POSTS.fullmatch(text) else None


def _page(team: str, typed: Typed) -> str:
    name = groups.names(session())[team]
    return render_template("capacity/ask.html", team=team, name=name, typed=typed)
