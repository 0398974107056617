"""One pure step: a process, a snapshot and a command give an Outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import modification, scopes, snapshot, throwing, volume
from engine.bpmn.commands import (
    ActivateElements,
    Activation,
    Cancel,
    Command,
    CompleteCall,
    CompleteJob,
    CompleteUserTask,
    DeliverMessage,
    DeliverSignal,
    FailJob,
    FireTimer,
    Modify,
    Retry,
    SetVariables,
    Start,
    ThrowError,
    ThrowEscalation,
)
from engine.bpmn.failures import Failure
from engine.bpmn.instance import Instance, is_armed
from engine.bpmn.json_values import NotPortable, portable
from engine.bpmn.model import Moment, Process
from engine.bpmn.outcome import Outcome, State, Uncaught
from engine.bpmn.projection import outcome_of
from engine.errors import Invalid, NobodyWaits


def step(process: Process, saved: bytes | None, command: Command, *, moment: Moment) -> Outcome:
    """Run one command until everything waits again.

    Without a snapshot only `Start` is possible. Raises NobodyWaits if what the command names does
    not wait (any more), Invalid if its variables are not JSON. What fails in the diagram is not
    raised: it becomes an incident in the Outcome.
    """
    if isinstance(command, Start):
        instance = _begin(process, saved, command, moment)
    else:
        instance = _loaded(process, saved, moment)
        COMMANDS[type(command)](instance, command)
    instance.advance()
    return outcome_of(instance)


def _begin(process: Process, saved: bytes | None, command: Start, moment: Moment) -> Instance:
    if saved is not None:
        raise Invalid("Der Vorgang läuft schon.")
    start = process.none_start
    if command.element_id is not None:
        start = next((each for each in process.starts if each.id == command.element_id), None)
    if start is None and not command.inside:
        raise Invalid("Dieses Verfahren lässt sich so nicht beginnen.")
    instance = Instance(process, moment)
    root = instance.plant()
    _set(root, _json(command.variables))
    if command.catches:
        root.internal_data["catches"] = sorted(map(list, command.catches), key=str)
    if command.ends_after:
        root.internal_data["ends_after"] = _known(process, command.ends_after)
    if command.inside:
        modification.begin_inside(instance, command.inside)
    elif start is not None:
        instance.spawn(process.spec.task_specs[start.id], root)
    return instance


def _known(process: Process, element_ids: frozenset[str]) -> list[str]:
    unknown = sorted(element_ids - process.elements.keys())
    if unknown:
        raise Invalid(f"Das Element „{unknown[0]}“ gibt es in diesem Verfahren nicht.")
    return sorted(element_ids)


def _loaded(process: Process, saved: bytes | None, moment: Moment) -> Instance:
    if saved is None:
        raise NobodyWaits
    instance = snapshot.load(saved, process, moment)
    if instance.state != State.ACTIVE:
        raise NobodyWaits
    return instance


def _json(variables: Mapping[str, Any]) -> dict[str, Any]:
    try:
        values: dict[str, Any] = portable(variables)
    except NotPortable as error:
        raise Invalid(str(error)) from error
    if len(orjson.dumps(values)) > volume.LARGEST:
        raise Invalid(volume.TOO_LARGE)
    return values


def _waiting(instance: Instance, key: int, *kinds: str) -> Task:
    task = instance.tasks.get(key)
    if task is None or task.internal_data.get("wait") not in kinds or _stopped(task):
        raise NobodyWaits
    return task


def _stopped(task: Task) -> bool:
    return "incident" in task.internal_data


def _complete_user_task(instance: Instance, command: CompleteUserTask) -> None:
    task = _waiting(instance, command.key, "user_task")
    instance.wake(task, _json(command.variables))


def _fire_timer(instance: Instance, command: FireTimer) -> None:
    task = _waiting(instance, command.key, "timer")
    task.task_spec.trigger(task, {})


def _deliver_message(instance: Instance, command: DeliverMessage) -> None:
    _deliver(instance, command, "message")


def _deliver_signal(instance: Instance, command: DeliverSignal) -> None:
    _deliver(instance, command, "signal")


def _deliver(instance: Instance, command: DeliverMessage | DeliverSignal, kind: str) -> None:
    task = _waiting(instance, command.key, "subscription")
    if task.internal_data.get("kind", "message") != kind:
        raise NobodyWaits
    task.task_spec.trigger(task, _json(command.variables))


def _complete_job(instance: Instance, command: CompleteJob) -> None:
    task = _waiting(instance, command.key, "job")
    instance.wake(task, _json(command.variables))


def _complete_call(instance: Instance, command: CompleteCall) -> None:
    task = _waiting(instance, command.key, "call")
    instance.wake(task, _json(command.variables))


def _activate_elements(instance: Instance, command: ActivateElements) -> None:
    task = _waiting(instance, command.key, "ad_hoc")
    task.task_spec.activate(task, command.element_ids)


def _fail_job(instance: Instance, command: FailJob) -> None:
    task = _waiting(instance, command.key, "job", "call")
    if task.internal_data["wait"] == "call":
        instance.park(task, Failure("call", command.message))
        return
    if command.variables:
        _set(task, _json(command.variables))
    task.internal_data["retries"] = max(command.retries, 0)
    if command.retries <= 0:
        instance.park(task, Failure("job", command.message))


def _throw_error(instance: Instance, command: ThrowError) -> None:
    task = _waiting(instance, command.key, "job", "call")
    variables = _json(command.variables)
    thrown = Uncaught(code=command.code, message=command.message, variables=variables)
    if throwing.error(task, thrown):
        return
    reason = f" ({command.message})" if command.message else ""
    message = f"Den Fehler „{command.code}“ fängt kein umgebender Schritt ab{reason}."
    instance.park(task, Failure("error", message))


def _throw_escalation(instance: Instance, command: ThrowEscalation) -> None:
    task = _waiting(instance, command.key, "job", "call")
    throwing.escalation(task, command.code, _json(command.variables))


def _retry(instance: Instance, command: Retry) -> None:
    task = _with_incident(instance, command.key)
    del task.internal_data["incident"]
    waits_for = task.internal_data.get("wait")
    if waits_for == "job":
        task.internal_data["retries"] = max(task.internal_data["retries"], 1)
        task._set_state(TaskState.STARTED)
    elif waits_for not in ("condition", "join"):
        instance.resume(task)


def _with_incident(instance: Instance, key: int) -> Task:
    for task in instance.tasks.values():
        if task.internal_data.get("incident", {}).get("key") == key:
            return task
    raise NobodyWaits


def _set_variables(instance: Instance, command: SetVariables) -> None:
    scope = instance.task_tree
    if command.scope_key is not None:
        scope = instance.tasks.get(command.scope_key)
    if scope is None or is_armed(scope):
        raise NobodyWaits
    _set(scope, _json(command.variables), is_local=command.is_local)


def _set(scope: Task, values: Mapping[str, Any], *, is_local: bool = True) -> None:
    write = scopes.put if is_local else scopes.propagate
    try:
        write(scope, values)
    except Failure as failure:
        raise Invalid(failure.message) from failure


def _modify(instance: Instance, command: Modify) -> None:
    modification.modify(instance, replace(command, activate=tuple(map(_sound, command.activate))))


def _sound(activation: Activation) -> Activation:
    around = {name: _json(values) for name, values in activation.around.items()}
    return replace(activation, variables=_json(activation.variables), around=around)


def _cancel(instance: Instance, command: Cancel) -> None:
    instance.because = command.reason
    instance.abandon()


COMMANDS: Mapping[type, Callable[[Instance, Any], None]] = {
    ActivateElements: _activate_elements,
    Cancel: _cancel,
    CompleteCall: _complete_call,
    CompleteJob: _complete_job,
    CompleteUserTask: _complete_user_task,
    DeliverMessage: _deliver_message,
    DeliverSignal: _deliver_signal,
    FailJob: _fail_job,
    FireTimer: _fire_timer,
    Modify: _modify,
    Retry: _retry,
    SetVariables: _set_variables,
    ThrowError: _throw_error,
    ThrowEscalation: _throw_escalation,
}
