"""Points ran out, and the bridge was ended late or not at all: what was talked is charged (R11, R21)."""

from __future__ import annotations

from datetime import timedelta

from billing import charging
from models.values import Policy
from tests.conversations.sharing import two_calls_share_thirty_points
from tests.house import House


def test_a_quarter_that_began_because_the_clock_came_late_is_charged_and_marked(house: House) -> None:
    """R11: nothing talked is outside the books; a quarter that has begun is charged, beyond every limit if need be."""
    house.is_connected_to_the_world()
    caller, _anna, _other = two_calls_share_thirty_points(house)
    house.forward(seconds=10)
    house.clock_works = False

    house.forward(seconds=140)
    house.clock_works = True
    house.forward(seconds=10)
    house.phone(caller).waits(30)

    assert house.charges(caller) == [-15, -15]
    assert "charged_beyond_limit" in house.marks(caller)
    assert house.balance(caller) == (-15, 0)


def test_without_the_providers_api_the_bridge_goes_on_and_is_charged(house: House) -> None:
    """R11, R21: what cannot be ended is kept in the books, visibly not done."""
    caller, anna, _other = two_calls_share_thirty_points(house)

    house.forward(seconds=200)
    still = house.phone(caller).bridged_with
    house.phone(caller).hangs_up()

    assert still == anna.phone
    assert house.charges(caller) == [-15, -15]
    assert "not_cut" in house.marks(caller)


def test_a_late_cut_holds_no_quarter_that_was_charged(house: House) -> None:
    """R5, R6: points were bought while the clock was away; the quarter was charged, and is not held besides."""
    house.is_connected_to_the_world()
    caller, anna, _other = two_calls_share_thirty_points(house)
    house.forward(seconds=10)
    house.clock_works = False
    house.buy(caller, 30, "saved")
    house.forward(seconds=140)

    house.clock_works = True
    house.forward(seconds=2)
    held, together = house.balance(caller)[1], house.phone(caller).bridged_with
    house.phone(caller).hangs_up()

    assert together == anna.phone
    assert house.charges(caller) == [-15, -15]
    assert held == 0


def test_a_clock_holds_no_quarter_that_another_one_charged_which_is_ahead(house: House) -> None:
    """R5, R6: both were away when it was to be held; of the two that come back one is eight seconds fast, and charges first."""
    caller = house.caller(points=60)
    house.connects(caller, house.supporter("Anna"))
    house.forward(seconds=2)
    house.clock_works = False
    house.forward(seconds=894)

    with house.database.writing() as session:
        charging.charge_begun(session, house.now + timedelta(seconds=8))
    house.clock_works = True
    house.forward(seconds=1)

    assert (house.charges(caller), house.balance(caller)) == ([-15, -15], (30, 0))
    house.is_in_order()
    house.forward(seconds=1700 - 897)
    assert house.balance(caller) == (30, 15)
    house.phone(caller).hangs_up()


def test_behind_a_bridge_that_could_not_be_ended_the_next_quarters_are_held(house: House) -> None:
    """R11: without an account nobody can end it; points come later."""
    caller = house.caller(points=45, policy=Policy.STOP)
    anna, bo, carl = (house.supporter(name) for name in ("Anna", "Bo", "Carl"))
    ib, ulla = (house.caller(colleague_of=caller, name=name) for name in ("Ib Juul", "Ulla Holm"))
    house.connects(caller, anna)
    began = house.now
    house.connects(ib, bo)
    house.connects(ulla, carl)
    house.forward(seconds=905 - (house.now - began).total_seconds())
    for one in (ib, ulla):
        if not house.phone(one).is_over:
            house.phone(one).hangs_up()
    house.buy(caller, 300, "more")

    house.forward(seconds=1700 - (house.now - began).total_seconds())
    held, together = house.balance(caller)[1], house.phone(caller).bridged_with
    house.phone(caller).hangs_up()

    assert together == anna.phone
    assert held == 15


def test_a_cut_that_is_tried_again_asks_whether_points_were_bought(house: House) -> None:
    """R11: the provider was out of reach when the quarter began; then somebody bought points."""
    house.is_connected_to_the_world()
    caller, anna, other = two_calls_share_thirty_points(house)
    house.exchange.knobs.rest_down = True
    house.exchange.tick_every = 1
    house.forward(seconds=125)
    house.buy(caller, 300, "saved")

    house.exchange.knobs.rest_down = False
    house.forward(seconds=40)
    together = house.phone(caller).bridged_with
    house.phone(caller).hangs_up()

    assert together == anna.phone
    assert house.charges(caller) == [-15, -15]
    assert other.is_over


def test_a_bridge_that_nobody_could_end_within_a_minute_goes_on_to_the_next_quarter(house: House) -> None:
    """R11, R21: the quarter is charged and marked; the next one that cannot be held is cut in its turn."""
    house.is_connected_to_the_world()
    caller, anna, _other = two_calls_share_thirty_points(house)
    house.exchange.knobs.rest_down = True
    house.exchange.tick_every = 5
    house.forward(minutes=6)
    together = house.phone(caller).bridged_with
    house.exchange.knobs.rest_down = False

    house.forward(minutes=12)

    assert together == anna.phone
    assert {"not_cut", "charged_beyond_limit"} <= set(house.marks(caller))
    assert house.phone(caller).is_over
    assert house.charges(caller) == [-15, -15]
    assert 1790 < (house.seconds(caller) or 0) <= 1800
