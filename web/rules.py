"""The concepts' rules as pages: found by words, each with what follows it in the procedures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, render_template, request

import forms
from engine import definitions, dmn
from engine.bundle import Bundle
from engine.definitions import LoadedDefinition
from engine.rulebook import Rule
from web import sources
from web.database import session

blueprint = Blueprint("rules", __name__, url_prefix="/regeln")

#: Longer questions are cut: no rule has that many letters.
MOST_LETTERS = 200


@dataclass(frozen=True, order=True)
class Bearer:
    """What a rule is behind: a step, a row of a table or a question of a form."""

    procedure: str
    kind: str
    place: str


@blueprint.get("")
def index() -> str:
    """Find rules by words, in one concept or in all."""
    words = request.args.get("suche", "")[:MOST_LETTERS].strip()
    concept = request.args.get("konzept", "")
    book = sources.rules()
    everything = tuple(book.entries.values())
    found = book.search(words) if words else everything if concept else ()
    shown = [rule for rule in found if concept in ("", rule.dokument)]
    return render_template(
        "rules/index.html",
        words=words,
        concept=concept,
        concepts=_counted(everything),
        asked=bool(words or concept),
        count=len(shown),
        chapters=[(source, list(rules)) for source, rules in groupby(shown, _source)],
    )


@blueprint.get("/<rule_id>")
def show(rule_id: str) -> str:
    """Show one rule, and where the procedures of today follow it."""
    rule = sources.rules().rule(rule_id)
    bearers = sorted({each for one in definitions.startable(session()) for each in of(one, rule)})
    by_procedure = [
        (name, list(found)) for name, found in groupby(bearers, lambda each: each.procedure)
    ]
    return render_template("rules/show.html", rule=rule, procedures=by_procedure)


def of(definition: LoadedDefinition, rule: Rule) -> Iterator[Bearer]:
    """Yield what a rule is behind in one procedure, and in the tables and forms that it uses."""
    elements = definition.process.elements.values()
    for element in elements:
        if rule in sources.of(element).rules:
            _, *around = sources.place_of(definition.process, element)
            place = " › ".join((*around, element.name or "ohne Namen"))
            yield Bearer(definition.name, "Schritt", place)
    decisions = {element.decision.id for element in elements if element.decision}
    for row in _rows(definition.bundle, decisions):
        if rule in sources.of_text(row.description).rules:
            yield Bearer(definition.name, "Entscheidung", f"{row.decision}, Zeile {row.number}")
    form_ids = {element.form.id for element in elements if element.form}
    for question in _questions(definition.bundle, form_ids, rule):
        yield Bearer(definition.name, "Frage", question)


def _questions(content: Bundle, form_ids: set[str], rule: Rule) -> Iterator[str]:
    for form_id in form_ids:
        source = content.form(form_id) or b""
        # Few forms name a rule; the others are not read.
        fields = forms.load(source, file=form_id).fields if rule.id.encode() in source else ()
        for field in fields:
            if rule in sources.of_text(field.properties.get("quelle", "")).rules:
                yield field.label or field.path


def _rows(content: Bundle, decisions: set[str]) -> Iterator[dmn.DescribedRow]:
    for graph in content.graphs:
        if any(head.id in decisions for head in graph.decisions):
            yield from dmn.described_rows(content.files[graph.file], file=graph.file)
    if content.shared is not None:
        yield from _rows(content.shared, decisions)


def _counted(rules: tuple[Rule, ...]) -> list[tuple[str, int]]:
    return [(concept, len(list(each))) for concept, each in groupby(rules, lambda r: r.dokument)]


def _source(rule: Rule) -> str:
    return rule.source
