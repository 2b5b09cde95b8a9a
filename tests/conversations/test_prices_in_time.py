"""What a quarter costs when the clock on the wall matters: 16:00, midnight, holidays, both DST nights, a new price list (R10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from models.local import COPENHAGEN
from models.values import CallOutcome
from tests.house import House
from tests.price_lists import DAY_AND_NIGHT, FLAT

Build = Callable[..., House]
NIGHT_HOUR = """
valid_from = 2020-01-01T00:00:00
line = "support"
interval_minutes = 15
[[period]]
name = "Timen mellem to og tre"
from = "02:00"
to = "03:00"
points = 40
[[period]]
name = "Ellers"
points = 15
"""
MIDNIGHT = NIGHT_HOUR.replace("02:00", "00:00").replace("03:00", "06:00").replace("40", "20")
NO_HOLIDAY = """
valid_from = 2020-01-01T00:00:00
line = "support"
interval_minutes = 15
[[period]]
name = "Alle dage, der ikke er helligdage"
holidays = false
from = "00:00"
to = "24:00"
points = 10
[[period]]
name = "Helligdage"
points = 15
"""
WORKDAY = NO_HOLIDAY.replace("holidays = false", 'days = ["mon", "tue", "wed", "thu", "fri"]\nholidays = false')


def local(text: str, *, fold: int = 0) -> datetime:
    """A moment in Copenhagen, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN, fold=fold).astimezone(UTC)


def talks(house: House, at: datetime, seconds: int) -> list[int]:
    """What a talk costs, quarter by quarter, whose supporter accepted at `at`."""
    caller, anna = house.caller(points=500), house.supporter("Anna")
    house.accepts_price(caller)
    house.phone(anna).picks_up().hears("Tast 1")
    house.forward(seconds=(at - house.now).total_seconds())
    house.phone(anna).keys("1")
    house.forward(seconds=seconds)
    house.phone(caller).hangs_up()
    return house.charges(caller)


@pytest.mark.parametrize(
    ("at", "prices", "seconds", "charges"),
    [
        ("2026-11-23T15:50:00", DAY_AND_NIGHT, 901, [-10, -15]),  # 16:05 is the evening's
        ("2026-11-23T15:44:59", DAY_AND_NIGHT, 901, [-10, -10]),  # 15:59:59
        ("2026-11-23T15:45:00", DAY_AND_NIGHT, 901, [-10, -15]),  # 16:00:00
        ("2026-11-24T07:50:00", DAY_AND_NIGHT, 901, [-15, -10]),
        ("2026-11-27T15:50:00", DAY_AND_NIGHT, 901, [-10, -15]),  # Friday into the weekend
        ("2026-11-28T10:00:00", DAY_AND_NIGHT, 1, [-15]),  # Saturday
        ("2026-11-23T23:50:00", MIDNIGHT, 901, [-15, -20]),
        ("2026-12-18T10:00:00", DAY_AND_NIGHT, 1, [-10]),
        ("2026-12-25T10:00:00", DAY_AND_NIGHT, 1, [-15]),  # a Friday, and Christmas Day
        ("2026-12-24T10:00:00", DAY_AND_NIGHT, 1, [-10]),  # not public
        ("2026-12-24T10:00:00", DAY_AND_NIGHT.replace("interval", "extra_holidays = [2026-12-24]\ninterval"), 1, [-15]),
        ("2026-12-31T23:50:00", DAY_AND_NIGHT, 901, [-15, -15]),  # New Year
        ("2026-12-24T23:50:00", WORKDAY, 901, [-10, -15]),  # into Christmas Day, a Friday
        ("2026-12-24T23:50:00", NO_HOLIDAY, 901, [-10, -15]),
        ("2026-12-25T23:50:00", NO_HOLIDAY, 901, [-15, -15]),  # into Boxing Day, a holiday too
        ("2026-12-26T23:50:00", NO_HOLIDAY, 901, [-15, -10]),  # out of it, into a Sunday
        ("2026-12-26T23:50:00", WORKDAY, 901, [-15, -15]),
        ("2026-11-27T23:50:00", WORKDAY, 901, [-10, -15]),  # Friday into Saturday
        ("2026-11-29T23:50:00", WORKDAY, 901, [-15, -10]),  # Sunday into Monday
    ],
)
def test_a_quarter_costs_what_its_period_costs_when_it_begins(
    build: Build, at: str, prices: str, seconds: int, charges: list[int]
) -> None:
    """R10: over 16:00, midnight, a weekend, a public holiday, an extra one; each quarter by the day on which it begins."""
    accepted = local(at)
    house = build(at=accepted - timedelta(seconds=20), prices=prices)

    charged = talks(house, accepted, seconds)

    assert charged == charges


