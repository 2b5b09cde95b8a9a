"""A customer who is to be called back calls in: they need not be rung, and the talk was what the callback was for (R14)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from helpdesk import alarms
from models import Audit, Call, Callback, Task
from models.callbacks import CallbackOutcome
from models.calls import IS_OPEN
from models.values import CallState, TaskKind
from oncall import standing

ACTOR: Final = "system"
A_TALK: Final = timedelta(minutes=1)
"""What is shorter may have been cut off before it was said what it is about: the task waits on."""
DONE_BY_A_TALK: Final = frozenset({TaskKind.CALLBACK, TaskKind.MISSED})
"""A message is for somebody to listen to: a talk does it only where the callback for it found its caller on the line."""
RUNG_MEANWHILE: Final = exists().where(
    Callback.task_id == Task.id,
    Callback.outcome == CallbackOutcome.CALLED_IN,
    Callback.ended_at.between(bindparam("since"), bindparam("until")),
)
TASKS: Final = (
    select(Task)
    .join(Call, Call.id == Task.call_id)
    .where(Call.person_id == bindparam("person"))
    .where(Task.alarm_at.is_not(None), Task.taken_at.is_(None), Task.opened_at <= bindparam("until"))
    .where(or_(Task.kind.in_(DONE_BY_A_TALK), RUNG_MEANWHILE))
    .order_by(Task.alarm_at)
    .with_for_update(of=Task)
)


def is_on_the_line(session: Session, person: int | None, number: str | None, *, now: datetime) -> bool:
    """Whether a person who is to be called back at a number is on the line in a call of their own, their PIN keyed or not yet."""
    them = or_(Call.person_id == person, Call.person_id.is_(None) & (Call.from_number == number))
    is_there: ColumnElement[bool] = (Call.state == CallState.TALKING) | (Call.heard_at > now - standing.STILL_THERE)
    calls = select(Call.id).where(IS_OPEN, ~Call.is_outgoing, them, is_there)
    return session.scalar(calls.limit(1)) is not None


def is_being_done(session: Session, task: Task, call: Call) -> bool:
    """Whether the caller of a task's call has called again and is being talked to: nobody need be reminded of them meanwhile."""
    if task.kind not in DONE_BY_A_TALK or call.person_id is None:
        return False
    talks = select(Call.id).where(IS_OPEN, ~Call.is_outgoing, Call.person_id == call.person_id, Call.state == CallState.TALKING)
    return session.scalar(talks.limit(1)) is not None


def tasks_are_done(session: Session, call: Call, *, now: datetime) -> None:
    """A talk is over: nobody need call its caller back for what they were to be called back for when they called in.

    Its supporter has those tasks, and may hand back what was not spoken of: a report that moves a fact of the talk later does not
    give them that again. Whom a supporter rang has not called in.
    """
    if call.is_outgoing or call.accepted_at is None or call.ended_at is None or call.ended_at - call.accepted_at < A_TALK:
        return
    told = {"person": call.person_id, "since": call.started_at, "until": call.ended_at}
    for task in session.scalars(TASKS, told).all():
        mark = {"action": f"{task.kind.value}_is_needless", "subject": f"task:{task.id}"}
        before = session.scalars(select(Audit.details).filter_by(**mark)).all()
        if not any(details.get("call") == call.sid for details in before):
            alarms.task_is_taken(session, task, by=call.supporter_id, now=now)
            details = {"supporter": call.supporter_id, "call": call.sid}
            session.add(Audit(at=now, actor=ACTOR, call_id=task.call_id, details=details, **mark))
