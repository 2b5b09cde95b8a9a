"""A price list as its TOML file says it: read, and refused with every fault named at once (interface.md "A price list").

PriceListRefused
├── BadPriceList       the file cannot be used; the message names every fault in it
└── AlreadyPublished   billing.price_lists: the line has a list from that moment on, and keeps it
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from reprlib import repr as shown
from typing import Final, TypeVar

from billing.tariff import EVERY_DAY, MIDNIGHT, Period, fits_always
from models.local import NoSuchLocalTime, from_local
from models.values import Flow, Points

INTERVAL_MINUTES: Final = 15
HIGHEST_PRICE: Final = 1_000_000
LONGEST_NAME: Final = 200
_YEARS: Final = range(2000, 2090)
DAYS: Final = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_KEYS: Final = ("valid_from", "line", "interval_minutes", "extra_holidays", "period")
_PERIOD_KEYS: Final = ("name", "days", "holidays", "from", "to", "points")
_Value = TypeVar("_Value")


class Wrong(StrEnum):
    """What may be wrong with a value of the file, as it is said to whoever writes the file."""

    NO_TOML = "it is no TOML: {why}"
    UNKNOWN = "unknown key {value}"
    MISSING = "{key} is missing"
    LAST_FITS = "the last one must fit always, without days, holidays, from and to"
    FITS_ALWAYS = "it fits always, so that no later one can ever apply"
    LOCAL_TIME = "it must be a local time with its date and without UTC offset, like 2026-01-01T00:00:00"
    YEAR = "its year must be from {first} to {last}"
    SKIPPED = "{why}"
    ONE_OF = "it must be one of {names}"
    INTERVAL = "it can only be {minutes}"
    DATES = "it must be a list of dates, like [2026-12-24]"
    PERIODS = "there must be at least one, each as a table [[period]]"
    NAME = "it must be a text of 1 to {longest} letters, in one line"
    DAYS = "it must be a list of at least one of {names}, not {value}"
    YES_OR_NO = "it must be true or false"
    POINTS = "it must be a whole number from 0 to {highest}"
    TIME = 'it must be a time of day like "08:00", at the latest "{last}", not {value}'


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: what, with which values, in which period (from 1; None: the list's own), and at which key."""

    wrong: Wrong
    values: dict[str, object] = field(default_factory=dict)
    period: int | None = None
    key: str | None = None

    def __str__(self) -> str:
        where = f"period {self.period}: " if self.period else ""
        at = f"{self.key}: " if self.key else ""
        return f"{where}{at}{self.wrong.value.format(**self.values)}"


class PriceListRefused(Exception):
    """A price list that was not published. Nothing was written."""