@pytest.mark.parametrize(
    ("at", "fold", "charges"),
    [
        ("2026-03-29T01:50:00", 0, [-15, -15, -15]),  # 03:05 follows: the hour from two to three is missing
        ("2027-03-28T01:50:00", 0, [-15, -15, -15]),
        ("2026-10-25T02:50:00", 0, [-40, -40, -40]),  # then 02:05 and 02:20 once more
        ("2027-10-31T02:50:00", 0, [-40, -40, -40]),
        ("2026-10-25T02:50:00", 1, [-40, -15, -15]),
        ("2027-10-31T02:50:00", 1, [-40, -15, -15]),
    ],
)
def test_in_both_nights_on_which_the_clocks_turn_a_quarter_stays_a_quarter(
    build: Build, at: str, fold: int, charges: list[int]
) -> None:
    """R8, R10: 1801 s are three quarters; each is priced by the wall clock that shows when it begins."""
    accepted = local(at, fold=fold)
    house = build(at=accepted - timedelta(seconds=20), prices=NIGHT_HOUR)

    charged = talks(house, accepted, 1801)

    assert charged == charges


def test_a_price_that_changes_within_the_hour_is_told_with_its_time(build: Build) -> None:
    """R10: both prices, and from when."""
    house = build(at=local("2026-11-23T15:10:00"), prices=DAY_AND_NIGHT)
    caller = house.caller()

    phone = house.identifies(caller)

    phone.hears("Opkaldet koster nu 10 point for hvert påbegyndt kvarter. Fra klokken 16 koster hvert påbegyndt kvarter 15 point.")


def test_a_price_that_changes_later_than_in_an_hour_is_told_alone(build: Build) -> None:
    """R10."""
    house = build(at=local("2026-11-23T14:50:00"), prices=DAY_AND_NIGHT)
    caller = house.caller()

    phone = house.identifies(caller)

    phone.hears("Opkaldet koster 10 point for hvert påbegyndt kvarter. Du har 60 point")


def test_the_quarters_that_points_last_for_are_counted_over_the_change(build: Build) -> None:
    """R4, R10, R11: 15:50, 35 points: 10, 15 and ten left over; the carrier is told the same."""
    house = build(at=local("2026-11-23T15:50:00"), prices=DAY_AND_NIGHT)
    caller = house.caller(points=39, credit=0)
    house.supporter("Anna")

    phone = house.identifies(caller).hears("Det rækker til to kvarter").keys("1").hears("Jeg ringer")
    house.forward(seconds=5)

    assert b'timeLimit="1800"' in next(one.body for one in reversed(house.exchange.log) if b"<Dial" in one.body)
    phone.hangs_up()


@pytest.mark.parametrize(
    ("told", "accepted", "first"),
    [
        ("2026-11-23T15:59:50", "2026-11-23T16:00:10", -10),  # it rose: the price that was accepted
        ("2026-11-24T07:59:50", "2026-11-24T08:00:10", -10),  # it fell: the lower one
    ],
)
def test_the_first_quarter_never_costs_more_than_was_accepted_by_key(build: Build, told: str, accepted: str, first: int) -> None:
    """R10: accepted by the caller before the hour, by the supporter behind it."""
    house = build(at=local(told), prices=DAY_AND_NIGHT)

    charged = talks(house, local(accepted), 901)

    assert charged == [first, -15 if accepted.startswith("2026-11-23") else -10]


