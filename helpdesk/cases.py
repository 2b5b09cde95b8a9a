"""Cases and the tasks on them: opened, found by what a caller keyed, linked to calls (R14, R16)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload, lazyload
from structlog.contextvars import bind_contextvars

from helpdesk import alarms, called_in, notices, numbers, receipts, task_notices
from helpdesk.call_records import WITH_PERSON
from helpdesk.customers import Unknown
from models import Audit, Call, Case, Report, Task
from models.due import first_due
from models.values import CallOutcome, CaseState, ReportKind, TaskKind

QUESTION: Final = 1
SYSTEM_DOWN: Final = 4
USES_POINTS: Final = 6
DEADLINE: Final = 30
"""Within how many minutes somebody is called back, where the line says nothing else (R14)."""
REMINDER: Final = timedelta(minutes=15)
REVIEW_WITHIN: Final = timedelta(days=1)
ACTOR: Final = "system"
LINK_DUE: Final = first_due(Call.link_at)
ALARM_DUE: Final = (
    select(Task, Call)
    .join(Call, Call.id == Task.call_id)
    .options(joinedload(Call.customer), WITH_PERSON, lazyload(Call.line))
    .where(Task.alarm_at <= bindparam("now"))
    .order_by(Task.alarm_at, Task.id)
    .limit(1)
    .with_for_update(skip_locked=True, of=[Call, Task])  # as whoever settles the call: it first
)
RECORDED_LAST: Final = (
    select(Report.payload)
    .where(Report.call_id == bindparam("call"), Report.kind == ReportKind.RECORDED)
    .order_by(Report.id.desc())
    .limit(1)
)
OPEN_TASK: Final = select(Task).where(Task.call_id == bindparam("call"), Task.taken_at.is_(None))
NEEDLESS: Final = OPEN_TASK.where(Task.kind.in_([TaskKind.REVIEW, TaskKind.MISSED])).order_by(Task.id)


def find(session: Session, number: str) -> Case:
    """The case of that number. Raises Unknown."""
    case = session.scalar(select(Case).where(Case.number == number))
    if case is None:
        raise Unknown(f"there is no case {number}")
    return case


def of_customer(session: Session, customer_id: int, number: str) -> Case | None:
    """A customer's own case of that number; somebody else's is not found either (R16)."""
    return session.scalar(select(Case).where(Case.number == number, Case.customer_id == customer_id))


def open_case(session: Session, customer_id: int | None, *, title: str, severity: int, now: datetime) -> Case:
    """A new case with a number that was never used (R16)."""
    case = Case(
        number=numbers.draw(session, numbers.CASES),
        customer_id=customer_id,
        title=title,
        severity=severity,
        state=CaseState.OPEN,
        opened_at=now,
    )
    session.add(case)
    session.flush()
    return case


def link(session: Session, call: Call, *, now: datetime) -> Case:
    """Sees to it that a connected call has a case: the one the caller keyed, or a new one (R16)."""
    if call.case is None:
        severity = USES_POINTS if call.costs_points else QUESTION
        stands_on(call, case := open_case(session, call.customer_id, title=_title(call, "talk"), severity=severity, now=now))
        return case
    return call.case


def stands_on(call: Call, case: Case | None) -> None:
    """From now on the call is linked to this case."""
    call.case, call.case_id = case, case.id if case else None


def link_due(session: Session, now: datetime) -> int:
    """One call that is over: linked if it was talked, then its receipts asked for; how many it did. Scheduler's unit of work."""
    call = session.scalar(LINK_DUE, {"now": now})
    if call is None:
        return 0
    bind_contextvars(call=call.sid)
    call.link_at = None
    if call.outcome is CallOutcome.TALKED:
        link(session, call, now=now)
        called_in.tasks_are_done(session, call, now=now)
    receipts.ask(session, call, now=now)
    return 1


def open_task(session: Session, call: Call, kind: TaskKind, *, now: datetime) -> Task:
    """Somebody must act on this call: an urgent case, a task with a deadline, and everyone on duty told at once (R14, R16).

    A call has one task of those on duty: asked again, the same one comes back, as what it is now (something was recorded behind the
    hang-up). Beside it an administrator has one of each kind, which is opened again where it was taken: there is something new.
    """
    call.tell_at = now
    its_kinds = [kind] if kind.is_an_administrators else [one for one in TaskKind if not one.is_an_administrators]
    task = session.scalar(select(Task).where(Task.call_id == call.id, Task.kind.in_(its_kinds)))
    if task is None:
        task = _new_task(session, call, kind, now=now)
    elif not kind.is_an_administrators:
        kind_before, task.kind = task.kind, kind
        if _attach_recording(session, task) or kind_before is not kind:
            task_notices.tell(session, task, call, key=f"task:{task.id}:{kind.value}", now=now)
    elif task.taken_at is not None:
        task.opened_at, task.due_at, task.alarm_at = now, now + REVIEW_WITHIN, now + REVIEW_WITHIN
        task.taken_at = task.taken_by_id = None
        task_notices.tell(session, task, call, key=f"task:{task.id}:{kind.value}:{now.isoformat()}", now=now)
    return task


