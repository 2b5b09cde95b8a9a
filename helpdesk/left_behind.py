"""What calls leave behind for the clock: callers who hung up while it rang, and attempts of which nothing more was heard."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import Session
from structlog.contextvars import bind_contextvars

from helpdesk import called_in, calls, cases
from models import Attempt, Call, Leg, Turn
from models.calls import IS_OPEN
from models.due import first_due
from models.values import AttemptOutcome, CallOutcome, CallState, TaskKind

LONGEST_ATTEMPT: Final = timedelta(minutes=2)
WAITS_FOR_A_PIN: Final = timedelta(seconds=5)
MAY_RING: Final = (Attempt.ended_at.is_(None), Attempt.accepted_at.is_(None))
"""Attempts that nobody took, and of which nobody said that they are over."""
STALE: Final = (
    *MAY_RING,
    Attempt.rung_at < bindparam("silent_since"),
    ~exists().where(Leg.attempt_id == Attempt.id, Turn.leg_id == Leg.id, Turn.at >= bindparam("silent_since")),
)
STALE_ONE: Final = (
    select(Call).join(Attempt, Attempt.call_id == Call.id).where(*STALE).limit(1).with_for_update(skip_locked=True, of=Call)
)
STALE_OF_CALL: Final = select(Attempt).where(Attempt.call_id == bindparam("call"), *STALE)
CAME_OR_TALKS: Final = or_(Call.is_outgoing.is_(False), Call.state == CallState.TALKING, Call.outcome == CallOutcome.TALKED)
FOUND_IT_OPEN: Final = or_(Call.outcome.is_(None), Call.outcome != CallOutcome.CLOSED)
FOLLOW_UP_DUE: Final = first_due(Call.follow_up_at)


def follow_up_due(session: Session, now: datetime) -> int:
    """One caller who hung up while it rang: called again within a minute, or a task for somebody (R14). How many it did.

    Whom a supporter rings meanwhile, of their own accord or for an earlier task, has not called; it counts where they talk. Nor has
    whoever was told that the office is closed. Where the hang-up became known late, they may have been talked to since.
    """
    call = session.scalar(FOLLOW_UP_DUE, {"now": now})
    if call is None or call.follow_up_at is None:
        return 0
    bind_contextvars(call=call.sid)
    left_at = call.follow_up_at - calls.CALLS_AGAIN if call.ended_at is None else call.ended_at
    by_then = (Call.started_at <= left_at + calls.CALLS_AGAIN, FOUND_IT_OPEN)
    others = select(Call.id).where(Call.id != call.id, *by_then).limit(1)
    # The same person, even before the carrier noticed that the connection was gone; or somebody unknown from the same number.
    # Which call came later its number says: two moments may be of two clocks, and one of them wrong.
    person = Call.person_id.is_not(None) & (Call.person_id == call.person_id) & (Call.id > call.id)
    nobody_yet = Call.person_id.is_(None) & (Call.started_at >= left_at)
    same_number = nobody_yet & Call.from_number.is_not(None) & (Call.from_number == call.from_number)
    may_be = or_(nobody_yet & (Call.state == CallState.ANSWERING), person & IS_OPEN)
    if session.scalar(others.where(or_(person & CAME_OR_TALKS, same_number))) is not None or called_in.was_done(session, call):
        call.follow_up_at = None
    elif call.person_id is not None and session.scalar(others.where(may_be)) is not None:
        call.follow_up_at = now + WAITS_FOR_A_PIN
    else:
        cases.open_task(session, call, TaskKind.MISSED, now=now)
        call.follow_up_at = None
    return 1


def expire_due(session: Session, now: datetime) -> int:
    """Ends one attempt of which nothing was heard long after it stopped ringing, so that its supporter can be rung (pitfall A9)."""
    silent_since = now - LONGEST_ATTEMPT
    call = session.scalar(STALE_ONE, {"silent_since": silent_since})
    if call is None:
        return 0
    bind_contextvars(call=call.sid)
    for attempt in session.scalars(STALE_OF_CALL, {"call": call.id, "silent_since": silent_since}).all():
        calls.close(attempt, AttemptOutcome.DECLINED if attempt.declined_at else AttemptOutcome.FAILED, now=now)
    return 1
