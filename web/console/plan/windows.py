"""The window of the plan that an address names: a week ("2026-W48") or a month ("2026-12"), local days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from models.local import midnight
from oncall.rota import Span

A_DAY: Final = timedelta(days=1)
A_WEEK: Final = timedelta(days=7)
YEARS: Final = range(2000, 2090)


@dataclass(frozen=True)
class Window:
    """The days from `first` to the one before `end`; `kind` is "week" or "month"."""

    kind: str
    first: date
    end: date

    @property
    def span(self) -> Span:
        """The window in UTC: a week of one of the two nights has an hour less or more."""
        return Span(starts_at=midnight(self.first), ends_at=midnight(self.end))

    @property
    def name(self) -> str:
        """As the address has it."""
        year, week, _ = self.first.isocalendar()
        return f"{year}-W{week:02d}" if self.kind == "week" else f"{self.first:%Y-%m}"

    @property
    def before(self) -> Window:
        """The one before."""
        return of_day(self.first - A_DAY, self.kind)

    @property
    def after(self) -> Window:
        """The next one."""
        return of_day(self.end, self.kind)

    @property
    def weeks(self) -> Iterator[tuple[date, ...]]:
        """The days, by weeks; the first and the last of a month may have fewer."""
        day = self.first
        while day < self.end:
            monday = min(day - (day.isoweekday() - 1) * A_DAY + A_WEEK, self.end)
            yield tuple(day + number * A_DAY for number in range((monday - day).days))
            day = monday


def of_day(day: date, kind: str) -> Window:
    """The week or month of a day."""
    if kind == "week":
        monday = day - (day.isoweekday() - 1) * A_DAY
        return Window(kind, monday, monday + A_WEEK)
    first = day.replace(day=1)
    return Window(kind, first, (first + 31 * A_DAY).replace(day=1))


def window(*, week: str | None, month: str | None, today: date) -> Window:
    """What an address names; this week where it names nothing. Raises ValueError for what is no week or month."""
    if week:
        found = of_day(_day(f"{week}-1"), "week")
    elif month:
        found = of_day(_day(f"{month}-01"), "month")
    else:
        found = of_day(today, "week")
    if found.first.year not in YEARS or found.name not in {week, month, of_day(today, "week").name}:
        raise ValueError("it is no week and no month of this century")
    return found


def _day(text: str) -> date:
    return date.fromisoformat(text) if text.isascii() else date.min
