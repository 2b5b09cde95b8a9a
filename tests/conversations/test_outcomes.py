"""How a call can end: every `outcome` of interface.md, what it costs and what stays behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models.values import AttemptOutcome, CallOutcome, CallState
from tests.house import SUPPORT, ACaller, House

Play = Callable[[House, ACaller], object]


def talks(house: House, caller: ACaller) -> object:
    house.connects(caller, house.supporter())
    house.forward(seconds=10)
    return house.phone(caller).hangs_up()


def keys_three_wrong_pins(house: House, caller: ACaller) -> object:
    phone = house.phone(caller).dials(SUPPORT).hears("pinkode").keys("00000000#").hears("kender jeg ikke")
    return phone.keys("1#").hears("kender jeg ikke").keys("123456789#").hears("forkert tre gange")


def is_locked_out(house: House, caller: ACaller) -> object:
    keys_three_wrong_pins(house, caller)
    house.phone(caller).waits(30)
    return house.phone(caller).dials(SUPPORT).keys("2#").hears("kender jeg ikke").keys("3#").hears("spærret for pinkode")


def has_no_points(house: House, caller: ACaller) -> object:
    with_none = house.caller(points=0, phone=caller.phone)
    return house.identifies(with_none).hears("mangler 15 point").hears("HelpDesken")


def never_presses_1(house: House, caller: ACaller) -> object:
    phone = house.identifies(caller).hears("Tast 1")
    return phone.keys("9").hears("findes ikke").keys("8").hears("findes ikke").keys("7").hears("blev ikke stillet om")


def says_nothing(house: House, caller: ACaller) -> object:
    return house.phone(caller).dials(SUPPORT).is_silent().is_silent().is_silent().hears("ingen pinkode")


def says_nothing_behind_the_price(house: House, caller: ACaller) -> object:
    return house.identifies(caller).hears("Tast 1").is_silent().is_silent().is_silent().hears("intet svar")


def reaches_nobody(house: House, caller: ACaller) -> object:
    phone = house.accepts_price(caller).hears("Ingen supporter")
    return phone.is_silent().is_silent().is_silent().hears("inden for 30 minutter")


def hangs_up_at_the_last_question(house: House, caller: ACaller) -> object:
    return house.accepts_price(caller).hears("Tast 1, så bliver du ringet op").hangs_up()


def wants_a_callback(house: House, caller: ACaller) -> object:
    return house.accepts_price(caller).hears("bliver du ringet op").keys("1").hears("ringer til dig inden for 30 minutter")


def leaves_a_message(house: House, caller: ACaller) -> object:
    phone = house.accepts_price(caller).hears("indtale en besked").keys("2").hears("bliver optaget")
    return phone.speaks_message(8).keys("#").hears("Beskeden er gemt")


def hangs_up_at_once(house: House, caller: ACaller) -> object:
    return house.phone(caller).dials(SUPPORT).hears("Velkommen").hangs_up()


def hangs_up_behind_the_price(house: House, caller: ACaller) -> object:
    return house.identifies(caller).hears("15 point").hangs_up()


@pytest.mark.parametrize(
    ("play", "outcome", "cost", "tasks"),
    [
        (talks, CallOutcome.TALKED, -15, 0),
        (keys_three_wrong_pins, CallOutcome.WRONG_PIN, 0, 0),
        (is_locked_out, CallOutcome.LOCKED_OUT, 0, 0),
        (has_no_points, CallOutcome.NO_POINTS, 0, 0),
        (never_presses_1, CallOutcome.DECLINED_PRICE, 0, 0),
        (says_nothing, CallOutcome.NO_INPUT, 0, 0),
        (says_nothing_behind_the_price, CallOutcome.NO_INPUT, 0, 0),
        (reaches_nobody, CallOutcome.NOBODY_ANSWERED, 0, 1),
        (hangs_up_at_the_last_question, CallOutcome.NOBODY_ANSWERED, 0, 1),
        (wants_a_callback, CallOutcome.CALLBACK_REQUESTED, 0, 1),
        (leaves_a_message, CallOutcome.MESSAGE_LEFT, 0, 1),
        (hangs_up_at_once, CallOutcome.CALLER_HUNG_UP, 0, 0),
        (hangs_up_behind_the_price, CallOutcome.CALLER_HUNG_UP, 0, 0),
    ],
)
def test_a_call_ends_as_interface_md_says(house: House, play: Play, outcome: CallOutcome, cost: int, tasks: int) -> None:
    """R7, R14: each way has its outcome; only a talk costs; who accepted the price and reached nobody is called back."""
    caller = house.caller(points=60)

    play(house, caller)
    house.forward(minutes=2)

    assert house.outcome(caller) is outcome
    assert house.cost(caller) == cost
    assert len(house.tasks()) == tasks
    assert house.ask(lambda call: call.state, caller) is CallState.ENDED
    assert house.phone(caller).is_over
    assert house.balance(caller) == (60 + cost, 0)


def test_a_call_that_ends_early_is_told_what_to_do_next(house: House) -> None:
    """R14: earlier ends are spoken, with what to do next."""
    caller = house.caller(points=60)

    for play in (keys_three_wrong_pins, never_presses_1, says_nothing, says_nothing_behind_the_price):
        play(house, caller)
        assert "Ring igen" in house.phone(caller).said[-1]
        house.forward(minutes=20)


def test_a_call_that_was_never_connected_has_no_accepted_moment_and_no_supporter(house: House) -> None:
    """R7: accepted_at is null for a call that was not bridged (interface.md)."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.phone(anna).behaves("no_answer")

    house.accepts_price(caller).hears("bliver du ringet op").keys("1").hears("Farvel")
    house.forward(minutes=1)

    assert house.attempts(caller) == [("Anna", AttemptOutcome.NO_ANSWER)]
    assert house.ask(lambda call: (call.accepted_at, call.supporter_id, call.bridged), caller) == (None, None, None)
