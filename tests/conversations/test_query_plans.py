"""No webhook, beat of the clock or page looks through all that ever was: SQLite says how it finds what each statement asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from sqlalchemy import Connection, Engine, event

from helpdesk import board, call_log, case_dossiers, dossiers, queue
from helpdesk.call_log import Wanted
from models.values import E164, CallOutcome, CallState
from tests.house import SUPPORT, House

GROWING: Final = frozenset(
    {
        "accounts",
        "attempts",
        "calls",
        "cases",
        "entry",
        "errands",
        "holds",
        "journal",
        "legs",
        "persons",
        "readiness_tests",
        "readiness_turns",
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

    assert scans(house.database.engine, statements) == {}


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_the_console_asks_is_found_by_an_index(house: House) -> None:
    """Board, call log by each filter and both ways, a call's page, a case's, the queue of tasks."""
    caller, anna, other = house.caller(), house.supporter("Anna"), house.caller(company="Hotel Strand", points=60)
    sid = house.connects(caller, anna)
    house.accepts_price(other)
    house.forward(minutes=17)
    narrowed = (
        Wanted(),
        Wanted(customer=caller.number),
        Wanted(number=E164(caller.phone)),
        Wanted(outcome=CallOutcome.FAILED),
        Wanted(state=CallState.TALKING),
        Wanted(supporter=anna.id),
        Wanted(case="20001"),
        Wanted(since=house.now, until=house.now, line=SUPPORT),
        Wanted(seen_by=anna.id),
    )

    with asked(house.database._readers) as statements, house.database.reading() as session:
        board.board(session, now=house.now)
        for wanted in narrowed:
            for place in ({}, {"before": sid}, {"after": sid}):
                call_log.page(session, wanted, **place, most=50, now=house.now)
        dossiers.dossier(session, sid, seen_by=anna.id, now=house.now)
        case_dossiers.dossier(session, "20001", seen_by=anna.id, now=house.now)
        queue.waiting(session, after=1, most=50)

    assert scans(house.database.engine, statements) == {}


def scans(engine: Engine, statements: Asked) -> dict[str, list[str]]:
    """The statements that read a growing table from end to end, and which."""
    with engine.connect() as connection:
        return {
            statement: tables
            for statement, values in statements.items()
            if statement.startswith(("SELECT", "UPDATE", "DELETE")) and (tables := looked_through(connection, statement, values))
        }
