"""The columns of a table as sets of atoms, and each cell as the atoms that it lets through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from engine.dmn import texts
from engine.dmn.analysis import relations
from engine.dmn.analysis.atoms import LISTS, Atom, atoms
from engine.dmn.analysis.boxes import Effort
from engine.dmn.analysis.cells import TooComplicated, compared, needs_order, silent
from engine.dmn.analysis.declared import Declared, Origins
from engine.dmn.draft import EMPTY
from engine.feel import FeelError
from engine.feel.builtins.library import LIBRARY
from engine.feel.compiler.core import Scope
from engine.feel.syntax.names import KnownNames
from engine.feel.syntax.nodes import Call, Name, Node, Path
from engine.feel.syntax.parser import parse_expression

#: Names that a table is given: what is declared of each, and which names it comes from.
Around = Mapping[str, tuple[Declared, Origins]]


@dataclass(frozen=True)
class Asked:
    """What columns look at: an expression with its label and what is declared of it.

    `roots` are the names it comes from, None where nobody can tell; `path` is set where it is no
    more than a name or an entry of one.
    """

    text: str
    label: str
    declared: Declared
    roots: Origins
    path: str

    def joined(self, other: Asked) -> Asked:
        """Return the same look at the same thing, with what both columns declare of it."""
        return replace(self, declared=self.declared.joined(other.declared))

    def depends(self, other: Asked) -> bool:
        """Tell whether the value of one may say something about that of the other."""
        if self.roots is None or other.roots is None:
            return True
        if self.path and other.path:
            mine, theirs = f"{self.path}.", f"{other.path}."
            return mine.startswith(theirs) or theirs.startswith(mine)
        return bool(self.roots & other.roots)


@dataclass
class Column:
    """An input with its atoms; `is_free` tells that its value can be anything, whatever the rest.

    By the text of a cell: the bits of the atoms that certainly pass, and of those that may. A
    text in `unclear` is too complicated.
    """

    asked: Asked
    is_free: bool
    atoms: list[Atom] = field(default_factory=list)
    sure: dict[str, int] = field(default_factory=dict)
    possible: dict[str, int] = field(default_factory=dict)
    unclear: set[str] = field(default_factory=set)

    @property
    def all(self) -> int:
        """The bits of all atoms."""
        return (1 << len(self.atoms)) - 1

    @property
    def expected(self) -> int:
        """The bits of the atoms to be reckoned with."""
        return sum(1 << place for place, atom in enumerate(self.atoms) if atom.expected)

    def bits(self, texts: Iterable[str], passing: Mapping[str, int]) -> int:
        """Return what passes cells that must all hold."""
        found = self.all
        for text in texts:
            found &= passing[text]
        return found

    def lowest(self, bits: int) -> Atom:
        """Return the first of some atoms, one to be reckoned with if there is any."""
        wanted = bits & self.expected or bits
        return self.atoms[(wanted & -wanted).bit_length() - 1]


def asked(text: str, label: str, declared: Declared, around: Around, known: KnownNames) -> Asked:
    """Return what a column's expression looks at; `around` are the names that a table is given."""
    try:
        node = parse_expression(text, known)
    except (FeelError, RecursionError):
        return Asked(text, label, declared, None, "")
    free = frozenset(_names(node))
    path = _path(node)
    given = around.get(path)
    if given is not None:
        declared = declared.joined(given[0])
    origins = [around[name][1] if name in around else frozenset({name}) for name in free]
    if not origins or None in origins:
        return Asked(text, label, declared, None, "")
    roots = frozenset[str]().union(*(each for each in origins if each is not None))
    return Asked(text, label, declared, roots, path if roots == free else "")


def _names(part: object) -> Iterator[str]:
    """Yield the first word of every name in a tree, also of those that the tree itself binds."""
    if isinstance(part, Name):
        yield part.name.partition(".")[0].strip()
    elif isinstance(part, Call) and _is_built_in(part.function):
        yield from _names(part.arguments)
    elif isinstance(part, Node):
        for each in fields(part):
            yield from _names(getattr(part, each.name))
    elif isinstance(part, tuple):
        for each in part:
            yield from _names(each)


def _is_built_in(function: Node) -> bool:
    return isinstance(function, Name) and LIBRARY.value(function.name) is not None


def _path(node: Node) -> str:
    match node:
        case Name(_, name):
            return name
        case Path(_, source, name):
            before = _path(source)
            return f"{before}.{name}" if before else ""
    return ""


def is_free(one: Asked, others: Iterable[Asked]) -> bool:
    """Tell whether every value of a column can come together with every one of the others."""
    if any(one.depends(other) for other in others):
        return False
    kind, allowed = one.declared.kind, one.declared.allowed
    return bool(one.path) or kind == "boolean" or (kind == "string" and bool(allowed))


def column(
    one: Asked, cells: Iterable[str], known: KnownNames, *, free: bool, effort: Effort
) -> Column:
    """Return a column with what each of its cells lets through."""
    own = dict.fromkeys(cells)
    effort.take(LETTER * sum(len(text) for text in own))
    points = {text: _compared(text, known) for text in own if text not in EMPTY}
    limits = {text: _compared(text, known) for text in one.declared.allowed}
    made = Column(one, free and None not in limits.values())
    made.unclear = {text for text, values in points.items() if values is None}
    values = [value for each in (*limits.values(), *points.values()) for value in each or ()]
    try:
        made.atoms = atoms(one.declared.kind, values, whole=one.declared.whole)
    except TooComplicated:
        made.atoms, made.is_free, made.unclear = [ANYTHING], False, set(points)
    for text in (text for text, values in limits.items() if values is not None):
        allowed = _passing(text, made, known, effort)
        pairs = zip(made.atoms, allowed, strict=True)
        made.atoms = [atom for atom, fits in pairs if fits or atom.value is None or atom is LISTS]
    for text in own:
        made.sure[text], made.possible[text] = _bits(text, made, known, effort)
    if points and made.unclear == set(points):
        _relate(made, list(own), known)
    return made


def _relate(made: Column, own: Sequence[str], known: KnownNames) -> None:
    """Tell cells apart that all compare with one other variable, as in `< limit` and `limit`."""
    related = relations.related(own, known)
    if related is not None:
        made.atoms, made.is_free = list(relations.ATOMS), False
        made.sure, made.possible = related


#: What it costs to read a letter of a cell, measured in comparisons.
LETTER = 10
#: Stands for all values of a column of which nothing is known.
ANYTHING = Atom(None, expected=True)


def _compared(text: str, known: KnownNames) -> tuple[object, ...] | None:
    try:
        return compared(text, known)
    except TooComplicated:
        return None


def _bits(text: str, made: Column, known: KnownNames, effort: Effort) -> tuple[int, int]:
    """Return what certainly passes a cell and what may."""
    if text in EMPTY:
        return made.all, made.all
    if text in made.unclear:
        return 0, made.all
    passing = _passing(text, made, known, effort)
    found = sum(1 << place for place, passes in enumerate(passing) if passes)
    lists = sum(1 << place for place, atom in enumerate(made.atoms) if atom is LISTS)
    return found & ~lists, found if needs_order(text, known) else found | lists


def _passing(text: str, made: Column, known: KnownNames, effort: Effort) -> list[bool]:
    """Return for each atom whether it passes a cell; the engine's own test decides."""
    test = texts.cell(text, known)
    effort.take(len(made.atoms) * (4 + len(text) // 4))
    scope = Scope({}, None, silent())
    return [test(atom.value, scope) for atom in made.atoms]
