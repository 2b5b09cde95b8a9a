"""The roster: who is on duty and how they stand, read from the database; shifts added; a supporter reserved and freed.

Who is on duty is reckoned (oncall.rota), from a version of the rota and the shifts that were written beside it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import Attempt, Shift, Supporter
from models.values import Flow
from oncall import grounds, orders, rota, rotas, standing
from oncall.chain import Candidate
from oncall.plans import Plan
from oncall.rota import Duty, Span, Stretch
from oncall.spans import joined
from oncall.standing import CALLS_BACK, IS_PHONING, IS_RUNG, NO_CALL, ON_DUTY, WRITTEN

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
    planned = rota.on_duty(replace(version, shifts=standing.written(session.execute(ON_DUTY, {"now": at, "line": line}))), at)
    known = select(Supporter).where(Supporter.id.in_([one.supporter for one in planned]))
    people = {one.id: one for one in session.scalars(known)} if planned else {}
    found = orders.arranged(planned, version.orders, _pasts(session, people.values(), at)) if version.orders else planned
    each = [(duty, people[duty.supporter]) for duty in found]
    return [(duty, one) for duty, one in each if with_away or one.away_since is None]


def stretches(session: Session, during: Span, *, line: Flow = Flow.SUPPORT) -> list[Stretch]:
    """Who is on duty when; what was is told by the version that was in force, and each version anew."""
    return [one for plan, part in _plans(session, line, during) for one in rota.shifts_between(plan, part)]


def may_be_rung(session: Session, during: Span, *, line: Flow) -> list[tuple[int, datetime]]:
    """Who may be rung within a span and from when on: whoever is on duty, and the last resort of the newest version."""
    on_duty = [(one.duty.supporter, one.span.starts_at) for one in stretches(session, during, line=line)]
    last = rotas.plan(session, rotas.newest(session, line)).last_resort
    everybody = [*on_duty, *([(last, during.starts_at)] if last is not None else [])]
    return list(dict(reversed(everybody)).items())


def last_resort(session: Session, at: datetime, *, line: Flow) -> Supporter | None:
    """Who is rung at `at` where nobody on duty was reached, as far as can be said now; None where nobody would be."""
    number = rota.last_resort(rotas.plan(session, rotas.in_force(session, line, at)), at)
    named = session.get(Supporter, number) if number is not None else None
    return named if named is not None and named.away_since is None else None


def gaps(session: Session, during: Span, *, line: Flow = Flow.SUPPORT) -> list[Span]:
    """When nobody is on duty, within a span."""
    return joined(gap for plan, part in _plans(session, line, during) for gap in rota.gaps(plan, part))


def shifts_of(session: Session, supporter_id: int, *, since: datetime, most: int) -> list[tuple[Span, int]]:
    """A supporter's shifts that are not over then, the next first, each with its tier: those written, and what rotas bring."""
    mine = select(*WRITTEN).where(Shift.supporter_id == supporter_id, Shift.ends_at > since)
    written = standing.written(session.execute(mine.order_by(Shift.starts_at, Shift.id).limit(most)))
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
    return replace(plan, shifts=standing.written(session.execute(shifts)))


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
    return bool(session.scalar(stands, {"call": NO_CALL, "callback": besides} | standing.heard_since(now)))


def add_shift(session: Session, supporter: Supporter, span: Span, *, tier: int, line: Flow = Flow.SUPPORT) -> Shift:
    """A span of duty on a line. Raises ValueError for a tier below 1."""
    if tier < 1:
        raise ValueError("tier is 1 or more")
    shift = Shift(supporter_id=supporter.id, starts_at=span.starts_at, ends_at=span.ends_at, tier=tier, line=line)
    session.add(shift)
    session.flush()
    return shift


def reserve(session: Session, *, call_id: int, candidate: Candidate, **what: Any) -> Attempt:  # noqa: ANN401 - columns of Attempt
    """Writes the attempt, which reserves its supporter until it ends: one index holds it in both databases.

    Raises AlreadyTaken; nothing was written, and the transaction goes on.
    """
    why = {"shift_id": candidate.shift, "rota_id": candidate.rota, "grounds": grounds.plain(candidate.grounds)}
    values = {"call_id": call_id, "supporter_id": candidate.supporter, "phone": candidate.phone, **why, **what}
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


def _pasts(session: Session, people: Collection[Supporter], at: datetime) -> dict[int, orders.Past]:
    """What ringing each of them had come to before that moment. Whoever cannot be reached is not whom the next one comes behind."""
    rows = session.execute(standing.PASTS, {"now": at, "people": [one.id for one in people]})
    away = {one.id for one in people if one.away_since is not None and one.away_since <= at}
    return {who: orders.Past(talked_until=talked, rung_at=None if who in away else rung) for who, talked, rung in rows}
