"""A supporter rings a customer as the line: asked for on a page, the supporter rung first, then the customer (R14, ADR 16).

1. `for_task` `for_case`           asked for: one at a time for a task, and for a supporter; the task is theirs meanwhile
2. helpdesk.ringing                the clock rings the supporter; where that telephone did not reach them, their other one (R12)
3. helpdesk.outgoing               they picked up: from now on it is a call
4. `end` `not_rung` `call_ended`   how it came out; without a talk the task waits again, and its deadline goes on

CallbackError
├── NoNumber    nobody knows a number to ring
├── OnACall     the supporter is on a call, or being rung for one
└── UnderWay    for this task, or by this supporter, one goes on already
NoSuchCallback  a webhook of none of our callbacks
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from helpdesk import alarms, cases, failing, queue, recipients, sight
from helpdesk.customers import Unknown
from helpdesk.endings import OVER
from models import Audit, Call, Callback, Case, Line, Person, Supporter, Task
from models.base import LARGEST_KEY
from models.callbacks import CallbackOutcome
from models.values import CallOutcome, Flow
from oncall import chain, roster, telephones

ACTOR: Final = "provider"
AT_ONCE: Final = timedelta(0)
BY_STATUS: Final = {
    "busy": CallbackOutcome.BUSY,
    "no-answer": CallbackOutcome.NO_ANSWER,
    "completed": CallbackOutcome.HUNG_UP,
}
BY_CALL: Final = {
    CallOutcome.TALKED: CallbackOutcome.TALKED,
    CallOutcome.NO_INPUT: CallbackOutcome.SILENT,
    CallOutcome.NO_POINTS: CallbackOutcome.NO_POINTS,
    CallOutcome.DECLINED_PRICE: CallbackOutcome.DECLINED,
    CallOutcome.NOBODY_ANSWERED: CallbackOutcome.NOT_REACHED,
    CallOutcome.CALLER_HUNG_UP: CallbackOutcome.LEFT,
}
NOT_REACHED: Final = frozenset(
    {
        CallbackOutcome.NO_ANSWER,
        CallbackOutcome.BUSY,
        CallbackOutcome.HUNG_UP,
        CallbackOutcome.FAILED,
        CallbackOutcome.SILENT,
    }
)
"""The supporter was not, at that telephone of theirs, as oncall.telephones has it of an attempt."""
OF_CUSTOMERS: Final = frozenset({CallbackOutcome.NOT_REACHED, CallbackOutcome.DECLINED, CallbackOutcome.NO_POINTS})
"""The customer was tried: nobody need be reminded of it this very moment."""


class CallbackError(Exception):
    """A callback that is not made now; nothing was written."""


class NoNumber(CallbackError):
    """The caller's number was withheld, and their person has none: it may have been spoken."""


class OnACall(CallbackError):
    """The supporter's telephone is in use."""


class UnderWay(CallbackError):
    """One at a time."""


class NoSuchCallback(LookupError):
    """There is no such callback, it is another call's, or it is over."""


def for_task(session: Session, task_id: int, supporter_id: int, *, actor: str, now: datetime) -> Callback:
    """A supporter takes a task and rings its caller. Raises Unknown, queue.TaskTaken, CallbackError."""
    if queue.kind_of(session, task_id) not in sight.ON_DUTY:
        raise Unknown(f"task {task_id} is nobody's to be called back")
    them = _free_supporter(session, supporter_id, now=now)
    task = queue.take(session, task_id, supporter_id, actor=actor, now=now)
    _require_none(session, Callback.task_id == task_id)
    call = session.get_one(Call, task.call_id)
    number, person = recipients.number(call), call.person
    if number is None or person is None:
        raise NoNumber(f"nobody knows a number for task {task_id}")
    what = {"task_id": task_id, "case_id": task.case_id, "person_id": person.id, "number": number, "line": call.line}
    return _asked(session, them, what, actor=actor, now=now)


def for_case(session: Session, number: str, person_id: int, supporter_id: int, *, actor: str, now: datetime) -> Callback:
    """A supporter rings a person of a case's customer with the line's number shown; that is free. Raises Unknown, CallbackError."""
    case, person = cases.find(session, number), session.get(Person, person_id)
    if person is None or person.customer_id != case.customer_id or person.ended_at is not None:
        raise Unknown(f"case {number} has no person {person_id}")
    if person.phone is None:
        raise NoNumber(f"person {person_id} has no telephone")
    them = _free_supporter(session, supporter_id, now=now)
    line = session.scalar(select(Line).where(Line.flow == Flow.SUPPORT).order_by(Line.id).limit(1))
    if line is None:
        raise Unknown("there is no line to ring from: set one with `doegnvagt line set`")
    what = {"case_id": case.id, "person_id": person.id, "number": person.phone, "line": line}
    return _asked(session, them, what, actor=actor, now=now)


def locked(session: Session, callback_id: int, sid: str) -> Callback:
    """The callback that a webhook of the supporter's leg `sid` is about, locked; the first names the leg. Raises NoSuchCallback."""
    query = select(Callback).where(Callback.id == min(callback_id, LARGEST_KEY)).with_for_update(of=Callback)
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None or callback_id > LARGEST_KEY or found.rung_at is None or found.sid not in {None, sid}:
        raise NoSuchCallback(f"{sid} is not callback {callback_id}")
    found.sid = sid
    return found


def reported(
    session: Session, callback: Callback, status: str | None, *, now: datetime, told: Mapping[str, Any] = MappingProxyType({})
) -> None:
    """What the provider tells of the supporter's leg before anybody's key: where it is over, so is the callback.

    A number that it calls failed is marked, as in the chain (R12); why, may stand in what else is `told`.
    """
    if status in OVER and callback.call_id is None and callback.ended_at is None:
        if status == failing.FAILED:
            failing.mark(session, callback.supporter, callback.phone, told=[told], now=now)
        end(session, callback, BY_STATUS.get(status or "", CallbackOutcome.FAILED), now=now)


