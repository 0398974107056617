"""Deployed decisions, for operators: their tables and expressions, version by version."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template
from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from engine import definitions, dmn, versions
from engine.dmn import Box, Sheet, SheetTable
from engine.model.decision import DecisionDefinition, DecisionRequirements
from web import guard, sources
from web.api.decisions import DecisionNotFound
from web.database import session
from web.sources import Source

blueprint = Blueprint("deployed_decisions", __name__, url_prefix="/entscheidungen")

#: More versions than that are not listed; the older ones keep their addresses.
MOST_VERSIONS = 50
#: What a hit policy means, with its aggregation.
POLICIES = {
    ("UNIQUE", ""): "Es trifft immer nur eine Zeile zu. Sie gilt.",
    ("FIRST", ""): "Es gilt die erste Zeile, die zutrifft. Gelesen wird von oben nach unten.",
    ("ANY", ""): "Es dürfen mehrere Zeilen zutreffen, wenn sie dasselbe ergeben.",
    ("PRIORITY", ""): (
        "Treffen mehrere Zeilen zu, gilt die mit dem wichtigsten Ergebnis. Was wichtiger ist, sagt "
        "die Reihenfolge der vorgesehenen Ergebnisse."
    ),
    ("RULE ORDER", ""): (
        "Alle Zeilen, die zutreffen, gelten. Das Ergebnis ist eine Liste in der Reihenfolge der "
        "Tabelle."
    ),
    ("OUTPUT ORDER", ""): (
        "Alle Zeilen, die zutreffen, gelten. Das Ergebnis ist eine Liste, das Wichtigste zuerst."
    ),
    ("COLLECT", ""): "Alle Zeilen, die zutreffen, gelten. Das Ergebnis ist eine Liste.",
    ("COLLECT", "SUM"): "Alle Zeilen, die zutreffen, gelten. Ihre Ergebnisse werden addiert.",
    ("COLLECT", "MIN"): "Alle Zeilen, die zutreffen, gelten. Das kleinste Ergebnis zählt.",
    ("COLLECT", "MAX"): "Alle Zeilen, die zutreffen, gelten. Das größte Ergebnis zählt.",
    ("COLLECT", "COUNT"): "Das Ergebnis ist die Zahl der Zeilen, die zutreffen.",
}
#: What an expression is, by the name of its element in DMN.
KINDS = {
    "literalExpression": "Ausdruck",
    "decisionTable": "Tabelle",
    "context": "Mehrere Werte, einer nach dem anderen",
    "functionDefinition": "Gerechnet wird mit",
    "list": "Liste",
    "relation": "Liste von Zeilen",
    "invocation": "Aufruf einer Rechenregel",
    "conditional": "Wenn, dann, sonst",
    "filter": "Auswahl aus einer Liste",
    "for": "Für jeden Eintrag einer Liste",
    "every": "Gilt für alle Einträge einer Liste",
    "some": "Gilt für mindestens einen Eintrag einer Liste",
}
#: What a part does for the expression around it.
PLACES = {
    "if": "Wenn",
    "then": "Dann",
    "else": "Sonst",
    "in": "Aus der Liste",
    "match": "Bedingung",
    "satisfies": "Bedingung",
    "return": "Ergibt",
    "binding": "Übergeben wird",
    "row": "Zeile",
}
#: What a part is that has no place of its own, by what is around it.
INSIDE = {"invocation": "Aufgerufen wird", "functionDefinition": "Ergebnis"}
#: Cells that are no computation, as people read them.
CELLS = {"": "beliebig", "-": "beliebig", "true": "ja", "false": "nein"}
ANYTHING = frozenset({"", "-"})
RESULTS = {**CELLS, "": "nichts", "-": "nichts", "null": "nichts"}
_TEXTS = re.compile(r'"[^"\\]+"(?:\s*,\s*"[^"\\]+")*')


@dataclass(frozen=True)
class Line:
    """A decision that this one stands on, with its page."""

    key: int
    name: str


@dataclass(frozen=True)
class Shown:
    """What a version of a decision stands on."""

    decisions: tuple[Line, ...]
    inputs: tuple[str, ...]
    knowledge: tuple[Sheet, ...]


@blueprint.get("")
def index() -> str:
    """List the newest version of every decision."""
    guard.current_operator()
    newest = select(DecisionDefinition.decision_id, func.max(DecisionDefinition.version)).group_by(
        DecisionDefinition.decision_id
    )
    key = tuple_(DecisionDefinition.decision_id, DecisionDefinition.version)
    query = (
        select(DecisionDefinition, DecisionRequirements)
        .join(DecisionRequirements, DecisionRequirements.id == DecisionDefinition.requirements_key)
        .where(key.in_(newest))
        .order_by(DecisionRequirements.name, DecisionDefinition.name, DecisionDefinition.id)
    )
    return render_template("deployed_decisions/index.html", rows=session().execute(query).all())


@blueprint.get("/<int:decision_key>")
def show(decision_key: int) -> str:
    """Show one version of a decision as it is drawn."""
    guard.current_operator()
    database = session()
    decision = versions.by_key(database, DecisionDefinition, decision_key)
    if decision is None:
        raise DecisionNotFound
    graph = database.get_one(DecisionRequirements, decision.requirements_key)
    content = definitions.files(database, graph.deployment_id)[graph.file]
    sheet = dmn.sheet(content, decision.decision_id, file=graph.file)
    assert sheet is not None  # the decision was recorded because its file has it
    return render_template(
        "deployed_decisions/show.html",
        decision=decision,
        graph=graph,
        sheet=sheet,
        stands_on=_shown(database, graph, sheet, content),
        versions=_versions(database, decision.decision_id),
        policies=POLICIES,
        kinds=KINDS,
        anything=ANYTHING,
        condition=lambda text: _in_words(text, CELLS),
        result=lambda text: _in_words(text, RESULTS),
        label=label,
        rules_behind=rules_behind,
    )


def _in_words(text: str, known: Mapping[str, str]) -> str | None:
    """Return a cell as people read it; None for what only its own text can say."""
    if text in known:
        return known[text]
    if _TEXTS.fullmatch(text):
        return " oder ".join(text.split('"')[1::2])
    return None


def label(around: Box, part: Box) -> str:
    """Say what a part does for the expression around it."""
    if part.place == "contextEntry":
        return part.title or "Ergebnis"
    if part.place == "in" and part.title:
        return f"{part.title} aus der Liste"
    return f"{PLACES.get(part.place) or INSIDE.get(around.kind, 'Eintrag')} {part.title}".strip()


def rules_behind(table: SheetTable) -> Source:
    """Return the rules that the notes of a table name, each once."""
    notes = (note for row in table.rows for note in row.notes)
    return sources.of_text(",".join(dict.fromkeys(",".join(notes).replace(" ", "").split(","))))


def _shown(database: Session, graph: DecisionRequirements, sheet: Sheet, content: bytes) -> Shown:
    beside = select(DecisionDefinition).where(DecisionDefinition.requirements_key == graph.id)
    keys = {each.decision_id: each.id for each in database.scalars(beside)}
    of_kind = {kind: [each for each in sheet.required if each.kind == kind] for kind in _REQUIRED}
    functions = (dmn.sheet(content, each.id, file=graph.file) for each in of_kind[_KNOWLEDGE])
    return Shown(
        tuple(Line(keys[each.id], each.name) for each in of_kind["decision"]),
        tuple(each.name for each in of_kind["inputData"]),
        tuple(each for each in functions if each is not None),
    )


_KNOWLEDGE = "businessKnowledgeModel"
_REQUIRED = ("decision", "inputData", _KNOWLEDGE)


def _versions(database: Session, decision_id: str) -> list[DecisionDefinition]:
    query = select(DecisionDefinition).where(DecisionDefinition.decision_id == decision_id)
    newest = query.order_by(DecisionDefinition.version.desc()).limit(MOST_VERSIONS)
    return list(database.scalars(newest))
