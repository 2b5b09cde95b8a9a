"""Shifts that somebody says they know of: where a line asks for it, whoever has one acknowledges it so many hours before it begins.

They are asked a day before that moment, in every way that reaches them; when it has passed, whoever is alarmed is told, once for
each shift. A shift is known by its line, its supporter and its beginning: one that goes to somebody else is another one. What goes
on without a break is one shift.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from billing import ledger
from helpdesk import alarms, errands, recipients
from helpdesk.alarms import Matter
from helpdesk.customers import Unknown
from models import Alarm, Audit, Line, ShiftAcknowledgement
from models.alarms import AlarmKind
from models.values import Flow
from oncall import duty_hours, roster
from oncall.rota import Span

AROUND: Final = timedelta(days=2)
"""How far behind and beyond it is looked for where a shift begins; how long it is, is looked for where somebody is to read it."""
ASKED_AHEAD: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
WITHIN: Final = select(Line.flow, func.max(Line.acknowledge_hours)).where(Line.acknowledge_hours.is_not(None)).group_by(Line.flow)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A shift that is to be acknowledged, by `due_at`; `is_known`: it was."""

    line: Flow
    supporter: int
    span: Span
    due_at: datetime
    is_known: bool

    @property
    def key(self) -> str:
        """What its alarm is known by."""
        return f"{self.line.value}:{self.supporter}:{self.span.starts_at.isoformat()}"


def asked(session: Session, *, now: datetime, supporter: int | None = None) -> Sequence[Asked]:
    """The shifts that run or begin soon enough that somebody is asked, of one supporter or of all, the first first."""
    found: list[Asked] = []
    for line, hours in session.execute(WITHIN):
        ahead = (hours or 0) * HOUR
        during = Span(starts_at=now - AROUND, ends_at=now + ahead + ASKED_AHEAD + AROUND)
        found += _of_line(session, line, during, ahead=ahead, now=now)
    mine = (one for one in found if supporter in {None, one.supporter} and one.due_at <= now + ASKED_AHEAD)
    return sorted(mine, key=lambda one: (one.span.starts_at, one.key))


def _of_line(session: Session, line: Flow, during: Span, *, ahead: timedelta, now: datetime) -> Iterator[Asked]:
    duty: dict[int, list[Span]] = {}
    for one in roster.stretches(session, during, line=line):
        duty.setdefault(one.duty.supporter, []).append(one.span)
    rows = select(ShiftAcknowledgement.supporter_id, ShiftAcknowledgement.starts_at)
    rows = rows.where(ShiftAcknowledgement.line == line, ShiftAcknowledgement.starts_at >= during.starts_at)
    known = {(number, starts_at) for number, starts_at in session.execute(rows)}
    for number, spans in duty.items():
        for span in duty_hours.blocks(spans):
            if during.starts_at < span.starts_at and span.ends_at > now:  # where it began earlier nobody looks any more
                is_known = (number, span.starts_at) in known
                yield Asked(line=line, supporter=number, span=span, due_at=span.starts_at - ahead, is_known=is_known)


def to_acknowledge(session: Session, supporter: int, *, now: datetime) -> Sequence[Asked]:
    """What a supporter is asked to acknowledge, each until its end."""
    found = [one for one in asked(session, now=now, supporter=supporter) if not one.is_known and one.span.starts_at > now]
    return [replace(one, span=_to_its_end(session, one)) for one in found]


def _to_its_end(session: Session, one: Asked) -> Span:
    """The whole shift: whoever says that they take it has read how long it is."""
    ahead = Span(starts_at=one.span.starts_at, ends_at=one.span.starts_at + roster.AHEAD)
    duty = (each.span for each in roster.stretches(session, ahead, line=one.line) if each.duty.supporter == one.supporter)
    return duty_hours.blocks(duty)[0]


def acknowledge(session: Session, supporter: int, line: Flow, starts_at: datetime, *, by: str, now: datetime) -> None:
    """They know of that shift. Raises Unknown where it is none of theirs that anybody asks about."""
    found = asked(session, now=now, supporter=supporter)
    shift = next((one for one in found if (one.line, one.span.starts_at) == (line, starts_at)), None)
    if shift is None:
        raise Unknown("there is no such shift to acknowledge")
    if shift.is_known:
        return
    key = {"key": shift.key, "supporter_id": supporter, "line": line, "starts_at": starts_at, "acknowledged_at": now}
    ledger.add_once(session, ShiftAcknowledgement, unique="key", values=key)
    alarms.over(session, AlarmKind.SHIFT, shift.key, now=now)
    details = {"line": line.value, "starts_at": starts_at.isoformat()}
    session.add(Audit(at=now, actor=by, action="shift_acknowledged", subject=f"supporter:{supporter}", details=details))


def look(session: Session, *, now: datetime) -> None:
    """Asks whoever is to be asked, and alarms about what nobody acknowledged in time."""
    waiting = [one for one in asked(session, now=now) if not one.is_known]
    sounded = set(session.scalars(select(Alarm.key).where(Alarm.kind == AlarmKind.SHIFT, alarms.IS_OPEN)))
    for one in waiting:
        if one.span.starts_at > now:
            values = {"starts": one.span.starts_at.isoformat(), "due": max(one.due_at, now).isoformat()}
            to = [recipients.supporter(one.supporter)]
            errands.notify(session, to, notice="shift_to_acknowledge", values=values, key=f"acknowledge:{one.key}", now=now)
    late = [one for one in waiting if one.due_at <= now and (one.span.starts_at > now or one.key in sounded)]
    names = roster.names(session, {one.supporter for one in late})
    matters = [
        Matter(
            kind=AlarmKind.SHIFT,
            key=one.key,
            notice="shift_unacknowledged",
            told={"name": names[one.supporter], "starts": one.span.starts_at.isoformat()},
        )
        for one in late
    ]
    alarms.only(session, AlarmKind.SHIFT, matters, now=now)
