"""Refunds in the books: what was given back of each quarter, brought into line with what was granted and what was charged.

A refund stands beside its quarter and not in it: its journal has no `quarter` and names by `reverses_id` what it corrects. So what
a call was charged is the same before and behind it, and settling neither takes a refund back nor gives it twice. Should a late
report lower a charge that was refunded, the refund shrinks with it: nobody gets back more than they paid. The call's row is locked
by whoever calls, so parallel refunds wait for each other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session

from billing import ledger
from billing.ledger import ACCOUNTS, ENTRIES, JOURNALS, Posting
from models import Call, Correction, Journal, RefundedQuarter
from models.corrections import CorrectionState
from models.values import JournalKind, Points

ACTOR: Final = "meter"
GIVEN_BACK: Final = (
    select(RefundedQuarter.quarter, func.sum(RefundedQuarter.points))
    .join(Correction, Correction.id == RefundedQuarter.correction_id)
    .where(Correction.call_id == bindparam("call"), Correction.state.in_(bindparam("states", expanding=True)))
    .group_by(RefundedQuarter.quarter)
)
CORRECTED, ORIGINAL = JOURNALS.alias("corrected"), JOURNALS.alias("original")
QUARTER: Final = func.coalesce(CORRECTED.c.quarter, ORIGINAL.c.quarter)
CAME_BACK: Final = (
    select(QUARTER, func.sum(case((ACCOUNTS.c.customer_id.is_not(None), ENTRIES.c.points), else_=0)))
    .select_from(JOURNALS)
    .join(CORRECTED, CORRECTED.c.id == JOURNALS.c.reverses_id)
    .outerjoin(ORIGINAL, ORIGINAL.c.id == CORRECTED.c.reverses_id)
    .join(ENTRIES, ENTRIES.c.journal_id == JOURNALS.c.id)
    .join(ACCOUNTS, ACCOUNTS.c.id == ENTRIES.c.account_id)
    .where(JOURNALS.c.call_id == bindparam("call"), JOURNALS.c.quarter.is_(None))
    .group_by(QUARTER)
)
"""What came back to the customer by refunds of a call, by quarter."""
SHRUNK: Final = "settled: less was charged in the end than had been given back"


def refundable(session: Session, call: Call) -> dict[int, Points]:
    """What may still be given back, by quarter: what was charged, less what was granted or is being decided on."""
    taken = granted(session, call.id, states=(CorrectionState.ASKED, CorrectionState.DONE))
    left = {quarter: -paid - taken.get(quarter, 0) for quarter, paid in ledger.charged(session, call.id).items()}
    return {quarter: Points(points) for quarter, points in sorted(left.items()) if points > 0}


def granted(session: Session, call_id: int, *, states: tuple[CorrectionState, ...] = (CorrectionState.DONE,)) -> dict[int, Points]:
    """What corrections in these states give back, by quarter."""
    rows = session.execute(GIVEN_BACK, {"call": call_id, "states": list(states)})
    return {quarter: Points(int(points)) for quarter, points in rows}


def posted(session: Session, call_id: int) -> dict[int, Points]:
    """What came back to the customer by refunds, by quarter, as it stands in the books."""
    return {quarter: Points(int(points)) for quarter, points in session.execute(CAME_BACK, {"call": call_id})}


def due(session: Session, call: Call) -> dict[int, Points]:
    """What ought to have come back, by quarter: what was granted, never more than was charged."""
    given = granted(session, call.id)
    paid = ledger.charged(session, call.id) if given else {}
    return {quarter: Points(min(points, -paid.get(quarter, 0))) for quarter, points in given.items()}


def lower(session: Session, call: Call, asked: Correction) -> None:
    """What an undecided refund asks for, where less was charged since: by quarter no more than is left. It may be nothing."""
    given, paid = granted(session, call.id), ledger.charged(session, call.id)
    for one in list(asked.quarters):
        left = -paid.get(one.quarter, 0) - given.get(one.quarter, 0)
        if left <= 0:
            asked.quarters.remove(one)
        elif left < one.points:
            one.points = Points(left)
    asked.points = Points(sum(one.points for one in asked.quarters)) or asked.points
    session.flush()


def bring_into_line(session: Session, call: Call, *, now: datetime, reason: str = SHRUNK, actor: str = ACTOR) -> Points:
    """Posts the difference between what ought to have come back and what did; how much that is, signed for the customer."""
    wanted = due(session, call)
    back = posted(session, call.id) if wanted else {}
    differences = {quarter: Points(points - back.get(quarter, 0)) for quarter, points in sorted(wanted.items())}
    for quarter, points in differences.items():
        if points:
            _post(session, call, quarter, points, reason=reason, actor=actor, now=now)
    return Points(sum(differences.values()))


def _post(session: Session, call: Call, quarter: int, points: Points, *, reason: str, actor: str, now: datetime) -> None:
    original = session.scalars(select(Journal).where(Journal.key == f"call:{call.id}:quarter:{quarter}")).one()
    earlier = session.scalars(
        select(Journal).where(Journal.key.startswith(f"refund:{original.id}:", autoescape=True)).order_by(Journal.id)
    ).all()
    account = ledger.customer_account(session, call.customer_id or 0)
    posting = Posting(
        key=f"refund:{original.id}:{len(earlier) + 1}",
        kind=JournalKind.REFUND if points > 0 else JournalKind.CORRECTION,
        amounts=((account.id, points), (ledger.house_account(session, ledger.CORRECTED).id, Points(-points))),
        occurred_at=now,
        actor=actor,
        reason=reason,
        call_id=call.id,
        case_id=call.case_id,
        reverses_id=original.id if points > 0 else earlier[-1].id,
    )
    ledger.post(session, [posting], now=now)
