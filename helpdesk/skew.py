"""A clock of the house that is wrong by more than two seconds: somebody is alarmed, as what a talk costs is reckoned by it (R7).

The house cannot ask the database what time it is, but it is told moments: an event that the provider reports before it has happened
by our clock shows a clock that is behind; the Date of the provider's answers shows one that is behind or ahead; that of a web
process's answers shows a clock process that the two differ (app.webclock). It is one alarm for each machine, until
it was right for an hour.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.orm import Session

from helpdesk import alarms
from helpdesk.alarms import Matter
from models.alarms import AlarmKind

log = structlog.get_logger()
MOST: Final = timedelta(seconds=2)
LONGEST_KEY: Final = 200
NOTHING: Final = timedelta(0)
A_SECOND: Final = timedelta(seconds=1)


def ahead(told: datetime, *, before: datetime, after: datetime) -> timedelta:
    """By how much our clock is ahead of one that showed `told` between two of our moments; negative where it is behind.

    `told` carries no fractions of a second, so it may be almost a second later than it says.
    """
    if told > after:
        return after - told
    return max(NOTHING, before - told - A_SECOND)


def alarm(session: Session, wrong_by: timedelta, *, machine: str, now: datetime) -> None:
    """Alarms where `machine` is ahead of the provider by more than two seconds, or behind."""
    if abs(wrong_by) <= MOST:
        return
    if _is_ahead(wrong_by, machine):
        _tell(session, wrong_by, notice="clock_ahead", machine=machine, now=now)
    else:
        _tell(session, wrong_by, notice="clock_behind", machine=machine, now=now)


def alarm_web(session: Session, wrong_by: timedelta, *, machine: str, now: datetime) -> None:
    """The same where it is the web process that `machine` is ahead of, or behind: nobody knows yet which of the two is wrong."""
    if abs(wrong_by) <= MOST:
        return
    if _is_ahead(wrong_by, machine):
        _tell(session, wrong_by, notice="web_clock_behind", machine=machine, now=now)
    else:
        _tell(session, wrong_by, notice="web_clock_ahead", machine=machine, now=now)


def _is_ahead(wrong_by: timedelta, machine: str) -> bool:
    log.warning("clock_wrong", seconds=abs(wrong_by) // A_SECOND, ahead=wrong_by > NOTHING, machine=machine)
    return wrong_by > NOTHING


def _tell(session: Session, wrong_by: timedelta, *, notice: str, machine: str, now: datetime) -> None:
    values = {"seconds": abs(wrong_by) // A_SECOND, "machine": machine, "at": now.isoformat()}
    alarms.sound(session, Matter(kind=AlarmKind.SKEW, key=f"{notice}:{machine}"[:LONGEST_KEY], notice=notice, told=values), now=now)
