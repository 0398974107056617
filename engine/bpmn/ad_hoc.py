"""Ad-hoc sub-processes: inner elements begin in any order, each in a scope of its own.

The scopes keep apart what belongs to one activation: its tokens, its variables, its result. They
are not part of the diagram; their name is the sub-process's with `#` behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import compensation, scopes
from engine.bpmn.elements import ElementSpec, Graph
from engine.bpmn.expressions import root_name
from engine.bpmn.failures import Failure
from engine.bpmn.instance import Instance, tokens
from engine.bpmn.model import AdHoc, Element
from engine.bpmn.subprocesses import SubProcessSpec
from engine.errors import Invalid

LABEL = "Liste der Schritte"
MOST_AT_ONCE = 1_000
NO_LIST = f"{LABEL}: Der Ausdruck ergibt keine Liste von Ids."
OVERWRITTEN = (
    "Die Ergebnisliste „{}“ hat ein anderer Schritt überschrieben. "
    "Bitte geben Sie ihr einen eigenen Namen."
)
NO_CHOICE = "Der Schritt „{}“ kann hier nicht begonnen werden."
NOTHING = "Es ist nicht angegeben, welche Schritte beginnen sollen."
TOO_MANY = "Mehr als 1.000 Schritte auf einmal sind nicht möglich."


class AdHocSpec(SubProcessSpec):
    """An ad-hoc sub-process.

    It is done when its condition holds, else when nothing runs inside any more. If nothing is
    listed to begin, it waits for a person's choice.
    """

    def __init__(self, graph: Graph, element: Element) -> None:
        super().__init__(graph, element)
        self._inner = InnerSpec(graph, element)

    @property
    def rule(self) -> AdHoc:
        """What the diagram says about order and end."""
        assert self.element.ad_hoc is not None
        return self.element.ad_hoc

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """The inner elements that may begin: those that no flow leads into."""
        specs = self._wf_spec.task_specs.values()
        inside = (spec.element for spec in specs if isinstance(spec, ElementSpec))
        elements = [each for each in inside if each.scope == self.element.id]
        undoing = {each.undone_by for each in elements}
        return tuple(each.id for each in elements if _may_begin(each) and each.id not in undoing)

    def perform(self, task: Task) -> bool:
        """Begin what is listed, and wait; of one that is restored, undo what was done."""
        if "restored" in task.internal_data:
            return super().perform(task)
        listed = self._listed(task)
        task.workflow.reserve(2 * len(listed))
        self.host(task)
        self._enqueue(task, listed)
        may_end = self.rule.collection is not None and self.rule.completion_condition is None
        return may_end and not listed

    def host(self, task: Task) -> None:
        """Wait for choices."""
        super().host(task)
        task.internal_data["wait"] = "ad_hoc"
        if self.rule.output_collection:
            scopes.local(task)[self.rule.output_collection] = []

    def _listed(self, task: Task) -> list[str]:
        if self.rule.collection is None:
            return []
        listed = task.workflow.script_engine.plain_value(task, self.rule.collection, LABEL)
        if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
            raise Failure("ad_hoc", NO_LIST)
        unknown = [each for each in listed if each not in self.choices]
        if unknown:
            raise Failure("ad_hoc", f"{LABEL}: {NO_CHOICE.format(unknown[0])}")
        return listed

    def activate(self, task: Task, element_ids: Sequence[str]) -> None:
        """Begin what a person has chosen; raise Invalid before anything has begun."""
        waiting = task.internal_data.get("in_turn", ())
        if not element_ids or len(element_ids) + len(waiting) > MOST_AT_ONCE:
            raise Invalid(TOO_MANY if element_ids else NOTHING)
        for element_id in element_ids:
            if element_id not in self.choices:
                raise Invalid(NO_CHOICE.format(element_id))
        try:
            task.workflow.reserve(2 * len(element_ids))
        except Failure as failure:
            raise Invalid(failure.message) from failure
        self._enqueue(task, element_ids)

    def _enqueue(self, task: Task, element_ids: Sequence[str]) -> None:
        if not self.rule.in_turn:
            for element_id in element_ids:
                self._begin(task, element_id)
            return
        task.internal_data.setdefault("in_turn", []).extend(element_ids)
        self._begin_next(task)

    def _begin_next(self, task: Task) -> None:
        waiting = task.internal_data.get("in_turn")
        if waiting and not tokens(task):
            self._begin(task, waiting.pop(0))

    def _begin(self, task: Task, element_id: str) -> None:
        task.workflow.spawn(self._wf_spec.task_specs[element_id], self.room(task))

    def room(self, task: Task) -> Task:
        """Return a new inner scope."""
        task.internal_data["begun"] = True
        inner = task.workflow.add(self._inner, task, state=TaskState.STARTED)
        own = root_name(self.rule.output_element)
        inner.internal_data = {"open": True} | ({"values": {own: None}} if own else {})
        return inner

    def left(self, task: Task, child: Task) -> None:
        """After an inner scope has left: the next in turn, or the end."""
        if child.task_spec is self._inner:
            if child.internal_data.get("enough"):
                self._finish(task)
            else:
                self._begin_next(task)
        elif task.internal_data.get("wait") != "ad_hoc":  # restored, interrupted or a loop
            super().left(task, child)
            return
        if not tokens(task) and self._may_end(task):
            super().left(task, child)

    def _may_end(self, task: Task) -> bool:
        """Whether nothing more is awaited; a handler alone does not end what a person may begin."""
        has_begun = "begun" in task.internal_data or self.rule.collection is not None
        return _is_closing(task) or (has_begun and self.rule.completion_condition is None)

    def _finish(self, task: Task) -> None:
        """End, at once or when what still runs has ended."""
        instance: Instance = task.workflow
        task.internal_data.pop("in_turn", None)
        del task.internal_data["wait"]
        task.internal_data["closing"] = True
        if self.rule.cancels_rest:
            for other in reversed(tokens(task)):
                instance.withdraw(other)

    def lost(self, task: Task) -> None:
        """Stay when a person took away what ran inside, unless only that was awaited."""
        if self._is_loop(task) or _is_closing(task):
            super().lost(task)
        else:
            self._begin_next(task)

    def give_back(self, task: Task) -> None:
        """Hand over the collected list and what the output mappings say."""
        name = self.rule.output_collection
        if name:
            scopes.propagate(task.parent, {name: scopes.local(task).get(name, [])})
        super().give_back(task)


def _may_begin(element: Element) -> bool:
    is_begun_by_event = element.triggered_by_event or element.attached_to is not None
    return not element.incoming and not is_begun_by_event


class InnerSpec(ElementSpec):
    """The scope of one activation."""

    def __init__(self, graph: Graph, element: Element) -> None:
        super().__init__(graph, replace(element, id=f"{element.id}#"))
        self.element = replace(element, inputs=(), outputs=(), outgoing=())
        self.is_hidden = True

    def work(self, task: Task) -> bool:  # noqa: ARG002 - its tokens do the work
        """Wait for the tokens inside."""
        return False

    def close(self, task: Task) -> None:
        """Collect the result, and see whether the sub-process is done."""
        outer: Task = task.parent
        rule: AdHoc = outer.task_spec.rule
        engine = task.workflow.script_engine
        found: dict[str, Any] = {}
        if rule.output_collection and rule.output_element:
            collected = scopes.local(outer).get(rule.output_collection, [])
            if not isinstance(collected, list):
                raise Failure("ad_hoc", OVERWRITTEN.format(rule.output_collection))
            result = engine.mapped_value(task, rule.output_element, "Ergebnis je Schritt")
            scopes.admit(outer, result)
            found[rule.output_collection] = [*collected, result]
        if rule.completion_condition and not _is_closing(outer):
            met = engine.holds(task, rule.completion_condition, "Abschlussbedingung", found)
            task.internal_data["enough"] = met
        scopes.local(outer).update(found)
        compensation.pass_on(task)


def _is_closing(task: Task) -> bool:
    return "closing" in task.internal_data
