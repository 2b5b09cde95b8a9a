"""Who is on duty at a moment, and what a shift's local times mean in the nights on which the clocks turn (R12)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models.local import NoSuchLocalTime
from oncall import rota
from oncall.plans import Plan, WrittenShift
from oncall.spans import Span

START = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


def duty(shift: int, *, supporter: int | None = None, tier: int = 1, hours: tuple[float, float] = (0, 8)) -> WrittenShift:
    begin, end = (START + timedelta(hours=hour) for hour in hours)
    return WrittenShift(shift=shift, supporter=supporter or shift, tier=tier, span=Span(starts_at=begin, ends_at=end))


def names(duties: list[WrittenShift], hour: float = 1) -> list[int]:
    return [one.supporter for one in rota.on_duty(Plan(shifts=tuple(duties)), START + timedelta(hours=hour))]


@pytest.mark.parametrize(("hour", "present"), [(-0.001, []), (0, [1]), (7.999, [1]), (8, []), (9, [])])
def test_a_shift_begins_with_its_first_moment_and_ends_before_its_last(hour: float, present: list[int]) -> None:
    """R12: [start, end)."""
    assert names([duty(1)], hour) == present


def test_tiers_first_then_the_lowest_shift_number() -> None:
    """R12 (interface.md): whatever order they come in."""
    duties = [duty(9, tier=1), duty(2, tier=2), duty(7, tier=1), duty(1, tier=3)]

    assert names(duties) == names(duties[::-1]) == [7, 9, 2, 1]


def test_a_supporter_with_several_shifts_stands_where_the_first_one_puts_them() -> None:
    """R12: once."""
    assert names([duty(1, supporter=5, tier=2), duty(2, supporter=6), duty(3, supporter=5)]) == [6, 5]


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-23T00:00", "2026-11-24T00:00", 24),
        ("2026-03-29T00:00", "2026-03-30T00:00", 23),
        ("2026-10-25T00:00", "2026-10-26T00:00", 25),
        ("2027-03-28T00:00", "2027-03-29T00:00", 23),
        ("2027-10-31T00:00", "2027-10-31T12:00", 13),
        ("2026-03-29T01:00", "2026-03-29T03:00", 1),
        ("2026-10-25T02:30", "2026-10-25T03:00", 1.5),  # a start is the first 02:30
        ("2026-10-25T02:00", "2026-10-25T02:30", 1.5),  # an end is the second 02:30
    ],
)
def test_a_span_is_as_long_as_the_night_is(start: str, end: str, hours: float) -> None:
    """R12 (interface.md): in the hour that comes twice a start is the first and an end is the second."""
    span = rota.span(datetime.fromisoformat(start), datetime.fromisoformat(end))

    assert span.ends_at - span.starts_at == timedelta(hours=hours)


def test_two_shifts_that_meet_in_the_hour_that_comes_twice_leave_no_gap() -> None:
    """R12: they overlap."""
    first = rota.span(datetime.fromisoformat("2026-10-25T00:00"), datetime.fromisoformat("2026-10-25T02:30"))
    second = rota.span(datetime.fromisoformat("2026-10-25T02:30"), datetime.fromisoformat("2026-10-25T08:00"))

    assert second.starts_at < first.ends_at


@pytest.mark.parametrize(("start", "end"), [("2027-03-28T02:30", "2027-03-28T08:00"), ("2027-03-27T20:00", "2027-03-28T02:00")])
def test_a_local_time_that_does_not_exist_is_an_error(start: str, end: str) -> None:
    """R12 (interface.md): 28 March 2027, 02:30."""
    with pytest.raises(NoSuchLocalTime):
        rota.span(datetime.fromisoformat(start), datetime.fromisoformat(end))


@pytest.mark.parametrize("end", ["2026-11-23T08:00", "2026-11-23T07:59"])
def test_a_shift_ends_later_than_it_starts(end: str) -> None:
    """R12."""
    with pytest.raises(ValueError, match="ends later"):
        rota.span(datetime.fromisoformat("2026-11-23T08:00"), datetime.fromisoformat(end))
