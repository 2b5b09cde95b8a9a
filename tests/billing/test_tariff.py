"""Prices by the clock on the wall: every boundary of the example list, nights, holidays and the nights on which clocks turn."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.tariff import EVERY_DAY, Change, Period, Tariff, fits_always, next_change, period, price
from models.values import Points

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WEEKDAYS = frozenset({1, 2, 3, 4, 5})
ASCENSION, CHRISTMAS_EVE, NEW_YEARS_EVE = date(2026, 5, 14), date(2026, 12, 24), date(2026, 12, 31)

ALWAYS = Period("Altid", EVERY_DAY, None, 0, 1440, Points(15))
DAY = Period("Dag", WEEKDAYS, holidays=False, from_minute=480, to_minute=960, points=Points(10))
EXAMPLE = Tariff(1, (DAY, ALWAYS), frozenset({date(2026, 1, 1), ASCENSION, CHRISTMAS_EVE, NEW_YEARS_EVE, date(2027, 1, 1)}))
HOLIDAY_SATURDAY = frozenset({date(2026, 1, 3)})


def at(local: str, *, fold: int = 0) -> datetime:
    """The moment of a local time, worked out without the house's own arithmetic."""
    return datetime.fromisoformat(local).replace(tzinfo=COPENHAGEN, fold=fold).astimezone(UTC)


def only(
    *, days: frozenset[int] = EVERY_DAY, holidays: bool | None = None, between: tuple[int, int], off: frozenset[date] = frozenset()
) -> Tariff:
    """A list with one period of 10 points, 15 at all other times; `between` in hours, `off` are the holidays."""
    return Tariff(None, (Period("Den", days, holidays, between[0] * 60, between[1] * 60, Points(10)), ALWAYS), off)


@pytest.mark.parametrize(
    ("local", "points"),
    [
        ("2026-01-02T07:59:59.999999", 15),
        ("2026-01-02T08:00", 10),
        ("2026-01-02T15:59:59.999999", 10),
        ("2026-01-02T16:00", 15),
        ("2026-01-02T23:59:59", 15),
        ("2026-01-03T00:00", 15),
        ("2026-01-03T12:00", 15),
        ("2026-01-04T12:00", 15),
        ("2026-01-05T08:00", 10),
        ("2026-07-01T08:00", 10),
        ("2028-02-29T12:00", 10),
        ("2032-02-29T12:00", 15),
        ("2026-12-30T12:00", 10),
        ("2027-01-04T12:00", 10),
    ],
)
def test_the_example_list_costs_ten_by_day_and_fifteen_otherwise(local: str, points: int) -> None:
    assert points == price(EXAMPLE, at(local))


@pytest.mark.parametrize("holiday", ["2026-01-01", "2026-05-14", "2026-12-24", "2026-12-31", "2027-01-01"])
def test_a_holiday_on_a_weekday_public_or_extra_is_no_day_of_the_day_period(holiday: str) -> None:
    assert price(EXAMPLE, at(f"{holiday}T12:00")) == 15


def test_the_day_before_a_holiday_is_a_day_like_any_other() -> None:
    assert price(EXAMPLE, at("2026-05-13T15:59")) == 10
    assert price(EXAMPLE, at("2026-05-13T16:00")) == 15


def test_the_first_period_that_fits_decides() -> None:
    cheap = Period("Morgen", WEEKDAYS, None, 480, 600, Points(5))

    assert period(Tariff(None, (cheap, DAY, ALWAYS), frozenset()), at("2026-01-02T09:00")) == cheap
    assert period(Tariff(None, (DAY, cheap, ALWAYS), frozenset()), at("2026-01-02T09:00")) == DAY


def test_a_period_to_midnight_ends_with_its_day() -> None:
    evening = only(days=frozenset({5}), between=(16, 24))

    assert price(evening, at("2026-01-02T23:59:59")) == 10
    assert price(evening, at("2026-01-03T00:00")) == 15


def test_a_period_whose_end_is_midnight_as_zero_ends_with_its_day_too() -> None:
    evening = only(days=frozenset({5}), between=(16, 0))

    assert price(evening, at("2026-01-02T23:59:59")) == 10
    assert price(evening, at("2026-01-03T00:00")) == 15


def test_a_period_that_ends_when_it_begins_runs_for_a_day_from_there() -> None:
    friday = only(days=frozenset({5}), between=(8, 8))

    assert price(friday, at("2026-01-02T07:59")) == 15
    assert price(friday, at("2026-01-02T08:00")) == 10
    assert price(friday, at("2026-01-03T07:59")) == 10
    assert price(friday, at("2026-01-03T08:00")) == 15


