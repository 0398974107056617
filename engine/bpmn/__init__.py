"""Runs diagrams: reading, refusing, stepping. Pure: no table, no clock; SpiffWorkflow only here."""

from engine.bpmn.commands import (
    Cancel,
    Command,
    CompleteJob,
    CompleteUserTask,
    DeliverMessage,
    DeliverSignal,
    FailJob,
    FireTimer,
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
from engine.bpmn.snapshot import variables, waits

__all__ = [
    "Cancel",
    "Command",
    "CompleteJob",
    "CompleteUserTask",
    "DeliverMessage",
    "DeliverSignal",
    "Element",
    "FailJob",
    "FireTimer",
    "Flow",
    "Loop",
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
    "check",
    "form_ids",
    "parse",
    "step",
    "uses_of",
    "variables",
    "waits",
]
