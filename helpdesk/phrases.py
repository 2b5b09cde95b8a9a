"""Sentences for people, in Danish and English, out of TOML files; and numbers as people say them (R22).

A sentence has places such as `{price:points}` or `{case:digits}`: the word behind the colon says how the value is spoken in that
language. A file that lacks a sentence, or a value that has no such form, fails when it is read and not at three in the morning.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from helpdesk.holiday_names import holiday
from models.local import to_local
from models.values import Language

DANISH_COUNT: Final = ["nul", "et", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti", "elleve", "tolv"]
ENGLISH_COUNT: Final = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
DANISH_MONTHS: Final = "januar februar marts april maj juni juli august september oktober november december"
ENGLISH_MONTHS: Final = "January February March April May June July August September October November December"
NOON: Final = 12
RECORDED: Final = "recorded"
MINUTES_AN_HOUR: Final = 60
DANISH_WEEK: Final = "mandag tirsdag onsdag torsdag fredag lørdag søndag"
ENGLISH_WEEK: Final = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
AT_HOME: Final = re.compile(r"\+45(\d\d)(\d\d)(\d\d)(\d\d)")


def points(value: int, language: Language) -> str:
    """Points, as in "15 point" · "15 points"."""
    if language is Language.DANISH:
        return f"{'minus ' if value < 0 else ''}{abs(value)} point"
    return f"{'minus ' if value < 0 else ''}{abs(value)} point{'' if abs(value) == 1 else 's'}"


def quarters(value: int, language: Language) -> str:
    """Quarters, as in "fire kvarter" · "four quarters of an hour"."""
    if language is Language.DANISH:
        return f"{_count(value, DANISH_COUNT)} kvarter"
    return f"{_count(value, ENGLISH_COUNT)} {'quarter' if value == 1 else 'quarters'} of an hour"


def minutes(value: int, language: Language) -> str:
    """Minutes, from an hour on with hours: "1 minut" · "17 minutes" · "1 time og 5 minutter" · "24 hours"."""
    hours, rest = divmod(value, MINUTES_AN_HOUR)
    if language is Language.DANISH:
        said = (f"{hours} time{'' if hours == 1 else 'r'}", f"{rest} minut{'' if rest == 1 else 'ter'}")
    else:
        said = (f"{hours} hour{'' if hours == 1 else 's'}", f"{rest} minute{'' if rest == 1 else 's'}")
    if hours and rest:
        return f"{said[0]} {'og' if language is Language.DANISH else 'and'} {said[1]}"
    return said[0] if hours else said[1]


def duration(value: int, language: Language) -> str:
    """Seconds as a receipt gives them, nothing rounded: "17 min. 5 sek." · "17 min 5 s"."""
    whole, rest = divmod(value, 60)
    return f"{whole} min. {rest} sek." if language is Language.DANISH else f"{whole} min {rest} s"


def digits(value: object, _language: Language) -> str:
    """A number digit by digit, with a breath between: "1, 0, 2, 3, 4"."""
    return ", ".join(str(value))


def count(value: int, language: Language) -> str:
    """A small number in words: "to" · "two"."""
    return _count(value, DANISH_COUNT if language is Language.DANISH else ENGLISH_COUNT)


def phone(value: str, language: Language) -> str:
    """A telephone number (E.164) to be written down: "63, 18, 63, 18" as Danes say one at home; else digit by digit."""
    pairs = AT_HOME.fullmatch(value)
    if pairs and language is Language.DANISH:
        return ", ".join(pairs.groups())
    return digits("".join(pairs.groups()) if pairs else value.lstrip("+"), language)


def sentence(text: str) -> str:
    """What somebody wrote, with a full stop behind it where it has none."""
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def clock(value: datetime, language: Language) -> str:
    """A moment's local time of day, spoken: "klokken 16" · "klokken 3 10" · "midnat" · "4 pm" · "3:10 am" · "noon"."""
    local = to_local(value)
    if not local.hour and not local.minute:
        return "midnat" if language is Language.DANISH else "midnight"
    if language is Language.DANISH:
        return f"klokken {local.hour}" + (f" {local.minute:02d}" if local.minute else "")
    if local.hour == NOON and not local.minute:
        return "noon"
    half = "am" if local.hour < NOON else "pm"
    return f"{local.hour % 12 or 12}" + (f":{local.minute:02d}" if local.minute else "") + f" {half}"


def time(value: datetime, language: Language) -> str:
    """A moment's local time of day, written: "kl. 03.10" · "03:10"."""
    local = to_local(value)
    return f"kl. {local:%H.%M}" if language is Language.DANISH else f"{local:%H:%M}"


def date(value: datetime, language: Language) -> str:
    """A moment's local day and time, written: "23. november 2026 kl. 03.10" · "23 November 2026 at 03:10"."""
    said = day(to_local(value), language)
    return f"{said} {time(value, language)}" if language is Language.DANISH else f"{said} at {time(value, language)}"


def day(value: datetime, language: Language) -> str:
    """A local day, written: "23. november 2026" · "23 November 2026"."""
    if language is Language.DANISH:
        return f"{value.day}. {DANISH_MONTHS.split()[value.month - 1]} {value.year}"
    return f"{value.day} {ENGLISH_MONTHS.split()[value.month - 1]} {value.year}"


