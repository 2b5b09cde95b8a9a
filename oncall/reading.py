"""Reads plain data (of TOML or JSON) by what each value is meant to be, and remembers everything that is wrong with it. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from reprlib import repr as shown
from typing import Any, Final, TypeVar

from models.local import NoSuchLocalTime, from_local

DAYS: Final = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}
LONGEST_NAME: Final = 200
MOST: Final = 1_000
LARGEST: Final = 2**31 - 1
YEARS: Final = range(2000, 2090)
EVER: Final = range(1, 10_000)
TIME: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
LOCAL: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:00)?")
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EVERY: Final = re.compile(r"([1-9][0-9]{0,2}) (hour|day|week)s?|(hour|day|week)")
UNITS: Final = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
T = TypeVar("T")
Tables = list[dict[str, Any]]


class Wrong(StrEnum):
    """What may be wrong with a rota, opening hours or a calendar, as it is said to whoever writes it."""

    NO_TOML = "it is no TOML: {why}"
    UNKNOWN = "unknown key {value}"
    MISSING = "{key} is missing"
    TABLE = "it must be a table"
    TABLES = "it must be a list of tables"
    EMPTY = "there must be at least one"
    ONE_OF = "it must be one of {names}"
    NAME = "it must be a text of 1 to {longest} letters, in one line"
    WHOLE = "it must be a whole number from 1 to {most}"
    SUPPORTER = "there is no supporter {value}"
    PEOPLE = "it must be a list of numbers of supporters, like [1, 2, 3]"
    LOCAL = "it must be a local time in whole minutes, without UTC offset, like 2026-11-23T16:00:00"
    SKIPPED = "{why}"
    DATE = "it must be a date, like 2026-12-24"
    DATES = "it must be a list of dates, like [2026-12-24]"
    EVERY = 'it must be "day", "week", or a number of hours, days or weeks like "12 hours"'
    DAYS = "it must be a list of at least one of {names}"
    TIME = 'it must be a time of day like "08:00", at the latest "{last}"'
    YES_OR_NO = "it must be true or false"
    LATER = "{key} must be later than {than}"
    TWICE = "there is another layer {value}"
    TIER_TWICE = "there is another order of tier {value}"
    NO_LAYER = "there is no layer {value}"
    AGAIN = "there is another exception on {value}"
    OVERLAPS = "it overlaps other hours of {value}"
    NO_CALENDAR = "it is no iCalendar file ({why})"
    NO_EVENT = "there is no event in it"
    RECURS = "what recurs in it cannot be reckoned ({why})"
    TOO_MANY = "it has more than {most} events"
    PROPERTY = "{name} {why}"
    THERE_TWICE = "it stands there twice"
    NAMES_NOBODY = "names no supporter"
    NAMES_SEVERAL = "names more than one supporter"
    STRETCHES = "it must be hours like 8-16, or 8-12, 12.30-16"
    SECOND_OR_TAKER = "it must name a second shift, or a taker"
    LAYER_OR_TIER = "it must name a layer, or a tier (and a place)"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: what, with which values, and where ("layer 2", "temporary 1 layer 1"; "" is the rota itself)."""

    wrong: Wrong
    values: Mapping[str, object] = field(default_factory=dict)
    where: str = ""
    key: str | None = None

    def __str__(self) -> str:
        places = (self.where, self.key)
        return f"{''.join(f'{place}: ' for place in places if place)}{self.wrong.value.format(**self.values)}"


class Bad(ValueError):
    """A value that is not what it must be."""

    def __init__(self, wrong: Wrong, **values: object) -> None:
        super().__init__(wrong)
        self.wrong, self.values = wrong, values


