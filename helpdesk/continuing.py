"""A caller whose connection was lost and who calls again soon continues the quarter that is paid already (a setting, off at first).

The provider does not tell who hung up and whose connection broke, so any end counts. The new call is a call of its own: its price
is told and accepted, its first quarter is held (R4), its supporter presses 1. Only its first quarter begins later: when the last
one of the earlier call is over. What is talked until then is paid for: in one call at a time. A second one that the same person
has beside it begins a quarter of its own.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from billing import meter, quarters
from models import Audit, Call, Person
from models.values import CallOutcome

ACTOR = "meter"


def runs_until(session: Session, call: Call, *, within: timedelta, now: datetime) -> datetime | None:
    """Until when a quarter still runs that the same person began in a call which ended `within` before this one; None without."""
    if not within or call.person_id is None:
        return None
    before = select(Call).where(
        Call.person_id == call.person_id,
        Call.customer_id == call.customer_id,
        Call.id != call.id,
        Call.outcome == CallOutcome.TALKED,
        Call.ended_at >= call.started_at - within,
        Call.ended_at <= now,
        ~Call.end_unknown,
    )
    ends = {quarters.starts_at(meter.begins(one), meter.count(one) + 1) for one in session.scalars(before) if one.bridged}
    running = {end for end in ends if end > now}
    return max(running - _taken(session, call, now=now), default=None) if running else None


def _taken(session: Session, call: Call, *, now: datetime) -> set[datetime | None]:
    """The ends of quarters that another call of this person goes on in."""
    goes_on = or_(Call.ended_at.is_(None), Call.ended_at > now)
    others = (Call.person_id == call.person_id, Call.id != call.id, Call.billed_from > now)
    return set(session.scalars(select(Call.billed_from).where(*others, goes_on)))


def take_over(session: Session, call: Call, *, within: timedelta, now: datetime) -> None:
    """A supporter has just accepted this call: its first quarter begins when the one that it continues is over.

    Two calls of one person wait for each other here, as both may want the same quarter; the database refuses that besides.
    """
    if not within or call.person_id is None:
        return
    session.execute(select(Person.id).where(Person.id == call.person_id).with_for_update(key_share=True))
    call.billed_from = runs_until(session, call, within=within, now=now)
    if call.billed_from is not None:
        details = {"until": call.billed_from.isoformat()}
        mark = {"actor": ACTOR, "action": "quarter_continued", "subject": f"call:{call.sid}", "call_id": call.id}
        session.add(Audit(at=now, details=details, **mark))
