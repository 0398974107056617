"""Decision tables and files written in a test."""

from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def text(tag, content, **attributes):
    given = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<{tag}{given}><text>{escape(content)}</text></{tag}>"


def build_table(
    rows, *, inputs=("a",), outputs=("x",), policy="UNIQUE", aggregation="", parts=None
):
    """Write a table; a row is its input cells, then its output cells.

    `parts` are further elements by column, such as {"a": {"type": "number", "values": '"x"'}}.
    """
    parts = parts or {}
    body = [f'<decisionTable id="tabelle" hitPolicy="{policy}"']
    body.append(f' aggregation="{aggregation}">' if aggregation else ">")
    for name in inputs:
        part = parts.get(name, {})
        body.append(f'<input id="spalte_{name}" label="Spalte {name}">')
        body.append(text("inputExpression", name, typeRef=part.get("type", "Any")))
        body.append(text("inputValues", part["values"]) if "values" in part else "")
        body.append("</input>")
    for name in outputs:
        part = parts.get(name, {})
        body.append(
            f'<output id="ergebnis_{name}" name="{name}" typeRef="{part.get("type", "Any")}">'
        )
        body.append(text("outputValues", part["values"]) if "values" in part else "")
        body.append(text("defaultOutputEntry", part["default"]) if "default" in part else "")
        body.append("</output>")
    for number, cells in enumerate(rows, 1):
        body.append(f'<rule id="regel_{number}"><description>KIBIZ-00{number}</description>')
        for place, cell in enumerate(cells):
            tag = "inputEntry" if place < len(inputs) else "outputEntry"
            body.append(text(tag, cell, id=f"zelle_{number}_{place + 1}"))
        body.append("</rule>")
    return "".join(body) + "</decisionTable>"


def wrap(body):
    """Write a file with these elements."""
    attributes = f'xmlns="{NAMESPACE}" id="probe" name="Probe" namespace="urn:probe"'
    return f"<definitions {attributes}>{body}</definitions>".encode()
