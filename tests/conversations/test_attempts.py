"""What becomes of ringing a supporter: every outcome of an attempt, alone and in a chain (R12, R13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from models.values import AttemptOutcome, CallOutcome
from simulator import faults
from tests.house import ASupporter, House

Reaction = Callable[[House, ASupporter], object]


def declines_by_key(house: House, who: ASupporter) -> object:
    return house.phone(who).picks_up().hears("Tast 1").keys("2").hears("går videre").waits(5)


def does_not_answer(house: House, who: ASupporter) -> object:
    return house.phone(who).does_not_answer()


def is_busy(house: House, who: ASupporter) -> object:
    return house.phone(who).behaves("busy").waits(5)


def refuses_on_the_screen_of_the_telephone(house: House, who: ASupporter) -> object:
    return house.phone(who).declines()


def is_out_of_reach(house: House, who: ASupporter) -> object:
    return house.phone(who).behaves("failed").waits(5)


def says_nothing(house: House, who: ASupporter) -> object:
    return house.phone(who).picks_up().is_silent().is_silent().hears("blev ikke taget").waits(5)


def presses_another_key_twice(house: House, who: ASupporter) -> object:
    return house.phone(who).picks_up().hears("Tast 1").keys("3").hears("Tast 1").keys("7").hears("blev ikke taget").waits(5)


def has_a_voicemail(house: House, who: ASupporter) -> object:
    return house.phone(who).behaves("voicemail", says="Du har ringet til Anna").waits(40)


def picks_up_and_hangs_up(house: House, who: ASupporter) -> object:
    return house.phone(who).picks_up().hears("Nordvig Camping").hangs_up()


REACTIONS = [
    (declines_by_key, AttemptOutcome.DECLINED),
    (does_not_answer, AttemptOutcome.NO_ANSWER),
    (is_busy, AttemptOutcome.BUSY),
    (refuses_on_the_screen_of_the_telephone, AttemptOutcome.BUSY),
    (is_out_of_reach, AttemptOutcome.FAILED),
    (says_nothing, AttemptOutcome.NOT_ACCEPTED),
    (presses_another_key_twice, AttemptOutcome.NOT_ACCEPTED),
    (has_a_voicemail, AttemptOutcome.NOT_ACCEPTED),
    (picks_up_and_hangs_up, AttemptOutcome.NOT_ACCEPTED),
]


@pytest.mark.parametrize(("reacts", "outcome"), REACTIONS)
def test_a_supporter_who_does_not_take_the_call_costs_nothing(house: House, reacts: Reaction, outcome: AttemptOutcome) -> None:
    """R13: voicemail, silence and any other key never connect and never cost anything."""
    caller, anna = house.caller(points=60), house.supporter("Anna")
    phone = house.accepts_price(caller)

    reacts(house, anna)
    phone.hears("Ingen supporter kunne tage telefonen").keys("1").hears("Farvel")

    assert house.attempts(caller) == [("Anna", outcome)]
    assert house.outcome(caller) is CallOutcome.CALLBACK_REQUESTED
    assert house.charges(caller) == []
    assert house.balance(caller) == (60, 0)


@pytest.mark.parametrize(("reacts", "outcome"), REACTIONS)
def test_behind_a_supporter_who_does_not_take_the_call_the_next_one_does(
    house: House, reacts: Reaction, outcome: AttemptOutcome
) -> None:
    """R12, R14: the caller is told, and the next supporter is rung; never two at once."""
    caller, anna, bo = house.caller(points=60), house.supporter("Anna"), house.supporter("Bo")
    phone = house.accepts_price(caller)

    reacts(house, anna)
    phone.hears("Jeg ringer til den næste")
    assert not house.phone(anna).rings
    house.phone(bo).picks_up().hears("Tast 1").keys("1")
    house.forward(seconds=5)
    phone.hangs_up()

    assert house.attempts(caller) == [("Anna", outcome), ("Bo", AttemptOutcome.ACCEPTED)]
    assert house.outcome(caller) is CallOutcome.TALKED
    assert house.charges(caller) == [-15]


def test_a_chain_keeps_every_attempt_in_its_order(house: House) -> None:
    """R12, R13: every outcome of an attempt in one chain, until somebody presses 1."""
    people = [house.supporter(name) for name in ("Anna", "Bo", "Carla", "Dan", "Eva", "Finn")]
    anna, bo, carla, dan, eva, finn = people
    house.phone(bo).behaves("busy")
    house.phone(carla).behaves("failed")
    house.phone(dan).behaves("voicemail")
    caller = house.caller(points=60)
    house.accepts_price(caller)

    declines_by_key(house, anna)
    house.forward(seconds=35)  # Bo, Carla and the voicemail of Dan
    house.phone(eva).does_not_answer()
    house.phone(finn).picks_up().hears("Tast 1")
    house.on_the_second()
    house.phone(finn).keys("1")
    house.forward(seconds=1)
    house.phone(finn).hangs_up()

    assert [outcome for _name, outcome in house.attempts(caller)] == [
        AttemptOutcome.DECLINED,
        AttemptOutcome.BUSY,
        AttemptOutcome.FAILED,
        AttemptOutcome.NOT_ACCEPTED,
        AttemptOutcome.NO_ANSWER,
        AttemptOutcome.ACCEPTED,
    ]
    assert house.charges(caller) == [-15]


def test_an_attempt_that_was_given_up_is_called_what_is_told_of_it_later(house: House) -> None:
    """R12, R19: two silent minutes make it a failure, so that its supporter is free; that is only a guess."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.accepts_price(caller)
    house.phone(anna).hears_ringing()
    busy = house.following(caller, DialCallStatus="busy", DialBridged="false")
    house.tick(ahead=180)
    guessed = house.attempts(caller)

    house.delivers(busy)

    assert (guessed, house.attempts(caller)) == ([("Anna", AttemptOutcome.FAILED)], [("Anna", AttemptOutcome.BUSY)])
    house.phone(caller).hangs_up()


