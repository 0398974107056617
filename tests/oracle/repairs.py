"""What stock SpiffWorkflow does wrong, put back into the engine for the length of a test.

Each function takes pytest's monkeypatch and undoes one repair.
"""

from calendar import monthrange
from datetime import timedelta

from engine.bpmn import (
    elements,
    event_subprocesses,
    events,
    joins,
    multi_instance,
    scopes,
    throwing,
    timers,
    waiting,
)
from engine.bpmn.activities import ActivitySpec
from engine.bpmn.boundaries import BoundarySpec
from engine.bpmn.elements import ElementSpec
from engine.bpmn.gateways import EventGatewaySpec
from engine.bpmn.instance import Instance, is_armed
from engine.bpmn.joins import JoinSpec

DEEPEST = 1_000


def around(monkeypatch, owner, name, wrapper):
    """Put `wrapper(original, *arguments)` in the place of a function."""
    original = getattr(owner, name)
    monkeypatch.setattr(owner, name, lambda *given, **named: wrapper(original, *given, **named))


def joins_count_the_rounds_before(monkeypatch):
    def release(original, task):
        past = task.parent.internal_data.setdefault("past", {})
        past[task.task_spec.name] = list(task.internal_data["arrived"])
        original(task)

    def missing(original, task):
        return original(task) - set(
            task.parent.internal_data.get("past", {}).get(task.task_spec.name, ())
        )

    around(monkeypatch, joins, "release", release)
    around(monkeypatch, joins, "missing", missing)


def joins_bring_stale_values_back(monkeypatch):
    def opened(original, spec, task):
        task.internal_data["copy"] = dict(scopes.local(task.workflow.task_tree))
        original(spec, task)

    def wake(original, instance, task, result=None):
        following = (instance.spec.task_specs[flow.target] for flow in task.task_spec.exits())
        if any(isinstance(spec, JoinSpec) for spec in following):
            scopes.local(instance.task_tree).update(task.internal_data.get("copy", {}))
        original(instance, task, result)

    around(monkeypatch, ActivitySpec, "open", opened)
    around(monkeypatch, Instance, "wake", wake)


def deep_trees_lose_the_case(monkeypatch):
    def spawn(original, instance, *given, **facts):
        root = instance.task_tree.internal_data
        root["depth"] = root.get("depth", 0) + 1
        return original(instance, *given, **facts) if root["depth"] <= DEEPEST else None

    around(monkeypatch, Instance, "spawn", spawn)


def errors_reach_everybody_with_the_code(monkeypatch):
    def caught(original, spec, host, variables, thrown):
        others = list(host.workflow.tasks.values())
        original(spec, host, variables, thrown)
        code = spec.element.error_code
        for other in others if spec.element.event == "error" else ():
            catching = [e for e in other.task_spec.attached if e.element.error_code == code]
            reached = other is not host and other.id in host.workflow.tasks
            for event in [e for e in catching if e.element.event == "error" and reached][:1]:
                original(event, other, variables, thrown)

    around(monkeypatch, BoundarySpec, "caught", caught)


def event_sub_processes_do_not_interrupt(monkeypatch):
    around(monkeypatch, event_subprocesses, "interrupt", lambda *_: None)


def those_for_errors_begin_with_the_scope(monkeypatch):
    def arm(original, scope):
        original(scope)
        for start in scope.task_spec.handlers:
            if start.element.event == "error":
                handler = scope.workflow.spec.task_specs[start.element.scope]
                scope.workflow.spawn(handler, scope, came={})

    around(monkeypatch, event_subprocesses, "arm", arm)


def those_with_timers_keep_the_scope_open(monkeypatch):
    def is_empty(original, scope):
        waits = (task for task in scope.children if is_armed(task) and "due" in task.internal_data)
        return original(scope) and all(task.task_spec.element.attached_to for task in waits)

    around(monkeypatch, elements, "is_empty", is_empty)


def nested_ones_never_begin(monkeypatch):
    def arm(original, scope):
        if scope.parent is None or not scope.task_spec.element.triggered_by_event:
            original(scope)

    around(monkeypatch, event_subprocesses, "arm", arm)


def links_lose_the_rest_of_the_process(monkeypatch):
    def travel(original, instance, flow, scope):
        if flow.id != flow.source:
            original(instance, flow, scope)

    around(monkeypatch, Instance, "travel", travel)


def signals_are_not_thrown(monkeypatch):
    around(monkeypatch, throwing, "signal", lambda *_: None)


def signals_are_heard_once(monkeypatch):
    def trigger(original, spec, task, variables):
        original(spec, task, variables)
        if task.internal_data.get("kind") == "signal" and task.id in task.workflow.tasks:
            task.workflow.withdraw(task)

    around(monkeypatch, BoundarySpec, "trigger", trigger)


