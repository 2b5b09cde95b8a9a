"""What a quarter costs at a moment: the first period that fits the local wall clock decides (R10). Pure arithmetic.

A period is read as a clock on the wall shows it. It runs from one minute of a day to another; where the second is not later
than the first, it runs over midnight and belongs to the day on which it begins, which alone must be one of its days. On the
night that lacks an hour a period lacks it too; in the hour that comes twice a period comes twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from models.local import NoSuchLocalTime, from_local, to_local
from models.values import Points

EVERY_DAY: Final = frozenset(range(1, 8))
MIDNIGHT: Final = 1440

_DAY: Final = timedelta(days=1)
# Denmark has turned its clocks at 01:00 UTC since 1980: in March 03:00 comes early, in October 02:00 comes again.
_CLOCKS_TURN: Final = frozenset({120, 180})


@dataclass(frozen=True, slots=True)
class Period:
    """When a price applies: ISO weekdays (1 is Monday) and minutes after local midnight, 1440 being the end of the day.

    `holidays`: True is holidays only, False is no holiday, None is no matter.
    """

    name: str
    days: frozenset[int]
    holidays: bool | None
    from_minute: int
    to_minute: int
    points: Points


@dataclass(frozen=True, slots=True)
class Tariff:
    """The periods of one list in their order, the last of which fits always, and the local days that are holidays under it."""

    list_id: int | None
    periods: tuple[Period, ...]
    holidays: frozenset[date]


@dataclass(frozen=True, slots=True)
class Change:
    """From `at` on (UTC) a quarter that starts costs `points`."""

    at: datetime
    points: Points


def period(tariff: Tariff, moment: datetime) -> Period:
    """The period that decides at an aware moment."""
    return decides(tariff, to_local(moment))


def decides(tariff: Tariff, local: datetime) -> Period:
    """The period that decides when the clock on the wall shows this: the first that fits, or the last one, which fits always."""
    return next((p for p in tariff.periods if _fits(p, local, tariff.holidays)), tariff.periods[-1])


def price(tariff: Tariff, moment: datetime) -> Points:
    """What a quarter that starts at an aware moment costs (R10)."""
    return period(tariff, moment).points


def day_of(decider: Period, moment: datetime) -> date:
    """The local day on which a period began to run that decides at `moment`: the day before where it runs over midnight."""
    local = to_local(moment)
    over_midnight = decider.from_minute >= decider.to_minute and local.hour * 60 + local.minute < decider.to_minute
    return local.date() - _DAY if over_midnight else local.date()


def next_change(tariff: Tariff, moment: datetime, *, within: timedelta) -> Change | None:
    """When the price first differs from that of `moment`: later than it, at the latest `within` later. None if it stays."""
    now = price(tariff, moment)
    for at in _turning_points(tariff, moment, moment + within):
        then = price(tariff, at)
        if then != now:
            return Change(at, then)
    return None


def fits_always(candidate: Period) -> bool:
    """Whether no moment is outside the period, so that nothing behind it can ever apply."""
    round_the_clock = (candidate.to_minute - candidate.from_minute) % MIDNIGHT == 0
    return candidate.days == EVERY_DAY and candidate.holidays is None and round_the_clock


def _fits(candidate: Period, local: datetime, holidays: frozenset[date]) -> bool:
    today = local.date()
    minute = local.hour * 60 + local.minute
    if candidate.from_minute < candidate.to_minute:
        return candidate.from_minute <= minute < candidate.to_minute and _begins_on(candidate, today, holidays)
    if minute >= candidate.from_minute and _begins_on(candidate, today, holidays):
        return True
    return minute < candidate.to_minute and _begins_on(candidate, today - _DAY, holidays)


def _begins_on(candidate: Period, day: date, holidays: frozenset[date]) -> bool:
    return day.isoweekday() in candidate.days and candidate.holidays in (None, day in holidays)


def _turning_points(tariff: Tariff, start: datetime, end: datetime) -> Iterator[datetime]:
    """All moments after `start` and up to `end` at which another period may begin to decide, in order, in UTC."""
    minutes = _CLOCKS_TURN | {minute % MIDNIGHT for p in tariff.periods for minute in (p.from_minute, p.to_minute)}
    day, last = to_local(start).date(), to_local(end).date()
    while day <= last:
        yield from (at for at in sorted(_shown(day, minutes)) if start < at <= end)
        day += _DAY


def _shown(day: date, minutes: frozenset[int]) -> set[datetime]:
    """The moments at which the clock shows one of `minutes` on that day: twice in one night of October, never in one of March."""
    moments: set[datetime] = set()
    for minute in minutes:
        local = datetime.combine(day, time(minute // 60, minute % 60))
        with suppress(NoSuchLocalTime):
            moments |= {from_local(local), from_local(local, last=True)}
    return moments
