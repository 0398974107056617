"""A diagram whose expressions are each allowed, but too many, stops within the bounds."""

from datetime import UTC, datetime

import orjson
import pytest

import forms
from engine import dmn
from forms import FormTooCostly, Submission, Surroundings
from tests.engine.bpmn.drawing import (
    chain,
    decide,
    diagram,
    flow,
    mapping,
    script,
    start,
    user,
    xor,
)
from tests.engine.bpmn.story import Story
from tests.fuzz.conftest import bounded

pytestmark = pytest.mark.slow

DEAR = "count(for a in 1..150, b in 1..150 return a * b) > 0"
DECISION = f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
 namespace="t"><decision id="teuer" name="Teuer"><variable name="Teuer"/><literalExpression><text>
 {DEAR.replace(">", "&gt;")}</text></literalExpression></decision></definitions>""".encode()


def round_of(task):
    """A task that is repeated without end."""
    return diagram(
        start(), xor("vor"), task, xor("nach"), chain("start", "vor", "x", "nach", "vor")
    )


COSTLY = {
    "values that double": round_of(script("x", "= {a: l, b: l}", "l")),
    "many inputs": diagram(
        start(), user("x", mapping({f"e{n}": f"= {DEAR}" for n in range(300)})), flow("start", "x")
    ),
    "scripts in a circle": round_of(script("x", f"= {DEAR}", "r")),
    "decisions in a circle": round_of(decide("x", "teuer", "r")),
}


@pytest.mark.parametrize("xml", COSTLY.values(), ids=COSTLY)
def test_costly_step_becomes_an_incident_in_time(xml):
    run = Story(xml, decisions=dmn.load(DECISION, file="teuer.dmn").decisions)
    with bounded():
        run.begin(l=[1])
    assert run.incident.kind == "budget"
    assert "zusammen zu lange" in run.incident.message


def costly_form():
    field = {"type": "textfield", "label": "Frage", "conditional": {"hide": f"= {DEAR}"}}
    fields = [{**field, "id": f"f{n}", "key": f"f{n}"} for n in range(200)]
    return orjson.dumps(
        {"id": "teuer", "type": "default", "schemaVersion": 18, "components": fields}
    )


USES = {
    "shown": forms.view,
    "checked": lambda form, _, around: forms.validate(form, Submission({}), around),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_costly_form_is_refused_in_time(use):
    form = forms.load(costly_form(), file="teuer.form")
    around = Surroundings({}, {}, lambda: datetime(2026, 1, 12, 11, tzinfo=UTC))
    with bounded(), pytest.raises(FormTooCostly, match="zusammen zu lange"):
        use(form, {}, around)
