"""Five failures lock a number out, twice as long each time (R3)."""

from __future__ import annotations

import pytest

from models.values import CallOutcome, Language
from tests.conversations.keyed import fails, lets_in
from tests.house import SUPPORT, House


def test_the_fifth_failure_locks_the_number_out_and_ends_its_call(house: House) -> None:
    """R3: over two calls."""
    caller = house.caller()

    phone = fails(house, caller.phone, 5)

    phone.hears("forkert pinkode for mange gange fra dit telefonnummer, så det er spærret for pinkode. Ring igen om 15 minutter")
    house.forward(seconds=20)
    assert phone.is_over
    assert house.outcome(caller) is CallOutcome.LOCKED_OUT


@pytest.mark.parametrize("backend", ["sqlite"])
def test_an_english_caller_is_told_the_end_of_the_lock_in_english(house: House) -> None:
    """R3, R22: known by the number."""
    caller = house.caller(language=Language.ENGLISH)
    phone = house.phone(caller).dials(SUPPORT).hears("PIN")

    for number in range(5):
        phone.keys(f"{number}#").hears("PIN")
        if number == 2:
            phone.waits(20).dials(SUPPORT).hears("PIN")

    phone.hears("Please call again in 15 minutes, or open a case in the HelpDesk")


def test_a_call_during_the_lock_is_told_so_and_does_not_lengthen_it(house: House) -> None:
    """R3: released a quarter of an hour after the fifth failure, whoever called meanwhile."""
    caller = house.caller()
    fails(house, caller.phone, 5)
    house.forward(minutes=13)

    told = house.phone(caller).waits(20).dials(SUPPORT).hears("for mange gange").hears("Ring igen om 2 minutter")
    house.forward(seconds=40)
    during = (told.is_over, house.outcome(caller))
    house.forward(minutes=1)

    assert during == (True, CallOutcome.LOCKED_OUT)
    assert lets_in(house, caller)


def test_a_right_pin_during_the_lock_does_not_help(house: House) -> None:
    """R3: the lock is on PIN entry itself; a call that asked before the lock is not let in either."""
    caller = house.caller()
    waiting = house.caller(colleague_of=caller)
    house.phone(waiting).dials(SUPPORT, caller.phone).hears("pinkode")
    fails(house, caller.phone, 5)

    house.phone(waiting).keys(f"{waiting.pin}#").hears("spærret for pinkode").waits(20)

    assert house.outcome(waiting) is CallOutcome.LOCKED_OUT
    assert not lets_in(house, caller)


def test_each_further_lock_is_twice_as_long(house: House) -> None:
    """R3: 15, 30, 60 minutes."""
    caller = house.caller()

    for minutes in (15, 30, 60):
        told = fails(house, caller.phone, 5).hears("Ring igen om").waits(20).said[-1]
        assert f"om {'1 time' if minutes == 60 else f'{minutes} minutter'}, eller" in told
        house.skip(minutes=minutes - 2)
        assert not lets_in(house, caller)
        house.skip(minutes=3)
        phone = house.phone(caller).dials(SUPPORT).hears("personlige pinkode").hangs_up()
        assert phone.is_over


def test_a_lock_is_never_longer_than_a_day(house: House) -> None:
    """R3: up to a day."""
    caller = house.caller()
    house.clock_works = False

    for doubled in range(8):
        told = fails(house, caller.phone, 5).hears("Ring igen om").waits(20).said[-1]
        house.skip(minutes=min(15 * 2**doubled, 24 * 60))

    assert "om 24 timer, eller" in told
    assert lets_in(house, caller)


def test_a_day_without_failure_makes_the_next_lock_short_again(house: House) -> None:
    """R3."""
    caller = house.caller()
    house.clock_works = False
    fails(house, caller.phone, 5).waits(20)
    house.skip(minutes=15)
    fails(house, caller.phone, 5).waits(20)

    house.skip(hours=24)
    fails(house, caller.phone, 5).waits(20)
    house.skip(minutes=15)

    assert lets_in(house, caller)


def test_a_stranger_is_not_locked_out_with_the_number_that_failed(house: House) -> None:
    """R3: the lock is a caller number's own."""
    caller, stranger = house.caller(), house.caller()

    fails(house, caller.phone, 5).waits(20)

    assert lets_in(house, stranger)
    assert not lets_in(house, caller)
