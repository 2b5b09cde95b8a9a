"""Nobody of a tier of a line, or nobody on duty there at all, can be reached: they have all said so themselves.

The matter is over when somebody who would be rung there can be reached; where nobody is on duty at all it is a gap (helpdesk.gaps).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import alarms, line_hours
from helpdesk.alarms import Matter
from helpdesk.on_call import last_resort
from models import Line, Supporter
from models.alarms import AlarmKind
from oncall import opening, roster


def look(session: Session, *, now: datetime) -> None:
    """Sounds what there is, and ends what there is no more."""
    found = [one for line in _open(session, now) for one in _matters(session, line, now=now)]
    alarms.only(session, AlarmKind.UNREACHABLE, found, now=now)


def is_last(session: Session, supporter_id: int, *, now: datetime) -> bool:
    """Whether somebody is the only one on duty who can be reached, on a line that is open."""
    there = ([one.id for one in roster.on_duty(session, now, line=line.flow)] for line in _open(session, now))
    return [supporter_id] in list(there)


def is_last_resort(session: Session, supporter_id: int, *, now: datetime) -> bool:
    """Whether somebody is the last resort of a line that is open, on which nobody on duty can be reached."""
    there = (line for line in _open(session, now) if not roster.on_duty(session, now, line=line.flow))
    lasts = (roster.last_resort(session, now, line=line.flow) for line in there)
    return any(last is not None and last.id == supporter_id for last in lasts)


def _open(session: Session, now: datetime) -> list[Line]:
    return [line for line, hours in line_hours.of_each(session) if hours is None or opening.is_open(hours, now)]


def _matters(session: Session, line: Line, *, now: datetime) -> Iterator[Matter]:
    tiers: dict[int, list[Supporter]] = {}
    for duty, supporter in roster.duties(session, now, with_away=True, line=line.flow):
        tiers.setdefault(duty.tier, []).append(supporter)
    away = {tier: people for tier, people in tiers.items() if all(one.away_since is not None for one in people)}
    if away and away.keys() == tiers.keys():
        yield _nobody(session, line, away, now=now)
        return
    for tier in away:
        told = {"line": line.name, "tier": tier}
        yield Matter(kind=AlarmKind.UNREACHABLE, key=f"{line.number}:{tier}", notice="tier_unreachable", told=told)


def _nobody(session: Session, line: Line, away: Mapping[int, Sequence[Supporter]], *, now: datetime) -> Matter:
    """Since the last of them said so. That the last resort is rung, or is not any more, is another matter."""
    latest = max((one for people in away.values() for one in people), key=lambda one: one.away_since or now)
    since = (latest.away_since or now).isoformat()
    last = last_resort(session, now, line=line.flow)
    told = {"line": line.name, "name": latest.name, "at": since, "last": last}
    key = f"{line.number}:{'nobody' if last is None else 'last_resort'}"
    return Matter(kind=AlarmKind.UNREACHABLE, key=key, notice="unreachable", told=told)
