"""A customer who is about to be called back calls in: they need not be rung, and the talk was what the callback was for (R14)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import Session

from helpdesk import alarms
from models import Call, Callback, Task
from models.callbacks import CallbackOutcome
from models.calls import IS_OPEN
from models.values import CallState
from oncall import standing

TASKS: Final = (
    select(Task)
    .join(Callback, Callback.task_id == Task.id)
    .where(Callback.person_id == bindparam("person"), Callback.ended_at.between(bindparam("since"), bindparam("until")))
    .where(Callback.outcome == CallbackOutcome.CALLED_IN, Task.taken_at.is_(None))
    .with_for_update(of=Task)
)


def is_on_the_line(session: Session, person: int | None, number: str | None, *, now: datetime) -> bool:
    """Whether a person who is to be called back at a number is on the line in a call of their own, their PIN keyed or not yet."""
    them = or_(Call.person_id == person, Call.person_id.is_(None) & (Call.from_number == number))
    is_there: ColumnElement[bool] = (Call.state == CallState.TALKING) | (Call.heard_at > now - standing.STILL_THERE)
    calls = select(Call.id).where(IS_OPEN, ~Call.is_outgoing, them, is_there)
    return session.scalar(calls.limit(1)) is not None


def tasks_are_done(session: Session, call: Call, *, now: datetime) -> None:
    """A talk is over: nobody need call back for what its caller was to be called back for when they called in."""
    told = {"person": call.person_id, "since": call.started_at, "until": call.ended_at}
    for task in session.scalars(TASKS, told).all():
        alarms.task_is_taken(session, task, by=call.supporter_id, now=now)
