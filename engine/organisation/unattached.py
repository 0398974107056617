"""Where work lives that belongs to no Mandant: what operators deploy and start over the API.

It is a Mandant like the others, so that everything that keeps Mandanten apart keeps this one
apart as well. Nobody's account belongs to it but those of programs that an operator registers.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine.model.inserting import insert_absent
from engine.model.mandant import Mandant

MANDANT_ID = "ohne"
NAME = "Ohne Mandant"


def ensure(session: Session) -> str:
    """Make sure that the Mandant exists, and return its id."""
    insert_absent(session, Mandant, [{"id": MANDANT_ID, "name": NAME, "absender": ""}])
    return MANDANT_ID
