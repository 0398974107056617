"""Whether an expression can read values that are hidden from it, whichever way it takes to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Iterator as Iteration
from dataclasses import dataclass, field, fields

from engine.feel.builtins.library import BUILT_IN_NAMES
from engine.feel.syntax.names import KnownNames
from engine.feel.syntax.nodes import (
    Call,
    Comparison,
    Entries,
    Filter,
    For,
    FunctionLiteral,
    If,
    Items,
    Iterator,
    Literal,
    Name,
    Node,
    Path,
    Quantified,
)
from engine.feel.syntax.parser import parse_expression, parse_unary_tests

#: From a variable to a value in it: ("vorschlag", "kinder", "notiz"). Lists are passed over.
Way = tuple[str, ...]
Ways = frozenset[Way]

NOTHING: Ways = frozenset()
#: What a loop's `partial` stands for while its body is looked at; no variable has this name.
LOOKED_BACK: Way = ("", "partial")
#: Built-ins that only ask whether there is something, and how much.
COUNTING = frozenset({"count", "is defined", "is empty"})


@dataclass(frozen=True)
class Reading:
    """What an expression can get at: ways to hidden values, or to contexts that hold some."""

    result: Ways  # handed on as it is
    read: Ways  # looked into: compared, calculated with, or given to a function


@dataclass(frozen=True)
class Names:
    """The names that surround an expression."""

    own: frozenset[str] = frozenset()  # its own values, such as the parameters of a function
    functions: frozenset[str] = frozenset()  # go before built-ins of the same name
    known: KnownNames = BUILT_IN_NAMES  # those of several words


PLAIN = Names()


def reading(text: str, hidden: Ways, names: Names = PLAIN) -> Reading:
    """Return what an expression hands on and reads of hidden values; raise FeelSyntaxError.

    An expression too deeply nested to be followed counts as reading everything.
    """
    return _looked_at(parse_expression(text, names.known), hidden, names)


def reading_of_cell(text: str, hidden: Ways, names: Names = PLAIN) -> Reading:
    """Do the same for the unary tests of a decision's cell."""
    return _looked_at(parse_unary_tests(text, names.known), hidden, names)


def _looked_at(node: Node, hidden: Ways, names: Names) -> Reading:
    walk = _Walk(hidden, names.functions)
    try:
        result = walk.value(node, _Scope(dict.fromkeys(names.own, NOTHING)))
    except RecursionError:
        return Reading(NOTHING, hidden)
    return Reading(result, frozenset(walk.read))


@dataclass(frozen=True)
class _Scope:
    """What names stand for: the expression's own ones, and the entries of what is filtered."""

    own: Mapping[str, Ways]
    items: Ways = NOTHING

    def bind(self, name: str, ways: Ways) -> _Scope:
        return _Scope({**self.own, name: ways}, self.items)


