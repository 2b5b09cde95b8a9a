"""What calls leave behind for the clock: callers who hung up while it rang, and attempts of which nothing more was heard."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from helpdesk import calls, cases
from models import Attempt, Call
from models.values import AttemptOutcome, TaskKind

LONGEST_ATTEMPT: Final = timedelta(minutes=2)


def follow_up_due(session: Session, now: datetime) -> int:
    """One caller who hung up while it rang: called again within a minute, or a task for somebody (R14). How many it did."""
    due = select(Call).where(Call.follow_up_at <= now).order_by(Call.follow_up_at).limit(1)
    call = session.scalar(due.with_for_update(skip_locked=True, of=Call))
    if call is None or call.follow_up_at is None:
        return 0
    same = or_(Call.person_id == call.person_id, (Call.from_number == call.from_number) & Call.from_number.is_not(None))
    again = select(Call.id).where(
        same, Call.id != call.id, Call.started_at.between(call.follow_up_at - calls.CALLS_AGAIN, call.follow_up_at)
    )
    if session.scalar(again.limit(1)) is None:
        cases.open_task(session, call, TaskKind.MISSED, now=now)
    call.follow_up_at = None
    return 1


def expire_due(session: Session, now: datetime) -> int:
    """Ends one attempt of which nothing was heard long after it stopped ringing, so that its supporter can be rung (pitfall A9)."""
    stale = (Attempt.ended_at.is_(None), Attempt.accepted_at.is_(None), Attempt.rung_at < now - LONGEST_ATTEMPT)
    due = select(Call).join(Attempt, Attempt.call_id == Call.id).where(*stale).limit(1)
    call = session.scalar(due.with_for_update(skip_locked=True, of=Call))
    if call is None:
        return 0
    for attempt in session.scalars(select(Attempt).where(Attempt.call_id == call.id, *stale)).all():
        calls.close(attempt, AttemptOutcome.FAILED, now=now)
    return 1