def test_a_friday_night_runs_into_saturday_and_a_thursday_night_into_friday_does_not() -> None:
    night = only(days=frozenset({5}), between=(22, 6))

    assert price(night, at("2026-01-02T05:59")) == 15
    assert price(night, at("2026-01-02T22:00")) == 10
    assert price(night, at("2026-01-03T00:00")) == 10
    assert price(night, at("2026-01-03T05:59")) == 10
    assert price(night, at("2026-01-03T06:00")) == 15
    assert price(night, at("2026-01-03T22:00")) == 15


def test_a_night_without_holidays_that_begins_on_the_evening_before_one_runs_to_its_end() -> None:
    night = only(days=WEEKDAYS, holidays=False, between=(22, 6), off=HOLIDAY_SATURDAY)

    assert price(night, at("2026-01-03T03:00")) == 10


def test_a_night_without_holidays_that_begins_on_one_is_none_even_on_the_morning_after() -> None:
    night = only(holidays=False, between=(22, 6), off=HOLIDAY_SATURDAY)

    assert price(night, at("2026-01-03T22:00")) == 15
    assert price(night, at("2026-01-04T03:00")) == 15
    assert price(night, at("2026-01-04T22:00")) == 10


def test_a_night_of_holidays_only_begins_on_the_holiday() -> None:
    night = only(holidays=True, between=(22, 6), off=HOLIDAY_SATURDAY)

    assert price(night, at("2026-01-03T03:00")) == 15
    assert price(night, at("2026-01-03T22:00")) == 10
    assert price(night, at("2026-01-04T05:59")) == 10
    assert price(night, at("2026-01-04T22:00")) == 15


def test_a_holiday_that_is_not_among_the_days_is_no_day_of_the_period() -> None:
    weekdays_that_are_holidays = only(days=WEEKDAYS, holidays=True, between=(0, 24), off=HOLIDAY_SATURDAY | {date(2026, 1, 5)})

    assert price(weekdays_that_are_holidays, at("2026-01-03T12:00")) == 15
    assert price(weekdays_that_are_holidays, at("2026-01-05T12:00")) == 10


def test_a_new_years_night_belongs_to_the_old_year() -> None:
    night = only(holidays=True, between=(18, 6), off=frozenset({NEW_YEARS_EVE}))

    assert price(night, at("2027-01-01T05:59")) == 10
    assert price(night, at("2027-01-01T18:00")) == 15


@pytest.mark.parametrize("sunday", ["2026-03-29", "2027-03-28"])
def test_in_march_the_clock_jumps_into_the_period_that_it_then_shows(sunday: str) -> None:
    early = only(between=(2, 5))
    jump = at(f"{sunday}T03:00")

    assert price(early, jump - timedelta(microseconds=1)) == 15
    assert price(early, jump) == 10
    assert price(early, jump + 2 * HOUR) == 15
    assert next_change(early, jump - HOUR, within=HOUR) == Change(jump, Points(10))


@pytest.mark.parametrize("sunday", ["2026-03-29", "2027-03-28"])
def test_in_march_a_period_within_the_lost_hour_never_comes(sunday: str) -> None:
    lost = only(days=frozenset({7}), between=(2, 3))

    assert next_change(lost, at(f"{sunday}T00:00"), within=24 * HOUR) is None


@pytest.mark.parametrize("sunday", ["2026-10-25", "2027-10-31"])
def test_in_october_a_period_within_the_hour_that_comes_twice_comes_twice(sunday: str) -> None:
    half = Tariff(None, (Period("Halv", EVERY_DAY, None, 120, 150, Points(10)), ALWAYS), frozenset())
    from_half_past_two = Tariff(None, (Period("Sent", EVERY_DAY, None, 150, 300, Points(10)), ALWAYS), frozenset())
    first, second = at(f"{sunday}T02:00"), at(f"{sunday}T02:00", fold=1)

    assert [price(half, first + n * 30 * MINUTE) for n in range(-1, 5)] == [15, 10, 15, 10, 15, 15]
    assert next_change(half, first, within=HOUR) == Change(first + 30 * MINUTE, Points(15))
    assert next_change(half, first + 30 * MINUTE, within=HOUR) == Change(second, Points(10))
    assert next_change(half, second, within=HOUR) == Change(second + 30 * MINUTE, Points(15))
    assert next_change(only(between=(1, 5)), first, within=2 * HOUR) is None
    assert next_change(from_half_past_two, first + 30 * MINUTE, within=HOUR) == Change(second, Points(15))


