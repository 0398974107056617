"""Gateways: which flows a token takes, and for which tokens it waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.task import Task

from engine.bpmn import armed, choices, joins
from engine.bpmn.elements import ElementSpec
from engine.bpmn.instance import Instance
from engine.bpmn.model import Flow


class GatewaySpec(ElementSpec):
    """A gateway that chooses among its flows."""

    def work(self, task: Task) -> bool:
        """Choose, and remember it for the history."""
        choices.remember(task, self.choose(task))
        return True

    def choose(self, task: Task) -> list[Flow]:  # noqa: ARG002 - a parallel gateway takes all
        """Return the flows to take."""
        return list(self.element.outgoing)


class ExclusiveSpec(GatewaySpec):
    """The first flow whose condition holds, else the default."""

    def choose(self, task: Task) -> list[Flow]:
        """Return one flow."""
        return choices.first_open(task, self.element)


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
        return choices.open_flows(task, self.element)

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
        armed.arm(self.awaited(), task)

    def awaited(self) -> list[ElementSpec]:
        """Return the events behind this gateway."""
        return [self._wf_spec.task_specs[flow.target] for flow in self.element.outgoing]

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
