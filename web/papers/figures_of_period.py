"""The figures of a period as a paper: a table for each question, in the words of one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from helpdesk.figures import HOURS, WEEKDAYS, Figures
from models.values import CallOutcome, TaskKind
from web.papers.figures import Figures as Spelling
from web.papers.paper import Cell, Column, Kind, Paper, Table
from web.papers.statement import OUTCOMES
from web.words import N_, Words

DAYS: Final = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))
TASKS: Final[Mapping[TaskKind, str]] = {
    TaskKind.CALLBACK: N_("Call back"),
    TaskKind.MESSAGE: N_("Message"),
    TaskKind.MISSED: N_("Missed call"),
    TaskKind.REVIEW: N_("Review"),
    TaskKind.DISCREPANCY: N_("Difference"),
    TaskKind.DISPUTE: N_("Objection"),
}


class Picture(StrEnum):
    """How a table is drawn beside itself: as bars by row, as a grid of shades, or not at all."""

    BARS = "bars"
    GRID = "grid"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Question:
    """A table that answers something, by a name that an address can have, and how it is drawn."""

    name: str
    table: Table
    picture: Picture


def paper(told: Figures, words: Words, *, made_at: datetime, first: str | None = None) -> Paper:
    """All of it; the table of that name first, which is the one that a CSV file has."""
    asked = sorted(questions(told, words), key=lambda one: one.name != first)
    spelling = Spelling(words)
    return Paper(
        title=words("Figures"),
        words=words,
        made_at=made_at,
        facts=((words("Period"), f"{spelling.day(told.since)} – {spelling.minute(told.until)}"), *summary(told, words)),
        tables=tuple(one.table for one in asked),
        notes=(words("Times are local, Europe/Copenhagen."),),
    )


def summary(told: Figures, words: Words) -> Iterator[tuple[str, str]]:
    """What comes first: calls, talks, and how soon they were answered."""
    spelling = Spelling(words)
    yield words("Calls"), spelling.number(told.calls)
    yield words("Talked"), spelling.number(told.outcomes.get(CallOutcome.TALKED, 0))
    if told.median is not None and told.slow is not None:
        yield words("Half of them answered within"), spelling.duration(told.median)
        yield words("Nine of ten answered within"), spelling.duration(told.slow)


def questions(told: Figures, words: Words) -> Iterator[Question]:
    """The tables in their order."""
    yield Question(name="hours", table=_hours(told, words), picture=Picture.GRID)
    yield Question(name="outcomes", table=_outcomes(told, words), picture=Picture.BARS)
    yield Question(name="tiers", table=_tiers(told, words), picture=Picture.BARS)
    yield Question(name="periods", table=_periods(told, words), picture=Picture.BARS)
    yield Question(name="supporters", table=_supporters(told, words), picture=Picture.BARS)
    yield Question(name="tasks", table=_tasks(told, words), picture=Picture.BARS)


def _hours(told: Figures, words: Words) -> Table:
    columns = (Column(heading=words("Weekday"), width=4), *(_figure(f"{hour:02d}", width=1) for hour in HOURS))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (words(DAYS[weekday - 1]), *(told.by_hour.get((weekday, hour), 0) for hour in HOURS))
        for weekday in (WEEKDAYS if told.calls else ())
    )
    return Table(title=words("Calls by hour and weekday"), columns=columns, rows=rows, empty=words("No calls in this period."))


def _outcomes(told: Figures, words: Words) -> Table:
    ordered = sorted(told.outcomes.items(), key=lambda item: (-item[1], item[0].value))
    rows: tuple[tuple[Cell, ...], ...] = tuple((words(OUTCOMES[outcome]), count) for outcome, count in ordered)
    return Table(
        title=words("How calls ended"),
        columns=(Column(heading=words("Outcome"), width=3), _figure(words("Calls"))),
        rows=rows,
        empty=words("No calls in this period."),
    )


def _tiers(told: Figures, words: Words) -> Table:
    talked = sum(told.tiers.values())
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (words("tier {number}", number=tier), count, f"{count * 100 // talked} %") for tier, count in told.tiers.items()
    )
    return Table(
        title=words("Answered by tier"),
        columns=(Column(heading=words("Tier"), width=2), _figure(words("Calls")), Column(heading=words("Share"), width=1)),
        rows=rows,
        empty=words("Nobody answered a call in this period."),
    )


def _periods(told: Figures, words: Words) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple((name, one.quarters, one.points) for name, one in told.periods.items())
    return Table(
        title=words("Quarters and points by price period"),
        columns=(Column(heading=words("Price period"), width=4), _figure(words("Quarters")), _figure(words("Points"))),
        rows=rows,
        empty=words("No quarter was charged in this period."),
    )


def _supporters(told: Figures, words: Words) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple((one.name, one.calls, one.seconds // 60) for one in told.supporters)
    return Table(
        title=words("Calls and minutes by supporter"),
        columns=(Column(heading=words("Supporter"), width=3), _figure(words("Calls")), _figure(words("Minutes"))),
        rows=rows,
        empty=words("Nobody answered a call in this period."),
    )


def _tasks(told: Figures, words: Words) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (words(TASKS[kind]), one.in_time, one.late, one.waiting) for kind, one in told.tasks.items()
    )
    headings = (words("Taken in time"), words("Taken late"), words("Waiting"))
    return Table(
        title=words("Missed calls and other tasks, and what became of them"),
        columns=(Column(heading=words("Task"), width=3), *map(_figure, headings)),
        rows=rows,
        empty=words("No call left a task in this period."),
    )


def _figure(heading: str, width: int = 1) -> Column:
    return Column(heading=heading, kind=Kind.NUMBER, width=width)