def test_the_next_change_is_later_than_now_and_may_be_the_last_moment_asked_about() -> None:
    assert next_change(EXAMPLE, at("2026-01-02T15:00"), within=HOUR) == Change(at("2026-01-02T16:00"), Points(15))
    assert next_change(EXAMPLE, at("2026-01-02T14:59:59"), within=HOUR) is None
    assert next_change(EXAMPLE, at("2026-01-02T16:00"), within=HOUR) is None


def test_a_change_of_period_that_costs_the_same_is_no_change() -> None:
    same = Tariff(None, (Period("Dyr dag", WEEKDAYS, None, 480, 960, Points(15)), ALWAYS), frozenset())

    assert next_change(same, at("2026-01-02T07:30"), within=24 * HOUR) is None


def test_over_a_weekend_the_next_change_is_monday_morning() -> None:
    assert next_change(EXAMPLE, at("2026-01-02T16:00"), within=72 * HOUR) == Change(at("2026-01-05T08:00"), Points(10))


def test_a_period_fits_always_only_when_nothing_restricts_it() -> None:
    assert fits_always(ALWAYS)
    assert fits_always(Period("Fra otte til otte", EVERY_DAY, None, 480, 480, Points(1)))
    assert not fits_always(Period("Ikke søndag", EVERY_DAY - {7}, None, 0, 1440, Points(1)))
    assert not fits_always(Period("Helligdage", EVERY_DAY, holidays=True, from_minute=0, to_minute=1440, points=Points(1)))
    assert not fits_always(Period("Til et minut i", EVERY_DAY, None, 0, 1439, Points(1)))


def reference(tariff: Tariff, moment: datetime) -> int:
    """The price, found by laying out every period as stretches of naive local time that begin today or yesterday."""
    now = moment.astimezone(COPENHAGEN).replace(tzinfo=None)
    midnight = datetime(now.year, now.month, now.day)  # noqa: DTZ001 - the clock on the wall
    for p in tariff.periods:
        for day in (midnight - timedelta(days=1), midnight):
            wanted = day.isoweekday() in p.days and p.holidays in {None, day.date() in tariff.holidays}
            length = p.to_minute - p.from_minute if p.to_minute > p.from_minute else 1440 - p.from_minute + p.to_minute
            begin = day + p.from_minute * MINUTE
            if wanted and begin <= now < begin + length * MINUTE:
                return p.points
    raise AssertionError("the last period fits always")


DAYS = ["2026-01-02", "2026-03-28", "2026-10-24", "2026-12-31", "2027-03-27", "2027-10-30", "2028-02-28"]
moments = st.builds(lambda day, s: at(f"{day}T00:00") + timedelta(seconds=s), st.sampled_from(DAYS), st.integers(0, 48 * 3600))
minutes = st.one_of(st.sampled_from([0, 60, 90, 120, 150, 180, 210, 960]), st.integers(0, 1439))
periods = st.builds(
    Period,
    st.just("En"),
    st.frozensets(st.integers(1, 7), min_size=1),
    st.sampled_from([None, True, False]),
    minutes,
    st.one_of(minutes, st.just(1440)),
    st.integers(0, 4).map(Points),
)
near = st.builds(lambda day, n: date.fromisoformat(day) + timedelta(days=n), st.sampled_from(DAYS), st.integers(-1, 3))
tariffs = st.builds(lambda some, off: Tariff(None, (*some, ALWAYS), off), st.lists(periods, max_size=4), st.frozensets(near))


@given(tariffs, moments)
def test_the_price_is_that_of_the_first_period_that_fits(tariff: Tariff, moment: datetime) -> None:
    assert price(tariff, moment) == reference(tariff, moment)


@given(tariffs, moments, st.integers(0, 300))
def test_the_next_change_is_what_a_search_of_every_minute_finds(tariff: Tariff, moment: datetime, span: int) -> None:
    now = reference(tariff, moment)
    whole = moment.replace(second=0)
    later = [whole + n * MINUTE for n in range(1, span + 1) if whole + n * MINUTE <= moment + span * MINUTE]
    found = next((Change(m, Points(reference(tariff, m))) for m in later if reference(tariff, m) != now), None)

    assert next_change(tariff, moment, within=span * MINUTE) == found