def events_that_do_not_interrupt_happen_once(monkeypatch):
    def trigger(original, spec, task, variables):
        original(spec, task, variables)
        if not spec.element.interrupting and task.id in task.workflow.tasks:
            task.workflow.withdraw(task)

    around(monkeypatch, BoundarySpec, "trigger", trigger)


def reminders_go_with_their_task(monkeypatch):
    of = []

    def spawn(original, instance, *given, **facts):
        return original(instance, *given, **facts, **({"reminder_of": of[-1]} if of else {}))

    def fire(original, spec, host, **facts):
        of.append(host.id)
        original(spec, host, **facts)
        of.pop()

    def completed(original, spec, task):
        mine = task.internal_data.get("reminder_of")
        of.extend([mine] if mine else [])
        original(spec, task)
        del of[:]
        for other in list(task.workflow.tasks.values()):
            if other.internal_data.get("reminder_of") == task.id:
                task.workflow.withdraw(other)

    around(monkeypatch, Instance, "spawn", spawn)
    around(monkeypatch, BoundarySpec, "_fire", fire)
    around(monkeypatch, ElementSpec, "_on_complete_hook", completed)


def timers_of_a_gateway_share_their_moment(monkeypatch):
    def opened(original, spec, task):
        original(spec, task)
        due = [event for event in task.children if "due" in event.internal_data]
        for event in due:
            event.internal_data["due"] = due[0].internal_data["due"]

    around(monkeypatch, EventGatewaySpec, "open", opened)


def months_are_as_long_as_the_one_they_begin_in(monkeypatch):
    def after(original, span, start, times=1):
        days = monthrange(start.year, start.month)[1] * span.months + span.days
        return start + (timedelta(days=days) + span.clock) * times

    around(monkeypatch, timers.Span, "after", after)


def messages_have_no_key(monkeypatch):
    def message(original, *given):
        return {**original(*given), "correlation": ""}

    around(monkeypatch, waiting, "_message", message)


def results_stand_in_the_order_of_completion(monkeypatch):
    def collect(original, item):
        item.internal_data["index"] = item.parent.internal_data["finished"]
        original(item)

    around(monkeypatch, multi_instance, "collect", collect)


def restored_loops_hang(monkeypatch):
    begun = set()

    def begin(original, body):
        begun.add(id(body))
        return original(body)

    def go_on(original, body, item):
        if id(body) in begun:
            original(body, item)

    around(monkeypatch, multi_instance, "begin", begin)
    around(monkeypatch, multi_instance, "go_on", go_on)


def inclusive_joins_do_not_wait(monkeypatch):
    around(monkeypatch, joins, "more_can_come", lambda *_: False)


def values_go_to_the_instance(monkeypatch):
    def propagate(original, task, values):
        scopes.local(task.workflow.task_tree).update(values)

    around(monkeypatch, scopes, "propagate", propagate)


def terminate_ends_only_its_token(monkeypatch):
    around(
        monkeypatch,
        events.TerminateSpec,
        "_on_complete_hook",
        lambda _, spec, task: ElementSpec._on_complete_hook(spec, task),
    )


def completion_conditions_are_ignored(monkeypatch):
    def go_on(original, body, item):
        item.internal_data.pop("enough", None)
        original(body, item)

    around(monkeypatch, multi_instance, "go_on", go_on)


#: By the number of the repair in the design; those without one are repairs of ours.
REPAIRS = {
    "1 joins in loops": joins_count_the_rounds_before,
    "1 inclusive joins": inclusive_joins_do_not_wait,
    "2 stale values": joins_bring_stale_values_back,
    "2 scopes": values_go_to_the_instance,
    "3 depth": deep_trees_lose_the_case,
    "4 errors": errors_reach_everybody_with_the_code,
    "5 interruption": event_sub_processes_do_not_interrupt,
    "5 errors": those_for_errors_begin_with_the_scope,
    "5 timers": those_with_timers_keep_the_scope_open,
    "5 nested": nested_ones_never_begin,
    "6 links": links_lose_the_rest_of_the_process,
    "6 thrown signals": signals_are_not_thrown,
    "6 repeated signals": signals_are_heard_once,
    "6 repeated events": events_that_do_not_interrupt_happen_once,
    "7 reminders": reminders_go_with_their_task,
    "8 several timers": timers_of_a_gateway_share_their_moment,
    "9 calendar": months_are_as_long_as_the_one_they_begin_in,
    "10 correlation": messages_have_no_key,
    "11 order of results": results_stand_in_the_order_of_completion,
    "11 restored loops": restored_loops_hang,
    "terminate": terminate_ends_only_its_token,
    "completion condition": completion_conditions_are_ignored,
}
