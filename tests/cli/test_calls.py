"""What can be seen of a call and a case, at each point of a conversation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from helpdesk import calls, cases
from models import Call
from tests.cli.desk import Terminal
from tests.house import SUPPORT, House
from tests.price_lists import FLAT


def shown(house: House, terminal: Terminal, sid: str) -> Any:  # noqa: ANN401 - the document
    """`call show` at the house's moment."""
    terminal.set_clock(house.now)
    return terminal.gets("call", "show", sid)


def moment(text: str) -> datetime:
    """A moment out of a document."""
    assert text.endswith("Z")
    return datetime.fromisoformat(text)


def test_a_talked_call_has_what_was_promised(house: House, terminal: Terminal) -> None:
    caller, bo, anna = house.caller(), house.supporter("Bo"), house.supporter("Anna", tier=2)
    phone = house.accepts_price(caller)
    house.phone(bo).picks_up().keys("2").waits(5)
    house.phone(anna).picks_up().hears("Tast 1")
    house.on_the_second()
    house.phone(anna).keys("1")
    accepted = house.now
    house.forward(seconds=901)
    phone.hangs_up()
    house.forward(minutes=1)

    said = shown(house, terminal, phone.call_sid)

    assert list(said) == [
        "call",
        "line",
        "from",
        "state",
        "outcome",
        "customer",
        "person",
        "supporter",
        "case",
        "started_at",
        "accepted_at",
        "ended_at",
        "seconds",
        "quarters",
        "points",
        "attempts",
    ]
    times = {name: moment(said.pop(name)) for name in ("started_at", "accepted_at", "ended_at")}
    assert said == {
        "call": phone.call_sid,
        "line": SUPPORT,
        "from": caller.phone,
        "state": "ended",
        "outcome": "talked",
        "customer": caller.number,
        "person": caller.person,
        "supporter": anna.id,
        "case": "20001",
        "seconds": 901,
        "quarters": 2,
        "points": -30,
        "attempts": [{"supporter": bo.id, "outcome": "declined"}, {"supporter": anna.id, "outcome": "accepted"}],
    }
    assert times["started_at"] < times["accepted_at"] == accepted
    assert (times["ended_at"] - accepted).total_seconds() == 901


def test_a_running_call_is_shown_up_to_now(house: House, terminal: Terminal) -> None:
    caller, anna = house.caller(), house.supporter()
    phone = house.accepts_price(caller)
    house.forward(seconds=5)

    ringing = shown(house, terminal, phone.call_sid)
    house.phone(anna).picks_up().hears("Tast 1")
    house.on_the_second()
    house.phone(anna).keys("1")
    house.forward(minutes=16)
    talking = shown(house, terminal, phone.call_sid)

    nothing = {"supporter": None, "accepted_at": None, "seconds": 0, "quarters": 0, "points": 0, "ended_at": None, "case": None}
    assert {name: ringing[name] for name in nothing} == nothing
    assert (ringing["state"], ringing["outcome"], ringing["attempts"]) == (
        "ringing",
        None,
        [{"supporter": anna.id, "outcome": None}],
    )
    assert (talking["state"], talking["outcome"], talking["supporter"]) == ("talking", None, anna.id)
    assert (talking["seconds"], talking["quarters"], talking["points"]) == (960, 2, -30)
    phone.hangs_up()


@pytest.mark.parametrize("number", ["+4520304050", "anonymous"])
def test_a_call_that_went_nowhere_has_the_number_as_it_came(house: House, terminal: Terminal, number: str) -> None:
    phone = house.phone("+4520304050").dials(SUPPORT, caller_id=number)

    answering = shown(house, terminal, phone.call_sid)
    phone.hangs_up()
    ended = shown(house, terminal, phone.call_sid)

    assert (answering["from"], answering["state"], answering["attempts"]) == (number, "answering", [])
    assert (ended["state"], ended["outcome"], ended["customer"], ended["person"]) == ("ended", "caller_hung_up", None, None)
    assert (ended["seconds"], ended["quarters"], ended["points"], ended["accepted_at"]) == (0, 0, 0, None)


