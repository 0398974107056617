"""What a form consists of: fields, groups, repeated rows and read-only parts, as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from forms.formula import Formula, Template

Keys = tuple[str, ...]

TEXTUAL = frozenset({"textfield", "textarea"})
SINGLE_CHOICE = frozenset({"select", "radio"})
OptionValue = str | bool | int
PROTECTED_CLASSES = frozenset({"S8", "A8"})


@dataclass(frozen=True, kw_only=True)
class Part:
    """Anything that stands in a form."""

    id: str
    kind: str
    label: str = ""
    hide: Formula | None = None
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Option:
    """One of the answers that a field offers."""

    value: OptionValue
    label: str


@dataclass(frozen=True, kw_only=True)
class Options:
    """Where a field's answers come from; exactly one of the three is given."""

    fixed: tuple[Option, ...] = ()
    directory: str = ""
    formula: Formula | None = None


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What an answer must keep to; the four bounds may depend on other answers."""

    minimum: Formula | None = None
    maximum: Formula | None = None
    min_length: Formula | None = None
    max_length: Formula | None = None
    pattern: str = ""
    pattern_message: str = ""
    format: str = ""
    decimal_digits: int | None = None
    increment: str = ""
    check: Formula | None = None
    check_message: str = ""


@dataclass(frozen=True, kw_only=True)
class Field(Part):
    """A question with an answer."""

    keys: Keys
    path: str
    description: str = ""
    required: bool = False
    fixed: bool = False
    dropped: bool = False
    default: object = None
    prefill: Formula | None = None
    options: Options | None = None
    limits: Limits = Limits()
    subtype: str = ""
    multiple: bool = False
    accept: tuple[str, ...] = ()
    as_text: bool = False
    formula: Formula | None = None

    @property
    def data_class(self) -> str:
        """The data class (S2, S8, A8, S8-Status, AN), or nothing."""
        return self.properties.get("datenklasse", "")

    @property
    def quoted(self) -> str:
        """The label in quotation marks, which fits any sentence."""
        return f"„{self.label}“"

    @property
    def called(self) -> str:
        """How a message names the field as an object („das Geburtsdatum“), else its label."""
        return self.properties.get("genannt") or self.quoted


@dataclass(frozen=True, kw_only=True)
class Group(Part):
    """Fields that belong together; with keys, their answers lie one level deeper."""

    keys: Keys
    parts: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True)
class Rows(Part):
    """A group that is repeated (children, consents)."""

    keys: Keys
    path: str
    parts: tuple[Part, ...]
    at_least: int = 0
    at_most: int = 100
    initially: int = 1
    changeable: bool = True
    prefill: Formula | None = None
    check: Formula | None = None
    check_message: str = ""

    @property
    def entry(self) -> str:
        """What one row is called („Kind“)."""
        return self.properties.get("eintrag") or "Eintrag"


@dataclass(frozen=True, kw_only=True)
class Prose(Part):
    """A read-only text (`text`) or mark-up (`html`) with values of the case in it."""

    template: Template


@dataclass(frozen=True, kw_only=True)
class Table(Part):
    """A read-only table over a list of the case."""

    rows: Formula
    columns: tuple[tuple[str, str], ...] = ()
    column_formula: Formula | None = None


@dataclass(frozen=True, kw_only=True)
class Form:
    """A checked form."""

    id: str
    parts: tuple[Part, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field in the order of the page."""
        return tuple(part for part in walk(self.parts) if isinstance(part, Field))

    @property
    def paths(self) -> frozenset[str]:
        """Where values can stand: `bg_nummer`, `kinder`, `kinder.*.vorname`."""
        rows = {part.path for part in walk(self.parts) if isinstance(part, Rows)}
        return frozenset({field.path for field in self.fields} | rows)

    @property
    def protected(self) -> frozenset[str]:
        """Paths whose values never become variables (classes S8 and A8)."""
        return frozenset(f.path for f in self.fields if f.data_class in PROTECTED_CLASSES)

    @property
    def status_paths(self) -> frozenset[str]:
        """Paths of codes about child protection that only the SGB VIII groups see."""
        return frozenset(f.path for f in self.fields if f.data_class == "S8-Status")

    @property
    def file_paths(self) -> frozenset[str]:
        """Paths whose values are files."""
        return frozenset(f.path for f in self.fields if f.kind == "filepicker")

    @property
    def text_paths(self) -> frozenset[str]:
        """Paths whose values are texts that a person typed, whatever they look like."""
        return frozenset(f.path for f in self.fields if f.kind in TEXTUAL)

    @property
    def directories(self) -> frozenset[str]:
        """The directories (`personen` …) that the page must offer."""
        return frozenset(
            f.options.directory for f in self.fields if f.options and f.options.directory
        )

    @property
    def names(self) -> frozenset[str]:
        """The variables that the form reads and does not ask itself."""
        asked = {path.split(".")[-1] for path in self.paths} | {p.split(".")[0] for p in self.paths}
        own = asked | {"this", "parent", "i", "wert"}
        return frozenset().union(*(read(part) for part in walk(self.parts))) - own


def walk(parts: tuple[Part, ...]) -> Iterator[Part]:
    """Yield every part, containers before what stands in them."""
    for part in parts:
        yield part
        if isinstance(part, Group | Rows):
            yield from walk(part.parts)


def read(part: Part) -> frozenset[str]:
    """Return the free names of all formulas of one part, without those of the parts in it."""
    return frozenset().union(*(formula.names for formula in formulas(part)))


def formulas(part: Part) -> tuple[Formula, ...]:
    """Return the formulas of one part, without those of the parts in it."""
    found: list[Formula | None] = [part.hide]
    if isinstance(part, Field):
        limits = part.limits
        found += [part.prefill, part.formula, limits.minimum, limits.maximum]
        found += [limits.min_length, limits.max_length, limits.check]
        found += [part.options.formula] if part.options else []
    elif isinstance(part, Rows):
        found += [part.prefill, part.check]
    elif isinstance(part, Prose):
        found += part.template.formulas
    elif isinstance(part, Table):
        found += [part.rows, part.column_formula]
    return tuple(formula for formula in found if formula is not None)
