"""A clock of the house that is wrong by more than two seconds: somebody is alarmed, as what a talk costs is reckoned by it (R7).

The house cannot ask the database what time it is, but it is told moments: an event that the provider reports before it has happened
by our clock shows a clock that is behind; the Date of the provider's answers shows one that is behind or ahead. Once an hour.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.orm import Session

from helpdesk import errands

log = structlog.get_logger()
MOST: Final = timedelta(seconds=2)
NOTHING: Final = timedelta(0)


def ahead(told: datetime, *, before: datetime, after: datetime) -> timedelta:
    """By how much our clock is ahead of one that showed `told` between two of our moments; negative where it is behind.

    `told` carries no fractions of a second, so it may be almost a second later than it says.
    """
    if told > after:
        return after - told
    return max(NOTHING, before - told - timedelta(seconds=1))


def alarm(session: Session, wrong_by: timedelta, *, now: datetime) -> None:
    """Tells whoever is alarmed, once an hour, where it is more than two seconds."""
    if abs(wrong_by) <= MOST:
        return
    seconds = abs(wrong_by) // timedelta(seconds=1)
    log.warning("clock_wrong", seconds=seconds, ahead=wrong_by > NOTHING)
    if wrong_by > NOTHING:
        _tell(session, notice="clock_ahead", seconds=seconds, now=now)
    else:
        _tell(session, notice="clock_behind", seconds=seconds, now=now)


def _tell(session: Session, *, notice: str, seconds: int, now: datetime) -> None:
    values = {"seconds": seconds, "at": now.isoformat()}
    errands.notify(session, [errands.ALARM], notice=notice, values=values, key=f"{notice}:{now:%Y-%m-%dT%H}", now=now)
