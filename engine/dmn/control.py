"""Boxed choices and loops; a loop is computed as the FEEL expression that means the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.dmn import texts
from engine.dmn.draft import Draft
from engine.dmn.reading import Element, child, logic_of
from engine.dmn.recording import Logic, note
from engine.feel import FeelFunction
from engine.feel.compiler.core import Scope
from engine.feel.evaluation import Evaluation
from engine.feel.values.kinds import as_context

Names = Mapping[str, object]

# These texts see nothing but the names that are given to them below.
FOR = texts.expression("for e in quelle return je(e, partial)")
SOME = texts.expression("some e in quelle satisfies je(e)")
EVERY = texts.expression("every e in quelle satisfies je(e)")
FILTER = texts.expression("quelle[je(item)]")


def conditional(element: Element, draft: Draft) -> Logic:
    """Compile a choice; only the chosen side is computed."""
    question, yes, no = (_part(element, tag, draft) for tag in ("if", "then", "else"))

    def run(scope: Scope) -> object:
        answer = question(scope)
        if answer is not None and not isinstance(answer, bool):
            note(scope.evaluation, "Die Bedingung muss ja oder nein ergeben (true/false).")
            return None
        return yes(scope) if answer else no(scope)

    return run


def loop(element: Element, draft: Draft) -> Logic:
    """Compile a loop that builds a list; `partial` is the list so far."""
    variable = element.get("iteratorVariable", "")
    source, body = _part(element, "in", draft), _part(element, "return", draft)

    def seen(entry: Names, scope: Scope) -> Scope:
        return scope.inner({variable: entry["e"], "partial": entry["partial"]})

    return _over(FOR, source, ("e", "partial"), _within(body, seen))


def some(element: Element, draft: Draft) -> Logic:
    """Compile the question whether any entry satisfies a condition."""
    return _quantified(SOME, element, draft)


def every(element: Element, draft: Draft) -> Logic:
    """Compile the question whether all entries satisfy a condition."""
    return _quantified(EVERY, element, draft)


def _quantified(iterate: Logic, element: Element, draft: Draft) -> Logic:
    variable = element.get("iteratorVariable", "")
    source, body = _part(element, "in", draft), _part(element, "satisfies", draft)

    def seen(entry: Names, scope: Scope) -> Scope:
        return scope.inner({variable: entry["e"]})

    return _over(iterate, source, ("e",), _within(body, seen))


def filtered(element: Element, draft: Draft) -> Logic:
    """Compile the choice of a list's entries; the condition sees `item` and its entries."""
    source, body = _part(element, "in", draft), _part(element, "match", draft)

    def seen(entry: Names, scope: Scope) -> Scope:
        inside = scope.inner({"item": entry["item"]})
        item = as_context(entry["item"])
        return inside if item is None else inside.inner(item)

    return _over(FILTER, source, ("item",), _within(body, seen))


Step = Callable[[Names, Scope], object]


def _within(body: Logic, seen: Callable[[Names, Scope], Scope]) -> Step:
    return lambda entry, scope: body(seen(entry, scope))


def _over(iterate: Logic, source: Logic, parameters: tuple[str, ...], step: Step) -> Logic:
    def run(scope: Scope) -> object:
        def each(entry: Names, _evaluation: Evaluation) -> object:
            return step(entry, scope)

        given = {"quelle": source(scope), "je": FeelFunction(parameters, each)}
        return iterate(Scope(given, None, scope.evaluation))

    return run


def _part(element: Element, name: str, draft: Draft) -> Logic:
    inside = child(element, name)
    if logic_of(inside) is None:
        draft.complain(element, f"Der Teil „{name}“ ist leer.")
    return draft.inner(inside)
