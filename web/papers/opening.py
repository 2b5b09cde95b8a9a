"""Opening hours in words, short enough for a card: "man.–tors. 8–16, fre. 8–15.30" · "Mon–Thu 08:00–16:00, Fri 08:00–15:30"."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from babel.dates import get_day_names

from models.values import Language
from oncall.opening import Opening, OpeningHours
from web.papers.charges import time_of_day
from web.papers.figures import LOCALES
from web.words import Words

DAYS: Final = range(1, 8)


def week(hours: OpeningHours, words: Words) -> str:
    """The week: neighbouring days with the same hours as one, closed days left out; and that holidays are closed, if they are."""
    runs = [(list(days), openings) for openings, days in groupby(DAYS, key=lambda day: hours.week.get(day, ()))]
    told = [f"{_days(days, words)} {day(openings, words)}" for days, openings in runs if openings]
    return ", ".join([*told, *([] if hours.open_on_holidays else [words("no holidays")])])


def day(openings: tuple[Opening, ...], words: Words) -> str:
    """One day: "8–12 og 12.30–16" · "08:00–12:00 and 12:30–16:00"; "lukket" · "closed"."""
    told = [f"{_time(one.from_minute, words)}–{_time(one.to_minute, words)}" for one in openings]
    return words(" and ").join(told) or words("closed")


def _days(days: list[int], words: Words) -> str:
    if len(days) == len(DAYS):
        return words("every day")
    names = get_day_names("abbreviated", locale=LOCALES[words.language])
    first, last = (names[number - 1] for number in (days[0], days[-1]))
    return first if first == last else f"{first}–{last}"


def _time(minute: int, words: Words) -> str:
    """Danes leave out what a whole hour does not need: "8", "15.30"."""
    if words.language is not Language.DANISH:
        return time_of_day(minute, words)
    return f"{minute // 60}.{minute % 60:02d}" if minute % 60 else f"{minute // 60}"
