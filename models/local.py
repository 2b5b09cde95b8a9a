"""Local wall-clock time, Europe/Copenhagen, and the two nights on which it is not what it seems.

Everything else in the house is aware UTC; only rotas, tariffs, opening hours and screens speak local time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")


class NoSuchLocalTime(ValueError):
    """A local time that the clock jumps over on the last Sunday of March."""


def from_local(local: datetime, *, last: bool = False) -> datetime:
    """The UTC moment of a naive local time. In the hour that comes twice it is the first, or with `last` the second.

    Raises NoSuchLocalTime where the clock never shows that time.
    """
    moment = local.replace(tzinfo=COPENHAGEN, fold=int(last)).astimezone(UTC)
    if moment.astimezone(COPENHAGEN).replace(tzinfo=None) != local:
        raise NoSuchLocalTime(f"{local:%Y-%m-%dT%H:%M} does not exist in Europe/Copenhagen: the clocks go forward over it")
    return moment


@lru_cache(maxsize=4096)
def reached(local: datetime, *, last: bool = False) -> datetime:
    """The UTC moment at which the clock reaches a naive local time, or jumps over it: nothing is planned between the two.

    In the hour that comes twice it is the first, or with `last` the second. A rota asks for the same few again and again.
    """
    try:
        return from_local(local, last=last)
    except NoSuchLocalTime:
        # Denmark has turned its clocks on the hour, at 01:00 UTC, since 1980.
        return local.replace(tzinfo=COPENHAGEN).astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def to_local(moment: datetime) -> datetime:
    """The aware local time of an aware moment."""
    return moment.astimezone(COPENHAGEN)


def midnight(day: date) -> datetime:
    """The UTC moment at which a local day begins."""
    return from_local(datetime.combine(day, time()))
