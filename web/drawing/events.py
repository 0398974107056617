"""Draws events and gateways, with their names beside them."""

from __future__ import annotations

from web.drawing import icons, labels, svg
from web.drawing.values import Node

THROWING = frozenset({"intermediateThrowEvent", "endEvent"})
DOUBLE = frozenset({"intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
DASH = "5 3"
USUAL_EVENT = 36.0
USUAL_GATEWAY = 50.0


def draw_event(node: Node) -> str:
    """Draw an event: one circle for a start, two in between, a thick one at the end."""
    kind, centre = node.element.kind, node.box.centre
    radius = min(node.box.width, node.box.height) / 2
    look: dict[str, svg.Attribute] = {
        "stroke": node.paint.stroke or svg.INK,
        "stroke_width": 3.6 if kind == "endEvent" else 1.6,
        "stroke_dasharray": DASH if node.element.dashed else "",
    }
    rings = svg.circle(centre, radius, fill=node.paint.fill or svg.PAPER, **look)
    if kind in DOUBLE:
        rings += svg.circle(centre, radius - 3, fill="none", **look)
    return rings + _event_icon(node, radius) + labels.beside(node)


def draw_gateway(node: Node) -> str:
    """Draw a gateway: a diamond with the sign of its kind."""
    box, kind = node.box, node.element.kind
    x, y = box.centre
    diamond = svg.path([(x, box.y), (box.right, y), (x, box.bottom), (box.x, y)], closed=True)
    stroke = node.paint.stroke or svg.INK
    fill = node.paint.fill or svg.PAPER
    shape = svg.tag("path", d=diamond, fill=fill, stroke=stroke, stroke_width=1.8)
    return shape + _gateway_sign(node, kind) + labels.beside(node)


def _event_icon(node: Node, radius: float) -> str:
    icon = icons.EVENTS.get(node.element.event)
    if icon is None:
        return ""
    scale = 2 * radius / USUAL_EVENT * (0.86 if node.element.kind in DOUBLE else 0.94)
    corner = (node.box.centre[0] - 12 * scale, node.box.centre[1] - 12 * scale)
    ink = node.paint.stroke or svg.readable_on(node.paint.fill)
    if node.element.kind in THROWING:
        return icons.place_filled(icon, corner, scale=scale, ink=ink)
    return icons.place(icon, corner, scale=scale, ink=ink)


def _gateway_sign(node: Node, kind: str) -> str:
    if kind not in icons.GATEWAYS or node.plain_diamond:
        return ""
    scale = min(node.box.width, node.box.height) / USUAL_GATEWAY
    x, y = node.box.centre
    ink = node.paint.stroke or svg.readable_on(node.paint.fill)
    weight = 1.4 if kind == "eventBasedGateway" else 3.0
    sign = icons.place(
        icons.GATEWAYS[kind], (x - 12 * scale, y - 12 * scale), scale=scale, ink=ink, weight=weight
    )
    if kind != "eventBasedGateway":
        return sign
    rings = [12.5] if node.element.event == "instantiate" else [12.5, 10]
    circles = [
        svg.circle((x, y), radius * scale, fill="none", stroke=ink, stroke_width=1.2)
        for radius in rings
    ]
    return "".join(circles) + sign
