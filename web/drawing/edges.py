"""Draws lines: sequence flows, message flows, associations, each with its ends and its name."""

from __future__ import annotations

from math import hypot

from web.drawing import labels, svg
from web.drawing.values import Edge, Point

BEND = 6.0
HEAD_LENGTH = 9.0
HEAD_HALF = 4.2
MESSAGE_DASH = "9 6"
DOTS = "1 4"
Direction = tuple[float, float]


def draw(edge: Edge) -> str:
    """Draw a line with what stands at its ends, and its name."""
    kind = edge.element.kind
    if kind == "sequenceFlow":
        return _sequence_flow(edge) + labels.along(edge)
    if kind == "messageFlow":
        return _message_flow(edge) + labels.along(edge)
    return _association(edge) + labels.along(edge)


def _sequence_flow(edge: Edge) -> str:
    ink = edge.paint.stroke or svg.INK
    line = svg.tag("path", d=_bent(edge.points), fill="none", stroke=ink, stroke_width=1.6)
    head = _head(edge.points, ink, fill=ink)
    if edge.element.is_default:
        return line + head + _slash(edge.points, ink)
    if edge.element.is_conditional:
        return line + head + _diamond(edge.points, ink)
    return line + head


def _message_flow(edge: Edge) -> str:
    ink = edge.paint.stroke or svg.INK
    look: dict[str, svg.Attribute] = {"fill": svg.PAPER, "stroke": ink, "stroke_width": 1.4}
    dashed = look | {"fill": "none", "stroke_dasharray": MESSAGE_DASH}
    line = svg.tag("path", d=_bent(edge.points), **dashed)
    # The circle lies just outside the shape that sends, or it would be hidden under it.
    start = svg.circle(_towards(edge.points[0], edge.points[1], 4.5), 3.6, **look)
    return line + start + _head(edge.points, ink, fill=svg.PAPER)


def _association(edge: Edge) -> str:
    ink = edge.paint.stroke or svg.INK
    directed = edge.element.direction in ("One", "Both") or edge.element.kind.startswith("data")
    line = svg.tag(
        "path",
        d=_bent(edge.points),
        fill="none",
        stroke=ink,
        stroke_width=1.6,
        stroke_dasharray=DOTS,
        stroke_linecap="round",
    )
    ends = [edge.points] if directed else []
    if edge.element.direction == "Both":
        ends.append(edge.points[::-1])
    return line + "".join(_open_head(points, ink) for points in ends)


def _bent(points: tuple[Point, ...]) -> str:
    """Straight pieces with rounded corners, never rounder than half of the shorter piece."""
    parts = [f"M {_xy(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(BEND, _length(before, corner) / 2, _length(corner, after) / 2)
        inward = _towards(corner, before, radius)
        outward = _towards(corner, after, radius)
        parts.append(f"L {_xy(inward)} Q {_xy(corner)} {_xy(outward)}")
    return " ".join([*parts, f"L {_xy(points[-1])}"])


def _head(points: tuple[Point, ...], ink: str, *, fill: str) -> str:
    tip, (dx, dy) = points[-1], _direction(points[-2], points[-1])
    foot = (tip[0] - dx * HEAD_LENGTH, tip[1] - dy * HEAD_LENGTH)
    corners = [tip, *_across(foot, (dx, dy), HEAD_HALF)]
    return svg.tag(
        "path",
        d=svg.path(corners, closed=True),
        fill=fill,
        stroke=ink,
        stroke_width=1.2,
        stroke_linejoin="round",
    )


def _open_head(points: tuple[Point, ...], ink: str) -> str:
    tip, (dx, dy) = points[-1], _direction(points[-2], points[-1])
    left, right = _across((tip[0] - dx * 8, tip[1] - dy * 8), (dx, dy), HEAD_HALF)
    return svg.tag(
        "path", d=svg.path([left, tip, right]), fill="none", stroke=ink, stroke_width=1.6
    )


def _slash(points: tuple[Point, ...], ink: str) -> str:
    """The stroke through the beginning of the default way."""
    (x, y), (dx, dy) = points[0], _direction(points[0], points[1])
    start = (x + dx * 8 - dy * 5, y + dy * 8 + dx * 5)
    end = (x + dx * 13 + dy * 5, y + dy * 13 - dx * 5)
    return svg.tag("path", d=svg.path([start, end]), stroke=ink, stroke_width=1.8)


def _diamond(points: tuple[Point, ...], ink: str) -> str:
    """The sign of a condition at a way that leaves an activity."""
    (x, y), (dx, dy) = points[0], _direction(points[0], points[1])
    side = _across((x + dx * 8, y + dy * 8), (dx, dy), 4.5)
    corners = [(x, y), side[0], (x + dx * 16, y + dy * 16), side[1]]
    return svg.tag(
        "path", d=svg.path(corners, closed=True), fill=svg.PAPER, stroke=ink, stroke_width=1.4
    )


def _across(middle: Point, direction: Direction, half: float) -> tuple[Point, Point]:
    (x, y), (dx, dy) = middle, direction
    return (x - dy * half, y + dx * half), (x + dy * half, y - dx * half)


def _direction(start: Point, end: Point) -> Direction:
    length = _length(start, end) or 1.0
    return (end[0] - start[0]) / length, (end[1] - start[1]) / length


def _towards(start: Point, end: Point, distance: float) -> Point:
    dx, dy = _direction(start, end)
    return start[0] + dx * distance, start[1] + dy * distance


def _length(start: Point, end: Point) -> float:
    return hypot(end[0] - start[0], end[1] - start[1])


def _xy(point: Point) -> str:
    return f"{svg.number(point[0])} {svg.number(point[1])}"
