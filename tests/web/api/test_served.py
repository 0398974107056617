"""docs/operationen.md says which operations of the SDK are served, and why others are not."""

from tests.web.api import served


def test_every_operation_of_the_sdk_is_served_or_has_a_reason():
    unexplained = [each.name for each in absent() if served.reason(each) is None]
    assert unexplained == []


def test_every_reason_is_still_needed():
    used = {served.reason(each)[0] for each in absent()}
    assert [pattern for pattern, _ in served.REASONS if pattern not in used] == []


def test_the_page_says_what_is_served_now():
    told = served.PAGE.read_text()
    assert told == served.page(), "python -m tests.web.api.served writes the page anew"


def absent():
    answered = served.served()
    return [each for each in served.asked() if each.address not in answered]
