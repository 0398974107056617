"""Runs diagrams: reading, refusing, stepping. Pure: no table, no clock; SpiffWorkflow only here."""

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
from engine.bpmn.execution import step
from engine.bpmn.expressions import uses_of
from engine.bpmn.landing import kind_of
from engine.bpmn.migration import MigrationRefused, Preview, migrate, plan
from engine.bpmn.model import AdHoc, Bound, Element, Flow, Loop, Moment, Process, TimerRule, World
from engine.bpmn.modification import beginnable
from engine.bpmn.offers import Offer, offers
from engine.bpmn.outcome import Outcome, State
from engine.bpmn.parsing import check, form_ids, parse
from engine.bpmn.snapshot import (
    ActiveElement,
    VariableScope,
    active,
    scopes_of,
    variables,
    waits,
)
from engine.bpmn.starting import StartMoment, first_start

__all__ = [
    "ActivateElements",
    "Activation",
    "ActiveElement",
    "AdHoc",
    "Bound",
    "Cancel",
    "Command",
    "CompleteCall",
    "CompleteJob",
    "CompleteUserTask",
    "DeliverMessage",
    "DeliverSignal",
    "Element",
    "FailJob",
    "FireTimer",
    "Flow",
    "Loop",
    "MigrationRefused",
    "Modify",
    "Moment",
    "Offer",
    "Outcome",
    "Preview",
    "Process",
    "Retry",
    "SetVariables",
    "Start",
    "StartMoment",
    "State",
    "ThrowError",
    "ThrowEscalation",
    "TimerRule",
    "VariableScope",
    "World",
    "active",
    "beginnable",
    "check",
    "first_start",
    "form_ids",
    "kind_of",
    "migrate",
    "offers",
    "parse",
    "plan",
    "scopes_of",
    "step",
    "uses_of",
    "variables",
    "waits",
]
