"""Ends that are told late, twice, wrongly or only in part: the facts move, and the books with them (R7, R8, R9, R11, R19)."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest
from sqlalchemy import select

from helpdesk import case_time
from models import Call
from models.values import CallOutcome, Policy, TaskKind
from simulator import knobs
from tests.broken import breaks, is_in_a_hurry, is_interrupted, loses_its_database
from tests.held import held
from tests.house import ACaller, ASupporter, House
from tests.price_lists import FLAT

HELP = "+4540506070"


@pytest.mark.parametrize("points", [15, 500])
def test_what_comes_behind_a_talk_is_not_billed(build: Callable[..., House], points: int) -> None:
    """R7, R8, R11: the database is away when the bridge ends, and nobody but the caller's own leg tells that it did."""
    house = build(env={"EMERGENCY_NUMBER": HELP})
    house.is_connected_to_the_world()
    caller, anna = house.caller(points=points, policy=Policy.STOP), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=890)
    doors, nowhere = house.app.extensions["doors"], loses_its_database(house)
    house.exchange.knobs.status_policy = knobs.lost
    if points == 15:
        house.forward(seconds=12)  # the carrier ends the bridge at its limit
    else:
        house.phone(anna).hangs_up()
    house.phone(caller).hears("Undskyld").waits(200)
    house.app.extensions["doors"] = doors
    nowhere.close()
    house.exchange.knobs.status_policy = knobs.at_once

    house.forward(minutes=40)
    if house.phone(caller).on_the_line:
        house.phone(caller).hangs_up()
    house.forward(minutes=1)

    assert house.cost(caller) == -15
    assert house.outcome(caller) is CallOutcome.TALKED


@pytest.mark.parametrize("hangs_up", ["the caller", "the vagt"])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_word_that_there_was_no_bridge_is_carried_beyond_the_emergency_call(build: Callable[..., House], hangs_up: str) -> None:
    """R7, R14: Anna pressed 1 and was gone; when Twilio told so, the database was away, and nobody else knows of it."""
    house = build(env={"EMERGENCY_NUMBER": HELP})
    caller, anna = house.caller(points=60), house.supporter("Anna")
    phone = house.accepts_price(caller)
    house.phone(anna).picks_up().hears("Tast 1")
    house.delivers(house.following(anna, Digits="1"))
    house.forward(seconds=2)
    doors, nowhere = house.app.extensions["doors"], loses_its_database(house)
    house.exchange.knobs.status_policy = knobs.lost
    house.phone(anna).hangs_up()
    phone.hears("Undskyld").hears("Jeg ringer til vagten")
    house.exchange.knobs.status_policy = knobs.at_once
    house.phone(HELP).picks_up().hears("Tast 1").keys("1")
    house.app.extensions["doors"] = doors
    nowhere.close()

    house.forward(seconds=30)
    (phone if hangs_up == "the caller" else house.phone(HELP)).hangs_up()
    house.forward(minutes=3)

    assert house.cost(caller) == 0
    assert house.balance(caller) == (60, 0)
    assert house.outcome(caller) is CallOutcome.CALLER_HUNG_UP
    assert [task.kind for task in house.tasks()] == [TaskKind.MISSED]


def test_a_late_word_that_there_was_no_bridge_takes_back_what_was_charged(house: House) -> None:
    """R7, R19: our own mark had decided."""
    house.exchange.knobs.status_policy = knobs.lost
    house.exchange.knobs.action_after_hangup = False
    caller, anna = house.caller(points=60), house.supporter("Anna")
    house.accepts_price(caller)
    house.phone(anna).picks_up().hears("Tast 1")
    dial = house.following(caller, DialCallStatus="completed", DialBridged="false")
    house.delivers(house.following(anna, Digits="1"))
    house.forward(seconds=2)
    breaks(house, support__after_ring=1, report=1)
    house.delivers(dial)
    house.post(dial.url + "?again=1", {name: value for name, value in dial.params.items() if not name.startswith("Dial")})
    before = house.charges(caller)

    house.delivers(dial)
    house.phone(caller).hangs_up()

    assert before == [-15]
    assert house.cost(caller) == 0
    assert house.outcome(caller) is CallOutcome.CALLER_HUNG_UP


def test_a_talk_survives_two_failing_turns_at_its_end(house: House) -> None:
    """R7, R9, R21: nothing talked is outside the books, whatever the caller hears."""
    house.exchange.knobs.status_policy = knobs.lost
    caller, anna = house.caller(points=200), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(minutes=17)
    breaks(house, support__after_ring=2, report=1)

    house.phone(anna).hangs_up()
    house.phone(caller).hears("Undskyld").waits(200)

    assert house.outcome(caller) is CallOutcome.TALKED
    assert house.cost(caller) == -30


def an_end_from_a_clock_that_is_behind(house: House) -> tuple[ACaller, ASupporter]:
    """The provider tells that the caller left before the talk began, which only a clock that is behind can say."""
    house.exchange.knobs.status_policy = knobs.lost
    caller, anna = house.caller(points=15, policy=Policy.STOP), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=5)
    house.delivers(house.status_of(caller, Timestamp=format_datetime(house.now - timedelta(seconds=10))))
    return caller, anna


