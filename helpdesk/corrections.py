"""Points given back or given by a person: asked for, above a limit approved by another, in the books, and told to the customer.

    CorrectionRefused
    ├── NothingLeft    of what was named nothing is left to give back, or not that much
    ├── NotOver        the call still goes on
    ├── SamePerson     whoever asked cannot approve it too
    └── AlreadyDecided it is in the books, or was refused

Every way locks the call's row first (of a grant its customer's account), so what two people give back at once is never more than
was charged, and two small ones do not slip past the limit beside each other.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from billing import ledger, refunds
from billing.ledger import Posting
from helpdesk import cases, errands, events, phrases, recipients
from helpdesk.customers import Unknown
from models import Account, Audit, Call, Correction, Customer, Dispute, RefundedQuarter
from models.corrections import CorrectionKind, CorrectionReason, CorrectionState, DisputeState
from models.values import CallState, JournalKind, Points, TaskKind

LONGEST_SIGNATURE: Final = 100
GRANTS_COUNT_FOR: Final = timedelta(days=30)


class CorrectionRefused(Exception):
    """Something that cannot be corrected so. Nothing was written."""


class NothingLeft(CorrectionRefused):
    """There is less to give back than was asked for."""


class NotOver(CorrectionRefused):
    """What a call costs is only known when it is over (ADR 8)."""


class SamePerson(CorrectionRefused):
    """Above the limit a second person decides."""


class AlreadyDecided(CorrectionRefused):
    """It was decided before."""


@dataclass(frozen=True, kw_only=True)
class Why:
    """What stands behind a correction: a reason, a sentence, who asks, and up to how many points that is enough.

    `desk` is where the name was typed: the account that a command ran under.
    """

    reason: CorrectionReason
    note: str
    by: str
    limit: Points
    desk: str | None = None

    @property
    def words(self) -> str:
        """As the journal keeps it."""
        return f"{self.reason.value}: {self.note}"


def refund(
    session: Session,
    sid: str,
    why: Why,
    *,
    quarter: int | None = None,
    points: Points | None = None,
    dispute: Dispute | None = None,
    now: datetime,
) -> Correction:
    """Gives back what a call's quarters cost, or those of one of them, or so many points of that one.

    Above the limit, counted with all that was given back of this call before, it waits for `approve`.
    Raises Unknown, NotOver, NothingLeft.
    """
    call = locked(session, sid)
    if call.state is not CallState.ENDED:
        raise NotOver(f"call {sid} still goes on: nothing was given back; ask again when it is over")
    left = refunds.refundable(session, call)
    wanted = left if quarter is None else {quarter: points or left.get(quarter, Points(0))}
    if not any(wanted.values()) or any(amount > left.get(number, 0) for number, amount in wanted.items()):
        what = f"call {sid}" if quarter is None else f"quarter {quarter} of call {sid}"
        raise NothingLeft(f"{what} has {sum(left.values()) if quarter is None else left.get(quarter, 0)} points left to give back")
    before = sum(refunds.granted(session, call.id, states=(CorrectionState.ASKED, CorrectionState.DONE)).values())
    total = Points(sum(wanted.values()))
    row = _asked(CorrectionKind.REFUND, call.customer_id or 0, total, why, above=before + total > why.limit, now=now)
    row.call_id, row.dispute_id = call.id, dispute.id if dispute else None
    row.quarters = [RefundedQuarter(quarter=number, points=amount) for number, amount in wanted.items()]
    return _decided_if_small(session, row, why, now=now)


def grant(session: Session, customer: Customer, points: Points, why: Why, *, now: datetime) -> Correction:
    """Gives points for nothing. Above the limit, counted with all of the last 30 days, it waits for `approve`."""
    account = ledger.customer_account(session, customer.id)
    session.execute(select(Account.id).where(Account.id == account.id).with_for_update())
    recent = select(func.sum(Correction.points)).where(
        Correction.customer_id == customer.id,
        Correction.kind == CorrectionKind.GRANT,
        Correction.state != CorrectionState.REFUSED,
        Correction.asked_at > now - GRANTS_COUNT_FOR,
    )
    above = (session.scalar(recent) or 0) + points > why.limit
    return _decided_if_small(session, _asked(CorrectionKind.GRANT, customer.id, points, why, above=above, now=now), why, now=now)


def approve(session: Session, correction_id: int, *, by: str, desk: str | None = None, now: datetime) -> Correction:
    """A second person lets it through: it is posted, no more than is still there to give back.

    Raises Unknown, SamePerson, AlreadyDecided, NothingLeft.
    """
    row = _undecided(session, correction_id)
    if signature(by) == signature(row.asked_by):
        raise SamePerson(f"correction {row.id} was asked for by {row.asked_by}: somebody else must approve it")
    if row.call is not None:
        refunds.lower(session, row.call, row)
        if not row.quarters:
            raise NothingLeft(f"nothing is left to give back of call {row.call.sid}: less was charged in the end than asked for")
    _decide(session, row, by=by, desk=desk, now=now)
    return row


def refuse(session: Session, correction_id: int, *, by: str, note: str, desk: str | None = None, now: datetime) -> Correction:
    """It is not given; its dispute, where there is one, stays open. Raises Unknown, AlreadyDecided."""
    row = _undecided(session, correction_id)
    row.state, row.decided_by, row.decided_at = CorrectionState.REFUSED, signature(by), now
    _mark(session, row, "correction_refused", by=by, now=now, note=note, desk=desk)
    session.flush()
    return row


def signature(name: str) -> str:
    """A name as whoever asks and whoever decides are told apart: however it is spelled, accented in two ways or with capitals."""
    folded = unicodedata.normalize("NFC", " ".join(name.split())).casefold()
    return unicodedata.normalize("NFC", folded)[:LONGEST_SIGNATURE]


def listed(session: Session, *, decided: bool) -> Sequence[Correction]:
    """Those that wait for a second person; with `decided` all of them, the newest first."""
    query = select(Correction).order_by(Correction.id.desc())
    return session.scalars(query if decided else query.where(Correction.state == CorrectionState.ASKED)).all()


def locked(session: Session, sid: str) -> Call:
    """The call of that CallSid, its row locked. Raises Unknown."""
    query = select(Call).where(Call.sid == sid).with_for_update(of=Call)
    call = session.scalar(query, execution_options={"populate_existing": True})
    if call is None:
        raise Unknown(f"there is no call {sid}")
    return call


def _asked(kind: CorrectionKind, customer_id: int, points: Points, why: Why, *, above: bool, now: datetime) -> Correction:
    said = {"reason": why.reason, "note": why.note, "asked_by": signature(why.by), "asked_at": now, "above_limit": above}
    return Correction(kind=kind, customer_id=customer_id, points=points, state=CorrectionState.ASKED, **said)


def _decided_if_small(session: Session, row: Correction, why: Why, *, now: datetime) -> Correction:
    session.add(row)
    session.flush()
    _mark(session, row, "correction_asked", by=why.by, now=now, above_limit=row.above_limit, desk=why.desk)
    if not row.above_limit:
        _decide(session, row, by=why.by, desk=why.desk, now=now)
    return row


def _decide(session: Session, row: Correction, *, by: str, desk: str | None, now: datetime) -> None:
    row.state, row.decided_by, row.decided_at = CorrectionState.DONE, signature(by), now
    session.flush()
    words = f"{row.reason.value}: {row.note}"
    if row.call is None:
        _post_grant(session, row, reason=words, by=by, now=now)
    else:
        back = refunds.bring_into_line(session, row.call, reason=words, actor=by, now=now)
        if row.dispute is not None:
            close(session, row.dispute, DisputeState.REFUNDED, answer=row.note, by=by, now=now)
        _tell(session, row, row.call, back, now=now)
    _mark(session, row, "correction_done", by=by, now=now, desk=desk)
    events.tell(session, events.correction(row, now=now), now=now)


def close(session: Session, dispute: Dispute, state: DisputeState, *, answer: str, by: str, now: datetime) -> None:
    """The dispute is answered, and its task is done."""
    dispute.state, dispute.answer, dispute.answered_by, dispute.answered_at = state, answer, by, now
    cases.task_is_done(session, dispute.call, TaskKind.DISPUTE, now=now)
    session.flush()


def _post_grant(session: Session, row: Correction, *, reason: str, by: str, now: datetime) -> None:
    account = ledger.customer_account(session, row.customer_id)
    granted = ledger.house_account(session, ledger.GRANTED)
    posting = Posting(
        key=f"grant:{row.id}",
        kind=JournalKind.GRANT,
        amounts=((account.id, row.points), (granted.id, Points(-row.points))),
        occurred_at=now,
        actor=by,
        reason=reason,
    )
    ledger.post(session, [posting], now=now)


def _tell(session: Session, row: Correction, call: Call, back: Points, *, now: datetime) -> None:
    """Whoever phoned reads what came back, and why where they had asked."""
    if call.person_id is None:
        return
    account = ledger.customer_account(session, row.customer_id)
    values: dict[str, Any] = {
        "at": (call.accepted_at or call.started_at).isoformat(),
        "points": back,
        "balance": account.balance,
        "receipt": call.id,
    }
    to, key = [recipients.person(call.person_id)], f"refund:{row.id}"
    if row.dispute is None:
        errands.notify(session, to, notice="refunded", values=values, key=key, now=now, call_id=call.id)
    else:
        said = values | {"answer": phrases.sentence(row.note)}
        errands.notify(session, to, notice="dispute_refunded", values=said, key=key, now=now, call_id=call.id)


def _undecided(session: Session, correction_id: int) -> Correction:
    """The correction, its call's row locked first, as everywhere."""
    row = session.get(Correction, correction_id)
    if row is None:
        raise Unknown(f"there is no correction {correction_id}")
    if row.call is not None:
        locked(session, row.call.sid)
    session.refresh(row, with_for_update={"of": Correction})
    if row.state is not CorrectionState.ASKED:
        raise AlreadyDecided(f"correction {row.id} was decided by {row.decided_by}")
    return row


def _mark(session: Session, row: Correction, action: str, *, by: str, now: datetime, **details: object) -> None:
    said = {"kind": row.kind.value, "reason": row.reason.value, "note": row.note, "points": row.points} | details
    session.add(Audit(at=now, actor=by, action=action, subject=f"correction:{row.id}", call_id=row.call_id, details=said))
