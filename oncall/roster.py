"""The roster: who is on duty and how they stand, read from the database; shifts added; a supporter reserved and freed.

Who is on duty is reckoned (oncall.rota), from a version of the rota and the shifts that were written beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import Attempt, Call, Shift, Supporter
from models.values import Flow
from oncall import chain, grounds, rota, rotas
from oncall.chain import Candidate, Decision
from oncall.plans import Plan, WrittenShift
from oncall.rota import Duty, Span, Stretch
from oncall.standing import (
    CALLS_BACK,
    IS_PHONING,
    IS_RUNG,
    LONGEST_TEST,
    NO_CALL,
    ON_DUTY,
    STANDING,
    STANDING_BEHIND,
    STILL_THERE,
    WRITTEN,
)

WRAP_UP: Final = timedelta(minutes=2)
AHEAD: Final = timedelta(weeks=8)
"""How far ahead a rota is looked into: in eight weeks a gap is no surprise any more."""
BEHIND: Final = timedelta(weeks=1)
"""How far back it is looked for the beginning of a shift that runs."""


class AlreadyTaken(Exception):
    """Somebody else reserved the supporter a moment ago; nothing was written."""


def on_duty(session: Session, at: datetime, *, with_away: bool = False, line: Flow = Flow.SUPPORT) -> list[Supporter]:
    """Who is on duty at `at` and can be reached, in ringing order; with `with_away` those too who said that they cannot be."""
    return [supporter for _, supporter in duties(session, at, with_away=with_away, line=line)]


def duties(session: Session, at: datetime, *, with_away: bool, line: Flow = Flow.SUPPORT) -> list[tuple[Duty, Supporter]]:
    """The same, each with where they stand and why, by the version of the rota that was in force then."""
    version = rotas.plan(session, rotas.in_force(session, line, at))
    found = rota.on_duty(replace(version, shifts=_written(session.execute(ON_DUTY, {"now": at, "line": line}))), at)
    known = select(Supporter).where(Supporter.id.in_([one.supporter for one in found]))
    people = {one.id: one for one in session.scalars(known)} if found else {}
    each = [(duty, people[duty.supporter]) for duty in found]
    return [(duty, one) for duty, one in each if with_away or one.away_since is None]


def stretches(session: Session, during: Span, *, line: Flow = Flow.SUPPORT) -> list[Stretch]:
    """Who is on duty when; what was is told by the version that was in force, and each version anew."""
    return [one for plan, part in _plans(session, line, during) for one in rota.shifts_between(plan, part)]


def gaps(session: Session, during: Span, *, line: Flow = Flow.SUPPORT) -> list[Span]:
    """When nobody is on duty, within a span."""
    return rota.joined(gap for plan, part in _plans(session, line, during) for gap in rota.gaps(plan, part))


def shifts_of(session: Session, supporter_id: int, *, since: datetime, most: int) -> list[tuple[Span, int]]:
    """A supporter's shifts that are not over then, the next first, each with its tier: those written, and what rotas bring."""
    mine = select(*WRITTEN).where(Shift.supporter_id == supporter_id, Shift.ends_at > since)
    written = _written(session.execute(mine.order_by(Shift.starts_at, Shift.id).limit(most)))
    plans = [rotas.plan(session, rotas.in_force(session, line, since)) for line in Flow]
    about = Span(starts_at=since - BEHIND, ends_at=since + AHEAD)
    around = (one for plan in plans for one in rota.shifts_between(plan, about))
    theirs = (one for one in around if one.duty.supporter == supporter_id and one.span.ends_at > since)
    by_rota = [(one.span, one.duty.tier) for one in theirs]
    both = [*by_rota, *((one.span, one.tier) for one in written)]
    return sorted(both, key=lambda one: one[0].starts_at)[:most]


def with_shifts(session: Session, plan: Plan, during: Span, *, line: Flow) -> Plan:
    """A plan with the shifts that are written beside it, within a span."""
    shifts = select(*WRITTEN).where(Shift.starts_at < during.ends_at, Shift.ends_at > during.starts_at, Shift.line == line)
    return replace(plan, shifts=_written(session.execute(shifts)))


def names(session: Session, numbers: Collection[int]) -> dict[int, str]:
    """What these supporters are called, by their numbers."""
    found = session.execute(select(Supporter.id, Supporter.name).where(Supporter.id.in_(numbers))) if numbers else ()
    return {number: name for number, name in found}  # noqa: C416 - a row is no pair to mypy


def go_away(supporter: Supporter, *, now: datetime) -> None:
    """Cannot be reached from now on, and is not rung; a call that rings already rings on."""
    supporter.away_since = supporter.away_since or now


def come_back(supporter: Supporter) -> None:
    """Can be reached again."""
    supporter.away_since = None


