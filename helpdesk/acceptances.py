"""A person wants to take the provider's word of a call over: asked for on a page, carried out by the clock.

No page calls the provider, so it is asked for here, and done as soon as the clock has heard what the provider says of the call now.

AlreadyAccepted    it was asked for, or done, before
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import discrepancies
from helpdesk.customers import Unknown
from helpdesk.ports import LegState
from models import Audit, Discrepancy
from models.values import DiscrepancyKind

AGAIN: Final = timedelta(minutes=5)


class AlreadyAccepted(Exception):
    """Somebody asked for it before. Nothing was written."""


@dataclass(frozen=True)
class Claimed:
    """Whose word is asked for: the call's CallSid, and who wants it."""

    sid: str
    actor: str


def ask_for(session: Session, discrepancy: int, *, actor: str, now: datetime) -> Discrepancy:
    """Asks for it. Raises AlreadyAccepted; Unknown where there is no such discrepancy, or one of the two does not know its call."""
    row = session.get(Discrepancy, discrepancy, with_for_update=True)
    if row is None or row.call_id is None or row.kind is DiscrepancyKind.ONLY_HERE:
        raise Unknown(f"there is no discrepancy {discrepancy} of a call that both sides know")
    if row.accept_at is not None or row.accepted_at is not None:
        raise AlreadyAccepted(f"discrepancy {discrepancy} is {row.accepted_by}'s")
    row.accept_at, row.accepted_by = now, actor
    mark = {"actor": actor, "action": "acceptance_asked", "subject": f"call:{row.sid}", "call_id": row.call_id}
    session.add(Audit(at=now, details={"kind": row.kind.value, "there": row.there}, **mark))
    return row


def withdraw(session: Session, discrepancy: int, *, actor: str, now: datetime) -> Discrepancy:
    """Takes it back, as long as it was not done. Raises Unknown, AlreadyAccepted."""
    row = session.get(Discrepancy, discrepancy, with_for_update=True)
    if row is None or row.call_id is None:
        raise Unknown(f"there is no discrepancy {discrepancy} of a call of ours")
    if row.accepted_at is not None:
        raise AlreadyAccepted(f"discrepancy {discrepancy} was accepted by {row.accepted_by}")
    row.accept_at, row.accepted_by = None, None
    mark = {"actor": actor, "action": "acceptance_withdrawn", "subject": f"call:{row.sid}", "call_id": row.call_id}
    session.add(Audit(at=now, details={}, **mark))
    return row


def claim(session: Session, *, now: datetime) -> Claimed | None:
    """The one that waits longest, kept from other clocks for five minutes; None where none does."""
    due = select(Discrepancy).where(Discrepancy.accept_at <= now).order_by(Discrepancy.accept_at, Discrepancy.id).limit(1)
    row = session.scalar(due.with_for_update(skip_locked=True))
    if row is None or row.accepted_by is None:
        return None
    row.accept_at = now + AGAIN
    return Claimed(row.sid, row.accepted_by)


def carry_out(session: Session, claimed: Claimed, legs: Sequence[LegState], *, now: datetime) -> None:
    """Takes over what the provider says now; nothing where it was withdrawn meanwhile."""
    waiting = select(Discrepancy.id).where(Discrepancy.sid == claimed.sid, Discrepancy.accept_at.is_not(None))
    if session.scalar(waiting.limit(1)) is not None:
        discrepancies.accept(session, claimed.sid, legs, actor=claimed.actor, now=now)