def test_a_quarter_that_is_charged_again_beyond_the_limit_is_marked(house: House) -> None:
    """R11."""
    bo = house.supporter("Bo", tier=2)
    caller, _anna = an_end_from_a_clock_that_is_behind(house)
    before = house.charges(caller)
    colleague = house.caller(colleague_of=caller, name="Ib Juul")
    house.connects(colleague, bo)
    house.forward(seconds=5)

    house.phone(caller).hangs_up()
    house.phone(colleague).hangs_up()

    assert before == [-15, 15]
    assert house.cost(caller) == -15
    assert house.balance(caller) == (-15, 0)
    assert "charged_beyond_limit" in house.marks(caller)


def test_a_talk_that_was_first_taken_for_none_leaves_no_missed_call(house: House) -> None:
    """R14, R16."""
    caller, _anna = an_end_from_a_clock_that_is_behind(house)

    house.phone(caller).hangs_up()
    house.forward(minutes=2)

    assert house.outcome(caller) is CallOutcome.TALKED
    assert house.tasks() == []


def test_nobody_is_alarmed_any_more_about_a_missed_call_that_was_a_talk(house: House) -> None:
    """R14, R19: the minute in which the caller may call again had passed when the Dial told that there was a bridge."""
    caller, _anna = an_end_from_a_clock_that_is_behind(house)
    house.forward(seconds=70)
    missed = [(task.kind, task.taken_at) for task in house.tasks()]

    house.phone(caller).hangs_up()
    house.forward(minutes=50)

    assert missed == [(TaskKind.MISSED, None)]
    assert house.outcome(caller) is CallOutcome.TALKED
    assert [(task.alarm_at, task.alarms) for task in house.tasks()] == [(None, 0)]
    assert "missed_is_needless" in house.marks(caller)


def test_a_quarter_that_was_taken_back_is_no_time_on_the_case(house: House) -> None:
    """R17: charged quarters stand on the case."""
    house.exchange.knobs.status_policy = knobs.lost
    caller, anna = house.caller(points=60), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=899)
    ended = house.now
    house.forward(seconds=5)
    house.phone(anna).hangs_up()
    house.phone(caller).waits(20)
    house.delivers(house.status_of(caller, Timestamp=format_datetime(ended)))
    house.forward(minutes=1)

    with house.database.reading() as session:
        case = session.scalars(select(Call)).one().case
        time = [(one.quarter, one.points) for one in case_time.time_on(session, case)] if case else []

    assert house.charges(caller) == [-15, -15, 15]
    assert time == [(1, -15)]


def test_a_withdrawn_acceptance_holds_no_more_than_there_is(build: Callable[..., House]) -> None:
    """R4, R5: the price fell before the acceptance; what came back is what is held again, and the first quarter costs no more."""
    house = build()
    caller = house.caller(points=15, policy=Policy.STOP)
    anna, bo, _carl = (house.supporter(name) for name in ("Anna", "Bo", "Carl"))
    house.accepts_price(caller)
    house.phone(anna).picks_up().hears("Tast 1")
    house.publish(FLAT.replace("2020-01-01", "2021-01-01").replace("points = 15", "points = 5"))
    house.delivers(house.following(anna, Digits="1"))
    house.forward(seconds=2)
    colleague = house.caller(colleague_of=caller, name="Ib Juul")
    house.accepts_price(colleague)
    house.phone(bo).hears_ringing()

    house.phone(anna).hangs_up()
    balance, held = house.balance(caller)
    house.phone(caller).hangs_up()
    house.phone(colleague).hangs_up()

    assert held <= balance


def is_slow_and_raises(_session: object) -> None:
    """More than a second passes, and it was all in vain."""
    time.sleep(1.2)
    raise ZeroDivisionError


@pytest.mark.parametrize("kept", ["in the address", "by itself"])
def test_a_talk_is_over_when_its_end_is_told_not_when_that_can_be_written(house: House, kept: str) -> None:
    """R7, R8, R21: 900 seconds, and a database that is waited for meanwhile, by a clock that goes on; no quarter begins."""
    house.exchange.knobs.status_policy = knobs.lost
    caller, anna = house.caller(points=600), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=900)
    house.clock_works = False
    is_in_a_hurry(house, seconds=2.5)
    if kept == "by itself":
        is_interrupted(house, is_slow_and_raises, support__after_ring=1)

    with held(house.database) if kept == "in the address" else nullcontext():
        began, doors = time.monotonic(), house.app.extensions["doors"]
        house.app.extensions["doors"] = replace(doors, clock=lambda: house.now + timedelta(seconds=time.monotonic() - began))
        house.phone(anna).hangs_up()
        house.phone(caller).hears("Undskyld")
    house.phone(caller).hears("Tak for opkaldet").hears("et kvarter").waits(20)

    assert house.charges(caller) == [-15]
    assert house.seconds(caller) == 900
