"""The requirement graph of a model: its parts, compiled and joined by their requirements."""

from __future__ import annotations

from decimal import Decimal
from graphlib import CycleError, TopologicalSorter

from engine.dmn.boxed import BOXES
from engine.dmn.decisions import Decision, InputData, OfferedDecisions, Parts
from engine.dmn.draft import Draft, spelled
from engine.dmn.functions import enclosed
from engine.dmn.item_types import define_types
from engine.dmn.reading import (
    Element,
    child,
    children,
    key_of,
    local,
    logic_of,
    names_of,
    type_of,
    variable_of,
)
from engine.errors import Finding
from engine.feel import FeelFunction
from engine.feel.builtins.library import BUILT_IN_NAMES
from engine.feel.compiler.core import Scope
from engine.feel.syntax.names import KnownNames
from engine.feel.values.types import FunctionOf, is_instance

#: Elements whose names expressions may use; names of several words must be known beforehand.
NAMED = frozenset(
    {
        "decision",
        "inputData",
        "businessKnowledgeModel",
        "decisionService",
        "itemComponent",
        "itemDefinition",
        "variable",
        "formalParameter",
        "parameter",
        "column",
        "output",
    }
)
REQUIRED = ("requiredInput", "requiredDecision")
REFERENCES = frozenset(
    {*REQUIRED, "requiredKnowledge", "outputDecision", "inputDecision", "encapsulatedDecision"}
)
PARTS = ("inputData", "decision", "businessKnowledgeModel", "decisionService")


def assemble(root: Element, file: str) -> tuple[Parts, dict[str, OfferedDecisions], list[Finding]]:
    """Compile all parts of a model; return them with everything that is wrong."""
    draft = Draft(file=file, known=known_names(root), boxes=BOXES)
    define_types(root, draft)
    graph = _Graph(root, draft)
    graph.check()
    services = graph.fill()
    return graph.parts, services, draft.findings


def known_names(root: Element) -> KnownNames:
    """Return the names of several words that the texts of a file may use."""
    named = (each for each in root.iter() if local(each) in NAMED)
    return KnownNames({spelled(each.get("name")) for each in named} - {""}, BUILT_IN_NAMES)


