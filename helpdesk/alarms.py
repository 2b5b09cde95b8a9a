"""Alarms: the one way in which somebody is told of a matter that must be seen to (models.alarms).

1. `sound`        whoever notices a matter says so, as often as they notice it; it is one row while it is open
2. `tell_due`     the clock tells whoever is alarmed: by letter, by text, and by the endpoints that want it; then it reminds them,
                  every 15 minutes of what is urgent, hourly of a shift that comes, daily of what can wait
3. `acknowledge`  somebody knows: no more reminders. The matter is open until it is over
4. `over`         the matter is over by itself: a gap is filled, the provider answers again, a task is taken

A task has its own rhythm (R14, helpdesk.cases): it is sounded when it is past its deadline, and each time that somebody is to be
reminded, which everyone on duty is too. It cannot be acknowledged, and is over when the task is taken.

IsATask    it is a task that somebody must take; nothing was written
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from helpdesk import errands, events, notices, recipients, task_notices
from helpdesk.customers import Unknown
from helpdesk.events import Event
from models import Alarm, Audit, Call, Task
from models.alarms import AlarmKind
from models.base import LARGEST_KEY
from models.keyset import Position, Slice, sliced
from models.values import ErrandKind, Language
from models.webhooks import EventKind

AGAIN_URGENT: Final = timedelta(minutes=15)
AGAIN: Final = timedelta(days=1)
AGAIN_OF_A_SHIFT: Final = timedelta(hours=1)
MINUTE: Final = timedelta(minutes=1)
ENDS_WHEN_KNOWN: Final = frozenset({AlarmKind.BRIDGE})
"""What happened once and does not go on: it is over when somebody knows of it."""
TELL_DUE: Final = select(Alarm).order_by(Alarm.tell_at, Alarm.id).limit(1).with_for_update(skip_locked=True)
ITS_CALL: Final = (
    select(Call.id)
    .join(Task, Task.call_id == Call.id)
    .where(Task.id == bindparam("task"))
    .with_for_update(of=Call, read=True, key_share=True, skip_locked=True)
)
"""The call of a task's alarm, unless somebody is at it: who settles a call locks it first, and ends its alarms then."""
THE_LINE: Final = "line"
"""The key of a matter that is the whole line's."""
IS_OPEN: Final = Alarm.closed_at.is_(None)


class IsATask(Exception):
    """A task is not acknowledged but taken. The message says which one."""


@dataclass(frozen=True, kw_only=True)
class Matter:
    """Something that somebody must know of: the same `key` of a kind is the same matter. `told` are the values of its notice."""

    kind: AlarmKind
    key: str
    notice: str
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AlarmRecord:
    """An alarm as it is shown: `subject` and `words` in the reader's language."""

    alarm: int
    kind: AlarmKind
    subject: str
    words: str
    opened_at: datetime
    reminders: int
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    closed_at: datetime | None


def sound(session: Session, matter: Matter, *, now: datetime) -> None:
    """The matter was noticed, for the first time or again. It is told by the clock, within a second; a task again each time."""
    values = {"kind": matter.kind, "key": matter.key, "notice": matter.notice, "told": matter.told, "reminders": 0}
    values |= {"opened_at": now, "seen_at": now, "tell_at": now}
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    made = dialect.insert(Alarm).values(**values)
    made = made.on_conflict_do_nothing(index_elements=["kind", "key"], index_where=IS_OPEN).returning(Alarm.id)
    if session.scalar(made) is None:
        again = {"tell_at": now} if matter.kind is AlarmKind.TASK else {}
        session.execute(_open(matter.kind, matter.key).values(seen_at=now, **again))


def past_due(task: Task, call: Call) -> Matter:
    """A task that nobody took by its deadline (R14)."""
    told = {"task": task.id, "case": task.case.number, "company": recipients.company(call), "due": task.due_at.isoformat()}
    return Matter(kind=AlarmKind.TASK, key=str(task.id), notice="past_due", told=told)


def task_is_taken(session: Session, task: Task, *, by: int | None, now: datetime) -> None:
    """A supporter has it, or what it was for has been done: nobody is reminded of it any more."""
    task.taken_at, task.taken_by_id, task.alarm_at = now, by, None
    if task.alarms:
        over(session, AlarmKind.TASK, str(task.id), now=now)


def over(session: Session, kind: AlarmKind, key: str, *, now: datetime) -> None:
    """That matter is over, if it was one."""
    session.execute(_open(kind, key).values(closed_at=now, tell_at=None))


def only(session: Session, kind: AlarmKind, matters: Collection[Matter], *, now: datetime) -> None:
    """These are all the matters of a kind there are now: each is sounded, and every other one is over."""
    for matter in matters:
        sound(session, matter, now=now)
    others = update(Alarm).where(Alarm.kind == kind, IS_OPEN, Alarm.key.not_in([one.key for one in matters]))
    session.execute(others.values(closed_at=now, tell_at=None))


def quiet_since(session: Session, kind: AlarmKind, moment: datetime, *, now: datetime) -> None:
    """Matters of a kind that nobody noticed since that moment are over."""
    silent = update(Alarm).where(Alarm.kind == kind, IS_OPEN, Alarm.seen_at <= moment)
    session.execute(silent.values(closed_at=now, tell_at=None))


