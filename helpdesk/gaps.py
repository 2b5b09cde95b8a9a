"""Gaps: when nobody is on duty on a line while it is open, and the one alarm that each line has about them (docs/rota.md).

The alarm names the first gap and how many more there are within two weeks, as they stand. It is told once, and once more when the
first of them comes within two days. It is told anew, in the place of what was told, where a gap that was not in it begins within a
week, or where nobody is on duty and the last resort, of whom it told, cannot be reached; and it is over when no gap is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import alarms, line_hours
from helpdesk.alarms import Matter
from helpdesk.on_call import last_resort
from models import Alarm, Line
from models.alarms import AlarmKind
from oncall import opening, roster
from oncall.spans import Span, common

KINDS: Final = frozenset({AlarmKind.GAP, AlarmKind.GAP_SOON})
PLANNED: Final = timedelta(days=14)
NEEDED: Final = timedelta(days=7)
"""How long it takes to find somebody: what is new and nearer is told, though other gaps are known."""
SOON: Final = timedelta(hours=48)
NOW: Final = "gap_now"
PROMISED: Final = "promised"
"""The last resort of whom whoever is alarmed knows, though they may have signed off since."""


def of_lines(session: Session, during: Span) -> Iterator[tuple[Line, list[Span]]]:
    """Every line, and when nobody is on duty on it within a span while it is open, in order."""
    for line, hours in line_hours.of_each(session):
        gaps = roster.gaps(session, during, line=line.flow)
        yield line, gaps if hours is None else [part for gap in gaps for part in opening.within(hours, gap)]


def look(session: Session, *, now: datetime) -> None:
    """Sounds, sounds anew and ends the alarm of each line."""
    opened = {one.key: one for one in session.scalars(select(Alarm).where(Alarm.kind.in_(KINDS), alarms.IS_OPEN))}
    for line, gaps in of_lines(session, Span(starts_at=now, ends_at=now + PLANNED)):
        if gaps:
            _sound(session, opened.pop(line.number, None), _matter(session, line, gaps, now=now), now=now)
    for alarm in opened.values():
        alarms.over(session, alarm.kind, alarm.key, now=now)


def plain(spans: Iterable[Span]) -> list[list[str]]:
    """As notices take them."""
    return [[one.starts_at.isoformat(), one.ends_at.isoformat()] for one in spans]


def _matter(session: Session, line: Line, gaps: Sequence[Span], *, now: datetime) -> Matter:
    first = gaps[0]
    kind = AlarmKind.GAP_SOON if first.starts_at <= now + SOON else AlarmKind.GAP
    told = {
        "line": line.name,
        "at": first.starts_at.isoformat(),
        "due": first.ends_at.isoformat(),
        "more": len(gaps) - 1,
        "last": last_resort(session, first.starts_at, line=line.flow),
        "gaps": plain(gaps),
    }
    return Matter(kind=kind, key=line.number, notice=NOW if first.starts_at <= now else kind.value, told=told)


def _sound(session: Session, alarm: Alarm | None, matter: Matter, *, now: datetime) -> None:
    """One matter a line: what is open says how it stands, and is another one where somebody must hear of it again."""
    if alarm is None:
        alarms.sound(session, matter, now=now)
        return
    gaps = _gaps(matter.told)  # of what was told what is left counts as known, so that it is news where it grows again
    known = [part for one in _gaps(alarm.told) for gap in gaps if (part := common(one, gap)) is not None]
    is_nearer = (alarm.kind, matter.kind) == (AlarmKind.GAP, AlarmKind.GAP_SOON)
    promised = matter.told["last"] or alarm.told.get(PROMISED, alarm.told.get("last"))
    is_alone = matter.notice == NOW and promised != matter.told["last"]
    if is_nearer or is_alone or any(_is_news(gap, known, now=now) for gap in gaps):
        alarms.over(session, alarm.kind, alarm.key, now=now)
        alarms.sound(session, matter, now=now)
        return
    told = matter.told | {"gaps": plain(known), PROMISED: promised}
    alarm.kind, alarm.notice, alarm.told, alarm.seen_at = matter.kind, matter.notice, told, now


def _is_news(gap: Span, known: Sequence[Span], *, now: datetime) -> bool:
    """Whether there is something of it within a week that was not told."""
    until = min(gap.ends_at, now + NEEDED)
    return gap.starts_at < until and not any(one.starts_at <= gap.starts_at and until <= one.ends_at for one in known)


def _gaps(told: dict[str, Any]) -> list[Span]:
    """The gaps of which an alarm has told; none where it was told before it kept them."""
    moments = (map(datetime.fromisoformat, one) for one in told.get("gaps", []))
    return [Span(starts_at=starts_at, ends_at=ends_at) for starts_at, ends_at in moments]
