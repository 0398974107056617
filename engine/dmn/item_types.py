"""Item definitions: the types that a model gives names to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.dmn.draft import Draft, spelled
from engine.dmn.reading import Element, child, children, text_of
from engine.feel import FeelError
from engine.feel.compiler.core import Scope
from engine.feel.evaluation import Evaluation
from engine.feel.values.types import ANY, ContextOf, FunctionOf, ListOf, Restricted


def define_types(root: Element, draft: Draft) -> None:
    """Let the draft know all types of the model; they may name each other in any order."""
    definitions = [each for each in children(root, "itemDefinition") if each.get("name")]
    draft.types.update((each.get("name", ""), ANY) for each in definitions)
    draft.types.update([(each.get("name", ""), _item(each, draft)) for each in definitions])
    for each in definitions:
        if _is_endless(each.get("name", ""), draft.types):
            draft.complain(each, f"Der Typ „{each.get('name')}“ hängt im Kreis von sich selbst ab.")
            draft.types[each.get("name", "")] = ANY


def _is_endless(name: str, types: Mapping[str, object]) -> bool:
    """Tell whether a type is another name of itself; entries of contexts and lists may be so."""
    kind: object = name
    for _ in range(2 * len(types) + 1):
        kind = kind.base if isinstance(kind, Restricted) else types.get(str(kind))
        if not isinstance(kind, str | Restricted) or kind == ANY:
            return False
    return True


def _item(element: Element, draft: Draft) -> object:
    kind = _restricted(_base(element, draft), child(element, "allowedValues"), draft)
    if element.get("isCollection") == "true":
        kind = ListOf(kind)
    return _restricted(kind, child(element, "typeConstraint"), draft)


def _base(element: Element, draft: Draft) -> object:
    parts = list(children(element, "itemComponent"))
    if parts:
        return ContextOf({spelled(part.get("name")): _item(part, draft) for part in parts})
    signature = child(element, "functionItem")
    if signature is not None:
        return FunctionOf(
            tuple(_named(each, each.get("typeRef"), draft) for each in _parameters(signature)),
            _named(signature, signature.get("outputTypeRef"), draft),
        )
    named = child(element, "typeRef")
    return _named(element, (named.text or "").strip() if named is not None else None, draft)


def _parameters(signature: Element) -> list[Element]:
    return list(children(signature, "parameters"))


def _named(element: Element, name: str | None, draft: Draft) -> object:
    return draft.type(name, element) or ANY


def _restricted(kind: object, values: Element | None, draft: Draft) -> object:
    test = None if values is None else draft.tests(values)
    if not text_of(values) or test is None:
        return kind
    holds = test

    def allows(value: object) -> bool:
        return holds(value, Scope({}, None, Evaluation(_timeless)))

    return Restricted(kind, allows)


def _timeless() -> datetime:
    # A type that changes by the hour would make the same value right and wrong.
    raise FeelError("Die erlaubten Werte eines Typs dürfen nicht von der Uhr abhängen.")
