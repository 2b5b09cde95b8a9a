"""A customer who is to be called back calls in: they need not be rung, and the talk was what the callback was for (R14).

A talk does what an earlier call left behind: which call is the later one its number says, for two moments may be of two clocks. On
a line without PIN the number that is shown says who calls, and proves nothing: such a talk does what was left on that line alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from helpdesk import alarms, silence
from models import Audit, Call, Callback, Task
from models.callbacks import CallbackOutcome
from models.calls import IS_OPEN
from models.values import CallOutcome, CallState, TaskKind
from oncall import standing

ACTOR: Final = "system"
A_TALK: Final = timedelta(minutes=1)
"""What is shorter may have been cut off before it was said what it is about: the task waits on."""
SILENT: Final = silence.IN_A_TALK + silence.AGAIN
"""Within how long a talk that goes on is heard of: by then it has been asked about."""
DONE_BY_A_TALK: Final = frozenset({TaskKind.CALLBACK, TaskKind.MISSED})
"""A message is for somebody to listen to: a talk does it only where the callback for it found its caller on the line."""
RUNG_MEANWHILE: Final = exists().where(
    Callback.task_id == Task.id,
    Callback.outcome == CallbackOutcome.CALLED_IN,
    Callback.ended_at.between(bindparam("since"), bindparam("until")),
)
TASKS: Final = (
    select(Task, Call)
    .join(Call, Call.id == Task.call_id)
    .where(Call.person_id == bindparam("person"), Call.id < bindparam("talk"))
    .where(Task.alarm_at.is_not(None), Task.taken_at.is_(None))
    .where(or_(Task.kind.in_(DONE_BY_A_TALK), RUNG_MEANWHILE))
    .order_by(Call.id, Task.id)
    .with_for_update(of=[Call, Task])  # as whoever settles the call: it first
)
LATER: Final = (
    select(Call)
    .where(Call.customer_id == bindparam("customer"), Call.person_id == bindparam("person"))
    .where(Call.id > bindparam("call"), ~Call.is_outgoing)
)
GO_ON: Final = LATER.where(
    IS_OPEN,
    Call.state == CallState.TALKING,
    Call.asked_since.is_(None),
    or_(Call.heard_at > bindparam("silent"), Call.live_at > bindparam("silent")),
)
TALKED: Final = LATER.where(Call.started_at > bindparam("since"), Call.outcome == CallOutcome.TALKED)


def is_on_the_line(session: Session, person: int | None, number: str | None, *, now: datetime) -> bool:
    """Whether a person who is to be called back at a number is on the line in a call of their own, their PIN keyed or not yet."""
    them = or_(Call.person_id == person, Call.person_id.is_(None) & (Call.from_number == number))
    is_there: ColumnElement[bool] = (Call.state == CallState.TALKING) | (Call.heard_at > now - standing.STILL_THERE)
    calls = select(Call.id).where(IS_OPEN, ~Call.is_outgoing, them, is_there)
    return session.scalar(calls.limit(1)) is not None


def is_being_done(session: Session, task: Task, call: Call, *, now: datetime) -> bool:
    """Whether the caller of a task's call has called again and is being talked to: nobody need be reminded of them meanwhile.

    Not where nothing was heard of that talk for so long that it may have ended (R20).
    """
    if task.kind not in DONE_BY_A_TALK:
        return False
    talks = session.scalars(GO_ON, {**_who(call), "call": call.id, "silent": now - SILENT})
    return any(_may_do(talk, call) for talk in talks)


def was_done(session: Session, call: Call) -> bool:
    """Whether the caller has been talked to in a later call already, before anybody knew that this one is over."""
    talks = session.scalars(TALKED, {**_who(call), "call": call.id, "since": call.started_at})
    return any(_is_a_talk(talk) and _may_do(talk, call) for talk in talks)


def tasks_are_done(session: Session, talk: Call, *, now: datetime) -> None:
    """A talk is over: nobody need call its caller back for what they were to be called back for when they called in.

    Its supporter has those tasks, and may hand back what was not spoken of: a report that moves a fact of the talk later does not
    give them that again. Whom a supporter rang has not called in.
    """
    if talk.is_outgoing or not _is_a_talk(talk):
        return
    told = {"person": talk.person_id, "talk": talk.id, "since": talk.started_at, "until": talk.ended_at}
    for task, call in session.execute(TASKS, told).all():
        mark = {"action": f"{task.kind.value}_is_needless", "subject": f"task:{task.id}"}
        before = session.scalars(select(Audit.details).filter_by(**mark)).all()
        if _may_do(talk, call) and not any(details.get("receipt") == talk.id for details in before):
            alarms.task_is_taken(session, task, by=talk.supporter_id, now=now)
            details = {"supporter": talk.supporter_id, "receipt": talk.id}
            session.add(Audit(at=now, actor=ACTOR, call_id=call.id, details=details, **mark))


def _who(call: Call) -> dict[str, int | None]:
    return {"customer": call.customer_id, "person": call.person_id}


def _is_a_talk(talk: Call) -> bool:
    return talk.accepted_at is not None and talk.ended_at is not None and talk.ended_at - talk.accepted_at >= A_TALK


def _may_do(talk: Call, call: Call) -> bool:
    return talk.costs_points or talk.line_id == call.line_id
