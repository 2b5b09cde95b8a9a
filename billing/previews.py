"""What a price list comes to, before anybody is charged by it: its week, a talk tried out, what differs from another list.

Pure arithmetic on a tariff. A week is a made-up one without a holiday; what holds on a holiday is shown beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise
from typing import Final

from billing import quarters, tariff
from billing.tariff import MIDNIGHT, Period, Tariff
from models.values import Points, Seconds

MONDAY: Final = date(2001, 1, 1)  # of the made-up week
WEEK: Final = tuple(range(1, 8))


@dataclass(frozen=True, slots=True)
class Day:
    """A sort of day: an ISO weekday, which is a holiday or not."""

    weekday: int
    is_holiday: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a day, in minutes after midnight, that one period decides; `place` is that of the period in its list, from 0."""

    from_minute: int
    to_minute: int
    place: int
    points: Points


@dataclass(frozen=True, slots=True)
class Tried:
    """A quarter of a talk that is tried out: when it begins, and which period says what it costs."""

    quarter: int
    at: datetime
    period: Period


@dataclass(frozen=True, slots=True)
class Changed:
    """On these days, from one minute to another, a quarter costs something else. `holidays`: the days are holidays."""

    weekdays: tuple[int, ...]
    holidays: bool
    from_minute: int
    to_minute: int
    before: Points
    after: Points


def week(prices: Tariff) -> tuple[tuple[Day, tuple[Span, ...]], ...]:
    """The seven days, and behind them the same as holidays where any period asks whether a day is one."""
    kinds = (False, True) if _asks(prices) else (False,)
    return tuple((Day(weekday, is_holiday), spans(prices, Day(weekday, is_holiday))) for is_holiday in kinds for weekday in WEEK)


def spans(prices: Tariff, day: Day) -> tuple[Span, ...]:
    """A sort of day, from its first minute to its last."""
    ends = sorted({0, MIDNIGHT} | {minute for one in prices.periods for minute in (one.from_minute, one.to_minute)})
    parts = [(start, end, _decider(prices, day, start)) for start, end in pairwise(ends)]
    found = []
    for period, of_one in groupby(parts, key=lambda part: part[2]):
        whole = list(of_one)
        found.append(Span(whole[0][0], whole[-1][1], prices.periods.index(period), period.points))
    return tuple(found)


def tried(prices: Tariff, begins: datetime, seconds: Seconds) -> tuple[Tried, ...]:
    """The quarters of a talk of so many seconds that a supporter takes at an aware moment (R8, R10)."""
    return tuple(_tried(prices, begins, quarter) for quarter in range(1, quarters.begun(seconds) + 1))


def changes(old: Tariff, new: Tariff) -> list[Changed]:
    """When a quarter costs something else by the new list than by the old one; which days are holidays is told by `days`."""
    kinds = (False, True) if _asks(old) or _asks(new) else (False,)
    found: dict[tuple[bool, int, int, Points, Points], list[int]] = {}
    for is_holiday in kinds:
        for weekday in WEEK:
            for start, end, before, after in _differing(old, new, Day(weekday, is_holiday)):
                found.setdefault((is_holiday, start, end, before, after), []).append(weekday)
    return [Changed(tuple(days), *which) for which, days in found.items()]


def days(old: Tariff, new: Tariff, *, since: date) -> tuple[list[date], list[date]]:
    """The days from `since` on that are holidays by the new list alone, and by the old one alone, as far as both know any."""
    last = min(max(old.holidays, default=since), max(new.holidays, default=since))
    more, fewer = new.holidays - old.holidays, old.holidays - new.holidays
    return sorted(day for day in more if since <= day <= last), sorted(day for day in fewer if since <= day <= last)


def _asks(prices: Tariff) -> bool:
    return any(period.holidays is not None for period in prices.periods)


def _decider(prices: Tariff, day: Day, minute: int) -> Period:
    local = MONDAY + timedelta(days=day.weekday - 1)
    made_up = Tariff(None, prices.periods, frozenset({local} if day.is_holiday else ()))
    return tariff.decides(made_up, datetime.combine(local, time(minute // 60, minute % 60)))


def _tried(prices: Tariff, begins: datetime, quarter: int) -> Tried:
    at = quarters.starts_at(begins, quarter)
    return Tried(quarter, at, tariff.period(prices, at))


def _differing(old: Tariff, new: Tariff, day: Day) -> Iterator[tuple[int, int, Points, Points]]:
    """The parts of a day whose price differs, neighbours of one difference as one."""
    before, after = spans(old, day), spans(new, day)
    ends = sorted({minute for one in (*before, *after) for minute in (one.from_minute, one.to_minute)})
    parts = [(start, end, _at(before, start), _at(after, start)) for start, end in pairwise(ends)]
    for (was, becomes), of_one in groupby(parts, key=lambda part: part[2:]):
        whole = list(of_one)
        if was != becomes:
            yield whole[0][0], whole[-1][1], was, becomes


def _at(day: tuple[Span, ...], minute: int) -> Points:
    return next(one.points for one in day if one.from_minute <= minute < one.to_minute)