class BadPriceList(PriceListRefused):
    """A file that cannot be used; the message says all its faults in one line."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"the price list cannot be used: {'; '.join(map(str, faults))}")
        self.faults = faults


class _Bad(ValueError):
    """A value that is wrong."""

    def __init__(self, wrong: Wrong, **values: object) -> None:
        super().__init__(wrong)
        self.wrong, self.values = wrong, values


@dataclass(frozen=True, slots=True)
class Draft:
    """A price list as its file says it, sound but not published. `valid_from` is UTC, `source` the file as it came."""

    line: Flow
    valid_from: datetime
    periods: tuple[Period, ...]
    extra_holidays: frozenset[date]
    source: str


def parse(text: str) -> Draft:
    """The price list that a TOML file says. Raises BadPriceList, which names every fault at once."""
    faults: list[Fault] = []
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadPriceList([Fault(Wrong.NO_TOML, {"why": error})]) from error
    table = _Table(content, None, faults, _KEYS)
    valid_from = table.required("valid_from", _valid_from)
    line = table.required("line", _line)
    table.required("interval_minutes", _interval)
    extra_holidays = table.optional("extra_holidays", _extra_holidays, frozenset[date]())
    periods = _periods(table.required("period", _tables) or [], faults)
    if faults or valid_from is None or line is None:
        raise BadPriceList(faults)
    return Draft(line, valid_from, periods, extra_holidays, text)


class _Table:
    """One table of the file: hands its values out as they are meant; what is missing, wrong or unknown is a fault."""

    def __init__(self, content: dict[str, object], period: int | None, faults: list[Fault], keys: tuple[str, ...]) -> None:
        self._content, self._period, self._faults = content, period, faults
        self.wrong = {key for key in content if key not in keys}
        faults += [Fault(Wrong.UNKNOWN, {"value": shown(key)}, period) for key in content if key in self.wrong]

    def required(self, key: str, meaning: Callable[[object], _Value]) -> _Value | None:
        """The value, or None where it is missing or wrong."""
        if key not in self._content:
            self._faults.append(Fault(Wrong.MISSING, {"key": key}, self._period))
        return self.optional(key, meaning, None)

    def optional(self, key: str, meaning: Callable[[object], _Value], default: _Value) -> _Value:
        """The value, or `default` where it is missing or wrong."""
        try:
            return meaning(self._content[key]) if key in self._content else default
        except _Bad as bad:
            self._faults.append(Fault(bad.wrong, bad.values, self._period, key))
            self.wrong.add(key)
            return default


def _periods(tables: list[dict[str, object]], faults: list[Fault]) -> tuple[Period, ...]:
    periods = []
    for number, content in enumerate(tables, start=1):
        table = _Table(content, number, faults, _PERIOD_KEYS)
        period = _period(table)
        if number == len(tables) and not fits_always(period):
            faults.append(Fault(Wrong.LAST_FITS, period=number))
        elif number < len(tables) and fits_always(period) and table.wrong <= {"name", "points"}:
            faults.append(Fault(Wrong.FITS_ALWAYS, period=number))
        periods.append(period)
    return tuple(periods)


def _period(table: _Table) -> Period:
    """The period of one table. A wrong value restricts nothing here: it is named, and its consequences are not."""
    return Period(
        name=table.required("name", _name) or "",
        days=table.optional("days", _days, EVERY_DAY),
        holidays=table.optional("holidays", _yes_or_no, None),
        from_minute=table.optional("from", lambda value: _minute(value, last="23:59"), 0),
        to_minute=table.optional("to", _minute, MIDNIGHT),
        points=table.required("points", _points) or Points(0),
    )


def _valid_from(value: object) -> datetime:
    if type(value) is not datetime or value.tzinfo is not None:
        raise _Bad(Wrong.LOCAL_TIME)
    if value.year not in _YEARS:
        raise _Bad(Wrong.YEAR, first=_YEARS[0], last=_YEARS[-1])
    try:
        return from_local(value)
    except NoSuchLocalTime as skipped:
        raise _Bad(Wrong.SKIPPED, why=skipped) from skipped


def _line(value: object) -> Flow:
    priced = [flow.value for flow in Flow if flow.costs_points]
    if value not in priced or not isinstance(value, str):
        raise _Bad(Wrong.ONE_OF, names=", ".join(priced))
    return Flow(value)


def _interval(value: object) -> int:
    if type(value) is not int or value != INTERVAL_MINUTES:
        raise _Bad(Wrong.INTERVAL, minutes=INTERVAL_MINUTES)
    return value


def _extra_holidays(value: object) -> frozenset[date]:
    if not isinstance(value, list) or any(type(day) is not date for day in value):
        raise _Bad(Wrong.DATES)
    return frozenset(value)


def _tables(value: object) -> list[dict[str, object]]:
    if not isinstance(value, list) or not value or not all(isinstance(table, dict) for table in value):
        raise _Bad(Wrong.PERIODS)
    return value


def _name(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable() or len(value) > LONGEST_NAME:
        raise _Bad(Wrong.NAME, longest=LONGEST_NAME)
    return value


def _days(value: object) -> frozenset[int]:
    if not isinstance(value, list) or not value or any(day not in list(DAYS) for day in value):
        raise _Bad(Wrong.DAYS, names=", ".join(DAYS), value=shown(value))
    return frozenset(DAYS[day] for day in value)


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Bad(Wrong.YES_OR_NO)
    return value


def _points(value: object) -> Points:
    if type(value) is not int or not 0 <= value <= HIGHEST_PRICE:
        raise _Bad(Wrong.POINTS, highest=HIGHEST_PRICE)
    return Points(value)


def _minute(value: object, *, last: str = "24:00") -> int:
    if not isinstance(value, str) or not _TIME.fullmatch(value) or value > last:
        raise _Bad(Wrong.TIME, last=last, value=shown(value))
    return int(value[:2]) * 60 + int(value[3:])