def end(session: Session, callback: Callback, outcome: CallbackOutcome, *, now: datetime) -> None:
    """How it came out; a report that moves a fact of its call may say it better later."""
    if outcome is callback.outcome:
        return
    was_over = callback.ended_at is not None
    _over(session, callback, outcome, now=now)
    if was_over or outcome not in NOT_REACHED or not _again(session, callback, now=now):
        _told(session, callback, now=now)


def not_rung(session: Session, callback: Callback, outcome: CallbackOutcome, *, now: datetime) -> None:
    """The supporter's telephone was not tried, as far as anybody knows, and not for its number: no other one is either."""
    _over(session, callback, outcome, now=now)
    _told(session, callback, now=now)


def _over(session: Session, callback: Callback, outcome: CallbackOutcome, *, now: datetime) -> None:
    callback.outcome, callback.ended_at, callback.due_at = outcome, callback.ended_at or now, None
    details: dict[str, object] = {"outcome": outcome.value, "supporter": callback.supporter_id}
    if callback.problem is not None:
        details["problem"] = callback.problem
    _note(session, callback, "callback_ended", details, actor=ACTOR, now=now)


def call_ended(session: Session, call: Call, *, now: datetime) -> None:
    """The call that a callback had become is over, or a report has moved how."""
    callback = call.callback
    if callback is None or call.outcome is None:
        return
    said = CallbackOutcome(callback.said) if callback.said and call.outcome is not CallOutcome.TALKED else None
    if call.outcome is CallOutcome.CALLER_HUNG_UP and not call.attempts:
        said = said or CallbackOutcome.HUNG_UP
    end(session, callback, said or BY_CALL.get(call.outcome, CallbackOutcome.UNFINISHED), now=now)


def _free_supporter(session: Session, supporter_id: int, *, now: datetime) -> Supporter:
    """The supporter, locked. Raises Unknown, OnACall, UnderWay."""
    them = session.get(Supporter, supporter_id, with_for_update=True) if supporter_id <= LARGEST_KEY else None
    if them is None:
        raise Unknown(f"there is no supporter {supporter_id}")
    _require_none(session, Callback.supporter_id == supporter_id)
    if roster.is_on_a_call(session, them, now=now):
        raise OnACall(them.name)
    return them


def _require_none(session: Session, whose: ColumnElement[bool]) -> None:
    if _is_running(session, whose):
        raise UnderWay("one goes on already")


def _is_running(session: Session, whose: ColumnElement[bool]) -> bool:
    return session.scalar(select(Callback.id).where(whose, Callback.ended_at.is_(None))) is not None


def _asked(session: Session, them: Supporter, what: dict[str, object], *, actor: str, now: datetime) -> Callback:
    line = what["line"]
    if not isinstance(line, Line):
        raise TypeError(f"{line!r} is no line")
    asked = {"asked_at": now, "asked_by": actor, "due_at": now}
    phone = {"phone": telephones.unrung(them, ())} | what
    callback = Callback(**phone, line_id=line.id, supporter_id=them.id, supporter=them, **asked)
    session.add(callback)
    session.flush()
    _note(session, callback, "callback_asked", {"supporter": them.id}, actor=actor, now=now)
    return callback


def _again(session: Session, callback: Callback, *, now: datetime) -> bool:
    """Rings the supporter at their other telephone; whether it does.

    There must be one that was not rung, they must still wait, and the task must still be theirs.
    """
    before = session.get_one(Callback, callback.again_of) if callback.again_of is not None else callback
    phone = telephones.unrung(callback.supporter, {before.phone, callback.phone})
    if phone is None or now - before.asked_at > chain.LONGEST_CHAIN or not _is_theirs(session, callback):
        return False
    session.flush()  # one at a time: this one is over before the other is there
    kept = {name: getattr(callback, name) for name in ("task_id", "case_id", "person_id", "number", "line")}
    what = kept | {"phone": phone, "again_of": callback.id}
    _asked(session, callback.supporter, what, actor=callback.asked_by, now=now)
    return True


def _is_theirs(session: Session, callback: Callback) -> bool:
    """Whether nobody handed the task back or over meanwhile; what is rung from a case is theirs."""
    taken_by = select(Task.taken_by_id).where(Task.id == callback.task_id)
    return callback.task_id is None or session.scalar(taken_by) == callback.supporter_id


def _told(session: Session, callback: Callback, *, now: datetime) -> None:
    """The talk was what its task was for; without one that waits for anybody, reminded of at its deadline or soon behind it."""
    if callback.task_id is None:
        return
    task = session.get_one(Task, callback.task_id, with_for_update={"of": Task}, populate_existing=True)
    if callback.outcome is CallbackOutcome.TALKED:
        if task.taken_at is None:
            alarms.task_is_taken(session, task, by=callback.supporter_id, now=now)
    elif task.taken_by_id == callback.supporter_id and not _is_running(session, Callback.task_id == task.id):
        pause = cases.REMINDER if callback.outcome in OF_CUSTOMERS else AT_ONCE
        task.taken_at, task.taken_by_id, task.alarm_at = None, None, task.due_at if task.due_at > now else now + pause


def _note(session: Session, callback: Callback, action: str, details: dict[str, object], *, actor: str, now: datetime) -> None:
    task, case = callback.task_id, session.get_one(Case, callback.case_id)
    subject = f"task:{task}" if task is not None else f"case:{case.number}"
    session.add(Audit(at=now, actor=actor, action=action, subject=subject, call_id=callback.call_id, details=details))
