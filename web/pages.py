"""The pages that say who runs this and how: start, accessibility, data protection, imprint."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from engine.model.mandant import Mandant
from engine.organisation import unattached
from web import navigation
from web.database import db
from web.guard import current_account

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> Response | str:
    """Go to the first page of this person's menu: tasks, or incidents for operators."""
    doors = navigation.entries(current_account())
    return redirect(doors[0].url) if doors else render_template("pages/unplaced.html")


@blueprint.get("/barrierefreiheit")
def accessibility() -> str:
    """Show the accessibility statement."""
    return render_template("pages/accessibility.html", offices=offices())


@blueprint.get("/datenschutz")
def privacy() -> str:
    """Show which data are kept, what for and how long."""
    return render_template("pages/privacy.html", offices=offices())


@blueprint.get("/impressum")
def imprint() -> str:
    """Show who is responsible."""
    licences = url_for("assets.serve", name="LICENSES.txt")
    return render_template("pages/imprint.html", offices=offices(), licences=licences)


def offices() -> Sequence[Mandant]:
    """Return the offices that share this installation."""
    query = select(Mandant).where(Mandant.id != unattached.MANDANT_ID)
    return db.session().scalars(query.order_by(Mandant.name)).all()
