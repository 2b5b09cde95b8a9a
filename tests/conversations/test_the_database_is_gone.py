"""PostgreSQL restarted, and gone for a minute, in the middle of a call (R14, R21). A server of the test's own, and real."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models.values import CallOutcome, TaskKind
from tests.broken import is_interrupted
from tests.house import SUPPORT, House
from tests.postgres import Server

SORRY = "Undskyld, der opstod en fejl hos os. Et øjeblik."
STILL = "Fejlen er der endnu. Bliv i røret"
HELP = "+4540506070"


def heard_sorry(house: House, *whose: object) -> bool:
    """Whether any of these telephones was told of a fault."""
    return any("Undskyld" in words for one in whose for words in house.phone(one).said)


def test_a_restart_between_two_turns_is_not_heard_by_anybody(alone: Callable[..., House], own_server: Server) -> None:
    """R21: a connection that was lost meanwhile is found out before it is used."""
    house = alone()
    caller, anna = house.caller(), house.supporter("Anna")
    phone = house.phone(caller).dials(SUPPORT).hears("pinkode")

    own_server.restarts()
    phone.keys(f"{caller.pin}#").hears("Tast 1 for at acceptere").keys("1")
    own_server.restarts()
    other = house.phone(anna).picks_up().hears("Tast 1")
    house.on_the_second()
    other.keys("1")
    own_server.restarts()
    house.forward(seconds=901)
    phone.hangs_up()
    house.forward(seconds=3)

    assert not heard_sorry(house, caller, anna)
    assert house.outcome(caller) is CallOutcome.TALKED
    assert house.charges(caller) == [-15, -15]


@pytest.mark.parametrize("step", ["support__check_pin", "support__choose", "screen__answer", "support__after_ring"])
def test_a_restart_in_the_middle_of_a_turn_is_not_heard_by_anybody(
    alone: Callable[..., House], own_server: Server, step: str
) -> None:
    """R19, R21: the turn was written and not committed; it is done once more."""
    house = alone()
    caller, anna = house.caller(), house.supporter("Anna")
    left = is_interrupted(house, lambda _session: own_server.restarts(), **{step: 1})

    house.connects(caller, anna)
    house.forward(seconds=3)
    house.phone(anna).hangs_up()
    house.phone(caller).hears("Tak for opkaldet").waits(20)

    assert set(left.values()) == {0}
    assert not heard_sorry(house, caller, anna)
    assert house.charges(caller) == [-15]


def test_a_caller_holds_the_line_for_a_database_that_is_gone_for_a_minute(alone: Callable[..., House], own_server: Server) -> None:
    """R14, R21: nobody to put the caller through to; the question comes again when there is a house to answer it."""
    house = alone()
    caller, anna = house.caller(), house.supporter("Anna")
    phone = house.identifies(caller).hears("Tast 1 for at acceptere")

    with own_server.gone():
        phone.keys("1").hears(SORRY).hears(STILL).waits(55)
    phone.hears("Tast 1 for at acceptere").keys("1")
    house.phone(anna).picks_up().hears("Tast 1").keys("1")
    house.forward(seconds=3)
    phone.hangs_up()

    assert house.charges(caller) == [-15]
    assert house.balance(caller) == (45, 0)


def test_who_holds_the_line_in_vain_is_told_to_call_again(alone: Callable[..., House], own_server: Server) -> None:
    """R14, R21: behind a minute and a half; not in silence, and not for ever."""
    house = alone()
    caller = house.caller()
    phone = house.identifies(caller).hears("Tast 1 for at acceptere")

    with own_server.gone():
        phone.keys("1").hears(SORRY).hears("Ring igen om et par minutter").waits(10)

    assert phone.is_over
    assert 20 <= sum(STILL in words for words in phone.said) <= 30


@pytest.mark.parametrize("step", ["the question", "the ringing"])
def test_with_an_emergency_number_nobody_waits_for_the_database(alone: Callable[..., House], own_server: Server, step: str) -> None:
    """R14, R21: a human within seconds; and who had accepted the price is called back all the same when the house is back."""
    house = alone(env={"EMERGENCY_NUMBER": HELP})
    caller, anna = house.caller(), house.supporter("Anna")
    phone = house.identifies(caller).hears("Tast 1 for at acceptere")
    if step == "the ringing":
        phone.keys("1")
        house.phone(anna).hears_ringing()

    with own_server.gone():
        if step == "the question":
            phone.keys("1")
        else:
            house.phone(anna).declines()
        phone.hears(SORRY)
        house.phone(HELP).picks_up().hears("Nødopkald").keys("1")
        together = phone.bridged_with
        house.forward(seconds=60)
    house.forward(minutes=1)
    phone.hangs_up()
    house.forward(minutes=5)

    assert together == HELP
    assert house.charges(caller) == []
    assert house.balance(caller) == (60, 0)
    assert house.outcome(caller) is CallOutcome.CALLER_HUNG_UP
    assert [task.kind for task in house.tasks()] == ([TaskKind.MISSED] if step == "the ringing" else [])


def test_two_who_talk_hear_nothing_of_it_and_each_quarter_is_charged_once(alone: Callable[..., House], own_server: Server) -> None:
    """R7, R9, R21: the database is gone when the second quarter begins, and back when the third does."""
    house = alone()
    caller, anna = house.caller(points=600), house.supporter("Anna")
    house.connects(caller, anna)

    house.forward(minutes=14, seconds=30)
    with own_server.gone():
        house.forward(minutes=1)
    house.forward(minutes=15)
    house.phone(caller).hangs_up()
    house.forward(minutes=1)

    assert not heard_sorry(house, caller, anna)
    assert house.charges(caller) == [-15, -15, -15]
    assert house.balance(caller) == (555, 0)


def test_a_talk_that_ends_meanwhile_costs_what_it_lasted(alone: Callable[..., House], own_server: Server) -> None:
    """R7, R9, R21: how and when it ended is carried along until it can be written down; no quarter begins while that waits."""
    house = alone()
    caller, anna = house.caller(points=600), house.supporter("Anna")
    house.connects(caller, anna)

    house.forward(minutes=14, seconds=40)
    with own_server.gone():
        house.phone(anna).hangs_up()
        house.phone(caller).hears(SORRY).hears(STILL).waits(40)
    house.phone(caller).hears("Tak for opkaldet").hears("et kvarter").waits(10)

    assert house.seconds(caller) == 880
    assert house.charges(caller) == [-15]
    assert house.balance(caller) == (585, 0)


def test_who_has_just_talked_is_not_put_through_to_the_emergency_number(alone: Callable[..., House], own_server: Server) -> None:
    """R14, R21: there is nothing left to help with; a report that comes later ends the call."""
    house = alone(env={"EMERGENCY_NUMBER": HELP})
    caller, anna = house.caller(points=600), house.supporter("Anna")
    house.connects(caller, anna)

    house.forward(minutes=3)
    with own_server.gone():
        house.phone(anna).hangs_up()
        house.phone(caller).hears(SORRY).hears("Hvad samtalen kostede, står i kvitteringen. Ring igen om lidt").waits(10)
    house.delivers(house.status_of(caller))

    assert not house.phone(HELP).rings
    assert house.outcome(caller) is CallOutcome.TALKED
    assert house.charges(caller) == [-15]