def test_an_attempt_that_was_declined_stays_so_where_nobody_tells_its_end(house: House) -> None:
    """R12: the supporter pressed 2."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.exchange.knobs.network = faults.only(faults.loses_request(), kinds={"action"}, when=tells_of_a_dial)
    phone = house.accepts_price(caller)
    house.phone(anna).picks_up().hears("Tast 1").keys("2").waits(5)
    phone.hears("Ring igen")
    house.exchange.problems.clear()

    house.tick(ahead=180)

    assert house.attempts(caller) == [("Anna", AttemptOutcome.DECLINED)]


def tells_of_a_dial(attempt: faults.Attempt) -> bool:
    """The action behind a Dial."""
    return "DialCallStatus" in attempt.params


@pytest.mark.parametrize("keys", ["2", "0", "*", "#", "11", ""])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_only_one_pressed_1_connects(house: House, keys: str) -> None:
    """R13: none of these lets the two talk; of "11" the first has connected, and the second comes too late to matter."""
    caller, anna = house.caller(points=60), house.supporter("Anna")
    phone = house.accepts_price(caller)

    other = house.phone(anna).picks_up().hears("Tast 1").keys(keys)

    assert (phone.bridged_with == anna.phone) is (keys == "11")
    assert (other.bridged_with is not None) is (keys == "11")


def test_a_supporter_is_rung_for_fifteen_seconds(house: House) -> None:
    """R12: 15 s each; Twilio rings about 5 s longer than it is told, so it is told 10."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.accepts_price(caller)
    house.phone(anna).hears_ringing()
    began = house.now

    house.phone(anna).does_not_answer()

    assert timedelta(seconds=13) <= house.now - began <= timedelta(seconds=15)


def test_the_supporter_sees_the_number_of_the_line(house: House) -> None:
    """R15: the number shown is the line's own, never the caller's."""
    caller, anna = house.caller(), house.supporter("Anna")

    house.accepts_price(caller)
    house.phone(anna).hears_ringing()

    assert house.phone(anna).ringing_from == "+4563186363"


def test_the_supporter_hears_who_calls_about_what_and_with_how_many_points(house: House) -> None:
    """R12 (interface.md): line, company, person, case, points, keys."""
    caller, anna = house.caller(points=45, company="Hotel Strand", name="Per Lund"), house.supporter("Anna")
    case = house.case(caller)
    phone = house.identifies(caller).hears("Tast 2").keys("2").hears("sagens nummer").keys(f"{case}#")
    phone.hears("Er det rigtigt, så tast 1").keys("1")

    house.phone(anna).picks_up().hears("Tast 1 for at tage opkaldet, 2")

    said = house.phone(anna).said[0]
    assert said.startswith("Døgnvagten. Hotel Strand, Per Lund. Sag 2, 0, 0, 0, 1. 45 point.")
