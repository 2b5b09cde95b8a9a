"""One call from end to end, as conventions.md tells it."""

from __future__ import annotations

from models.values import AttemptOutcome, CallOutcome
from tests.house import SUPPORT, House


def test_a_call_is_charged_per_started_quarter(house: House) -> None:
    """R7, R8, R9."""
    caller, anna = house.caller(points=60), house.supporter("Anna")
    house.phone(caller).dials(SUPPORT).hears("pinkode").keys(f"{caller.pin}#").hears("15 point").keys("1")
    house.phone(anna).picks_up().hears(caller.company).keys("1")

    house.forward(minutes=17)
    house.phone(caller).hangs_up()

    assert house.charges(caller) == [-15, -15]
    assert house.balance(caller) == (30, 0)
    assert house.outcome(caller) is CallOutcome.TALKED
    assert house.attempts(caller) == [("Anna", AttemptOutcome.ACCEPTED)]


def test_the_supporter_hangs_up_and_the_caller_hears_what_it_cost(house: House) -> None:
    caller, anna = house.caller(points=60), house.supporter("Anna")
    house.connects(caller, anna)

    house.forward(seconds=901)
    house.phone(anna).hangs_up()

    house.phone(caller).hears("to kvarter").hears("Du har nu 30 point")
    house.forward(minutes=1)
    assert [case.number for case in house.cases()] == ["20001"]
