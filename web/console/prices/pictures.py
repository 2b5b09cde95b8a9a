"""A price list as a picture of its week, with the same in words beside it; and what differs between two lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from billing import previews, tariff
from billing.previews import Changed, Day, Span
from billing.tariff import Tariff
from models.local import to_local
from web.papers import charges
from web.papers.figures import Figures
from web.words import Words

COLOURS = 6


@dataclass(frozen=True, kw_only=True)
class Row:
    """A day of the picture: its name, its spans, each with the class of its colour, and the same in words."""

    label: str
    spans: tuple[tuple[Span, str], ...]
    words: str


@dataclass(frozen=True, kw_only=True)
class PeriodRow:
    """A period in words, with the class of its colour."""

    name: str
    when: str
    points: str
    colour: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """The whole of it."""

    rows: tuple[Row, ...]
    periods: tuple[PeriodRow, ...]


def picture(prices: Tariff, words: Words) -> Picture:
    """A list's week."""
    figures = Figures(words)
    periods = (
        PeriodRow(
            name=one.name,
            when=words("always, where nothing above fits") if tariff.fits_always(one) else charges.period_words(one, words),
            points=figures.points(one.points),
            colour=colour(place),
        )
        for place, one in enumerate(prices.periods)
    )
    return Picture(rows=tuple(_rows(previews.week(prices), words)), periods=tuple(periods))


def differences(old: Tariff, new: Tariff, words: Words, *, since: datetime) -> list[str]:
    """In what the new list differs, a sentence each."""
    more, fewer = previews.days(old, new, since=to_local(since).date())
    sentences = [_changed(one, words) for one in previews.changes(old, new)]
    sentences += [words("{day} is a holiday by the new list alone.", day=day.isoformat()) for day in more]
    return sentences + [words("{day} is a holiday by the old list alone.", day=day.isoformat()) for day in fewer]


def colour(place: int) -> str:
    """The class of a period's colour, by its place in the list."""
    return f"period-{place % COLOURS}"


def _rows(week: Sequence[tuple[Day, tuple[Span, ...]]], words: Words) -> Iterator[Row]:
    ordinary = [one for one in week if not one[0].is_holiday]
    holidays = [one for one in week if one[0].is_holiday]
    for day, spans in ordinary:
        yield _row(charges.day_names([day.weekday], words), spans, words)
    if len({spans for _, spans in holidays}) == 1:
        yield _row(words("Holiday"), holidays[0][1], words)
        return
    for day, spans in holidays:
        yield _row(words("{day}, a holiday", day=charges.day_names([day.weekday], words)), spans, words)


def _row(label: str, spans: tuple[Span, ...], words: Words) -> Row:
    told = (
        f"{_in_short(one.from_minute, words)}–{_in_short(one.to_minute, words)}: {Figures(words).number(one.points)}"
        for one in spans
    )
    return Row(label=label, spans=tuple((one, colour(one.place)) for one in spans), words=" · ".join(told))


def _hours(one: Span | Changed, words: Words) -> str:
    return f"{charges.time_of_day(one.from_minute, words)}–{charges.time_of_day(one.to_minute, words)}"


def _in_short(minute: int, words: Words) -> str:
    """A whole hour as an hour: "08"; any other minute as a clock shows it."""
    return charges.time_of_day(minute, words) if minute % 60 else f"{minute // 60:02d}"


def _changed(one: Changed, words: Words) -> str:
    days = charges.day_names(list(one.weekdays), words)
    if one.holidays:
        days = words("holidays") if one.weekdays == previews.WEEK else words("{day}, a holiday", day=days)
    figures = Figures(words)
    return words(
        "{days} {hours}: {before} → {after}",
        days=days,
        hours=_hours(one, words),
        before=figures.number(one.before),
        after=figures.points(one.after),
    )
