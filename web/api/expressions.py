"""FEEL expressions, computed for whoever draws a diagram elsewhere."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from engine import clock, feel
from engine.feel import FeelError
from engine.organisation.clients import Scope
from web.api.operations import Call, Section
from web.api.problems import Problem
from web.api.wire import Sent, Shown, Tenant, Variables

section = Section("Ausdrücke")

#: Compiled expressions are remembered, so that a longer text would cost memory for long.
LONGEST = 10_000


class Question(Sent):
    """An expression, and the values that it may read."""

    expression: Annotated[str, Field(max_length=LONGEST, pattern=r"^\s*=")]
    variables: Variables | None = None
    tenant_id: Tenant = None


class WarningShown(Shown):
    """Why a part of the expression came out as null."""

    message: str


class SecretShown(Shown):
    """A secret that the expression named; Lotse has none."""

    store_id: str
    secret_name: str


class ResultShown(Shown):
    """What an expression came to."""

    expression: str
    result: Any
    warnings: list[WarningShown]
    referenced_secrets: list[SecretShown]


@section.operation(
    "POST",
    "/expression/evaluation",
    scope=Scope.READ,
    body=Question,
    body_required=True,
    answers={200: ResultShown},
)
def evaluate_expression(call: Call[Question]) -> ResultShown:
    """Wertet einen FEEL-Ausdruck aus."""
    text = call.body.expression
    try:
        # A blank takes the place of the "=", so that columns are those of the text as it was sent.
        compiled = feel.compile(text.replace("=", " ", 1))
        found = compiled.evaluate(feel.entries_of(_received(call.body)), clock=clock.now)
        result = feel.to_json(found.value)
    except FeelError as error:
        raise Problem(400, f"expression: {error}") from None
    warnings = [WarningShown(message=str(each)) for each in found.warnings]
    return ResultShown(expression=text, result=result, warnings=warnings, referenced_secrets=[])


def _received(question: Question) -> object:
    return feel.received(question.variables or {})
