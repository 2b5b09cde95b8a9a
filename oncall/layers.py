"""One layer: whose spell it is at a moment, what its working hours leave of it, and when either changes. Pure.

A spell or working hours are written in local time and counted on the wall: the third day of a rotation begins when the clock shows
its hour for the third time. They start at the first occurrence of their start and end at the last of their end, so that they may
overlap and never leave a gap; a time that the clock jumps over is the moment of the jump. Where two of one layer overlap, in the
hour that comes twice, the one who comes has the place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from models.local import reached, to_local
from oncall.plans import Hours, Layer
from oncall.spans import Span

A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shift:
    """What working hours leave of a spell. `starts` is its nominal start in local time, `spell` counts from 0."""

    starts: datetime
    spell: int


def shift_at(layer: Layer, at: datetime, holidays: frozenset[date]) -> Shift | None:
    """The layer's shift at a moment; None while it has none."""
    local = to_local(at).replace(tzinfo=None)
    latest = (local - layer.starts) // layer.every
    spell = next((one for one in (latest + 1, latest) if one >= 0 and at in _spell(layer, one)), None)
    if spell is None or (layer.until is not None and at >= reached(layer.until, last=True)):
        return None
    starts = _nominal(layer, spell)
    if not layer.hours:
        return Shift(starts, spell)
    days = (local.date() - A_DAY, local.date())
    at_work = [begins for day in days for begins, span in _working(layer, day, holidays) if at in span]
    return Shift(max(starts, *at_work), spell) if at_work else None


def holder(layer: Layer, shift: Shift) -> int:
    """Whose shift it is by rotation."""
    return layer.people[shift.spell % len(layer.people)]


def shifts_on(layer: Layer, day: date, holidays: frozenset[date]) -> list[Shift]:
    """The layer's shifts whose nominal start is on that local day, in order."""
    midnight = datetime.combine(day, time())
    spells = range(_index(layer, midnight), _index(layer, midnight + A_DAY) + 1)
    begins = {_nominal(layer, one) for one in spells} | {begins for begins, _ in _working(layer, day, holidays)}
    found = (shift_at(layer, reached(moment), holidays) for moment in sorted(begins) if moment.date() == day)
    return sorted({shift for shift in found if shift is not None and shift.starts.date() == day}, key=lambda one: one.starts)


def edges(layer: Layer, during: Span, holidays: frozenset[date]) -> Iterator[datetime]:
    """The moments at which the layer's shift may change, all those within a span among them, in no order."""
    first, last = (to_local(moment).replace(tzinfo=None) for moment in (during.starts_at, during.ends_at))
    if layer.until is not None:
        yield reached(layer.until, last=True)
        last = min(last, layer.until)
    for spell in range(_index(layer, first - A_DAY), _index(layer, last + A_DAY) + 1):
        span = _spell(layer, spell)
        yield from (span.starts_at, span.ends_at)
    day = max(first, layer.starts).date() - A_DAY
    while layer.hours and day <= last.date():
        for _, span in _working(layer, day, holidays):
            yield from (span.starts_at, span.ends_at)
        day += A_DAY


def _index(layer: Layer, local: datetime) -> int:
    return max(0, (local - layer.starts) // layer.every)


def _nominal(layer: Layer, spell: int) -> datetime:
    return layer.starts + spell * layer.every


def _spell(layer: Layer, spell: int) -> Span:
    return Span(starts_at=reached(_nominal(layer, spell)), ends_at=reached(_nominal(layer, spell + 1), last=True))


def _working(layer: Layer, day: date, holidays: frozenset[date]) -> Iterator[tuple[datetime, Span]]:
    """The layer's working hours that begin on a local day, each with its nominal start."""
    if layer.holidays not in {None, day in holidays}:
        return
    midnight = datetime.combine(day, time())
    for hours in layer.hours:
        if day.isoweekday() in hours.days:
            begins = midnight + timedelta(minutes=hours.from_minute)
            yield begins, Span(starts_at=reached(begins), ends_at=reached(_end(hours, midnight), last=True))


def _end(hours: Hours, midnight: datetime) -> datetime:
    over_midnight = hours.to_minute <= hours.from_minute
    return midnight + timedelta(minutes=hours.to_minute) + (A_DAY if over_midnight else timedelta())
