"""A model with every place where an expression may stand, so that each can be broken in turn."""

from xml.sax.saxutils import escape

from engine.dmn.reading import NAMESPACES

#: What stands soundly at each place. The names begin with the kind of logic around them.
PLACES = {
    "typ_erlaubt": '"ja", "nein"',
    "typ_liste": "count(?) < 10",
    "wissen": "zahl + 1",
    "ausdruck": "ein * 2",
    "kontext_eintrag": "ein + 1",
    "kontext_ergebnis": "erstes + 1",
    "liste": "ein",
    "relation": "ein",
    "funktion": "x + ein",
    "aufruf_ziel": "mehr",
    "aufruf_argument": "ein",
    "wenn": "ein > 1",
    "dann": "1",
    "sonst": "2",
    "filter_quelle": "[1, 2, ein]",
    "filter_probe": "item > 1",
    "schleife_quelle": "[1, 2, ein]",
    "schleife_rumpf": "i * ein + count(partial)",
    "einige_quelle": "[1, ein]",
    "einige_probe": "i > 1",
    "alle_quelle": "[1, ein]",
    "alle_probe": "i > 0",
    "spalte": "ein",
    "spalte_erlaubt": ">= 0",
    "ergebnis_erlaubt": '"klein", "groß"',
    "vorgabe": '"klein"',
    "zelle": "< 5",
    "ergebnis": '"klein"',
}


def named(name):
    return f"<literalExpression><text>{{{name}}}</text></literalExpression>"


def decision(name, logic):
    return (
        f'<decision id="d_{name}" name="{name}"><variable name="{name}"/>'
        '<informationRequirement><requiredInput href="#ein"/></informationRequirement>'
        '<knowledgeRequirement><requiredKnowledge href="#mehr"/></knowledgeRequirement>'
        f"{logic}</decision>"
    )


def loop(tag, body, name):
    inside = f"{name}_rumpf" if tag == "for" else f"{name}_probe"
    return (
        f'<{tag} iteratorVariable="i"><in>{named(f"{name}_quelle")}</in>'
        f"<{body}>{named(inside)}</{body}></{tag}>"
    )


def table(policy):
    return (
        f'<decisionTable id="t_{policy}" hitPolicy="{policy}"><input id="s_{policy}">'
        '<inputExpression typeRef="number"><text>{spalte}</text></inputExpression>'
        "<inputValues><text>{spalte_erlaubt}</text></inputValues></input>"
        '<output name="a" typeRef="string"><outputValues><text>{ergebnis_erlaubt}</text>'
        "</outputValues><defaultOutputEntry><text>{vorgabe}</text></defaultOutputEntry></output>"
        f'<rule id="r_{policy}"><description>R-1</description>'
        f'<inputEntry id="e_{policy}"><text>{{zelle}}</text></inputEntry>'
        f'<outputEntry id="a_{policy}"><text>{{ergebnis}}</text></outputEntry></rule>'
        f'<rule id="q_{policy}"><inputEntry><text>>= 5</text></inputEntry>'
        '<outputEntry><text>"groß"</text></outputEntry></rule></decisionTable>'
    )


POLICIES = ("UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT")
BODY = "".join(
    (
        '<itemDefinition name="tAntwort"><typeRef>string</typeRef>',
        "<allowedValues><text>{typ_erlaubt}</text></allowedValues></itemDefinition>",
        '<itemDefinition name="tListe" isCollection="true"><typeRef>number</typeRef>',
        "<typeConstraint><text>{typ_liste}</text></typeConstraint></itemDefinition>",
        '<inputData id="ein" name="ein"><variable name="ein" typeRef="number"/></inputData>',
        '<inputData id="wort" name="wort"><variable name="wort" typeRef="tAntwort"/></inputData>',
        '<businessKnowledgeModel id="mehr" name="mehr"><encapsulatedLogic>',
        f'<formalParameter name="zahl" typeRef="number"/>{named("wissen")}',
        "</encapsulatedLogic></businessKnowledgeModel>",
        decision("ausdruck", named("ausdruck")),
        decision(
            "kontext",
            '<context><contextEntry><variable name="erstes"/>'
            f"{named('kontext_eintrag')}</contextEntry>"
            f"<contextEntry>{named('kontext_ergebnis')}</contextEntry></context>",
        ),
        decision("liste", f'<list typeRef="tListe">{named("liste")}</list>'),
        decision(
            "relation", f'<relation><column name="c"/><row>{named("relation")}</row></relation>'
        ),
        decision(
            "funktion",
            '<invocation><functionDefinition><formalParameter name="x"/>'
            f"{named('funktion')}</functionDefinition>"
            '<binding><parameter name="x"/><literalExpression><text>1</text></literalExpression>'
            "</binding></invocation>",
        ),
        decision(
            "aufruf",
            f'<invocation>{named("aufruf_ziel")}<binding><parameter name="zahl"/>'
            f"{named('aufruf_argument')}</binding></invocation>",
        ),
        decision(
            "wahl",
            f"<conditional><if>{named('wenn')}</if><then>{named('dann')}</then>"
            f"<else>{named('sonst')}</else></conditional>",
        ),
        decision(
            "filter",
            f"<filter><in>{named('filter_quelle')}</in><match>{named('filter_probe')}</match>"
            "</filter>",
        ),
        decision("schleife", loop("for", "return", "schleife")),
        decision("einige", loop("some", "satisfies", "einige")),
        decision("alle", loop("every", "satisfies", "alle")),
        "{tabellen}",
        '<decisionService id="angebot" name="angebot"><outputDecision href="#d_ausdruck"/>',
        '<inputData href="#ein"/></decisionService>',
    )
)


def everything(policies=POLICIES, **texts):
    """Return the file with tables of some hit policies and with other texts at some places."""
    tables = "".join(decision(f"tabelle_{policy}", table(policy)) for policy in policies)
    body = BODY.replace("{tabellen}", tables)
    for name, text in {**PLACES, **texts}.items():
        body = body.replace(f"{{{name}}}", escape(text))
    return f'<definitions xmlns="{max(NAMESPACES)}" name="alles">{body}</definitions>'.encode()
