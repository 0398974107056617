"""The API as an operator sees it."""

import pytest

from tests.web.api.calling import Api


@pytest.fixture
def api(stage):
    return Api(stage)
