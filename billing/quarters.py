"""Which quarters of an hour have begun, and when each begins. Pure arithmetic in UTC (R8, R9, R11).

Quarter n of a call starts 900·(n-1) seconds after the supporter accepted, and is owed once it has begun: once a whole second of
it has passed. A DST night changes nothing, because nothing here knows local time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from models.values import Seconds

QUARTER: Final = Seconds(900)
A_DAY: Final = 86_400 // QUARTER  # callers are told no number beyond it
HOLD_AHEAD: Final = timedelta(seconds=120)
LONGEST_CALL: Final = Seconds(14_400)
LIMIT_SLACK: Final = Seconds(15)


def elapsed(accepted_at: datetime, ended_at: datetime) -> Seconds:
    """Whole seconds between two moments, fractions dropped; 0 where the end was reported before the start."""
    return Seconds(max(0, (ended_at - accepted_at) // timedelta(seconds=1)))


def begun(seconds: int) -> int:
    """How many quarters have begun after `seconds`: 0 → 0, 1 → 1, 900 → 1, 901 → 2 (R8)."""
    return -(-seconds // QUARTER)


def owed(seconds: int, *, time_limit: int, granted: int) -> int:
    """How many quarters a talk of `seconds` owes.

    A bridge that its time limit ended owes the quarters that were granted, never one more (R8): the carrier cuts within a few
    seconds of the limit, so an end up to LIMIT_SLACK behind it counts as the limit's. What is talked beyond is owed.
    """
    if time_limit <= seconds <= time_limit + LIMIT_SLACK:
        return min(begun(seconds), granted)
    return begun(seconds)


def reached(seconds: int) -> int:
    """The quarter in which a call was after `seconds`: 0 → 1, 899 → 1, 900 → 2. What is owed when nothing more is known (R20)."""
    return seconds // QUARTER + 1


def starts_at(accepted_at: datetime, quarter: int) -> datetime:
    """When quarter n (from 1) begins; its price is that of this moment (R10)."""
    return accepted_at + timedelta(seconds=QUARTER * (quarter - 1))


def charge_at(accepted_at: datetime, quarter: int) -> datetime:
    """When quarter n is owed: one whole second into it."""
    return starts_at(accepted_at, quarter) + timedelta(seconds=1)


def hold_at(accepted_at: datetime, quarter: int) -> datetime:
    """When quarter n is held: two minutes before it begins (R11)."""
    return starts_at(accepted_at, quarter) - HOLD_AHEAD
