"""A call's dossier: everything that is kept about one call, for its own page. Facts only; the words and the picture are `web`'s.

Beside its course and what its charge is explained with stand its attempts with who was passed over, what was given back or is
disputed, what the provider charged us, what was marked, and what was written to whom.

No digit of a PIN is kept, so none is here (R2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from helpdesk import call_log, courses, queue, recipients, records
from helpdesk.courses import Course
from helpdesk.explanations import Explanation
from helpdesk.queue import QueuedTask
from helpdesk.records import ErrandRecord, Message
from models import Attempt, Audit, Call, Correction, Cost, Dispute, Task
from models.values import AttemptOutcome
from oncall import grounds, reasons, roster
from oncall.grounds import Chain, LastResort
from oncall.reasons import Place


@dataclass(frozen=True, kw_only=True)
class Rung:
    """An attempt: each moment as far as it came, and the order of those on duty down to whoever was rung.

    `grounds` are why they were on duty, as it was kept then; `rota` is the version that put them there, where it was no shift. The
    last resort is of no `tier`.
    """

    number: int
    supporter: int
    name: str
    tier: int | None
    rota: int | None
    grounds: Chain
    rung_at: datetime
    picked_up_at: datetime | None
    accepted_at: datetime | None
    ended_at: datetime | None
    outcome: AttemptOutcome | None
    order: tuple[Place, ...]


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """All of it. `number` is where the caller is called back, whole. `nobody` are those on duty where nobody was rung at all.

    `names` are of all whom the grounds of a duty name, by their number.
    """

    key: int
    course: Course
    number: str | None
    attempts: tuple[Rung, ...]
    nobody: tuple[Place, ...]
    names: Mapping[int, str]
    unanswered_at: datetime | None
    tasks: tuple[QueuedTask, ...]
    corrections: Sequence[Correction]
    disputes: Sequence[Dispute]
    costs: Sequence[Cost]
    marks: Sequence[Audit]
    messages: tuple[tuple[ErrandRecord, Message | None], ...]

    @property
    def facts(self) -> Explanation:
        """Why it costs what it costs."""
        return self.course.facts


def dossier(session: Session, sid: str, *, seen_by: int | None, now: datetime) -> Dossier:
    """The dossier of that CallSid as it stands at `now`. Raises Unknown, also where `seen_by`, a supporter, may not see it."""
    call = call_log.find(session, sid, seen_by=seen_by)
    marks = select(Audit).where(or_(Audit.call_id == call.id, Audit.subject == f"call:{sid}"))
    attempts = tuple(_rung(session, call, one) for one in call.attempts)
    return Dossier(
        key=call.id,
        course=courses.course(session, sid, now=now),
        number=recipients.number(call),
        attempts=attempts,
        names=roster.names(session, {one for attempt in attempts for one in grounds.people(attempt.grounds)}),
        nobody=tuple(_nobody(session, call)),
        unanswered_at=call.unanswered_at,
        tasks=tuple(queue.about(session, Task.call_id == call.id)),
        corrections=session.scalars(select(Correction).where(Correction.call_id == call.id).order_by(Correction.id)).all(),
        disputes=session.scalars(select(Dispute).where(Dispute.call_id == call.id).order_by(Dispute.id)).all(),
        costs=session.scalars(select(Cost).where(Cost.call_id == call.id).order_by(Cost.id)).all(),
        marks=session.scalars(marks.order_by(Audit.id)).all(),
        messages=tuple(records.messages(session, call.id)),
    )


def _rung(session: Session, call: Call, one: Attempt) -> Rung:
    why = grounds.read(one.grounds or [])
    return Rung(
        number=one.number,
        supporter=one.supporter_id,
        name=one.supporter.name,
        tier=None if any(isinstance(ground, LastResort) for ground in why) else one.tier or 1,
        rota=one.rota_id,
        grounds=why,
        rung_at=one.rung_at,
        picked_up_at=one.picked_up_at,
        accepted_at=one.accepted_at,
        ended_at=one.ended_at,
        outcome=one.outcome,
        order=tuple(reasons.places(session, call, at=one.rung_at, rung=one.supporter_id, why=why)),
    )


def _nobody(session: Session, call: Call) -> list[Place]:
    """Who was on duty when a supporter was to be rung (a price was accepted, where there is one), and nobody was."""
    at = call.unanswered_at or call.ended_at
    sought = call.price_accepted_at if call.costs_points else call.unanswered_at or call.waiting_since
    if call.attempts or sought is None or at is None:
        return []
    return reasons.places(session, call, at=at, rung=None)