def test_a_caller_who_presses_1_behind_the_rise_pays_what_was_told(build: Build) -> None:
    """R10: told 10, pressed 1 at 16:00:05."""
    house = build(at=local("2026-11-23T15:59:50"), prices=DAY_AND_NIGHT)
    caller, anna = house.caller(points=60), house.supporter("Anna")
    phone = house.identifies(caller).hears("Tast 1").waits(13)

    phone.keys("1")
    held = house.balance(caller)
    house.phone(anna).picks_up().hears("Tast 1").keys("1")
    house.forward(seconds=5)
    phone.hangs_up()

    assert held == (60, 10)
    assert house.charges(caller) == [-10]


def test_a_price_list_published_in_mid_call_reprices_nothing(house: House) -> None:
    """R10: in force from the fifth minute on; the running call keeps its list, the next call has the new one."""
    caller, anna, later, bo = house.caller(points=500), house.supporter("Anna"), house.caller(points=500), house.supporter("Bo")
    house.connects(caller, anna)
    house.forward(minutes=2)

    house.publish(FLAT.replace("2020-01-01T00:00:00", "2026-11-23T03:15:00").replace("points = 15", "points = 99"))
    house.forward(minutes=15)
    house.phone(caller).hangs_up()
    house.phone(later).dials("+4563186363").hears("pinkode").keys(f"{later.pin}#").hears("99 point").keys("1")
    house.phone(bo).picks_up().hears("Tast 1").keys("1")
    house.forward(seconds=10)
    house.phone(later).hangs_up()

    assert house.charges(caller) == [-15, -15]
    assert house.charges(later) == [-99]


def test_a_list_that_took_over_before_the_supporter_accepted_is_the_calls_list(house: House) -> None:
    """R10: by the list in force when the supporter accepted; its first quarter as the caller accepted it."""
    caller, anna = house.caller(points=500), house.supporter("Anna")
    house.publish(FLAT.replace("2020-01-01T00:00:00", "2026-11-23T03:10:10").replace("points = 15", "points = 99"))
    house.accepts_price(caller)
    house.phone(anna).picks_up().hears("Tast 1").waits(6)

    house.phone(anna).keys("1")
    house.forward(seconds=902)
    house.phone(caller).hangs_up()

    assert house.charges(caller) == [-15, -99]


def test_without_a_price_list_a_callback_is_offered_and_somebody_is_alarmed(build: Build) -> None:
    """R14 (interface.md, "A price list"): connects nobody for points; once, however often the caller is asked."""
    house = build(prices=None)
    caller = house.caller()
    house.supporter("Anna")

    phone = house.identifies(caller).hears("prislisten mangler").keys("*").hears("ringet op").keys("1").hears("Farvel")

    assert phone.said[-1].startswith("Tak. Sagen er akut")
    assert house.outcome(caller) is CallOutcome.CALLBACK_REQUESTED
    assert house.attempts(caller) == []
    assert house.alarmed() == ["no_prices"]
    assert len(house.tasks()) == 1


def test_a_list_that_begins_later_is_not_in_force(build: Build) -> None:
    """R10, R14."""
    house = build(prices=FLAT.replace("2020", "2030"))
    caller = house.caller()

    phone = house.identifies(caller)

    phone.hears("prislisten mangler").hangs_up()
    assert house.outcome(caller) is CallOutcome.NOBODY_ANSWERED


def test_quarters_that_cost_nothing_are_told_as_quarters(build: Build) -> None:
    """R8, R10: two quarters were talked, and the first of them was free."""
    free_at_first = NIGHT_HOUR.replace("02:00", "03:00").replace("03:00", "03:20", 2).replace('from = "03:20"', 'from = "03:00"')
    house = build(prices=free_at_first.replace("40", "0"))
    caller, anna = house.caller(), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(minutes=17)

    house.phone(anna).hangs_up()

    house.phone(caller).hears("to kvarter og kostede 15 point")
