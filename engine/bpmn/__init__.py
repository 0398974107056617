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
from engine.bpmn.model import Element, Flow, Loop, Moment, Process, TimerRule, World
from engine.bpmn.outcome import Outcome, State
from engine.bpmn.parsing import check, form_ids, parse
from engine.bpmn.snapshot import ActiveElement, active, variables, waits

__all__ = [
    "ActivateElements",
    "Activation",
    "ActiveElement",
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
    "Modify",
    "Moment",
    "Outcome",
    "Process",
    "Retry",
    "SetVariables",
    "Start",
    "State",
    "ThrowError",
    "ThrowEscalation",
    "TimerRule",
    "World",
    "active",
    "check",
    "form_ids",
    "parse",
    "step",
    "uses_of",
    "variables",
    "waits",
]
