"""Which PIN a caller keyed, without its digits (R2): whose it was, when it was issued, and when another one replaced it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Audit, Call, Leg, PinFailure, Turn
from models.calls import CALLERS

ISSUED: Final = ("person_added", "pin_replaced")
KEYED: Final = {"keys": "pin", "looked_up": "right"}


@dataclass(frozen=True, kw_only=True)
class PinFacts:
    """The PIN of a call. `wrong` counts the failures before it, or without it; `issued_at` is None where nobody wrote it down."""

    keyed_at: datetime | None
    issued_at: datetime | None
    replaced_at: datetime | None
    wrong: int


def pin_facts(session: Session, call: Call) -> PinFacts:
    """The PIN with which this call's person was known, as the turns and the audit tell it."""
    wrong = session.scalar(select(func.count()).select_from(PinFailure).where(PinFailure.call_id == call.id)) or 0
    keyed_at = _keyed_at(session, call)
    if keyed_at is None or call.person is None:
        return PinFacts(keyed_at=keyed_at, issued_at=None, replaced_at=None, wrong=wrong)
    of_customer = select(Audit).where(Audit.subject == f"customer:{call.person.customer.number}", Audit.action.in_(ISSUED))
    issued = [row.at for row in session.scalars(of_customer.order_by(Audit.at)) if row.details.get("person") == call.person_id]
    before, after = [at for at in issued if at <= keyed_at], [at for at in issued if at > keyed_at]
    known = before[-1] if before else call.person.pin_set_at if call.person.pin_set_at <= keyed_at else None
    return PinFacts(keyed_at=keyed_at, issued_at=known, replaced_at=after[0] if after else None, wrong=wrong)


def _keyed_at(session: Session, call: Call) -> datetime | None:
    """When the right PIN was keyed; None while none was."""
    turns = select(Turn).join(Leg, Leg.id == Turn.leg_id).where(Leg.call_id == call.id, CALLERS)
    right = (turn.at for turn in session.scalars(turns.order_by(Turn.number)) if KEYED.items() <= turn.heard.items())
    return next(right, None)
