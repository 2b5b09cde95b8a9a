"""No list that programs read looks through all that ever was, nor does the clock for an endpoint that is told."""

from __future__ import annotations

from typing import Final

import pytest

from tests.app.test_webhooks import tells
from tests.conversations.test_query_plans import asked, scans
from tests.house import House
from tests.web.programs import a_program

READS: Final = (
    "/calls?limit=1",
    "/calls?customer=10001&limit=1",
    "/calls?state=talking",
    "/calls?from=2026-11-23T00:00:00Z&to=2026-11-24T00:00:00Z",
    "/live",
    "/customers?limit=1",
    "/customers/10001/persons",
    "/customers/10001/balance",
    "/customers/10001/statement",
    "/journals?limit=1",
    "/journals?customer=10001&limit=1",
    "/holds",
    "/cases?customer=10001",
    "/tasks?taken=false",
    "/audit?subject=customer:10001",
)


def is_first_rows(statement: str) -> bool:
    """Whether a statement asks for so many rows from the end of a table, and no others."""
    return "WHERE" not in statement and "LIMIT" in statement


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_programs_read_and_are_told_is_found_by_an_index(house: House) -> None:
    """The first page and the next of each list, and the clock's work for an endpoint."""
    program = a_program(house)
    tells(house, "http://127.0.0.1:9/nobody")
    for _ in range(2):
        house.connects(house.caller(), house.supporter())

    with asked(house.database.engine) as statements:
        for path in READS:
            page = program.reads(path)
            if page.get("next"):
                program.reads(f"{path}&after={page['next']}")
        house.forward(seconds=2)

    found = {one: tables for one, tables in scans(house.database.engine, statements).items() if not is_first_rows(one)}
    assert found == {}
