"""Signatures of built-in functions: which arguments fit, and what is said when none do.

A signature is written as `substring(string: string, start position: number, length?: number)`:
the kinds of a parameter are separated by `|`, `any` takes everything, `?` marks an optional
parameter and `*` one that takes all remaining arguments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from engine.feel.budget import SIGNS_A_STEP
from engine.feel.errors import FeelAssertionFailed, FeelLimitReached, Place
from engine.feel.evaluation import Evaluation
from engine.feel.values.functions import BuiltIn
from engine.feel.values.kinds import FAR_DATE, german, german_kind, kind
from engine.feel.values.numbers import NOT_A_NUMBER

Function = TypeVar("Function", bound=Callable[..., object])
_SIGNATURE = re.compile(r"([^(]+)\((.*)\)")


class Refused(Exception):
    """The arguments of a built-in make no sense; says why in German."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a built-in; no kinds means every kind, null included."""

    name: str
    kinds: frozenset[str]
    optional: bool
    takes_rest: bool

    def accepts(self, value: object) -> bool:
        """Tell whether the value has a fitting kind."""
        return not self.kinds or kind(value) in self.kinds

    def fit(self, value: object) -> object:
        """Return the value, or the single entry of a list, or the list of the single value."""
        if self.accepts(value) or (value is None and self.optional):
            return value
        if isinstance(value, list) and len(value) == 1 and self.accepts(value[0]):
            return value[0]
        if "list" in self.kinds and value is not None:
            return [value]
        wanted = " oder ".join(german_kind(name) for name in sorted(self.kinds - {FAR_DATE}))
        raise Refused(f"für „{self.name}“ braucht es {wanted}, hier steht: {german(value)}")


@dataclass(frozen=True, slots=True)
class Overload:
    """One signature and the function behind it."""

    name: str
    parameters: tuple[Parameter, ...]
    function: Callable[..., object]
    needs_evaluation: bool
    forgiving: bool = False

    @property
    def required(self) -> int:
        """How many arguments there must be at least."""
        return sum(not (p.optional or p.takes_rest) for p in self.parameters)

    @property
    def takes_rest(self) -> bool:
        """Whether the last parameter takes all remaining arguments."""
        return bool(self.parameters) and self.parameters[-1].takes_rest

    def takes(self, count: int) -> bool:
        """Tell whether so many arguments are possible."""
        return self.required <= count and (self.takes_rest or count <= len(self.parameters))

    def parameter(self, position: int) -> Parameter:
        """Return the parameter that an argument goes to."""
        return self.parameters[min(position, len(self.parameters) - 1)]

    def accepts(self, values: Sequence[object], *, lists: bool) -> bool:
        """Tell whether all values fit; a value may stand for a list of one if `lists`."""
        return all(
            self.parameter(i).accepts(value) or (lists and "list" in self.parameter(i).kinds)
            for i, value in enumerate(values)
        )

    def call(self, values: Sequence[object], evaluation: Evaluation, place: Place) -> object:
        """Call it; what it refuses becomes a problem and null."""
        try:
            fitted = [self.parameter(i).fit(value) for i, value in enumerate(values)]
            _pay(fitted, evaluation)
            if self.needs_evaluation:
                result = self.function(evaluation, *fitted)
            else:
                result = self.function(*fitted)
            _pay([result], evaluation)
        except (FeelLimitReached, FeelAssertionFailed) as stopped:
            stopped.place = stopped.place or place
            raise
        except Refused as refused:
            message = str(refused)
        except NOT_A_NUMBER:
            message = "das Ergebnis ist keine Zahl"
        except (OverflowError, ValueError):
            message = "ein Wert liegt außerhalb des Möglichen"
        else:
            return result
        return evaluation.problem("arguments", f"{self.name}(): {message}", place)


