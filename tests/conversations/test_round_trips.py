"""What a webhook asks of its database: so many statements, and no more, besides the BEGIN and the COMMIT around them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from flask import has_request_context, request
from sqlalchemy import event

from app.database import Database
from oncall import roster
from tests.house import House
from tests.oncall.hours import OFFICE as HOURS

MOST = {
    "/twilio/voice ringing": 8,
    "/twilio/turn/1/2 in-progress": 12,  # the PIN: two of them read the price list, which the process then knows
    "/twilio/turn/1/3 in-progress": 18,  # the price is accepted: points held, a supporter reserved and rung
    "/twilio/status/2 initiated": 3,
    "/twilio/status/2 ringing": 3,
    "/twilio/status/2 in-progress": 2,
    "/twilio/turn/2/1 in-progress": 8,  # the whisper
    "/twilio/turn/2/2 in-progress": 10,  # the supporter pressed 1
    "/twilio/turn/1/4 completed": 17,  # the talk is over: its end found, its books settled, refunds looked for
    "/twilio/status completed": 5,
    "/twilio/status/2 completed": 5,
}
"""By address and CallStatus, in a call that is talked. Another statement must be worth a wait at each such webhook."""
NOT_COUNTED = ("PRAGMA", "BEGIN")


@pytest.fixture
def asked(database: Database) -> Iterator[Counter[str]]:
    """How many statements each webhook has led to."""
    counted: Counter[str] = Counter()

    def executes(*said: object) -> None:
        if has_request_context() and not str(said[2]).startswith(NOT_COUNTED):
            counted[f"{request.path} {request.form['CallStatus']}"] += 1

    event.listen(database.engine, "before_cursor_execute", executes)
    yield counted
    event.remove(database.engine, "before_cursor_execute", executes)


def test_no_turn_of_a_call_asks_more_than_it_must(house: House, asked: Counter[str]) -> None:
    caller, anna = house.caller(), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=901)

    house.phone(caller).hangs_up()

    assert asked.keys() == MOST.keys()
    assert {which: count for which, count in asked.items() if count > MOST[which]} == {}


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_rota_costs_no_turn_another_statement(house: House, asked: Counter[str]) -> None:
    """R12: the line's row says which version is in force; it was read once, and whom it puts on duty is reckoned."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.rota(f'[[layer]]\nname = "Nat"\npeople = [{anna.id}]\nstarts = 2026-11-16T08:00:00\nevery = "week"\n')
    with house.database.reading() as session:
        assert [one.id for one in roster.on_duty(session, house.now)] == [anna.id]

    house.connects(caller, anna)
    house.forward(seconds=901)
    house.phone(caller).hangs_up()

    assert {which: count for which, count in asked.items() if count > MOST[which]} == {}


def test_a_webhook_that_comes_again_is_only_looked_up(house: House, asked: Counter[str]) -> None:
    """R19: the leg and its call, and the turns that were answered on it."""
    caller = house.caller()
    house.identifies(caller).hears("Tast 1 for at acceptere")
    asked.clear()

    house.delivers(house.webhook_of(caller, "action"))

    assert asked == {"/twilio/turn/1/2 in-progress": 2}


@pytest.mark.parametrize("backend", ["sqlite"])
def test_an_open_office_costs_no_turn_another_statement(house: House, asked: Counter[str]) -> None:
    """The lines are read at once, with their hours: a handful of rows."""
    house.has_office(HOURS)
    house.comes_to("2026-11-23T10:00:00")
    caller, anna = house.caller(), house.supporter("Anna")

    house.connects(caller, anna)
    house.forward(seconds=901)
    house.phone(caller).hangs_up()

    assert "uden pinkode" in " ".join(house.phone(caller).said)
    assert {which: count for which, count in asked.items() if count > MOST[which]} == {}
