"""The measures find what they look for: each is shown one drawing with that fault."""

import pytest

from tests.processes import layout
from tests.processes.layout import Box, Edge, Plane, Shape


def task(name, x, y, **facts):
    facts = {"label": None, "host": None, **facts}
    return Shape(name, facts.pop("kind", "userTask"), Box(x, y, 100, 80), **facts)


def flow(name, source, target, *points, label=None):
    return Edge(name, "sequenceFlow", source, target, points, label)


def plane(*parts):
    shapes = {each.id: each for each in parts if isinstance(each, Shape)}
    return Plane("p", shapes, {each.id: each for each in parts if isinstance(each, Edge)})


LEFT, RIGHT = task("a", 100, 100), task("b", 300, 100)
STRAIGHT = flow("f", "a", "b", (200, 140), (300, 140))
BAND = Shape("band", "group", Box(0, 0, 390, 600), None, None)
FAULTS = [
    (layout.overlaps, plane(LEFT, task("b", 150, 150))),
    (layout.outside, plane(BAND, LEFT, RIGHT, STRAIGHT)),
    (layout.diagonals, plane(LEFT, RIGHT, flow("f", "a", "b", (200, 130), (300, 150)))),
    (
        layout.crossings,
        plane(LEFT, RIGHT, STRAIGHT, flow("g", "c", "d", (250, 0), (250, 300))),
    ),
    (
        layout.through_shapes,
        plane(LEFT, RIGHT, task("c", 220, 100), flow("f", "a", "b", (200, 140), (300, 140))),
    ),
    (
        layout.bends,
        plane(
            *(LEFT, RIGHT),
            flow("f", "a", "b", (0, 0), (10, 0), (10, 10), (20, 10), (20, 20), (30, 20)),
        ),
    ),
    (
        layout.directions,
        plane(LEFT, RIGHT, flow("f", "a", "b", (150, 100), (150, 50), (350, 50), (350, 100))),
    ),
    (
        layout.label_conflicts,
        plane(
            LEFT, RIGHT, flow("f", "a", "b", (200, 140), (300, 140), label=Box(210, 135, 40, 14))
        ),
    ),
    (
        layout.far_labels,
        plane(LEFT, RIGHT, flow("f", "a", "b", (200, 140), (300, 140), label=Box(210, 35, 40, 14))),
    ),
    (layout.off_grid, plane(task("a", 103, 100))),
    (layout.odd_sizes, plane(Shape("a", "exclusiveGateway", Box(0, 0, 40, 40), None, None))),
]


@pytest.mark.parametrize("measure, drawing", FAULTS, ids=lambda part: getattr(part, "__name__", ""))
def test_measure_finds_its_fault(measure, drawing):
    assert len(list(measure(drawing))) == 1
    assert list(measure(plane(LEFT, RIGHT, STRAIGHT))) == []
