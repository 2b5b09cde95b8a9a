"""The course of a call, as it can be drawn: every webhook with what was answered, every report, and what the call set off.

Facts only; the picture is `web.diagram`. No digit of a PIN is among them, because a turn keeps none (R2); telephone numbers in what
was answered and what was marked are masked (R23).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import explanations, records
from helpdesk.explanations import Explanation
from helpdesk.records import ErrandRecord
from models import Attempt, Audit, Call, Leg, Report, Task, Turn
from models.values import ReportKind, TaskKind, masked_within

MOST_ERRANDS: Final = 50
STATUSES: Final = ("DialCallStatus", "CallStatus")
DURATIONS: Final = ("DialCallDuration", "CallDuration", "Duration")


@dataclass(frozen=True, kw_only=True)
class TurnFacts:
    """One webhook: what was heard (redacted) and the TwiML that was answered.

    `attempt` is the number of the attempt on whose leg it came, None on the caller's.
    """

    attempt: int | None
    number: int
    at: datetime
    step: str
    heard: Mapping[str, Any]
    answer: str


@dataclass(frozen=True, kw_only=True)
class ReportFacts:
    """What the provider said about a leg, when it was received; `seconds` as it counts them, where it does."""

    report: int
    attempt: int | None
    at: datetime
    kind: ReportKind
    status: str
    seconds: str


@dataclass(frozen=True, kw_only=True)
class TaskFacts:
    """What a person has to do because of the call."""

    task: int
    kind: TaskKind
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MarkFacts:
    """Something about the call that was marked for a person to see."""

    mark: int
    action: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Course:
    """All that is known of how a call went; each part in the order in which it was written."""

    facts: Explanation
    turns: tuple[TurnFacts, ...]
    reports: tuple[ReportFacts, ...]
    errands: tuple[ErrandRecord, ...]
    tasks: tuple[TaskFacts, ...]
    marks: tuple[MarkFacts, ...]


def course(session: Session, sid: str, *, now: datetime) -> Course:
    """The call of that CallSid, as it stands at `now`. Raises helpdesk.customers.Unknown."""
    facts = explanations.explain(session, sid, now=now)
    call = session.scalars(select(Call).where(Call.sid == sid)).one()
    tasks = session.scalars(select(Task).where(Task.call_id == call.id).order_by(Task.id))
    marks = session.scalars(select(Audit).where(Audit.call_id == call.id).order_by(Audit.id))
    errands = list(records.errands(session, state=None, most=MOST_ERRANDS, call=sid))
    return Course(
        facts=facts,
        turns=_turns(session, call),
        reports=_reports(session, call),
        errands=tuple(reversed(errands)),
        tasks=tuple(TaskFacts(task=one.id, kind=one.kind, at=one.opened_at) for one in tasks),
        marks=tuple(MarkFacts(mark=one.id, action=one.action, at=one.at) for one in marks),
    )


def _turns(session: Session, call: Call) -> tuple[TurnFacts, ...]:
    legs = select(Turn, Attempt.number).join(Leg, Leg.id == Turn.leg_id).outerjoin(Attempt, Attempt.id == Leg.attempt_id)
    return tuple(
        TurnFacts(
            attempt=attempt,
            number=turn.number,
            at=turn.at,
            step=turn.step,
            heard=turn.heard,
            answer=masked_within(turn.answer),
        )
        for turn, attempt in session.execute(legs.where(Leg.call_id == call.id).order_by(Turn.id))
    )


def _reports(session: Session, call: Call) -> tuple[ReportFacts, ...]:
    numbers = {one.id: one.number for one in call.attempts}
    found = session.scalars(select(Report).where(Report.call_id == call.id).order_by(Report.id))
    return tuple(
        ReportFacts(
            report=one.id,
            attempt=numbers.get(one.attempt_id or 0) if one.sid != call.sid else None,
            at=one.received_at,
            kind=one.kind,
            status=_first(one.payload, STATUSES),
            seconds=_first(one.payload, DURATIONS),
        )
        for one in found
    )


def _first(payload: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((str(payload[name]) for name in names if payload.get(name)), "")
