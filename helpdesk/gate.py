"""The gate before PIN entry: counts failures by caller number and locks a number out (R3).

The rows live in the database, so a lock holds across calls, processes and restarts. A caller's gate is locked (the row) before
failures are counted, so parallel calls from one number count each other's.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import Call, PinFailure, PinGate
from models.values import WITHHELD

WINDOW: Final = timedelta(minutes=15)
FIRST_LOCK: Final = timedelta(minutes=15)
LONGEST_LOCK: Final = timedelta(days=1)
FORGIVEN_AFTER: Final = timedelta(days=1)
MOST_FAILURES: Final = 5
MOST_FAILURES_WITHHELD: Final = 20
UNUSUAL_RATE: Final = 50
RATE_SPAN: Final = timedelta(hours=1)
GATES: Final = cast("Table", PinGate.__table__)
FAILURES: Final = cast("Table", PinFailure.__table__)
LOCKED_UNTIL: Final = select(GATES.c.locked_until).where(GATES.c.caller == bindparam("caller"))
CLEARED: Final = update(FAILURES).where(FAILURES.c.caller == bindparam("number"), FAILURES.c.counted).values(counted=False)


def locked_until(session: Session, call: Call, *, now: datetime) -> datetime | None:
    """Until when this call's number is locked out of PIN entry; None where it is not."""
    until = session.scalar(LOCKED_UNTIL, {"caller": caller(call)})
    return until if until and until > now else None


def locked_minutes(session: Session, call: Call, *, now: datetime) -> int | None:
    """For how many minutes this call's number stays locked out, a begun one counted; None where it is not."""
    until = locked_until(session, call, now=now)
    return -((now - until) // timedelta(minutes=1)) if until else None


def failed(session: Session, call: Call, *, now: datetime) -> datetime | None:
    """Counts a wrong PIN; until when that locks the number, or None. During a lock nothing is counted (interface.md)."""
    gate = _locked_row(session, caller(call))
    if gate.locked_until and gate.locked_until > now:
        return gate.locked_until
    if gate.last_failure_at and now - gate.last_failure_at >= FORGIVEN_AFTER:
        gate.locks = 0
    gate.last_failure_at = now
    session.add(PinFailure(caller=gate.caller, at=now, call_id=call.id))
    session.flush()
    if _count(session, gate.caller, since=now - WINDOW) < most_failures(gate.caller):
        return None
    gate.locked_until = now + min(FIRST_LOCK * 2**gate.locks, LONGEST_LOCK)
    gate.locks = min(gate.locks + 1, 10)
    session.flush()
    _clear(session, gate.caller)
    return gate.locked_until


def passed(session: Session, call: Call) -> None:
    """A right PIN clears the count (R3); what doubles the next lock stays until a day without failure."""
    _clear(session, caller(call))


def unusual_rate(session: Session, *, now: datetime) -> bool:
    """Whether the whole line saw more failures in an hour than people make. It alarms, and never locks everybody out."""
    return failures_in_the_hour(session, now=now) >= UNUSUAL_RATE


def failures_in_the_hour(session: Session, *, now: datetime) -> int:
    """How many wrong PINs the whole line saw within RATE_SPAN."""
    return session.scalar(select(func.count()).select_from(PinFailure).where(PinFailure.at > now - RATE_SPAN)) or 0


def lift(session: Session, number: str, *, now: datetime) -> datetime | None:
    """Ends a caller's lock as though it had not been; until when it would have held, or None where there is none."""
    gate = _locked_row(session, number)
    until = gate.locked_until
    if until is None or until <= now:
        return None
    gate.locked_until, gate.locks = None, max(gate.locks - 1, 0)
    return until


def caller(call: Call) -> str:
    """Whose failures a call counts as: its number's, or those of all withheld and malformed numbers together."""
    return call.from_number or WITHHELD


def most_failures(number: str) -> int:
    """How many failures within WINDOW lock this caller out."""
    return MOST_FAILURES_WITHHELD if number == WITHHELD else MOST_FAILURES


def _locked_row(session: Session, number: str) -> PinGate:
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.execute(dialect.insert(PinGate).values(caller=number, locks=0).on_conflict_do_nothing(index_elements=["caller"]))
    query = select(PinGate).where(PinGate.caller == number).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _count(session: Session, number: str, *, since: datetime) -> int:
    counted = select(func.count()).select_from(PinFailure)
    return session.scalar(counted.where(PinFailure.caller == number, PinFailure.counted, PinFailure.at > since)) or 0


def _clear(session: Session, number: str) -> None:
    session.execute(CLEARED, {"number": number})
