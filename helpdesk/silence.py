"""How long a call may be silent before somebody asks about it. Pure: facts in, a moment out (R20).

Any webhook of any of a call's legs, and any status callback, is heard of. What the provider answers is not: while a call stays
silent it is asked about again every five minutes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

BEFORE_THE_BRIDGE: Final = timedelta(minutes=10)
IN_A_TALK: Final = timedelta(minutes=30)
BEHIND_THE_LIMIT: Final = timedelta(minutes=5)
AGAIN: Final = timedelta(minutes=5)
WITHOUT_AN_ANSWER: Final = timedelta(hours=1)


def may_be_a_talk(now: datetime, *, accepted_at: datetime | None, time_limit: int | None) -> bool:
    """Whether a silent call may simply be going on: a bridge says nothing until it ends, at its time limit at the latest."""
    return accepted_at is not None and time_limit is not None and now < _overdue(accepted_at, time_limit)


def ends_at(heard_at: datetime, *, accepted_at: datetime | None, time_limit: int | None) -> datetime:
    """From when on an open call is asked about. `time_limit` is in seconds from acceptance."""
    if accepted_at is None:
        return heard_at + BEFORE_THE_BRIDGE
    silent = heard_at + IN_A_TALK
    return silent if time_limit is None else min(silent, _overdue(accepted_at, time_limit))


def _overdue(accepted_at: datetime, time_limit: int) -> datetime:
    return accepted_at + timedelta(seconds=time_limit) + BEHIND_THE_LIMIT