def spans(value: list[list[str]], language: Language) -> str:
    """Stretches of time, a line each, each a start and an end in ISO 8601; a dash for none."""
    until = "til" if language is Language.DANISH else "to"
    lines = [[longday(datetime.fromisoformat(at), language) for at in one] for one in value]
    return "\n".join(f"{start} {until} {end}" for start, end in lines) or "–"


def longday(value: datetime, language: Language) -> str:
    """A moment with its local weekday: "fredag 27. november 2026 kl. 16.00" · "Friday 27 November 2026 at 16:00"."""
    return f"{weekday(value, language)} {date(value, language)}"


def weekday(value: datetime, language: Language) -> str:
    """A moment's local day of the week: "mandag" · "Monday"."""
    return (DANISH_WEEK if language is Language.DANISH else ENGLISH_WEEK).split()[to_local(value).weekday()]


def dayofmonth(value: datetime, language: Language) -> str:
    """A moment's local day without its year, spoken: "4. januar" · "4 January"."""
    return day(to_local(value), language).rpartition(" ")[0]


def isoday(value: datetime, _language: Language) -> str:
    """A local day as the command line takes it: "2026-11-23"."""
    return f"{value:%Y-%m-%d}"


def number(value: str | None, language: Language) -> str:
    """A telephone number to call; None is one that nobody knows, RECORDED one that is said on the recording."""
    if value is not None and value != RECORDED:
        return value
    unknown = "ukendt (hemmeligt nummer)" if language is Language.DANISH else "unknown (withheld number)"
    hear = ", hør optagelsen" if language is Language.DANISH else ", hear the recording"
    return unknown + (hear if value == RECORDED else "")


def somebody(value: str, language: Language) -> str:
    """A person's name; of a caller whom nobody knows, that."""
    return value or ("ukendt opkalder" if language is Language.DANISH else "unknown caller")


def shop(value: str | None, language: Language) -> str:
    """Where points are bought: at that address, said without what only a browser needs; without one in the HelpDesk."""
    if not value:
        return "i HelpDesken" if language is Language.DANISH else "in the HelpDesk"
    spoken = value.partition("://")[2] or value
    return f"{'på' if language is Language.DANISH else 'at'} {spoken.removeprefix('www.').rstrip('/')}"


def further(value: int, language: Language) -> str:
    """So many more of them, as a sentence behind another one; nothing for none."""
    if language is Language.DANISH:
        return f" Der er {_count(value, DANISH_COUNT)} {'hul' if value == 1 else 'huller'} mere inden for to uger." if value else ""
    return f" There {'is' if value == 1 else 'are'} {_count(value, ENGLISH_COUNT)} more within two weeks." if value else ""


def instead(value: str | None, language: Language) -> str:
    """What becomes of whoever calls while nobody is there: first the last resort, where one is named."""
    if language is Language.DANISH:
        rung = f"stilles om til {value} som sidste udvej og får ellers" if value else "får"
        return f"Den, der ringer imens, {rung} tilbudt at blive ringet op eller lægge en besked."
    rung = f"put through to {value} as the last resort, and else " if value else ""
    return f"Whoever calls meanwhile is {rung}offered a callback, or to leave a message."


FORMS: Final[Mapping[str, Callable[[Any, Language], str]]] = {
    "": lambda value, _language: str(value),
    "points": points,
    "quarters": quarters,
    "minutes": minutes,
    "duration": duration,
    "digits": digits,
    "count": count,
    "phone": phone,
    "weekday": weekday,
    "dayofmonth": dayofmonth,
    "clock": clock,
    "holiday": holiday,
    "time": time,
    "date": date,
    "day": day,
    "isoday": isoday,
    "spans": spans,
    "number": number,
    "somebody": somebody,
    "shop": shop,
    "further": further,
    "instead": instead,
}


class Phrases:
    """The sentences of one folder: `da.toml` and `en.toml`, the same names in both."""

    def __init__(self, folder: Path) -> None:
        self._sentences = {language: tomllib.loads((folder / f"{language.value}.toml").read_text("utf-8")) for language in Language}
        self._check(folder)

    def names(self) -> frozenset[str]:
        """Every sentence there is."""
        return frozenset(self._sentences[Language.DANISH])

    def say(self, name: str, language: Language, values: Mapping[str, Any]) -> str:
        """The sentence `name` with its places filled. Raises KeyError for an unknown name or a place without a value."""
        parts = string.Formatter().parse(self._sentences[language][name])
        return "".join(
            literal + (FORMS[form or ""](values[place], language) if place is not None else "") for literal, place, form, _ in parts
        )

    def _check(self, folder: Path) -> None:
        danish, english = self._sentences[Language.DANISH], self._sentences[Language.ENGLISH]
        if danish.keys() != english.keys():
            raise ValueError(f"{folder}: only in one language: {sorted(danish.keys() ^ english.keys())}")
        for name in danish:
            if _places(danish[name]) != _places(english[name]):
                raise ValueError(f"{folder}: {name} has other places in Danish than in English")


def _places(sentence: str) -> set[str]:
    found = [(place, form or "") for _, place, form, _ in string.Formatter().parse(sentence) if place is not None]
    unknown = [form for _, form in found if form not in FORMS]
    if unknown:
        raise ValueError(f"no such form: {unknown} in {sentence!r}")
    return {place for place, _ in found}


def _count(value: int, words: list[str]) -> str:
    return words[value] if 0 <= value < len(words) else str(value)