def tell_due(session: Session, now: datetime, *, ways: Collection[ErrandKind]) -> int:
    """Tells of one alarm, or reminds of it; how many it did. `ways` are those in which whoever is alarmed is reached.

    That of a task whose call somebody is at has to wait: what is told stands on the call, and they may be ending the alarm.
    """
    alarm = session.scalar(TELL_DUE.where(Alarm.tell_at <= now))
    is_free = alarm is not None and (alarm.kind is not AlarmKind.TASK or session.scalar(ITS_CALL, {"task": int(alarm.key)}))
    if alarm is None or not is_free:
        return 0
    reminds = alarm.tell_at != alarm.opened_at
    alarm.reminders += reminds
    alarm.tell_at = _again(alarm.kind, now)
    if not reminds:
        events.tell(session, _event(alarm), now=now)
    if alarm.kind is AlarmKind.TASK:
        task_notices.remind(session, session.get_one(Task, int(alarm.key)), now=now, ways=ways)
        return 1
    notice, values = (alarm.notice, alarm.told) if not reminds else ("alarm_reminder", _reminder(alarm, now=now))
    payload = {"to": recipients.ALARM, "notice": notice, "values": values, "alarm": alarm.id}
    for kind in ways:
        errands.ask(session, kind, f"alarm:{alarm.id}:{alarm.reminders}:{recipients.ALARM}:{kind.value}", payload, now=now)
    return 1


def _again(kind: AlarmKind, now: datetime) -> datetime | None:
    """When it is told again, unless somebody knows by then; None for a task, which says so itself."""
    if kind is AlarmKind.TASK:
        return None
    return now + (AGAIN_URGENT if kind.is_urgent else AGAIN_OF_A_SHIFT if kind is AlarmKind.SHIFT else AGAIN)


def acknowledge(session: Session, alarm_id: int, *, by: str, now: datetime) -> Alarm:
    """Somebody knows: nobody is reminded any more. The first one stays. Raises Unknown, IsATask."""
    alarm = session.get(Alarm, alarm_id, with_for_update=True) if alarm_id <= LARGEST_KEY else None
    if alarm is None:
        raise Unknown(f"there is no alarm {alarm_id}")
    if alarm.acknowledged_at is not None or alarm.closed_at is not None:
        return alarm
    if alarm.kind is AlarmKind.TASK:
        raise IsATask(f"alarm {alarm_id} is over when somebody takes task {alarm.key}")
    alarm.acknowledged_at, alarm.acknowledged_by, alarm.tell_at = now, by, None
    if alarm.kind in ENDS_WHEN_KNOWN:
        alarm.closed_at = now
    details = {"kind": alarm.kind.value}
    session.add(Audit(at=now, actor=by, action="alarm_acknowledged", subject=f"alarm:{alarm.id}", details=details))
    return alarm


def opened(session: Session, language: Language) -> list[AlarmRecord]:
    """The alarms that are open: first those that nobody has acknowledged, the newest first."""
    found = session.scalars(select(Alarm).where(IS_OPEN).order_by(Alarm.acknowledged_at.is_not(None), Alarm.id.desc()))
    return [record(one, language) for one in found]


def unacknowledged(session: Session) -> int:
    """How many alarms are open that nobody knows of."""
    return session.scalar(select(func.count()).select_from(Alarm).where(IS_OPEN, Alarm.acknowledged_at.is_(None))) or 0


def history(
    session: Session, language: Language, *, is_open: bool = False, after: Position | None, most: int
) -> Slice[AlarmRecord]:
    """All alarms, over or not, or those that are open; the newest first."""
    wanted = select(Alarm).where(IS_OPEN) if is_open else select(Alarm)
    found = sliced(session, wanted, Alarm.id, after=after, most=most)
    return Slice(rows=[record(row[0], language) for row in found.rows], then=found.then)


def record(alarm: Alarm, language: Language) -> AlarmRecord:
    """As it is shown."""
    subject, _, words = notices.written(alarm.notice, language, alarm.told).partition("\n")
    return AlarmRecord(
        alarm=alarm.id,
        kind=alarm.kind,
        subject=subject,
        words=words,
        opened_at=alarm.opened_at,
        reminders=alarm.reminders,
        acknowledged_at=alarm.acknowledged_at,
        acknowledged_by=alarm.acknowledged_by,
        closed_at=alarm.closed_at,
    )


def _event(alarm: Alarm) -> Event:
    """What endpoints are told, in English as all that programs read."""
    said = record(alarm, Language.ENGLISH)
    data = {"alarm": alarm.id, "kind": alarm.kind, "subject": said.subject, "words": said.words, "opened_at": alarm.opened_at}
    return Event(kind=EventKind.ALARM_OPENED, key=str(alarm.id), at=alarm.opened_at, data=data)


def _reminder(alarm: Alarm, *, now: datetime) -> dict[str, Any]:
    """What a reminder says, in the language of whoever is alarmed (helpdesk.recipients)."""
    subject = notices.written(alarm.notice, Language.DANISH, alarm.told).partition("\n")[0]
    return {"what": subject, "waited": (now - alarm.opened_at) // MINUTE, "alarm": alarm.id}


def _open(kind: AlarmKind, key: str) -> Any:  # noqa: ANN401 - an update of Alarm, which SQLAlchemy types by what it returns
    return update(Alarm).where(Alarm.kind == kind, Alarm.key == key, IS_OPEN)
