"""The variables of instances, as far as a caller may see them.

Of an instance that a caller may see these are all, but for what steps of class S8-Status produce.
Which step wrote a variable is not remembered. In a process that has such steps, therefore, only
names are shown that open steps produce, and hidden ones do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import Any

import orjson
from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from engine import bindings, bpmn, clock, definitions, feel, user_tasks
from engine.bundle import Kind
from engine.casefile import access, protection
from engine.casefile.audit import By
from engine.casefile.cases import ENDED
from engine.definitions import LoadedDefinition
from engine.model.case import Case
from engine.model.history import HistoryRow
from engine.model.instance import Instance
from engine.organisation.clients import Scope
from web import filling
from web.api import sight
from web.api.callers import Caller
from web.api.searching import Condition
from web.database import write

#: Digits of a variable's key behind those of its scope.
DIGITS = 9
#: A number with more digits is none of ours.
LONGEST_NUMBER = 19
#: What every instance of a case knows.
ALWAYS = frozenset({"fall_id"})


@dataclass(frozen=True)
class Variable:
    """One variable in one scope; protected contents are references."""

    instance: Instance
    scope_key: int
    name: str
    value: Any  # plain JSON

    @property
    def key(self) -> str:
        """The key of the variable: the same for a name in a scope, whatever it holds."""
        digest = blake2b(self.name.encode(), digest_size=8).digest()
        return f"{self.scope_key}{int.from_bytes(digest) % 10**DIGITS:0{DIGITS}}"

    @cached_property
    def text(self) -> str:
        """The value as JSON text, with null for what is protected."""
        return as_text(protection.concealed(self.value))


def as_text(value: Any) -> str:
    """Return a value as the JSON text that clients get."""
    return orjson.dumps(value).decode()


def scope_of(variable_key: str) -> int:
    """Return the scope of a variable's key; a number that no scope has for any other text."""
    digits = variable_key[:-DIGITS]
    is_one = digits.isascii() and digits.isdigit() and len(digits) < LONGEST_NUMBER
    return int(digits) if is_one else -1


def readable(session: Session, caller: Caller) -> Condition:
    """Of which instances a caller may see variables: as their pages, none of an ended case."""
    is_open = exists().where(Case.id == Instance.case_id, Case.status != ENDED)
    return sight.instances(session, caller) & sight.contents(caller) & is_open


def with_scopes(keys: Iterable[int]) -> Condition:
    """Return a condition on `Instance`: one of the scopes is its own or one of its elements'."""
    wanted = list(keys)
    inside = select(HistoryRow.instance_id).where(HistoryRow.element_key.in_(wanted))
    return or_(Instance.id.in_(wanted), Instance.id.in_(inside))


def opened(
    session: Session, caller: Caller, instance: Instance, values: dict[str, Any]
) -> dict[str, Any]:
    """Return values with their protected contents, or null for these where the caller may not."""
    case_id = instance.case_id
    may_open = Scope.PROTECTED in caller.scopes and access.may_see_protected(
        session, case_id, caller.user
    )
    if not may_open:
        return {name: protection.concealed(value) for name, value in values.items()}
    by = By(caller.user.name, clock.now())
    return protection.reveal(session, case_id, values, by=by)


@dataclass
class Reader:
    """Reads the variables that a caller may see; knows the rules of each process once."""

    session: Session
    caller: Caller
    _definitions: dict[int, LoadedDefinition] = field(default_factory=dict)
    _shown: dict[int, frozenset[str] | None] = field(default_factory=dict)

    def of(self, instance: Instance, key: int | None = None) -> Iterator[Variable]:
        """Yield the variables of an instance; with a key those that this element sees."""
        definition = self._definition(instance.definition_id)
        for scope in bpmn.scopes_of(instance.snapshot, key):
            if scope.key is not None and self._hides(definition, scope.element_id):
                continue
            names = self._names(definition)
            for name, value in scope.values.items():
                if names is None or name in names:
                    yield Variable(instance, scope.key or instance.id, name, feel.plain(value))

    def _definition(self, key: int) -> LoadedDefinition:
        if key not in self._definitions:
            self._definitions[key] = definitions.load(self.session, key)
        return self._definitions[key]

    def _hides(self, definition: LoadedDefinition, element_id: str) -> bool:
        if self.caller.user.sees_status or self.caller.is_operator:
            return False
        return sight.hides(definition, element_id)

    def _names(self, definition: LoadedDefinition) -> frozenset[str] | None:
        """Return the names that may be shown; None where all may."""
        if self.caller.user.sees_status or self.caller.is_operator:
            return None
        if definition.id not in self._shown:
            self._shown[definition.id] = _open_names(self.session, definition)
        return self._shown[definition.id]


def _open_names(session: Session, definition: LoadedDefinition) -> frozenset[str] | None:
    shown, hidden, is_mixed = set(ALWAYS), set[str](), False
    for element in definition.process.elements.values():
        asked = element.form or element.asked_before
        fields, is_status = _asked(session, definition, asked)
        if is_status or sight.hides(definition, element.id):
            is_mixed = True
            hidden |= _produced(element)
        else:
            shown |= _produced(element) | {line.target.split(".")[0] for line in element.inputs}
            shown |= fields if element.type == "startEvent" else set()
    return frozenset(shown - hidden) if is_mixed else None


def _asked(
    session: Session, definition: LoadedDefinition, form: bpmn.Bound | None
) -> tuple[set[str], bool]:
    """Return the fields of a form, and whether one of them is of class S8-Status."""
    if form is None:
        return set(), False
    elsewhere = bindings.deployed(session)
    content = bindings.holder(Kind.FORM, form, definition.bundle, elsewhere)
    source = content.form(form.id) if content is not None else None
    if source is None:
        return set(), False
    read = filling.parsed(source, form.id)
    return {path.split(".")[0] for path in read.paths}, bool(read.status_paths)


def _produced(element: bpmn.Element) -> set[str]:
    """Return the names that a step writes for those after it."""
    named = [element.result_variable]
    named += [each.output_collection for each in (element.loop, element.ad_hoc) if each is not None]
    named += [element.loop.element] if element.loop is not None else []
    named += [line.target.split(".")[0] for line in element.outputs]
    named += [user_tasks.result_name(element.id)] if element.type == "userTask" else []
    return {name for name in named if name}


def texts(session: Session, caller: Caller, variables: Iterable[Variable]) -> list[str]:
    """Return the values as JSON texts; protected ones only where the caller may see them.

    That they were read is written down, once for each case.
    """
    found = list(variables)
    sealed = [n for n, each in enumerate(found) if protection.references(each.value)]
    opened: dict[int, Any] = {}
    if sealed and Scope.PROTECTED in caller.scopes:
        opened = _opened(session, caller, {n: found[n] for n in sealed})
    return [as_text(opened[n]) if n in opened else each.text for n, each in enumerate(found)]


def _opened(session: Session, caller: Caller, sealed: dict[int, Variable]) -> dict[int, Any]:
    by_case: dict[int, dict[str, Any]] = {}
    for number, each in sealed.items():
        by_case.setdefault(each.instance.case_id, {})[str(number)] = each.value
    allowed = {
        case_id: values
        for case_id, values in by_case.items()
        if access.may_see_protected(session, case_id, caller.user)
    }
    by, opened = By(caller.user.name, clock.now()), dict[int, Any]()

    def reveal(current: Session) -> None:
        for case_id, values in allowed.items():
            shown = protection.reveal(current, case_id, values, by=by)
            opened.update({int(number): value for number, value in shown.items()})

    if allowed:
        write(reveal)
    return opened
