"""The hand-over to KiBiZ on both databases, through the real pages."""

import pytest

from tests.processes import test_kibiz_uebergabe as story

pytestmark = pytest.mark.slow


def test_a_family_is_handed_over_on_both_databases(stage):
    story.test_a_family_is_handed_over_to_kibiz(stage)


def test_the_asd_answers_on_both_databases(stage):
    story.test_the_asd_may_agree_to_an_exception(stage)
