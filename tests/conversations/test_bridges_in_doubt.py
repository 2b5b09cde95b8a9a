"""Bridges of which the reports are lost, contradict our own mark, or come twice in the same words (R4, R7, R9, R12)."""

from __future__ import annotations

import re

import pytest

from models.values import AttemptOutcome, CallOutcome, JournalKind, Policy
from simulator import knobs
from simulator.phone import Phone
from tests.broken import breaks
from tests.house import ACaller, ASupporter, House

ACCEPTED, FAILED = AttemptOutcome.ACCEPTED, AttemptOutcome.FAILED


def a_charged_acceptance_is_withdrawn(house: House, caller: ACaller, anna: ASupporter) -> Phone:
    """Anna pressed 1, the clock charged the first quarter, and she was gone before the bridge: the next one is being rung."""
    phone = house.accepts_price(caller)
    house.phone(anna).picks_up().hears("Tast 1")
    house.delivers(house.following(anna, Digits="1"))
    house.forward(seconds=2)
    assert house.charges(caller) == [-15]
    house.phone(anna).hangs_up()
    return phone.hears("Jeg ringer til den næste")


def test_a_withdrawn_acceptance_keeps_the_hold_and_the_limit(house: House) -> None:
    """R4, R7, R11: with points for one quarter, one quarter is held and granted to whoever takes the call."""
    caller, anna, bo = house.caller(points=15, policy=Policy.STOP), house.supporter("Anna"), house.supporter("Bo")

    a_charged_acceptance_is_withdrawn(house, caller, anna)
    house.phone(bo).hears_ringing()

    limits = [found for one in house.exchange.log for found in re.findall(rb'timeLimit="(\d+)"', one.body)]
    assert house.balance(caller) == (15, 15)
    assert limits == [b"900", b"900"]
    house.phone(caller).hangs_up()


def test_points_of_a_withdrawn_acceptance_cannot_be_taken_by_a_parallel_call(house: House) -> None:
    """R4, R5: they are held while the next supporter is rung."""
    caller, anna = house.caller(points=15, policy=Policy.STOP), house.supporter("Anna")
    colleague = house.caller(colleague_of=caller, name="Ib Juul")
    house.supporter("Bo")
    a_charged_acceptance_is_withdrawn(house, caller, anna)

    other = house.identifies(colleague)

    other.hears("Der mangler 15 point")
    assert house.balance(caller) == (15, 15)
    house.phone(caller).hangs_up()
    house.forward(minutes=2)
    assert house.balance(caller) == (15, 0)


def test_the_first_quarter_of_whoever_takes_the_call_in_the_end_is_a_quarter_and_no_correction(house: House) -> None:
    """R9, R18: what was taken back is the correction; what is charged anew is what it is, when it began."""
    caller, anna, bo = house.caller(), house.supporter("Anna"), house.supporter("Bo")
    phone = a_charged_acceptance_is_withdrawn(house, caller, anna)

    house.phone(bo).picks_up().hears("Tast 1")
    house.on_the_second()
    accepted_at = house.now
    house.phone(bo).keys("1")
    house.forward(seconds=30)
    phone.hangs_up()

    entries = house.entries(caller)
    assert [(entry.kind, entry.points) for entry in entries if entry.kind in {JournalKind.QUARTER, JournalKind.CORRECTION}] == [
        (JournalKind.QUARTER, -15),
        (JournalKind.CORRECTION, 15),
        (JournalKind.QUARTER, -15),
    ]
    assert house.ask(lambda call: call.accepted_at, caller) == accepted_at
    assert house.balance(caller) == (45, 0)


@pytest.mark.parametrize("failing", ["the step", "the step and the keeping of its report"])
@pytest.mark.parametrize("colleague", ["nobody else", "Bo"])
def test_a_talk_is_not_lost_when_the_database_fails_just_at_its_end(house: House, failing: str, colleague: str) -> None:
    """R7, R9, R21: asked again without parameters, and without a status callback, our own mark says that they talked."""
    house.exchange.knobs.status_policy = knobs.lost
    caller, anna = house.caller(points=200), house.supporter("Anna")
    bo = house.supporter(colleague) if colleague == "Bo" else None
    house.connects(caller, anna)
    house.forward(minutes=17)
    breaks(house, support__after_ring=1, report=0 if failing == "the step" else 1)

    house.phone(anna).hangs_up()
    house.phone(caller).hears("Undskyld").hears("Tak for opkaldet").hears("to kvarter").waits(20)

    assert bo is None or not house.phone(bo).rings
    assert house.attempts(caller) == [("Anna", ACCEPTED)]
    assert house.charges(caller) == [-15, -15]
    assert house.outcome(caller) is CallOutcome.TALKED
    assert house.balance(caller) == (170, 0)


def test_a_ring_whose_report_was_lost_with_its_step_is_over_all_the_same(house: House) -> None:
    """R12, R21: nobody pressed 1, so the next supporter is rung."""
    caller, anna, bo = house.caller(), house.supporter("Anna"), house.supporter("Bo")
    house.phone(anna).behaves("busy")
    breaks(house, support__after_ring=1, report=1)

    phone = house.accepts_price(caller)
    house.phone(bo).picks_up().hears("Tast 1").keys("1")

    assert phone.bridged_with == bo.phone
    assert [name for name, _outcome in house.attempts(caller)] == ["Anna", "Bo"]
    assert house.attempts(caller)[0][1] is AttemptOutcome.BUSY


@pytest.mark.parametrize("closed_by", ["nothing", "two silent minutes", "the end of the call"])
def test_a_bridge_that_nobody_accepted_alarms_whenever_it_is_told(house: House, closed_by: str) -> None:
    """R7, pitfall A5: bridged without our mark costs nothing, and somebody must look; told again, it alarms once."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.accepts_price(caller)
    house.phone(anna).hears_ringing()
    dial = house.following(caller, CallStatus="completed", DialCallStatus="completed", DialBridged="true", DialCallDuration="170")
    if closed_by == "two silent minutes":
        house.tick(ahead=180)
    elif closed_by == "the end of the call":
        house.delivers(house.status_of(caller))

    house.delivers(dial)
    house.delivers(dial)

    assert house.marks(caller).count("bridged_without_acceptance") == 1
    assert house.alarmed() == ["unaccepted_bridge"]
    assert house.charges(caller) == []
    assert house.balance(caller) == (60, 0)
    house.phone(caller).hangs_up()


def test_two_attempts_that_end_in_the_same_words_are_two_reports(house: House) -> None:
    """R12, R19: neither DialCallSid nor duration; the second is no repetition of the first."""
    caller = house.caller()
    for name in ("Anna", "Bo", "Carla"):
        house.supporter(name)
    house.accepts_price(caller)
    words = {"DialCallStatus": "failed", "DialBridged": "false"}
    first = house.following(caller, **words)
    leg, turn = first.url.rsplit("/", 2)[1:]
    second = first.url.replace(f"/{leg}/{turn}", f"/{leg}/{int(turn) + 1}")

    house.delivers(first)
    house.post(second, first.params)

    assert house.attempts(caller) == [("Anna", FAILED), ("Bo", FAILED), ("Carla", None)]
    house.phone(caller).hangs_up()
