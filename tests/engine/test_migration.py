"""Moving running instances: previewed, then as a whole, with everything people had."""

import pytest

from engine import definitions, drafts, migration, user_tasks
from engine.bpmn import MigrationRefused
from engine.deployment import Folder
from engine.drafts import Sender
from engine.migration import MovedBefore, OtherProcess
from engine.model.history import HistoryRow
from engine.model.instance import Instance
from engine.model.message import Subscription
from engine.model.timer import Timer
from engine.model.user_task import UserTask
from engine.organisation import accounts
from tests.engine.bpmn import drawing as d
from tests.engine.office import ALICE, task


@pytest.fixture
def numbers(office):
    """Two instances of the first version: one waits in each of its tasks."""
    hello = d.message("m1", "msg_hallo")
    office.deploy(
        *(d.start(), task("ut_a"), task("ut_b"), d.chain("start", "ut_a", "ut_b")),
        d.boundary("bd_frist", "ut_a", d.timer("timeDuration", "P3D"), interrupting=False),
        d.boundary("bd_hallo", "ut_a", d.awaits("m1"), interrupting=False),
        *(task("ut_frist"), d.flow("bd_frist", "ut_frist"), d.flow("bd_hallo", "ut_frist")),
        around=(hello,),
    )
    first = office.begin()
    office.complete("ut_a")
    return [first, office.begin()]


def second_version(office, before="ut_erst"):
    """The task `ut_a` is called `ut_neu`, and another one stands before it."""
    hello = d.message("m1", "msg_hallo")
    office.deploy(
        *(d.start(), task(before), task("ut_neu"), task("ut_b")),
        d.chain("start", before, "ut_neu", "ut_b"),
        d.boundary("bd_frist", "ut_neu", d.timer("timeDuration", "P9D"), interrupting=False),
        d.boundary("bd_hallo", "ut_neu", d.awaits("m1"), interrupting=False),
        *(task("ut_frist"), d.flow("bd_frist", "ut_frist"), d.flow("bd_hallo", "ut_frist")),
        around=(hello,),
    )
    return definitions.latest(office.session, "p")


def test_the_preview_says_for_each_instance_what_happens(office, session, numbers):
    target = second_version(office)
    assert migration.waiting_at(session, numbers) == {"ut_a", "ut_b", "bd_frist", "bd_hallo"}
    able, unable = migration.preview(session, numbers, target, {}, by=office.by())
    assert able.preview.is_possible
    assert [(p.element_id, p.target) for p in able.preview.passages] == [("ut_b", "ut_b")]
    assert not unable.preview.is_possible
    assert "ut_a" in str(unable.preview.passages)
    assert office.open() == ["ut_a", "ut_b"]


def test_everything_people_had_moves_along(office, session, numbers):
    before = office.task("ut_a")
    key, due = before.id, office.rows(Timer)[0].due_at
    user_tasks.claim(session, key, user=ALICE)
    account = accounts.create(
        session, name="alice", display_name="Alice", mandant_id="goe", now=office.now
    )
    drafts.save(session, before, {"notiz": "x"}, sender=Sender(account, "s", 1), now=office.now)
    target = second_version(office)
    office.travel(days=1)
    migration.migrate(session, numbers, target, {"ut_a": "ut_neu"}, by=office.by())
    assert office.open() == ["ut_b", "ut_neu"]
    after = office.task("ut_neu")
    assert (after.id, after.assignee, after.definition_id) == (key, "alice", target.id)
    moves = [row for row in office.rows(HistoryRow) if row.kind == "migrated"]
    assert [(m.instance_id, m.element_id, m.detail) for m in moves] == [
        (number, "p", {"von": 1, "auf": 2}) for number in numbers
    ]
    assert drafts.find(session, after, account_id=account).values == {"notiz": "x"}
    assert [row.due_at for row in office.rows(Timer)] == [due]
    assert {row.definition_id for row in office.rows(Subscription)} == {target.id}
    office.publish("msg_hallo")
    assert office.open() == ["ut_b", "ut_frist", "ut_neu"]
    office.complete("ut_neu")
    assert office.open() == ["ut_b", "ut_b", "ut_frist"]
    with pytest.raises(MovedBefore):
        migration.migrate(session, numbers, target, {}, by=office.by())


