"""Decisions in DMN 1.1 to 1.5: tables and other boxes on FEEL, with an account of each result."""

from engine.dmn.analysis import Remark, analyse
from engine.dmn.decisions import Decision, OfferedDecisions, Verdict
from engine.dmn.errors import DecisionFailed, DecisionInvalid, Place
from engine.dmn.model import DecisionModel, examine, load
from engine.dmn.outline import DecisionHead, Outline, outline
from engine.dmn.reads import hidden_reads
from engine.dmn.rows import DescribedRow, described_rows
from engine.dmn.sheets import Box, Sheet, SheetTable, sheet
from engine.dmn.trace import MatchedRow, Trace, made

__all__ = [
    "Box",
    "Decision",
    "DecisionFailed",
    "DecisionHead",
    "DecisionInvalid",
    "DecisionModel",
    "DescribedRow",
    "MatchedRow",
    "OfferedDecisions",
    "Outline",
    "Place",
    "Remark",
    "Sheet",
    "SheetTable",
    "Trace",
    "Verdict",
    "analyse",
    "described_rows",
    "examine",
    "hidden_reads",
    "load",
    "made",
    "outline",
    "sheet",
]