@dataclass
class _Walk:
    """Follows one expression; a way is dropped as soon as nothing hidden can lie on it."""

    hidden: Ways
    functions: frozenset[str]
    read: set[Way] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._stages = {way[:end] for way in self.hidden for end in range(1, len(way) + 1)}

    def value(self, node: Node, scope: _Scope) -> Ways:
        """Return what the value of a node may be, noting what is read on the way to it."""
        follow = _FOLLOWED.get(type(node))
        if follow is not None:
            return follow(self, node, scope)
        self.consume(_children(node), scope)
        return NOTHING

    def consume(self, nodes: Iterable[Node], scope: _Scope) -> None:
        """Read nodes whole."""
        for node in nodes:
            self.read |= self.value(node, scope)

    def touch(self, node: Node, scope: _Scope) -> None:
        """Ask only whether a node is there: no harm to a context that holds something hidden."""
        self.read |= self.value(node, scope) & (self.hidden | {LOOKED_BACK})

    def step(self, ways: Ways, name: str) -> Ways:
        """Go on to an entry; what is hidden stays so in all its parts."""
        ended = {way for way in ways if way in self.hidden or way == LOOKED_BACK}
        longer = {(*way, name) for way in ways - ended}
        return frozenset(ended | (longer & self._stages))

    def name(self, node: Name, scope: _Scope) -> Ways:
        # A name with a dot in it may be meant, where there is none, as a path.
        first, *rest = (part.strip() for part in node.name.split("."))
        outer = frozenset({(first,)} & self._stages)
        ways = scope.own.get(first, outer) | self.step(scope.items, first)
        for part in rest:
            ways = self.step(ways, part)
        return ways

    def path(self, node: Path, scope: _Scope) -> Ways:
        return self.step(self.value(node.source, scope), node.name)

    def filter(self, node: Filter, scope: _Scope) -> Ways:
        source = self.value(node.source, scope)
        inside = _Scope({**scope.own, "item": source}, scope.items | source)
        self.consume([node.condition], inside)
        return source

    def items(self, node: Items, scope: _Scope) -> Ways:
        return NOTHING.union(*(self.value(item, scope) for item in node.items))

    def entries(self, node: Entries, scope: _Scope) -> Ways:
        for name, entry in node.entries:
            self.consume([entry], scope)
            scope = scope.bind(name, NOTHING)
        return NOTHING

    def choice(self, node: If, scope: _Scope) -> Ways:
        self.consume([node.condition], scope)
        return self.value(node.yes, scope) | self.value(node.no, scope)

    def comparison(self, node: Comparison, scope: _Scope) -> Ways:
        sides = (node.left, node.right)
        has_null = any(isinstance(side, Literal) and side.value is None for side in sides)
        is_presence = has_null and node.operator in ("=", "!=")
        for side in sides:
            if is_presence:
                self.touch(side, scope)
            else:
                self.consume([side], scope)
        return NOTHING

    def call(self, node: Call, scope: _Scope) -> Ways:
        called = node.function.name if isinstance(node.function, Name) else ""
        plain = node.names is None and called not in scope.own and called not in self.functions
        if plain and called in COUNTING:
            for argument in node.arguments:
                self.touch(argument, scope)
            return NOTHING
        if plain and called == "get or else":
            return NOTHING.union(*(self.value(each, scope) for each in node.arguments))
        keys = _keys(node.arguments) if plain and called == "get value" else None
        if keys is not None:
            ways = self.value(node.arguments[0], scope)
            for key in keys:
                ways = self.step(ways, key)
            return ways
        self.consume([] if plain and called else [node.function], scope)
        self.consume(node.arguments, scope)
        return NOTHING

    def loop(self, node: For, scope: _Scope) -> Ways:
        inside = self._bound(node.iterators, scope).bind("partial", frozenset({LOOKED_BACK}))
        before, self.read = self.read, set()
        result = self.value(node.body, inside)
        if LOOKED_BACK in self.read | result:  # it looks back on results: it may read them
            self.read |= result
        self.read = before | (self.read - {LOOKED_BACK})
        return result - {LOOKED_BACK}

    def quantified(self, node: Quantified, scope: _Scope) -> Ways:
        self.consume([node.condition], self._bound(node.iterators, scope))
        return NOTHING

    def function(self, node: FunctionLiteral, scope: _Scope) -> Ways:
        # What a function is given was read by whoever calls it.
        for parameter in node.parameters:
            scope = scope.bind(parameter, NOTHING)
        self.consume([node.body], scope)
        return NOTHING

    def _bound(self, iterators: tuple[Iterator, ...], scope: _Scope) -> _Scope:
        for each in iterators:
            source = self.value(each.source, scope)
            if each.last is not None:
                self.consume([each.last], scope)
                self.read |= source
            scope = scope.bind(each.name, source)
        return scope


_FOLLOWED: dict[type[Node], Callable[..., Ways]] = {
    Call: _Walk.call,
    Comparison: _Walk.comparison,
    Entries: _Walk.entries,
    Filter: _Walk.filter,
    For: _Walk.loop,
    FunctionLiteral: _Walk.function,
    If: _Walk.choice,
    Items: _Walk.items,
    Name: _Walk.name,
    Path: _Walk.path,
    Quantified: _Walk.quantified,
}


def _keys(arguments: tuple[Node, ...]) -> list[str] | None:
    """Return the keys that `get value` is given in so many words, else None."""
    if len(arguments) != 2:
        return None
    given = arguments[1]
    keys = given.items if isinstance(given, Items) else (given,)
    texts = [key.value for key in keys if isinstance(key, Literal) and isinstance(key.value, str)]
    return texts if len(texts) == len(keys) else None


def _children(node: Node) -> Iteration[Node]:
    for each in fields(node):
        value = getattr(node, each.name)
        for child in value if isinstance(value, tuple) else (value,):
            if isinstance(child, Node):
                yield child
