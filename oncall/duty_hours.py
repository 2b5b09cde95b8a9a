"""How long somebody was on duty or talked, split by what the hours are worth, and where the rest between was short. Pure.

Every second is of one class: of a holiday, of a weekend, or of a weekday; and of the night or not. So the classes add up to the
whole, in both nights on which the clocks turn too: it is real time that is counted, and local time that says which class it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from models.local import midnight, reached, to_local
from oncall.spans import Span

NIGHT_BEGINS: Final = time(22)
NIGHT_ENDS: Final = time(6)
REST: Final = timedelta(hours=11)
"""Daily rest in Denmark: eleven hours in a row (arbejdsmiljøloven § 50)."""
SATURDAY: Final = 6
A_DAY: Final = timedelta(days=1)
NONE: Final = timedelta(0)


class Worth(StrEnum):
    """What an hour is: a public holiday goes before a weekend. Night is from 22 to 6."""

    WEEKDAY = "weekday"
    WEEKDAY_NIGHT = "weekday_night"
    WEEKEND = "weekend"
    WEEKEND_NIGHT = "weekend_night"
    HOLIDAY = "holiday"
    HOLIDAY_NIGHT = "holiday_night"


Hours = Mapping[Worth, timedelta]
BY_DAY: Final = (Worth.WEEKDAY, Worth.WEEKEND, Worth.HOLIDAY)
AT_NIGHT: Final = (Worth.WEEKDAY_NIGHT, Worth.WEEKEND_NIGHT, Worth.HOLIDAY_NIGHT)


@dataclass(frozen=True, kw_only=True)
class ShortRest:
    """Less than eleven hours from the end of duty, or of the last call, to the next duty. `by_call`: a call was the later."""

    since: datetime
    until: datetime
    by_call: bool


def split(spans: Iterable[Span], holidays: Collection[date]) -> Hours:
    """How much of these spans is of each class; classes without any are left out."""
    found: Counter[Worth] = Counter()
    for one in spans:
        for piece in _pieces(one):
            found[_worth(piece.starts_at, holidays)] += round((piece.ends_at - piece.starts_at) / timedelta.resolution)
    return {worth: found[worth] * timedelta.resolution for worth in Worth if found[worth]}


def total(hours: Hours, *of: Worth) -> timedelta:
    """All of it, or what is of these classes."""
    return sum((length for worth, length in hours.items() if not of or worth in of), NONE)


def clipped(spans: Iterable[Span], during: Span) -> list[Span]:
    """What of these spans lies within another."""
    cut = ((max(one.starts_at, during.starts_at), min(one.ends_at, during.ends_at)) for one in spans)
    return [Span(starts_at=start, ends_at=end) for start, end in cut if start < end]


def blocks(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that meet or overlap made one."""
    found: list[Span] = []
    for one in sorted(spans, key=lambda one: one.starts_at):
        if found and one.starts_at <= found[-1].ends_at:
            last = found.pop()
            found.append(Span(starts_at=last.starts_at, ends_at=max(last.ends_at, one.ends_at)))
        else:
            found.append(one)
    return found


def short_rests(duty: Iterable[Span], calls: Sequence[Span]) -> list[ShortRest]:
    """Where one person's rest between two spells of duty was shorter than REST; `calls` are theirs, on duty or behind it.

    A call that goes on where the next duty begins leaves no rest at all.
    """
    found = []
    for before, after in pairwise(blocks(duty)):
        talked = [min(one.ends_at, after.starts_at) for one in calls if one.starts_at < after.starts_at]
        since = max([before.ends_at, *talked])
        if after.starts_at - since < REST:
            found.append(ShortRest(since=since, until=after.starts_at, by_call=since > before.ends_at))
    return found


def _pieces(one: Span) -> Iterator[Span]:
    """A span, cut wherever its class may change."""
    day, last = to_local(one.starts_at).date(), to_local(one.ends_at).date()
    cuts = {one.starts_at, one.ends_at}
    while day <= last:
        edges = (midnight(day), *(reached(datetime.combine(day, at)) for at in (NIGHT_ENDS, NIGHT_BEGINS)))
        cuts |= {edge for edge in edges if edge in one}
        day += A_DAY
    yield from (Span(starts_at=start, ends_at=end) for start, end in pairwise(sorted(cuts)))


def _worth(at: datetime, holidays: Collection[date]) -> Worth:
    local = to_local(at)
    is_night = not NIGHT_ENDS <= local.time() < NIGHT_BEGINS
    if local.date() in holidays:
        return Worth.HOLIDAY_NIGHT if is_night else Worth.HOLIDAY
    if local.isoweekday() >= SATURDAY:
        return Worth.WEEKEND_NIGHT if is_night else Worth.WEEKEND
    return Worth.WEEKDAY_NIGHT if is_night else Worth.WEEKDAY
