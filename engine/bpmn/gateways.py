"""Gateways: which flows a token takes, and for which tokens it waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.task import Task

from engine.bpmn import armed, joins
from engine.bpmn.elements import ElementSpec
from engine.bpmn.failures import Failure
from engine.bpmn.instance import Instance
from engine.bpmn.model import Flow

NO_WAY = "Keine Bedingung trifft zu, und es gibt keinen Standardfluss."


class GatewaySpec(ElementSpec):
    """A gateway that chooses among its flows."""

    def work(self, task: Task) -> bool:
        """Choose, and remember it for the history."""
        chosen = [flow.id for flow in self.choose(task)]
        task.internal_data |= {"taken": chosen, "detail": {"fluesse": chosen}}
        return True

    def choose(self, task: Task) -> list[Flow]:  # noqa: ARG002 - a parallel gateway takes all
        """Return the flows to take."""
        return list(self.element.outgoing)

    def holds(self, task: Task, flow: Flow) -> bool:
        """Whether the flow's condition holds; a flow without one is always open."""
        if flow.condition is None:
            return True
        label = f"Bedingung am Fluss „{flow.name or flow.id}“"
        return bool(task.workflow.script_engine.holds(task, flow.condition, label))

    def otherwise(self) -> list[Flow]:
        """Return the default flow for when no condition holds."""
        flows = [flow for flow in self.element.outgoing if flow.is_default]
        if flows or not self.element.outgoing:
            return flows
        raise Failure("gateway", NO_WAY)

    def conditional(self) -> list[Flow]:
        """Return the flows that are asked for their condition."""
        return [flow for flow in self.element.outgoing if not flow.is_default]


class ExclusiveSpec(GatewaySpec):
    """The first flow whose condition holds, else the default."""

    def choose(self, task: Task) -> list[Flow]:
        """Return one flow."""
        matching = (flow for flow in self.conditional() if self.holds(task, flow))
        first = next(matching, None)
        return [first] if first is not None else self.otherwise()


class ParallelSpec(joins.JoinSpec, GatewaySpec):
    """All flows; as a join, one token of each incoming flow."""

    def counted(self, task: Task) -> None:
        """Go on as soon as each incoming flow has brought a token."""
        if not joins.missing(task):
            joins.release(task)

    def is_stuck(self, task: Task) -> bool:
        """Whether one of the branches cannot come any more."""
        return joins.comes_never(task) or super().is_stuck(task)


class InclusiveSpec(joins.JoinSpec, GatewaySpec):
    """Every flow whose condition holds; as a join, every token that can still come."""

    def choose(self, task: Task) -> list[Flow]:
        """Return at least one flow."""
        return [flow for flow in self.conditional() if self.holds(task, flow)] or self.otherwise()

    def settle(self, task: Task) -> bool:
        """Go on when no other token can bring what is missing; True if so."""
        if joins.more_can_come(task):
            return False
        joins.release(task)
        return True


class EventGatewaySpec(ElementSpec):
    """The first of several timers and messages decides the way."""

    def open(self, task: Task) -> None:
        """Let all events wait."""
        instance: Instance = task.workflow
        for child in reversed(task.children):
            instance.withdraw(child)
        specs = instance.spec.task_specs
        armed.arm((specs[flow.target] for flow in self.element.outgoing), task)

    def work(self, task: Task) -> bool:  # noqa: ARG002
        """Wait for the first event."""
        return False

    def decide(self, event: Task, variables: Mapping[str, Any]) -> None:
        """Go on behind the event that happened; the others are forgotten."""
        gateway = event.parent
        instance: Instance = gateway.workflow
        spec = event.task_spec
        flows = [flow.id for flow in self.element.outgoing if flow.target == spec.name]
        gateway.internal_data |= {"taken": [], "detail": {"fluesse": flows}}
        instance.spawn(spec, gateway.parent, open=True, done=True, result=dict(variables))
        gateway.complete()
