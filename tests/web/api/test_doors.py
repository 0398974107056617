"""Every door of the API is closed to strangers, unless it is listed as open."""

import pytest

from tests.web.test_app import address
from web.api import doors

FOR_EVERYBODY = {"api.describe", "api.get_license", "api.get_status", "tokens.give"}


def test_what_is_open_is_listed():
    assert doors.OPEN == FOR_EVERYBODY


@pytest.mark.parametrize("method", doors.METHODS)
def test_a_stranger_gets_nothing(app, client, method):
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api.") and rule.endpoint not in FOR_EVERYBODY:
            answer = client.open(address(app, rule), method=method)
            assert answer.status_code == 401, rule
            assert answer.mimetype == "application/problem+json"


def test_addresses_and_methods_that_do_not_exist(api):
    assert api.get("/nirgends").status_code == 404
    assert api.call("PUT", "/process-instances/search", {}).status_code == 405
