"""Finding a call: the last ones, of a customer, in a span of local time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.database import Database
from models import Call
from models.values import CallOutcome, CallState
from tests.cli.desk import Terminal
from tests.house import SUPPORT, House

FIRST = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 in Copenhagen, for the first time that night
SECOND = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def listed(terminal: Terminal, *words: str) -> list[Any]:
    """The calls of `call list`."""
    found = terminal.gets("call", "list", *words)["calls"]
    assert isinstance(found, list)
    return found


def sids(terminal: Terminal, *words: str) -> list[str]:
    return [one["call"] for one in listed(terminal, *words)]


def a_call(database: Database, sid: str, started_at: datetime, *, customer: int | None = None) -> None:
    """A call of nobody's that ended at once, on line 1."""
    with database.writing() as session:
        call = Call(sid=sid, line_id=1, from_raw="+4570123456", started_at=started_at, heard_at=started_at, customer_id=customer)
        call.state, call.outcome, call.ended_at = CallState.ENDED, CallOutcome.CALLER_HUNG_UP, started_at
        session.add(call)


def test_there_are_no_calls(furnished: Terminal) -> None:
    assert furnished.gets("call", "list") == {"calls": []}
    assert furnished.reads("call", "list") == "No calls.\n"


def test_each_call_is_as_it_is_shown_by_itself_but_for_its_masked_number(house: House, terminal: Terminal) -> None:
    """R23: beside it a stranger's, one of another customer that runs, and one without a number."""
    caller, other, anna, bo = house.caller(), house.caller(company="Hotel Æbelø"), house.supporter("Anna"), house.supporter("Bo")
    talked = house.connects(caller, anna)
    house.forward(minutes=16)
    house.phone(caller).hangs_up()
    house.forward(minutes=3)
    running = house.connects(other, bo)
    house.forward(seconds=30)
    withheld = house.phone("+4520999999").dials(SUPPORT, caller_id="anonymous")
    terminal.set_clock(house.now)

    found = listed(terminal)
    alone = [terminal.gets("call", "show", one["call"]) for one in found]
    house.phone(other).hangs_up()
    withheld.hangs_up()

    assert [one["call"] for one in found] == [withheld.call_sid, running, talked]
    assert [one.pop("from") for one in found] == ["withheld", f"+45…{other.phone[-2:]}", f"+45…{caller.phone[-2:]}"]
    assert [one.pop("from") for one in alone] == ["anonymous", other.phone, caller.phone]
    assert found == alone
    assert [(one["customer"], one["outcome"], one["seconds"], one["quarters"], one["points"]) for one in found] == [
        (None, None, 0, 0, 0),
        (other.number, None, 30, 1, -15),
        (caller.number, "talked", 960, 2, -30),
    ]


def test_calls_are_told_to_people_in_local_time(house: House, terminal: Terminal) -> None:
    """R23."""
    caller, anna = house.caller(), house.supporter()
    sid = house.connects(caller, anna)
    house.forward(seconds=61)
    terminal.set_clock(house.now)

    running = terminal.reads("call", "list")
    house.phone(caller).hangs_up()
    house.forward(minutes=1)
    over = terminal.reads("call", "list").splitlines()

    assert "  talking  " in running
    assert over[0].split() == ["CallSid", "Started", "Line", "From", "Customer", "Outcome", "Seconds", "Quarters", "Points"]
    number = f"+45…{caller.phone[-2:]}"
    assert over[1].split() == [sid, "2026-11-23", "03:10", SUPPORT, number, caller.number, "talked", "61", "1", "-15"]
    assert caller.phone not in running


def test_the_last_fifty_calls_are_listed_the_newest_first(furnished: Terminal, database: Database) -> None:
    for number in (2, 0, 1, *range(3, 52)):
        a_call(database, f"CA{number:02}", FIRST.replace(minute=number))

    assert sids(furnished) == [f"CA{number:02}" for number in range(51, 1, -1)]
    assert sids(furnished, "--limit", "2") == ["CA51", "CA50"]
    assert len(sids(furnished, "--limit", "60")) == 52


def test_calls_that_began_together_stand_in_the_order_of_their_coming(furnished: Terminal, database: Database) -> None:
    for sid in ("CAb", "CAa", "CAc"):
        a_call(database, sid, FIRST)

    assert sids(furnished) == ["CAc", "CAa", "CAb"]


def test_calls_of_a_customer_are_those_of_nobody_else(furnished: Terminal, database: Database) -> None:
    furnished.reads("customer", "add", "Hotel Æbelø")
    furnished.reads("customer", "add", "Havnen")
    for sid, customer in {"CA1": 1, "CA2": 2, "CA3": None, "CA4": 1}.items():
        a_call(database, sid, FIRST, customer=customer)

    assert sids(furnished, "--customer", "10001") == ["CA4", "CA1"]
    assert sids(furnished, "--customer", "10001", "--limit", "1") == ["CA4"]
    assert sids(furnished, "--customer", "10003") == []
    assert furnished.is_refused("call", "list", "--customer", "99999") == (1, "there is no customer 99999")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--from", "2026-10-25T02:30"), ["after", "second", "between", "first"]),
        (("--to", "2026-10-25T02:30"), ["between", "first", "before"]),
        (("--from", "2026-10-25T02:30", "--to", "2026-10-25T02:30"), ["between", "first"]),
        (("--from", "2026-10-25T02:31", "--to", "2026-10-25T03:00"), ["second", "between"]),
        (("--from", "2026-10-25T03:00"), ["after"]),
        (("--from", "2026-10-25T05:00"), []),
    ],
    ids=str,
)
def test_calls_of_a_span_started_in_it(furnished: Terminal, database: Database, words: tuple[str, ...], found: list[str]) -> None:
    """In the hour that comes twice a span begins at the first and ends before the second."""
    a_call(database, "after", SECOND.replace(hour=3))
    a_call(database, "second", SECOND)
    a_call(database, "between", SECOND.replace(minute=0))
    a_call(database, "first", FIRST)
    a_call(database, "before", FIRST.replace(minute=29))

    assert sids(furnished, *words) == found


@pytest.mark.parametrize("end", ["2026-11-23T16:00", "2026-11-23T15:59"])
def test_a_span_that_ends_before_it_begins_is_refused(nowhere: Terminal, end: str) -> None:
    said = nowhere.is_refused("call", "list", "--from", "2026-11-23T16:00", "--to", end)

    assert said == (2, "Invalid value for --from and --to: the end must be later than the start")


@pytest.mark.parametrize("option", ["--from", "--to"])
def test_a_span_at_a_time_that_does_not_exist_is_refused(nowhere: Terminal, option: str) -> None:
    status, line = nowhere.is_refused("call", "list", option, "2027-03-28T02:30")

    assert status == 2
    assert line.startswith(f"Invalid value for '{option}': 2027-03-28T02:30 does not exist")