def test_an_acceptance_that_was_never_bridged_is_none(house: House, terminal: Terminal) -> None:
    """R7."""
    caller, anna = house.caller(), house.supporter()
    sid = house.connects(caller, anna)
    house.forward(seconds=10)
    with house.database.writing() as session:
        call = session.scalars(select(Call).where(Call.sid == sid)).one()
        calls.withdraw(session, call, call.attempts[0], now=house.now)

    said = shown(house, terminal, sid)

    assert (said["state"], said["supporter"], said["accepted_at"]) == ("ringing", None, None)
    assert (said["seconds"], said["quarters"], said["points"]) == (0, 0, 0)
    assert said["attempts"] == [{"supporter": anna.id, "outcome": "accepted"}]


def test_a_free_quarter_counts(house: House, terminal: Terminal) -> None:
    house.publish(FLAT.replace("2020", "2026").replace("points = 15", "points = 0"))
    sid = house.connects(house.caller(), house.supporter())
    house.forward(minutes=1)

    running = shown(house, terminal, sid)
    house.forward(minutes=15)
    house.exchange.phone(running["from"]).hangs_up()

    assert (running["quarters"], running["points"]) == (1, 0)
    over = shown(house, terminal, sid)
    assert (over["quarters"], over["points"]) == (2, 0)


def test_a_call_is_told_to_people_in_local_time(house: House, terminal: Terminal) -> None:
    caller, anna = house.caller(), house.supporter()
    sid = house.connects(caller, anna)
    house.forward(seconds=61)
    house.phone(caller).hangs_up()
    house.forward(minutes=1)

    said = terminal.reads("call", "show", sid).splitlines()

    assert said[0] == f"Call {sid}"
    assert "  State      ended, talked" in said
    assert "  Talked     1:01 min" in said
    assert "  Charged    quarters: 1, points: -15" in said
    assert [line for line in said if line.startswith("  Started    2026-11-23 03:1")]
    assert said[-2:] == ["Rung  Supporter  Outcome", f"   1          {anna.id}  accepted"]


def test_a_case_has_what_was_promised(house: House, terminal: Terminal) -> None:
    """R16, R17."""
    caller, anna = house.caller(), house.supporter()
    sid = house.connects(caller, anna)
    house.forward(seconds=901)
    house.phone(caller).hangs_up()
    house.forward(minutes=1)

    said = terminal.gets("case", "show", "20001")

    assert said == {
        "case": "20001",
        "customer": caller.number,
        "title": "Opkald til døgnvagten",
        "severity": 6,
        "state": "open",
        "calls": [sid],
    }
    told = terminal.reads("case", "show", "20001").splitlines()
    assert told[0] == "Case 20001: Opkald til døgnvagten"
    assert [line.split()[:2] + line.split()[-1:] for line in told[-2:]] == [[sid, "1", "-15"], [sid, "2", "-15"]]


def test_a_case_of_a_caller_whom_nobody_knows_has_no_customer(house: House, terminal: Terminal) -> None:
    with house.database.writing() as session:
        cases.open_case(session, None, title="Besked til kontoret", severity=4, now=house.now)

    assert terminal.gets("case", "show", "20001")["customer"] is None
    assert terminal.reads("case", "show", "20001").splitlines()[1] == "  Customer   -"


def test_a_statement_names_call_quarter_and_case(house: House, terminal: Terminal) -> None:
    """R18."""
    caller, anna = house.caller(), house.supporter()
    sid = house.connects(caller, anna)
    begun = house.now
    house.forward(seconds=14 * 60)

    running = terminal.gets("points", "statement", caller.number)
    house.phone(caller).hangs_up()
    house.forward(minutes=1)
    over = terminal.gets("points", "statement", caller.number)

    assert (running["balance"], running["held"], running["available"]) == (45, 15, 30)
    assert (over["balance"], over["held"], over["available"]) == (45, 0, 45)
    quarter = over["entries"][-1]
    assert moment(quarter.pop("at")) == begun.astimezone(UTC)
    assert quarter == {
        "kind": "quarter",
        "points": -15,
        "balance": 45,
        "call": sid,
        "quarter": 1,
        "case": "20001",
        "reference": None,
    }
