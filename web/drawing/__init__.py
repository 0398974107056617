"""Draws BPMN diagrams as accessible SVG on the server, and tells them in words beside it."""

from web.drawing.outline import Step, Way, outline
from web.drawing.picture import draw, planes
from web.drawing.values import Mark, NotDrawable, Plane

__all__ = ["Mark", "NotDrawable", "Plane", "Step", "Way", "draw", "outline", "planes"]
