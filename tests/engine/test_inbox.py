"""The inbox shows each open task once to whoever may do it, the most urgent first, in pages."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine import inbox, user_tasks
from engine.inbox import PAGE, Cursor
from engine.model.user_task import NO_DUE
from tests.engine.bpmn.drawing import chain, start, zeebe
from tests.engine.office import ALICE, BOB, CHARLIE, person, task

BOTH = person("both", "goe_ifk", "goe_teamleitung")


def due(expression):
    return zeebe("taskSchedule", dueDate=expression)


@pytest.fixture
def begin(office):
    """Begin instances with a task that is due after some days, or never."""
    schedule = due("= if tage = null then null else now() + duration(tage)")
    office.deploy(start(), task("ut_a", schedule, groups="goe_ifk"), chain("start", "ut_a"))

    def run(days=None):
        office.begin(tage=None if days is None else f"P{days}D")

    return run


def shown(session, user, **options):
    return [entry.user_task_id for entry in inbox.page(session, user, **options).entries]


def test_an_empty_inbox_has_no_next_page(session):
    assert inbox.page(session, ALICE) == inbox.Page((), None)


def test_tasks_are_shown_to_their_group_only(office, session, begin):
    begin()
    assert shown(session, ALICE) == shown(session, BOB) == [office.task("ut_a").id]
    assert shown(session, CHARLIE) == []


def test_a_task_of_two_groups_is_shown_once(office, session):
    both = task("ut_a", groups="goe_ifk,goe_teamleitung")
    office.deploy(start(), both, chain("start", "ut_a"))
    office.begin()
    assert len(shown(session, BOTH)) == 1


def test_the_most_urgent_comes_first_and_what_has_no_moment_last(session, begin):
    for days in (9, None, 2, 5):
        begin(days)
    entries = inbox.page(session, ALICE).entries
    moments = [entry.due_at for entry in entries]
    assert moments == [*sorted(moments[:3]), None]
    assert entries[-1].due_ms == NO_DUE


def test_a_claimed_task_is_shown_to_its_holder_alone(office, session, begin):
    begin()
    key = office.task("ut_a").id
    user_tasks.claim(session, key, user=ALICE)
    assert shown(session, ALICE) == [key]
    assert shown(session, ALICE, only_own=True) == [key]
    assert shown(session, BOB) == []


def test_only_own_leaves_out_what_nobody_holds(session, begin):
    begin()
    assert shown(session, ALICE, only_own=True) == []


def test_a_completed_task_is_gone(office, session, begin):
    begin()
    office.complete("ut_a")
    assert shown(session, ALICE) == []


def test_pages_follow_each_other_without_gap_or_repetition(session, begin):
    for number in range(PAGE * 2 + 3):
        begin(number % 3 + 1 if number % 2 else None)
    found, after = [], None
    for size in (PAGE, PAGE, 3):
        page = inbox.page(session, ALICE, after=after)
        assert len(page.entries) == size
        found += [entry.user_task_id for entry in page.entries]
        after = Cursor.parse(str(page.following)) if page.following else None
    assert after is None
    assert len(set(found)) == len(found) == PAGE * 2 + 3


def test_a_full_last_page_has_no_next_one(session, begin):
    for _ in range(PAGE):
        begin()
    assert inbox.page(session, ALICE).following is None


@pytest.mark.parametrize("text", ["", "-", "1", "1-", "-1", "a-b", "1-2-3", "9" * 18 + "-1"])
def test_a_cursor_that_is_none_is_not_read(text):
    assert Cursor.parse(text) is None


def test_an_entry_says_what_it_is_about(office, session, begin):
    begin(1)
    (entry,) = inbox.page(session, ALICE).entries
    task = office.task("ut_a")
    assert (entry.case_id, entry.instance_id) == (office.case_id, task.instance_id)
    assert entry.due_at == office.now + timedelta(days=1)
    assert (entry.assignee, list(entry.groups)) == (None, ["goe_ifk"])


def test_an_account_without_groups_sees_only_its_own(session, begin):
    begin()
    assert shown(session, replace(ALICE, groups=())) == []
