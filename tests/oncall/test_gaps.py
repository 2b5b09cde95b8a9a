"""When nobody is on duty: arithmetic on shifts, in the nights on which the clocks turn too (R12)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy.orm import Session

from models import Supporter
from oncall import roster, rota
from oncall.plans import Plan, WrittenShift
from oncall.rota import Span

START = datetime(2026, 11, 23, tzinfo=UTC)
Hours = tuple[float, float]


def hours(begin: float, end: float) -> Span:
    return Span(starts_at=START + timedelta(hours=begin), ends_at=START + timedelta(hours=end))


def duty(span: Span, *, shift: int = 1) -> WrittenShift:
    return WrittenShift(shift=shift, supporter=shift, tier=1, span=span)


def gaps_of(shifts: Iterable[WrittenShift], during: Span) -> list[Span]:
    return rota.gaps(Plan(shifts=tuple(shifts)), during)


def local(start: str, end: str) -> Span:
    return rota.span(datetime.fromisoformat(start), datetime.fromisoformat(end))


def told(spans: list[Span]) -> list[Hours]:
    return [((one.starts_at - START) / timedelta(hours=1), (one.ends_at - START) / timedelta(hours=1)) for one in spans]


@pytest.mark.parametrize(
    ("shifts", "gaps"),
    [
        ([], [(0, 24)]),
        ([(0, 24)], []),
        ([(-8, 30)], []),
        ([(0, 8), (8, 16), (16, 24)], []),
        ([(16, 24), (0, 8), (8, 16)], []),
        ([(0, 8), (16, 24)], [(8, 16)]),
        ([(2, 8)], [(0, 2), (8, 24)]),
        ([(0, 12), (2, 4), (12.5, 24)], [(12, 12.5)]),
        ([(-9, -1), (24, 32)], [(0, 24)]),
        ([(-9, 0), (25, 32)], [(0, 24)]),
        ([(0, 20), (0, 20), (10, 23)], [(23, 24)]),
    ],
)
def test_a_gap_is_where_no_shift_is(shifts: list[Hours], gaps: list[Hours]) -> None:
    """R12: [start, end), in whatever order shifts come, however they overlap."""
    duties = [duty(hours(*span), shift=number) for number, span in enumerate(shifts, start=1)]

    assert told(gaps_of(duties, hours(0, 24))) == gaps


@pytest.mark.parametrize(
    ("first", "second", "minutes"),
    [
        # Autumn: the hour from 02:00 comes twice. An end is the second of the two, a start the first.
        (("2026-10-24T20:00", "2026-10-25T02:30"), ("2026-10-25T02:30", "2026-10-25T20:00"), 0),
        (("2026-10-24T20:00", "2026-10-25T02:00"), ("2026-10-25T03:00", "2026-10-25T20:00"), 60),
        (("2026-10-24T20:00", "2026-10-25T01:59"), ("2026-10-25T03:00", "2026-10-25T20:00"), 121),
        (("2026-10-24T20:00", "2026-10-25T01:30"), ("2026-10-25T02:30", "2026-10-25T20:00"), 60),
        # Spring: from 02:00 it is 03:00 at once.
        (("2027-03-27T20:00", "2027-03-28T01:59"), ("2027-03-28T03:00", "2027-03-28T20:00"), 1),
        (("2027-03-27T20:00", "2027-03-28T03:00"), ("2027-03-28T03:00", "2027-03-28T20:00"), 0),
        (("2027-03-27T20:00", "2027-03-28T01:00"), ("2027-03-28T04:00", "2027-03-28T20:00"), 120),
    ],
)
def test_in_the_nights_on_which_the_clocks_turn_a_gap_is_as_long_as_it_lasts(
    first: tuple[str, str], second: tuple[str, str], minutes: int
) -> None:
    """R12 (interface.md): local times, minutes that pass."""
    before, after = local(*first), local(*second)

    gaps = gaps_of([duty(after), duty(before)], Span(starts_at=before.starts_at, ends_at=after.ends_at))

    assert sum(((gap.ends_at - gap.starts_at for gap in gaps)), timedelta()) == timedelta(minutes=minutes)


@given(some.lists(some.tuples(some.integers(-10, 30), some.integers(1, 12)), max_size=8))
def test_each_moment_is_in_a_gap_or_somebody_is_on_duty(shifts: list[tuple[int, int]]) -> None:
    """R12: never both."""
    duties = [duty(hours(begin, begin + length), shift=number) for number, (begin, length) in enumerate(shifts, start=1)]

    gaps = gaps_of(duties, hours(0, 24))

    for half_hours in range(48):
        moment = START + timedelta(minutes=30 * half_hours)
        in_a_gap = any(gap.starts_at <= moment < gap.ends_at for gap in gaps)
        assert in_a_gap != bool(rota.on_duty(Plan(shifts=tuple(duties)), moment))


def test_the_roster_finds_the_gaps_of_its_shifts(session: Session) -> None:
    """R12: shifts long over or far ahead change nothing."""
    anna = Supporter(name="Anna", phone="+4530405060")
    session.add(anna)
    session.flush()
    for span in (hours(-30, -20), hours(-8, 6), hours(9, 30), hours(48, 60)):
        roster.add_shift(session, anna, span, tier=2)

    assert told(roster.gaps(session, hours(0, 24))) == [(6, 9)]
