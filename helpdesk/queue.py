"""The tasks of persons: what waits, the most urgent first, who took what, and how one is taken and given away (R14).

Unknown      there is no such task (helpdesk.customers)
TaskTaken    somebody else has it; nothing was written
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from helpdesk import cases, errands, phrases, recipients
from helpdesk.call_records import WITH_PERSON
from helpdesk.customers import Unknown
from models import Audit, Call, Case, Recording, Supporter, Task
from models.values import CallOutcome, TaskKind

Found = Select[Task, Call, str | None, datetime | None, datetime | None, str | None, str | None]
RECORDED: Final = (Recording.copied_at, Recording.erased_at, Recording.transcript, Recording.problem)
LOOKED_THROUGH: Final = 200
LATER: Final = aliased(Call)
LATER_CALLS: Final = (
    select(LATER.person_id, LATER.outcome, LATER.ended_at)
    .where(LATER.customer_id == Call.customer_id, LATER.started_at > Call.started_at)
    .order_by(LATER.started_at)
    .limit(LOOKED_THROUGH)
    .correlate(Call)
    .subquery()
)
TALKED_LAST: Final = (
    select(func.max(LATER_CALLS.c.ended_at))
    .where(LATER_CALLS.c.person_id == Call.person_id, LATER_CALLS.c.outcome == CallOutcome.TALKED)
    .correlate(Call)
    .scalar_subquery()
)
TALKED: Final = select(Call.id, TALKED_LAST).where(Call.id.in_(bindparam("calls", expanding=True)))


class TaskTaken(Exception):
    """Somebody else has the task; nothing was written. `by` is their number, None where it was done without anybody."""

    def __init__(self, task: int, by: int | None) -> None:
        done = f"nobody need take task {task}: what it was for has been done"
        super().__init__(done if by is None else f"task {task} was taken by supporter {by}")
        self.by = by


@dataclass(frozen=True, kw_only=True)
class QueuedTask:
    """A task. `number` is where the caller is called back, whole; `recording` the seconds of what was recorded for it.

    It `can_be_heard` once it is copied home, until it `is_erased`; it `is_stuck` where that failed so far. `transcript` is
    what a machine heard (helpdesk.recordings). `talked_at`: when a talk with its caller last ended, of the
    customer's calls that followed (LOOKED_THROUGH of them), whoever rang whom.

    Taken without `taken_by`: what it was for has been done elsewhere.
    """

    task: int
    kind: TaskKind
    case: str
    title: str
    call: str
    company: str
    person: str | None
    number: str | None
    recording: int | None
    can_be_heard: bool
    is_erased: bool
    is_stuck: bool
    transcript: str | None
    opened_at: datetime
    due_at: datetime
    alarms: int
    taken_at: datetime | None
    taken_by: int | None
    taker: str | None
    talked_at: datetime | None


def waiting(
    session: Session, *, kinds: Collection[TaskKind] = tuple(TaskKind), after: int | None = None, most: int
) -> list[QueuedTask]:
    """The tasks that wait, by deadline; those behind the task `after`."""
    query = _query().where(Task.alarm_at.is_not(None), Task.taken_at.is_(None), Task.kind.in_(kinds))
    last = session.get(Task, after) if after is not None else None
    if last is not None:
        behind = (Task.due_at > last.due_at) | ((Task.due_at == last.due_at) & (Task.id > last.id))
        query = query.where(behind)
    return _read(session, query.order_by(Task.due_at, Task.id).limit(most))


def taken_by(session: Session, supporter_id: int, *, most: int) -> list[QueuedTask]:
    """What a supporter took last, the newest first."""
    mine = _query().where(Task.taken_by_id == supporter_id).order_by(Task.taken_at.desc(), Task.id.desc())
    return _read(session, mine.limit(most))


def taken_by_others(session: Session, supporter_id: int | None, *, most: int) -> list[QueuedTask]:
    """What somebody else took of the last tasks, the newest first: for whoever looks after them all."""
    last = Task.id > select(func.max(Task.id)).scalar_subquery() - LOOKED_THROUGH
    theirs = _query().where(last, Task.taken_by_id != (supporter_id or 0)).order_by(Task.id.desc())
    return _read(session, theirs.limit(most))


def about(session: Session, *which: ColumnElement[bool]) -> list[QueuedTask]:
    """All tasks for which it holds, taken ones too, the oldest first."""
    return _read(session, _query().where(*which).order_by(Task.id))


def kind_of(session: Session, task_id: int) -> TaskKind:
    """What sort of task it is. Raises Unknown."""
    kind = session.scalar(select(Task.kind).where(Task.id == task_id))
    if kind is None:
        raise Unknown(f"there is no task {task_id}")
    return kind


def take(session: Session, task_id: int, supporter_id: int, *, actor: str, now: datetime) -> Task:
    """The supporter takes it: the alarms stop. Raises Unknown, also for the supporter, and TaskTaken."""
    if session.get(Supporter, supporter_id) is None:
        raise Unknown(f"there is no supporter {supporter_id}")
    task = cases.take(session, task_id, supporter_id, now=now)
    if task.taken_by_id != supporter_id:
        raise TaskTaken(task_id, task.taken_by_id)
    if task.taken_at == now:
        _note(session, task, "task_taken", actor=actor, now=now, supporter=supporter_id)
    return task


def hand_back(session: Session, task_id: int, *, by: int | None, actor: str, now: datetime) -> Task:
    """It waits again, and its alarms go on: at its deadline, or at once where that has passed.

    `by` may hand back what they have; None, an administrator, whatever somebody has. Raises Unknown, TaskTaken.
    """
    task = _theirs(session, task_id, by)
    _note(session, task, "task_handed_back", actor=actor, now=now, supporter=task.taken_by_id)
    task.taken_at, task.taken_by_id, task.alarm_at = None, None, max(task.due_at, now)
    return task


def hand_over(session: Session, task_id: int, to: int, *, by: int | None, actor: str, now: datetime) -> Task:
    """A colleague has it from now on, and is told so, once; its alarms stay silent, and they may hand it back.

    `by` may hand over what they have; None, an administrator, whatever somebody has. Raises Unknown, also for the colleague, and
    TaskTaken.
    """
    colleague = session.get(Supporter, to)
    if colleague is None:
        raise Unknown(f"there is no supporter {to}")
    task = _theirs(session, task_id, by)
    before = session.get_one(Supporter, task.taken_by_id)
    if before is colleague:
        return task
    _note(session, task, "task_handed_over", actor=actor, now=now, before=before.name, after=colleague.name)
    task.taken_at, task.taken_by_id = now, to
    call = session.get_one(Call, task.call_id)
    values = {
        "by": before.name,
        "task": task.id,
        "case": task.case.number,
        "company": task.case.customer.name if task.case.customer else call.line.name,
        "person": call.person.name if call.person else "",
        "number": recipients.number(call) or (phrases.RECORDED if task.recording_url else None),
        "due": task.due_at.isoformat(),
    }
    key = f"handed-over:{task.id}:{now.isoformat()}"
    errands.notify(session, [recipients.supporter(to)], notice="handed_over", values=values, key=key, now=now, call_id=call.id)
    return task


def _theirs(session: Session, task_id: int, by: int | None) -> Task:
    """The task that `by` has, or anybody where it is None, locked. Raises Unknown, TaskTaken."""
    task = session.get(Task, task_id, with_for_update={"of": Task})
    if task is None:
        raise Unknown(f"there is no task {task_id}")
    if task.taken_by_id is None or by not in {None, task.taken_by_id}:
        raise TaskTaken(task_id, task.taken_by_id)
    return task


def _query() -> Found:
    named = (joinedload(Task.case).joinedload(Case.customer), WITH_PERSON)
    return (
        select(Task, Call, Supporter.name, *RECORDED)
        .join(Call, Call.id == Task.call_id)
        .outerjoin(Supporter, Supporter.id == Task.taken_by_id)
        .outerjoin(Recording, Recording.url == Task.recording_url)
        .options(*named)
    )


def _read(session: Session, query: Found) -> list[QueuedTask]:
    found = session.execute(query).all()
    calls = [call.id for _, call, *_ in found]
    talked = {call: at for call, at in session.execute(TALKED, {"calls": calls})} if calls else {}  # noqa: C416 - rows, typed
    return [
        QueuedTask(
            task=task.id,
            kind=task.kind,
            case=task.case.number,
            title=task.case.title,
            call=call.sid,
            company=task.case.customer.name if task.case.customer else "",
            person=call.person.name if call.person else None,
            number=recipients.number(call),
            recording=task.recording_seconds if task.recording_url else None,
            can_be_heard=copied_at is not None and erased_at is None,
            is_erased=erased_at is not None,
            is_stuck=copied_at is None and problem is not None,
            transcript=transcript,
            opened_at=task.opened_at,
            due_at=task.due_at,
            alarms=task.alarms,
            taken_at=task.taken_at,
            taken_by=task.taken_by_id,
            taker=taker,
            talked_at=talked.get(call.id),
        )
        for task, call, taker, copied_at, erased_at, transcript, problem in found
    ]


def _note(session: Session, task: Task, action: str, *, actor: str, now: datetime, **details: object) -> None:
    session.add(Audit(at=now, actor=actor, action=action, subject=f"task:{task.id}", call_id=task.call_id, details=details))
