"""The roster: who is on duty and how they stand, read from the database; shifts added; a supporter reserved and freed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Insert, Select, bindparam, exists, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, contains_eager

from models import Attempt, Call, ReadinessTest, Shift, Supporter
from models.values import CallState
from oncall import chain, rota
from oncall.chain import Candidate, Decision
from oncall.rota import Duty, Span

WRAP_UP: Final = timedelta(minutes=2)
LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any call: `sweep_at` is later for every call that is open, and null for all others; its index finds the open ones."""
STILL_THERE: Final = timedelta(seconds=60)
CALL: Final = bindparam("call", type_=Call.id.type)
HEARD: Final = Call.heard_at > bindparam("heard_since")
ON_DUTY: Final = (Shift.starts_at <= bindparam("now"), Shift.ends_at > bindparam("now"))
SHIFTS: Final = select(Shift).where(*ON_DUTY)
IS_RUNG: Final = exists().where(Attempt.supporter_id == Shift.supporter_id, Attempt.ended_at.is_(None), Attempt.call_id != CALL)
"""Whether a shift's supporter is reserved for another call."""
IS_PHONING: Final = exists().where(
    Call.from_number == Supporter.phone, Call.state != CallState.ENDED, Call.id != CALL, or_(Call.state == CallState.TALKING, HEARD)
)
"""Whether another call comes from a shift's supporter, and goes on as far as anybody knows."""
LONGEST_TEST: Final = timedelta(seconds=90)
"""A test that rings, is picked up and asked to the end is over by then; one that is forgotten holds nobody up any longer."""
IS_TESTED: Final = exists().where(
    ReadinessTest.supporter_id == Shift.supporter_id,
    ReadinessTest.ended_at.is_(None),
    ReadinessTest.rung_at > bindparam("tested_since"),
)
"""Whether a shift's supporter is being rung as a test: their telephone is busy, and a caller who rang it would lose them for it."""
WAITING: Final = (
    select(func.count())
    .select_from(Call)
    .where(Call.state == CallState.RINGING, Call.waiting_since.is_not(None), Call.unanswered_at.is_(None), Call.id != CALL)
    .where(Call.sweep_at > LONG_AGO, HEARD, ~exists().where(Attempt.call_id == Call.id, Attempt.ended_at.is_(None)))
)
"""Callers who wait, and are still there: heard of within STILL_THERE, and not being rung for."""


def _standing(ahead: Select[int]) -> Select[Shift, bool, int]:
    """Who is on duty and can be reached, whether they are busy, and how many callers are `ahead`."""
    shifts = select(Shift, or_(IS_RUNG, IS_PHONING, IS_TESTED), ahead.correlate(None).scalar_subquery()).join(Shift.supporter)
    return shifts.where(*ON_DUTY, Supporter.away_since.is_(None)).options(contains_eager(Shift.supporter))


SINCE: Final = bindparam("waiting_since", type_=Call.waiting_since.type)
STANDING: Final = _standing(WAITING)
STANDING_BEHIND: Final = _standing(WAITING.where(or_(Call.waiting_since < SINCE, (Call.waiting_since == SINCE) & (Call.id < CALL))))


class AlreadyTaken(Exception):
    """Somebody else reserved the supporter a moment ago; nothing was written."""


def on_duty(session: Session, at: datetime, *, with_away: bool = False) -> list[Supporter]:
    """Who is on duty at `at` and can be reached, in ringing order; with `with_away` those too who said that they cannot be."""
    return [supporter for _, supporter in duties(session, at, with_away=with_away)]


def duties(session: Session, at: datetime, *, with_away: bool) -> list[tuple[Duty, Supporter]]:
    """The same, each with the shift that counts."""
    running = session.scalars(SHIFTS, {"now": at})
    shifts = {shift.id: shift for shift in running if with_away or shift.supporter.away_since is None}
    return [(duty, shifts[duty.shift].supporter) for duty in rota.on_duty(map(_duty, shifts.values()), at)]


def shifts_of(session: Session, supporter_id: int, *, since: datetime, most: int) -> list[Shift]:
    """A supporter's shifts that are not over then, the next first."""
    mine = select(Shift).where(Shift.supporter_id == supporter_id, Shift.ends_at > since)
    return list(session.scalars(mine.order_by(Shift.starts_at, Shift.id).limit(most)))


def go_away(supporter: Supporter, *, now: datetime) -> None:
    """Cannot be reached from now on, and is not rung; a call that rings already rings on."""
    supporter.away_since = supporter.away_since or now


