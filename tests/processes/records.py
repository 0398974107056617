"""What the database knows of a case, also after its pages have closed."""

from engine.model.case import Case
from engine.model.history import HistoryRow
from engine.model.message import BufferedMessage
from web.database import db


def case(stage):
    """Return the head of the case."""
    with stage.app.app_context():
        return db.session.get_one(Case, stage.case)


def rows(stage, model):
    """Return everything of one kind that belongs to the case, the oldest first."""
    with stage.app.app_context():
        query = db.select(model).where(model.case_id == stage.case).order_by(model.id)
        return list(db.session.scalars(query))


def kept(stage, name):
    """Return what the case's messages of a name carry that nobody has taken yet."""
    return [row.variables for row in rows(stage, BufferedMessage) if row.name == name]


def happened(stage, element_id):
    """Return what happened to an element of the case, in order."""
    return [row.kind for row in rows(stage, HistoryRow) if row.element_id == element_id]
