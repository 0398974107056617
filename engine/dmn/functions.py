"""Functions of a model: written in a box, made from business knowledge, and called from a box."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.dmn.draft import Draft, spelled
from engine.dmn.reading import LOGIC, Element, child, children, logic_of
from engine.dmn.recording import Logic, note
from engine.feel import FeelFunction
from engine.feel.compiler.core import Scope
from engine.feel.errors import Place
from engine.feel.evaluation import Evaluation
from engine.feel.values.functions import BuiltIn
from engine.feel.values.invocation import call_function
from engine.feel.values.types import coerce, type_name

NOWHERE = Place("", 0, 0)


#: Gives the names around a function when it is called.
Surroundings = Callable[[Evaluation], Scope]


def function(element: Element, draft: Draft) -> Logic:
    """Compile a function; its body sees its parameters and the names around it."""
    enclose = enclosed(element, draft)
    return lambda scope: enclose(lambda _evaluation: scope)


def enclosed(
    element: Element, draft: Draft, result: str | None = None
) -> Callable[[Surroundings], FeelFunction]:
    """Compile a function that waits for its surroundings; `result` is the type it must give."""
    if element.get("kind", "FEEL") != "FEEL":
        draft.complain(element, "Nur Funktionen in FEEL sind erlaubt, keine in anderen Sprachen.")
    parameters = list(children(element, "formalParameter"))
    names = tuple(spelled(each.get("name")) for each in parameters)
    types = tuple(draft.type(each.get("typeRef"), each) for each in parameters)
    body = draft.typed(draft.logic(logic_of(element)), result, element)

    def enclose(surroundings: Surroundings) -> FeelFunction:
        def call(given: Mapping[str, object], evaluation: Evaluation) -> object:
            # The caller may stand in another file, where this model's types have no meaning.
            fitted = _fitted(given, dict(zip(names, types, strict=True)), draft, evaluation)
            if fitted is None:
                return None
            return body(surroundings(evaluation).inner(fitted))

        return FeelFunction(names, call)

    return enclose


def _fitted(
    given: Mapping[str, object],
    types: Mapping[str, object],
    draft: Draft,
    evaluation: Evaluation,
) -> dict[str, object] | None:
    fitted: dict[str, object] = {}
    for name, wanted in types.items():
        fitted[name], fits = coerce(given.get(name), wanted, draft.types)
        if not fits:
            kind = type_name(wanted)
            note(evaluation, f"Der Parameter „{name}“ passt nicht zum Typ „{kind}“.")
            return None
    return fitted


def invocation(element: Element, draft: Draft) -> Logic:
    """Compile a call with named arguments."""
    called = draft.logic(next(children(element, *LOGIC), None))
    bindings: dict[str, Logic] = {}
    for binding in children(element, "binding"):
        parameter = child(binding, "parameter")
        if parameter is None:
            draft.complain(binding, "Einem Argument fehlt der Name.")
            continue
        bindings[spelled(parameter.get("name"))] = draft.inner(binding)

    def run(scope: Scope) -> object:
        given = {name: logic(scope) for name, logic in bindings.items()}
        return _call(called(scope), given, scope.evaluation)

    return run


def _call(called: object, given: dict[str, object], evaluation: Evaluation) -> object:
    if isinstance(called, BuiltIn):
        return called.call(evaluation, list(given.values()), list(given), NOWHERE)
    if not isinstance(called, FeelFunction):
        note(evaluation, "Was aufgerufen wird, ist keine Funktion.")
        return None
    if not given.keys() <= set(called.parameters):
        known = ", ".join(called.parameters)
        note(evaluation, f"Die Funktion hat nur diese Parameter: {known}.")
        return None
    values = [given.get(name) for name in called.parameters]
    return call_function(called, values, evaluation, NOWHERE)