class Table:
    """One table: hands its values out as they are meant; whatever is missing, wrong or unknown becomes a fault."""

    def __init__(self, content: dict[str, Any], where: str, faults: list[Fault]) -> None:
        self._content, self._left, self._where, self._faults = content, dict(content), where, faults

    def has(self, key: str) -> bool:
        """Whether it says anything about that."""
        return key in self._content

    def must(self, key: str, meaning: Callable[[Any], T], otherwise: T) -> T:
        """The value; `otherwise`, and a fault, where it is missing or wrong."""
        if key not in self._left:
            self.wrong(Wrong.MISSING, values={"key": key})
        return self.may(key, meaning, otherwise)

    def may(self, key: str, meaning: Callable[[Any], T], otherwise: T) -> T:
        """The value; `otherwise` where it is missing, and besides a fault where it is wrong."""
        if key not in self._left:
            return otherwise
        try:
            return meaning(self._left.pop(key))
        except Bad as bad:
            self.wrong(bad.wrong, values=bad.values, key=key)
            return otherwise

    def tables(self, key: str) -> list[Table]:
        """The tables of a list, each to be read on its own."""
        found = self.may(key, tables, Tables())
        above = f"{self._where} " if self._where else ""
        return [Table(one, f"{above}{key} {number}", self._faults) for number, one in enumerate(found, start=1)]

    def table(self, key: str) -> Table:
        """One table that must be there."""
        return Table(self.must(key, table, {}), f"{self._where} {key}", self._faults)

    def wrong(self, what: Wrong, *, values: Mapping[str, object] | None = None, key: str | None = None) -> None:
        """Remembers a fault of this table."""
        self._faults.append(Fault(what, values or {}, self._where, key))

    def closed(self) -> None:
        """Behind the last value: what was not asked for is unknown."""
        for key in self._left:
            self.wrong(Wrong.UNKNOWN, values={"value": shown(key)})


def toml(text: str) -> dict[str, Any]:
    """What a TOML file says, as plain data: dates and local times as texts, as JSON keeps them. Raises Bad."""
    try:
        found: dict[str, Any] = _plain(tomllib.loads(text))
    except (ValueError, RecursionError) as error:
        raise Bad(Wrong.NO_TOML, why=error) from error
    return found


def table(value: object) -> dict[str, Any]:
    """One table."""
    if not isinstance(value, dict):
        raise Bad(Wrong.TABLE)
    return value


def tables(value: object) -> Tables:
    """A list of tables."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Bad(Wrong.TABLES)
    return value


def name(value: object) -> str:
    """A text that can be seen, in one line."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable() or len(value) > LONGEST_NAME:
        raise Bad(Wrong.NAME, longest=LONGEST_NAME)
    return value


def whole(value: object, most: int = MOST) -> int:
    """A whole number from 1 on."""
    if type(value) is not int or not 1 <= value <= most:
        raise Bad(Wrong.WHOLE, most=f"{most:,}")
    return value


def local(value: object) -> datetime:
    """A naive local time that the clocks show."""
    if not isinstance(value, str) or not LOCAL.fullmatch(value):
        raise Bad(Wrong.LOCAL)
    try:
        moment = datetime.fromisoformat(value)
        from_local(moment)
    except NoSuchLocalTime as skipped:
        raise Bad(Wrong.SKIPPED, why=skipped) from skipped
    except ValueError as fault:
        raise Bad(Wrong.LOCAL) from fault
    if moment.year not in YEARS:
        raise Bad(Wrong.LOCAL)
    return moment


def day(value: object, *, years: range = YEARS) -> date:
    """A day of those years, like 2026-12-24."""
    try:
        if not isinstance(value, str) or not DAY.fullmatch(value) or int(value[:4]) not in years:
            raise Bad(Wrong.DATE)
        return date.fromisoformat(value)
    except ValueError as fault:
        raise Bad(Wrong.DATE) from fault


def dates(value: object) -> frozenset[date]:
    """Days, like 2026-12-24."""
    if not isinstance(value, list):
        raise Bad(Wrong.DATES)
    try:
        return frozenset(day(one, years=EVER) for one in value)
    except Bad as bad:
        raise Bad(Wrong.DATES) from bad


def every(value: object) -> timedelta:
    """How long something takes by the clock on the wall, like "12 hours"."""
    found = EVERY.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Bad(Wrong.EVERY)
    return int(found[1] or 1) * UNITS[found[2] or found[3]]


def days(value: object) -> frozenset[int]:
    """ISO weekdays, written as "mon" to "sun"."""
    if not isinstance(value, list) or not value or any(one not in list(DAYS) for one in value):
        raise Bad(Wrong.DAYS, names=", ".join(DAYS))
    return frozenset(DAYS[one] for one in value)


def minute(value: object, *, last: str = "24:00") -> int:
    """Minutes after midnight."""
    if not isinstance(value, str) or not TIME.fullmatch(value) or value > last:
        raise Bad(Wrong.TIME, last=last)
    return int(value[:2]) * 60 + int(value[3:])


def yes_or_no(value: object) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        raise Bad(Wrong.YES_OR_NO)
    return value


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever TOML can say
    match value:
        case dict():
            return {key: _plain(one) for key, one in value.items()}
        case list():
            return [_plain(one) for one in value]
        case datetime() | date() | time():
            return value.isoformat()
    return value
