"""Decision tables: which rows match, what comes out, and the account of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.dmn.draft import Draft, failing
from engine.dmn.errors import DecisionFailed, Place
from engine.dmn.policies import LISTING, POLICIES, RANKED, Choice, Hit, assembled
from engine.dmn.reading import Element, children
from engine.dmn.recording import Logic, note, table_account
from engine.dmn.table_parts import Column, Output, Row, read_column, read_output, read_row
from engine.dmn.trace import MatchedRow, Trace
from engine.feel.compiler.core import Scope
from engine.feel.values.types import Types, coerce, is_instance, type_name

#: Problems of a condition that are the table's fault, not the value's.
MISTAKES = frozenset({"unknown_variable", "unknown_function"})


@dataclass(frozen=True)
class DecisionTable:
    """A decision table, ready to be asked; `policy` is the hit policy and its aggregation."""

    id: str
    name: str
    columns: tuple[Column, ...]
    outputs: tuple[Output, ...]
    rows: tuple[Row, ...]
    policy: tuple[str, str]
    types: Types

    def __call__(self, scope: Scope) -> object:
        """Compute the result and tell the trace how it came about."""
        try:
            with table_account(self.name, scope.evaluation) as trace:
                trace.hit_policy = " ".join(self.policy).strip()
                trace.value = self._decide(scope, trace)
                return trace.value
        except DecisionFailed as failure:
            failure.position = failure.position or Place(self.id)
            raise

    def _decide(self, scope: Scope, trace: Trace) -> object:
        values = [self._look(column, scope) for column in self.columns]
        labels = [column.label for column in self.columns]
        trace.inputs = list(zip(labels, values, strict=True))
        trace.columns = tuple(column.id for column in self.columns)
        trace.results = tuple((output.id, output.name) for output in self.outputs)
        rows = self._matching(values, scope)
        if not rows:
            return self._without_row(scope, trace)
        hits = [self._hit(row, scope) for row in rows]
        trace.rows = [self._told(row, hit) for row, hit in zip(rows, hits, strict=True)]
        orders = [_ranking(output, scope) for output in self.outputs]
        choice = Choice(self.name, self._titles(), hits, orders)
        return POLICIES[self.policy](choice, scope.evaluation)

    def _look(self, column: Column, scope: Scope) -> object:
        value = column.expression(scope)
        value, fits = coerce(value, column.type, self.types)
        if not fits:
            wanted = type_name(column.type)
            raise DecisionFailed(
                f"Der Wert der Spalte „{column.label}“ in der Tabelle „{self.name}“ "
                f"passt nicht zum Typ „{wanted}“.",
                position=Place(column.id),
            )
        if column.allowed and value is not None and not column.allowed(value, scope):
            raise DecisionFailed(
                f"Der Wert der Spalte „{column.label}“ in der Tabelle „{self.name}“ "
                "ist dort nicht vorgesehen.",
                position=Place(column.id),
            )
        return value

    def _matching(self, values: Sequence[object], scope: Scope) -> list[Row]:
        problems = scope.evaluation.problems
        before = len(problems)
        rows = list(self._hits(values, scope))
        # Cells that cannot be compared with the value do not match, and that is all; but a name
        # that nobody knows is a mistake of the table and stays to be seen.
        problems[before:] = [each for each in problems[before:] if each.code in MISTAKES]
        return rows

    def _hits(self, values: Sequence[object], scope: Scope) -> Iterator[Row]:
        for row in self.rows:
            scope.evaluation.budget.take()
            if all(test(values[place], scope) for place, test in row.tests):
                yield row
                if self.policy[0] == "FIRST":
                    return

    def _hit(self, row: Row, scope: Scope) -> Hit:
        values = [logic(scope) for logic in row.outputs]
        for place, output in enumerate(self.outputs):
            values[place], fits = coerce(values[place], output.type, self.types)
            if place in row.silent:
                continue
            complaint = self._complaint(output, values[place], scope, fits=fits)
            if complaint:
                where = f"Zeile {row.number}, Spalte „{output.label}“"
                note(scope.evaluation, f"{where}: {complaint}")
        return Hit(row.number, tuple(values))

    def _complaint(self, output: Output, value: object, scope: Scope, *, fits: bool) -> str:
        if not fits:
            return f"Das Ergebnis passt nicht zum Typ „{type_name(output.type)}“."
        if value is None:
            return "Die Zelle ergibt keinen Wert (null)."
        if output.allowed and not output.allowed(value, scope):
            return "Dieses Ergebnis ist in der Spalte nicht vorgesehen."
        return ""

    def _without_row(self, scope: Scope, trace: Trace) -> object:
        if any(output.default for output in self.outputs):
            trace.default = True
            values = [output.default(scope) if output.default else None for output in self.outputs]
            return assembled(self._titles(), values)
        if self.policy in LISTING:
            return []
        if self.policy == ("COLLECT", "COUNT"):
            return Decimal(0)
        raise DecisionFailed(
            f"Keine Zeile der Tabelle „{self.name}“ trifft zu, und einen Vorgabewert hat sie nicht."
        )

    def _titles(self) -> tuple[str, ...]:
        return tuple(output.name for output in self.outputs)

    def _told(self, row: Row, hit: Hit) -> MatchedRow:
        labels = [output.label or output.name for output in self.outputs]
        return MatchedRow(
            number=row.number,
            rule_id=row.id,
            description=row.description,
            outputs=dict(zip(labels, hit.values, strict=True)),
            values=tuple(hit.values),
        )


def _ranking(output: Output, scope: Scope) -> list[object]:
    values = output.order(scope) if output.order else []
    return values if isinstance(values, list) else []


def decision_table(element: Element, draft: Draft) -> Logic:
    """Compile a decision table."""
    owner = element.getparent()
    name = element.get("outputLabel") or (owner.get("name") if owner is not None else "") or ""
    columns = tuple(read_column(each, draft) for each in children(element, "input"))
    outputs = tuple(read_output(each, draft) for each in children(element, "output"))
    titles = [column.label for column in columns], [output.label for output in outputs]
    rows = tuple(
        read_row(number, each, draft, titles)
        for number, each in enumerate(children(element, "rule"), 1)
    )
    policy = _policy(element, outputs, draft)
    if policy not in POLICIES:
        message = f"Die Trefferregel „{' '.join(policy).strip()}“ gibt es nicht."
        draft.complain(element, message)
        return failing(message, Place(element.get("id") or ""))
    return DecisionTable(
        id=element.get("id") or "",
        name=name,
        columns=columns,
        outputs=outputs,
        rows=rows,
        policy=policy,
        types=draft.types,
    )


def _policy(element: Element, outputs: Sequence[Output], draft: Draft) -> tuple[str, str]:
    hit_policy = (element.get("hitPolicy") or "UNIQUE").upper()
    policy = hit_policy, (element.get("aggregation") or "").upper()
    if hit_policy in RANKED and not any(output.order for output in outputs):
        draft.complain(
            element, f"Die Trefferregel „{hit_policy}“ braucht eine Rangfolge der Ergebniswerte."
        )
    if policy == ("COLLECT", "SUM") and not all(_may_be_numbers(each, draft) for each in outputs):
        draft.complain(element, "Die Trefferregel „COLLECT SUM“ braucht Zahlen als Ergebnisse.")
    if not outputs:
        draft.complain(element, "Die Tabelle hat keine Ergebnisspalte.")
    names = [output.name for output in outputs]
    if len(names) > 1 and ("" in names or len(set(names)) < len(names)):
        draft.complain(element, "Mehrere Ergebnisspalten brauchen verschiedene Namen.")
    return policy


def _may_be_numbers(output: Output, draft: Draft) -> bool:
    return output.type is None or is_instance(Decimal(0), output.type, draft.types)
