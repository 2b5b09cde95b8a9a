"""What can be read about a case, the tasks and the errands: plain data, for whoever shows it (calls: helpdesk.call_records).

Raises helpdesk.customers.Unknown where nothing of that name exists.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import case_time, cases, notices, recipients
from helpdesk.case_time import CaseTime
from helpdesk.customers import Unknown
from models import Call, Errand, Recording, Task
from models.values import CaseState, ErrandKind, ErrandState, Language, TaskKind, masked


@dataclass(frozen=True, kw_only=True)
class CaseRecord:
    """A case, its calls oldest first, and the charged quarters that stand on it as time (R17)."""

    case: str
    customer: str | None
    title: str
    severity: int
    state: CaseState
    calls: tuple[str, ...]
    time: tuple[CaseTime, ...]


@dataclass(frozen=True, kw_only=True)
class TaskRecord:
    """What somebody must do by `due_at` (R14). `recording`: where in the console one can be heard, while it is here."""

    task: int
    kind: TaskKind
    case: str
    customer: str | None
    call: str
    opened_at: datetime
    due_at: datetime
    alarms: int
    recording: str | None
    taken_at: datetime | None
    supporter: int | None


@dataclass(frozen=True, kw_only=True)
class ErrandRecord:
    """What was, or is to be, done outside a call. `to` is "supporter:3", "person:7" or "alarm", never a telephone number."""

    errand: int
    kind: ErrandKind
    state: ErrandState
    to: str | None
    notice: str | None
    call: str | None
    asked_at: datetime
    due_at: datetime | None
    tries: int
    done_at: datetime | None
    outcome: str | None


@dataclass(frozen=True, kw_only=True)
class Message:
    """What an errand says, as its recipient would read it, and where it goes: a mail address, or a number that is masked (R23)."""

    address: str | None
    language: Language
    text: str


def case_record(session: Session, number: str) -> CaseRecord:
    """The case of that number. Raises Unknown."""
    case = cases.find(session, number)
    return CaseRecord(
        case=case.number,
        customer=case.customer.number if case.customer else None,
        title=case.title,
        severity=case.severity,
        state=case.state,
        calls=tuple(cases.calls(session, case)),
        time=tuple(case_time.time_on(session, case)),
    )


def tasks(session: Session, *, taken: bool) -> Iterator[TaskRecord]:
    """The tasks that wait for somebody, the most urgent first; with `taken` those too that somebody took."""
    query = (
        select(Task, Call.sid, Recording.copied_at)
        .join(Call, Call.id == Task.call_id)
        .outerjoin(
            Recording, (Recording.url == Task.recording_url) & Recording.copied_at.is_not(None) & Recording.erased_at.is_(None)
        )
        .order_by(Task.due_at, Task.id)
    )
    for task, sid, copied_at in session.execute(query if taken else query.where(Task.taken_at.is_(None))):
        yield task_record(task, sid, recording=f"/tasks/{task.id}/recording" if copied_at is not None else None)


def task_record(task: Task, sid: str, *, recording: str | None = None) -> TaskRecord:
    """A task of the call of that CallSid."""
    return TaskRecord(
        task=task.id,
        kind=task.kind,
        case=task.case.number,
        customer=task.case.customer.number if task.case.customer else None,
        call=sid,
        opened_at=task.opened_at,
        due_at=task.due_at,
        alarms=task.alarms,
        recording=recording,
        taken_at=task.taken_at,
        supporter=task.taken_by_id,
    )


def errands(session: Session, *, state: ErrandState | None, most: int, call: str | None = None) -> Iterator[ErrandRecord]:
    """The errands that were asked for last, the newest first, `most` of them; only those in `state`, and about `call`, if given."""
    query = select(Errand, Call.sid).outerjoin(Call, Call.id == Errand.call_id).order_by(Errand.id.desc()).limit(most)
    if call is not None:
        query = query.where(Errand.call_id == select(Call.id).where(Call.sid == call).scalar_subquery())
    for errand, sid in session.execute(query.where(Errand.state == state) if state else query):
        yield _errand(errand, sid)


def errand_record(session: Session, errand_id: int, *, alarm_address: str | None) -> tuple[ErrandRecord, Message | None]:
    """The errand of that number, and what it says; None where it is no message, or cannot be put into words. Raises Unknown."""
    query = select(Errand, Call.sid).outerjoin(Call, Call.id == Errand.call_id).where(Errand.id == errand_id)
    found = session.execute(query).one_or_none()
    if found is None:
        raise Unknown(f"there is no errand {errand_id}")
    return _errand(*found), _message(session, found[0], alarm_address)


def messages(session: Session, call_id: int) -> Iterator[tuple[ErrandRecord, Message | None]]:
    """What was written about a call, or is to be, in the order of asking, each with its words where it can be put into words."""
    query = select(Errand, Call.sid).join(Call, Call.id == Errand.call_id).where(Errand.call_id == call_id)
    for errand, sid in session.execute(query.order_by(Errand.id)):
        yield _errand(errand, sid), _message(session, errand, None)


def _message(session: Session, errand: Errand, alarm_address: str | None) -> Message | None:
    to, payload = errand.payload.get("to"), errand.payload
    if to is None or payload.get("notice") not in notices.NOTICES.names():
        return None
    address, language = recipients.reached(session, to, errand.kind, alarm_address=alarm_address)
    shown = address if address is None or "@" in address else masked(address)
    return Message(address=shown, language=language, text=notices.written(payload["notice"], language, payload["values"]))


def _errand(errand: Errand, sid: str | None) -> ErrandRecord:
    return ErrandRecord(
        errand=errand.id,
        kind=errand.kind,
        state=errand.state,
        to=errand.payload.get("to"),
        notice=errand.payload.get("notice"),
        call=sid,
        asked_at=errand.asked_at,
        due_at=errand.due_at,
        tries=errand.tries,
        done_at=errand.done_at,
        outcome=errand.outcome,
    )
