"""Draws BPMN diagrams as accessible SVG on the server, and tells them in words beside it.

`draw` and `outline` read the file themselves; who needs several planes of one file reads it once
(`read`) and asks `paint` and `tell`.
"""

from web.drawing.outline import Step, Way, outline, tell
from web.drawing.picture import draw, paint, planes
from web.drawing.reading import Diagram, read
from web.drawing.values import Mark, NotDrawable, Plane

__all__ = [
    "Diagram",
    "Mark",
    "NotDrawable",
    "Plane",
    "Step",
    "Way",
    "draw",
    "outline",
    "paint",
    "planes",
    "read",
    "tell",
]