def _new_task(session: Session, call: Call, kind: TaskKind, *, now: datetime) -> Task:
    case = call.case
    if case is None:
        case = open_case(session, call.customer_id, title=_title(call, kind.value), severity=SYSTEM_DOWN, now=now)
        stands_on(call, case)
    elif not kind.is_an_administrators:
        _make_urgent(session, call, case, now=now)
    if not kind.is_an_administrators:  # who is rung back did not talk after all
        task_is_done(session, call, TaskKind.REVIEW, now=now)
    due = now + (REVIEW_WITHIN if kind.is_an_administrators else calls_back_within(call))
    task = Task(kind=kind, case=case, case_id=case.id, call_id=call.id, opened_at=now, due_at=due, alarm_at=due, alarms=0)
    session.add(task)
    session.flush()
    _attach_recording(session, task)
    task_notices.tell(session, task, call, key=f"task:{task.id}:opened", now=now)
    return task


def calls_back_within(call: Call) -> timedelta:
    """Within how long somebody is called back on that call's line (R14)."""
    return timedelta(minutes=call.line.callback_minutes or DEADLINE)


def alarm_due(session: Session, now: datetime) -> int:
    """Sounds the alarm of one task that is past its deadline, again every 15 minutes until it is taken (R14); how many it did.

    While its caller is being talked to after all, it waits to see whether that talk does the task.
    """
    found = session.execute(ALARM_DUE, {"now": now}).one_or_none()
    if found is None:
        return 0
    task, call = found
    if called_in.is_being_done(session, task, call, now=now):
        task.alarm_at = now + called_in.A_TALK
        return 1
    task.alarms += 1
    pause = REVIEW_WITHIN if task.kind.is_an_administrators else REMINDER
    on_time = (task.alarm_at or now) + pause
    task.alarm_at = on_time if on_time > now else now + pause  # A clock that stood still does not make up for what it missed.
    bind_contextvars(call=call.sid)
    alarms.sound(session, alarms.past_due(task, call), now=now)
    return 1


def take(session: Session, task_id: int, supporter_id: int, *, now: datetime) -> Task:
    """A supporter takes a task: the alarms stop. Raises Unknown; a task that is taken stays with whoever took it first."""
    task = session.get(Task, task_id, with_for_update={"of": Task})
    if task is None:
        raise Unknown(f"there is no task {task_id}")
    if task.taken_at is None:
        alarms.task_is_taken(session, task, by=supporter_id, now=now)
    return task


def task_is_done(session: Session, call: Call, kind: TaskKind, *, now: datetime) -> None:
    """What the task of this kind was for has been done elsewhere: nobody is reminded of it any more."""
    task = session.scalar(select(Task).where(Task.call_id == call.id, Task.kind == kind, Task.taken_at.is_(None)))
    if task is not None:
        alarms.task_is_taken(session, task, by=None, now=now)


def task_is_needless(session: Session, call: Call, *, now: datetime) -> None:
    """That a call was talked, and when it ended, has become known after all: nobody need find out, or ring back (R19, R20)."""
    with session.no_autoflush:
        tasks = session.scalars(NEEDLESS, {"call": call.id}).all()
    for task in tasks:
        alarms.task_is_taken(session, task, by=None, now=now)
        mark = {"action": f"{task.kind.value}_is_needless", "subject": f"task:{task.id}"}
        session.add(Audit(at=now, actor=ACTOR, call_id=call.id, details={}, **mark))


def calls(session: Session, case: Case) -> list[str]:
    """The CallSids linked to a case, oldest first."""
    return list(session.scalars(select(Call.sid).where(Call.case_id == case.id).order_by(Call.started_at, Call.id)))


def _attach_recording(session: Session, task: Task) -> bool:
    """A message, or a number to call, hangs on its task: what was recorded last in the call. Whether it is new."""
    message = session.scalar(RECORDED_LAST, {"call": task.call_id})
    if message is None or message["url"] == task.recording_url:
        return False
    task.recording_url, task.recording_seconds = message["url"], message["seconds"]
    return True


def _make_urgent(session: Session, call: Call, case: Case, *, now: datetime) -> None:
    """A caller whom nobody answered makes the case urgent (R16), unless the case is one of points that is older than the call."""
    if case.severity == SYSTEM_DOWN or (case.severity == USES_POINTS and case.opened_at < call.started_at):
        return
    details = {"severity": {"before": case.severity, "after": SYSTEM_DOWN}}
    subject = f"case:{case.number}"
    session.add(Audit(at=now, actor=ACTOR, action="case_made_urgent", subject=subject, call_id=call.id, details=details))
    case.severity = SYSTEM_DOWN


def _title(call: Call, what: str) -> str:
    """What a case that the house opens is called: the caller reads it, and hears it read back, in their own language (R22)."""
    of_line = f"case_{what}_{call.line.flow.value}"
    return notices.written(of_line if of_line in notices.NOTICES.names() else f"case_{what}", call.language, {})
