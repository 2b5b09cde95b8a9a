"""Calls of which nothing more is heard: asked about at the provider, closed by the answer, or as far as is known (R20)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models.values import AttemptOutcome, CallOutcome, CallState, Policy, TaskKind
from simulator.faults import loses_request
from simulator.knobs import losing
from tests.conversations.clocks import kept_by_a_slow_clock
from tests.conversations.silence import loses_every_report, talks_and_is_lost
from tests.house import SUPPORT, ACaller, ASupporter, House

STATUSES = ("initiated", "ringing", "in-progress", "completed")


def test_a_talk_whose_end_was_lost_is_closed_by_the_providers_answer(house: House) -> None:
    """R9, R20: to the second, as if the end had been reported; and marked."""
    house.is_connected_to_the_world()
    caller = talks_and_is_lost(house, minutes=17)

    house.forward(minutes=30)

    assert house.outcome(caller) is CallOutcome.TALKED
    assert house.seconds(caller) == 17 * 60
    assert house.cost(caller) == -30
    assert house.marks(caller) == ["closed_by_sweep"]
    assert house.attempts(caller) == [("Anna", AttemptOutcome.ACCEPTED)]
    assert house.tasks() == []


def test_a_caller_who_left_before_the_bridge_is_closed_after_ten_minutes(house: House) -> None:
    """R14, R20: and rung back, because the price had been accepted."""
    house.is_connected_to_the_world()
    caller = house.caller()
    house.supporter("Anna")
    loses_every_report(house)
    house.accepts_price(caller).hangs_up()

    house.forward(minutes=9)
    before = house.ask(lambda call: call.state, caller)
    house.forward(minutes=2)

    assert before is CallState.RINGING
    assert house.outcome(caller) is CallOutcome.CALLER_HUNG_UP
    assert [task.kind for task in house.tasks()] == [TaskKind.MISSED]
    assert house.balance(caller) == (60, 0)


def test_a_caller_who_left_at_the_pin_is_closed_too(house: House) -> None:
    """R20."""
    house.is_connected_to_the_world()
    caller = house.caller()
    loses_every_report(house)
    house.phone(caller).dials(SUPPORT).hears("pinkode").hangs_up()

    house.forward(minutes=11)

    assert house.outcome(caller) is CallOutcome.CALLER_HUNG_UP
    assert house.tasks() == []


def test_a_talk_that_goes_on_is_asked_about_and_left_alone(house: House) -> None:
    """R20: every five minutes behind thirty; the answer keeps it open, however long they talk."""
    house.is_connected_to_the_world()
    caller, anna = house.caller(points=600), house.supporter("Anna")
    house.connects(caller, anna)

    house.forward(minutes=95)
    still = house.phone(caller).bridged_with
    known_at = house.ask(lambda call: call.live_at, caller)
    house.phone(caller).hangs_up()

    assert still == anna.phone
    assert known_at is not None
    assert (house.now - known_at).total_seconds() <= 360
    assert house.charges(caller) == [-15] * 7
    assert house.marks(caller) == []


def test_the_provider_is_asked_again_every_five_minutes_until_it_answers(house: House) -> None:
    """R20: out of reach for half an hour."""
    house.is_connected_to_the_world()
    caller = talks_and_is_lost(house, minutes=10)
    house.exchange.knobs.rest_down = True
    house.forward(minutes=50)
    before = house.ask(lambda call: (call.state, call.asked_since is not None), caller)

    house.exchange.knobs.rest_down = False
    house.forward(minutes=6)

    assert before == (CallState.TALKING, True)
    assert house.seconds(caller) == 600
    assert house.charges(caller)[0] == -15
    assert house.cost(caller) == -15


def test_an_answer_that_lags_is_asked_for_again(house: House) -> None:
    """R20, pitfall B6: REST says in-progress for a while after the end."""
    house.is_connected_to_the_world()
    house.exchange.knobs.rest_lag = 600
    caller = talks_and_is_lost(house, minutes=28)

    house.forward(minutes=15)

    assert house.outcome(caller) is CallOutcome.TALKED
    assert house.seconds(caller) == 28 * 60


def test_what_the_provider_last_said_counts_as_heard_of(house: House) -> None:
    """R20: known to go on at minute 45, never heard of again: four quarters, not one."""
    house.is_connected_to_the_world()
    caller, anna = house.caller(points=600), house.supporter("Anna")
    loses_every_report(house)
    house.connects(caller, anna)
    house.forward(minutes=47)
    house.exchange.knobs.rest_down = True

    house.phone(caller).hangs_up()
    house.forward(minutes=90)

    assert house.ask(lambda call: call.end_unknown, caller)
    assert house.cost(caller) in {-45, -60}


def test_an_end_that_is_told_after_all_moves_the_books(house: House) -> None:
    """R19, R20: the review is needless then."""
    caller, anna = house.caller(points=900), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(minutes=101)
    before = (house.ask(lambda call: call.state, caller), house.cost(caller))

    house.phone(caller).hangs_up()
    house.forward(minutes=1)

    assert before == (CallState.ENDED, -15)
    assert house.seconds(caller) == 101 * 60
    assert house.cost(caller) == -15 * 7
    assert not house.ask(lambda call: call.end_unknown, caller)
    assert [task.taken_at is not None for task in house.tasks()] == [True]


@pytest.mark.parametrize("slow", [0, 10, 75, 200])
def test_a_talk_behind_its_limit_is_asked_about_after_five_minutes(house: House, slow: int) -> None:
    """R8, R20: the limit's end was lost; the quarters granted are owed, never one more, however `slow` the clock of its mark."""
    house.is_connected_to_the_world()
    caller, anna = house.caller(points=30, policy=Policy.STOP), house.supporter("Anna")
    house.connects(caller, anna)
    kept_by_a_slow_clock(house, seconds=slow)
    house.exchange.knobs.network = loses_request()

    house.forward(minutes=40)

    assert house.phone(caller).is_over
    assert {problem.code for problem in house.exchange.problems} == {11201}
    house.exchange.problems.clear()
    assert house.marks(caller) == ["closed_by_sweep"]
    assert house.outcome(caller) is CallOutcome.TALKED
    assert 1790 <= (house.seconds(caller) or 0) <= 1800
    assert house.charges(caller) == [-15, -15]


def test_a_supporter_of_a_forgotten_call_can_be_rung_again(house: House) -> None:
    """R12, R20: no reservation outlives its call."""
    house.is_connected_to_the_world()
    talks_and_is_lost(house, minutes=5)
    other = house.caller(company="Hotel Fjordblik")

    house.forward(minutes=35)
    house.accepts_price(other)

    assert house.attempts(other) == [("Anna", None)]


def whole_call(house: House) -> tuple[ACaller, ASupporter]:
    """A call of 17 minutes that the supporter ends."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(minutes=17)
    house.phone(anna).hangs_up()
    house.phone(caller).waits(30)
    house.forward(minutes=45)
    return caller, anna


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("action", [True, False])
def test_a_lost_status_callback_changes_neither_record_nor_books(build: Callable[..., House], status: str, *, action: bool) -> None:
    """R19, R20: whichever is lost, with and without what Dial tells when the caller hangs up."""
    house = build()
    house.is_connected_to_the_world()
    house.exchange.knobs.status_policy = losing(status)
    house.exchange.knobs.action_after_hangup = action

    caller, _anna = whole_call(house)

    record = house.record(caller)
    assert record["outcome"] is CallOutcome.TALKED
    assert record["seconds"] == 17 * 60
    assert record["charges"] == [-15, -15]
    assert record["attempts"] == [("Anna", AttemptOutcome.ACCEPTED)]
