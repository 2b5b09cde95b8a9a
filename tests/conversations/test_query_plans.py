"""No webhook, beat of the clock or page looks through all that ever was: the databases say how they find what is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from typing import Any, Final

import pytest
from sqlalchemy import Connection, Engine, event

from bench import history
from billing import journals
from billing.wanted import Wanted as Booked
from helpdesk import board, call_log, case_dossiers, dossiers, queue
from helpdesk import statements as papers
from helpdesk.call_log import Wanted
from models.values import E164, CallOutcome, CallState, JournalKind
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
LOOKS: Final = re.compile("SELECT|UPDATE|DELETE")
MUCH: Final = re.compile(r"Seq Scan on (?:attempts|calls|entry|holds|journal|legs|reports|turns)\b")
"""Tables that the history of the bench fills."""
SORTS: Final = re.compile(r" *(?:-> +)?Sort +\(|USE TEMP B-TREE FOR ORDER BY")


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
    """The tables that a statement reads from end to end, or by an index in which it wants the rows without a value."""
    steps = plan(connection, statement, values)
    if connection.dialect.name == "postgresql":
        found = [one[1] for step in steps if (one := re.search(r"Seq Scan on (\w+)", step))]
    else:
        scanned = (re.match(r"SCAN (\w+)(?! USING INDEX)", step) for step in steps)
        empty = (re.match(r"SEARCH (\w+) USING (?:COVERING )?INDEX \w+ \((\w+)=", step) for step in steps)
        found = [one[1] for one in scanned if one] + [one[1] for one in empty if one and f"{one[1]}.{one[2]} IS NULL" in statement]
    return [table for table in found if table.rstrip("_1234567890") in GROWING]


def plan(connection: Connection, statement: str, values: Any) -> list[str]:  # noqa: ANN401 - as above
    """The steps of its plan, in words.

    PostgreSQL is asked what it would do if it had to avoid reading tables whole, and sorting: what it does then all the same, it
    has no index for. SQLite has never looked at how much there is of anything, here as in production.
    """
    if connection.dialect.name == "sqlite":
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    connection.exec_driver_sql("SET LOCAL enable_sort = off")
    return [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", values)]


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


@pytest.mark.parametrize("backend", ["postgresql"])
def test_what_comes_often_is_planned_well_without_its_values(house: House) -> None:
    """From its tenth time on PostgreSQL may plan a statement for any values: it must not read all that there is much of then."""
    caller, anna = house.caller(), house.supporter("Anna")
    history.grow(house.database, 0, 3_000)

    with asked(house.database.engine) as statements, asked(house.database._readers) as looks:
        house.connects(caller, anna)
        house.forward(minutes=17)
        house.phone(caller).hangs_up()
        house.forward(minutes=31)

    with house.database.engine.connect() as connection:
        plans = {statement: generic_plan(connection, statement) for statement in statements | looks if LOOKS.match(statement)}
    assert len(plans) > 50
    assert {statement: found for statement, steps in plans.items() if (found := MUCH.findall("\n".join(steps)))} == {}


def generic_plan(connection: Connection, statement: str) -> list[str]:
    """The steps of the plan that PostgreSQL makes of a statement whose values it does not know."""
    numbers = count(1)
    unvalued = re.sub(r"%\(\w+\)s", lambda _: f"${next(numbers)}", statement).replace("%", "%%")
    return [row[0] for row in connection.exec_driver_sql(f"EXPLAIN (GENERIC_PLAN) {unvalued.replace('%%%%', '%%')}")]


def test_what_the_console_asks_is_found_by_an_index(house: House) -> None:
    """Board, call log by each filter and both ways, a call's page, a case's, a statement, the queue of tasks."""
    caller, anna, other = house.caller(), house.supporter("Anna"), house.caller(company="Hotel Strand", points=60)
    sid = house.connects(caller, anna)
    house.accepts_price(other)
    house.forward(minutes=17)
    narrowed = (
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
        papers.customer_statement(session, caller.number, now=house.now)
        queue.waiting(session, after=1, most=50)
        queue.taken_by_others(session, 1, most=10)

    assert scans(house.database.engine, statements) == {}


def test_a_page_of_a_log_is_read_in_its_order_without_sorting(house: House) -> None:
    """Call log and billing log as a whole, and by what there may be a million of: no first page, nor one further on, sorts them."""
    caller = house.caller()
    sid = house.connects(caller, house.supporter("Anna"))
    house.forward(minutes=17)
    since = house.now - timedelta(days=1)
    calls = (Wanted(), Wanted(customer=caller.number), Wanted(number=E164(caller.phone)), Wanted(outcome=CallOutcome.FAILED))
    booked = (Booked(), Booked(since=since), Booked(kind=JournalKind.QUARTER), Booked(kind=JournalKind.REFUND))

    with asked(house.database._readers) as statements, house.database.reading() as session:
        for way in ("here", "before", "after"):
            for wanted in (*calls, Wanted(state=CallState.ENDED), Wanted(since=since)):
                call_log.page(session, wanted, **({way: sid} if way != "here" else {}), most=50, now=house.now)
            for sought in (*booked, Booked(customer=caller.number)):
                journals.page(session, sought, **({way: 2} if way != "here" else {}), most=50)

    assert scans(house.database.engine, statements) == {}
    assert sorted_ones(house.database.engine, statements) == []


def sorted_ones(engine: Engine, statements: Asked) -> list[str]:
    """The statements that read a page, and sort what they read it from."""
    with engine.connect() as connection:
        pages = {statement: values for statement, values in statements.items() if "LIMIT" in statement}
        return [one for one, values in pages.items() if any(SORTS.match(step) for step in plan(connection, one, values))]


def scans(engine: Engine, statements: Asked) -> dict[str, list[str]]:
    """The statements that read a growing table from end to end, and which."""
    with engine.connect() as connection:
        return {
            statement: tables
            for statement, values in statements.items()
            if statement.startswith(("SELECT", "UPDATE", "DELETE")) and (tables := looked_through(connection, statement, values))
        }