def test_one_that_cannot_move_keeps_all_where_they_are(office, session, numbers):
    target = second_version(office)
    with pytest.raises(MigrationRefused), session.begin_nested():
        migration.migrate(session, numbers, target, {}, by=office.by())
    assert office.open() == ["ut_a", "ut_b"]
    versions = {
        definitions.load(session, row.definition_id).version for row in office.rows(UserTask)
    }
    assert versions == {1}


def test_nobody_moves_to_another_process(office, session, numbers):
    office.deploy(d.start(), task("ut_a"), d.chain("start", "ut_a"), process="q")
    target = definitions.latest(session, "q")
    with pytest.raises(OtherProcess):
        migration.migrate(session, numbers, target, {}, by=office.by())


def decided(value):
    """A process that stops at a decision, with a table that knows only one value."""
    table = (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="defs" name="d"'
        ' namespace="n"><decision id="dmn_a" name="A"><decisionTable id="t">'
        '<input id="i"><inputExpression id="ie"><text>wert</text></inputExpression></input>'
        '<output id="o" name="ergebnis"/><rule id="r"><inputEntry id="e"><text>'
        f'{value}</text></inputEntry><outputEntry id="x"><text>"gut"</text></outputEntry></rule>'
        "</decisionTable></decision></definitions>"
    )
    body = d.diagram(
        *(d.start(), d.decide("br", "dmn_a", "ergebnis"), task("ut_danach")),
        d.chain("start", "br", "ut_danach"),
    )
    return Folder("p", {"p.bpmn": body, "a.dmn": table.encode()})


def test_an_incident_goes_on_after_its_decision_was_corrected(office, session):
    office.take_over(decided("1"))
    number = office.begin(wert=2)
    (incident,) = office.incidents()
    assert incident.kind == "decision"
    office.retry(incident.id)
    (again,) = office.incidents()
    office.take_over(decided("2"))
    target = definitions.latest(session, "p")
    migration.migrate(session, [number], target, {}, by=office.by())
    office.retry(again.id)
    assert office.incidents() == []
    assert office.open() == ["ut_danach"]


def calling(office, element):
    call, caught = d.call(element, "kind"), d.boundary("bd", element, d.throws("e"))
    ways = d.chain("start", element, "ut_danach") + d.flow("bd", "ut_statt")
    body = (d.start(), call, caught, task("ut_danach"), task("ut_statt"), ways)
    office.deploy(*body, around=(d.error("e", "nein"),))


@pytest.mark.parametrize(("answer", "leads_to"), [(False, "ut_danach"), (True, "ut_statt")])
def test_a_caller_moves_while_its_child_runs(office, session, answer, leads_to):
    office.deploy(
        *(d.start(), task("ut_kind"), d.xor("gw", default="gut"), d.end("ende")),
        *(d.end("abbruch", d.throws("e")), d.chain("start", "ut_kind", "gw")),
        *(d.flow("gw", "ende", id="gut"), d.flow("gw", "abbruch", "= kind.nein = true")),
        process="kind",
        around=(d.error("e", "nein"),),
    )
    calling(office, "ruf")
    number = office.begin()
    calling(office, "ruf_neu")
    target = definitions.latest(session, "p")
    migration.migrate(session, [number], target, {"ruf": "ruf_neu"}, by=office.by())
    assert office.open() == ["ut_kind"]
    assert len(office.rows(Instance)) == 2
    office.complete("ut_kind", nein=answer)
    assert office.open() == [leads_to]
    assert office.instance(number).definition_id == target.id
