"""The pages that say who runs this and how: start, accessibility, data protection, imprint."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template, url_for
from sqlalchemy import select

from engine.model.mandant import Mandant
from web.database import db

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> str:
    """Show the doors that are open to this person."""
    return render_template("pages/home.html")


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
    return db.session().scalars(select(Mandant).order_by(Mandant.name)).all()
