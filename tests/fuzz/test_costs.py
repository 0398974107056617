"""A diagram whose expressions are each allowed, but too many, stops within the bounds."""

from datetime import UTC, datetime

import orjson
import pytest

import forms
from engine import bpmn, dmn
from forms import FormTooCostly, Submission, Surroundings
from tests.engine.bpmn.drawing import (
    chain,
    decide,
    diagram,
    flow,
    inclusive,
    mapping,
    parallel,
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


def branches(split, number, length):
    """Many branches of the same length between a split and a parallel join."""
    ids = [[f"u{one}_{step}" for step in range(length)] for one in range(number)]
    ways = [chain("s", *branch, "j") for branch in ids]
    tasks = [user(each) for branch in ids for each in branch]
    return diagram(start(), split("s"), parallel("j"), flow("start", "s"), *tasks, *ways)


def tangle(number):
    """Gateways from each of which tokens get to everywhere, so that all may meet."""
    ways = [(one, (one * one + step + 1) % number) for one in range(number) for step in range(3)]
    flows = [flow(f"n{a}", f"n{b}", id=f"f{n}") for n, (a, b) in enumerate(ways)]
    around = flow("start", "n0"), flow("n1", "j"), flow("n2", "j"), parallel("j")
    return diagram(start(), *(inclusive(f"n{one}") for one in range(number)), *flows, *around)


#: How many states a case can be in grows with the branches without bounds.
MANY_STATES = {
    "many branches": branches(parallel, 2_000, 1),
    "long branches": branches(parallel, 20, 100),
    "alternatives": branches(xor, 400, 1),
    "everything meets": tangle(2_000),
}


@pytest.mark.parametrize("xml", MANY_STATES.values(), ids=MANY_STATES)
def test_diagram_with_many_states_is_checked_in_time(xml):
    with bounded():
        found = {each.rule for each in bpmn.check(xml, file="x.bpmn")}
    assert ("zusammenfuehrung" in found) == (xml == MANY_STATES["alternatives"])


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
