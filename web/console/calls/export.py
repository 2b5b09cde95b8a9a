"""The call log as a file: the filtered list, the newest first, numbers masked as on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from helpdesk.call_log import LoggedCall
from web.console.looks import OUTCOMES, STATES
from web.papers.figures import Figures
from web.papers.paper import Cell, Column, Kind, Paper, Table
from web.words import Words

MOST: Final = 5_000


def paper(calls: Sequence[LoggedCall], words: Words, *, filters: Sequence[tuple[str, str]], is_cut: bool, now: datetime) -> Paper:
    """The calls as a paper; `is_cut`: there were older ones, which it says."""
    figures = Figures(words)
    whole = words("All calls that fit the filters.")
    cut = words("Only the newest {count} calls: narrow the period for older ones.", count=figures.number(MOST))
    return Paper(
        title=words("Calls"),
        words=words,
        made_at=now,
        facts=(*filters, (words("Made"), figures.minute(now))),
        tables=(_table(calls, words),),
        notes=(cut if is_cut else whole, words("Times are local, Europe/Copenhagen.")),
    )


def _table(calls: Sequence[LoggedCall], words: Words) -> Table:
    columns = (
        Column(heading=words("Started"), kind=Kind.MOMENT),
        Column(heading=words("When (UTC)")),
        Column(heading=words("Call")),
        Column(heading=words("Line")),
        Column(heading=words("Caller's number")),
        Column(heading=words("Customer")),
        Column(heading=words("Company")),
        Column(heading=words("Person")),
        Column(heading=words("Supporter")),
        Column(heading=words("State")),
        Column(heading=words("What became of it")),
        Column(heading=words("Case")),
        Column(heading=words("Ended"), kind=Kind.MOMENT),
        Column(heading=words("Duration"), kind=Kind.DURATION),
        Column(heading=words("Quarters"), kind=Kind.NUMBER),
        Column(heading=words("Points"), kind=Kind.CHANGE),
    )
    return Table(title=words("Calls"), columns=columns, rows=tuple(_row(one, words) for one in calls))


def _row(one: LoggedCall, words: Words) -> tuple[Cell, ...]:
    record = one.record
    return (
        record.started_at,
        record.started_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        record.call,
        one.line,
        one.caller,
        record.customer,
        one.company,
        one.person,
        one.supporter,
        words(STATES[record.state][2]),
        words(OUTCOMES[record.outcome][2]) if record.outcome else None,
        record.case,
        record.ended_at,
        record.seconds,
        record.quarters,
        record.points,
    )
