"""Opening hours as their file says them: read, and refused with every fault named at once (docs/production.md). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any, Final

from oncall import reading
from oncall.opening import Opening, OpeningHours, SpecialDay
from oncall.reading import Bad, Fault, Table, Wrong

EVERY_DAY: Final = frozenset(reading.DAYS.values())
NAMES: Final = {number: name for name, number in reading.DAYS.items()}


class BadHours(Exception):
    """A file that cannot be used; the message says all its faults in one line."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"the opening hours cannot be used: {'; '.join(map(str, faults))}")
        self.faults = faults


def parse(text: str) -> dict[str, Any]:
    """What a TOML file says, as plain data that `hours` can read. Raises BadHours, which names every fault at once."""
    try:
        content = reading.toml(text)
    except Bad as bad:
        raise BadHours([Fault(bad.wrong, bad.values)]) from bad
    hours(content, {})
    return content


def hours(content: dict[str, Any], holidays: Mapping[date, str]) -> OpeningHours:
    """The hours that plain data says, with those public holidays. Raises BadHours."""
    faults: list[Fault] = []
    whole = Table(content, "", faults)
    found = OpeningHours(
        week=_week(whole),
        exceptions=_exceptions(whole),
        holidays=holidays,
        open_on_holidays=whole.may("open_on_holidays", reading.yes_or_no, otherwise=False),
    )
    whole.closed()
    if faults:
        raise BadHours(faults)
    return found


def _week(table: Table) -> dict[int, tuple[Opening, ...]]:
    week: dict[int, tuple[Opening, ...]] = {}
    tables = table.tables("open")
    if not tables and not table.has("open"):
        table.wrong(Wrong.EMPTY, key="open")
    for one in tables:
        days = one.may("days", reading.days, EVERY_DAY)
        opening = _opening(one)
        for day in sorted(days) if opening else ():
            week[day] = _beside(week.get(day, ()), opening, one, NAMES[day])
    return dict(sorted(week.items()))


def _exceptions(table: Table) -> dict[date, SpecialDay]:
    found: dict[date, SpecialDay] = {}
    for one in table.tables("exception"):
        day = one.must("date", reading.day, None)
        openings: tuple[Opening, ...] = ()
        for inner in one.tables("hours"):
            openings = _beside(openings, _opening(inner), inner, str(day))
        special = SpecialDay(one.may("name", reading.name, ""), openings)
        one.closed()
        if day is not None and found.setdefault(day, special) is not special:
            one.wrong(Wrong.AGAIN, values={"value": day}, key="date")
    return dict(sorted(found.items()))


def _opening(table: Table) -> Opening | None:
    """A opening that is sound; None, and faults, for any other."""
    start = table.must("from", partial(reading.minute, last="23:59"), None)
    end = table.must("to", reading.minute, None)
    table.closed()
    if start is None or end is None:
        return None
    if end <= start:
        table.wrong(Wrong.LATER, values={"key": "to", "than": "from"})
        return None
    return Opening(start, end)


def _beside(others: tuple[Opening, ...], opening: Opening | None, table: Table, day: str) -> tuple[Opening, ...]:
    """The openings of a day with one more, in order; a fault where it overlaps another."""
    if opening is None:
        return others
    if any(opening.from_minute < one.to_minute and one.from_minute < opening.to_minute for one in others):
        table.wrong(Wrong.OVERLAPS, values={"value": day})
    return tuple(sorted((*others, opening)))
