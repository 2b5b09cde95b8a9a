"""The OpenAPI document says what the interface does: whatever it allows to be asked is answered as it says."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings

from tests.house import House
from tests.web.programs import Program, a_program
from web.api.asking import PREFIX, RATES
from web.api.document import document
from web.api.operation import OPERATIONS

with warnings.catch_warnings():  # what it loads warns of itself
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import checks


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def furnished(house: House) -> Program:
    """A house in which something happened, and a program that may do everything, as often as it likes."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(minutes=1)
    house.phone(caller).hangs_up()
    house.forward(minutes=1)
    house.app.extensions[RATES].most = 10**6
    return a_program(house)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_an_operation_answers_as_the_document_says(furnished: Program, operation: Any) -> None:  # noqa: ANN401 - an Operation
    schema = schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", furnished.client.application)
    said = schema[f"{PREFIX}{operation.path}"][operation.method]
    must_hold = (
        checks.not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
        checks.response_headers_conformance,
    )

    @seed(1)
    @settings(max_examples=12, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    def asked(case: Any) -> None:  # noqa: ANN401 - schemathesis's own
        case.call_and_validate(checks=must_hold, headers={"Authorization": f"Bearer {furnished.text}"})

    said.as_strategy()
    asked = schemathesis_given(said, asked)
    asked()
