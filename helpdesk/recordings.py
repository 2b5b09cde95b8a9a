"""Recordings come home: copied from the provider, removed there, written down, kept for 90 days, erased (R23).

1. `note`                 a webhook says that something was recorded
2. `claim`                what the clock does next about which one; what is old is erased
3. `copied` `removed` `written` `failed`   what came of it

All of it can be repeated without harm, and happens outside any transaction (app.fetcher).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from billing import ledger
from helpdesk.customers import Unknown
from helpdesk.ports import PortFailed
from models import Call, Recording, Task
from models.values import TaskKind, masked_within

KEPT_FOR: Final = timedelta(days=90)
WRITTEN_WITHIN: Final = timedelta(days=1)
FIRST_PAUSE: Final = timedelta(seconds=15)
LONGEST_PAUSE: Final = timedelta(hours=6)
LONGEST_PROBLEM: Final = 500


class What(StrEnum):
    """What is to be done about one."""

    COPY = "copy"
    REMOVE = "remove"
    WRITE_DOWN = "write_down"


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """One that is ours to do something about now; `url` is where the provider keeps it, `sound` what is to be written down."""

    id: int
    call: str
    url: str
    what: What
    sound: bytes = field(default=b"", repr=False)


class NotHere(Unknown):
    """It is still at the provider, or was erased."""


def note(session: Session, call: Call, url: str, *, now: datetime) -> None:
    """Something was recorded; told again, it is the same one."""
    values: dict[str, Any] = {"url": url, "call_id": call.id, "recorded_at": now, "due_at": now, "tries": 0}
    ledger.add_once(session, Recording, unique="url", values=values)


def claim(session: Session, *, transcribes: bool, now: datetime) -> Claimed | None:
    """What is to be done next, claimed until it would be tried again; None where nothing is due.

    `transcribes`: somebody writes down what is said. What nobody has written down within a day is not written down any more.
    """
    due = select(Recording).where(Recording.due_at <= now).order_by(Recording.due_at, Recording.id).limit(1)
    while (one := session.scalar(due.with_for_update(skip_locked=True))) is not None:
        if one.erased_at is None and now >= one.recorded_at + KEPT_FOR:
            _erase(one, now=now)
            session.flush()
            continue
        if one.erased_at is None and one.removed_at is not None and not (transcribes and _wants_words(one, now=now)):
            one.due_at = one.recorded_at + KEPT_FOR
            session.flush()
            continue
        one.due_at = now + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(one.tries, 20))
        one.tries += 1
        return _claimed(session, one)
    return None


def copied(session: Session, claimed: Claimed, sound: bytes, *, now: datetime) -> None:
    """It is here, as a WAV file; next the provider is told to remove it."""
    one = _locked(session, claimed)
    if one.copied_at is None and one.erased_at is None:
        one.sound, one.copied_at, one.due_at, one.tries, one.problem = sound, now, now, 0, None


def removed(session: Session, claimed: Claimed, *, now: datetime) -> None:
    """The provider has it no more; what is said in it is written down next, where somebody does."""
    one = _locked(session, claimed)
    if one.removed_at is None:
        one.removed_at, one.tries, one.problem = now, 0, None
        one.due_at = now if one.erased_at is None else None


def written(session: Session, claimed: Claimed, transcript: str, *, now: datetime) -> None:
    """What is said in it, as a machine heard it; it is erased with its sound."""
    one = _locked(session, claimed)
    if one.written_at is None and one.erased_at is None:
        one.transcript, one.written_at, one.due_at, one.problem = transcript, now, one.recorded_at + KEPT_FOR, None


def failed(session: Session, claimed: Claimed, problem: PortFailed) -> None:
    """That did not work; it is tried again when the claim is over.

    What can never be copied is removed at the provider when its time is over; what it refuses to remove then is given up.
    """
    one = _locked(session, claimed)
    one.problem = masked_within(str(problem))[:LONGEST_PROBLEM]
    if problem.permanent and (claimed.what is What.COPY or one.erased_at is not None):
        one.due_at = one.recorded_at + KEPT_FOR if one.erased_at is None else None


def sound(session: Session, task_id: int, *, kinds: tuple[TaskKind, ...]) -> bytes:
    """What was recorded for a task of these kinds, a WAV file. Raises Unknown where there is no such task, NotHere without it."""
    task = session.scalar(select(Task).where(Task.id == task_id, Task.kind.in_(kinds)))
    if task is None:
        raise Unknown(f"there is no task {task_id}")
    found = session.scalar(select(Recording.sound).where(Recording.url == task.recording_url))
    if found is None:
        raise NotHere(f"there is nothing to hear of task {task_id}")
    return found


def _erase(one: Recording, *, now: datetime) -> None:
    """It is here no more; what was never copied is not to stay at the provider either."""
    one.sound, one.transcript, one.erased_at, one.tries = None, None, now, 0
    one.due_at = now if one.removed_at is None else None


def _wants_words(one: Recording, *, now: datetime) -> bool:
    return one.written_at is None and now < one.recorded_at + WRITTEN_WITHIN


def _claimed(session: Session, one: Recording) -> Claimed:
    sid = session.scalars(select(Call.sid).where(Call.id == one.call_id)).one()
    is_copied = one.copied_at is not None or one.erased_at is not None
    what = What.COPY if not is_copied else What.REMOVE if one.removed_at is None else What.WRITE_DOWN
    heard = one.sound if what is What.WRITE_DOWN else None
    return Claimed(id=one.id, call=sid, url=one.url, what=what, sound=heard or b"")


def _locked(session: Session, claimed: Claimed) -> Recording:
    query = select(Recording).where(Recording.id == claimed.id).with_for_update().options(undefer(Recording.sound))
    return session.scalars(query).one()
