"""User tasks: who may see, claim, release and complete them; nothing is done twice."""

import pytest

from engine import user_tasks
from engine.errors import (
    AlreadyClaimed,
    AlreadyCompleted,
    InstanceEnded,
    NotYourTask,
    UserTaskNotFound,
)
from engine.model.history import HistoryRow
from engine.model.user_task import InboxRow, TaskState, UserTask
from tests.engine.bpmn.drawing import chain, end, start
from tests.engine.office import ALICE, BOB, CHARLIE, DORA, OPERATOR, task


@pytest.fixture
def key(office):
    """An open task of the group goe_ifk."""
    office.deploy(start(), task("ut_a"), task("ut_b"), chain("start", "ut_a", "ut_b"))
    office.begin()
    return office.task("ut_a").id


def principals(office, key):
    office.session.expire_all()
    rows = office.session.query(InboxRow).filter_by(user_task_id=key)
    return sorted(row.principal for row in rows)


def test_get_returns_a_task_of_the_own_group(session, key):
    assert user_tasks.get(session, key, user=ALICE).element_id == "ut_a"


@pytest.mark.parametrize("who", [CHARLIE, DORA, OPERATOR], ids=lambda user: user.name)
@pytest.mark.parametrize("act", [user_tasks.get, user_tasks.claim, user_tasks.release])
def test_a_task_of_others_is_as_good_as_missing(session, key, who, act):
    with pytest.raises(UserTaskNotFound):
        act(session, key, user=who)


def test_a_task_that_does_not_exist_is_missing(session):
    with pytest.raises(UserTaskNotFound):
        user_tasks.get(session, 1, user=ALICE)


def test_the_same_group_of_another_mandant_does_not_see_the_task(session, key):
    foreign = type(ALICE)(9, "eve", "Eve", "bo", False, ALICE.groups)
    with pytest.raises(UserTaskNotFound):
        user_tasks.get(session, key, user=foreign)


# --- claim and release --------------------------------------------------------------------------


def test_claim_moves_a_task_from_the_group_to_the_person(office, session, key):
    assert principals(office, key) == ["goe_ifk"]
    user_tasks.claim(session, key, user=ALICE)
    assert principals(office, key) == ["@alice"]
    assert office.task("ut_a").assignee == "alice"


def test_claim_refuses_a_task_that_somebody_else_holds(session, key):
    user_tasks.claim(session, key, user=ALICE)
    with pytest.raises(AlreadyClaimed):
        user_tasks.claim(session, key, user=BOB)


def test_claim_refuses_a_task_that_is_done(office, session, key):
    office.complete("ut_a")
    with pytest.raises(AlreadyCompleted):
        user_tasks.claim(session, key, user=BOB)


def test_release_gives_a_task_back_to_its_groups(office, session, key):
    user_tasks.claim(session, key, user=ALICE)
    user_tasks.release(session, key, user=ALICE)
    assert principals(office, key) == ["goe_ifk"]
    assert office.task("ut_a").assignee is None


def test_release_refuses_a_task_that_somebody_else_holds(office, session, key):
    user_tasks.claim(session, key, user=ALICE)
    with pytest.raises(NotYourTask):
        user_tasks.release(session, key, user=BOB)
    assert principals(office, key) == ["@alice"]


def test_release_refuses_a_task_that_nobody_holds(session, key):
    with pytest.raises(NotYourTask):
        user_tasks.release(session, key, user=ALICE)


# --- complete -----------------------------------------------------------------------------------


def test_complete_goes_on_to_the_next_task(office, session, key):
    office.complete("ut_a", notiz="erledigt")
    assert office.open() == ["ut_b"]
    assert principals(office, key) == []
    row = session.get_one(UserTask, key)
    assert (row.state, row.completed_by) == (TaskState.COMPLETED, "alice")
    assert row.completed_at == office.now


def test_complete_stores_the_values_under_the_name_of_the_task(office, key):
    office.complete("ut_a", notiz="erledigt")
    assert b'"a":{"notiz":"erledigt"}' in office.instance(office.task("ut_b").instance_id).snapshot


def test_complete_writes_down_who_did_it(office, key):
    office.complete("ut_a", who=BOB)
    (entry,) = [h for h in office.rows(HistoryRow, element_key=key) if h.kind == "completed"]
    assert (entry.element_id, entry.account, entry.at) == ("ut_a", "bob", office.now)


def test_complete_refuses_a_second_time(office, session, key):
    office.complete("ut_a")
    with pytest.raises(AlreadyCompleted):
        user_tasks.complete(session, key, user=BOB, values={}, now=office.now)
    assert office.open() == ["ut_b"]


def test_complete_refuses_a_task_that_somebody_else_holds(office, session, key):
    user_tasks.claim(session, key, user=ALICE)
    with pytest.raises(AlreadyClaimed), session.begin_nested():
        office.complete("ut_a", who=BOB)
    assert office.open() == ["ut_a"]


def test_complete_refuses_a_task_of_another_group(office, key):
    with pytest.raises(UserTaskNotFound):
        office.complete("ut_a", who=CHARLIE)


def test_completing_the_last_task_ends_the_instance(office, session):
    office.deploy(start(), task("ut_a"), end("fertig"), chain("start", "ut_a", "fertig"))
    number = office.begin()
    office.complete("ut_a")
    row = office.instance(number)
    assert (row.state, row.ended_at, row.ended_in) == ("completed", office.now, ["fertig"])


def test_a_task_of_an_ended_instance_is_refused(office, session, key):
    office.instance(office.task("ut_a").instance_id).state = "completed"
    session.flush()
    with pytest.raises(InstanceEnded):
        user_tasks.complete(session, key, user=ALICE, values={}, now=office.now)


def test_of_case_lists_the_open_tasks_of_a_case(office, session, key):
    office.begin()
    found = user_tasks.of_case(session, office.case_id)
    assert [row.element_id for row in found] == ["ut_a", "ut_a"]
    office.complete("ut_a")
    assert [row.element_id for row in user_tasks.of_case(session, office.case_id)] == [
        "ut_a",
        "ut_b",
    ]
    assert user_tasks.of_case(session, 1) == []
