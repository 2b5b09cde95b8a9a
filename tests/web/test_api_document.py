"""The OpenAPI document says what the interface does: whatever is asked, as it allows or not, is answered as it says."""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode, checks, openapi
from schemathesis.specs.openapi import checks as conformance

from models.api import Scope
from tests.house import House
from tests.web.programs import Program, a_program
from web.api.asking import PREFIX, RATES
from web.api.document import document
from web.api.operation import OPERATIONS

CHECKS: Final = [
    checks.not_a_server_error,
    conformance.status_code_conformance,
    conformance.content_type_conformance,
    conformance.response_headers_conformance,
    conformance.response_schema_conformance,
    conformance.negative_data_rejection,
]
EXAMPLES: Final = 3


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


def test_whatever_is_asked_is_answered_as_the_document_says(furnished: Program) -> None:
    schema = openapi.from_wsgi(f"{PREFIX}/openapi.json", furnished.client.application)
    answered: set[int] = set()

    for one in OPERATIONS:
        said = schema[f"{PREFIX}{one.path}"][one.method]
        for mode in GenerationMode:

            @seed(1)
            @settings(
                max_examples=EXAMPLES,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=said.as_strategy(mode))
            def asked(case: Any) -> None:  # noqa: ANN401 - schemathesis's own
                answer = case.call(headers={"Authorization": f"Bearer {furnished.text}"})
                case.validate_response(answer, checks=CHECKS)
                answered.add(answer.status_code)

            asked()

    assert {200, 404, 422} <= answered
    assert max(answered) < 500


def test_the_document_names_every_operation_with_its_scope_and_problems() -> None:
    said = document()

    told = {(method.upper(), path): one for path, methods in said["paths"].items() for method, one in methods.items()}

    assert said["openapi"] == "3.1.0"
    assert {(one.method, f"{PREFIX}{one.path}") for one in OPERATIONS} == set(told)
    assert {scope for one in told.values() for scope in one["security"][0]["token"]} == set(Scope) - {Scope.NUMBERS_READ}
    assert all({"401", "422", "429", "500", "503"} <= set(one["responses"]) for one in told.values())


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_documentation_is_a_page_of_ours(house: House, language: str) -> None:
    client = house.app.test_client()

    page = client.get(f"{PREFIX}/docs", headers={"Accept-Language": language})

    assert page.status_code == 200
    assert {"da": "REST-grænsefladen", "en": "The REST interface"}[language] in page.text
    assert all(f"{PREFIX}{one.path}" in page.text for one in OPERATIONS)
    assert "http://" not in page.text.replace("http://localhost/", "")