def _pay(values: Sequence[object], evaluation: Evaluation) -> None:
    for value in values:
        if isinstance(value, list | dict):
            evaluation.budget.take(len(value))
        elif isinstance(value, str):
            evaluation.budget.take(len(value) // SIGNS_A_STEP)


@dataclass(frozen=True, slots=True)
class Bound:
    """A built-in with the overloads that fit the number or the names of a call's arguments."""

    overloads: tuple[Overload, ...]
    order: tuple[int | None, ...] | None = None

    def call(self, values: Sequence[object], evaluation: Evaluation, place: Place) -> object:
        """Call the overload whose kinds fit best."""
        if self.order is not None:
            values = [None if i is None else values[i] for i in self.order]
        return self._best(values).call(values, evaluation, place)

    @property
    def forgives(self) -> bool:
        """Whether problems of the arguments do not count."""
        return self.overloads[0].forgiving

    def _best(self, values: Sequence[object]) -> Overload:
        for lists in (False, True):
            for overload in self.overloads:
                if overload.accepts(values, lists=lists):
                    return overload
        return self.overloads[-1]


class Family:
    """Built-ins that belong together, in one module."""

    def __init__(self) -> None:
        self.overloads: list[Overload] = []

    def add(
        self, *signatures: str, evaluation: bool = False, forgiving: bool = False
    ) -> Callable[[Function], Function]:
        """Register a function under signatures.

        With `evaluation` it gets that first; with `forgiving` it is meant for missing values, so
        that problems of its arguments do not count.
        """

        def register(function: Function) -> Function:
            for signature in signatures:
                name, parameters = _read_signature(signature)
                overload = Overload(name, parameters, function, evaluation, forgiving)
                self.overloads.append(overload)
            return function

        return register


def _read_signature(signature: str) -> tuple[str, tuple[Parameter, ...]]:
    match = _SIGNATURE.fullmatch(signature)
    if match is None:
        raise ValueError(signature)
    parameters = tuple(_parameter(part) for part in match[2].split(",") if part)
    return match[1], parameters


def _parameter(text: str) -> Parameter:
    name, _, kinds = (part.strip() for part in text.partition(":"))
    allowed = frozenset() if kinds == "any" else frozenset(k.strip() for k in kinds.split("|"))
    return Parameter(name.rstrip("?*"), allowed, name.endswith("?"), name.endswith("*"))


class Functions:
    """All built-ins by name."""

    def __init__(self, families: Sequence[Family]) -> None:
        self._overloads: dict[str, tuple[Overload, ...]] = {}
        for overload in (one for family in families for one in family.overloads):
            self._overloads[overload.name] = (*self._overloads.get(overload.name, ()), overload)
        self._values = {name: self._as_value(name) for name in self._overloads}
        self.names: Sequence[str] = tuple(self._overloads)

    def value(self, name: str) -> BuiltIn | None:
        """Return the built-in as a value."""
        return self._values.get(name)

    def bind(self, name: str, count: int, names: Sequence[str] | None) -> Bound | str | None:
        """Return what a call means, a German sentence why it cannot be, or None if unknown."""
        overloads = self._overloads.get(name)
        if overloads is None:
            return None
        if names is not None:
            return _bind_named(name, overloads, names)
        fitting = tuple(overload for overload in overloads if overload.takes(count))
        return Bound(fitting) if fitting else _wrong_count(name, overloads, count)

    def _as_value(self, name: str) -> BuiltIn:
        def call(
            evaluation: Evaluation,
            values: Sequence[object],
            names: Sequence[str] | None,
            place: Place,
        ) -> object:
            bound = self.bind(name, len(values), names)
            if isinstance(bound, Bound):
                return bound.call(values, evaluation, place)
            return evaluation.problem("arguments", str(bound), place)

        parameters = tuple(one.name for one in self._overloads[name][0].parameters)
        return BuiltIn(name, parameters, call)


def _wrong_count(name: str, overloads: Sequence[Overload], count: int) -> str:
    wanted = sorted({len(o.parameters) for o in overloads} | {o.required for o in overloads})
    numbers = " oder ".join(str(number) for number in wanted)
    arguments = "Argument" if wanted == [1] else "Argumente"
    given = "ist es eines" if count == 1 else f"sind es {count}"
    return f"{name}() braucht {numbers} {arguments}, hier {given}"


def _bind_named(name: str, overloads: Sequence[Overload], names: Sequence[str]) -> Bound | str:
    for overload in overloads:
        known = [parameter.name for parameter in overload.parameters]
        needed = known if overload.takes_rest else known[: overload.required]
        if len(set(names)) == len(names) and set(needed) <= set(names) <= set(known):
            order = [names.index(one) if one in names else None for one in known]
            while order and order[-1] is None:
                order.pop()
            return Bound((overload,), tuple(order))
    ways = " oder ".join(f"({', '.join(p.name for p in o.parameters)})" for o in overloads)
    return f"{name}() hat die Parameter {ways}"
