"""The API's own document, taken at its word: whatever it allows is answered as it says."""

import pytest
from hypothesis import HealthCheck, given, settings
from schemathesis import openapi
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.clients.installation import basic
from tests.processes.kibiz import IFK
from web.api import doors

pytestmark = pytest.mark.slow

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
#: Operations that wait for something to happen, and the field that keeps them from it.
IMPATIENT = {
    "activate_jobs": {"requestTimeout": -1},
    "create_process_instance": {"requestTimeout": -1},
}
BOUNDED = settings(
    max_examples=4,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("account", ("admin", IFK))
def test_every_answer_is_one_that_the_document_knows(stage, account):
    schema = openapi.from_wsgi("/v2/openapi.json", stage.app)
    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in operations:
        _try(operation, {"Authorization": basic(account)})
    asked = {operation.definition.raw["operationId"] for operation in operations}
    assert asked == {operation.name for operation in doors.OPERATIONS}


def _try(operation, headers):
    patience = IMPATIENT.get(operation.definition.raw["operationId"], {})

    @BOUNDED
    @given(case=operation.as_strategy())
    def call(case):
        if isinstance(case.body, dict):
            case.body |= patience
        case.call_and_validate(headers=headers, checks=CHECKS)

    call()
