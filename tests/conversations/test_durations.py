"""What a talk of so many seconds costs, whoever hangs up and whatever the clock process did meanwhile (R7, R8, R9)."""

from __future__ import annotations

import pytest

from models.values import CallOutcome, JournalKind
from tests.house import House

FIGURES = [(1, 1), (899, 1), (900, 1), (901, 2), (1800, 2), (1801, 3)]


@pytest.mark.parametrize("clock_works", [True, False])
@pytest.mark.parametrize("by", ["caller", "supporter"])
@pytest.mark.parametrize(("seconds", "quarters"), FIGURES)
def test_a_quarter_is_owed_once_it_has_begun(house: House, seconds: int, quarters: int, by: str, *, clock_works: bool) -> None:
    """R8, R9: 1 s → 1, 900 s → 1, 901 s → 2, 1801 s → 3; the clock process may be stopped during the whole call."""
    caller, anna = house.caller(points=90), house.supporter("Anna")
    house.clock_works = clock_works
    house.connects(caller, anna)

    house.forward(seconds=seconds)
    house.phone(caller if by == "caller" else anna).hangs_up()

    assert house.charges(caller) == [-15] * quarters
    assert house.seconds(caller) == seconds
    assert house.balance(caller) == (90 - 15 * quarters, 0)
    assert house.outcome(caller) is CallOutcome.TALKED


@pytest.mark.parametrize(("seconds", "quarters"), FIGURES)
def test_a_clock_that_ticks_behind_the_end_changes_nothing(house: House, seconds: int, quarters: int) -> None:
    """R9: settled when the call ended; whatever the clock finds later is nothing."""
    caller, anna = house.caller(points=90), house.supporter("Anna")
    house.clock_works = False
    house.connects(caller, anna)
    house.forward(seconds=seconds)
    house.phone(caller).hangs_up()

    house.clock_works = True
    house.forward(minutes=40)

    assert house.charges(caller) == [-15] * quarters
    assert house.balance(caller) == (90 - 15 * quarters, 0)


def test_a_talk_of_no_second_costs_nothing(house: House) -> None:
    """R8: 0 s → 0 quarters."""
    caller, anna = house.caller(points=60), house.supporter("Anna")
    house.connects(caller, anna)

    house.phone(anna).hangs_up()
    house.phone(caller).hears("kostede ingen point").hears("Du har 60 point")

    assert house.charges(caller) == []
    assert house.balance(caller) == (60, 0)


def test_the_fraction_of_a_second_is_dropped(house: House) -> None:
    """R8: whole elapsed seconds decide: 900.9 s is 900 s."""
    caller, anna = house.caller(points=60), house.supporter("Anna")
    house.connects(caller, anna)

    house.forward(seconds=900.9)
    house.phone(caller).hangs_up()

    assert house.charges(caller) == [-15]


def test_quarters_are_charged_while_the_call_goes_on(house: House) -> None:
    """R6, R9: the first quarter a second into the talk, the next when it has begun; its hold becomes the charge."""
    caller, anna = house.caller(points=60), house.supporter("Anna")
    sid = house.connects(caller, anna)
    steps = []

    for seconds in (0, 1, 778, 2, 119, 1):
        house.forward(seconds=seconds)
        steps.append((house.charges(sid), house.balance(caller)))

    assert steps == [
        ([], (60, 15)),
        ([-15], (45, 0)),
        ([-15], (45, 0)),
        ([-15], (45, 15)),
        ([-15], (45, 15)),
        ([-15, -15], (30, 0)),
    ]
    house.phone(caller).hangs_up()


def test_a_quarter_that_was_charged_too_early_is_given_back(house: House) -> None:
    """R9, R18, R19: a clock that runs ahead charged quarter 2; the end brings it into line with one counter-entry."""
    caller, anna = house.caller(points=60), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=899)
    house.tick(ahead=5)

    house.phone(caller).hangs_up()

    assert house.charges(caller) == [-15, -15, 15]
    assert [entry.kind for entry in house.entries(caller)][-1] is JournalKind.CORRECTION
    assert house.balance(caller) == (45, 0)


def test_neither_greeting_nor_ringing_nor_the_whisper_is_billed(house: House) -> None:
    """R7: the billed time starts when the supporter pressed 1."""
    caller, anna = house.caller(points=60), house.supporter("Anna")
    house.phone(caller).dials("+4563186363").hears("pinkode").waits(6).keys(f"{caller.pin}#").hears("Tast 1").waits(6).keys("1")
    house.phone(anna).hears_ringing().waits(10).picks_up().hears("Tast 1").waits(5)
    house.on_the_second()
    house.phone(anna).keys("1")

    house.forward(seconds=900)
    house.phone(anna).hangs_up()

    assert house.seconds(caller) == 900
    assert house.charges(caller) == [-15]


@pytest.mark.parametrize(
    ("seconds", "told"), [(900, "15 minutter, regnes som et kvarter"), (901, "16 minutter, regnes som to kvarter")]
)
def test_a_minute_that_has_begun_is_told_as_one(house: House, seconds: int, told: str) -> None:
    """R8, R22: so that minutes and quarters never contradict each other."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.accepts_price(caller)
    house.phone(anna).picks_up().hears("Tast 1")
    house.on_the_second()
    house.phone(anna).keys("1")

    house.forward(seconds=seconds)
    house.phone(anna).hangs_up()

    house.phone(caller).hears(f"Tak for opkaldet. Samtalen varede {told}")


def test_the_caller_hears_what_it_cost_and_what_is_left(house: House) -> None:
    """R14, R22: the good-bye says minutes, quarters, points and what is left."""
    caller, anna = house.caller(points=60), house.supporter("Anna")
    house.connects(caller, anna)

    house.forward(minutes=17)
    house.phone(anna).hangs_up()

    house.phone(caller).hears("Samtalen varede 17 minutter, regnes som to kvarter og kostede 30 point. Du har nu 30 point.")
