"""Points that run low: told once for each time that the balance sinks below the threshold, to every person of the customer."""

from __future__ import annotations

import pytest

from helpdesk import customers, low_balance
from models.values import Points, Policy
from tests.house import ACaller, House


def talks(house: House, caller: ACaller) -> None:
    """A quarter, at 15 points."""
    anna = house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(minutes=5)
    house.phone(caller).hangs_up()
    house.nobody_is_on_duty()
    house.forward(minutes=3)


def told(house: House, caller: ACaller) -> list[str]:
    return [text for text in house.phone(caller).texts if text.startswith("Der er kun få point tilbage: Nordvig Camping")]


def test_each_person_is_told_once_for_each_time_the_balance_sinks_below_it(house: House) -> None:
    """Below 30: at 15, not again at 0; again when points were bought and used."""
    house.is_connected_to_the_world()
    caller = house.caller(points=45)
    colleague = house.caller(colleague_of=caller, name="Ib Juul")

    talks(house, caller)
    at_thirty = len(told(house, caller))
    talks(house, caller)
    at_fifteen = (len(told(house, caller)), len(told(house, colleague)))
    talks(house, caller)
    at_zero = len(told(house, caller))
    house.buy(caller, 30, "more")
    talks(house, caller)

    assert (at_thirty, at_fifteen, at_zero) == (0, (1, 1), 1)
    assert len(told(house, caller)) == 2
    assert "Saldoen er 15 point." in told(house, caller)[0]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_points_that_come_before_anybody_was_told_take_it_back(house: House) -> None:
    house.is_connected_to_the_world()
    caller, anna = house.caller(points=30), house.supporter("Anna")
    house.connects(caller, anna)
    house.clock_works = False
    house.forward(minutes=5)
    house.phone(caller).hangs_up()

    house.buy(caller, 30, "in time")
    house.clock_works = True
    house.forward(minutes=3)

    assert told(house, caller) == []


@pytest.mark.parametrize(("below", "messages"), [(46, 1), (45, 0)])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_customer_may_have_a_threshold_of_its_own(house: House, below: int, messages: int) -> None:
    house.is_connected_to_the_world()
    caller = house.caller(points=60)
    with house.database.writing() as session:
        customer = customers.find(session, caller.number)
        low_balance.notify_below(session, customer, Points(below), actor="anna", now=house.now)

    talks(house, caller)

    assert len(told(house, caller)) == messages


@pytest.mark.parametrize(("points", "below", "messages"), [(45, 60, 1), (45, 45, 0), (15, 60, 0)])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_threshold_that_is_raised_above_the_balance_is_crossed_by_that(
    house: House, points: int, below: int, messages: int
) -> None:
    """The balance sinks below it no more, for it is there already; whoever was below the old one knows."""
    house.is_connected_to_the_world()
    caller = house.caller(points=points)
    for _ in range(2):
        with house.database.writing() as session:
            customer = customers.find(session, caller.number)
            low_balance.notify_below(session, customer, Points(below), actor="anna", now=house.now)
        house.forward(minutes=1)

    assert len(told(house, caller)) == messages


@pytest.mark.parametrize("backend", ["sqlite"])
def test_who_is_invoiced_need_not_buy_points_to_call(house: House) -> None:
    """R4, R11: they are told the balance, and what becomes of it; no points are needed."""
    house.is_connected_to_the_world()
    caller = house.caller(points=30, policy=Policy.INVOICE)

    talks(house, caller)

    (text,) = told(house, caller)
    assert text.endswith("Saldoen er 15 point. Forbrug ud over saldoen faktureres.")
