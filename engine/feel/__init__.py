"""FEEL (DMN 1.5): expressions of diagrams, decisions and forms, evaluated without running code.

Text becomes tokens, tokens become a tree, the tree becomes closures. A compiled expression keeps
no state between evaluations, so that threads may share it.
"""

from engine.feel.errors import (
    FeelAssertionFailed,
    FeelError,
    FeelLimitReached,
    FeelSyntaxError,
    Place,
    Problem,
)
from engine.feel.evaluation import Clock, Evaluation
from engine.feel.exact_json import entries_of, plain, received, to_exact
from engine.feel.expression import (
    Expression,
    Result,
    UnaryTests,
    compile,
    compile_unary_tests,
)
from engine.feel.json_values import from_json, settle, to_json
from engine.feel.values.functions import FeelFunction
from engine.feel.values.kinds import Range
from engine.feel.values.moments import YearsMonths

__all__ = [
    "Clock",
    "Evaluation",
    "Expression",
    "FeelAssertionFailed",
    "FeelError",
    "FeelFunction",
    "FeelLimitReached",
    "FeelSyntaxError",
    "Place",
    "Problem",
    "Range",
    "Result",
    "UnaryTests",
    "YearsMonths",
    "compile",
    "compile_unary_tests",
    "entries_of",
    "from_json",
    "plain",
    "received",
    "settle",
    "to_exact",
    "to_json",
]