def come_back(supporter: Supporter) -> None:
    """Can be reached again."""
    supporter.away_since = None


def wrap_up_until(supporter: Supporter, until: datetime | None) -> None:
    """Is not rung before then; at once, where it is None."""
    supporter.free_at = until


def is_on_a_call(session: Session, supporter: Supporter, *, now: datetime) -> bool:
    """Whether a supporter is on a call, is being rung for one, or is calling the line themselves."""
    rung = exists().where(Attempt.supporter_id == supporter.id, Attempt.ended_at.is_(None))
    goes_on = or_(Call.state == CallState.TALKING, Call.heard_at > now - STILL_THERE)
    phoning = exists().where(Call.from_number == supporter.phone, Call.state != CallState.ENDED, goes_on)
    return bool(session.scalar(select(or_(rung, phoning))))


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
    """Whom to ring next for this call, or whether to wait (R12). One question to the database tells how everyone on duty stands."""
    told: dict[str, Any] = {"now": now, "call": call.id, "heard_since": now - STILL_THERE, "tested_since": now - LONGEST_TEST}
    waits = {"waiting_since": call.waiting_since} if call.waiting_since is not None else {}
    found = session.execute(STANDING_BEHIND if waits else STANDING, told | waits).all()
    return chain.decide(
        _candidates(call, [shift for shift, _, _ in found], {shift.supporter_id for shift, is_busy, _ in found if is_busy}, now),
        ahead=next((ahead for _, _, ahead in found), 0),
        ringing_since=call.ringing_since,
        waiting_since=call.waiting_since,
        now=now,
    )


def reserve(session: Session, *, call_id: int, candidate: Candidate, **what: Any) -> Attempt:  # noqa: ANN401 - columns of Attempt
    """Writes the attempt, which reserves its supporter until it ends: one index holds it in both databases.

    Raises AlreadyTaken; nothing was written, and the transaction goes on.
    """
    values = {"call_id": call_id, "supporter_id": candidate.supporter, "shift_id": candidate.shift, **what}
    of_supporter, while_open = [Attempt.supporter_id], Attempt.ended_at.is_(None)
    made: Insert
    if session.get_bind().dialect.name == "sqlite":
        made = sqlite.insert(Attempt).values(**values).on_conflict_do_nothing(of_supporter, while_open)
    else:
        made = (
            postgresql.insert(Attempt).values(**values).on_conflict_do_nothing(index_elements=of_supporter, index_where=while_open)
        )
    attempt: Attempt | None = session.scalar(made.returning(Attempt))
    if attempt is None:
        raise AlreadyTaken(f"supporter {candidate.supporter} is being rung for another call")
    return attempt


def free(attempt: Attempt, *, talked_until: datetime | None) -> None:
    """Lets the supporter of an ended attempt be rung again: at once, or after the wrap-up of a talked call."""
    if talked_until is not None:
        attempt.supporter.free_at = talked_until + WRAP_UP


def skip_wrap_up(attempt: Attempt) -> None:
    """What looked like a talk was none: there is nothing to wrap up. The wrap-up of a later talk stays."""
    free_at, ended_at = attempt.supporter.free_at, attempt.ended_at
    if free_at is not None and ended_at is not None and free_at <= ended_at + WRAP_UP:
        attempt.supporter.free_at = None


def _duty(shift: Shift) -> Duty:
    return Duty(shift=shift.id, supporter=shift.supporter_id, tier=shift.tier, starts_at=shift.starts_at, ends_at=shift.ends_at)


def _candidates(call: Call, shifts: list[Shift], busy: set[int], now: datetime) -> list[Candidate]:
    """How everyone on duty stands, in ringing order; `busy` are on another call, or being rung for one."""
    supporters = {shift.supporter_id: shift.supporter for shift in shifts}
    tried = {attempt.supporter_id for attempt in call.attempts}

    def stands(duty: Duty) -> Candidate:
        supporter = supporters[duty.supporter]
        wraps_up = supporter.free_at is not None and supporter.free_at > now
        return Candidate(
            supporter=supporter.id,
            shift=duty.shift,
            tried=supporter.id in tried,
            is_caller=supporter.phone in {call.from_number, call.line.number},
            busy=supporter.id in busy or wraps_up,
        )

    return [stands(duty) for duty in rota.on_duty(map(_duty, shifts), now)]
