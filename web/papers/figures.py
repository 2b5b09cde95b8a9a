"""Points, times and durations as they are written for people, by language (ui.md): `−30 point`, `17 min 04 s`, `2 kvarter`.

Moments come as aware UTC and are written in local time. In the hour that comes twice each is told apart by its clock.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Final

from babel.dates import format_datetime
from babel.numbers import format_decimal

from models.local import to_local
from models.values import Language
from web.words import Words

LOCALES: Final = {Language.DANISH: "da_DK", Language.ENGLISH: "en_GB"}
SHORT: Final = {Language.DANISH: "dd.MM.y HH.mm", Language.ENGLISH: "dd MMM y HH:mm"}
DAY: Final = {Language.DANISH: "d. MMMM y", Language.ENGLISH: "d MMMM y"}
BRIEF: Final = {Language.DANISH: "d. MMM", Language.ENGLISH: "d MMM"}
MINUTE: Final = {Language.DANISH: "d. MMMM y 'kl.' HH.mm", Language.ENGLISH: "d MMMM y 'at' HH:mm"}
EXACT: Final = {Language.DANISH: "d. MMMM y 'kl.' HH.mm.ss", Language.ENGLISH: "d MMMM y 'at' HH:mm:ss"}
SECOND: Final = {Language.DANISH: "HH.mm.ss", Language.ENGLISH: "HH:mm:ss"}
WEEKDAY: Final = {
    Language.DANISH: "EEEE 'den' d. MMMM y 'kl.' HH.mm.ss",
    Language.ENGLISH: "EEEE d MMMM y 'at' HH:mm:ss",
}
COLUMN: Final = {Language.DANISH: "EEE d. MMM", Language.ENGLISH: "EEE d MMM"}
LONG_DAY: Final = {Language.DANISH: "EEEE 'den' d. MMMM", Language.ENGLISH: "EEEE d MMMM"}
CLOCK: Final = {Language.DANISH: "HH.mm", Language.ENGLISH: "HH:mm"}
MINUS: Final = "−"


class Figures:
    """The figures of one language."""

    def __init__(self, words: Words) -> None:
        self._words, self._language = words, words.language

    def number(self, value: int) -> str:
        """A whole number with a real minus sign: "−1.060" · "−1,060"."""
        return f"{MINUS if value < 0 else ''}{format_decimal(abs(value), locale=LOCALES[self._language])}"

    def signed(self, value: int) -> str:
        """A whole number that says its sign, as a change of a balance does: "+60" · "−15" · "0"."""
        return f"{'+' if value > 0 else ''}{self.number(value)}"

    def points(self, value: int) -> str:
        """Points: "−30 point" · "1 point" · "−30 points"."""
        return self._words.many("{count} point", "{count} points", value, shown=self.number(value))

    def change(self, value: int) -> str:
        """Points that come or go: "+60 point" · "−15 point"."""
        return self._words.many("{count} point", "{count} points", value, shown=self.signed(value))

    def money(self, millionths: int, currency: str) -> str:
        """An amount of money, every digit that was told: "0,0140 USD" · "0.0140 USD"."""
        amount = format_decimal(Decimal(millionths).scaleb(-6), "#,##0.00####", locale=LOCALES[self._language])
        return f"{amount} {currency}"

    def quarters(self, value: int) -> str:
        """Quarters of an hour: "2 kvarter" · "2 quarters"."""
        return self._words.many("{count} quarter", "{count} quarters", value, shown=self.number(value))

    def duration(self, seconds: int) -> str:
        """Minutes and seconds, nothing rounded: "17 min 04 s"."""
        return f"{seconds // 60} min {seconds % 60:02d} s"

    def hours(self, seconds: int) -> str:
        """Hours and whole minutes, the rest dropped: "1.204:30" · "1,204:30"."""
        return f"{self.number(seconds // 3600)}:{seconds % 3600 // 60:02d}"

    def short(self, moment: datetime) -> str:
        """Local time for a table, to the minute: "23.11.2026 03.10" · "23 Nov 2026 03:10"."""
        return self._written(moment, SHORT)

    def day(self, moment: datetime) -> str:
        """A local day: "23. november 2026" · "23 November 2026"."""
        return format_datetime(to_local(moment).replace(tzinfo=None), DAY[self._language], locale=LOCALES[self._language])

    def brief(self, moment: datetime) -> str:
        """A local day for a narrow column; the year stands beside it on hover: "12. nov." · "12 Nov"."""
        return format_datetime(to_local(moment).replace(tzinfo=None), BRIEF[self._language], locale=LOCALES[self._language])

    def minute(self, moment: datetime) -> str:
        """Local time for a sentence, to the minute: "23. november 2026 kl. 03.10"."""
        return self._written(moment, MINUTE)

    def exact(self, moment: datetime) -> str:
        """Local time for a sentence, to the second, fractions dropped: "23. november 2026 kl. 03.10.05"."""
        return self._written(moment, EXACT)

    def second(self, moment: datetime) -> str:
        """The local time of day, to the second: "03.10.05" · "03:10:05"."""
        return self._written(moment, SECOND)

    def weekday(self, moment: datetime) -> str:
        """The same with its weekday: "mandag den 23. november 2026 kl. 03.10.05"."""
        return self._written(moment, WEEKDAY)

    def clock(self, moment: datetime) -> str:
        """The local time of day: "03.10" · "03:10"."""
        return format_datetime(to_local(moment).replace(tzinfo=None), CLOCK[self._language], locale=LOCALES[self._language])

    def time(self, moment: datetime) -> str:
        """The same, told apart in the hour that comes twice: "02.30 (winter time)"."""
        return self._written(moment, CLOCK)

    def column(self, moment: datetime) -> str:
        """A local day over a narrow column: "man. 23. nov." · "Mon 23 Nov"."""
        return format_datetime(to_local(moment).replace(tzinfo=None), COLUMN[self._language], locale=LOCALES[self._language])

    def long_day(self, moment: datetime) -> str:
        """A local day as a heading: "mandag den 23. november" · "Monday 23 November"."""
        return format_datetime(to_local(moment).replace(tzinfo=None), LONG_DAY[self._language], locale=LOCALES[self._language])

    def month(self, moment: datetime) -> str:
        """A local month: "november 2026" · "November 2026"."""
        return format_datetime(to_local(moment).replace(tzinfo=None), "LLLL y", locale=LOCALES[self._language])

    def stretch(self, starts_at: datetime, ends_at: datetime) -> str:
        """From when to when; a day of its own for what ends on another: "16.00–24.00" · "22.00 – tir. 24. nov. 06.00"."""
        first, last = (to_local(one).replace(tzinfo=None) for one in (starts_at, ends_at))
        if first.date() == last.date():
            return f"{self.time(starts_at)}–{self.time(ends_at)}"
        if last == datetime.combine(first.date() + timedelta(days=1), time()):
            return f"{self.time(starts_at)}–{'24.00' if self._language is Language.DANISH else '24:00'}"
        return f"{self.time(starts_at)} – {self.column(ends_at)} {self.time(ends_at)}"

    def _written(self, moment: datetime, patterns: dict[Language, str]) -> str:
        local = to_local(moment)
        written = format_datetime(local.replace(tzinfo=None), patterns[self._language], locale=LOCALES[self._language])
        first, second = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
        if first == second:
            return written
        which = self._words("summer time") if local.utcoffset() == first else self._words("winter time")
        return f"{written} ({which})"
