"""Local time in Copenhagen, and the nights in March and October on which it is not what it seems."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from models.local import NoSuchLocalTime, from_local, to_local

FORWARD = [date(2026, 3, 29), date(2027, 3, 28)]
BACK = [date(2026, 10, 25), date(2027, 10, 31)]


def local(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


def utc(day: date, clock: str) -> datetime:
    return local(day, clock).replace(tzinfo=UTC)


@pytest.mark.parametrize(("month", "offset"), [(1, 1), (3, 1), (4, 2), (7, 2), (10, 2), (11, 1), (12, 1)])
@pytest.mark.parametrize("last", [False, True])
def test_local_time_is_one_hour_ahead_in_winter_and_two_in_summer(month: int, offset: int, last: bool) -> None:  # noqa: FBT001 - pytest hands it over by name
    assert from_local(datetime(2026, month, 15, 12), last=last) == datetime(2026, month, 15, 12 - offset, tzinfo=UTC)  # noqa: DTZ001 - the clock on the wall


@pytest.mark.parametrize("day", FORWARD)
@pytest.mark.parametrize("clock", ["02:00", "02:30", "02:59:59.999999"])
@pytest.mark.parametrize("last", [False, True])
def test_a_time_that_the_clock_jumps_over_does_not_exist(day: date, clock: str, last: bool) -> None:  # noqa: FBT001 - pytest hands it over by name
    with pytest.raises(NoSuchLocalTime, match=rf"^{day}T{clock[:5]} does not exist in Europe/Copenhagen"):
        from_local(local(day, clock), last=last)


@pytest.mark.parametrize("day", FORWARD)
@pytest.mark.parametrize(("clock", "moment"), [("01:59:59.999999", "00:59:59.999999"), ("03:00", "01:00"), ("03:30", "01:30")])
@pytest.mark.parametrize("last", [False, True])
def test_the_times_around_the_jump_exist_once(day: date, clock: str, moment: str, last: bool) -> None:  # noqa: FBT001 - pytest hands it over by name
    assert from_local(local(day, clock), last=last) == utc(day, moment)


@pytest.mark.parametrize("day", BACK)
@pytest.mark.parametrize(
    ("clock", "first", "second"),
    [("02:00", "00:00", "01:00"), ("02:30", "00:30", "01:30"), ("02:59:59.999999", "00:59:59.999999", "01:59:59.999999")],
)
def test_a_time_that_comes_twice_is_the_first_or_on_request_the_last(day: date, clock: str, first: str, second: str) -> None:
    assert from_local(local(day, clock)) == utc(day, first)
    assert from_local(local(day, clock), last=True) == utc(day, second)


@pytest.mark.parametrize("day", BACK)
@pytest.mark.parametrize(("clock", "ahead", "moment"), [("01:59:59.999999", 0, "23:59:59.999999"), ("03:00", 1, "02:00")])
@pytest.mark.parametrize("last", [False, True])
def test_the_times_around_the_double_hour_exist_once(day: date, clock: str, ahead: int, moment: str, last: bool) -> None:  # noqa: FBT001 - pytest hands it over by name
    assert from_local(local(day, clock), last=last) == utc(day - timedelta(days=1 - ahead), moment)


@pytest.mark.parametrize("day", [*FORWARD, *BACK, date(2026, 7, 1)])
def test_every_minute_of_a_day_leads_to_local_time_and_back(day: date) -> None:
    midnight = utc(day, "00:00") - timedelta(hours=3)
    moments = [midnight + timedelta(minutes=minute) for minute in range(30 * 60)]

    locals_ = [to_local(moment) for moment in moments]

    assert [from_local(there.replace(tzinfo=None, fold=0), last=bool(there.fold)) for there in locals_] == moments


@pytest.mark.parametrize("day", BACK)
def test_both_passes_of_the_double_hour_show_the_same_clock(day: date) -> None:
    first, second = to_local(utc(day, "00:30")), to_local(utc(day, "01:30"))

    assert first.replace(tzinfo=None) == second.replace(tzinfo=None, fold=0) == local(day, "02:30")
    assert (first.utcoffset(), second.utcoffset()) == (timedelta(hours=2), timedelta(hours=1))
