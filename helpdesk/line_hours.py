"""A line's opening hours: read from a file with all its faults, kept on the line with the public holidays, and handed out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from billing import price_lists
from helpdesk.customers import Unknown
from models import Audit, Line
from models.local import to_local
from models.values import Flow
from oncall import duty_hours, opening, opening_file
from oncall.opening import OpeningHours
from oncall.spans import Span


def put(session: Session, number: str, text: str, *, by: str, now: datetime) -> OpeningHours:
    """Sets what a file says as the hours of a line (E.164), and leaves a row in the audit if that is new.

    Raises oncall.opening_file.BadHours, which names every fault, or Unknown; nothing was written.
    """
    content = opening_file.parse(text)
    return edit(session, number, lambda _: content, by=by, now=now)


def edit(
    session: Session, number: str, change: Callable[[dict[str, Any]], dict[str, Any]], *, by: str, now: datetime
) -> OpeningHours:
    """The same with what `change` makes of the hours that a line has, {} for none; nobody else changes them meanwhile."""
    line = session.scalar(select(Line).where(Line.number == number).with_for_update())
    if line is None:
        raise Unknown(f"there is no line {number}")
    before, year = (line.hours or {}).get("content"), to_local(now).year
    content = change(before or {})
    holidays = price_lists.public_holidays(year, year + price_lists.YEARS_AHEAD)
    found = opening_file.hours(content, holidays)
    line.hours = {"content": content, "holidays": {day.isoformat(): name for day, name in sorted(holidays.items())}}
    if before != content:
        details = {"before": before, "after": content}
        session.add(Audit(at=now, actor=by, action="line_hours_set", subject=f"line:{number}", details=details))
    return found


def of(session: Session, number: str) -> OpeningHours | None:
    """The hours of a line (E.164); None for one that has none, or for a number that is none of ours."""
    return _read(session.scalar(select(Line.hours).where(Line.number == number)))


def of_each(session: Session) -> list[tuple[Line, OpeningHours | None]]:
    """Every line and when it is to be answered, None for round the clock. Numbers of one round-the-clock line are one."""
    lines = session.scalars(select(Line).options(undefer(Line.hours)).order_by(Line.id)).all()
    first = {line.flow: line for line in reversed(lines)}
    each = (line for line in lines if line.flow is Flow.OFFICE or line is first[line.flow])
    return [(line, of_line(line) if line.flow is Flow.OFFICE else None) for line in each]


def while_open(session: Session, spans: Sequence[Span], *, line: Flow) -> list[Span]:
    """What of these spans somebody would have to answer in: all of it, on an office line the parts in which it is open."""
    hours = [found for one, found in of_each(session) if one.flow is line] if line is Flow.OFFICE and spans else []
    if not hours or None in hours:
        return list(spans)
    return duty_hours.blocks(part for one in hours if one is not None for span in spans for part in opening.within(one, span))


def of_line(line: Line) -> OpeningHours | None:
    """The hours of a line that was read with them; None for one that has none."""
    return _read(line.hours)


def _read(kept: dict[str, Any] | None) -> OpeningHours | None:
    if kept is None:
        return None
    holidays = {date.fromisoformat(day): name for day, name in kept["holidays"].items()}
    return opening_file.hours(kept["content"], holidays)
