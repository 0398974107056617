"""Tokens moved by hand: elements begin, with the scopes around them; what is cancelled goes.

Zeebe's rules for modification, with one exception: taking away the last token is refused, because
ending a case is a command of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import event_subprocesses, scopes
from engine.bpmn.commands import Activation, Modify
from engine.bpmn.elements import ElementSpec
from engine.bpmn.failures import Failure
from engine.bpmn.instance import Instance, is_armed
from engine.bpmn.model import Element, Process
from engine.bpmn.outcome import HistoryKind
from engine.bpmn.scopes import is_item
from engine.bpmn.subprocesses import SubProcessSpec
from engine.errors import Invalid

NOTHING = "Es ist nicht angegeben, was geändert werden soll."
MOST_AT_ONCE = 1_000
TOO_MANY = "Mehr als 1.000 Änderungen auf einmal sind nicht möglich."


def modify(instance: Instance, command: Modify) -> None:
    """Activate and cancel; raise Invalid for the whole if one part is not possible."""
    asked = len(command.cancel) + len(command.activate)
    if not asked or asked > MOST_AT_ONCE:
        raise Invalid(TOO_MANY if asked else NOTHING)
    instance.because = command.reason
    leaving = [_token(instance, key) for key in command.cancel]
    try:
        for activation in command.activate:
            _activate(instance, activation, leaving)
    except Failure as failure:
        raise Invalid(failure.message) from failure
    for task in leaving:
        _take_away(instance, task)
    instance.because = ""


def begin_inside(instance: Instance, element_ids: Sequence[str]) -> None:
    """Let an instance begin at these elements; raise Invalid if it cannot begin at one of them."""
    if len(element_ids) > MOST_AT_ONCE:
        raise Invalid(TOO_MANY)
    event_subprocesses.arm(instance.task_tree)
    try:
        for element_id in element_ids:
            _activate(instance, Activation(element_id), [])
    except Failure as failure:
        raise Invalid(failure.message) from failure


def _token(instance: Instance, key: int) -> Task:
    task = instance.tasks.get(key)
    if task is None or task.parent is None or is_armed(task):
        raise Invalid(f"Der Schritt {key} läuft in diesem Vorgang nicht und kann nicht enden.")
    return task


def _take_away(instance: Instance, task: Task) -> None:
    if instance.tasks.get(task.id) is task:  # else it has gone with a scope around it
        instance.withdraw(task)
        task.parent.task_spec.lost(task.parent)


def _activate(instance: Instance, activation: Activation, leaving: list[Task]) -> None:
    spec = instance.spec.task_specs.get(activation.element_id)
    if not isinstance(spec, ElementSpec) or spec.is_hidden:
        raise Invalid(f"Das Element „{activation.element_id}“ gibt es in diesem Verfahren nicht.")
    if objection := _objection(spec):
        raise Invalid(objection)
    instance.reserve(1)
    scopes.admit(instance.task_tree, dict(activation.variables))
    scope = _scope(instance, spec, activation, leaving)
    _put_around(scope, activation)
    facts = {"values": dict(activation.variables)} if activation.variables else {}
    instance.spawn(spec, scope, **facts)


def _put_around(scope: Task, activation: Activation) -> None:
    """Give the sub-processes around an element their variables; all must be around it."""
    left = dict(activation.around)
    while scope.parent is not None:
        scopes.put(scope, left.pop(scope.task_spec.name, {}))
        scope = scope.parent
    for name in left:
        raise Invalid(f"„{name}“ ist kein Teilprozess um „{activation.element_id}“.")


def beginnable(process: Process) -> tuple[Element, ...]:
    """Return the elements at which a person may begin, as far as the diagram alone can tell."""
    specs = [each for each in process.spec.task_specs.values() if isinstance(each, ElementSpec)]
    return tuple(each.element for each in specs if not each.is_hidden and not _objection(each))


def _objection(spec: ElementSpec) -> str:
    element, elements = spec.element, spec._wf_spec.task_specs
    title = f"„{element.name or element.id}“"
    if element.type in ("startEvent", "boundaryEvent") or element.triggered_by_event:
        return f"Bei dem Ereignis {title} kann nicht von Hand begonnen werden."
    sources = (other.element for other in elements.values() if isinstance(other, ElementSpec))
    gateways = (source for source in sources if source.type == "eventBasedGateway")
    if any(flow.target == element.id for source in gateways for flow in source.outgoing):
        return f"{title} gehört zu einer Verzweigung. Beginnen Sie bitte bei dieser."
    return ""


def _scope(
    instance: Instance, spec: ElementSpec, activation: Activation, leaving: list[Task]
) -> Task:
    """Return the scope for the new token; begin the scopes that do not run."""
    around = list(_around(spec))
    scope = instance.task_tree
    if activation.scope_key is not None:
        scope = _named(instance, around, activation)
    if scope.task_spec in around:
        around = around[around.index(scope.task_spec) + 1 :]
    for outer in around:
        running = [task for task in _running(instance, outer, scope) if not _is_in(task, leaving)]
        if len(running) > 1:
            name = outer.element.name or outer.element.id
            raise Invalid(f"„{name}“ läuft mehrfach. Bitte geben Sie an, welcher gemeint ist.")
        scope = running[0] if running else _begin(instance, outer, _room(scope))
    if _is_in(scope, leaving):
        raise Invalid("Ein Schritt soll in einem Abschnitt beginnen, der zugleich enden soll.")
    return _room(scope)


def _around(spec: ElementSpec) -> Iterator[ElementSpec]:
    """Yield the sub-processes around an element, outermost first."""
    outer = spec.element.scope
    if outer is not None:
        around = spec._wf_spec.task_specs[outer]
        yield from _around(around)
        yield around


def _named(instance: Instance, around: list[ElementSpec], activation: Activation) -> Task:
    task = instance.tasks.get(activation.scope_key)
    if task is instance.task_tree or (task is not None and _holds(task, around)):
        return task
    raise Invalid(f"„{activation.element_id}“ liegt nicht im Abschnitt {activation.scope_key}.")


def _holds(task: Task, around: list[ElementSpec]) -> bool:
    """Whether a task is one of these sub-processes and ready for tokens; no loop as a whole."""
    facts, spec = task.internal_data, task.task_spec
    is_ready = "open" in facts and not facts.keys() & {"done", "incident", "restored"}
    return spec in around and is_ready and (not spec.element.repeats or is_item(task))


def _running(instance: Instance, spec: ElementSpec, scope: Task) -> list[Task]:
    tasks = instance.tasks.values()
    return [task for task in tasks if _holds(task, [spec]) and _is_in(task, [scope])]


def _is_in(task: Task | None, others: list[Task]) -> bool:
    while task is not None:
        if task in others:
            return True
        task = task.parent
    return False


def _room(scope: Task) -> Task:
    spec = scope.task_spec
    return spec.room(scope) if isinstance(spec, SubProcessSpec) else scope


def _begin(instance: Instance, spec: SubProcessSpec, parent: Task) -> Task:
    name = spec.element.name or spec.element.id
    if spec.element.triggered_by_event:
        raise Invalid(f"„{name}“ beginnt nur durch sein Ereignis.")
    if spec.element.repeats:
        raise Invalid(f"„{name}“ läuft mehrfach und kann nicht von innen begonnen werden.")
    instance.reserve(1)
    task = instance.add(spec, parent, state=TaskState.STARTED)
    instance.note(task, HistoryKind.ENTERED)
    spec.open(task)
    task.internal_data["open"] = True
    spec.host(task)
    return task
