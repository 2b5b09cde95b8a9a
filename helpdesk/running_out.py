"""Points that run out while a call goes on: the next quarter held ahead, the supporter warned, the bridge ended (R11)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from billing import meter, quarters
from billing.ledger import NotEnoughPoints
from helpdesk import errands
from models import Audit, Call, Leg, Turn
from models.values import ErrandKind

CUT_AHEAD: Final = timedelta(seconds=2)  # so that the bridge is over when the quarter begins that nobody can pay


def hold_due(session: Session, now: datetime) -> int:
    """Holds the next quarter of one running call, two minutes before it begins; how many it did. Scheduler's unit of work.

    Where a parallel call was quicker and the hold is refused, the supporter is warned and the end of the bridge is set.
    """
    due = select(Call).where(Call.next_hold_at <= now).order_by(Call.next_hold_at).limit(1)
    call = session.scalar(due.with_for_update(skip_locked=True, of=Call))
    if call is None or call.accepted_at is None:
        return 0
    quarter = meter.next_to_hold(session, call, now=now)
    try:
        meter.hold_next(session, call, now=now)
    except NotEnoughPoints as refused:
        call.next_hold_at = None
        call.cut_at = quarters.starts_at(call.accepted_at, quarter) - CUT_AHEAD
        _warn(session, call, quarter, refused, now=now)
    return 1


def cut_due(session: Session, now: datetime) -> int:
    """Ends one bridge whose next quarter begins and could not be held, unless points were bought meanwhile. How many it did."""
    due = select(Call).where(Call.cut_at <= now).order_by(Call.cut_at).limit(1)
    call = session.scalar(due.with_for_update(skip_locked=True, of=Call))
    if call is None or call.cut_at is None or call.accepted_at is None:
        return 0
    quarter = quarters.begun(quarters.elapsed(call.accepted_at, call.cut_at)) + 1
    call.cut_at = None
    try:
        meter.hold_quarter(session, call, quarter, now=now)
        meter.hold_next(session, call, now=now)
    except NotEnoughPoints:
        leg = session.scalars(select(Leg).where(Leg.call_id == call.id, Leg.attempt_id.is_(None))).one()
        last = session.scalar(select(func.max(Turn.number)).where(Turn.leg_id == leg.id)) or 0
        # The Dial's own next turn keeps its number: its late report changes nothing.
        leg.cut_turn = last + 2
        payload = {"call": call.sid, "path": f"/twilio/turn/{leg.id}/{leg.cut_turn}"}
        errands.ask(session, ErrandKind.CUT, f"cut:{call.id}:{quarter}", payload, now=now, call_id=call.id)
    return 1


def _warn(session: Session, call: Call, quarter: int, refused: NotEnoughPoints, *, now: datetime) -> None:
    details = {"quarter": quarter, "missing": refused.missing}
    subject = f"call:{call.sid}"
    session.add(Audit(at=now, actor="meter", action="hold_refused", subject=subject, call_id=call.id, details=details))
    values = {
        "company": call.customer.name if call.customer else "",
        "at": (now if call.cut_at is None else call.cut_at + CUT_AHEAD).isoformat(),
    }
    key = f"running-out:{call.id}:{quarter}"
    to = [f"supporter:{call.supporter_id}"]
    errands.notify(session, to, notice="running_out", values=values, key=key, now=now, call_id=call.id)
