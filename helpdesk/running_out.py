"""Points that run out while a call goes on: the next quarter held ahead, the supporter warned, the bridge ended (R11).

1. `hold_due`  two minutes before a quarter it is held; refused, the supporter is warned and the end of the bridge is set
2. `cut_due`   when that quarter begins the bridge is to be ended, unless points were bought meanwhile
3. `was_cut`   the caller was sent to a spoken end (app.cutter): a report like any other
4. `not_cut`   that cannot be done: the call goes on, its quarter is charged and it is marked; the next quarter comes in its turn
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from structlog.contextvars import bind_contextvars

from billing import ledger, meter, quarters
from billing.ledger import NotEnoughPoints
from helpdesk import errands, last_minutes, reports
from models import Attempt, Audit, Call, Leg, Turn
from models.calls import CALLERS
from models.due import first_due
from models.savepoint import PartFailed, part

CUT_AHEAD: Final = timedelta(seconds=2)  # so that the bridge is over when the quarter begins that nobody can pay
CUT_WITHIN: Final = timedelta(minutes=1)  # later than this into a quarter that was charged, the caller has the rest of it
AGAIN: Final = timedelta(seconds=5)
RETRY: Final = timedelta(minutes=1)
HOLD_DUE: Final = first_due(Call.next_hold_at)
CUT_DUE: Final = first_due(Call.cut_at)
ACTOR: Final = "meter"


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A bridge of a call to be ended: the customer's leg, and the turn that it is sent to ("/twilio/turn/7/12")."""

    call: str
    leg: str
    path: str


def hold_due(session: Session, now: datetime) -> int:
    """Holds the next quarter of one running call, two minutes before it begins; how many it did. Scheduler's unit of work.

    Where a parallel call was quicker and the hold is refused, the supporter is warned and the end of the bridge is set.
    """
    call = session.scalar(HOLD_DUE, {"now": now})
    if call is None:
        return 0
    bind_contextvars(call=call.sid)
    if not _did(session, call, _hold, now=now):
        call.next_hold_at = now + RETRY
    return 1


def cut_due(session: Session, now: datetime) -> Cut | None:
    """The bridge that is to be ended now, claimed until it is tried again; None where none is.

    One whose quarter can be paid after all goes on, and so does one that nobody could end within a minute: marked, and charged.
    """
    while (call := session.scalar(CUT_DUE, {"now": now})) is not None:
        if not _did(session, call, _decide, now=now):
            call.cut_at = None
        session.flush()
        if call.cut_at is not None:
            leg = _customers_leg(session, call)
            return Cut(call=call.sid, leg=leg.sid or call.sid, path=f"/twilio/turn/{leg.id}/{leg.cut_turn}")
    return None


def was_cut(session: Session, cut: Cut, *, now: datetime) -> None:
    """The caller was sent to a spoken end."""
    call = _locked(session, cut)
    call.cut_at = None
    reports.record(session, call, reports.cut(call, now), now=now)


def not_cut(session: Session, cut: Cut, *, why: str, now: datetime) -> None:
    """The bridge cannot be ended: the call goes on, and it is marked (R11, R21)."""
    call = _locked(session, cut)
    if call.cut_at is not None:
        call.cut_at = None
        _mark(session, call, "not_cut", {"quarter": call.cut_quarter, "why": why[:500]}, now=now)


def _hold(session: Session, call: Call, now: datetime) -> None:
    quarter = meter.next_to_hold(session, call, now=now)
    try:
        meter.hold_next(session, call, now=now)
    except NotEnoughPoints as refused:
        begins = quarters.starts_at(meter.begins(call), quarter)
        call.cut_at, call.cut_quarter = begins - CUT_AHEAD, quarter
        call.next_hold_at = meter.hold_due(call, quarter + 1)  # whatever becomes of this one (R11)
        call.warn_at = last_minutes.next_at(call, now=now)
        _warn(session, call, quarter, refused, begins=begins, now=now)


def _decide(session: Session, call: Call, now: datetime) -> None:
    """Leaves `cut_at` set where the bridge is to be ended now."""
    quarter = call.cut_quarter
    if quarter is None:
        raise ValueError(f"call {call.sid} was not accepted")
    call.cut_at = None
    if _is_paid(session, call, quarter, now=now):
        call.warn_at = last_minutes.next_at(call, now=now)
        return
    if now > quarters.starts_at(meter.begins(call), quarter) + CUT_WITHIN:
        _mark(session, call, "not_cut", {"quarter": quarter, "why": "nobody ended it in time"}, now=now)
        return
    call.cut_at = now + AGAIN
    leg = _customers_leg(session, call)
    last = session.scalar(select(func.max(Turn.number)).where(Turn.leg_id == leg.id)) or 0
    leg.cut_turn = last + 2  # The Dial's own next turn keeps its number: its late report changes nothing.


def _is_paid(session: Session, call: Call, quarter: int, *, now: datetime) -> bool:
    """Whether the quarter was charged within the limit, or can be held after all: points were bought meanwhile."""
    if quarter in ledger.charged(session, call.id):
        return meter.is_within_limit(session, call)
    try:
        meter.hold_quarter(session, call, quarter, now=now)
    except NotEnoughPoints:
        return False
    return True


def _did(session: Session, call: Call, work: Callable[[Session, Call, datetime], None], *, now: datetime) -> bool:
    """Does it; a call for which it cannot be done is marked, and holds up no other."""
    try:
        with part(session):
            work(session, call, now)
    except PartFailed as failed:
        _mark(session, call, "hold_failed", {"problem": str(failed)}, now=now)
        return False
    return True


def _warn(session: Session, call: Call, quarter: int, refused: NotEnoughPoints, *, begins: datetime, now: datetime) -> None:
    _mark(session, call, "hold_refused", {"quarter": quarter, "missing": refused.missing}, now=now)
    values = {"company": call.customer.name if call.customer else "", "at": begins.isoformat()}
    key, about = f"running-out:{call.id}:{quarter}", {"talk": call.id}
    to = [f"supporter:{call.supporter_id}"]
    errands.notify(session, to, notice="running_out", values=values, key=key, now=now, call_id=call.id, about=about)


def _customers_leg(session: Session, call: Call) -> Leg:
    """The leg of whoever pays, who hears why it ends: the caller's, or that of the customer who was rung (ADR 16)."""
    mine = select(Leg).where(Leg.call_id == call.id)
    if not call.is_outgoing:
        return session.scalars(mine.where(CALLERS)).one()
    return session.scalars(mine.join(Attempt, Attempt.id == Leg.attempt_id).where(Attempt.number == call.accepted_attempt)).one()


def _locked(session: Session, cut: Cut) -> Call:
    query = select(Call).where(Call.sid == cut.call).with_for_update(of=Call)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _mark(session: Session, call: Call, action: str, details: dict[str, object], *, now: datetime) -> None:
    session.add(Audit(at=now, actor=ACTOR, action=action, subject=f"call:{call.sid}", call_id=call.id, details=details))
