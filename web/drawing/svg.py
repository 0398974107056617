"""Writes SVG text: the one place where values become markup, escaped, without any style."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from html import escape

from web.drawing.values import Box, Paint, Point

INK = "#22242a"
PAPER = "#ffffff"
FONT = "Fira Sans, Arial, sans-serif"
Attribute = str | float


def tag(name: str, *children: str, **attributes: Attribute) -> str:
    """Return one element; `_` in attribute names stands for `-`, a last `_` is dropped."""
    written = "".join(
        [f' {_name(key)}="{_value(value)}"' for key, value in attributes.items() if value != ""]
    )
    return f"<{name}{written}>{''.join(children)}</{name}>" if children else f"<{name}{written}/>"


def words(text: str) -> str:
    """Return text as markup."""
    return escape(text, quote=False)


def number(value: float) -> str:
    """Return a coordinate with at most two decimals."""
    if value == (whole := int(value)):
        return str(whole)
    return f"{value:.2f}".rstrip("0").rstrip(".")


def path(points: Iterable[Point], *, closed: bool = False) -> str:
    """Return the path data of straight lines through the points."""
    line = " L ".join(f"{number(x)} {number(y)}" for x, y in points)
    return f"M {line}{' Z' if closed else ''}"


def rectangle(box: Box, paint: Paint, **attributes: Attribute) -> str:
    """Return a rectangle in the colours of the shape."""
    return tag(
        "rect",
        x=box.x,
        y=box.y,
        width=box.width,
        height=box.height,
        **({"fill": paint.fill or PAPER, "stroke": paint.stroke or INK} | attributes),
    )


def circle(centre: Point, radius: float, **attributes: Attribute) -> str:
    """Return a circle."""
    return tag("circle", cx=centre[0], cy=centre[1], r=max(radius, 0.0), **attributes)


def group(*children: str, **attributes: Attribute) -> str:
    """Return a group of elements."""
    return tag("g", *children, **attributes) if children else ""


def readable_on(fill: str) -> str:
    """Return the text colour, dark or light, that stands out from this background."""
    if not fill:
        return INK
    red, green, blue = (int(fill[at : at + 2], 16) for at in (1, 3, 5))
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 130 else PAPER


@cache
def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _value(value: Attribute) -> str:
    return _escaped(value) if isinstance(value, str) else number(value)


# The same colours, icons and anchors come again and again.
_escaped = lru_cache(maxsize=2048)(escape)
