"""The tree of an expression. Every node knows its place in the text."""

from __future__ import annotations

from dataclasses import dataclass

from engine.feel.errors import Place


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression."""

    place: Place


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, a text, true, false or null."""

    value: object


@dataclass(frozen=True, slots=True)
class Moment(Node):
    """A date, time or duration written as @"..."."""

    text: str


@dataclass(frozen=True, slots=True)
class Items(Node):
    """A list written out."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entries(Node):
    """A context written out."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Interval(Node):
    """A range such as [1..5)."""

    start: Node
    end: Node
    start_included: bool
    end_included: bool


@dataclass(frozen=True, slots=True)
class HalfLine(Node):
    """A range with one end, such as (< 10)."""

    operator: str
    end: Node


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable, or `?`."""

    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """An entry or property of something."""

    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """Some entries of a list, or the one at a position."""

    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A call with positional or named arguments."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`and` or `or`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`=`, `!=`, `<`, `<=`, `>` or `>=`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`value between low and high`."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Membership(Node):
    """`value in tests`."""

    value: Node
    tests: tuple[OperatorTest | ValueTest, ...]


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """`value instance of type`."""

    value: Node
    type: object


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`+`, `-`, `*`, `/` or `**`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """A minus in front of something."""

    operand: Node


@dataclass(frozen=True, slots=True)
class If(Node):
    """`if condition then yes else no`."""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Iterator(Node):
    """`name in source`, or `name in source..last`."""

    name: str
    source: Node
    last: Node | None


@dataclass(frozen=True, slots=True)
class For(Node):
    """`for iterators return body`."""

    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some` or `every` `iterators satisfies condition`."""

    word: str
    iterators: tuple[Iterator, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class FunctionLiteral(Node):
    """`function(parameters) body`; the body of an external one is never run."""

    parameters: tuple[str, ...]
    types: tuple[object, ...]
    body: Node
    external: bool


@dataclass(frozen=True, slots=True)
class OperatorTest(Node):
    """A unary test with an operator, such as `< 10`."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class ValueTest(Node):
    """A unary test that is an expression: a value, a range, a list, or a condition on `?`."""

    expression: Node


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """The unary tests of a cell; None is the dash that every value passes."""

    tests: tuple[OperatorTest | ValueTest, ...] | None
    negated: bool
