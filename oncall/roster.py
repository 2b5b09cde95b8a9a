"""The roster: who is on duty and how they stand, read from the database; shifts added; a supporter reserved and freed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import exists, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Attempt, Call, Shift, Supporter
from models.values import CallState
from oncall import chain, rota
from oncall.chain import Candidate, Decision
from oncall.rota import Duty, Span

WRAP_UP: Final = timedelta(minutes=2)
STILL_THERE: Final = timedelta(seconds=60)


class AlreadyTaken(Exception):
    """Somebody else reserved the supporter a moment ago; nothing was written."""


def on_duty(session: Session, at: datetime) -> list[Supporter]:
    """Who is on duty at `at`, in ringing order."""
    shifts = {shift.supporter_id: shift.supporter for shift in _shifts(session, at)}
    return [shifts[duty.supporter] for duty in rota.on_duty(map(_duty, _shifts(session, at)), at)]


def gaps(session: Session, during: Span) -> list[Span]:
    """When nobody is on duty, within a span."""
    shifts = session.scalars(select(Shift).where(Shift.starts_at < during.ends_at, Shift.ends_at > during.starts_at))
    return rota.gaps(map(_duty, shifts), during)


def add_shift(session: Session, supporter: Supporter, span: Span, *, tier: int) -> Shift:
    """A span of duty. Raises ValueError for a tier below 1."""
    if tier < 1:
        raise ValueError("tier is 1 or more")
    shift = Shift(supporter_id=supporter.id, starts_at=span.starts_at, ends_at=span.ends_at, tier=tier)
    session.add(shift)
    session.flush()
    return shift


def decision(session: Session, call: Call, *, now: datetime) -> Decision:
    """Whom to ring next for this call, or whether to wait (R12)."""
    shifts = _shifts(session, now)
    return chain.decide(
        _candidates(session, call, shifts, now),
        ahead=_ahead(session, call, now),
        ringing_since=call.ringing_since,
        waiting_since=call.waiting_since,
        now=now,
    )


def reserve(session: Session, attempt: Attempt) -> None:
    """Writes the attempt, which reserves its supporter until it ends. Raises AlreadyTaken: one index holds it in both databases."""
    try:
        with session.begin_nested():
            session.add(attempt)
            session.flush()
    except IntegrityError as refused:
        raise AlreadyTaken(f"supporter {attempt.supporter_id} is being rung for another call") from refused


def free(attempt: Attempt, *, talked_until: datetime | None) -> None:
    """Lets the supporter of an ended attempt be rung again: at once, or after the wrap-up of a talked call."""
    if talked_until is not None:
        attempt.supporter.free_at = talked_until + WRAP_UP


def skip_wrap_up(attempt: Attempt) -> None:
    """What looked like a talk was none: there is nothing to wrap up. The wrap-up of a later talk stays."""
    free_at, ended_at = attempt.supporter.free_at, attempt.ended_at
    if free_at is not None and ended_at is not None and free_at <= ended_at + WRAP_UP:
        attempt.supporter.free_at = None


def _shifts(session: Session, at: datetime) -> list[Shift]:
    return list(session.scalars(select(Shift).where(Shift.starts_at <= at, Shift.ends_at > at)))


def _duty(shift: Shift) -> Duty:
    return Duty(shift=shift.id, supporter=shift.supporter_id, tier=shift.tier, starts_at=shift.starts_at, ends_at=shift.ends_at)


def _candidates(session: Session, call: Call, shifts: list[Shift], now: datetime) -> list[Candidate]:
    supporters = {shift.supporter_id: shift.supporter for shift in shifts}
    tried = set(session.scalars(select(Attempt.supporter_id).where(Attempt.call_id == call.id)))
    reserved = set(session.scalars(select(Attempt.supporter_id).where(Attempt.ended_at.is_(None), Attempt.call_id != call.id)))

    live = or_(Call.state == CallState.TALKING, Call.heard_at > now - STILL_THERE)
    phoning = set(session.scalars(select(Call.from_number).where(Call.state != CallState.ENDED, Call.id != call.id, live)))

    def stands(duty: Duty) -> Candidate:
        supporter = supporters[duty.supporter]
        wraps_up = supporter.free_at is not None and supporter.free_at > now
        return Candidate(
            supporter=supporter.id,
            shift=duty.shift,
            tried=supporter.id in tried,
            is_caller=supporter.phone in {call.from_number, call.line.number},
            busy=supporter.id in reserved or supporter.phone in phoning or wraps_up,
        )

    return [stands(duty) for duty in rota.on_duty(map(_duty, shifts), now)]


def _ahead(session: Session, call: Call, now: datetime) -> int:
    """Callers who have waited longer than this one, and are still there: heard of within STILL_THERE, and not being rung for."""
    is_rung_for = exists().where(Attempt.call_id == Call.id, Attempt.ended_at.is_(None))
    waiting = (
        select(func.count())
        .select_from(Call)
        .where(Call.state == CallState.RINGING, Call.waiting_since.is_not(None), Call.unanswered_at.is_(None), Call.id != call.id)
        .where(Call.heard_at > now - STILL_THERE, ~is_rung_for)
    )
    if call.waiting_since is not None:
        earlier = Call.waiting_since < call.waiting_since
        waiting = waiting.where(or_(earlier, (Call.waiting_since == call.waiting_since) & (Call.id < call.id)))
    return session.scalar(waiting) or 0
