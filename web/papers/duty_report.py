"""What duty came to as a paper: hours and calls of each person, short rests, the coming year, and shifts taken over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from helpdesk.duty_reports import DutyReport, Person, TakenOver
from oncall import duty_hours
from oncall.duty_hours import AT_NIGHT, Hours, Worth
from web.papers.figures import Figures
from web.papers.figures_of_period import Picture, Question
from web.papers.paper import Cell, Column, Kind, Paper, Table
from web.words import N_, Words

WORTH: Final[Mapping[Worth, str]] = {
    Worth.WEEKDAY: N_("Weekday, by day"),
    Worth.WEEKDAY_NIGHT: N_("Weekday, night"),
    Worth.WEEKEND: N_("Weekend"),
    Worth.WEEKEND_NIGHT: N_("Weekend, night"),
    Worth.HOLIDAY: N_("Holiday"),
    Worth.HOLIDAY_NIGHT: N_("Holiday, night"),
}
HOW: Final[Mapping[TakenOver, str]] = {
    TakenOver.SWAP: N_("swapped"),
    TakenOver.STAND_IN: N_("stood in for somebody away"),
    TakenOver.OVERRIDE: N_("put there by hand"),
}
NOTES: Final = (
    N_("Each hour stands once: a public holiday goes before a weekend, and night is from 22 to 6. Times are local."),
    N_("Rest is from the end of duty, or of the last call, to the next duty. Less than 11 hours is shown; nothing is forbidden."),
    N_("Duty is what the plan said at its time, whether or not anybody called. Seconds are left out here; CSV has them."),
)
FILES_ONLY: Final = "shifts"


def paper(told: DutyReport, words: Words, *, made_at: datetime, first: str | None = None) -> Paper:
    """All of it; the table of that name first, which is the one that a CSV file has."""
    asked = sorted(questions(told, words), key=lambda one: one.name != first)
    figures = Figures(words)
    period = f"{figures.minute(told.during.starts_at)} – {figures.minute(told.during.ends_at)}"
    return Paper(
        title=words("Duty and calls"),
        words=words,
        made_at=made_at,
        facts=((words("Period"), period), *summary(told, words)),
        tables=tuple(one.table for one in asked),
        notes=tuple(words(note) for note in NOTES),
    )


def summary(told: DutyReport, words: Words) -> Iterator[tuple[str, str]]:
    """What comes first."""
    figures = Figures(words)
    yield words("Hours on duty"), figures.hours(_seconds(sum((duty_hours.total(one.standby) for one in told.people), timedelta(0))))
    yield words("Calls taken"), figures.number(sum(one.calls for one in told.people))
    yield words("Rests under 11 hours"), figures.number(sum(len(one.rests) for one in told.people))
    yield words("Spread over the coming year"), words("{hours} hours", hours=figures.hours(_seconds(told.spread)))


def questions(told: DutyReport, words: Words) -> Iterator[Question]:
    """The tables in their order; the last one is for files only."""
    yield Question(name="hours", table=_standby(told, words), picture=Picture.NONE)
    yield Question(name="calls", table=_talks(told, words), picture=Picture.NONE)
    yield Question(name="rest", table=_rests(told, words), picture=Picture.NONE)
    yield Question(name="year", table=_ahead(told, words), picture=Picture.BARS)
    yield Question(name="changes", table=_changes(told, words), picture=Picture.NONE)
    yield Question(name=FILES_ONLY, table=_shifts(told, words), picture=Picture.NONE)


def _standby(told: DutyReport, words: Words) -> Table:
    people = [one for one in told.people if one.standby]
    return _summed(
        words("Hours on duty"),
        (_text(words("Supporter")), *_worths(words)),
        [(one.name, *_split(one.standby)) for one in people],
        empty=words("Nobody was on duty in this period."),
        words=words,
    )


def _talks(told: DutyReport, words: Words) -> Table:
    people = [one for one in told.people if one.talks or one.calls]
    return _summed(
        words("Calls on duty"),
        (_text(words("Supporter")), Column(heading=words("Calls"), kind=Kind.NUMBER, width=2), *_worths(words)),
        [(one.name, one.calls, *_split(one.talks)) for one in people],
        empty=words("Nobody answered a call in this period."),
        words=words,
    )


def _rests(told: DutyReport, words: Words) -> Table:
    found = sorted(((rest.since, one.name, rest) for one in told.people for rest in one.rests), key=lambda row: row[:2])
    headings = (words("Duty ended"), words("Next duty"))
    rows: list[tuple[Cell, ...]] = [
        (name, since, rest.until, _seconds(rest.until - since), words("a call, later than duty") if rest.by_call else words("duty"))
        for since, name, rest in found
    ]
    return Table(
        title=words("Rest under 11 hours"),
        columns=(_text(words("Supporter")), *map(_moment, headings), _hours(words("Rest")), _text(words("What ended last"))),
        rows=tuple(rows),
        empty=words("Everybody had 11 hours of rest between spells of duty."),
    )


def _ahead(told: DutyReport, words: Words) -> Table:
    people = [one for one in told.people if one.ahead]
    mean = sum((duty_hours.total(one.ahead) for one in people), timedelta(0)) / max(len(people), 1)
    headings = (words("Hours"), words("Night"), words("Weekend and holiday"))
    return Table(
        title=words("The coming year, as it is planned now"),
        columns=(_text(words("Supporter")), *map(_hours, headings), Column(heading=words("Deviation"), width=3)),
        rows=tuple(_year(one, mean, words) for one in people),
        empty=words("Nobody is planned for the coming year."),
    )


def _year(one: Person, mean: timedelta, words: Words) -> tuple[Cell, ...]:
    hours, off = duty_hours.total(one.ahead), (Worth.WEEKEND, Worth.WEEKEND_NIGHT, Worth.HOLIDAY, Worth.HOLIDAY_NIGHT)
    nights, days_off = duty_hours.total(one.ahead, *AT_NIGHT), duty_hours.total(one.ahead, *off)
    against = Figures(words).signed(round((hours - mean) / mean * 100))
    return (one.name, _seconds(hours), _seconds(nights), _seconds(days_off), f"{against} %")


def _changes(told: DutyReport, words: Words) -> Table:
    return Table(
        title=words("Shifts taken over"),
        columns=(
            *map(_moment, (words("From"), words("To"))),
            *map(_text, (words("Whose it was"), words("Who had it"), words("Why"))),
        ),
        rows=tuple((one.span.starts_at, one.span.ends_at, one.whose, one.taken_by, words(HOW[one.how])) for one in told.changes),
        empty=words("Everybody had the shifts that the rotation gave them."),
    )


def _shifts(told: DutyReport, words: Words) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (one.name, one.tier, one.span.starts_at, one.span.ends_at, _seconds(one.span.ends_at - one.span.starts_at))
        for one in told.shifts
    ]
    tier = Column(heading=words("Tier"), kind=Kind.NUMBER, width=1)
    return Table(
        title=words("Every shift"),
        columns=(_text(words("Supporter")), tier, *map(_moment, (words("From"), words("To"))), _hours(words("Hours"))),
        rows=tuple(rows),
        empty=words("Nobody was on duty in this period."),
    )


def _summed(title: str, columns: tuple[Column, ...], rows: Sequence[tuple[Cell, ...]], *, empty: str, words: Words) -> Table:
    """A table with a last row that sums all figures up."""
    sums = tuple(sum(int(cell) for cell in column if isinstance(cell, int)) for column in list(zip(*rows, strict=True))[1:])
    whole: tuple[tuple[Cell, ...], ...] = (*rows, (words("Total"), *sums)) if rows else ()
    return Table(title=title, columns=columns, rows=whole, strong=frozenset({len(rows)} if rows else ()), empty=empty)


def _split(hours: Hours) -> tuple[int, ...]:
    return (*(_seconds(hours.get(worth, timedelta(0))) for worth in Worth), _seconds(duty_hours.total(hours)))


def _worths(words: Words) -> Iterator[Column]:
    yield from (_hours(words(WORTH[worth])) for worth in Worth)
    yield _hours(words("Total"))


def _seconds(length: timedelta) -> int:
    return length // timedelta(seconds=1)


def _text(heading: str) -> Column:
    return Column(heading=heading, width=3)


def _hours(heading: str) -> Column:
    return Column(heading=heading, kind=Kind.HOURS, width=2)


def _moment(heading: str) -> Column:
    return Column(heading=heading, kind=Kind.MOMENT, width=4)
