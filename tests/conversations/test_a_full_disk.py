"""A disk without room, in the middle of a call: what is said, what is kept, how it goes on (R14, R21)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models.values import CallOutcome
from simulator.phone import Phone
from tests.full import full
from tests.house import House

SORRY = "Undskyld, der opstod en fejl hos os. Et øjeblik."
HELP = "+4540506070"


def repeats_until_there_is_no_room(phone: Phone) -> Phone:
    """Asks for the question again and again; each time is another turn to write down."""
    for _ in range(20):
        phone.keys("*").waits(0.5)
        if any(SORRY in words for words in phone.said):
            break
    return phone.hears(SORRY)


def test_a_caller_holds_the_line_until_there_is_room_again(house: House) -> None:
    """R4, R6, R21: what had been kept is kept, nothing is held twice, and the call goes on."""
    caller, anna = house.caller(), house.supporter("Anna")
    phone = house.identifies(caller).hears("Tast 1 for at acceptere")

    with full(house.database):
        repeats_until_there_is_no_room(phone)
    phone.hears("Tast 1 for at acceptere").keys("1")
    house.phone(anna).picks_up().hears("Tast 1").keys("1")
    house.forward(seconds=3)
    phone.hangs_up()

    assert house.outcome(caller) is CallOutcome.TALKED
    assert house.charges(caller) == [-15]
    assert house.balance(caller) == (45, 0)


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_disk_that_stays_full_leads_to_the_emergency_number(build: Callable[..., House]) -> None:
    """R14, R21: a human all the same, and nothing is billed."""
    house = build(env={"EMERGENCY_NUMBER": HELP})
    caller = house.caller()
    phone = house.identifies(caller).hears("Tast 1 for at acceptere")

    with full(house.database):
        phone.keys("1").hears(SORRY)
        house.phone(HELP).picks_up().hears("Nødopkald").keys("1")
        together = phone.bridged_with
    phone.hangs_up()

    assert together == HELP
    assert house.charges(caller) == []
    assert house.outcome(caller) is not None


def test_what_could_not_be_charged_while_the_disk_was_full_is_charged_when_there_is_room(house: House) -> None:
    """R7, R9, R21: the two go on talking; no quarter is lost, and none is charged twice."""
    caller, anna = house.caller(points=600), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(minutes=14)

    with full(house.database):
        house.forward(minutes=17)
    house.forward(minutes=1)
    house.phone(caller).hangs_up()
    house.forward(minutes=1)

    assert house.charges(caller) == [-15, -15, -15]
    assert house.seconds(caller) == 32 * 60
    assert house.balance(caller) == (555, 0)
