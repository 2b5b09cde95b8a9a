"""When a line is open: weekly hours, public holidays, and days that were said otherwise. Pure.

Hours are read as rotas read theirs (`layers`): a opening starts at the first occurrence of its start and ends at the last of its
end, and one that the clock jumps over is no time at all. Openings that meet are one: who opens to 24:00 and again from 00:00
does not close in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Final

from models.local import reached, to_local
from oncall.spans import Span, common, joined

A_DAY: Final = timedelta(days=1)
WEEK: Final = 7


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """A part of one day, in minutes after local midnight, [from, to); 1440 is the day's end."""

    from_minute: int
    to_minute: int


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is not like its weekday: what it is called ("" where nobody said), and when it is open, in order; () is closed."""

    name: str
    openings: tuple[Opening, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """`week` has the openings of ISO weekdays, in order; a weekday without is closed.

    An exception counts before a public holiday, and a holiday is closed unless `open_on_holidays`: then it is a day like others.
    """

    week: Mapping[int, tuple[Opening, ...]]
    exceptions: Mapping[date, SpecialDay]
    holidays: Mapping[date, str]
    open_on_holidays: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """That it is closed: when it opens (UTC; None for never again), in how many local `days`, and what makes today a closed day.

    `today` is "" on a day like others, and on a special one that has hours of its own.
    """

    opens_at: datetime | None
    days: int
    today: str


def closed(hours: OpeningHours, at: datetime) -> Closed | None:
    """What a caller is told at a closed door; None while it is open."""
    if is_open(hours, at):
        return None
    opens_at, today = opens_next(hours, at), to_local(at).date()
    days = (to_local(opens_at).date() - today).days if opens_at else 0
    found = special(hours, today)
    return Closed(opens_at=opens_at, days=days, today=found.name if found and not found.openings else "")


def is_open(hours: OpeningHours, at: datetime) -> bool:
    """Whether it is open at an aware moment: from the minute of opening on, and no more in that of closing."""
    return any(at in span for span in _spans_of(hours, to_local(at).date()))


def opens_next(hours: OpeningHours, at: datetime) -> datetime | None:
    """The first moment (UTC) from `at` on at which it is open, `at` itself if it is; None if it never opens again."""
    return next((max(at, span.starts_at) for span in _spans(hours, at) if at < span.ends_at), None)


def closes_next(hours: OpeningHours, at: datetime) -> datetime | None:
    """The first moment (UTC) from `at` on at which it is closed, `at` itself if it is; None if it never closes again."""
    closes = at
    for span in _spans(hours, at):
        if span.starts_at > closes:
            return closes
        closes = max(closes, span.ends_at)
    # Behind the last exception a week is like any other: what did not close in one never does.
    return None if closes >= reached(_midnight(_last_day(hours, at))) else closes


def within(hours: OpeningHours, during: Span) -> list[Span]:
    """The parts of a span in which it is open, in order."""
    first, last = (to_local(at).date() for at in (during.starts_at, during.ends_at))
    days = (first + number * A_DAY for number in range((last - first).days + 1))
    opened = chain.from_iterable(_spans_of(hours, day) for day in days)
    return joined(part for one in opened if (part := common(one, during)) is not None)


def special(hours: OpeningHours, day: date) -> SpecialDay | None:
    """What makes a local day unlike its weekday; None if nothing does. An exception keeps a holiday's name if it has none."""
    holiday = hours.holidays.get(day)
    if (exception := hours.exceptions.get(day)) is not None:
        return SpecialDay(exception.name or holiday or "", exception.openings)
    return SpecialDay(holiday, ()) if holiday is not None and not hours.open_on_holidays else None


def special_days(hours: OpeningHours, first: date, last: date) -> list[tuple[date, SpecialDay]]:
    """The special days from `first` to `last`, in order."""
    days = sorted(day for day in {*hours.exceptions, *hours.holidays} if first <= day <= last)
    return [(day, found) for day in days if (found := special(hours, day)) is not None]


def _spans(hours: OpeningHours, at: datetime) -> Iterator[Span]:
    """When it is open, from the day of `at` on, in order; no further than anything can still be new."""
    first, last = to_local(at).date(), _last_day(hours, at)
    days = (first + number * A_DAY for number in range((last - first).days))
    return chain.from_iterable(_spans_of(hours, day) for day in days)


def _last_day(hours: OpeningHours, at: datetime) -> date:
    """The day before which every day that is special, and a whole week behind it, has passed."""
    return max([to_local(at).date(), *hours.exceptions, *hours.holidays]) + (WEEK + 1) * A_DAY


def _spans_of(hours: OpeningHours, day: date) -> Iterator[Span]:
    found = special(hours, day)
    for opening in hours.week.get(day.isoweekday(), ()) if found is None else found.openings:
        starts, ends = (_midnight(day) + timedelta(minutes=one) for one in (opening.from_minute, opening.to_minute))
        span = Span(starts_at=reached(starts), ends_at=reached(ends, last=True))
        if span.starts_at < span.ends_at:
            yield span


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
