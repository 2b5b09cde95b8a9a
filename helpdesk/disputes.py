"""Disputes: a customer finds a charge wrong, names the number on the receipt, and is answered by a refund or by a reasoned refusal.

AlreadyOpen       of that call one is open (a CorrectionRefused)
NothingCharged    that call was charged nothing (a NothingLeft)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import ledger, refunds
from helpdesk import cases, corrections, errands, phrases, recipients
from helpdesk.corrections import AlreadyDecided, CorrectionRefused, NothingLeft, Why
from helpdesk.customers import Unknown
from models import Audit, Call, Correction, Dispute
from models.corrections import DisputeState
from models.values import Points, TaskKind


class AlreadyOpen(CorrectionRefused):
    """A call has one open dispute."""


class NothingCharged(NothingLeft):
    """There is no charge to find wrong."""


def call_of(session: Session, receipt: str) -> str:
    """The CallSid of the call that a receipt is about: by the number on it, or the CallSid itself. Raises Unknown."""
    which = Call.id == int(receipt) if receipt.isdecimal() and len(receipt) < 10 else Call.sid == receipt  # noqa: PLR2004 - digits of a key
    sid = session.scalar(select(Call.sid).where(which))
    if sid is None:
        raise Unknown(f"there is no receipt {receipt}")
    return sid


def open_dispute(session: Session, sid: str, said: str, *, by: str, desk: str | None = None, now: datetime) -> Dispute:
    """The customer's word against a charge: a task with the call's case, for an administrator; the customer is told that it came.

    `desk` is where it was written down. Raises Unknown, AlreadyOpen, NothingCharged.
    """
    call = corrections.locked(session, sid)
    if not sum(ledger.charged(session, call.id).values()):
        raise NothingCharged(f"call {sid} was charged nothing")
    if session.scalar(select(Dispute.id).where(Dispute.call_id == call.id, Dispute.state == DisputeState.OPEN)) is not None:
        raise AlreadyOpen(f"of call {sid} a dispute is open already")
    dispute = Dispute(call=call, said=said, state=DisputeState.OPEN, opened_at=now, opened_by=by)
    session.add(dispute)
    cases.link(session, call, now=now)
    session.flush()
    cases.open_task(session, call, TaskKind.DISPUTE, now=now)
    _mark(session, dispute, "dispute_opened", by=by, now=now, said=said, desk=desk)
    _tell(session, dispute, notice="dispute_opened", now=now)
    return dispute


def refund(session: Session, dispute_id: int, why: Why, *, quarter: int | None, points: Points | None, now: datetime) -> Correction:
    """Answers by giving back; above the limit the dispute stays open until somebody else has approved it.

    Raises Unknown, NotOver, NothingLeft, AlreadyDecided.
    """
    dispute = _open(session, dispute_id)
    return corrections.refund(session, dispute.call.sid, why, quarter=quarter, points=points, dispute=dispute, now=now)


def refuse(session: Session, dispute_id: int, *, answer: str, by: str, desk: str | None = None, now: datetime) -> Dispute:
    """Answers that the charge stands, or what of it does beside what was given back, and why. Raises Unknown, AlreadyDecided."""
    dispute = _open(session, dispute_id)
    corrections.close(session, dispute, DisputeState.REFUSED, answer=answer, by=by, now=now)
    _mark(session, dispute, "dispute_refused", by=by, now=now, answer=answer, desk=desk)
    if back := sum(refunds.posted(session, dispute.call_id).values()):
        _tell(session, dispute, notice="dispute_answered", back=back, now=now)
    else:
        _tell(session, dispute, notice="dispute_refused", now=now)
    return dispute


def listed(session: Session, *, answered: bool) -> Sequence[Dispute]:
    """The open ones, the oldest first; with `answered` all of them."""
    query = select(Dispute).order_by(Dispute.id)
    return session.scalars(query if answered else query.where(Dispute.state == DisputeState.OPEN)).all()


def _open(session: Session, dispute_id: int) -> Dispute:
    dispute = session.get(Dispute, dispute_id)
    if dispute is None:
        raise Unknown(f"there is no dispute {dispute_id}")
    corrections.locked(session, dispute.call.sid)
    session.refresh(dispute)
    waiting = select(Correction.id).where(Correction.dispute_id == dispute.id, Correction.decided_at.is_(None))
    if dispute.state is not DisputeState.OPEN or session.scalar(waiting) is not None:
        by = dispute.answered_by or "somebody, and waits for a second person"
        raise AlreadyDecided(f"dispute {dispute.id} was answered by {by}")
    return dispute


def _tell(session: Session, dispute: Dispute, *, notice: str, back: int = 0, now: datetime) -> None:
    call = dispute.call
    if call.person_id is None:
        return
    values: dict[str, Any] = {
        "at": (call.accepted_at or call.started_at).isoformat(),
        "receipt": call.id,
        "case": call.case.number if call.case else "-",
        "points": back,
        "answer": phrases.sentence(dispute.answer or ""),
    }
    key = f"{notice}:{dispute.id}"
    errands.notify(session, [recipients.person(call.person_id)], notice=notice, values=values, key=key, now=now, call_id=call.id)


def _mark(session: Session, dispute: Dispute, action: str, *, by: str, now: datetime, **details: object) -> None:
    subject = f"dispute:{dispute.id}"
    session.add(Audit(at=now, actor=by, action=action, subject=subject, call_id=dispute.call_id, details=details))