class _Graph:
    """A model's parts by id while they are joined."""

    def __init__(self, root: Element, draft: Draft) -> None:
        self._root = root
        self._draft = draft
        self._elements = {key_of(each): each for each in children(root, *PARTS)}
        self.parts = Parts(types=draft.types)

    def check(self) -> None:
        """Complain about ids and requirements that do not make a graph."""
        for each in children(self._root, "import"):
            self._draft.complain(
                each,
                "Eine DMN-Datei darf keine andere Datei einbinden. Zeichnen Sie, was gebraucht "
                "wird, in diese Datei.",
            )
        self._check_ids()
        self._check_languages()
        self._check_references()
        self._check_circles()

    def _check_ids(self) -> None:
        seen: set[str] = set()
        for each in self._root.iter():
            is_part = each.getparent() is self._root and local(each) in PARTS
            key = key_of(each) if is_part else each.get("id", "") if local(each) else ""
            if key in seen:
                self._draft.complain(each, f"Die Kennung (id) „{key}“ ist nicht eindeutig.")
            elif key:
                seen.add(key)
            elif is_part:
                self._draft.complain(each, "Hier fehlen Kennung (id) und Name.")

    def _check_languages(self) -> None:
        for each in self._root.iter():
            language = each.get("expressionLanguage", "feel")
            if "feel" not in language.lower():
                self._draft.complain(each, f"Ausdrücke müssen FEEL sein, nicht „{language}“.")

    def _check_references(self) -> None:
        for each in self._root.iter():
            if local(each) in REFERENCES and not self._target(each):
                owner = each.getparent()
                message = f"„{each.get('href')}“ verweist auf nichts in dieser Datei."
                self._draft.complain(each if owner is None else owner, message)

    def _check_circles(self) -> None:
        graph = {key: self._required(each, "decision") for key, each in self._of("decision")}
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle = [self._elements[key] for key in error.args[1]]
            names = ", ".join(f"„{each.get('name')}“" for each in circle[1:])
            self._draft.complain(circle[0], f"Diese Entscheidungen hängen im Kreis ab: {names}.")

    def fill(self) -> dict[str, OfferedDecisions]:
        """Compile the parts; return the decision services by name."""
        for key, each in self._of("inputData"):
            self.parts.inputs[key] = self._input(each)
        for _, each in self._of("businessKnowledgeModel"):
            self.parts.functions[variable_of(each)] = self._knowledge(each)
        for key, each in self._of("decision"):
            self.parts.decisions[key] = self._decision(key, each)
        services = {variable_of(each): self._offer(key, each) for key, each in self._of(PARTS[-1])}
        self.parts.functions.update((name, each.function()) for name, each in services.items())
        return services

    def _of(self, kind: str) -> list[tuple[str, Element]]:
        return [(key, each) for key, each in self._elements.items() if local(each) == kind]

    def _input(self, element: Element) -> InputData:
        wanted = self._draft.type(type_of(element), element)
        types = self._draft.types
        is_text = is_instance("", wanted, types) and not is_instance(Decimal(0), wanted, types)
        return InputData(variable_of(element), wanted, is_text=is_text)

    def _knowledge(self, element: Element) -> FeelFunction:
        logic = child(element, "encapsulatedLogic")
        if logic is None:
            self._draft.complain(element, f"„{element.get('name')}“ hat keinen Inhalt.")
            return FeelFunction((), lambda _arguments, _evaluation: None)
        functions = self.parts.functions
        enclose = enclosed(logic, self._draft, self._result(element))
        return enclose(lambda evaluation: Scope(functions, None, evaluation))

    def _result(self, element: Element) -> str | None:
        # Some files declare the type of the function here, others the type of its result.
        name = type_of(element)
        declared = self._draft.type(name, element)
        is_function = declared == "function" or isinstance(
            self._draft.types.get(str(declared)), FunctionOf
        )
        return None if is_function else name

    def _decision(self, key: str, element: Element) -> Decision:
        logic = logic_of(element)
        if logic is None:
            self._draft.complain(element, f"Die Entscheidung „{element.get('name')}“ ist leer.")
        return Decision(
            id=key,
            name=element.get("name") or key,
            kind=local(logic) if logic is not None else "",
            variable=variable_of(element),
            names=names_of(element),
            type=self._draft.type(type_of(element), element),
            logic=self._draft.typed(self._draft.logic(logic), type_of(element), element),
            inputs=self._required(element, "inputData"),
            required=self._required(element, "decision"),
            parts=self.parts,
        )

    def _required(self, element: Element, kind: str) -> tuple[str, ...]:
        """Return the ids of the required parts of a kind; complain once about unknown ones."""
        requirements = children(element, "informationRequirement")
        wanted = [each for part in requirements for each in children(part, *REQUIRED)]
        keys = [self._target(each) for each in wanted]
        return tuple(key for key in keys if key and local(self._elements[key]) == kind)

    def _target(self, reference: Element) -> str:
        namespace, _, key = (reference.get("href") or "").rpartition("#")
        here = namespace in ("", self._root.get("namespace"))
        return key if here and key in self._elements else ""

    def _offer(self, key: str, element: Element) -> OfferedDecisions:
        return OfferedDecisions(
            id=key,
            name=element.get("name") or key,
            inputs=self._listed(element, "inputData", "inputData"),
            given=self._listed(element, "inputDecision", "decision"),
            outputs=self._listed(element, "outputDecision", "decision"),
            type=self._draft.type(type_of(element), element),
            parts=self.parts,
        )

    def _listed(self, element: Element, tag: str, kind: str) -> tuple[str, ...]:
        keys = [self._target(each) for each in children(element, tag)]
        return tuple(key for key in keys if key and local(self._elements[key]) == kind)