def wrap_up_until(supporter: Supporter, until: datetime | None) -> None:
    """Is not rung before then; at once, where it is None."""
    supporter.free_at = until


def is_on_a_call(session: Session, supporter: Supporter, *, now: datetime, besides: int = NO_CALL) -> bool:
    """Whether a supporter is on a call, is being rung for one, or is calling the line themselves.

    `besides` is a callback of theirs that does not count.
    """
    stands = select(or_(IS_RUNG, IS_PHONING, CALLS_BACK)).where(Supporter.id == supporter.id)
    return bool(session.scalar(stands, {"call": NO_CALL, "callback": besides, "heard_since": now - STILL_THERE}))


def add_shift(session: Session, supporter: Supporter, span: Span, *, tier: int, line: Flow = Flow.SUPPORT) -> Shift:
    """A span of duty on a line. Raises ValueError for a tier below 1."""
    if tier < 1:
        raise ValueError("tier is 1 or more")
    shift = Shift(supporter_id=supporter.id, starts_at=span.starts_at, ends_at=span.ends_at, tier=tier, line=line)
    session.add(shift)
    session.flush()
    return shift


def decision(session: Session, call: Call, *, first: int | None = None, now: datetime) -> Decision:
    """Whom to ring next for this call, or whether to wait (R12). One question to the database tells how everyone on duty stands.

    The version of the rota is known from the line's row, which this turn has read. `first` comes first: whose case it is about.
    """
    plan = rotas.plan(session, call.line.rota_id)
    planned = [one.supporter for one in rota.on_duty(plan, now)]
    since = {"heard_since": now - STILL_THERE, "tested_since": now - LONGEST_TEST}
    of_line = {"line": call.line.flow, "line_id": call.line_id}
    told: dict[str, Any] = {"now": now, "call": call.id, "callback": NO_CALL, "planned": planned, **of_line, **since}
    waits = {"waiting_since": call.waiting_since} if call.waiting_since is not None else {}
    found = session.execute(STANDING_BEHIND if waits else STANDING, told | waits).all()
    return chain.decide(
        chain.led_by(first, _candidates(call, replace(plan, shifts=_written(found)), found, now)),
        ahead=next((row[-1] for row in found), 0),
        ringing_since=call.ringing_since,
        waiting_since=call.waiting_since,
        now=now,
    )


def reserve(session: Session, *, call_id: int, candidate: Candidate, **what: Any) -> Attempt:  # noqa: ANN401 - columns of Attempt
    """Writes the attempt, which reserves its supporter until it ends: one index holds it in both databases.

    Raises AlreadyTaken; nothing was written, and the transaction goes on.
    """
    why = {"shift_id": candidate.shift, "rota_id": candidate.rota, "grounds": grounds.plain(candidate.grounds)}
    values = {"call_id": call_id, "supporter_id": candidate.supporter, **why, **what}
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


def _plans(session: Session, line: Flow, during: Span) -> list[tuple[Plan, Span]]:
    """What decides within a span, each version of the rota for its part of it."""
    parts = rotas.versions(session, line, during)
    written = with_shifts(session, rotas.NO_ROTA, during, line=line).shifts
    return [(replace(rotas.plan(session, version), shifts=written), part) for version, part in parts]


def _written(rows: Iterable[Any]) -> tuple[WrittenShift, ...]:
    """The shifts of rows that begin as WRITTEN does; a row without one is skipped."""
    return tuple(
        WrittenShift(shift=shift, supporter=supporter, tier=tier, span=Span(starts_at=starts_at, ends_at=ends_at))
        for shift, supporter, tier, starts_at, ends_at, *_ in rows
        if shift is not None
    )


def _candidates(call: Call, plan: Plan, rows: Iterable[Any], now: datetime) -> list[Candidate]:
    """How everyone on duty stands, in ringing order; a row ends with a supporter, whether they are busy, and callers ahead."""
    people: dict[int, tuple[Supporter, bool]] = {row[-3].id: (row[-3], row[-2]) for row in rows}
    tried = {attempt.supporter_id for attempt in call.attempts}

    def stands(duty: Duty) -> Candidate:
        supporter, is_busy = people[duty.supporter]
        wraps_up = supporter.free_at is not None and supporter.free_at > now
        return Candidate(
            supporter=supporter.id,
            tier=duty.tier,
            shift=duty.shift,
            rota=plan.rota if duty.shift is None else None,
            grounds=duty.grounds,
            tried=supporter.id in tried,
            is_caller=supporter.phone in {call.from_number, call.line.number},
            busy=is_busy or wraps_up,
        )

    return [stands(duty) for duty in rota.on_duty(plan, now) if duty.supporter in people]
