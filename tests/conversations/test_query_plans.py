"""No webhook and no beat of the clock looks through all that ever was: SQLite says how it finds what each statement asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from sqlalchemy import Connection, Engine, event

from tests.app.test_webhooks import tells
from tests.house import House
from tests.web.programs import a_program

GROWING: Final = frozenset(
    {
        "accounts",
        "attempts",
        "calls",
        "audit",
        "cases",
        "deliveries",
        "entry",
        "errands",
        "holds",
        "journal",
        "legs",
        "persons",
        "reports",
        "tasks",
        "turns",
    }
)
Asked = dict[str, Any]


@contextmanager
def asked(engine: Engine) -> Iterator[Asked]:
    """What is asked in the block: each statement once, with the values of one time."""
    found: Asked = {}

    def note(_connection: object, _cursor: object, statement: str, values: Any, _context: object, many: bool) -> None:  # noqa: ANN401, FBT001 - SQLAlchemy's signature
        found.setdefault(statement, values[0] if many else values)

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def looked_through(connection: Connection, statement: str, values: Any) -> list[str]:  # noqa: ANN401 - the driver's own
    """The tables that a statement reads from end to end."""
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    scanned = (re.match(r"SCAN (\w+)(?! USING INDEX)", row[3]) for row in plan)
    return [found[1] for found in scanned if found and found[1].rstrip("_1234567890") in GROWING]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_a_call_asks_is_found_by_an_index(house: House) -> None:
    """Whatever is asked while one talks, one waits and leaves a callback, and the clock beats."""
    caller, anna, other = house.caller(), house.supporter("Anna"), house.caller(company="Hotel Strand", points=60)

    with asked(house.database.engine) as statements:
        house.connects(caller, anna)
        house.accepts_price(other)
        house.forward(minutes=17)
        house.phone(caller).hangs_up()
        house.forward(minutes=31)

    with house.database.engine.connect() as connection:
        found = {
            statement: tables
            for statement, values in statements.items()
            if statement.startswith(("SELECT", "UPDATE", "DELETE")) and (tables := looked_through(connection, statement, values))
        }
    assert found == {}


READS: Final = (
    "/calls?limit=1",
    "/calls?customer=10001&limit=1",
    "/calls?state=talking",
    "/calls?from=2026-11-23T00:00:00Z&to=2026-11-24T00:00:00Z",
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

    with house.database.engine.connect() as connection:
        found = {
            statement: tables
            for statement, values in statements.items()
            if statement.startswith("SELECT")
            and not is_first_rows(statement)
            and (tables := looked_through(connection, statement, values))
        }
    assert found == {}
